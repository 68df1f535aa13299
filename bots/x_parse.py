"""From one stored raw of X to events. Pure, and it never raises: others' data is never trusted."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.platform import (
    Author,
    Event,
    IncomingPost,
    Location,
    Media,
    MediaKind,
    PostSeen,
    Raw,
    Unreadable,
)
from bots.x_cursor import time_of
from bots.x_pages import Json, field, has_id, media_keys, place_id, references

KINDS = {
    "photo": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "animated_gif": MediaKind.VIDEO,
}

KEYS = {"3": MediaKind.PHOTO, "7": MediaKind.VIDEO, "13": MediaKind.VIDEO, "16": MediaKind.VIDEO}
"""What media keys begin with; a referenced post's media do not come along, only their keys."""

BOT_HANDLE = re.compile(r"_bot\d*$|[a-z0-9]Bot$", re.ASCII)
BOT_DESCRIPTION = re.compile(
    r"\b(automated account|automated by|this is a bot|i am a bot|bot account"
    r"|akun (bot|otomatis)|dikelola bot)\b",
    re.IGNORECASE,
)

SNOWFLAKES_SINCE = 1 << 35
"""Ids below this were counted up, not made from the time (before November 2010)."""


class _Broken(ValueError):
    """A field without which a post cannot be understood; its message names the field."""


@dataclass(frozen=True)
class Identity:
    """Whose posts are parsed: the account's handle, and handles known to be bots (lower case)."""

    handle: str
    known_bots: frozenset[str]
    mention: re.Pattern[str]


def identity(handle: str, known_bots: Collection[str]) -> Identity:
    """An `Identity` from handles as people write them, with or without the @."""
    # What may stand around a mention is X's own rule (twitter-text's regular expressions).
    around = rf"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]{re.escape(_bare(handle))}(?![A-Za-z0-9_@＠])"
    return Identity(
        handle=_bare(handle),
        known_bots=frozenset(_bare(bot) for bot in known_bots),
        mention=re.compile(around, re.IGNORECASE),
    )


def parse(raw: Raw, us: Identity) -> list[Event]:
    """The one event in a raw: a post with its context, or `Unreadable`."""
    try:
        return [_seen(json.loads(raw.payload), us)]
    except _Broken as broken:
        return [Unreadable(str(broken))]
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as odd:
        return [Unreadable(f"shape ({type(odd).__name__})")]


def text_of(tweet: Json) -> str:
    """The whole text of a post as its author wrote it; empty when it has none."""
    try:
        return _text(tweet)[0]
    except _Broken:
        return ""


def _seen(payload: Any, us: Identity) -> PostSeen:
    if not isinstance(payload, dict):
        raise _Broken("payload")
    reader = _Reader(payload, us)
    post = reader.post(payload.get("tweet"))
    return PostSeen(post, tuple(reader.context(payload["tweet"])))


