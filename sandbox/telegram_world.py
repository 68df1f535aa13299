"""The stand-in's Telegram: scripted citizens act through it, `telegram_server` lets a bot in.

A world begins transactions: its connection is its own (`sandbox.state.open_state`) or one that
minds whose turn it is (`sandbox.transactions`). Mistakes of a script raise `ValueError`; what
Telegram would refuse a bot raises `ApiError`.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox import telegram_shapes as shapes
from sandbox.telegram_chats import Chats, Person, split
from sandbox.telegram_queue import UpdateQueue
from sandbox.telegram_shapes import Json

MAX_TEXT = 4096
"""The longest text of a message, in UTF-16 code units."""
MAX_CALLBACK_DATA = 64
"""The longest `callback_data`, in bytes."""

BOT_ID = 1_708_001_708
_PRESSES = """
CREATE TABLE IF NOT EXISTS telegram_presses (
  id INTEGER PRIMARY KEY AUTOINCREMENT, answered INTEGER NOT NULL DEFAULT 0)
"""


class ApiError(Exception):
    """What Telegram answers instead of a result; see "Making requests" of the Bot API."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class SentButton:
    """One inline button under a message of the bot."""

    label: str
    data: str


@dataclass(frozen=True)
class SentMessage:
    """A message of the bot as a citizen sees it; ids are `chat:message`."""

    id: str
    text: str
    reply_to: str | None
    buttons: tuple[SentButton, ...]
    created_at: datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


