"""Sending by Telegram over real HTTP: every outcome of "Sending at most once", and the threads."""

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bots.platform import (
    Button,
    CannotTell,
    ChannelDown,
    InDoubt,
    NotSent,
    Outgoing,
    PlatformError,
    Refused,
    RefusedReason,
)
from bots.telegram import Telegram
from sandbox.faults import Fault
from tests.bots.telegram_stand_in import TOKEN, StandIn, running_telegram
from tests.stand_ins import closed_port

SECRET = "Rumah saya di Jalan Rahasia nomor tujuh"
# So long that an answer cut in half still holds the secret.
LONG_SECRET = SECRET + " tolong" * 200


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with running_telegram(tmp_path) as running:
        yield running


def notice_for(message: str, text: str = "Laporan Anda LPR-7K3M9QXA kami terima.") -> Outgoing:
    return Outgoing(
        conversation_id=message.split(":")[0], reply_to=message, text=text, mark="LPR-7K3M9QXA"
    )


def test_a_notice_stands_as_a_reply_under_the_citizens_message(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Got di depan rumah mampet")

    receipt = telegram.adapter().send(notice_for(message))

    (notice,) = telegram.world.notices_to(message)
    assert (receipt.external_id, notice.text) == (
        notice.id,
        "Laporan Anda LPR-7K3M9QXA kami terima.",
    )


def test_buttons_come_back_when_they_are_pressed(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Sudah diperbaiki belum?")
    outgoing = Outgoing(
        conversation_id=message.split(":")[0],
        reply_to=message,
        text="Sudah beres?",
        mark="LPR-7K3M9QXA",
        buttons=(Button("Sudah", "sudah:LPR-7K3M9QXA"), Button("Belum", "belum:LPR-7K3M9QXA")),
    )

    receipt = telegram.adapter().send(outgoing)
    telegram.world.press("sari", receipt.external_id, "belum:LPR-7K3M9QXA")

    press = telegram.press_seen()
    (notice,) = telegram.world.notices_to(message)
    assert [button.label for button in notice.buttons] == ["Sudah", "Belum"]
    assert (press.notice_id, press.data) == (notice.id, "belum:LPR-7K3M9QXA")
    assert not press.public


def pressed(telegram: StandIn) -> tuple[str, str]:
    """A citizen's message and the id of a press on the button under its notice."""
    message = telegram.world.say("sari", "Sudah diperbaiki belum?")
    chat, number = map(int, message.split(":"))
    keyboard = [[{"text": "Sudah", "callback_data": "sudah"}]]
    sent = telegram.world.send(chat, "Sudah beres?", reply_to=number, keyboard=keyboard)
    telegram.world.press("sari", f"{chat}:{sent['message_id']}", "sudah")
    return message, telegram.press_seen().callback_id


def answer_to(message: str, callback_id: str) -> Outgoing:
    return Outgoing(message.split(":")[0], message, "Terima kasih.", "", callback_id=callback_id)


def test_a_pressed_button_is_answered_with_the_notice(telegram: StandIn) -> None:
    message, callback_id = pressed(telegram)

    telegram.adapter().send(answer_to(message, callback_id))

    assert telegram.world.answered_presses() == 1
    assert len(telegram.world.notices_to(message)) == 2


@pytest.mark.parametrize("fault", [Fault.ERROR_500, Fault.DROP, Fault.HTML_200, Fault.UNAUTHORIZED])
def test_a_button_that_cannot_be_answered_never_hinders_its_notice(
    telegram: StandIn, fault: Fault
) -> None:
    message, callback_id = pressed(telegram)
    telegram.faults.inject("answerCallbackQuery", fault)

    telegram.adapter().send(answer_to(message, callback_id))

    assert len(telegram.world.notices_to(message)) == 2


def test_an_expired_button_never_hinders_its_notice(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")

    telegram.adapter().send(answer_to(message, "404"))

    assert len(telegram.world.notices_to(message)) == 1


def test_a_notice_to_a_deleted_message_goes_out_without_a_reply(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Salah kirim")
    telegram.world.delete(message)

    receipt = telegram.adapter().send(notice_for(message))

    (notice,) = telegram.world.sent(int(message.split(":")[0]))
    assert (notice.id, notice.reply_to) == (receipt.external_id, None)


def test_a_notice_into_a_migrated_group_goes_out_without_a_reply(telegram: StandIn) -> None:
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    message = telegram.world.say("sari", "/lapor sampah menumpuk", group=group)
    new = telegram.world.migrate(group)

    telegram.adapter().send(Outgoing(str(new), message, "Kami terima.", ""))

    assert [notice.reply_to for notice in telegram.world.sent(new)] == [None]


# ---------------------------------------------------------------- verdicts


def test_a_citizen_who_blocked_the_bot_refuses(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")
    telegram.world.block("sari")

    with pytest.raises(Refused) as caught:
        telegram.adapter().send(notice_for(message))

    assert caught.value.reason is RefusedReason.BLOCKED


def test_a_migrated_group_refuses_and_names_its_new_id(telegram: StandIn) -> None:
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    message = telegram.world.say("sari", "/lapor sampah menumpuk", group=group)
    new = telegram.world.migrate(group)

    with pytest.raises(Refused) as caught:
        telegram.adapter().send(notice_for(message))

    assert (caught.value.reason, caught.value.migrated_to) == (RefusedReason.MIGRATED, str(new))


@pytest.mark.parametrize(
    ("outgoing", "reason"),
    [
        (Outgoing("999", None, "Halo", ""), RefusedReason.UNKNOWN),
        (Outgoing("5000001", None, " ", ""), RefusedReason.UNKNOWN),
        (Outgoing("5000001", None, "a" * 4097, ""), RefusedReason.TOO_LONG),
        (Outgoing("5000001", None, "\ud800", ""), RefusedReason.UNKNOWN),
        (Outgoing("bukan angka", None, "Halo", ""), RefusedReason.UNKNOWN),
        (Outgoing("5000001", "bukan:angka", "Halo", ""), RefusedReason.UNKNOWN),
        (
            Outgoing("5000001", None, "Halo", "", buttons=(Button("Tekan", "x" * 65),)),
            RefusedReason.UNKNOWN,
        ),
    ],
)
def test_what_telegram_will_never_take_is_refused(
    telegram: StandIn, outgoing: Outgoing, reason: RefusedReason
) -> None:
    telegram.world.say("sari", "Halo")

    with pytest.raises(Refused) as caught:
        telegram.adapter().send(outgoing)

    assert caught.value.reason is reason
    assert telegram.world.sent(5_000_001) == []


def test_a_server_that_is_not_there_has_sent_nothing() -> None:
    adapter = Telegram(TOKEN, "lapor1708_bot", base_url=closed_port())

    with pytest.raises(NotSent):
        adapter.send(notice_for("1:1"))
    adapter.close()


def test_a_pace_that_is_too_fast_is_not_sent_and_says_when_to_return(tmp_path: Path) -> None:
    with running_telegram(tmp_path, paced=True) as telegram:
        message = telegram.world.say("sari", "Halo")
        adapter = telegram.adapter()
        adapter.send(notice_for(message))

        with pytest.raises(NotSent) as caught:
            adapter.send(notice_for(message))

        assert caught.value.retry_after == timedelta(seconds=1)
        telegram.clock.forward(seconds=1)
        adapter.send(notice_for(message))


def test_too_many_requests_without_a_time_is_not_sent(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")
    telegram.faults.inject("sendMessage", Fault.RATE_LIMITED)

    with pytest.raises(NotSent) as caught:
        telegram.adapter().send(notice_for(message))

    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("fault", "stands_there"),
    [
        (Fault.ERROR_500, False),
        (Fault.DROP, False),
        (Fault.DROP_AFTER_APPLY, True),
        (Fault.TRUNCATED_JSON, True),
        (Fault.HTML_200, True),
        (Fault.HANG, False),
    ],
)
def test_an_unknown_outcome_is_in_doubt(
    telegram: StandIn, fault: Fault, stands_there: bool
) -> None:
    message = telegram.world.say("sari", "Halo")
    telegram.faults.inject("sendMessage", fault, seconds=3)

    with pytest.raises(InDoubt):
        telegram.adapter(read_timeout=0.3).send(notice_for(message))

    assert bool(telegram.world.notices_to(message)) is stands_there


def test_a_refused_token_stops_the_channel(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")

    with pytest.raises(ChannelDown):
        telegram.adapter(token="1708001708:salah").send(notice_for(message))


def test_a_message_in_doubt_cannot_be_looked_for(telegram: StandIn) -> None:
    adapter = telegram.adapter()

    assert isinstance(adapter.find_sent(notice_for("1:1"), telegram.clock()), CannotTell)
    assert adapter.gone(["1:1"]) == frozenset()


def test_length_is_counted_in_utf_16_units() -> None:
    adapter = Telegram(TOKEN, "lapor1708_bot")

    assert adapter.measure("Halo 🙏") == 7
    assert adapter.max_length == 4096


def test_a_pending_poll_hinders_no_notice(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")
    adapter = telegram.adapter(poll_seconds=20)
    cursor = adapter.fetch(None, telegram.clock()).next_cursor
    poll = threading.Thread(target=adapter.fetch, args=(cursor, telegram.clock()))
    poll.start()

    adapter.send(notice_for(message))
    poll_goes_on = poll.is_alive()
    adapter.close()
    poll.join(5)

    assert poll_goes_on
    assert len(telegram.world.notices_to(message)) == 1


def test_closing_waits_for_a_notice_that_is_on_its_way(telegram: StandIn) -> None:
    message = telegram.world.say("sari", "Halo")
    adapter = telegram.adapter(read_timeout=5)
    telegram.faults.inject("sendMessage", Fault.HANG, seconds=0.5)
    outcomes: list[PlatformError] = []

    def send() -> None:
        with pytest.raises(InDoubt) as caught:
            adapter.send(notice_for(message))
        outcomes.append(caught.value)

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(0.2)
    adapter.close()
    sender.join(1)

    # The gateway's own answer, not a connection that we cut off.
    assert [str(outcome) for outcome in outcomes] == [
        "Telegram may have the message (NetworkError)"
    ]


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "fault",
    [*(fault for fault in Fault if fault is not Fault.PAYMENT), None],
)
def test_no_error_and_no_log_holds_the_token_or_a_text(
    telegram: StandIn, fault: Fault | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message = telegram.world.say("sari", LONG_SECRET)
    adapter = telegram.adapter(read_timeout=0.3)
    if fault is None:
        telegram.world.block("sari")
    else:
        telegram.faults.inject("sendMessage", fault, seconds=2)
        telegram.faults.inject("getUpdates", fault, seconds=2)

    with pytest.raises(PlatformError) as sending:
        adapter.send(notice_for(message, text=LONG_SECRET))
    shown = "".join(traceback.format_exception(sending.value))
    if fault is not None:
        with pytest.raises(PlatformError) as fetching:
            adapter.fetch(None, telegram.clock())
        shown += "".join(traceback.format_exception(fetching.value))
    shown += caplog.text

    assert sending.value.__context__ is None
    assert "rahasia-contoh" not in shown
    assert SECRET not in shown


def test_an_address_that_is_no_address_stops_the_channel_and_is_not_repeated() -> None:
    adapter = Telegram(TOKEN, "lapor1708_bot", base_url="ftp://salah.example")

    with pytest.raises(ChannelDown) as caught:
        adapter.send(notice_for("1:1", text=SECRET))
    adapter.close()

    assert "salah.example" not in str(caught.value)
