"""One table from what X answers, or fails to answer, to what the rest of the system must do."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3.exceptions

from bots.platform import ChannelDown, InDoubt, NotSent, PlatformError, Refused, RefusedReason

SHORTEST_WAIT = timedelta(seconds=5)
"""A reset in the past is a clock that differs: wait a little, do not hammer."""

UNKNOWN_WAIT = timedelta(minutes=1)
"""Without a reset in the headers."""

LONGEST_WAIT = timedelta(hours=24)
"""The longest of X's windows."""

# X's 403 and 400 carry no code that tells them apart, only a sentence (seen 2022-2026).
REFUSALS: tuple[tuple[RefusedReason, tuple[str, ...]], ...] = (
    (RefusedReason.DUPLICATE, ("duplicate content", "status is a duplicate")),
    (RefusedReason.NOT_SUMMONED, ("where you are mentioned or are the author",)),
    (RefusedReason.PARENT_GONE, ("deleted or not visible", "could not find tweet", "not exist")),
    (RefusedReason.BLOCKED, ("have been blocked", "blocked from")),
    (
        RefusedReason.RESTRICTED,
        ("reply to this conversation", "restricted who can reply", "not allowed to reply"),
    ),
    (RefusedReason.TOO_LONG, ("too long", "shorter")),
)

# A 403 that is about the account or the app, not about this post: nothing else will go out either.
ACCOUNT_TROUBLE = (
    "client-forbidden",
    "client-not-enrolled",
    "oauth1-permissions",
    "your account is suspended",
    "account is temporarily locked",
)


def read_failed(error: requests.RequestException) -> NotSent:
    """A read that brought no answer: nothing is lost, read again."""
    return NotSent(f"X could not be read ({type(error).__name__})")


def send_failed(error: requests.RequestException) -> NotSent | InDoubt:
    """A post that brought no answer: only a connection that never stood is surely not sent."""
    if _never_connected(error):
        return NotSent(f"no connection to X ({type(error).__name__})")
    return InDoubt(f"X broke off without an answer ({type(error).__name__})")


def read_refused(response: requests.Response, now: datetime) -> PlatformError:
    """What an error answer to a read means."""
    shared = _channel_trouble(response, now)
    if shared is not None:
        return shared
    if response.status_code == 403:
        return ChannelDown(f"X forbids reading (403: {_said(response)}): check the app's access")
    return NotSent(f"X answered {response.status_code}")


def send_refused(response: requests.Response, now: datetime) -> PlatformError:
    """What an error answer to a post means."""
    status = response.status_code
    shared = _channel_trouble(response, now)
    if shared is not None:
        return shared
    if not 400 <= status < 500:
        return InDoubt(f"X answered {status}")
    text = response.text.lower()
    if status == 403 and any(words in text for words in ACCOUNT_TROUBLE):
        return ChannelDown(f"X forbids this app or account to post (403: {_said(response)})")
    for reason, sentences in REFUSALS:
        if any(sentence in text for sentence in sentences):
            return Refused(reason, f"X answered {status}")
    return Refused(RefusedReason.UNKNOWN, f"X answered {status}: {_said(response)}")


def _channel_trouble(response: requests.Response, now: datetime) -> PlatformError | None:
    status = response.status_code
    if status == 401:
        return ChannelDown("X does not accept the credentials (401): renew the keys and tokens")
    if status == 402:
        return ChannelDown("X wants to be paid (402): add credits in the developer console")
    if status == 429 and "usagecapexceeded" in response.text.lower().replace("-", ""):
        return ChannelDown("X's usage cap is reached (429): raise it in the developer console")
    if status == 429:
        return NotSent("X asks to wait (429)", retry_after(response, now))
    return None


def retry_after(response: requests.Response, now: datetime) -> timedelta:
    """How long a 429 asks to wait, within what is sane; `now` helps if X does not tell its time."""
    reset = _reset(response)
    if reset is None:
        return UNKNOWN_WAIT
    wait = reset - (_date(response) or now)
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def _reset(response: requests.Response) -> datetime | None:
    headers = response.headers
    for window in ("x-user-limit-24hour", "x-app-limit-24hour"):
        if headers.get(f"{window}-remaining") == "0":
            return _epoch(headers.get(f"{window}-reset"))
    return _epoch(headers.get("x-rate-limit-reset"))


def _epoch(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _date(response: requests.Response) -> datetime | None:
    # The reset is a time on X's clock, so X's own Date is the honest thing to subtract.
    try:
        date = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return date.astimezone(UTC)


def _never_connected(error: BaseException) -> bool:
    """Whether requests' wrapping holds a failure to connect: then nothing was sent."""
    cause: Any = error
    for _ in range(5):
        if isinstance(
            cause,
            urllib3.exceptions.NewConnectionError
            | urllib3.exceptions.ConnectTimeoutError
            | ssl.SSLCertVerificationError,
        ):
            return True
        cause = getattr(cause, "reason", None) or next(iter(getattr(cause, "args", ())), None)
    return False


def _said(response: requests.Response) -> str:
    """X's own sentence without what could be a citizen's: handles, numbers, quoted text."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return "no reason given"
    detail = body.get("detail") if isinstance(body, dict) else None
    if not isinstance(detail, str):
        return "no reason given"
    return re.sub(r"@\w+|\d+|\"[^\"]*\"|'[^']*'|\[[^\]]*\]", "…", detail)[:200]
