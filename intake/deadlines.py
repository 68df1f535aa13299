"""What happens when time passes: reminders, endings, lateness, and forgetting raws.

Due work lives in the tables; this runs every few minutes and may run twice without harm.
"""

from datetime import datetime

from sqlmodel import Session

from intake import letters, outbox
from intake.outbox import Address, Letter
from intake.policy import Policy
from intake.states import move
from intake.workdays import add_workdays, outside_quiet_hours, zone_of
from store import people, posts, raws, reports
from store.database import Database
from store.tables import Channel, Report


def keep_deadlines(db: Database, policy: Policy, now: datetime) -> int:
    """Do what became due; returns how many reports moved on or had somebody reminded."""
    with db.writing() as session:
        moved = [_end(session, report, policy, now) for report in reports.list_due(session, now)]
        waiting = reports.list_in_states(session, ("needs_info", "answered"))
        reminded = [_remind(session, report, policy, now) for report in waiting]
    return sum(moved) + sum(reminded)


def forget_raws(db: Database, policy: Policy, now: datetime) -> int:
    """Drop what platforms handed over once it was kept long enough after parsing."""
    with db.writing() as session:
        return raws.drop_parsed_before(session, now - policy.raw_kept)


def _end(session: Session, report: Report, policy: Policy, now: datetime) -> bool:
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
