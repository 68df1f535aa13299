"""Whether anything is still to do by itself; what waits for a person does not count."""

from datetime import UTC, datetime

from sqlmodel import Session

from intake.deliver import may_spend
from intake.policy import Policy
from intake.reconcile import can_be_looked_up
from intake.steadiness import LONGEST_WAIT
from store import channels, installation, notices, posts, raws
from store.database import Database

# Enough to know that there is something to do.
MANY = 1000


def busy_with(db: Database, policy: Policy, now: datetime) -> list[str]:
    """What the bot still has to do on its own, in words; empty when it is idle."""
    with db.reading() as session:
        work = {
            "raws to understand": raws.count_unparsed(session),
            "posts to place": posts.count_waiting(session),
            "notices to send": _to_send(session, policy, now),
            "notices on their way": len(notices.list_in_state(session, "sending")),
            "notices to look up": _to_look_up(session),
        }
    return [f"{count} {name}" for name, count in work.items() if count]


def list_for_people(db: Database) -> list[str]:
    """What the bot cannot do on its own, a sentence each."""
    with db.reading() as session:
        doubtful = len(notices.list_in_state(session, "in_doubt"))
        queued = len(posts.list_queued(session))
    sentences = []
    if doubtful:
        sentences.append(
            f"{doubtful} notices are in doubt and wait for a person: "
            "lapor notices list --state in_doubt"
        )
    if queued:
        sentences.append(f"{queued} posts wait for a person: lapor queue")
    return sentences


def last_read(db: Database) -> datetime:
    """When the channel that was read longest ago was last read."""
    with db.reading() as session:
        reads = [row.last_read_at for row in channels.list_channels(session)]
    never = datetime.min.replace(tzinfo=UTC)
    return min((read or never for read in reads), default=never)


def _to_send(session: Session, policy: Policy, now: datetime) -> int:
    if installation.is_paused(session):
        return 0
    soon = now + policy.settle
    return sum(
        len(
            notices.list_due(
                session,
                channel.id or 0,
                soon,
                MANY,
                with_automatic=may_spend(session, channel, policy, now),
                longest_wait=LONGEST_WAIT,
            )
        )
        for channel in channels.list_channels(session)
        if channel.sending == "on"
    )


def _to_look_up(session: Session) -> int:
    return sum(can_be_looked_up(notice) for notice in notices.list_in_state(session, "in_doubt"))
