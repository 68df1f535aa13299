"""What arrives, made ready to be stored: masked, and sealed with its author's own key.

Ciphers and masks take time, so all of this happens before the transaction that writes the rows.
"""

import json
from dataclasses import dataclass

from bots.platform import Author, ButtonPressed, Event, IncomingPost, PostSeen
from intake.masking import mask
from store import people
from store.crypto import Vault
from store.database import Database

# Characters. No platform lets a person write more; masking a hostile text takes time.
LONGEST_MASKED = 30_000


@dataclass(frozen=True)
class Sealed:
    """An incoming post with everything that needs cryptography already done."""

    post: IncomingPost
    wrapped_key: bytes
    identity: bytes
    original: bytes
    masked: str


def seal_posts(db: Database, vault: Vault, platform: str, events: list[Event]) -> dict[str, Sealed]:
    """Every post that the events bring, by its version id; a new author gets a new key."""
    incoming = [post for event in events for post in _posts_of(event)]
    keys = _known_keys(db, platform, {post.author.external_id for post in incoming})
    for post in incoming:
        if post.author.external_id not in keys:
            keys[post.author.external_id] = vault.new_key()
    return {post.version_id: _seal(vault, post, keys[post.author.external_id]) for post in incoming}


def as_post(pressed: ButtonPressed) -> IncomingPost:
    """A pressed button is a message of one word; what it is about stands behind the colon."""
    word, _, about = pressed.data.partition(":")
    return IncomingPost(
        external_id=pressed.external_id,
        version_id=pressed.external_id,
        conversation_id=pressed.conversation_id,
        author=pressed.author,
        text=word,
        posted_at=pressed.pressed_at,
        public=pressed.public,
        addressed=True,
        reply_to=pressed.notice_id,
        command="button",
        argument=about or None,
    )


def storable(text: str) -> str:
    """What a database can hold: no NUL, no half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _posts_of(event: Event) -> tuple[IncomingPost, ...]:
    match event:
        case PostSeen(post=post, context=context):
            return (post, *context)
        case ButtonPressed():
            return (as_post(event),)
        case _:
            return ()


def _known_keys(db: Database, platform: str, authors: set[str]) -> dict[str, bytes]:
    with db.reading() as session:
        found = {author: people.find_person(session, platform, author) for author in authors}
    return {
        author: person.wrapped_key
        for author, person in found.items()
        if person and person.wrapped_key
    }


def _seal(vault: Vault, post: IncomingPost, key: bytes) -> Sealed:
    return Sealed(
        post=post,
        wrapped_key=key,
        identity=vault.seal(_identity(post.author), key),
        original=vault.seal(post.text, key),
        masked=mask(storable(post.text)[:LONGEST_MASKED]),
    )


def _identity(author: Author) -> str:
    return json.dumps({"handle": author.handle, "name": author.name})
