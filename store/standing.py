"""People and posts of whom something is kept, for those who look them up in the journal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from store.tables import Person, Post


def list_people(session: Session) -> Sequence[Person]:
    """Everybody who is not erased."""
    return session.exec(select(Person).where(col(Person.erased_at).is_(None))).all()


def count_erasures_wanted(session: Session, asked_before: datetime) -> int:
    """How many asked before this moment to be erased and are not."""
    return session.exec(
        select(func.count())
        .select_from(Person)
        .where(col(Person.erase_requested_at) <= asked_before, col(Person.erased_at).is_(None))
    ).one()


def list_people_read_again(session: Session, since: datetime) -> Sequence[Person]:
    """Those who are not erased and wrote something before `since` that was read after it."""
    read_again = exists().where(
        col(Post.person_id) == Person.id,
        col(Post.seen_at) >= since,
        col(Post.posted_at) <= since,
        col(Post.erased_at).is_(None),
    )
    return session.exec(select(Person).where(col(Person.erased_at).is_(None), read_again)).all()


def list_posts(session: Session, channel_id: int) -> Sequence[tuple[int | None, str]]:
    """Row and external id of every post on a channel that is neither erased nor deleted."""
    return session.exec(
        select(Post.id, Post.external_id).where(
            Post.channel_id == channel_id,
            col(Post.erased_at).is_(None),
            col(Post.deleted_at).is_(None),
        )
    ).all()
