"""Outgoing messages: found, claimed, counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from store.tables import Notice

# What the citizen sees or may see; a cap counts these.
STANDING = ("ready", "sending", "sent", "in_doubt")
# The failure of a notice in doubt that no look can settle (`lapor notices decide`).
ASK_A_PERSON = "cannot be looked up: a person decides"

_EARLIER = aliased(Notice)
# Nothing about a report overtakes its acknowledgement while that waits for a second try, or for a
# look that may lead to one.
_OVERTAKES = exists().where(
    col(_EARLIER.report_id) == Notice.report_id,
    col(_EARLIER.person_id) == Notice.person_id,
    col(_EARLIER.kind) == "acknowledgement",
    col(_EARLIER.id) < Notice.id,
    col(_EARLIER.attempts) > 0,
    or_(
        col(_EARLIER.state).in_(("ready", "sending")),
        and_(
            col(_EARLIER.state) == "in_doubt",
            col(_EARLIER.failure).is_distinct_from(ASK_A_PERSON),
        ),
    ),
)
# Statements that run again and again are built once: that takes longer than to answer them.
_DUE = (
    select(Notice)
    .where(
        Notice.channel_id == bindparam("channel_id"),
        Notice.state == "ready",
        or_(
            col(Notice.not_before) <= bindparam("now"), col(Notice.not_before) > bindparam("never")
        ),
        ~_OVERTAKES,
    )
    .order_by(col(Notice.priority), col(Notice.not_before), col(Notice.id))
    .limit(bindparam("most"))
)
_DUE_BY_PEOPLE = _DUE.where(~col(Notice.automatic) | (col(Notice.priority) == 0))
_IN_STATE = select(Notice).where(Notice.state == bindparam("state")).order_by(col(Notice.id))
_IN_STATE_ON = _IN_STATE.where(Notice.channel_id == bindparam("channel_id"))


def find_notice(session: Session, kind: str, cause: str, person_id: int) -> Notice | None:
    """The notice of this kind and cause for this person."""
    return session.exec(
        select(Notice).where(
            Notice.kind == kind, Notice.cause == cause, Notice.person_id == person_id
        )
    ).first()


def find_sent_as(session: Session, channel_id: int, external_id: str) -> Notice | None:
    """The notice that stands on the platform under this id."""
    return session.exec(
        select(Notice).where(Notice.channel_id == channel_id, Notice.external_id == external_id)
    ).first()


def claim_notice(session: Session, notice_id: int, now: datetime) -> bool:
    """Take a ready notice for sending; false when somebody else has it."""
    claimed = session.exec(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == "ready")
        .values(state="sending", claimed_at=now, attempts=col(Notice.attempts) + 1)
    )
    return claimed.rowcount == 1


def list_due(
    session: Session,
    channel_id: int,
    now: datetime,
    limit: int,
    *,
    with_automatic: bool = True,
    longest_wait: timedelta,
) -> Sequence[Notice]:
    """The notices to send next: `darurat` first, then the oldest.

    Without the automatic ones only what people wrote and `darurat` is left. What was put off for
    more than `longest_wait` was put off by a wrong clock, and waits no more.
    """
    due = _DUE if with_automatic else _DUE_BY_PEOPLE
    wanted = {"channel_id": channel_id, "now": now, "never": now + longest_wait, "most": limit}
    return session.exec(due, params=wanted).all()


def list_in_state(session: Session, state: str, channel_id: int | None = None) -> Sequence[Notice]:
    """Notices of one state, oldest first."""
    if channel_id is None:
        return session.exec(_IN_STATE, params={"state": state}).all()
    return session.exec(_IN_STATE_ON, params={"state": state, "channel_id": channel_id}).all()


def list_of_report(session: Session, report_id: int) -> Sequence[Notice]:
    """Everything said about a report, oldest first."""
    return session.exec(
        select(Notice).where(Notice.report_id == report_id).order_by(col(Notice.id))
    ).all()


def list_notices(session: Session, limit: int) -> Sequence[Notice]:
    """The newest notices."""
    return session.exec(select(Notice).order_by(col(Notice.id).desc()).limit(limit)).all()


def count_in_conversation(session: Session, channel_id: int, conversation_id: str) -> int:
    """Automatic notices that stand in a thread."""
    return _count_automatic(
        session, Notice.channel_id == channel_id, Notice.conversation_id == conversation_id
    )


def count_to_person_since(session: Session, person_id: int, since: datetime) -> int:
    """Automatic notices to a person since a moment."""
    return _count_automatic(session, Notice.person_id == person_id, Notice.made_at >= since)


def count_on_channel_since(session: Session, channel_id: int, since: datetime) -> int:
    """Automatic notices on a channel since a moment."""
    return _count_automatic(session, Notice.channel_id == channel_id, Notice.made_at >= since)


def count_under_post(session: Session, post_id: int) -> int:
    """Automatic notices that stand under a post."""
    return _count_automatic(session, Notice.post_id == post_id)


def cancel_ready_to(session: Session, person_id: int, why: str) -> int:
    """Cancel what a person would still have got."""
    return _cancel(session, col(Notice.person_id) == person_id, why)


def cancel_ready_under(session: Session, post_id: int, why: str) -> int:
    """Cancel what would still have gone out under a post."""
    return _cancel(session, col(Notice.post_id) == post_id, why)


def move_conversation(session: Session, channel_id: int, old: str, new: str) -> None:
    """A group became a supergroup: what waits for it goes there."""
    session.exec(
        update(Notice)
        .where(
            col(Notice.channel_id) == channel_id,
            col(Notice.conversation_id) == old,
            col(Notice.state) == "ready",
        )
        .values(conversation_id=new, reply_to=None)
    )


def _count_automatic(session: Session, *conditions: object) -> int:
    query = select(func.count()).select_from(Notice)
    query = query.where(col(Notice.automatic).is_(True), col(Notice.state).in_(STANDING))
    return session.exec(query.where(*conditions)).one()  # type: ignore[arg-type]


def _cancel(session: Session, condition: object, why: str) -> int:
    cancelled = session.exec(
        update(Notice)
        .where(condition, col(Notice.state) == "ready")  # type: ignore[arg-type]
        .values(state="cancelled", failure=why)
    )
    return int(cancelled.rowcount)


def forget_texts(session: Session, person_id: int, nowhere: str) -> None:
    """An erased person's notices keep their states, not their words or their chat."""
    session.exec(
        update(Notice)
        .where(col(Notice.person_id) == person_id)
        .values(text="", buttons=[], mark="", callback_id=None)
    )
    session.exec(
        update(Notice)
        .where(col(Notice.person_id) == person_id, col(Notice.public).is_(False))
        .values(conversation_id=nowhere, reply_to=None, external_id=None)
    )
