"""Rows that a machine begins with, written past the use cases that it is not about."""

from datetime import datetime

from sqlmodel import Session

from store.tables import Person, Post


def add_post(
    session: Session,
    channel_id: int,
    external_id: str,
    person: Person,
    conversation_id: str,
    now: datetime,
) -> Post:
    """A post that speaks to us and has found its place; everybody sees it if it stands on X."""
    post = Post(
        channel_id=channel_id,
        external_id=external_id,
        person_id=person.id or 0,
        conversation_id=conversation_id,
        public=person.platform == "x",
        addressed=True,
        posted_at=now,
        seen_at=now,
        settles_at=now,
        state="placed",
    )
    session.add(post)
    session.flush()
    return post
