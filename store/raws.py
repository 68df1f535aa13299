"""What the platforms handed us, sealed, until it is parsed and purged."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from store.tables import Raw, RawPost

# Asked every few seconds, so built once.
_UNPARSED = (
    select(Raw)
    .where(Raw.channel_id == bindparam("channel_id"), col(Raw.parsed_at).is_(None))
    .order_by(col(Raw.attempts), col(Raw.id))
    .limit(bindparam("most"))
)
_UNTRIED = (
    select(Raw.id)
    .where(
        Raw.channel_id == bindparam("channel_id"),
        col(Raw.parsed_at).is_(None),
        Raw.attempts == 0,
    )
    .limit(1)
)


def save_raws(
    session: Session, channel_id: int, sealed: Iterable[tuple[str, bytes]], now: datetime
) -> int:
    """Store raws that are not there yet, in one executemany; returns how many came in."""
    rows = [
        {"channel_id": channel_id, "key": key, "sealed": payload, "fetched_at": now, "attempts": 0}
        for key, payload in sealed
    ]
    if not rows:
        return 0
    keys = [row["key"] for row in rows]
    known = session.exec(
        select(func.count()).where(Raw.channel_id == channel_id, col(Raw.key).in_(keys))
    ).one()
    # One executemany with ON CONFLICT DO NOTHING is ten times as fast as one long INSERT.
    statement = _insert(session)(Raw).on_conflict_do_nothing()
    session.connection().execute(statement, rows)
    return len(set(keys)) - known


def list_unparsed(session: Session, channel_id: int, limit: int) -> Sequence[Raw]:
    """The next raws to parse, in the order they came."""
    return session.exec(_UNPARSED, params={"channel_id": channel_id, "most": limit}).all()


def count_unparsed(session: Session) -> int:
    """How many raws still wait."""
    return session.exec(
        select(func.count()).select_from(Raw).where(col(Raw.parsed_at).is_(None))
    ).one()


def is_understood(session: Session, channel_id: int) -> bool:
    """Whether every raw of a channel was tried at least once."""
    return session.exec(_UNTRIED, params={"channel_id": channel_id}).first() is None


def list_unreadable(session: Session) -> Sequence[Raw]:
    """Raws that were put aside because they could not be understood."""
    return session.exec(
        select(Raw).where(col(Raw.failure).is_not(None), col(Raw.parsed_at).is_not(None))
    ).all()


def link_post(session: Session, raw_id: int, post_id: int) -> None:
    """Remember that a raw holds a post's words."""
    if session.get(RawPost, (raw_id, post_id)) is None:
        session.add(RawPost(raw_id=raw_id, post_id=post_id))


def drop_unreadable_before(session: Session, moment: datetime) -> int:
    """Forget what could not be understood and nobody looked at: its author is unknown to us."""
    old = [raw for raw in list_unreadable(session) if raw.parsed_at and raw.parsed_at < moment]
    for raw in old:
        drop_raw(session, raw.id or 0)
    return len(old)


def empty_raw(raw: Raw) -> None:
    """Forget what a raw holds, not that it was here: it would only come again."""
    raw.sealed = b""


def empty_raws_of(session: Session, post_id: int) -> None:
    """Forget the words of every raw that holds this post."""
    holding = select(RawPost.raw_id).where(RawPost.post_id == post_id)
    session.exec(update(Raw).where(col(Raw.id).in_(holding)).values(sealed=b""))


def drop_raw(session: Session, raw_id: int) -> None:
    """Forget a raw altogether."""
    session.exec(delete(RawPost).where(col(RawPost.raw_id) == raw_id))
    session.exec(delete(Raw).where(col(Raw.id) == raw_id))


def drop_parsed_before(session: Session, moment: datetime) -> int:
    """Forget raws parsed before `moment`; the unreadable ones are kept for a person to see."""
    old = session.exec(
        select(Raw.id).where(col(Raw.parsed_at) < moment, col(Raw.failure).is_(None))
    ).all()
    for raw_id in old:
        assert raw_id is not None
        drop_raw(session, raw_id)
    return len(old)


def _insert(session: Session) -> type[sqlite.Insert] | type[postgresql.Insert]:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.Insert
    return postgresql.Insert
