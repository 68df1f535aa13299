"""X's answers in its own words, and what each means."""

import json
import ssl
from datetime import UTC, datetime, timedelta

import pytest
import requests
import urllib3.exceptions

from bots import x_errors
from bots.platform import ChannelDown, InDoubt, NotSent, Refused, RefusedReason

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def answer(status: int, detail: str = "", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps({"detail": detail, "status": status}).encode()
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", RefusedReason.DUPLICATE),
        (
            "You can only reply to or quote posts where you are mentioned or are the author",
            RefusedReason.NOT_SUMMONED,
        ),
        (
            "Reply to this conversation is not allowed because you have not been mentioned or "
            "otherwise engaged by the author of the post you are replying to.",
            RefusedReason.RESTRICTED,
        ),
        ("The original Tweet author restricted who can reply.", RefusedReason.RESTRICTED),
        (
            "You attempted to reply to a Tweet that is deleted or not visible to you.",
            RefusedReason.PARENT_GONE,
        ),
        ("You have been blocked from replying.", RefusedReason.BLOCKED),
        ("Your Tweet text is too long.", RefusedReason.TOO_LONG),
        ("You are not permitted to perform this action.", RefusedReason.UNKNOWN),
    ],
)
def test_xs_sentences_tell_the_refusals_apart(detail: str, reason: RefusedReason) -> None:
    error = x_errors.send_refused(answer(403, detail), NOW)

    assert isinstance(error, Refused)
    assert error.reason is reason


def test_an_unknown_refusal_is_shown_without_what_could_be_private() -> None:
    detail = "No: @sari said \"lampu padam\" in [123] and 'gelap' 42. Ask support."

    error = x_errors.send_refused(answer(403, detail), NOW)

    assert str(error) == "unknown: X answered 403: No: … said … in … and … …. Ask support."


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b'{"detail": 5}', b"\xff\xfe"])
def test_an_error_answer_may_hold_anything(content: bytes) -> None:
    response = answer(403)
    response._content = content

    assert isinstance(x_errors.send_refused(response, NOW), Refused)
    assert isinstance(x_errors.read_refused(response, NOW), ChannelDown)


@pytest.mark.parametrize(
    "detail",
    [
        "Your account is suspended and is not permitted to access this feature.",
        "To protect our users, this account is temporarily locked.",
        "https://api.twitter.com/2/problems/oauth1-permissions",
    ],
)
def test_a_403_about_the_account_stops_the_channel(detail: str) -> None:
    assert isinstance(x_errors.send_refused(answer(403, detail), NOW), ChannelDown)


@pytest.mark.parametrize(
    ("status", "sending", "reading"),
    [
        (302, InDoubt, NotSent),
        (400, Refused, NotSent),
        (401, ChannelDown, ChannelDown),
        (402, ChannelDown, ChannelDown),
        (403, Refused, ChannelDown),
        (404, Refused, NotSent),
        (429, NotSent, NotSent),
        (500, InDoubt, NotSent),
        (503, InDoubt, NotSent),
    ],
)
def test_every_status_has_its_meaning(
    status: int, sending: type[Exception], reading: type[Exception]
) -> None:
    assert type(x_errors.send_refused(answer(status), NOW)) is sending
    assert type(x_errors.read_refused(answer(status), NOW)) is reading


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        (urllib3.exceptions.NameResolutionError("h", None, OSError()), NotSent),  # type: ignore[arg-type]
        (urllib3.exceptions.ConnectTimeoutError(), NotSent),
        (urllib3.exceptions.SSLError(ssl.SSLCertVerificationError()), NotSent),
        (urllib3.exceptions.SSLError(ssl.SSLError()), InDoubt),
        (urllib3.exceptions.ProtocolError("Connection aborted."), InDoubt),
    ],
)
def test_only_a_connection_that_never_stood_has_surely_sent_nothing(
    reason: Exception, verdict: type[Exception]
) -> None:
    # As requests wraps them: around urllib3's own wrapping when there was no connection.
    wrapped = urllib3.exceptions.MaxRetryError(None, "/", reason)  # type: ignore[arg-type]

    assert type(x_errors.send_failed(requests.ConnectionError(wrapped))) is verdict


def test_a_usage_cap_is_no_rate_limit() -> None:
    error = x_errors.read_refused(answer(429, "UsageCapExceeded: Monthly product cap"), NOW)

    assert isinstance(error, ChannelDown)


def test_the_wait_is_measured_on_xs_own_clock() -> None:
    reset = str(int(NOW.timestamp()) + 100)
    date = "Mon, 02 Nov 2026 09:01:00 GMT"

    own = x_errors.retry_after(answer(429, x_rate_limit_reset=reset), NOW)
    theirs = x_errors.retry_after(answer(429, x_rate_limit_reset=reset, date=date), NOW)

    assert (own, theirs) == (timedelta(seconds=100), timedelta(seconds=40))


def test_a_used_up_day_waits_for_the_end_of_the_day() -> None:
    soon, late = (str(int(NOW.timestamp()) + seconds) for seconds in (10, 7200))

    wait = x_errors.retry_after(
        answer(
            429,
            x_rate_limit_reset=soon,
            x_user_limit_24hour_remaining="0",
            x_user_limit_24hour_reset=late,
        ),
        NOW,
    )

    assert wait == timedelta(hours=2)


@pytest.mark.parametrize("reset", ["", "soon", "-1e9", "9" * 30, "1.5"])
def test_a_reset_that_is_no_time_counts_as_missing(reset: str) -> None:
    wait = x_errors.retry_after(answer(429, x_rate_limit_reset=reset, date="no date"), NOW)

    assert wait == x_errors.UNKNOWN_WAIT
