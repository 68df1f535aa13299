"""From `raw` to posts: parse each one on its own, seal the texts, write the rows."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bots.platform import (
    ButtonPressed,
    ChatChanged,
    Event,
    IncomingPost,
    Platform,
    PostSeen,
    Unreadable,
)
from bots.platform import Raw as IncomingRaw
from intake.policy import Policy
from intake.sealing import Sealed, as_post, seal_posts, storable
from store import channels, notices, people, posts, raws, reports
from store.crypto import Vault
from store.database import Database
from store.tables import Channel, Person, Post, Raw, Version

log = logging.getLogger(__name__)

# Why a post opens nothing whatever it says.
NOT_FOR_US = frozenset({"own", "repost", "bot", "not_addressed"})
# Of these nothing is ever read again: they only must not be taken for something new.
KEPT_WITHOUT_WORDS = frozenset({"own", "repost"})
# A deep link's payload, and the number behind a button. What follows another command is the
# citizen's words and stays in the sealed text.
KEPT_ARGUMENTS = frozenset({"start", "button"})


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
            events = platform.parse(IncomingRaw(raw.key, vault.open(raw.sealed)))
            sealed = seal_posts(db, vault, platform.name, events)
            with db.writing() as session:
                _write(session, channel, raw.id or 0, events, sealed, policy, now)
        except OperationalError:
            # The database is in trouble, not the raw: that costs it no attempt.
            raise
        except Exception:
            log.exception("ingest failed", extra={"raw_id": raw.id})
            _note_failure(db, raw, policy, now)
    return len(waiting)


def _write(
    session: Session,
    channel: Channel,
    raw_id: int,
    events: list[Event],
    sealed: dict[str, Sealed],
    policy: Policy,
    now: datetime,
) -> None:
    raw = session.get(Raw, raw_id)
    if raw is None or raw.parsed_at is not None:
        return
    raw.parsed_at = now
    session.add(raw)
    writer = _Writer(session, channel, raw, sealed, policy, now)
    kept = [writer.write(event) for event in events]
    if not (kept and all(kept)):
        raws.empty_raw(raw)


@dataclass(frozen=True)
class _Writer:
    """Writes the events of one raw, in one transaction."""

    session: Session
    channel: Channel
    raw: Raw
    sealed: dict[str, Sealed]
    policy: Policy
    now: datetime

    @property
    def _channel_id(self) -> int:
        return self.channel.id or 0

    def write(self, event: Event) -> bool:
        """Write one event; returns whether its words may stay in the raw."""
        match event:
            case Unreadable(reason=reason):
                self.raw.failure = reason
                return True
            case ChatChanged():
                self._change_chat(event)
                return False
            case ButtonPressed():
                self._save(as_post(event)).callback_id = event.callback_id
                return True
            case PostSeen(post=post, context=context):
                return self._see(post, context)

    def _see(self, post: IncomingPost, context: tuple[IncomingPost, ...]) -> bool:
        if not post.addressed and (not post.public or self.channel.platform == "telegram"):
            # Talk in a group that is not meant for us is none of our business.
            return False
        known = posts.find_post(self.session, self._channel_id, post.external_id)
        if known is not None and _is_gone(known):
            return False
        saved = self._save(post)
        if saved.note in KEPT_WITHOUT_WORDS:
            return False
        # Our own notices are no context: they say nothing about the matter.
        others = [self._context(other) for other in context if not other.own]
        if others and saved.context_post_id is None:
            saved.context_post_id = others[0].id
        return not any(_is_gone(other) for other in others)

    def _context(self, other: IncomingPost) -> Post:
        """The post that was replied to or quoted: known already, or kept for its sake."""
        known = posts.find_post(self.session, self._channel_id, other.external_id)
        if known is None:
            return self._save(other, is_context=True)
        raws.link_post(self.session, self.raw.id or 0, known.id or 0)
        return known

    def _save(self, incoming: IncomingPost, is_context: bool = False) -> Post:
        sealed = self.sealed[incoming.version_id]
        person = self._person(sealed)
        post = posts.find_post(self.session, self._channel_id, incoming.external_id)
        if post is None:
            post = self._new_post(person, incoming, is_context)
            self.session.add(post)
            self.session.flush()
        elif post.is_context and not is_context:
            # We knew it only as somebody's context; now its author speaks to us.
            post.is_context, post.addressed = False, incoming.addressed
            post.note = _why_not_for_us(person, incoming)
            post.state = "set_aside" if post.note else "pending"
        raws.link_post(self.session, self.raw.id or 0, post.id or 0)
        if posts.find_version(self.session, post.id or 0, incoming.version_id) is None:
            self._add_version(post, sealed)
        return post

    def _new_post(self, person: Person, incoming: IncomingPost, is_context: bool) -> Post:
        note = None if is_context else _why_not_for_us(person, incoming)
        waits = not incoming.public and incoming.command is None
        return Post(
            channel_id=self._channel_id,
            external_id=incoming.external_id,
            person_id=person.id or 0,
            conversation_id=incoming.conversation_id,
            reply_to=incoming.reply_to,
            quotes=incoming.quotes,
            public=incoming.public,
            addressed=incoming.addressed,
            is_context=is_context,
            # A post from the future would never become old enough for anything.
            posted_at=min(incoming.posted_at, self.now),
            seen_at=self.now,
            settles_at=self.now + self.policy.settle if waits else self.now,
            album_id=incoming.album_id,
            command=incoming.command,
            argument=incoming.argument if incoming.command in KEPT_ARGUMENTS else None,
            state="set_aside" if note else "pending",
            note=note,
        )

    def _add_version(self, post: Post, sealed: Sealed) -> None:
        incoming, place = sealed.post, sealed.post.location
        has_words = post.note not in KEPT_WITHOUT_WORDS
        is_edit = bool(posts.list_versions(self.session, post.id or 0))
        self.session.add(
            Version(
                post_id=post.id or 0,
                external_id=incoming.version_id,
                original=sealed.original if has_words else None,
                text=sealed.masked if has_words else "",
                media=[{"kind": str(item.kind), "ref": item.ref} for item in incoming.media],
                latitude=place.latitude if place else None,
                longitude=place.longitude if place else None,
                place_name=storable(place.name) if place and place.name else None,
                seen_at=self.now,
            )
        )
        if is_edit and post.note not in NOT_FOR_US:
            # A new wording is looked at again: it may be more urgent, or a report at last.
            post.state, post.settles_at = "pending", self.now
            self.session.add(post)

    def _person(self, sealed: Sealed) -> Person:
        author = sealed.post.author
        return people.ensure_person(
            self.session,
            self.channel.platform,
            author.external_id,
            wrapped_key=sealed.wrapped_key,
            identity=sealed.identity,
            is_bot=author.is_bot,
            now=self.now,
        )

    def _change_chat(self, event: ChatChanged) -> None:
        if event.migrated_to:
            for table in (posts, reports, notices):
                table.move_conversation(
                    self.session, self._channel_id, event.conversation_id, event.migrated_to
                )
        if event.blocked is None:
            return
        person = people.find_person(self.session, self.channel.platform, event.conversation_id)
        if person is not None:
            person.blocked_at = event.changed_at if event.blocked else None
            self.session.add(person)
            if event.blocked:
                notices.cancel_ready_to(self.session, person.id or 0, "blocked")


def _is_gone(post: Post) -> bool:
    return bool(post.erased_at or post.deleted_at)


def _why_not_for_us(person: Person, incoming: IncomingPost) -> str | None:
    if incoming.own:
        return "own"
    if incoming.repost:
        return "repost"
    if person.is_bot:
        return "bot"
    return None if incoming.addressed else "not_addressed"


def _note_failure(db: Database, raw: Raw, policy: Policy, now: datetime) -> None:
    with db.writing() as session:
        row = session.get(Raw, raw.id)
        if row is None:
            return
        row.attempts += 1
        if row.attempts >= policy.attempts:
            row.failure = f"failed {policy.attempts} times"
            row.parsed_at = now
        session.add(row)
