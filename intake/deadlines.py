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
from intake.workdays import add_workdays, outside_quiet_hours, zone_of
from store import people, posts, raws, reports
from store.database import Database
from store.tables import Channel, Report

log = logging.getLogger(__name__)

# What could not be understood is kept so long for a person, or a newer version, to look at.
UNREADABLE_KEPT = timedelta(days=30)


def keep_deadlines(db: Database, policy: Policy, now: datetime) -> int:
    """Do what became due; returns how many reports moved on or had somebody reminded.

    One transaction a report: one that fails is logged and holds up no other.
    """
    with db.reading() as session:
        due = {report.id: _end for report in reports.list_due(session, now)}
        for report in reports.list_in_states(session, ("needs_info", "answered")):
            due.setdefault(report.id, _remind)
    return sum(_keep(db, report_id or 0, step, policy, now) for report_id, step in due.items())


def _keep(
    db: Database,
    report_id: int,
    step: Callable[[Session, Report, Policy, datetime], bool],
    policy: Policy,
    now: datetime,
) -> bool:
    try:
        with db.writing() as session:
            return step(session, session.get_one(Report, report_id), policy, now)
    except Exception:
        log.exception("deadline failed", extra={"report_id": report_id})
        return False


def forget_raws(db: Database, policy: Policy, now: datetime) -> int:
    """Drop what platforms handed over once it was kept long enough after parsing."""
    with db.writing() as session:
        unreadable = raws.drop_unreadable_before(session, now - UNREADABLE_KEPT)
        return unreadable + raws.drop_parsed_before(session, now - policy.raw_kept)


def _end(session: Session, report: Report, policy: Policy, now: datetime) -> bool:
    if report.due_at is None or report.due_at > now:
        # Somebody acted between the look and this transaction.
        return False
    if report.state == "needs_info":
        move(session, report, "silence", by="clock", now=now, policy=policy)
        report.archive_reason = "incomplete"
        session.add(report)
        return True
    if report.state == "answered":
        move(session, report, "silence", by="clock", now=now, policy=policy)
        return True
    if report.state == "forwarded":
        return _say(session, report, "late", letters.late(report, now), policy, now)
    return False


def _remind(session: Session, report: Report, policy: Policy, now: datetime) -> bool:
    """Once per question or answer, in a private chat only; X hears nothing unasked."""
    if report.due_at is None or report.due_at <= now:
        return False
    since = reports.list_transitions(session, report.id or 0)[-1].made_at
    if now < add_workdays(since, policy.remind_days):
        return False
    letter = (
        letters.reminder_info(report, now)
        if report.state == "needs_info"
        else letters.reminder_close(report, now)
    )
    return _say(session, report, "reminder", letter, policy, now)


def _say(
    session: Session, report: Report, kind: str, letter: Letter, policy: Policy, now: datetime
) -> bool:
    channel = session.get_one(Channel, report.channel_id)
    if posts.get_post(session, report.opening_post_id).public:
        return False
    person = people.get_person(session, report.person_id)
    cause = f"transition:{reports.list_transitions(session, report.id or 0)[-1].id}"
    zone = zone_of(report.region_code[:2] if report.region_code else None)
    notice = outbox.put(
        session,
        kind,
        cause,
        letter,
        Address(channel, person, report.conversation_id, False, None),
        now=now,
        policy=policy,
        report_id=report.id,
        not_before=outside_quiet_hours(now, zone),
    )
    return notice.made_at == now
