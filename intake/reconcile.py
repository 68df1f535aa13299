"""Notices whose outcome is unknown: look whether they stand there, or leave them to a person."""

import logging
from datetime import datetime, timedelta

from bots.platform import CannotTell, NotFound, Platform, PlatformError, Receipt
from intake.deliver import mark_sent, outgoing_of
from intake.policy import Policy
from store import channels, notices
from store.database import Database
from store.tables import Notice

log = logging.getLogger(__name__)

# Our clock and the platform's may differ; a look goes back a little further.
CLOCK_SKEW = timedelta(minutes=5)
# A notice that no look can settle; a person decides (`lapor notices decide`).
ASK_A_PERSON = "cannot be looked up: a person decides"


def doubt_stuck(db: Database, platform: Platform, now: datetime, older_than: timedelta) -> int:
    """Notices left in `sending` by a process that died are in doubt, never sent again blindly."""
    with db.writing() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        stuck = [
            notice
            for notice in notices.list_in_state(session, "sending", channel.id)
            if notice.claimed_at is None or now - notice.claimed_at >= older_than
        ]
        for notice in stuck:
            notice.state, notice.failure = "in_doubt", "stopped while sending"
            notice.doubted = True
            session.add(notice)
    return len(stuck)


def reconcile(db: Database, platform: Platform, policy: Policy, now: datetime) -> int:
    """Settle what can be settled; returns how many notices left the state of doubt."""
    doubt_stuck(db, platform, now, policy.stuck_after)
    with db.reading() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        doubtful = notices.list_in_state(session, "in_doubt", channel.id)
    return sum(
        _look(db, platform, policy, notice, now)
        for notice in doubtful
        if can_be_looked_up(notice)
        and (notice.looked_at is None or now - notice.looked_at >= policy.look_every)
    )


def can_be_looked_up(notice: Notice) -> bool:
    """Whether another look may settle it; if not, it waits for a person."""
    return notice.state == "in_doubt" and notice.failure != ASK_A_PERSON


def _look(db: Database, platform: Platform, policy: Policy, notice: Notice, now: datetime) -> bool:
    since = (notice.claimed_at or notice.made_at) - CLOCK_SKEW
    try:
        found = platform.find_sent(outgoing_of(notice), since)
    except PlatformError as error:
        log.warning("look failed", extra={"notice_id": notice.id, "verdict": type(error).__name__})
        return False
    with db.writing() as session:
        row = session.get_one(Notice, notice.id)
        if row.state != "in_doubt":
            return False
        match found:
            case Receipt():
                mark_sent(session, platform, row.id or 0, found, now)
                return True
            case CannotTell():
                row.failure = ASK_A_PERSON
            case NotFound(cost_microusd=cost):
                channels.add_spending(session, row.channel_id, cost, now)
                row.looks, row.looked_at = row.looks + 1, now
                if row.looks >= policy.looks:
                    # Not there after several looks: the identical text may go out again.
                    row.state, row.looks, row.looked_at = "ready", 0, None
        session.add(row)
        return row.state == "ready"
