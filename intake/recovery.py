"""After a restore: what the lost hours have said may not be said again, what they erased is gone.

The backup shows how far each account had been read. What happened between that moment and the
restore stands on the platforms only, and in the journal of erasures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from intake import privacy
from intake.policy import Policy
from store import channels, notices
from store.database import Database
from store.erasures import Erasures
from store.tables import Channel, Notice, Post, Transition

WHY = "restored from a backup"
# What people decided in the lost hours they decide again in the next ones, at least this long.
REPEATED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Recovered:
    """What a restore has left to know: `lost_from` is how far the backup reaches, if anywhere."""

    lost_from: datetime | None
    doubtful: int
    erased: privacy.ErasedAgain


def after_restore(db: Database, erasures: Erasures, now: datetime, policy: Policy) -> Recovered:
    """Make a backup safe to go on with. Runs before it takes the database's place."""
    with db.writing() as session:
        rows = channels.list_channels(session)
        for channel in rows:
            _mark_lost_hours(session, channel, now)
        doubtful = _doubt_waiting(session)
    lost_from = min((row.lost_from for row in rows if row.lost_from), default=None)
    return Recovered(lost_from, doubtful, privacy.erase_again(db, erasures, now, policy))


def may_have_been_said(
    session: Session,
    channel: Channel,
    post: Post | None,
    *,
    kind: str,
    cause: str,
    automatic: bool,
    now: datetime,
) -> bool:
    """Whether a notice that is made now may have gone out in hours that a restore has lost.

    An automatic one may, if what causes it is older than the restore. One that a person makes may,
    under a post from before, as long as people repeat what they decided in those hours.
    """
    if channel.lost_from is None or channel.lost_until is None:
        return False
    if kind == "alert":
        # The number is a new one, and an emergency is better told twice than never.
        return False
    if automatic:
        began = _cause_began(session, post, cause)
        return began is None or began <= channel.lost_until
    lost = channel.lost_until - channel.lost_from
    if now > channel.lost_until + max(lost, REPEATED_WITHIN):
        return False
    return post is None or post.posted_at <= channel.lost_until


def _cause_began(session: Session, post: Post | None, cause: str) -> datetime | None:
    what, _, number = cause.partition(":")
    if what == "transition":
        step = session.get(Transition, int(number))
        return step.made_at if step else None
    return post.posted_at if post else None


def _mark_lost_hours(session: Session, channel: Channel, now: datetime) -> None:
    read_until = min(channel.last_read_at or channel.first_started_at, now)
    channel.lost_from, channel.lost_until = read_until, now
    session.add(channel)
    if channel.platform == "telegram":
        # X hands its mentions over again; Telegram has forgotten what was fetched.
        channels.add_gap(session, channel.id or 0, read_until, now, WHY, now)


def _doubt_waiting(session: Session) -> int:
    """What waited in the backup has gone out since, or not: look, or ask a person."""
    waiting = [
        *notices.list_in_state(session, "ready"),
        *notices.list_in_state(session, "sending"),
    ]
    for notice in waiting:
        doubt(notice)
        notice.claimed_at = notice.claimed_at or notice.made_at
        session.add(notice)
    return len(waiting)


def doubt(notice: Notice) -> None:
    """This notice may have been sent by the database that was replaced."""
    notice.state, notice.failure, notice.doubted = "in_doubt", WHY, True
