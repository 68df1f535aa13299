"""A small X of its own: people, posts, edits, deletions. `x_server` shows it over HTTP.

The sandbox's script and the tests are its citizens; the bot only ever meets the HTTP side. All of
it lives in SQLite, so that it survives the bot and the sandbox itself.
"""

import json
import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
MAX_LENGTH = 280
MEDIA = frozenset({"photo", "video", "animated_gif"})
DUPLICATE_WINDOW = timedelta(hours=24)

SCHEMA = """
CREATE TABLE IF NOT EXISTS x_people (
    id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
    description TEXT NOT NULL, protected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS x_posts (
    id INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, latest INTEGER NOT NULL DEFAULT 1,
    deleted INTEGER NOT NULL DEFAULT 0, author INTEGER NOT NULL REFERENCES x_people (id),
    written TEXT NOT NULL, text TEXT NOT NULL, mentions TEXT NOT NULL, created_at TEXT NOT NULL,
    conversation INTEGER NOT NULL, reply_to INTEGER, quote_of INTEGER, repost_of INTEGER,
    media TEXT NOT NULL, place TEXT, latitude REAL, longitude REAL,
    restricted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS x_posts_by_first ON x_posts (first_id);
CREATE TABLE IF NOT EXISTS x_last_id (id INTEGER NOT NULL);
"""

MENTION = re.compile(r"(?<![A-Za-z0-9_!#$%&*@])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")
LINK = re.compile(r"https?://\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:id|com|org|net|gov)\b\S*", re.I)


class Refusal(StrEnum):
    """Why X does not take a post, in its own sentences (403)."""

    DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
    NOT_SUMMONED = "You can only reply to or quote posts where you are mentioned or are the author."
    RESTRICTED = (
        "Reply to this conversation is not allowed because you have not been mentioned or "
        "otherwise engaged by the author of the post you are replying to."
    )
    PARENT_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
    TOO_LONG = "Your Tweet text is too long."


