"""Authors, one row a person and platform."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists
from sqlmodel import Session, col, select

from store.tables import Notice, Person

# Asked for every post, so built once.
_PERSON = select(Person).where(
    Person.platform == bindparam("platform"), Person.external_id == bindparam("external_id")
)


class PersonChanged(Exception):
    """Another transaction made this person first, with another key: read again and repeat."""


def find_person(session: Session, platform: str, external_id: str) -> Person | None:
    """The person with this id on this platform."""
    wanted = {"platform": platform, "external_id": external_id}
    return session.exec(_PERSON, params=wanted).first()


def get_person(session: Session, person_id: int) -> Person:
    """The person of this row."""
    person = session.get(Person, person_id)
    assert person is not None
    return person


def ensure_person(
    session: Session,
    platform: str,
    external_id: str,
    *,
    wrapped_key: bytes,
    identity: bytes,
    is_bot: bool,
    now: datetime,
) -> Person:
    """The person, made if new. `identity` must be sealed with `wrapped_key`."""
    person = find_person(session, platform, external_id)
    if person is None:
        person = Person(
            platform=platform,
            external_id=external_id,
            wrapped_key=wrapped_key,
            identity=identity,
            is_bot=is_bot,
            first_seen_at=now,
        )
        session.add(person)
        session.flush()
    elif person.wrapped_key not in (None, wrapped_key):
        raise PersonChanged
    else:
        person.wrapped_key = wrapped_key
        person.identity = identity
        person.is_bot = is_bot
        session.add(person)
    return person


def add_contact(session: Session, platform: str, external_id: str, now: datetime) -> Person:
    """A chat that only hears from us (the duty chat): it has no texts and so no key."""
    person = Person(platform=platform, external_id=external_id, first_seen_at=now)
    session.add(person)
    session.flush()
    return person


def list_to_erase(session: Session, asked_before: datetime) -> Sequence[Person]:
    """People who asked to be forgotten and to whom nothing is on its way any more.

    Who asked before `asked_before` has waited long enough for a last word.
    """
    on_its_way = exists().where(
        col(Notice.person_id) == Person.id, col(Notice.state).in_(("ready", "sending"))
    )
    return session.exec(
        select(Person).where(
            col(Person.erase_requested_at).is_not(None),
            col(Person.erased_at).is_(None),
            ~on_its_way | (col(Person.erase_requested_at) <= asked_before),
        )
    ).all()