class TelegramWorld:
    """One bot's Telegram. Every method may be called from every thread.

    `privacy` is Telegram's privacy mode: in groups the bot gets commands, mentions of it and
    replies to it only. `paced` answers 429 to a second message within a second in one chat.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        bot_username: str = "lapor1708_bot",
        clock: Callable[[], datetime] = _utc_now,
        *,
        privacy: bool = True,
        paced: bool = False,
    ) -> None:
        self.bot_username = bot_username
        self._connection = connection
        self._clock = clock
        self._privacy = privacy
        self._paced = paced
        self._lock = threading.RLock()
        self._chats = Chats(connection, clock)
        self._queue = UpdateQueue(connection, clock)
        connection.execute(_PRESSES)

    # ------------------------------------------------------------ what a script does

    def add_person(self, username: str, name: str, bot: bool = False) -> int:
        """Add a person, or find the one added before a restart; gives the user id."""
        with self._changing():
            return self._chats.add_person(username, name, bot).id

    def add_group(self, title: str) -> int:
        """Add a group with the bot in it, or find the one added before; gives the chat id."""
        with self._changing():
            return self._chats.find_group(title) or self._chats.add_chat("group", title)

    def say(
        self,
        username: str,
        text: str | None = None,
        *,
        group: int | None = None,
        reply_to: str | None = None,
        caption: str | None = None,
        photo: bool = False,
        voice: bool = False,
        video: bool = False,
        document: bool = False,
        location: tuple[float, float] | None = None,
        album: str | None = None,
    ) -> str:
        """Write to the bot, or in `group`; gives the message's id, `chat:message`."""
        with self._changing():
            person = self._chats.person(username)
            chat = self._chat_to_speak_in(person, group)
            ref = f"{chat}-{self._chats.next_message_id(chat)}"
            attached: Json = {
                "photo": shapes.photo(ref) if photo else None,
                "voice": shapes.voice(ref) if voice else None,
                "video": shapes.video(ref) if video else None,
                "document": shapes.document(ref) if document else None,
                "location": shapes.location(*location) if location else None,
            }
            content = shapes.text_fields(text, caption) | shapes.without_none(attached)
            if not content:
                raise ValueError("say something: a text, an attachment or a place")
            content |= shapes.without_none({"media_group_id": album})
            message = self._chats.add_message(chat, person.shape(), content, reply_to)
            self._show_bot("message", message)
            return f"{chat}:{message['message_id']}"

    def edit(self, message: str, text: str) -> None:
        """Change the text, or the caption, of a person's message."""
        with self._changing():
            body = self._chats.message(message)
            has_text = "text" in body
            for stale in ("text", "entities", "caption", "caption_entities"):
                body.pop(stale, None)
            body |= shapes.text_fields(text, None) if has_text else shapes.text_fields(None, text)
            body["edit_date"] = int(self._clock().timestamp())
            self._chats.replace_message(message, body)
            self._show_bot("edited_message", body)

    def delete(self, message: str) -> None:
        """Delete a message; Telegram tells bots nothing about it."""
        with self._changing():
            self._chats.delete_message(message)

    def press(self, username: str, message: str, data: str) -> None:
        """Press the button with `data` under a message of the bot."""
        with self._changing():
            person = self._chats.person(username)
            body = self._chats.message(message)
            if data not in {button.data for button in _buttons(body)}:
                raise ValueError(f"message {message} has no button with the data {data!r}")
            if body["chat"]["type"] == "private" and body["chat"]["id"] != person.id:
                raise ValueError(f"message {message} is not in {username}'s chat")
            row = self._connection.execute("INSERT INTO telegram_presses DEFAULT VALUES")
            query = {
                "id": str(row.lastrowid),
                "from": person.shape(),
                "message": body,
                "chat_instance": f"instance-{body['chat']['id']}",
                "data": data,
            }
            self._queue.add("callback_query", query)

    def block(self, username: str) -> None:
        """Block the bot."""
        with self._changing():
            self._change_membership(self._chats.person(username), blocked=True)

    def unblock(self, username: str) -> None:
        """Unblock the bot."""
        with self._changing():
            self._change_membership(self._chats.person(username), blocked=False)

    def migrate(self, group: int) -> int:
        """Let a group become a supergroup; gives the new chat id."""
        with self._changing():
            new = self._chats.set_migrated(group)
            for chat, content in (
                (group, {"migrate_to_chat_id": new}),
                (new, {"migrate_from_chat_id": group}),
            ):
                notice = self._chats.add_message(chat, self.bot_user(), content)
                self._queue.add("message", notice)
            return new

    def queue_update(self, kind: str, content: object) -> None:
        """Queue an update of any shape: what a newer Telegram might send, or a broken one."""
        with self._changing():
            self._queue.add(kind, content)

    def restart_update_ids(self, first: int) -> None:
        """Let the next `update_id` be `first`, as Telegram does after a week of silence."""
        with self._changing():
            self._queue.restart_ids(first)

    # ------------------------------------------------------------ what a script sees

    def notices_to(self, message: str) -> list[SentMessage]:
        """The bot's messages that reply to `message`, oldest first."""
        return [sent for sent in self.sent(split(message)[0]) if sent.reply_to == message]

    def sent(self, chat_id: int) -> list[SentMessage]:
        """The bot's messages in a chat, oldest first."""
        with self._lock:
            return [_sent_message(row) for row in self._chats.sent_by_bot(chat_id)]

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a query gives, all of it."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def answered_presses(self) -> int:
        """How many pressed buttons the bot has answered."""
        with self._lock:
            row = self._connection.execute("SELECT sum(answered) AS n FROM telegram_presses")
            return int(row.fetchone()["n"] or 0)

    # ------------------------------------------------------------ what the bot does

    def bot_user(self) -> Json:
        """The bot's own `User`."""
        return shapes.user(BOT_ID, self.bot_username, "LAPOR! (contoh)", is_bot=True)

    def allow(self, kinds: Sequence[str]) -> None:
        """From now on queue these kinds of update only; an empty list means all."""
        with self._changing():
            self._queue.allow(kinds)

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative one keeps the last `-offset` only."""
        with self._changing():
            self._queue.confirm(offset)

    def pending(self, limit: int) -> list[Json]:
        """The oldest unconfirmed updates that Telegram still keeps."""
        with self._lock:
            return self._queue.pending(limit)

    def send(
        self,
        chat_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        without_reply: bool = False,
        keyboard: list[list[Json]] | None = None,
    ) -> Json:
        """Send a text as the bot; gives the `Message`, or raises `ApiError` as Telegram would."""
        _check_content(text, keyboard or [])
        with self._changing():
            self._check_reachable(chat_id)
            parent = None if reply_to is None else self._parent(chat_id, reply_to, without_reply)
            content = shapes.text_fields(text.strip(), None)
            if keyboard:
                content["reply_markup"] = {"inline_keyboard": keyboard}
            return self._chats.add_message(chat_id, self.bot_user(), content, parent, from_bot=True)

    def answer_press(self, press_id: str) -> None:
        """Answer a pressed button, or raise `ApiError`."""
        with self._changing():
            done = self._connection.execute(
                "UPDATE telegram_presses SET answered = 1 WHERE id = ?", (press_id,)
            )
            if done.rowcount == 0:
                raise ApiError(
                    400,
                    "Bad Request: query is too old and response timeout expired or query ID is"
                    " invalid",
                )

    # ------------------------------------------------------------ inside

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One transaction, so that a killed sandbox never keeps a message without its update."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _chat_to_speak_in(self, person: Person, group: int | None) -> int:
        if group is None:
            return self._chats.open_private(person)
        return self._chats.migrated_to(group) or group

    def _show_bot(self, kind: str, message: Json) -> None:
        if message["chat"]["type"] == "private" or not self._privacy or self._is_for_bot(message):
            self._queue.add(kind, message)

    def _is_for_bot(self, message: Json) -> bool:
        if message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        is_command = any(entity["type"] == "bot_command" for entity in shapes.entities(text))
        return is_command or f"@{self.bot_username}".casefold() in text.casefold()

    def _change_membership(self, person: Person, *, blocked: bool) -> None:
        self._chats.set_blocked(person, blocked=blocked)
        member: Json = {"user": self.bot_user(), "status": "member"}
        banned: Json = {"user": self.bot_user(), "status": "kicked", "until_date": 0}
        change = {
            "chat": self._chats.shape(self._chats.open_private(person)),
            "from": person.shape(),
            "date": int(self._clock().timestamp()),
            "old_chat_member": member if blocked else banned,
            "new_chat_member": banned if blocked else member,
        }
        self._queue.add("my_chat_member", change)

    def _check_reachable(self, chat_id: int) -> None:
        try:
            new = self._chats.migrated_to(chat_id)
        except ValueError:
            raise ApiError(400, "Bad Request: chat not found") from None
        if new is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": new},
            )
        if self._chats.is_blocked(chat_id):
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        last = self._chats.last_sent_at(chat_id)
        if self._paced and last is not None and self._clock().timestamp() - last < 1:
            raise ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1})

    def _parent(self, chat_id: int, reply_to: int, without_reply: bool) -> str | None:
        parent = f"{chat_id}:{reply_to}"
        try:
            self._chats.message(parent)
        except ValueError:
            if without_reply:
                return None
            raise ApiError(400, "Bad Request: message to be replied not found") from None
        return parent


def _buttons(body: Json) -> list[SentButton]:
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return [SentButton(key["text"], key["callback_data"]) for row in rows for key in row]


def _sent_message(row: sqlite3.Row) -> SentMessage:
    body = json.loads(row["body"])
    return SentMessage(
        id=f"{row['chat_id']}:{row['message_id']}",
        text=body["text"],
        reply_to=None if row["reply_to"] is None else f"{row['chat_id']}:{row['reply_to']}",
        buttons=tuple(_buttons(body)),
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
    )


def _check_content(text: str, keyboard: list[list[Json]]) -> None:
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if shapes.utf16_length(text.strip()) > MAX_TEXT:
        raise ApiError(400, "Bad Request: message is too long")
    data = [key["callback_data"] for row in keyboard for key in row]
    if any(len(value.encode()) > MAX_CALLBACK_DATA for value in data):
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