class _Reader:
    """Reads the posts of one payload, looking up what they refer to in its includes."""

    def __init__(self, payload: Json, us: Identity) -> None:
        self._us = us
        self._me = payload.get("me")
        included = payload.get("includes")
        self._included = included if isinstance(included, dict) else {}

    def context(self, tweet: Json) -> list[IncomingPost]:
        """The posts it replies to or quotes, as far as they came and can be read."""
        found: list[IncomingPost] = []
        for other_id in dict.fromkeys(references(tweet).values()):
            other = self._find("tweets", "id", other_id)
            try:
                found.extend([self.post(other)] if other else [])
            except _Broken:
                continue  # A broken parent must not take its reply with it.
        return found

    def post(self, tweet: Any) -> IncomingPost:
        if not isinstance(tweet, dict) or not has_id(tweet):
            raise _Broken("id")
        referred = references(tweet)
        author = self._author(tweet)
        text, entities = _text(tweet)
        repost = "retweeted" in referred
        first = _first_id(tweet)
        return IncomingPost(
            external_id=first,
            version_id=tweet["id"],
            conversation_id=self._conversation(tweet, referred, first),
            author=author,
            text=text,
            posted_at=_posted_at(tweet),
            public=True,
            # A retweet repeats somebody else's mention; who retweets has not spoken to us.
            addressed=not repost and self._mentioned(text, entities),
            own=self._own(author),
            repost=repost,
            reply_to=self._first(referred.get("replied_to")),
            quotes=self._first(referred.get("quoted")),
            media=tuple(self._media(key) for key in media_keys(tweet)),
            location=self._location(tweet),
        )

    def _author(self, tweet: Json) -> Author:
        author_id = tweet.get("author_id")
        if not isinstance(author_id, str) or not author_id.strip():
            raise _Broken("author_id")
        user = self._find("users", "id", author_id) or {}
        handle, name = _string(user.get("username")), _string(user.get("name"))
        return Author(_clean(author_id), handle, name, self._is_bot(handle, user))

    def _is_bot(self, handle: str | None, user: Json) -> bool:
        # X has no such field. A citizen taken for a bot would not be heard, so only plain words
        # count: our own list, a handle that ends in "_bot" or "Bot", or a profile that says so.
        handle = handle or ""
        description = user.get("description")
        return (
            handle.lower() in self._us.known_bots
            or BOT_HANDLE.search(handle) is not None
            or (isinstance(description, str) and BOT_DESCRIPTION.search(description) is not None)
        )

    def _own(self, author: Author) -> bool:
        if isinstance(self._me, str) and self._me:
            return author.external_id == self._me
        return (author.handle or "").lower() == self._us.handle

    def _mentioned(self, text: str, entities: Any) -> bool:
        mentions = entities.get("mentions") if isinstance(entities, dict) else None
        for mention in mentions if isinstance(mentions, list) else []:
            name = mention.get("username") if isinstance(mention, dict) else None
            if isinstance(name, str) and name.lower() == self._us.handle:
                return True
        return self._us.mention.search(text) is not None

    def _conversation(self, tweet: Json, referred: dict[str, str], first: str) -> str:
        """The thread: X's own id for it, else the parent's, else the post itself."""
        if _is_id(tweet.get("conversation_id")):
            return str(tweet["conversation_id"])
        parent = referred.get("replied_to")
        if parent is None:
            return first
        known = self._find("tweets", "id", parent) or {}
        root = known.get("conversation_id")
        return str(root) if _is_id(root) else parent

    def _first(self, post_id: str | None) -> str | None:
        """A post is known by the first id of its history, whichever edit is referred to."""
        known = self._find("tweets", "id", post_id) if post_id else None
        return _first_id(known) if known else post_id

    def _media(self, key: str) -> Media:
        known = self._find("media", "media_key", key) or {}
        by_key = KEYS.get(key.partition("_")[0], MediaKind.DOCUMENT)
        return Media(KINDS.get(str(known.get("type")), by_key), _clean(key))

    def _location(self, tweet: Json) -> Location | None:
        place = self._find("places", "id", place_id(tweet)) or {}
        name = _string(place.get("full_name"))
        longitude, latitude = _point(tweet)
        if name is None and latitude is None:
            return None
        return Location(latitude, longitude, name)

    def _find(self, kind: str, key: str, value: str | None) -> Json | None:
        things = field(self._included, kind)
        for thing in things if isinstance(things, list) else []:
            if value is not None and isinstance(thing, dict) and thing.get(key) == value:
                return thing
        return None


def _text(tweet: Json) -> tuple[str, Any]:
    """The whole text and its entities; beyond 280 characters both stand in the note."""
    note = field(tweet, "note_tweet")
    if isinstance(note, dict) and isinstance(note.get("text"), str):
        return _unescaped(note["text"]), note.get("entities") or tweet.get("entities")
    if not isinstance(tweet.get("text"), str):
        raise _Broken("text")
    return _unescaped(tweet["text"]), tweet.get("entities")


def _first_id(tweet: Json) -> str:
    history = field(tweet, "edit_history_tweet_ids")
    first = history[0] if isinstance(history, list) and history else tweet["id"]
    return str(first) if _is_id(first) else str(tweet["id"])


def _posted_at(tweet: Json) -> datetime:
    """`created_at`, if it is near the time in the id; else the time in the id."""
    post_id = int(tweet["id"])
    stated = _moment(tweet.get("created_at"))
    if post_id < SNOWFLAKES_SINCE:
        if stated is None:
            raise _Broken("created_at")
        return stated
    made = time_of(post_id)
    return stated if stated and abs(stated - made) < timedelta(days=1) else made


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is None or moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2006 <= moment.year < 2100 else None


def _point(tweet: Json) -> tuple[float | None, float | None]:
    """Longitude and latitude in degrees, X's order; both or none."""
    geo = tweet.get("geo")
    point = geo.get("coordinates") if isinstance(geo, dict) else None
    pair = point.get("coordinates") if isinstance(point, dict) else None
    if not isinstance(pair, list) or len(pair) != 2:
        return None, None
    longitude, latitude = (_degrees(pair[0], 180), _degrees(pair[1], 90))
    return (None, None) if longitude is None or latitude is None else (longitude, latitude)


def _degrees(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None


def _string(value: object) -> str | None:
    return _clean(value) if isinstance(value, str) else None


def _unescaped(text: str) -> str:
    # X escapes exactly these three; html.unescape would also make "©" of a link's "&copy=".
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _clean(plain)


def _clean(text: str) -> str:
    """Without what a database refuses: NUL, and halves of surrogate pairs (shown as U+FFFD)."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def _is_id(value: object) -> bool:
    return has_id({"id": value})


def _bare(handle: str) -> str:
    return handle.strip().removeprefix("@").lower()
