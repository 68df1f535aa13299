from datetime import UTC, datetime, timedelta

import pytest

from intake.steadiness import Steadiness, is_held

NOON = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


class Clocks:
    """A wall clock that can be set, and one that only counts."""

    def __init__(self) -> None:
        self.wall, self.counted = NOON, 100.0
        self.steadiness = Steadiness(lambda: self.wall, lambda: self.counted)

    def passes(self, **span: float) -> None:
        self.wall += timedelta(**span)
        self.counted += timedelta(**span).total_seconds()


def test_after_an_hour_of_even_time_the_clock_is_trusted() -> None:
    clocks = Clocks()

    clocks.passes(minutes=59)
    too_early = clocks.steadiness.is_steady()
    clocks.passes(minutes=1)

    assert not too_early
    assert clocks.steadiness.is_steady()


def test_a_machine_that_slept_over_night_with_both_clocks_going_on_is_trusted() -> None:
    clocks = Clocks()

    clocks.passes(hours=10)

    assert clocks.steadiness.is_steady()


@pytest.mark.parametrize("jump", [timedelta(days=4), timedelta(minutes=-3), timedelta(minutes=2)])
def test_a_clock_that_jumps_must_prove_itself_anew(jump: timedelta) -> None:
    clocks = Clocks()
    clocks.passes(hours=2)

    clocks.wall += jump
    at_once = clocks.steadiness.is_steady()
    clocks.passes(minutes=30)
    clocks.wall -= jump
    put_right = clocks.steadiness.is_steady()
    clocks.passes(minutes=59)
    not_yet = clocks.steadiness.is_steady()
    clocks.passes(minutes=1)

    assert not at_once
    assert not put_right
    assert not not_yet
    assert clocks.steadiness.is_steady()


def test_a_clock_that_is_slewed_a_little_is_trusted() -> None:
    clocks = Clocks()

    clocks.passes(hours=2)
    clocks.wall += timedelta(seconds=30)

    assert clocks.steadiness.is_steady()


@pytest.mark.parametrize(
    ("ahead", "held"),
    [
        (timedelta(minutes=1), True),
        (timedelta(hours=24), True),
        (timedelta(0), False),
        (timedelta(days=40), False),
    ],
)
def test_a_wait_that_a_wrong_clock_wrote_down_holds_nothing(ahead: timedelta, held: bool) -> None:
    assert is_held(NOON + ahead, NOON) is held


def test_without_a_time_nothing_waits() -> None:
    assert not is_held(None, NOON)