class NotAllowed(Exception):
    """The account may not post this."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


@dataclass(frozen=True)
class Reply:
    """A post of the account, as its citizens see it; `text` is what was sent."""

    id: str
    text: str
    created_at: datetime
    reply_to: str | None


class XWorld:
    """X with one account that is ours and as many people as the script needs.

    `clock` gives the time of new posts. Every thread may use it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        account: str = "lapor1708",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self.clock = clock
        self.token_age = 0
        """Raise it, and every page token handed out so far has expired."""
        self._connection = connection
        self._lock = threading.RLock()
        with self._lock:
            connection.executescript(SCHEMA)
            self.account_id = int(self.add_person(account, "LAPOR!"))

    # ------------------------------------------------------------------ what citizens do

    def add_person(self, handle: str, name: str, bot: bool = False) -> str:
        """Make a person, or find the one with this handle; returns the user id."""
        description = "Akun otomatis, tidak dibaca orang." if bot else ""
        with self._lock:
            known = self.rows("SELECT id FROM x_people WHERE handle = ?", handle)
            if known:
                return str(known[0]["id"])
            person = self._new_id()
            self._connection.execute(
                "INSERT INTO x_people (id, handle, name, description) VALUES (?, ?, ?, ?)",
                (person, handle, name, description),
            )
        return str(person)

    def protect(self, handle: str) -> None:
        """Make a person's posts visible to their followers only, of whom we are none."""
        with self._lock:
            self._connection.execute(
                "UPDATE x_people SET protected = 1 WHERE handle = ?", (handle,)
            )

    def post(
        self,
        handle: str,
        text: str,
        *,
        reply_to: str | None = None,
        quote_of: str | None = None,
        repost_of: str | None = None,
        media: Sequence[str] = (),
        place: str | None = None,
        point: tuple[float, float] | None = None,
        restricted: bool = False,
    ) -> str:
        """Post as a person who was added before; returns the id.

        `media` holds kinds, of MEDIA; `place` is a place's full name, `point`
        a latitude and a longitude in degrees. `restricted`: only mentioned people may reply.
        """
        if not MEDIA.issuperset(media):
            raise ValueError(f"media are of {sorted(MEDIA)}, not {list(media)}")
        with self._lock:
            author = self._person(handle)
            parent = self.find(reply_to) if reply_to else None
            post_id = self._new_id()
            if repost_of:
                text = self._retweeted(repost_of)
            full = self._addressed(author, text, parent)
            latitude, longitude = point or (None, None)
            self._insert(
                {
                    "id": post_id,
                    "first_id": post_id,
                    "author": author,
                    "written": text,
                    "text": full,
                    "mentions": json.dumps(mentions_in(full)),
                    "created_at": self.clock().isoformat(),
                    "conversation": parent["conversation"] if parent else post_id,
                    "reply_to": reply_to and int(reply_to),
                    "quote_of": quote_of and int(quote_of),
                    "repost_of": repost_of and int(repost_of),
                    "media": json.dumps(list(media)),
                    "place": place,
                    "latitude": latitude,
                    "longitude": longitude,
                    "restricted": int(restricted),
                }
            )
        return str(post_id)

    def edit(self, post_id: str, text: str) -> str:
        """Give a post a new wording, which on X is a new post; returns the new id."""
        with self._lock:
            old = dict(self.rows("SELECT * FROM x_posts WHERE id = ?", int(post_id))[0])
            parent = self.find(str(old["reply_to"])) if old["reply_to"] else None
            full = self._addressed(old["author"], text, parent)
            new = {
                "id": self._new_id(),
                "written": text,
                "text": full,
                "mentions": json.dumps(mentions_in(full)),
                "created_at": self.clock().isoformat(),
            }
            self._connection.execute(
                "UPDATE x_posts SET latest = 0 WHERE first_id = ?", (old["first_id"],)
            )
            self._insert(old | new)
        return str(new["id"])

    def delete(self, post_id: str) -> None:
        """Take a post away, with all its wordings."""
        with self._lock:
            self._connection.execute(
                "UPDATE x_posts SET deleted = 1 WHERE first_id ="
                " (SELECT first_id FROM x_posts WHERE id = ?)",
                (int(post_id),),
            )

    # ------------------------------------------------------------------ what they see

    def notices_to(self, post_id: str) -> list[Reply]:
        """The account's replies to a post, to whichever of its wordings, oldest first."""
        rows = self.rows(
            "SELECT * FROM x_posts WHERE author = ? AND latest AND NOT deleted AND reply_to IN"
            " (SELECT id FROM x_posts WHERE first_id ="
            " (SELECT first_id FROM x_posts WHERE id = ?)) ORDER BY id",
            self.account_id,
            int(post_id),
        )
        return [_reply(row) for row in rows]

    def timeline(self) -> list[Reply]:
        """All that the account has posted, oldest first."""
        rows = self.rows(
            "SELECT * FROM x_posts WHERE author = ? AND latest AND NOT deleted ORDER BY id",
            self.account_id,
        )
        return [_reply(row) for row in rows]

    # ------------------------------------------------------------------ what the account does

    def publish(self, text: str, reply_to: str | None) -> str:
        """Post as the account, by X's rules for automated accounts; raises `NotAllowed`."""
        with self._lock:
            if not 0 < weighted_length(text) <= MAX_LENGTH:
                raise NotAllowed(Refusal.TOO_LONG)
            parent = self._parent(reply_to) if reply_to else None
            self._refuse_duplicate(self._addressed(self.account_id, text, parent))
            return self.post(self.account, text, reply_to=reply_to)

    def _parent(self, reply_to: str) -> sqlite3.Row:
        parent = self.find(reply_to)
        if parent is None:
            raise NotAllowed(Refusal.PARENT_GONE)
        root = self.find(str(parent["conversation"]))
        own = parent["author"] == self.account_id
        if root and root["restricted"] and not own and not self._names_us(root):
            raise NotAllowed(Refusal.RESTRICTED)
        if not own and not self._names_us(parent) and not self._quotes_us(parent):
            raise NotAllowed(Refusal.NOT_SUMMONED)
        return parent

    def _names_us(self, post: sqlite3.Row) -> bool:
        return self.account.lower() in json.loads(post["mentions"])

    def _quotes_us(self, post: sqlite3.Row) -> bool:
        quoted = self.find(str(post["quote_of"])) if post["quote_of"] else None
        return quoted is not None and quoted["author"] == self.account_id

    def _refuse_duplicate(self, full: str) -> None:
        since = (self.clock() - DUPLICATE_WINDOW).isoformat()
        if self.rows(
            "SELECT 1 FROM x_posts WHERE author = ? AND text = ? AND created_at > ?"
            " AND NOT deleted",
            self.account_id,
            full,
            since,
        ):
            raise NotAllowed(Refusal.DUPLICATE)

    # ------------------------------------------------------------------ for the server

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a query gives, all of it."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def find(self, post_id: str) -> sqlite3.Row | None:
        """A post that still stands and whose author is not protected."""
        found = self.rows(
            "SELECT x_posts.* FROM x_posts JOIN x_people ON x_people.id = author"
            " WHERE x_posts.id = ? AND NOT deleted AND NOT protected",
            int(post_id),
        )
        return found[0] if found else None

    def naming(self, handle: str) -> list[sqlite3.Row]:
        """Every post that names this handle, newest first, with `protected` of its author.

        Protected posts are among them, for X cuts its pages before it takes those out.
        """
        return self.rows(
            "SELECT x_posts.*, protected FROM x_posts JOIN x_people ON x_people.id = author"
            " WHERE latest AND NOT deleted"
            " AND EXISTS (SELECT 1 FROM json_each(mentions) WHERE value = ?)"
            " ORDER BY x_posts.id DESC",
            handle.lower(),
        )

    def written_by(self, user_id: str) -> list[sqlite3.Row]:
        """Every post of a person, newest first, with `protected`."""
        return self.rows(
            "SELECT x_posts.*, protected FROM x_posts JOIN x_people ON x_people.id = author"
            " WHERE latest AND NOT deleted AND author = ? ORDER BY x_posts.id DESC",
            int(user_id),
        )

    # ------------------------------------------------------------------ inside

    def _new_id(self) -> int:
        """A snowflake: the time, then a counter; always above the last one."""
        milliseconds = int(self.clock().timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
        last = self.rows("SELECT max(id) AS id FROM x_last_id")[0]["id"] or 0
        new = max(milliseconds << 22, last + 1)
        self._connection.execute("DELETE FROM x_last_id")
        self._connection.execute("INSERT INTO x_last_id VALUES (?)", (new,))
        return new

    def _person(self, handle: str) -> int:
        known = self.rows("SELECT id FROM x_people WHERE handle = ?", handle)
        if not known:
            raise ValueError(f"nobody is called @{handle}: add_person first")
        return int(known[0]["id"])

    def _addressed(self, author: int, text: str, parent: sqlite3.Row | None) -> str:
        """X opens a reply's text with the handle of whom it answers."""
        if parent is None or parent["author"] == author:
            return text
        handle = self.rows("SELECT handle FROM x_people WHERE id = ?", parent["author"])[0][
            "handle"
        ]
        return text if handle.lower() in mentions_in(text) else f"@{handle} {text}"

    def _retweeted(self, post_id: str) -> str:
        post = self.rows(
            "SELECT text, handle FROM x_posts JOIN x_people ON x_people.id = author"
            " WHERE x_posts.id = ?",
            int(post_id),
        )[0]
        return f"RT @{post['handle']}: {post['text']}"

    def _insert(self, columns: dict[str, object]) -> None:
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self._connection.execute(
            f"INSERT INTO x_posts ({names}) VALUES ({marks})",  # noqa: S608 - names are ours
            tuple(columns.values()),
        )


def time_of(post_id: int) -> datetime:
    """When a post with this id was made."""
    return datetime.fromtimestamp(((post_id >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def weighted_length(text: str) -> int:
    """X's count, near enough and on purpose not the bot's own: links 23, most signs above Latin 2.

    The ranges that weigh 1 are those of twitter-text's configuration 3, less © and ®, which count
    as emoji.
    """
    text = LINK.sub("x" * 23, unicodedata.normalize("NFC", text))
    light = ((0, 168), (170, 173), (175, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    return sum(1 if any(low <= ord(c) <= high for low, high in light) else 2 for c in text)


def mentions_in(text: str) -> list[str]:
    """The handles that a text names, in lower case."""
    return [handle.lower() for handle in MENTION.findall(text)]


def _reply(row: sqlite3.Row) -> Reply:
    return Reply(
        id=str(row["id"]),
        text=row["written"],
        created_at=datetime.fromisoformat(row["created_at"]),
        reply_to=row["reply_to"] and str(row["reply_to"]),
    )
