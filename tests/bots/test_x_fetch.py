"""Reading X over real HTTP: nothing within its windows is lost, whatever happens on the way."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bots.platform import ChannelDown, NotSent
from sandbox.faults import Fault
from tests.bots.x_stand_in import ACCOUNT, Reading, StandIn, running_x, seen
from tests.stand_ins import closed_port


@pytest.fixture
def x(tmp_path: Path) -> Iterator[StandIn]:
    with running_x(tmp_path) as running:
        yield running


def reading(x: StandIn, page_size: int = 100) -> Reading:
    return Reading(x, x.adapter(page_size=page_size))


def caught_up(x: StandIn, page_size: int = 100) -> Reading:
    """A bot that has read everything so far, its first sweep included, a while ago."""
    done = reading(x, page_size).all()
    x.clock.forward(minutes=30)
    return done


# ---------------------------------------------------------------- walks


def test_a_first_start_reads_all_that_the_window_has(x: StandIn) -> None:
    ids = x.mentions(25)

    bot = reading(x, page_size=10).all()

    assert sorted(bot.stored) == ids
    assert bot.gaps == []


def test_a_first_start_reads_below_the_mentions_window_by_search(x: StandIn) -> None:
    ids = x.mentions(850)

    bot = reading(x).all()

    assert set(bot.stored) == set(ids)
    assert bot.gaps == []


def test_a_quiet_account_needs_one_page_a_poll(x: StandIn) -> None:
    x.mentions(3)
    bot = caught_up(x)

    assert bot.page().more is False
    assert bot.page().more is False


def test_a_walk_goes_on_where_it_was_after_a_restart(x: StandIn) -> None:
    bot = caught_up(x, page_size=10)
    ids = x.mentions(35)
    bot.page()
    bot.page()

    bot.adapter = x.adapter(page_size=10)
    bot.order.clear()
    bot.all()

    assert set(ids) <= set(bot.stored)
    assert not set(bot.order) & set(ids[-20:])


def test_a_page_that_was_not_stored_is_read_again(x: StandIn) -> None:
    bot = caught_up(x)
    x.mentions(2)

    lost = bot.adapter.fetch(bot.cursor, x.clock())
    again = bot.adapter.fetch(bot.cursor, x.clock())

    assert [raw.key for raw in lost.raws] == [raw.key for raw in again.raws]
    assert len(lost.raws) == 2


def test_new_posts_are_read_beside_an_unfinished_walk(x: StandIn) -> None:
    bot = caught_up(x, page_size=10)
    old = x.mentions(60)
    bot.page()
    (new,) = x.mentions(1, every=120)

    bot.order.clear()
    bot.page()
    assert bot.order[-1] == new

    bot.all()
    assert set(old) <= set(bot.stored)


def test_a_page_comes_in_the_order_in_which_it_was_written(x: StandIn) -> None:
    bot = caught_up(x, page_size=10)
    ids = x.mentions(5, every=0.01)

    bot.order.clear()
    bot.page()

    assert [key for key in bot.order if key in ids] == ids


def test_a_walk_that_meets_a_rate_limit_goes_on_later(x: StandIn) -> None:
    bot = caught_up(x, page_size=10)
    ids = x.mentions(35)
    bot.page()
    x.faults.inject("/mentions", Fault.RATE_LIMITED, seconds=90)

    with pytest.raises(NotSent) as limited:
        bot.page()
    assert limited.value.retry_after is not None
    assert abs(limited.value.retry_after - timedelta(seconds=90)) < timedelta(seconds=3)

    bot.all()
    assert set(ids) <= set(bot.stored)


@pytest.mark.parametrize(("seconds", "wait"), [(None, 60), (-600, 5), (10**7, 86_400)])
def test_a_reset_that_is_missing_past_or_absurd_gives_a_sane_wait(
    x: StandIn, seconds: float | None, wait: int
) -> None:
    x.faults.inject("/mentions", Fault.RATE_LIMITED, seconds=seconds)

    with pytest.raises(NotSent) as limited:
        reading(x).page()

    assert limited.value.retry_after == timedelta(seconds=wait)


def test_the_stand_ins_own_rate_limit_stops_and_names_its_end(tmp_path: Path) -> None:
    with running_x(tmp_path, limits={"mentions": 1}) as x:
        bot = caught_up(x)

        with pytest.raises(NotSent) as limited:
            bot.page()

        assert limited.value.retry_after is not None
        assert timedelta(minutes=14) < limited.value.retry_after <= timedelta(minutes=16)


def test_an_empty_page_in_the_middle_does_not_end_the_walk(x: StandIn) -> None:
    x.world.add_person("tertutup", "Akun Tertutup")
    old = x.mentions(5)
    for number in range(10):
        x.world.post("tertutup", f"@{ACCOUNT} nomor {number}")
    x.world.protect("tertutup")
    new = x.mentions(10)

    bot = reading(x, page_size=10).all()

    assert set(bot.stored) == {*old, *new}


def test_an_expired_page_token_restarts_the_walk_where_it_was(x: StandIn) -> None:
    x.world.add_person("tertutup", "Akun Tertutup")
    old = x.mentions(5)
    for number in range(10):
        x.world.post("tertutup", f"@{ACCOUNT} nomor {number}")
    x.world.protect("tertutup")
    x.mentions(10)
    bot = reading(x, page_size=10)
    bot.page()
    assert bot.page().raws == ()

    x.world.token_age += 1
    bot.all()

    assert set(old) <= set(bot.stored)


def test_a_post_that_mentions_has_missed_is_found_by_the_overlap(x: StandIn) -> None:
    bot = caught_up(x)
    x.mentions(2)
    bot.page()
    late = x.world.post("sari", f"@{ACCOUNT} muncul terlambat")
    # X shows a post with an id below one that was read before.
    newest = x.world.post("sari", f"@{ACCOUNT} muncul tepat waktu")
    stored = json.loads(bot.cursor or "")
    bot.cursor = json.dumps(stored | {"newest": int(newest)})

    bot.page()

    assert late in bot.stored


def test_a_sweep_finds_what_the_overlap_does_not_reach(x: StandIn) -> None:
    bot = caught_up(x)
    missed = x.world.post("sari", f"@{ACCOUNT} tidak pernah ada di mention")
    x.clock.forward(minutes=25)
    newest = x.world.post("sari", f"@{ACCOUNT} yang terbaru")
    stored = json.loads(bot.cursor or "")
    bot.cursor = json.dumps(stored | {"newest": int(newest)})

    bot.page()
    assert missed not in bot.stored

    x.clock.forward(minutes=40)
    bot.all()
    assert missed in bot.stored


def test_a_sweep_comes_once_an_interval(x: StandIn) -> None:
    bot = caught_up(x)
    x.clock.forward(hours=1)

    bot.all()

    x.faults.inject("/search/recent", Fault.ERROR_500)
    x.clock.forward(minutes=59)
    bot.all()


def test_a_backlog_deeper_than_the_window_is_finished_by_search(x: StandIn) -> None:
    x.mentions(2)
    bot = caught_up(x)
    ids = x.mentions(900)

    bot.all()

    assert set(ids) <= set(bot.stored)
    assert bot.gaps == []


def test_what_neither_mentions_nor_search_hand_out_is_a_gap(x: StandIn) -> None:
    x.mentions(2)
    bot = caught_up(x)
    stopped = x.clock.now - timedelta(minutes=30)
    x.mentions(50)
    x.clock.forward(days=10)
    ids = x.mentions(900)

    bot.all()

    assert set(ids) <= set(bot.stored)
    (gap,) = bot.gaps
    assert abs(gap.start - stopped) < timedelta(seconds=2)
    assert abs(x.clock.now - timedelta(days=7) - gap.end) < timedelta(minutes=11)


def test_a_sweep_that_slept_until_its_place_left_the_search_window_ends(x: StandIn) -> None:
    x.mentions(30)
    bot = reading(x, page_size=10)
    while '"sweep"' not in (bot.cursor or ""):
        bot.page()
    x.clock.forward(days=8)
    ids = x.mentions(1)

    bot.all()

    assert set(ids) <= set(bot.stored)
    assert bot.gaps == []


def test_a_long_silence_is_no_gap(x: StandIn) -> None:
    x.mentions(2)
    bot = caught_up(x)
    x.clock.forward(days=30)
    ids = x.mentions(3)

    bot.all()

    assert set(ids) <= set(bot.stored)
    assert bot.gaps == []


def test_a_long_silence_is_no_gap_when_the_last_post_was_deleted(x: StandIn) -> None:
    (last,) = x.mentions(1)
    bot = caught_up(x)
    x.world.delete(last)
    x.clock.forward(days=30)
    ids = x.mentions(3)

    bot.all()

    assert set(ids) <= set(bot.stored)
    assert bot.gaps == []


def test_an_edit_arrives_as_a_new_raw_of_the_same_post(x: StandIn) -> None:
    first = x.world.post("sari", f"@{ACCOUNT} lampu pdam")
    bot = caught_up(x)
    edited = x.world.edit(first, f"@{ACCOUNT} lampu padam")

    (post,) = seen(bot.adapter, bot.page())

    assert (post.external_id, post.version_id) == (first, edited)
    assert {first, edited} <= set(bot.stored)


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    "fault",
    [
        Fault.ERROR_500,
        Fault.DROP,
        Fault.DROP_AFTER_APPLY,
        Fault.TRUNCATED_JSON,
        Fault.HTML_200,
    ],
)
def test_a_failed_reading_is_repeated_without_loss(x: StandIn, fault: Fault) -> None:
    ids = x.mentions(3)
    bot = reading(x)
    x.faults.inject("/mentions", fault)

    with pytest.raises(NotSent):
        bot.page()

    assert set(bot.all().stored) == set(ids)


def test_a_hanging_server_costs_the_read_timeout(x: StandIn) -> None:
    x.faults.inject("/mentions", Fault.HANG, seconds=10)
    adapter = x.adapter(read_seconds=0.3)

    started = time.monotonic()
    with pytest.raises(NotSent):
        adapter.fetch(None, x.clock())

    assert time.monotonic() - started < 3


def test_no_server_at_all_is_not_sent(x: StandIn) -> None:
    with pytest.raises(NotSent):
        x.adapter(base_url=closed_port()).fetch(None, x.clock())


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.PAYMENT])
@pytest.mark.parametrize("path", ["/mentions", "/users/me"])
def test_credentials_and_money_stop_the_channel_until_they_are_mended(
    x: StandIn, fault: Fault, path: str
) -> None:
    ids = x.mentions(1)
    bot = reading(x)
    x.faults.inject(path, fault)

    with pytest.raises(ChannelDown):
        bot.page()

    assert list(bot.all().stored) == ids * 1


def test_tokens_of_another_account_stop_the_channel(x: StandIn) -> None:
    with pytest.raises(ChannelDown, match="another account"):
        x.adapter(account="dinas_contoh").check()


def test_a_check_asks_x(x: StandIn) -> None:
    x.adapter().check()
    x.faults.inject("/users/me", Fault.UNAUTHORIZED)

    with pytest.raises(ChannelDown):
        x.adapter().check()


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"version": 99}', '{"version": 1}'])
def test_a_cursor_of_another_version_stops_the_channel(x: StandIn, cursor: str) -> None:
    with pytest.raises(ChannelDown, match="version"):
        x.adapter().fetch(cursor, x.clock())


def test_closing_ends_a_pending_fetch_with_an_empty_batch(x: StandIn) -> None:
    bot = caught_up(x)
    x.faults.inject("/mentions", Fault.HANG, seconds=1)
    threading.Timer(0.1, bot.adapter.close).start()

    started = time.monotonic()
    batch = bot.page()

    assert batch.raws == ()
    assert time.monotonic() - started < 0.8
    # The page that was left is read by whoever comes next.
    ids = x.mentions(1)
    bot.adapter = x.adapter()
    assert set(ids) <= set(bot.all().stored)


# ---------------------------------------------------------------- money


def test_a_post_and_its_author_are_paid_once_a_day(x: StandIn) -> None:
    x.mentions(2)
    bot = reading(x)

    bot.all()
    assert bot.cost == 10_000 + 2 * 1_000 + 10_000  # we, two mentions, their author

    x.clock.forward(minutes=5)
    bot.page()
    assert bot.cost == 22_000

    x.clock.forward(days=1)
    bot.adapter.fetch(None, x.clock())
    bot.cursor = None
    assert bot.page().cost_microusd == 0


def test_a_page_of_new_posts_names_its_price(x: StandIn) -> None:
    x.world.add_person("budi", "Budi Contoh")
    parent = x.world.post("budi", "Jalan berlubang di depan pasar")
    bot = caught_up(x)
    x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=parent)

    assert bot.page().cost_microusd == 1_000 + 5_000 + 10_000 + 10_000
