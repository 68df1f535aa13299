"""Posts made ready for a decision: opened, located, with what their newest wording means.

All of this happens outside a transaction; the originals live in memory only.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from classifier.intent import is_empty_mention
from classifier.places import Region, find_region
from classifier.predict import Prediction
from store import people, posts
from store.crypto import Vault
from store.database import Database
from store.tables import Person, Post, Version

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A post with everything needed to place it.

    `text` is the original. `matter` is the masked text that is classified: its own or, when it
    says nothing itself (`has_context`), that of the post it replies to or quotes.
    """

    post: Post
    version: Version
    person: Person
    text: str
    matter: str
    has_context: bool
    region: Region | None
    prediction: Prediction | None = None

    @property
    def has_point(self) -> bool:
        """Whether it carries a location or names a region."""
        return self.region is not None or self.version.latitude is not None

    @property
    def only_media(self) -> bool:
        """A photo, a voice message or a place, without a word."""
        has_more = bool(self.version.media) or self.version.latitude is not None
        return has_more and not self.text.strip()


@dataclass(frozen=True)
class _Rows:
    post: Post
    version: Version
    person: Person
    context: tuple[Version, Person] | None


def read_messages(
    db: Database, vault: Vault, waiting: Sequence[Post]
) -> tuple[list[Message], list[Post]]:
    """Open these posts, each on its own; returns also those that could not be opened.

    Posts whose text was erased meanwhile are left out.
    """
    messages: list[Message] = []
    broken: list[Post] = []
    with db.reading() as session:
        rows = [_rows(session, post) for post in waiting]
    for row in rows:
        if row.version.original is None:
            continue
        try:
            messages.append(_message(vault, row))
        except Exception:
            log.exception("post cannot be opened", extra={"post_id": row.post.id})
            broken.append(row.post)
    return messages, broken


def _rows(session: Session, post: Post) -> _Rows:
    context = None
    if post.context_post_id is not None:
        other = posts.get_post(session, post.context_post_id)
        version = posts.newest_version(session, other.id or 0)
        if version.original is not None:
            context = (version, people.get_person(session, other.person_id))
    return _Rows(
        post,
        posts.newest_version(session, post.id or 0),
        people.get_person(session, post.person_id),
        context,
    )


def _message(vault: Vault, rows: _Rows) -> Message:
    text, matter = _open(vault, rows.version, rows.person), rows.version.text
    if rows.post.command in ("lapor", "status"):
        # "/lapor the street lamp is out" begins a report with what follows the command.
        text, matter = _after_command(text), _after_command(matter)
    where = f"{text}\n{rows.version.place_name or ''}"
    has_context = rows.context is not None and is_empty_mention(text)
    if rows.context and has_context:
        matter = rows.context[0].text
        where = f"{where}\n{_open(vault, *rows.context)}"
    return Message(
        rows.post, rows.version, rows.person, text, matter, has_context, find_region(where)
    )


def _after_command(text: str) -> str:
    return text.partition(" ")[2].strip()


def _open(vault: Vault, version: Version, author: Person) -> str:
    return vault.open(version.original or b"", author.wrapped_key)
