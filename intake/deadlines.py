"""What happens when time passes: reminders, endings, lateness, and forgetting raws.

Due work lives in the tables; this runs every few minutes and may run twice without harm.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from intake import letters, outbox
from intake.outbox import Address, Letter
from intake.policy import Policy
from intake.states import move
from intake.workdays import add_workdays
from store import notices, people, posts, raws, reports
from store.database import Database
from store.tables import Channel, Report

log = logging.getLogger(__name__)

# What could not be understood is kept so long for a person, or a newer version, to look at.
UNREADABLE_KEPT = timedelta(days=30)

Step = Callable[[Session, Report, Policy, datetime], None]


def keep_deadlines(db: Database, policy: Policy, now: datetime) -> int:
    """Do what became due; returns how many reports moved on or had somebody reminded.

    Looks first and writes only where there is something to do, in one transaction a report: one
    that fails is logged and holds up no other.
    """
    with db.reading() as session:
        passed = reports.list_due(session, now)
        waiting = reports.list_in_states(session, ("needs_info", "answered"))
        due = {
            report.id or 0
            for report in (*passed, *waiting)
            if _step_due(session, report, policy, now)
        }
    return sum(_keep(db, report_id, policy, now) for report_id in sorted(due))


def _keep(db: Database, report_id: int, policy: Policy, now: datetime) -> bool:
    try:
        with db.writing() as session:
            report = session.get_one(Report, report_id)
            # Somebody may have acted between the look and this transaction.
            step = _step_due(session, report, policy, now)
            if step is not None:
                step(session, report, policy, now)
            return step is not None
    except Exception:
        log.exception("deadline failed", extra={"report_id": report_id})
        return False


def forget_raws(db: Database, policy: Policy, now: datetime) -> int:
    """Drop what platforms handed over once it was kept long enough after parsing."""
    with db.writing() as session:
        unreadable = raws.drop_unreadable_before(session, now - UNREADABLE_KEPT)
        return unreadable + raws.drop_parsed_before(session, now - policy.raw_kept)


def _step_due(session: Session, report: Report, policy: Policy, now: datetime) -> Step | None:
    """What time asks for in a report, if anything; reads only."""
    if report.due_at is None:
        return None
    waits_for_citizen = report.state in ("needs_info", "answered")
    if report.due_at <= now:
        if waits_for_citizen:
            return _end
        is_late = report.state == "forwarded" and _may_say(session, report, "late")
        return _tell_late if is_late else None
    if not waits_for_citizen:
        return None
    since = reports.newest_transition(session, report.id or 0).made_at
    is_time = now >= add_workdays(since, policy.remind_days)
    return _remind if is_time and _may_say(session, report, "reminder") else None


def _end(session: Session, report: Report, policy: Policy, now: datetime) -> None:
    incomplete = report.state == "needs_info"
    move(session, report, "silence", by="clock", now=now, policy=policy)
    if incomplete:
        report.archive_reason = "incomplete"
        session.add(report)


def _tell_late(session: Session, report: Report, policy: Policy, now: datetime) -> None:
    _say(session, report, "late", letters.late(report, now), policy, now)


def _remind(session: Session, report: Report, policy: Policy, now: datetime) -> None:
    asked = report.state == "needs_info"
    letter = letters.reminder_info if asked else letters.reminder_close
    _say(session, report, "reminder", letter(report, now), policy, now)


def _may_say(session: Session, report: Report, kind: str) -> bool:
    """Once per step, and in a private chat only: in public nothing is said unasked."""
    if posts.get_post(session, report.opening_post_id).public:
        return False
    cause = _cause(session, report)
    return notices.find_notice(session, kind, cause, report.person_id) is None


def _cause(session: Session, report: Report) -> str:
    return f"transition:{reports.newest_transition(session, report.id or 0).id}"


def _say(
    session: Session, report: Report, kind: str, letter: Letter, policy: Policy, now: datetime
) -> None:
    channel = session.get_one(Channel, report.channel_id)
    person = people.get_person(session, report.person_id)
    outbox.put(
        session,
        kind,
        _cause(session, report),
        letter,
        Address(channel, person, report.conversation_id, False, None),
        now=now,
        policy=policy,
        report_id=report.id,
        not_before=outbox.earliest(kind, report, now),
    )
