"""What is true of working days, quiet hours and duty hours on every day of every year."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from intake import workdays
from intake.workdays import JAKARTA
from tests.machines.effort import long, quick

EXAMPLES = 40
# Years that the calendar of holidays knows; leap days and turns of the year are among them.
FIRST = datetime(2023, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
LAST = datetime(2031, 12, 31)  # noqa: DTZ001
ZONES = [workdays.zone_of(province) for province in ("31", "51", "94", None)]

moments = st.datetimes(FIRST, LAST, timezones=st.sampled_from([UTC, *ZONES]))
days = st.integers(0, 40)
hours = st.tuples(st.times(), st.times()).map(sorted).filter(lambda pair: pair[0] < pair[1])
# New Year, Labour Day, Pancasila Day, Independence Day, Christmas.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)}
NINE_IN_THE_EVENING = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
NEW_YEAR = datetime(2027, 12, 31, 17, 30, tzinfo=UTC)
LEAP_DAY = datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC)


LONG: list[Callable[[], None]] = []


def always(
    *drawn: st.SearchStrategy[Any],
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make a test of a property, and one of ten times its length for the slow run."""

    def decorate(holds: Callable[..., None]) -> Callable[[], None]:
        LONG.append(long(EXAMPLES)(given(*drawn)(holds)))
        return quick(EXAMPLES)(given(*drawn)(holds))

    return decorate


def day_in_jakarta(moment: datetime) -> date:
    return moment.astimezone(JAKARTA).date()


@always(moments, days)
@example(NEW_YEAR, 1)
@example(LEAP_DAY, 1)
def test_as_many_working_days_lie_between_as_were_added(start: datetime, count: int) -> None:
    assert workdays.workdays_between(start, workdays.add_workdays(start, count)) == count


@always(moments, days, days)
@example(NEW_YEAR, 1, 1)
def test_working_days_add_up(start: datetime, first: int, then: int) -> None:
    assume(first > 0 or workdays.is_workday(day_in_jakarta(start)))

    in_two_steps = workdays.add_workdays(workdays.add_workdays(start, first), then)

    assert in_two_steps == workdays.add_workdays(start, first + then)


@always(moments, moments, days)
def test_who_comes_later_is_due_no_earlier(one: datetime, other: datetime, count: int) -> None:
    earlier, later = sorted((one, other))

    assert workdays.deadline(earlier, count) <= workdays.deadline(later, count)


@always(moments, days)
def test_more_days_are_later(start: datetime, count: int) -> None:
    assert workdays.deadline(start, count) < workdays.deadline(start, count + 1)


@always(moments, st.integers(1, 40))
@example(NEW_YEAR, 1)
@example(LEAP_DAY, 1)
def test_a_deadline_is_the_last_second_of_a_working_day(start: datetime, count: int) -> None:
    due = workdays.deadline(start, count)

    assert workdays.is_workday(day_in_jakarta(due))
    assert day_in_jakarta(due + timedelta(seconds=1)) == day_in_jakarta(due) + timedelta(days=1)
    assert due > start


@always(moments, moments, moments)
def test_working_days_between_moments_add_up(a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))

    halves = workdays.workdays_between(first, middle) + workdays.workdays_between(middle, last)

    assert halves == workdays.workdays_between(first, last)


@always(moments, days)
def test_the_zone_a_moment_is_told_in_changes_nothing(start: datetime, count: int) -> None:
    due = {workdays.deadline(start.astimezone(zone), count) for zone in (UTC, *ZONES)}

    assert len(due) == 1


@always(moments, st.sampled_from(ZONES))
@example(NEW_YEAR, JAKARTA)
def test_what_waited_for_morning_waits_no_longer(moment: datetime, zone: ZoneInfo) -> None:
    once = workdays.outside_quiet_hours(moment, zone)

    assert workdays.outside_quiet_hours(once, zone) == once


@always(moments, st.sampled_from(ZONES))
@example(NINE_IN_THE_EVENING, JAKARTA)
def test_quiet_hours_only_put_off_and_never_past_the_morning(
    moment: datetime, zone: ZoneInfo
) -> None:
    said = workdays.outside_quiet_hours(moment, zone)

    assert time(7) <= said.astimezone(zone).time() < time(21)
    assert timedelta(0) <= said - moment <= timedelta(hours=10)


@always(moments, moments, st.sampled_from(ZONES))
def test_quiet_hours_let_nobody_overtake(one: datetime, other: datetime, zone: ZoneInfo) -> None:
    earlier, later = sorted((one, other))

    put_off = workdays.outside_quiet_hours(earlier, zone)

    assert put_off <= workdays.outside_quiet_hours(later, zone)


@always(moments, st.timedeltas(timedelta(0), timedelta(days=3)), hours)
def test_as_much_duty_time_lies_between_as_was_added(
    start: datetime, span: timedelta, duty: list[time]
) -> None:
    opens, closes = duty
    # A duty of microseconds would take centuries to add up to days.
    assume(datetime.combine(FIRST, closes) - datetime.combine(FIRST, opens) > timedelta(hours=2))

    end = workdays.add_duty_time(start, span, opens, closes)

    assert workdays.duty_time_between(start, end, opens, closes) == span
    assert end >= start


@always(st.lists(moments, min_size=3, max_size=3), hours)
def test_duty_time_adds_up(some: list[datetime], duty: list[time]) -> None:
    first, middle, last = sorted(some)
    opens, closes = duty
    assume(last - first < timedelta(days=400))

    halves = workdays.duty_time_between(first, middle, opens, closes)
    halves += workdays.duty_time_between(middle, last, opens, closes)

    assert halves == workdays.duty_time_between(first, last, opens, closes)


@always(moments, hours)
def test_duty_time_runs_exactly_while_somebody_is_on_duty(
    moment: datetime, duty: list[time]
) -> None:
    opens, closes = duty

    ran = workdays.duty_time_between(moment, moment + timedelta.resolution, opens, closes)

    assert (ran > timedelta(0)) == workdays.is_duty_time(moment, opens, closes)


@always(moments)
@example(NEW_YEAR)
def test_nobody_works_at_weekends_and_on_the_fixed_holidays(moment: datetime) -> None:
    day = day_in_jakarta(moment)
    is_off = day.weekday() >= 5 or (day.month, day.day) in FIXED_HOLIDAYS

    assert not (is_off and workdays.is_workday(day))


@pytest.mark.slow
@pytest.mark.parametrize("holds", LONG, ids=lambda holds: str(holds.__name__))
def test_it_holds_for_long(holds: Callable[[], None]) -> None:
    holds()
