"""From `raw` to posts: parse each one on its own, seal the texts, write the rows."""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from bots.platform import (
    Author,
    ButtonPressed,
    ChatChanged,
    Event,
    IncomingPost,
    Platform,
    PostSeen,
    Unreadable,
)
from bots.platform import Raw as IncomingRaw
from intake.masking import mask
from intake.policy import Policy
from store import channels, notices, people, posts, raws, reports
from store.crypto import Vault
from store.database import Database
from store.tables import Channel, Person, Post, Raw, Version

log = logging.getLogger(__name__)

# Characters. No platform lets a person write more; masking a hostile text takes time.
LONGEST_MASKED = 30_000


@dataclass(frozen=True)
class _Sealed:
    """An incoming post with everything that needs cryptography already done."""

    post: IncomingPost
    author: Author
    wrapped_key: bytes
    identity: bytes
    original: bytes
    masked: str


def ingest(
    db: Database,
    vault: Vault,
    platform: Platform,
    policy: Policy,
    now: datetime,
    limit: int = 500,
) -> int:
    """Turn waiting raws into posts; returns how many were handled.

    A raw that fails is tried again up to `policy.attempts` times and then put aside, visibly; the
    others are not held up by it.
    """
    with db.reading() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        waiting = raws.list_unparsed(session, channel.id or 0, limit)
    for raw in waiting:
        try:
            _ingest_one(db, vault, platform, channel, raw, policy, now)
        except Exception:
            log.exception("ingest failed", extra={"raw_id": raw.id})
            _note_failure(db, raw, policy, now)
    return len(waiting)


def _ingest_one(
    db: Database,
    vault: Vault,
    platform: Platform,
    channel: Channel,
    raw: Raw,
    policy: Policy,
    now: datetime,
) -> None:
    events = platform.parse(IncomingRaw(raw.key, vault.open(raw.sealed)))
    sealed = _seal_all(db, vault, platform.name, events)
    with db.writing() as session:
        row = session.get(Raw, raw.id)
        if row is None or row.parsed_at is not None:
            return
        row.parsed_at = now
        session.add(row)
        kept = [_apply(session, channel, row, event, sealed, policy, now) for event in events]
        if not any(kept):
            raws.drop_raw(session, raw.id or 0)


def _apply(
    session: Session,
    channel: Channel,
    raw: Raw,
    event: Event,
    sealed: dict[str, _Sealed],
    policy: Policy,
    now: datetime,
) -> bool:
    """Write one event; returns whether the raw may be kept."""
    match event:
        case Unreadable(reason=reason):
            raw.failure = reason
            return True
        case ChatChanged():
            _change_chat(session, channel, event)
            return False
        case ButtonPressed():
            post = as_post(event)
            person = _person(session, channel.platform, sealed[post.version_id], now)
            raws.link_person(session, raw.id or 0, person.id or 0)
            saved = _save(session, channel, person, sealed[post.version_id], policy, now)
            saved.callback_id = event.callback_id
            return saved.erased_at is None
        case PostSeen(post=post, context=context):
            return _see(session, channel, raw, post, context, sealed, policy, now)


def _see(
    session: Session,
    channel: Channel,
    raw: Raw,
    post: IncomingPost,
    context: tuple[IncomingPost, ...],
    sealed: dict[str, _Sealed],
    policy: Policy,
    now: datetime,
) -> bool:
    if not post.public and not post.addressed:
        return False
    if post.public and not post.addressed and channel.platform == "telegram":
        # Talk in a group that is not meant for us is none of our business.
        return False
    known = posts.find_post(session, channel.id or 0, post.external_id)
    if known is not None and known.erased_at is not None:
        return False
    person = _person(session, channel.platform, sealed[post.version_id], now)
    raws.link_person(session, raw.id or 0, person.id or 0)
    saved = _save(session, channel, person, sealed[post.version_id], policy, now)
    for other in context:
        if other.own:
            continue
        found = posts.find_post(session, channel.id or 0, other.external_id)
        if found is None:
            author = _person(session, channel.platform, sealed[other.version_id], now)
            raws.link_person(session, raw.id or 0, author.id or 0)
            found = _save(
                session, channel, author, sealed[other.version_id], policy, now, is_context=True
            )
        if saved.context_post_id is None:
            saved.context_post_id = found.id
    return True


def _save(
    session: Session,
    channel: Channel,
    person: Person,
    sealed: _Sealed,
    policy: Policy,
    now: datetime,
    is_context: bool = False,
) -> Post:
    incoming = sealed.post
    post = posts.find_post(session, channel.id or 0, incoming.external_id)
    if post is None:
        post = _new_post(channel, person, incoming, policy, now, is_context)
        session.add(post)
        session.flush()
    elif post.is_context and not is_context:
        # We knew it only as somebody's context; now its author speaks to us.
        post.is_context = False
        post.addressed = incoming.addressed
    if posts.find_version(session, post.id or 0, incoming.version_id) is None:
        _add_version(session, post, sealed, now)
    return post


