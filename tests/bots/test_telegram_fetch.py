"""Reading from Telegram over real HTTP: nothing is lost, whatever dies in between."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.platform import Batch, ChannelDown, NotSent, PostSeen, Raw, Unreadable
from bots.telegram import Telegram
from sandbox.faults import Fault
from tests.bots.telegram_stand_in import StandIn, running_telegram
from tests.stand_ins import closed_port


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with running_telegram(tmp_path) as running:
        yield running


def texts(adapter: Telegram, batch: Batch) -> list[str]:
    events = [event for raw in batch.raws for event in adapter.parse(raw)]
    return [event.post.text for event in events if isinstance(event, PostSeen)]


def test_a_message_is_fetched_once_its_cursor_is_stored(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    telegram.world.say("sari", "Lampu jalan di depan balai desa padam")

    first = adapter.fetch(None, telegram.clock())
    second = adapter.fetch(first.next_cursor, telegram.clock())

    assert texts(adapter, first) == ["Lampu jalan di depan balai desa padam"]
    assert second.raws == ()


def test_a_bot_killed_before_it_stored_the_cursor_gets_the_same_raws_again(
    telegram: StandIn,
) -> None:
    for number in range(5):
        telegram.world.say("sari", f"Pesan {number}")
    lost = telegram.adapter().fetch(None, telegram.clock())

    again = telegram.adapter().fetch(None, telegram.clock.forward(minutes=1))

    assert len(lost.raws) == 5
    assert [raw.key for raw in again.raws] == [raw.key for raw in lost.raws]


def test_a_bot_killed_after_a_later_fetch_loses_only_what_it_had_stored(telegram: StandIn) -> None:
    telegram.world.say("sari", "Pertama")
    stored = telegram.adapter().fetch(None, telegram.clock()).next_cursor
    telegram.world.say("sari", "Kedua")
    telegram.adapter().fetch(stored, telegram.clock())

    restarted = telegram.adapter()

    assert texts(restarted, restarted.fetch(stored, telegram.clock())) == ["Kedua"]


def test_more_than_a_page_is_fetched_page_by_page(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    for number in range(130):
        telegram.world.say("sari", f"Pesan {number}")

    first = adapter.fetch(None, telegram.clock())
    second = adapter.fetch(first.next_cursor, telegram.clock())

    assert (len(first.raws), first.more) == (100, True)
    assert (len(second.raws), second.more) == (30, False)


def test_a_long_poll_ends_as_soon_as_somebody_writes(telegram: StandIn) -> None:
    adapter = telegram.adapter(poll_seconds=20)
    writer = threading.Timer(0.2, telegram.world.say, ("sari", "Ada pohon tumbang"))
    started = time.monotonic()

    writer.start()
    batch = adapter.fetch(None, telegram.clock())

    assert texts(adapter, batch) == ["Ada pohon tumbang"]
    assert time.monotonic() - started < 3


def test_closing_ends_a_pending_poll_in_well_under_a_second(telegram: StandIn) -> None:
    adapter = telegram.adapter(poll_seconds=20)
    cursor = adapter_cursor(telegram)
    batches: list[Batch] = []
    poll = threading.Thread(target=lambda: batches.append(adapter.fetch(cursor, telegram.clock())))
    poll.start()
    time.sleep(0.3)

    started = time.monotonic()
    adapter.close()
    poll.join(5)

    assert time.monotonic() - started < 0.7
    assert batches == [Batch(raws=(), next_cursor=cursor)]


def test_a_closed_adapter_fetches_nothing_and_sends_nothing(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    adapter.close()
    telegram.world.say("sari", "Masih ada yang membaca?")

    assert adapter.fetch(None, telegram.clock()).raws == ()
    with pytest.raises(NotSent):
        adapter.check()


def adapter_cursor(telegram: StandIn) -> str:
    """The cursor of somebody who has read everything so far."""
    telegram.world.say("sari", "Halo")
    return telegram.adapter().fetch(None, telegram.clock()).next_cursor


def test_one_unreadable_update_blocks_nothing_behind_it(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    telegram.world.say("sari", "Sebelum")
    telegram.world.queue_update("message", {"message_id": "bukan angka", "chat": []})
    telegram.world.queue_update("callback_query", "rusak")
    telegram.world.say("sari", "Sesudah")

    batch = adapter.fetch(None, telegram.clock())
    after = adapter.fetch(batch.next_cursor, telegram.clock())

    assert texts(adapter, batch) == ["Sebelum", "Sesudah"]
    assert sum(isinstance(adapter.parse(raw)[0], Unreadable) for raw in batch.raws) == 2
    assert after.raws == ()


def test_keys_stay_apart_when_update_ids_start_anew(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    telegram.world.restart_update_ids(100)
    telegram.world.say("sari", "Sebelum mulai lagi")
    before = adapter.fetch(None, telegram.clock())
    telegram.world.confirm(101)
    telegram.world.restart_update_ids(100)
    telegram.world.say("sari", "Sesudah mulai lagi")

    after = adapter.fetch(None, telegram.clock())

    assert before.raws[0].key.startswith("100-")
    assert after.raws[0].key.startswith("100-")
    assert before.raws[0].key != after.raws[0].key


def test_after_a_week_of_silence_lower_update_ids_are_still_read(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    cursor = adapter_cursor(telegram)
    for _ in range(8):
        cursor = adapter.fetch(cursor, telegram.clock.forward(days=1)).next_cursor
    telegram.world.say("sari", "Sudah lama tidak menulis")

    batch = adapter.fetch(cursor, telegram.clock())
    telegram.world.say("sari", "Lagi")
    following = adapter.fetch(batch.next_cursor, telegram.clock())

    assert texts(adapter, batch) == ["Sudah lama tidak menulis"]
    assert texts(adapter, following) == ["Lagi"]


def test_more_than_a_day_without_a_fetch_is_a_gap(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    cursor = adapter_cursor(telegram)
    last = telegram.clock()
    telegram.world.say("sari", "Tidak akan terbaca")
    now = telegram.clock.forward(hours=30)

    batch = adapter.fetch(cursor, now)
    following = adapter.fetch(batch.next_cursor, now)

    assert batch.raws == ()
    assert batch.gap is not None
    assert (batch.gap.start, batch.gap.end) == (last, now - timedelta(hours=24))
    assert following.gap is None


def test_a_day_without_messages_is_no_gap(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    cursor = adapter_cursor(telegram)

    halfway = adapter.fetch(cursor, telegram.clock.forward(hours=20))
    batch = adapter.fetch(halfway.next_cursor, telegram.clock.forward(hours=20))

    assert batch.gap is None


def test_a_failed_fetch_does_not_hide_a_gap(telegram: StandIn) -> None:
    adapter = telegram.adapter()
    cursor = adapter_cursor(telegram)
    now = telegram.clock.forward(hours=30)
    telegram.faults.inject("getUpdates", Fault.ERROR_500)

    with pytest.raises(NotSent):
        adapter.fetch(cursor, now)

    assert adapter.fetch(cursor, now).gap is not None


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"offset": 3}', '{"offset": 1, "a": null}'])
def test_a_damaged_cursor_reads_everything_unconfirmed(telegram: StandIn, cursor: str) -> None:
    adapter = telegram.adapter()
    telegram.world.say("sari", "Tetap terbaca")

    assert texts(adapter, adapter.fetch(cursor, telegram.clock())) == ["Tetap terbaca"]


def test_a_second_poller_stops_the_channel_of_the_first(telegram: StandIn) -> None:
    first, second = telegram.adapter(poll_seconds=20), telegram.adapter()
    stopped: list[str] = []

    def poll() -> None:
        with pytest.raises(ChannelDown) as caught:
            first.fetch(None, telegram.clock())
        stopped.append(str(caught.value))

    thread = threading.Thread(target=poll)
    thread.start()
    time.sleep(0.3)
    second.fetch(None, telegram.clock())
    thread.join(5)

    assert len(stopped) == 1
    assert "another program" in stopped[0]


def test_a_wrong_token_stops_the_channel(telegram: StandIn) -> None:
    adapter = telegram.adapter(token="1708001708:salah")

    with pytest.raises(ChannelDown):
        adapter.fetch(None, telegram.clock())
    with pytest.raises(ChannelDown):
        adapter.check()


def test_a_working_account_passes_the_check(telegram: StandIn) -> None:
    telegram.adapter().check()


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault.ERROR_500, None),
        (Fault.DROP, None),
        (Fault.TRUNCATED_JSON, None),
        (Fault.HTML_200, None),
        (Fault.HANG, 3),
        (Fault.RATE_LIMITED, None),
    ],
)
def test_a_failed_fetch_is_repeated_and_loses_nothing(
    telegram: StandIn, fault: Fault, seconds: float | None
) -> None:
    adapter = telegram.adapter(read_timeout=0.3)
    telegram.world.say("sari", "Tetap terbaca")
    telegram.faults.inject("getUpdates", fault, seconds=seconds)

    with pytest.raises(NotSent):
        adapter.fetch(None, telegram.clock())

    assert texts(adapter, adapter.fetch(None, telegram.clock())) == ["Tetap terbaca"]


def test_a_fetch_that_comes_too_often_is_told_when_to_return(telegram: StandIn) -> None:
    telegram.faults.inject("getUpdates", Fault.RATE_LIMITED, seconds=7)

    with pytest.raises(NotSent) as caught:
        telegram.adapter().fetch(None, telegram.clock())

    assert caught.value.retry_after == timedelta(seconds=7)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    adapter = Telegram("1:contoh", "lapor1708_bot", base_url=closed_port(), poll_seconds=0)

    with pytest.raises(NotSent):
        adapter.fetch(None, datetime(2026, 11, 2, tzinfo=UTC))
    adapter.close()


def test_a_pressed_button_carries_the_time_it_was_received(telegram: StandIn) -> None:
    post = telegram.world.say("sari", "Selesai?")
    chat, message = map(int, post.split(":"))
    keyboard = [[{"text": "Sudah", "callback_data": "sudah:LPR-X"}]]
    sent = telegram.world.send(chat, "Apakah sudah selesai?", reply_to=message, keyboard=keyboard)
    telegram.world.press("sari", f"{chat}:{sent['message_id']}", "sudah:LPR-X")

    early = telegram.adapter().fetch(None, telegram.clock())
    late = telegram.adapter().fetch(None, telegram.clock.forward(minutes=5))
    press = telegram.press_seen()

    assert early.raws[-1].key == late.raws[-1].key
    assert telegram.clock() <= press.pressed_at < telegram.clock() + timedelta(seconds=5)


def test_parsing_needs_no_open_connection() -> None:
    adapter = Telegram("1:contoh", "lapor1708_bot", base_url="http://127.0.0.1:1")

    assert adapter.parse(Raw("1-x", "{")) == [Unreadable("the update is no JSON that can be read")]
