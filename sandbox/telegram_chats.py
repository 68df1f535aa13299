"""The people, chats and messages of the stand-in's Telegram, as rows of SQLite.

`telegram_world` calls it inside its own lock and transaction. What is not there is a `ValueError`.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox import telegram_shapes as shapes
from sandbox.telegram_shapes import Json

_FIRST_PERSON = 5_000_001
# Groups have negative ids, supergroups those below -1000000000000.
_FIRST_CHAT = {"group": -4_000_001, "supergroup": -1_002_000_000_001}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS telegram_people (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
  is_bot INTEGER NOT NULL, has_blocked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS telegram_chats (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, title TEXT, migrated_to INTEGER);
CREATE TABLE IF NOT EXISTS telegram_messages (
  chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, reply_to INTEGER, body TEXT NOT NULL,
  from_bot INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL,
  PRIMARY KEY (chat_id, message_id));
"""


@dataclass(frozen=True)
class Person:
    """Somebody who can write to the bot; a private chat has its person's id."""

    id: int
    username: str
    name: str
    is_bot: bool

    def shape(self) -> Json:
        """Their `User`."""
        return shapes.user(self.id, self.username, self.name, self.is_bot)


def split(message: str) -> tuple[int, int]:
    """Chat id and message id of "chat:message"."""
    chat, _, message_id = message.partition(":")
    return int(chat), int(message_id)


