"""Telling the duty officer: danger to a person must be seen within fifteen minutes."""

from datetime import datetime

from sqlmodel import Session

from intake import letters, outbox
from intake.addresses import telegram_channel
from intake.outbox import Address
from intake.policy import Policy
from store import people
from store.tables import Notice, Post, Report


def tell_duty(session: Session, report: Report, now: datetime, policy: Policy) -> Notice | None:
    """Write to the duty chat about a report in danger; None when there is no danger or no chat."""
    if report.urgency != "darurat":
        return None
    return _tell(session, f"report:{report.id}", report.reference, report.id, now, policy)


def tell_duty_of_post(session: Session, post: Post, now: datetime, policy: Policy) -> Notice | None:
    """The same for a post that waits in the queue and may be an emergency."""
    return _tell(session, f"post:{post.id}", f"P{post.id}", None, now, policy)


def _tell(
    session: Session,
    cause: str,
    mark: str,
    report_id: int | None,
    now: datetime,
    policy: Policy,
) -> Notice | None:
    channel = telegram_channel(session)
    if policy.duty_chat is None or channel is None:
        return None
    officer = people.find_person(session, "telegram", policy.duty_chat)
    if officer is None:
        officer = people.add_contact(session, "telegram", policy.duty_chat, now)
    return outbox.put(
        session,
        "alert",
        cause,
        letters.alert(mark),
        Address(channel, officer, policy.duty_chat, False, None),
        now=now,
        policy=policy,
        report_id=report_id,
        automatic=False,
        priority=outbox.URGENT,
    )