def _new_post(
    channel: Channel,
    person: Person,
    incoming: IncomingPost,
    policy: Policy,
    now: datetime,
    is_context: bool,
) -> Post:
    note = _not_for_us(person, incoming)
    waits = not incoming.public and incoming.command is None
    return Post(
        channel_id=channel.id or 0,
        external_id=incoming.external_id,
        person_id=person.id or 0,
        conversation_id=incoming.conversation_id,
        reply_to=incoming.reply_to,
        quotes=incoming.quotes,
        public=incoming.public,
        addressed=incoming.addressed,
        is_context=is_context,
        # A post from the future would never become old enough for anything.
        posted_at=min(incoming.posted_at, now),
        seen_at=now,
        settles_at=now + policy.settle if waits else now,
        album_id=incoming.album_id,
        command=incoming.command,
        argument=incoming.argument,
        state="set_aside" if note and not is_context else "pending",
        note=note,
    )


def _not_for_us(person: Person, incoming: IncomingPost) -> str | None:
    if incoming.own:
        return "own"
    if incoming.repost:
        return "repost"
    if person.is_bot:
        return "bot"
    return None if incoming.addressed else "not_addressed"


def _add_version(session: Session, post: Post, sealed: _Sealed, now: datetime) -> None:
    incoming = sealed.post
    place = incoming.location
    is_edit = bool(posts.list_versions(session, post.id or 0))
    session.add(
        Version(
            post_id=post.id or 0,
            external_id=incoming.version_id,
            original=sealed.original,
            text=sealed.masked,
            media=[{"kind": str(item.kind), "ref": item.ref} for item in incoming.media],
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            place_name=_clean(place.name) if place and place.name else None,
            seen_at=now,
        )
    )
    if is_edit and not post.note:
        # A new wording is looked at again: it may be more urgent, or a report at last.
        post.state = "pending"
        post.settles_at = now
        session.add(post)


def _change_chat(session: Session, channel: Channel, event: ChatChanged) -> None:
    if event.migrated_to:
        for table in (posts, reports, notices):
            table.move_conversation(
                session, channel.id or 0, event.conversation_id, event.migrated_to
            )
    if event.blocked is not None:
        person = people.find_person(session, channel.platform, event.conversation_id)
        if person is not None:
            person.blocked_at = event.changed_at if event.blocked else None
            session.add(person)
            if event.blocked:
                notices.cancel_ready_to(session, person.id or 0, "blocked")


def _person(session: Session, platform: str, sealed: _Sealed, now: datetime) -> Person:
    return people.ensure_person(
        session,
        platform,
        sealed.author.external_id,
        wrapped_key=sealed.wrapped_key,
        identity=sealed.identity,
        is_bot=sealed.author.is_bot,
        now=now,
    )


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


def _seal_all(db: Database, vault: Vault, platform: str, events: list[Event]) -> dict[str, _Sealed]:
    """Everything that takes time, done before the transaction: keys, ciphers, masks."""
    incoming: list[IncomingPost] = []
    for event in events:
        if isinstance(event, PostSeen):
            incoming += [event.post, *event.context]
        elif isinstance(event, ButtonPressed):
            incoming.append(as_post(event))
    keys: dict[str, bytes] = {}
    with db.reading() as session:
        for post in incoming:
            found = people.find_person(session, platform, post.author.external_id)
            if found is not None and found.wrapped_key is not None:
                keys[post.author.external_id] = found.wrapped_key
    sealed = {}
    for post in incoming:
        key = keys.setdefault(post.author.external_id, vault.new_key())
        identity = json.dumps({k: v for k, v in asdict(post.author).items() if k != "is_bot"})
        sealed[post.version_id] = _Sealed(
            post=post,
            author=post.author,
            wrapped_key=key,
            identity=vault.seal(identity, key),
            original=vault.seal(post.text, key),
            masked=mask(_clean(post.text)[:LONGEST_MASKED]),
        )
    return sealed


def _clean(text: str) -> str:
    """What a database can hold: no NUL, no half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _note_failure(db: Database, raw: Raw, policy: Policy, now: datetime) -> None:
    with db.writing() as session:
        row = session.get(Raw, raw.id)
        if row is None:
            return
        row.attempts += 1
        if row.attempts >= policy.attempts:
            row.failure = "failed five times"
            row.parsed_at = now
        session.add(row)