class Chats:
    """Rows in, JSON objects of the Bot API out."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock
        connection.executescript(_SCHEMA)

    def add_person(self, username: str, name: str, bot: bool) -> Person:
        """Add a person, or find the one of that name."""
        self._connection.execute(
            "INSERT OR IGNORE INTO telegram_people (id, username, name, is_bot) VALUES"
            " ((SELECT coalesce(max(id) + 1, ?) FROM telegram_people), ?, ?, ?)",
            (_FIRST_PERSON, username, name, bot),
        )
        return self.person(username)

    def person(self, username: str) -> Person:
        """The person of that name."""
        row = self._connection.execute(
            "SELECT * FROM telegram_people WHERE username = ?", (username,)
        ).fetchone()
        if row is None:
            raise ValueError(f"nobody is called {username}: add_person first")
        return Person(row["id"], row["username"], row["name"], bool(row["is_bot"]))

    def set_blocked(self, person: Person, *, blocked: bool) -> None:
        """Remember that the person blocked the bot, or no longer does."""
        self._connection.execute(
            "UPDATE telegram_people SET has_blocked = ? WHERE id = ?", (blocked, person.id)
        )

    def is_blocked(self, chat_id: int) -> bool:
        """Whether this is the private chat of somebody who blocked the bot."""
        row = self._connection.execute(
            "SELECT 1 FROM telegram_people WHERE id = ? AND has_blocked", (chat_id,)
        ).fetchone()
        return row is not None

    def open_private(self, person: Person) -> int:
        """The person's chat with the bot, which exists once they wrote to it."""
        self._connection.execute(
            "INSERT OR IGNORE INTO telegram_chats (id, type) VALUES (?, 'private')", (person.id,)
        )
        return person.id

    def add_chat(self, kind: str, title: str) -> int:
        """Add a "group" or "supergroup"; gives its id."""
        chat_id = self._connection.execute(
            "SELECT coalesce(min(id) - 1, ?) AS id FROM telegram_chats WHERE type = ?",
            (_FIRST_CHAT[kind], kind),
        ).fetchone()["id"]
        self._connection.execute(
            "INSERT INTO telegram_chats (id, type, title) VALUES (?, ?, ?)", (chat_id, kind, title)
        )
        return int(chat_id)

    def find_group(self, title: str) -> int | None:
        """The newest id of the group with that title."""
        row = self._connection.execute(
            "SELECT id FROM telegram_chats WHERE title = ? AND migrated_to IS NULL", (title,)
        ).fetchone()
        return int(row["id"]) if row else None

    def migrated_to(self, chat_id: int) -> int | None:
        """The supergroup that this chat became, if it did."""
        found: int | None = self._chat(chat_id)["migrated_to"]
        return found

    def set_migrated(self, group: int) -> int:
        """Make a supergroup of a group; gives its new id."""
        row = self._chat(group)
        if row["type"] != "group" or row["migrated_to"]:
            raise ValueError(f"chat {group} is no group that could migrate")
        new = self.add_chat("supergroup", row["title"])
        self._connection.execute(
            "UPDATE telegram_chats SET migrated_to = ? WHERE id = ?", (new, group)
        )
        return new

    def shape(self, chat_id: int) -> Json:
        """The `Chat`."""
        row = self._chat(chat_id)
        if row["type"] != "private":
            return {"id": chat_id, "type": row["type"], "title": row["title"]}
        person = self._connection.execute(
            "SELECT * FROM telegram_people WHERE id = ?", (chat_id,)
        ).fetchone()
        names = {"first_name": person["name"], "username": person["username"]}
        return {"id": chat_id, "type": "private"} | names

    def message(self, message: str) -> Json:
        """The `Message` that stands there now."""
        row = self._connection.execute(
            "SELECT body FROM telegram_messages WHERE chat_id = ? AND message_id = ?"
            " AND NOT deleted",
            split(message),
        ).fetchone()
        if row is None:
            raise ValueError(f"there is no message {message}")
        body: Json = json.loads(row["body"])
        return body

    def add_message(
        self,
        chat_id: int,
        sender: Json,
        content: Json,
        reply_to: str | None = None,
        *,
        from_bot: bool = False,
    ) -> Json:
        """Store a message with the next id of its chat; gives the `Message`."""
        now = self._clock()
        message_id = self.next_message_id(chat_id)
        body = {
            "message_id": message_id,
            "from": sender,
            "chat": self.shape(chat_id),
            "date": int(now.timestamp()),
        } | content
        if reply_to is not None:
            parent = self.message(reply_to)
            # Telegram shows one step of a thread only.
            parent.pop("reply_to_message", None)
            body["reply_to_message"] = parent
        parent_id = split(reply_to)[1] if reply_to else None
        self._connection.execute(
            "INSERT INTO telegram_messages (chat_id, message_id, reply_to, body, from_bot,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, message_id, parent_id, json.dumps(body), from_bot, now.timestamp()),
        )
        return body

    def next_message_id(self, chat_id: int) -> int:
        """Ids count up within a chat and are never used again."""
        row = self._connection.execute(
            "SELECT coalesce(max(message_id), 0) + 1 AS id FROM telegram_messages"
            " WHERE chat_id = ?",
            (chat_id,),
        ).fetchone()
        return int(row["id"])

    def replace_message(self, message: str, body: Json) -> None:
        """Store another wording of a message."""
        self._connection.execute(
            "UPDATE telegram_messages SET body = ? WHERE chat_id = ? AND message_id = ?",
            (json.dumps(body), *split(message)),
        )

    def delete_message(self, message: str) -> None:
        """Let a message be gone; its id stays used."""
        self.message(message)
        self._connection.execute(
            "UPDATE telegram_messages SET deleted = 1 WHERE chat_id = ? AND message_id = ?",
            split(message),
        )

    def sent_by_bot(self, chat_id: int) -> list[sqlite3.Row]:
        """The rows of the bot's messages in a chat, oldest first."""
        return self._connection.execute(
            "SELECT * FROM telegram_messages WHERE chat_id = ? AND from_bot AND NOT deleted"
            " ORDER BY message_id",
            (chat_id,),
        ).fetchall()

    def last_sent_at(self, chat_id: int) -> float | None:
        """When the bot last wrote to a chat, in Unix time."""
        found: float | None = self._connection.execute(
            "SELECT max(created_at) AS at FROM telegram_messages WHERE chat_id = ? AND from_bot",
            (chat_id,),
        ).fetchone()["at"]
        return found

    def _chat(self, chat_id: int) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute(
            "SELECT * FROM telegram_chats WHERE id = ?", (chat_id,)
        ).fetchone()
        if row is None:
            raise ValueError(f"there is no chat {chat_id}")
        return row
