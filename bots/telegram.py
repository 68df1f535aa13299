"""The Telegram adapter, on python-telegram-bot's `Bot`; `wiring` builds it, `intake` calls it.

python-telegram-bot's own Updater confirms a batch before it was handled and so loses messages when
the process dies. Here the confirmed offset lives in the cursor, which the caller stores together
with the raws.
"""

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from datetime import datetime, timedelta
from typing import Any

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from bots.platform import (
    Batch,
    CannotTell,
    Event,
    NotSent,
    Outgoing,
    Raw,
    Receipt,
    Refused,
    RefusedReason,
)
from bots.telegram_connection import Connection
from bots.telegram_cursor import Place, update_id_of
from bots.telegram_errors import fetch_error, send_error
from bots.telegram_parse import RECEIVED_AT, Us, parse_update

MAX_LENGTH = 4096
"""UTF-16 code units in one message."""
PAGE = 100
"""The most updates that one getUpdates gives."""

_WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
_CALLBACK_SECONDS = 3.0
_LOG = logging.getLogger(__name__)


class Telegram:
    """One Telegram bot (`bots.platform.Platform`). Every method may be called from every thread.

    `account` is the bot's username with or without @, `base_url` the address before "/bot<token>".
    A fetch waits up to `poll_seconds` for news (Telegram allows 50); the timeouts are in seconds.
    `transport` takes the requests instead of the network.
    """

    name = "telegram"
    max_length = MAX_LENGTH

    def __init__(
        self,
        token: str,
        account: str,
        base_url: str = "https://api.telegram.org",
        poll_seconds: int = 25,
        connect_timeout: float = 5.0,
        read_timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.account = account.removeprefix("@")
        bot_id = token.partition(":")[0]
        # A token is "<the bot's user id>:<secret>".
        self._us = Us(self.account, int(bot_id) if bot_id.isdecimal() else None)
        self._poll_seconds = poll_seconds
        self._read_timeout = read_timeout
        self._connection = Connection(token, base_url, connect_timeout, read_timeout, transport)

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """One long poll; an empty batch when `close` ended it. Confirms what `cursor` passed."""
        place = Place.loads(cursor)
        started = time.monotonic()
        try:
            updates = self._poll(place.offset_at(now))
        except CancelledError:
            return Batch(raws=(), next_cursor=place.dumps())
        received_at = now + timedelta(seconds=time.monotonic() - started)
        return Batch(
            raws=tuple(_raw(update, received_at) for update in updates),
            next_cursor=place.after(updates, now).dumps(),
            more=len(updates) >= PAGE,
            gap=place.gap_at(now),
        )

    def parse(self, raw: Raw) -> list[Event]:
        """See `bots.telegram_parse`."""
        return parse_update(raw.payload, self._us)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Send one message, as a reply where its parent still stands."""
        arguments = _message_arguments(outgoing)

        async def send(bot: Bot) -> Message:
            if outgoing.callback_id is not None:
                await _stop_spinner(bot, outgoing.callback_id)
            return await bot.send_message(**arguments)

        message = self._connection.call(send, send_error)
        return Receipt(f"{message.chat.id}:{message.message_id}")

    def find_sent(self, outgoing: Outgoing, since: datetime) -> CannotTell:  # noqa: ARG002
        """A bot cannot read back what it sent."""
        return CannotTell()

    def gone(self, external_ids: Sequence[str]) -> frozenset[str]:  # noqa: ARG002
        """Telegram tells bots of no deletion."""
        return frozenset()

    def check(self) -> None:
        """getMe."""
        self._connection.call(lambda bot: bot.get_me(), fetch_error)

    def measure(self, text: str) -> int:
        """UTF-16 code units."""
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def close(self) -> None:
        """End a pending fetch at once; wait for a message that is being sent."""
        self._connection.close()

    def _poll(self, offset: int | None) -> list[Any]:
        parameters: dict[str, Any] = {
            "timeout": self._poll_seconds,
            "limit": PAGE,
            "allowed_updates": _WANTED,
        }
        if offset is not None:
            parameters["offset"] = offset

        # Raw dicts: in python-telegram-bot's own classes one odd update spoils its whole page.
        async def poll(bot: Bot) -> Any:
            return await bot.do_api_request(
                "getUpdates", parameters, read_timeout=self._poll_seconds + self._read_timeout
            )

        updates = self._connection.call(poll, fetch_error, cancellable=True)
        if not isinstance(updates, list):
            raise NotSent("Telegram's answer to getUpdates is no list: try again")
        return updates


# ---------------------------------------------------------------- raws and messages


def _raw(update: object, received_at: datetime) -> Raw:
    # The hash keeps keys apart when ids start anew; the time is no part of it, so that a
    # redelivered update has the same key.
    digest = hashlib.sha256(json.dumps(update, sort_keys=True).encode()).hexdigest()[:16]
    if isinstance(update, dict) and "callback_query" in update:
        update = update | {RECEIVED_AT: received_at.isoformat()}
    return Raw(key=f"{update_id_of(update)}-{digest}", payload=json.dumps(update))


def _message_arguments(outgoing: Outgoing) -> dict[str, Any]:
    try:
        chat = int(outgoing.conversation_id)
        parent_chat, parent = map(int, (outgoing.reply_to or f"{chat}:0").split(":"))
    except ValueError:
        raise Refused(RefusedReason.UNKNOWN, "the chat or the parent is no Telegram id") from None
    # A group that migrated has another id; a reply into another chat would be refused.
    is_reply = outgoing.reply_to is not None and parent_chat == chat
    return {
        "chat_id": chat,
        "text": outgoing.text,
        "reply_parameters": (
            ReplyParameters(parent, allow_sending_without_reply=True) if is_reply else None
        ),
        "reply_markup": _keyboard(outgoing),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }


def _keyboard(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    if not outgoing.buttons:
        return None
    # One button a row: Indonesian labels are long and phones are narrow.
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data)] for b in outgoing.buttons]
    )


async def _stop_spinner(bot: Bot, callback_id: str) -> None:
    """Best effort: an unanswered button only keeps turning for a while."""
    try:
        await bot.answer_callback_query(callback_id, read_timeout=_CALLBACK_SECONDS)
    except Exception as error:  # noqa: BLE001
        # Anything: the notice matters more.
        _LOG.info("telegram_callback_not_answered", extra={"error": type(error).__name__})
