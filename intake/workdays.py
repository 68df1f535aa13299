"""Working days, quiet hours and duty hours in Indonesia. Pure: the moment is passed in.

Working days are counted in Asia/Jakarta and leave out Saturdays, Sundays, national holidays and
joint leave (*cuti bersama*), as the `holidays` package knows them (categories public and
government). Dates of later years are its estimates until the joint decree of the year is out.
Moments are aware; results are in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

JAKARTA = ZoneInfo("Asia/Jakarta")
_MAKASSAR = ZoneInfo("Asia/Makassar")
_JAYAPURA = ZoneInfo("Asia/Jayapura")

QUIET_FROM = time(21)
QUIET_UNTIL = time(7)

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()

# Presidential Decree (Keppres) 41/1987, by the Ministry of Home Affairs' province code; the
# provinces split from Papua in 2022 (93-96) keep eastern time.
_CENTRAL = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_EASTERN = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})


@lru_cache(maxsize=64)
def _days_off(year: int) -> frozenset[date]:
    calendar = holidays.country_holidays("ID", years=year, categories=("public", "government"))
    return frozenset(calendar)


def _require_aware(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")


def _in_jakarta(moment: datetime) -> datetime:
    _require_aware(moment)
    return moment.astimezone(JAKARTA)


def is_workday(day: date) -> bool:
    """Whether offices are open on `day`: no weekend, no holiday, no joint leave."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def _later_workday(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def add_workdays(start: datetime, days: int) -> datetime:
    """The same clock time `days` working days later; the day of `start` itself does not count.

    Zero days give `start` itself, even on a day off.
    """
    if days < 0:
        raise ValueError("working days are counted forwards: pass zero or more")
    local = _in_jakarta(start)
    day = _later_workday(local.date(), days)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def deadline(start: datetime, days: int) -> datetime:
    """The last second of the working day that `add_workdays` reaches.

    Notices promise "paling lambat Jumat": the whole of Friday counts, in Jakarta.
    """
    day = add_workdays(start, days).astimezone(JAKARTA).date()
    return datetime.combine(day, time(23, 59, 59), JAKARTA).astimezone(UTC)


def workdays_between(start: datetime, end: datetime) -> int:
    """Working days after the day of `start`, up to and including the day of `end` (0 if none)."""
    first, last = _in_jakarta(start).date(), _in_jakarta(end).date()
    span = (last - first).days
    return sum(is_workday(first + timedelta(days=n)) for n in range(1, span + 1))


def _calendar_day(day: date) -> date:
    return _in_jakarta(day).date() if isinstance(day, datetime) else day


def date_text(day: date) -> str:
    """`8 Desember`. A moment is read in Asia/Jakarta."""
    local = _calendar_day(day)
    return f"{local.day} {_MONTHS[local.month - 1]}"


def deadline_text(day: date) -> str:
    """`Jumat, 27 November`. A moment is read in Asia/Jakarta."""
    return f"{_WEEKDAYS[_calendar_day(day).weekday()]}, {date_text(day)}"


def zone_of(province_code: str | None) -> ZoneInfo:
    """The time zone of a province by its two-digit code; an unknown one is read as Jakarta's.

    Longer region codes (`35.78`, `357801`) may be passed: their first two digits count.
    """
    province = (province_code or "")[:2]
    if province in _CENTRAL:
        return _MAKASSAR
    if province in _EASTERN:
        return _JAYAPURA
    return JAKARTA


def outside_quiet_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment`, or the next 07.00 in `zone` when it lies between 21.00 and 07.00 there."""
    _require_aware(moment)
    local = moment.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment.astimezone(UTC)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, zone).astimezone(UTC)


def is_duty_time(moment: datetime, opens: time, closes: time) -> bool:
    """Whether somebody is on duty: a working day, from `opens` until `closes` in Jakarta."""
    local = _in_jakarta(moment)
    return is_workday(local.date()) and opens <= local.time() < closes


def _duty_span(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return datetime.combine(day, opens, JAKARTA), datetime.combine(day, closes, JAKARTA)


def _require_order(opens: time, closes: time) -> None:
    if opens >= closes:
        raise ValueError("duty hours must open before they close, within one day")


def add_duty_time(start: datetime, span: timedelta, opens: time, closes: time) -> datetime:
    """The moment by which `span` of duty time has passed since `start`."""
    _require_order(opens, closes)
    moment = _in_jakarta(start)
    while True:
        opening, closing = _duty_span(moment.date(), opens, closes)
        begin = max(moment, opening)
        if is_workday(moment.date()) and begin < closing:
            if span <= closing - begin:
                return (begin + span).astimezone(UTC)
            span -= closing - begin
        moment = datetime.combine(moment.date() + timedelta(days=1), time(), JAKARTA)


def duty_time_between(start: datetime, end: datetime, opens: time, closes: time) -> timedelta:
    """How much duty time lies between two moments."""
    _require_order(opens, closes)
    first, last = _in_jakarta(start), _in_jakarta(end)
    total = timedelta()
    for n in range((last.date() - first.date()).days + 1):
        day = first.date() + timedelta(days=n)
        if is_workday(day):
            opening, closing = _duty_span(day, opens, closes)
            total += max(min(last, closing) - max(first, opening), timedelta())
    return total
