"""Notices whose outcome is unknown: look whether they stand there, or leave them to a person."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bots.platform import CannotTell, NotFound, Platform, PlatformError, Receipt
from intake.deliver import mark_sent, outgoing_of
from intake.policy import Policy
from intake.steadiness import is_held
from store import channels, notices
from store.database import Database
from store.notices import ASK_A_PERSON
from store.tables import Channel, Notice

log = logging.getLogger(__name__)

# Our clock and the platform's may differ; a look goes back a little further.
CLOCK_SKEW = timedelta(minutes=5)
# Two notices said the same; it stands there once, and once is enough.
SAID_ALREADY = "the same words stand there already"
# What an older database, since replaced, has said there already.
SAID_BEFORE = "said before the restore, in other words"


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
        _look(db, platform, channel, policy, notice, now)
        for notice in doubtful
        if can_be_looked_up(notice)
        and not (notice.looked_at and is_held(notice.looked_at + policy.look_every, now))
    )


def can_be_looked_up(notice: Notice) -> bool:
    """Whether another look may settle it; if not, it waits for a person."""
    return notice.state == "in_doubt" and notice.failure != ASK_A_PERSON


def _look(
    db: Database,
    platform: Platform,
    channel: Channel,
    policy: Policy,
    notice: Notice,
    now: datetime,
) -> bool:
    try:
        found = _find(db, platform, channel, notice)
    except PlatformError as error:
        log.warning("look failed", extra={"notice_id": notice.id, "verdict": type(error).__name__})
        return False
    with db.writing() as session:
        row = session.get_one(Notice, notice.id)
        if row.state != "in_doubt":
            return False
        match found:
            case Receipt() if _is_anothers(session, row, found):
                row.state, row.failure = "cancelled", SAID_ALREADY
                channels.add_spending(session, row.channel_id, found.cost_microusd, now)
            case Receipt() if _is_needless(row):
                mark_sent(session, platform, row.id or 0, found, now)
                row.failure = SAID_BEFORE if row.claimed_at is None else None
                return True
            case Receipt(cost_microusd=cost):
                channels.add_spending(session, row.channel_id, cost, now)
                row.failure = ASK_A_PERSON
            case CannotTell():
                row.failure = ASK_A_PERSON
            case NotFound(cost_microusd=cost):
                channels.add_spending(session, row.channel_id, cost, now)
                row.looks, row.looked_at = row.looks + 1, now
                if row.looks >= policy.looks:
                    # Not there after several looks: the identical text may go out again.
                    row.state, row.looks, row.looked_at = "ready", 0, None
        session.add(row)
        return row.state != "in_doubt"


def _is_anothers(session: Session, notice: Notice, found: Receipt) -> bool:
    """Whether another notice with the same words under the same post is what stands there."""
    if notice.claimed_at is None:
        return False
    other = notices.find_sent_as(session, notice.channel_id, found.external_id)
    return other is not None and other.id != notice.id


def _find(
    db: Database, platform: Platform, channel: Channel, notice: Notice
) -> Receipt | NotFound | CannotTell:
    if notice.claimed_at is None:
        return _find_anything(db, platform, channel, notice)
    return platform.find_sent(outgoing_of(notice), notice.claimed_at - CLOCK_SKEW)


def _find_anything(
    db: Database, platform: Platform, channel: Channel, notice: Notice
) -> Receipt | NotFound | CannotTell:
    """Look for whatever we said under this post in the hours that a restore has lost.

    The database that was replaced gave out other numbers, so neither number nor words will do.
    """
    outgoing = replace(outgoing_of(notice), text="", mark="")
    if outgoing.reply_to is None:
        return CannotTell()
    found = platform.find_sent(outgoing, (channel.lost_from or notice.made_at) - CLOCK_SKEW)
    if not isinstance(found, Receipt):
        return found
    with db.reading() as session:
        known = notices.find_sent_as(session, notice.channel_id, found.external_id)
    # The newest comes first: when it is one from the backup, nothing of the lost hours is there.
    if known and known.sent_at and channel.lost_until and known.sent_at <= channel.lost_until:
        return NotFound(found.cost_microusd)
    return found


def _is_needless(notice: Notice) -> bool:
    """Whether what was found says what this notice would.

    One that nobody has claimed is in doubt since a restore, and is looked for by its parent alone.
    An automatic one is needless when anything of ours stands there; whether what a person wanted to
    say is said, only a person can tell.
    """
    return notice.automatic or notice.claimed_at is not None
