"""Reports, their steps, answers, followers and invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col, func, select

from store.tables import Answer, Follower, Invitation, Notice, Report, Transition

# Asked every minute, so built once.
_DUE = (
    select(Report)
    .where(col(Report.is_open), col(Report.due_at) <= bindparam("now"))
    .order_by(col(Report.due_at))
)


class ReportNotFound(Exception):
    """No report has this reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no report {reference}. `lapor reports list` shows them.")


def find_report(session: Session, reference: str) -> Report | None:
    """The report with this reference."""
    return session.exec(select(Report).where(Report.reference == reference)).first()


def get_report(session: Session, reference: str) -> Report:
    """The report with this reference; raises `ReportNotFound`."""
    report = find_report(session, reference)
    if report is None:
        raise ReportNotFound(reference)
    return report


def find_own_report(
    session: Session, channel_id: int, conversation_id: str, person_id: int
) -> Report | None:
    """The person's report of this conversation that was active last; an open one first."""
    return session.exec(
        select(Report)
        .where(
            Report.channel_id == channel_id,
            Report.conversation_id == conversation_id,
            Report.person_id == person_id,
            col(Report.merged_into_id).is_(None),
        )
        .order_by(col(Report.is_open).desc(), col(Report.active_at).desc(), col(Report.id).desc())
        .limit(1)
    ).first()


def find_thread_report(session: Session, channel_id: int, conversation_id: str) -> Report | None:
    """The report that this public thread is about, whoever wrote it: the oldest one."""
    return session.exec(
        select(Report)
        .where(Report.channel_id == channel_id, Report.conversation_id == conversation_id)
        .order_by(col(Report.id))
        .limit(1)
    ).first()


def find_report_of_notice(session: Session, channel_id: int, external_id: str) -> Report | None:
    """The report that one of our sent notices speaks of."""
    return session.exec(
        select(Report)
        .join(Notice, col(Notice.report_id) == Report.id)
        .where(Notice.channel_id == channel_id, Notice.external_id == external_id)
    ).first()


def next_part(session: Session, channel_id: int, conversation_id: str, person_id: int) -> int:
    """The number of the next report of this person in this conversation, from 1."""
    newest = session.exec(
        select(func.max(Report.part)).where(
            Report.channel_id == channel_id,
            Report.conversation_id == conversation_id,
            Report.person_id == person_id,
        )
    ).one()
    return (newest or 0) + 1


def list_due(session: Session, now: datetime) -> Sequence[Report]:
    """Open reports whose deadline has passed."""
    return session.exec(_DUE, params={"now": now}).all()


def list_in_states(session: Session, states: Sequence[str]) -> Sequence[Report]:
    """Reports in any of these states, oldest first."""
    return session.exec(
        select(Report).where(col(Report.state).in_(states)).order_by(col(Report.id))
    ).all()


def list_of_person(session: Session, person_id: int) -> Sequence[Report]:
    """The reports a person opened."""
    return session.exec(
        select(Report).where(Report.person_id == person_id).order_by(col(Report.id))
    ).all()


def list_transitions(session: Session, report_id: int) -> Sequence[Transition]:
    """A report's way so far."""
    return session.exec(
        select(Transition).where(Transition.report_id == report_id).order_by(col(Transition.id))
    ).all()


def newest_transition(session: Session, report_id: int) -> Transition:
    """The step that brought a report to where it is."""
    return session.exec(
        select(Transition)
        .where(Transition.report_id == report_id)
        .order_by(col(Transition.id).desc())
        .limit(1)
    ).one()


def newest_answer(session: Session, report_id: int) -> Answer | None:
    """What the agency answered last."""
    return session.exec(
        select(Answer).where(Answer.report_id == report_id).order_by(col(Answer.id).desc()).limit(1)
    ).first()


def list_answers(session: Session, report_id: int) -> Sequence[Answer]:
    """All answers to a report, oldest first."""
    return session.exec(
        select(Answer).where(Answer.report_id == report_id).order_by(col(Answer.id))
    ).all()


def find_follower(session: Session, report_id: int, person_id: int) -> Follower | None:
    """What this person is to this report, if anything."""
    return session.get(Follower, (report_id, person_id))


def list_followers(session: Session, report_id: int) -> Sequence[Follower]:
    """Everybody who hears about a report, its reporter first."""
    return session.exec(
        select(Follower).where(Follower.report_id == report_id).order_by(col(Follower.since))
    ).all()


def list_linked(session: Session, person_id: int) -> Sequence[Report]:
    """Reports that a private chat was linked to by a code."""
    return session.exec(
        select(Report)
        .join(Follower, col(Follower.report_id) == Report.id)
        .where(Follower.person_id == person_id, Follower.role == "linked")
        .order_by(col(Report.id).desc())
    ).all()


def find_invitation(session: Session, code: str) -> Invitation | None:
    """The invitation with this code."""
    return session.get(Invitation, code)


def move_conversation(session: Session, channel_id: int, old: str, new: str) -> None:
    """A group became a supergroup: its reports go with it."""
    session.exec(
        update(Report)
        .where(col(Report.channel_id) == channel_id, col(Report.conversation_id) == old)
        .values(conversation_id=new)
    )


def forget_answers(session: Session, report_id: int) -> None:
    """The full answers of a report speak of its reporter; the public sentence does not."""
    session.exec(update(Answer).where(col(Answer.report_id) == report_id).values(full_text=None))


def forget_follower(session: Session, person_id: int) -> None:
    """An erased person follows nothing."""
    session.exec(delete(Follower).where(col(Follower.person_id) == person_id))


def void_invitation(session: Session, report_id: int) -> None:
    """Only the newest code of a report opens it."""
    session.exec(delete(Invitation).where(col(Invitation.report_id) == report_id))


def find_merged(session: Session, into_id: int, person_id: int) -> Report | None:
    """The person's own report that was merged into another one."""
    return session.exec(
        select(Report)
        .where(Report.merged_into_id == into_id, Report.person_id == person_id)
        .order_by(col(Report.id).desc())
        .limit(1)
    ).first()
