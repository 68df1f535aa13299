"""What the stand-ins show, as the oracle wants it (`intake.fsck`): the citizens' side of the truth.

It reads the worlds' own tables and the bot's cursor in its own way, on purpose not the bot's: two
queries a platform.
"""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from intake.fsck import Shown, ShownMessage, ShownPost
from sandbox import telegram_shapes
from sandbox.telegram_queue import UPDATES_KEPT
from sandbox.telegram_world import BOT_ID, TelegramWorld
from sandbox.x_world import XWorld

X, TELEGRAM = "x", "telegram"
CURSOR_VERSION = 1
# An update that is about to be dropped may be gone by the time we look.
MARGIN = timedelta(minutes=1)

Json = dict[str, Any]

_X_POSTS = """
SELECT post.*, deleted OR protected AS hidden, description <> '' AS is_bot,
  (SELECT group_concat(id) FROM x_posts WHERE first_id = post.first_id) AS versions,
  EXISTS (SELECT 1 FROM json_each(mentions) WHERE value = ?) AS names_us
FROM x_posts AS post JOIN x_people ON x_people.id = author WHERE latest ORDER BY post.id
"""
_TELEGRAM_MESSAGES = """
SELECT chat_id, message_id, reply_to, body, from_bot, deleted, created_at FROM telegram_messages
ORDER BY created_at, chat_id, message_id
"""
_TELEGRAM_PENDING = """
SELECT coalesce(json_extract(body, '$.message.chat.id'),
    json_extract(body, '$.edited_message.chat.id')) AS chat,
  coalesce(json_extract(body, '$.message.message_id'),
    json_extract(body, '$.edited_message.message_id')) AS message
FROM telegram_updates
"""


def shown_of(x: XWorld, telegram: TelegramWorld, x_cursor: str | None = None) -> Shown:
    """Everything that both worlds show now.

    `x_cursor` is the bot's stored cursor of X; without it nothing counts as passed there. What
    Telegram has been told is passed is what it hands out no more.
    """
    on_x = x.rows(_X_POSTS, x.account.lower())
    on_telegram = telegram.rows(_TELEGRAM_MESSAGES)
    now = x.clock()
    ours_on_x = [row for row in on_x if row["author"] == x.account_id and not row["hidden"]]
    said = [row for row in on_telegram if row["from_bot"] and not row["deleted"]]
    heard = [row for row in on_telegram if not row["from_bot"]]
    return Shown(
        posts=[
            *(_x_post(row, x.account_id) for row in on_x),
            *(_telegram_post(row, telegram.bot_username) for row in heard),
        ],
        messages=[*map(_x_message, ours_on_x), *map(_telegram_message, said)],
        passed=_passed_on_x(on_x, x_cursor) | _passed_on_telegram(telegram, heard, now),
        now=now,
    )


def read_shown(state: Path, account: str, bot_username: str, x_cursor: str | None) -> Shown:
    """What the worlds in a sandbox's state file show; the file is copied, and not touched."""
    with (
        closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as kept,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
    ):
        kept.backup(copy)
        copy.row_factory = sqlite3.Row
        return shown_of(XWorld(copy, account), TelegramWorld(copy, bot_username), x_cursor)


# ---------------------------------------------------------------- X


def _x_post(row: sqlite3.Row, account_id: int) -> ShownPost:
    return ShownPost(
        platform=X,
        external_id=str(row["first_id"]),
        author_id=str(row["author"]),
        posted_at=datetime.fromisoformat(row["created_at"]),
        for_us=bool(row["names_us"]) and row["repost_of"] is None,
        standing=not row["hidden"],
        own=row["author"] == account_id,
        repost=row["repost_of"] is not None,
        bot=bool(row["is_bot"]),
        reply_to=row["reply_to"] and str(row["reply_to"]),
        versions=frozenset(row["versions"].split(",")),
    )


def _x_message(row: sqlite3.Row) -> ShownMessage:
    return ShownMessage(
        platform=X,
        external_id=str(row["id"]),
        conversation_id=str(row["conversation"]),
        reply_to=row["reply_to"] and str(row["reply_to"]),
        text=row["written"],
        at=datetime.fromisoformat(row["created_at"]),
    )


def _passed_on_x(rows: list[sqlite3.Row], cursor: str | None) -> frozenset[str]:
    """Posts whose wording of now lies behind the newest one read and inside no unfinished walk."""
    if cursor is None:
        return frozenset()
    stored = json.loads(cursor)
    if stored.get("version") != CURSOR_VERSION or stored["newest"] is None:
        return frozenset()
    walks = [
        (walk["floor"] or 0, walk["until"] or stored["newest"] + 1)
        for walk in stored["walks"]
        if walk["source"] != "sweep"
    ]
    return frozenset(
        str(row["first_id"])
        for row in rows
        if row["id"] <= stored["newest"]
        and not any(floor < row["id"] < until for floor, until in walks)
    )


# ---------------------------------------------------------------- Telegram


def _telegram_post(row: sqlite3.Row, us: str) -> ShownPost:
    body: Json = json.loads(row["body"])
    author = body["from"]
    return ShownPost(
        platform=TELEGRAM,
        external_id=_message_id(row),
        author_id=str(author["id"]),
        posted_at=_moment(row),
        for_us=author["id"] != BOT_ID and _is_for_us(body, us),
        standing=not row["deleted"],
        own=author["id"] == BOT_ID,
        bot=author["is_bot"],
        reply_to=_reply_to(row),
    )


def _telegram_message(row: sqlite3.Row) -> ShownMessage:
    return ShownMessage(
        platform=TELEGRAM,
        external_id=_message_id(row),
        conversation_id=str(row["chat_id"]),
        reply_to=_reply_to(row),
        text=json.loads(row["body"])["text"],
        at=_moment(row),
    )


def _passed_on_telegram(
    world: TelegramWorld, messages: list[sqlite3.Row], now: datetime
) -> frozenset[str]:
    """Messages that are handed out no more although Telegram would still keep them."""
    pending = {f"{row['chat']}:{row['message']}" for row in world.rows(_TELEGRAM_PENDING)}
    kept_since = (now - UPDATES_KEPT + MARGIN).timestamp()
    recent = {_message_id(row) for row in messages if row["created_at"] > kept_since}
    return frozenset(recent - pending)


def _is_for_us(body: Json, us: str) -> bool:
    """A private message, or one in a group that answers us, names us, or is a command for us."""
    if body["chat"]["type"] == "private":
        return True
    if body.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID:
        return True
    text = str(body.get("text") or body.get("caption") or "")
    words = [_word(text, entity) for entity in telegram_shapes.entities(text)]
    if f"@{us}".casefold() in words:
        return True
    first = text.partition(" ")[0].casefold()
    command, _, bot = first.partition("@")
    return command.startswith("/") and first in words and bot in ("", us.casefold())


def _word(text: str, entity: Json) -> str:
    units = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le").casefold()


def _message_id(row: sqlite3.Row) -> str:
    return f"{row['chat_id']}:{row['message_id']}"


def _reply_to(row: sqlite3.Row) -> str | None:
    return None if row["reply_to"] is None else f"{row['chat_id']}:{row['reply_to']}"


def _moment(row: sqlite3.Row) -> datetime:
    return datetime.fromtimestamp(row["created_at"], UTC)
