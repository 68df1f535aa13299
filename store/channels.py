"""Channels, their cursors, gaps and spending."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from store.tables import Channel, Cursor, Gap, Spending

# Built once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
_OF_ACCOUNT = select(Channel).where(
    Channel.platform == bindparam("platform"), Channel.account == bindparam("account")
)
_ALL = select(Channel).order_by(col(Channel.id))


class CursorMoved(Exception):
    """Somebody else moved this cursor meanwhile: is a second bot reading the same account?"""

    def __str__(self) -> str:
        return str(self.__doc__)


def ensure_channel(
    session: Session, platform: str, account: str, sending: str, now: datetime
) -> Channel:
    """The channel of this account, made with `sending` when it is new."""
    channel = find_channel(session, platform, account)
    if channel is None:
        channel = Channel(platform=platform, account=account, sending=sending, first_started_at=now)
        session.add(channel)
        session.flush()
    return channel


def find_channel(session: Session, platform: str, account: str) -> Channel | None:
    """The channel of this account, if it ever ran."""
    return session.exec(_OF_ACCOUNT, params={"platform": platform, "account": account}).first()


def get_channel(session: Session, platform: str, account: str) -> Channel:
    """The channel of this account; it must have been ensured at start."""
    return session.exec(_OF_ACCOUNT, params={"platform": platform, "account": account}).one()


def list_channels(session: Session) -> Sequence[Channel]:
    """All channels, oldest first."""
    return session.exec(_ALL).all()


def find_cursor(session: Session, channel_id: int) -> Cursor | None:
    """Where reading stands, or None before the first page."""
    return session.get(Cursor, channel_id)


def move_cursor(
    session: Session, channel_id: int, seen: Cursor | None, value: str, now: datetime
) -> None:
    """Move the cursor on from what was `seen`; raises `CursorMoved` when it is not there."""
    if seen is None:
        if session.get(Cursor, channel_id) is not None:
            raise CursorMoved
        session.add(Cursor(channel_id=channel_id, value=value, moves=0, moved_at=now))
        return
    moved = session.exec(
        update(Cursor)
        .where(col(Cursor.channel_id) == channel_id, col(Cursor.moves) == seen.moves)
        .values(value=value, moves=seen.moves + 1, moved_at=now)
    )
    if moved.rowcount != 1:
        raise CursorMoved


def add_gap(
    session: Session, channel_id: int, start: datetime, end: datetime, reason: str, now: datetime
) -> None:
    """Record a stretch that nobody can read any more."""
    session.add(Gap(channel_id=channel_id, start=start, end=end, reason=reason, noticed_at=now))


def list_gaps(session: Session, since: datetime) -> Sequence[Gap]:
    """The gaps noticed since, oldest first."""
    return session.exec(
        select(Gap).where(Gap.noticed_at >= since).order_by(col(Gap.noticed_at))
    ).all()


def add_spending(session: Session, channel_id: int, microusd: int, now: datetime) -> None:
    """Add to what this channel cost on this day (UTC)."""
    if not microusd:
        return
    day = now.astimezone(UTC).date()
    row = session.get(Spending, (channel_id, day))
    if row is None:
        row = Spending(channel_id=channel_id, day=day)
    row.microusd += microusd
    session.add(row)


def spent_on(session: Session, channel_id: int, day: date) -> int:
    """What the channel cost on a day (UTC), in millionths of a US dollar."""
    row = session.get(Spending, (channel_id, day))
    return row.microusd if row else 0
