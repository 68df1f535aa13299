"""From python-telegram-bot's errors to the four of `bots.platform`; `bots.telegram` calls it.

Messages here are constants, names of classes and names of Telegram's own error codes. The texts
of python-telegram-bot's errors never leave: they may quote the request, which holds the token and
what was written.
"""

import re
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bots.platform import ChannelDown, InDoubt, NotSent, PlatformError, Refused, RefusedReason

# Raised before a byte of the request has left.
_NOTHING_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
_WRONG_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)

# The 400s by what Telegram's server says, in lower case.
_BAD_REQUESTS = (
    ("message to be replied not found", RefusedReason.PARENT_GONE),
    ("replied message not found", RefusedReason.PARENT_GONE),
    ("reply message not found", RefusedReason.PARENT_GONE),
    ("message is too long", RefusedReason.TOO_LONG),
    ("not enough rights", RefusedReason.RESTRICTED),
    ("have no rights", RefusedReason.RESTRICTED),
    ("chat_write_forbidden", RefusedReason.RESTRICTED),
    ("chat not found", RefusedReason.UNKNOWN),
    ("message text is empty", RefusedReason.UNKNOWN),
)
_ERROR_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]{2,})+\b")


def fetch_error(error: Exception) -> PlatformError:
    """What a failed read means. Reading changes nothing there, so nothing is in doubt."""
    common = _channel_or_pace(error)
    return common or NotSent(f"Telegram could not be read ({_names(error)}): try again")


def send_error(error: Exception) -> PlatformError:
    """What a failed `sendMessage` means, after the table "Sending at most once"."""
    common = _channel_or_pace(error)
    if common is not None:
        return common
    if isinstance(error, Forbidden):
        return Refused(RefusedReason.BLOCKED, "this chat takes no messages from the bot")
    if isinstance(error, ChatMigrated):
        return Refused(
            RefusedReason.MIGRATED, "the group has a new id", migrated_to=str(error.new_chat_id)
        )
    if isinstance(error, BadRequest):
        return _bad_request(error)
    if isinstance(error.__cause__, _NOTHING_LEFT):
        return NotSent(f"Telegram was not reached ({_names(error)}): try again")
    if isinstance(error.__cause__, UnicodeError):
        return Refused(RefusedReason.UNKNOWN, "the text cannot be encoded")
    # What is left: no answer, a server error, or an answer that cannot be read.
    return InDoubt(f"Telegram may have the message ({_names(error)})")


def _channel_or_pace(error: Exception) -> PlatformError | None:
    """What is the same for every call."""
    if isinstance(error, RetryAfter):
        return NotSent("Telegram asks for a slower pace", _wait(error))
    if isinstance(error, InvalidToken | EndPointNotFound):
        # 401 and 404 look the same in python-telegram-bot 22.8.
        return ChannelDown(
            "Telegram refused the bot's token or does not know this address: check both settings"
        )
    if isinstance(error, Conflict):
        return ChannelDown(
            "another program reads this bot's messages, or a webhook is set: stop it"
        )
    if isinstance(error.__cause__, _WRONG_ADDRESS):
        return ChannelDown("the address of Telegram in the settings is no address")
    if type(error) is NetworkError and error.message.startswith("Too Many Requests"):
        # A 429 without a time; python-telegram-bot has no class for it.
        return NotSent("Telegram asks for a slower pace")
    return None


def _bad_request(error: BadRequest) -> Refused:
    said = error.message.lower()
    for phrase, reason in _BAD_REQUESTS:
        if phrase in said:
            return Refused(reason, phrase)
    code = _ERROR_CODE.search(error.message)
    return Refused(RefusedReason.UNKNOWN, code.group() if code else "Telegram gave another reason")


def _wait(error: RetryAfter) -> timedelta:
    # An int today, a timedelta in python-telegram-bot's next major version.
    given = error.retry_after
    return given if isinstance(given, timedelta) else timedelta(seconds=given)


def _names(error: Exception) -> str:
    cause = error.__cause__
    names = [type(error).__name__]
    if cause is not None and not isinstance(cause, TelegramError):
        names.append(type(cause).__name__)
    return " by ".join(names)
