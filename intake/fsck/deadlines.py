"""The clock: nothing ends, reminds or scolds before its day, or twice, or at night.

Days are counted by the policy and the calendar of now: after either was changed, an ending of
before may look early.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from intake.fsck.facts import Facts, Rule
from intake.fsck.outbox import of
from intake.fsck.rows import NoticeRow, ReportRow, StepRow
from intake.fsck.shapes import Violation
from intake.workdays import add_workdays, deadline, outside_quiet_hours, zone_of

CLOCK = "clock"
SPOKEN_BY_THE_CLOCK = ("reminder", "late")
# How far the platforms' time and ours may differ without anybody's fault.
SKEW = timedelta(minutes=5)
# A province of each time zone.
PROVINCES = ("31", "51", "91")


def nothing_ends_early(facts: Facts) -> Iterator[Violation]:
    """What ends by silence ends after the day that was promised, by the platforms' time too."""
    for report_id, steps in facts.steps.items():
        for before, step in pairwise(steps):
            due = _silence_due(facts, before)
            if step.by == CLOCK and (due is None or _by_the_clock(facts, step.made_at) < due):
                yield Violation(
                    "ended-early",
                    f"report {report_id}",
                    f"step {step.id} ended it before its deadline: was the clock wrong?",
                )


def nobody_is_reminded_early(facts: Facts) -> Iterator[Violation]:
    """A reminder comes some working days after the step it speaks of."""
    for notice, step in _spoken(facts, "reminder"):
        due = add_workdays(step.made_at, facts.policy.remind_days)
        if _by_the_clock(facts, notice.made_at) < due:
            yield of(notice, "reminded-early", "it was made before its day.")


def nobody_is_called_late_early(facts: Facts) -> Iterator[Violation]:
    """An agency is late after its last day. Judged while that day still stands in the report."""
    for notice, step in _spoken(facts, "late"):
        report = facts.reports[step.report_id]
        newest = facts.steps[step.report_id][-1]
        if (
            newest is step
            and report.due_at
            and _by_the_clock(facts, notice.made_at) < report.due_at
        ):
            yield of(notice, "late-early", "it was made before the agency's last day had passed.")


def the_clock_speaks_once_a_step(facts: Facts) -> Iterator[Violation]:
    """A step is reminded of once, and of a step that is there."""
    said = Counter(
        (one.kind, one.cause) for one in facts.notices if one.kind in SPOKEN_BY_THE_CLOCK
    )
    for notice in facts.notices:
        if notice.kind not in SPOKEN_BY_THE_CLOCK:
            continue
        if said[notice.kind, notice.cause] > 1:
            yield of(notice, "reminded-twice", "another one speaks of the same step.")
        step = _cause(facts, notice)
        if step is None or step.report_id != notice.report_id:
            yield of(notice, "reminder-unfounded", "it speaks of no step of its report.")


def the_clock_speaks_of_the_last_step(facts: Facts) -> Iterator[Violation]:
    """Whoever has moved on meanwhile is not reminded any more."""
    for kind in SPOKEN_BY_THE_CLOCK:
        for notice, step in _spoken(facts, kind):
            later = (one for one in facts.steps[step.report_id] if one.id > step.id)
            claimed = notice.claimed_at
            if claimed and any(one.made_at + facts.slack < claimed for one in later):
                yield of(
                    notice, "reminder-outdated", "its report had moved on when it was claimed."
                )


def nights_are_quiet(facts: Facts) -> Iterator[Violation]:
    """What nobody has asked for is not sent at night."""
    for notice in facts.notices:
        report = facts.reports.get(notice.report_id or 0)
        if notice.kind not in SPOKEN_BY_THE_CLOCK or not notice.claimed_at or not report:
            continue
        zones = _zones(facts, report, notice.claimed_at)
        if all(_is_quiet(notice.claimed_at, zone) for zone in zones):
            yield of(notice, "claimed-at-night", "it was claimed in the quiet hours of its region.")


def _silence_due(facts: Facts, step: StepRow) -> datetime | None:
    days = {"needs_info": facts.policy.info_days, "answered": facts.policy.close_days}
    if step.to_state not in days:
        return None
    return deadline(step.made_at, days[step.to_state])


def _by_the_clock(facts: Facts, moment: datetime) -> datetime:
    """When it happened: not after the present, whatever our clock said."""
    if facts.shown is None or facts.shown.now is None:
        return moment
    return min(moment, facts.shown.now + SKEW)


def _spoken(facts: Facts, kind: str) -> Iterator[tuple[NoticeRow, StepRow]]:
    for notice in facts.notices:
        if notice.kind == kind and (step := _cause(facts, notice)):
            yield notice, step


def _cause(facts: Facts, notice: NoticeRow) -> StepRow | None:
    name, _, number = notice.cause.partition(":")
    return facts.steps_by_id.get(int(number)) if name == "transition" and number.isdigit() else None


def _zones(facts: Facts, report: ReportRow, moment: datetime) -> list[ZoneInfo]:
    """The report's time zone; any one, if its region may have been corrected since."""
    changed = report.active_at > moment - facts.slack
    provinces = PROVINCES if changed else (report.region_code,)
    return [zone_of(province) for province in provinces]


def _is_quiet(moment: datetime, zone: ZoneInfo) -> bool:
    return outside_quiet_hours(moment, zone) != moment


RULES: tuple[Rule, ...] = (
    nothing_ends_early,
    nobody_is_reminded_early,
    nobody_is_called_late_early,
    the_clock_speaks_once_a_step,
    the_clock_speaks_of_the_last_step,
    nights_are_quiet,
)
