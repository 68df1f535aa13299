"""Working days around the holidays people really have, quiet hours and duty hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.workdays import (
    JAKARTA,
    add_duty_time,
    add_workdays,
    date_text,
    deadline,
    deadline_text,
    duty_time_between,
    is_duty_time,
    is_workday,
    outside_quiet_hours,
    workdays_between,
    zone_of,
)

OPENS, CLOSES = time(8), time(16)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001
PROVINCES = st.sampled_from(["11", "31", "62", "51", "64", "73", "81", "91", "93", "96", None])


def jakarta(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JAKARTA)


def test_a_weekend_does_not_count() -> None:
    friday = jakarta(2026, 11, 20)

    assert add_workdays(friday, 1) == jakarta(2026, 11, 23)


def test_a_report_of_saturday_night_starts_on_monday() -> None:
    assert add_workdays(jakarta(2026, 11, 21, 23), 3) == jakarta(2026, 11, 25, 23)


def test_lebaran_with_its_joint_leave_stops_the_clock() -> None:
    """2026: Nyepi and its leave on 18-19 March, Lebaran and its leave on 20-24 March."""
    tuesday = jakarta(2026, 3, 17)

    assert add_workdays(tuesday, 1) == jakarta(2026, 3, 25)
    assert add_workdays(tuesday, 3) == jakarta(2026, 3, 27)
    assert workdays_between(tuesday, jakarta(2026, 3, 24)) == 0


def test_christmas_and_its_joint_leave_are_days_off() -> None:
    wednesday = jakarta(2026, 12, 23)

    assert add_workdays(wednesday, 1) == jakarta(2026, 12, 28)


def test_new_year_is_crossed() -> None:
    assert add_workdays(jakarta(2026, 12, 30), 2) == jakarta(2027, 1, 4)


def test_the_day_is_jakartas_not_utcs() -> None:
    sunday_evening_utc = datetime(2026, 11, 22, 18, tzinfo=UTC)  # Monday 01.00 in Jakarta

    assert add_workdays(sunday_evening_utc, 1) == jakarta(2026, 11, 24, 1)


def test_a_promised_day_counts_until_its_last_second() -> None:
    by = deadline(jakarta(2026, 11, 24), 3)

    assert by == jakarta(2026, 11, 28, 0) - timedelta(seconds=1)
    assert deadline_text(by) == "Jumat, 27 November"


@given(MOMENTS, st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start: datetime, days: int) -> None:
    end = add_workdays(start, days)

    assert workdays_between(start, end) == days
    assert end.tzinfo is UTC


@given(MOMENTS, st.integers(1, 60))
def test_a_sum_always_lands_on_a_working_day(start: datetime, days: int) -> None:
    assert is_workday(add_workdays(start, days).astimezone(JAKARTA).date())


@given(MOMENTS, st.integers(0, 20), st.integers(0, 20))
def test_working_days_may_be_added_in_two_steps(start: datetime, one: int, two: int) -> None:
    assert add_workdays(add_workdays(start, one), two) == add_workdays(start, one + two)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 24)  # noqa: DTZ001

    with pytest.raises(ValueError, match="aware"):
        add_workdays(naive, 1)
    with pytest.raises(ValueError, match="aware"):
        outside_quiet_hours(naive, JAKARTA)


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_workdays(jakarta(2026, 11, 24), -1)


def test_dates_are_written_as_people_say_them() -> None:
    assert deadline_text(date(2026, 11, 27)) == "Jumat, 27 November"
    assert deadline_text(datetime(2026, 11, 26, 18, tzinfo=UTC)) == "Jumat, 27 November"
    assert date_text(date(2026, 12, 8)) == "8 Desember"


@pytest.mark.parametrize(
    ("province", "zone"),
    [
        ("31", "Asia/Jakarta"),
        ("61", "Asia/Jakarta"),
        ("62", "Asia/Jakarta"),
        ("63", "Asia/Makassar"),
        ("64", "Asia/Makassar"),
        ("51", "Asia/Makassar"),
        ("7371", "Asia/Makassar"),
        ("81", "Asia/Jayapura"),
        ("91", "Asia/Jayapura"),
        ("93", "Asia/Jayapura"),
        ("94", "Asia/Jayapura"),
        ("95", "Asia/Jayapura"),
        ("96", "Asia/Jayapura"),
        (None, "Asia/Jakarta"),
        ("", "Asia/Jakarta"),
        ("00", "Asia/Jakarta"),
    ],
)
def test_every_province_has_its_zone(province: str | None, zone: str) -> None:
    assert zone_of(province).key == zone


def test_a_reminder_at_night_waits_for_seven_in_the_regions_own_time() -> None:
    evening = jakarta(2026, 11, 24, 20)  # 22.00 in Jayapura

    assert outside_quiet_hours(evening, JAKARTA) == evening
    assert outside_quiet_hours(evening, zone_of("95")) == jakarta(2026, 11, 25, 5)


def test_before_seven_waits_for_the_same_mornings_seven() -> None:
    assert outside_quiet_hours(jakarta(2026, 11, 24, 3), JAKARTA) == jakarta(2026, 11, 24, 7)


@given(MOMENTS, PROVINCES)
def test_a_moment_outside_quiet_hours_is_never_earlier_nor_quiet(
    moment: datetime, province: str | None
) -> None:
    zone = zone_of(province)
    sent = outside_quiet_hours(moment, zone)

    assert timedelta() <= sent - moment <= timedelta(hours=10)
    assert 7 <= sent.astimezone(zone).hour < 21
    assert outside_quiet_hours(sent, zone) == sent


def test_duty_time_is_office_time_on_working_days() -> None:
    assert is_duty_time(jakarta(2026, 11, 24, 8), OPENS, CLOSES)
    assert not is_duty_time(jakarta(2026, 11, 24, 16), OPENS, CLOSES)
    assert not is_duty_time(jakarta(2026, 11, 22, 10), OPENS, CLOSES)
    assert not is_duty_time(jakarta(2026, 12, 25, 10), OPENS, CLOSES)


def test_four_hours_of_duty_time_go_on_after_the_weekend() -> None:
    friday = jakarta(2026, 11, 20, 15)

    due = add_duty_time(friday, timedelta(hours=4), OPENS, CLOSES)

    assert due == jakarta(2026, 11, 23, 11)
    assert duty_time_between(friday, due, OPENS, CLOSES) == timedelta(hours=4)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=40)))
def test_adding_and_measuring_duty_time_agree(start: datetime, span: timedelta) -> None:
    due = add_duty_time(start, span, OPENS, CLOSES)

    assert duty_time_between(start, due, OPENS, CLOSES) == span


def test_duty_hours_that_close_before_they_open_are_refused() -> None:
    with pytest.raises(ValueError, match="open before"):
        add_duty_time(jakarta(2026, 11, 24), timedelta(hours=1), CLOSES, OPENS)
