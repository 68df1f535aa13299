"""From posts to reports: predict in one batch, then place each post in a short transaction."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from classifier.intent import Awaiting, Intent, command_of, find_intent
from classifier.predict import Model
from classifier.taxonomy import Urgency
from intake import followups, prediction
from intake.conversation import decide
from intake.followups import Scene
from intake.messages import Message, read_messages
from intake.opening import MODEL, open_report
from intake.policy import Policy
from intake.steadiness import LONGEST_WAIT, is_held
from store import channels, people, posts, raws
from store.crypto import Vault
from store.database import Database
from store.tables import Channel, Post, Report

log = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=5)
# Said in one word, these need no photo and no place and are handled at once.
AT_ONCE = frozenset(Intent) - {Intent.NEW, Intent.ADDITION, Intent.ANSWER, Intent.NONE}


def triage(
    db: Database,
    vault: Vault,
    model: Model | None,
    policy: Policy,
    clock: Callable[[], datetime],
    limit: int = 200,
) -> int:
    """Place the posts that wait; returns how many found their place.

    Without a model every post that is no plain command goes to a person. A post that fails is
    tried `policy.attempts` times and then put aside, visibly, at no cost to the others.
    """
    with db.reading() as session:
        waiting = [
            post
            for channel in channels.list_channels(session)
            for post in posts.list_waiting(
                session, channel.id or 0, clock(), limit, longest_wait=LONGEST_WAIT
            )
        ]
        behind = _channels_behind(session, policy, clock())
    messages, broken = read_messages(db, vault, waiting)
    _note_failure(db, broken, policy, clock())
    messages = prediction.predict_messages(db, model, messages, clock())
    placed = 0
    for group in _groups(messages):
        if not any(_is_due(message, behind, clock()) for message in group):
            continue
        placed += _place_safely(db, group, policy, clock())
    return placed


def _place_safely(db: Database, group: list[Message], policy: Policy, now: datetime) -> int:
    """Place a group; if that fails, each of its messages alone, so that one costs no other."""
    try:
        with db.writing() as session:
            return _place(session, group, policy, now)
    except OperationalError:
        # The database is in trouble, not the post: that costs it no attempt.
        raise
    except Exception:
        log.exception("triage failed", extra={"post_id": group[0].post.id})
    if len(group) > 1:
        return sum(_place_safely(db, [message], policy, now) for message in group)
    _note_failure(db, [group[0].post], policy, now)
    return 0


def _groups(messages: list[Message]) -> list[list[Message]]:
    """Posts of one private chat that wait together belong together; public ones stand alone."""
    groups: dict[object, list[Message]] = {}
    for message in messages:
        post = message.post
        alone = post.public or post.command is not None or _says_one_word(message)
        key: object = post.id if alone else (post.channel_id, post.conversation_id, post.person_id)
        groups.setdefault(key, []).append(message)
    return list(groups.values())


def _channels_behind(session: Session, policy: Policy, now: datetime) -> frozenset[int]:
    """Channels of which older posts are still to come: X hands over the newest first.

    A reply that were placed before the post it answers would be taken for a matter of its own.
    """
    return frozenset(
        row.id or 0
        for row in channels.list_channels(session)
        if not raws.is_understood(session, row.id or 0)
        or (row.catching_up_since and is_held(row.catching_up_since + policy.catch_up, now))
    )


def _is_due(message: Message, behind: frozenset[int], now: datetime) -> bool:
    if message.prediction and message.prediction.urgency == Urgency.DARURAT:
        return True
    if message.post.channel_id in behind:
        return False
    return not is_held(message.post.settles_at, now) or _says_one_word(message)


def _says_one_word(message: Message) -> bool:
    """A command or a plain wish; it waits for nothing and belongs to no album."""
    if command_of(message.text):
        return True
    return find_intent(message.text, awaiting=Awaiting.NOTHING) in AT_ONCE


def _place(session: Session, group: list[Message], policy: Policy, now: datetime) -> int:
    """Place one group in the session's transaction, with rows read in it."""
    fresh = [again for message in group if (again := _again(session, message)) is not None]
    if not fresh:
        return 0
    channel = session.get_one(Channel, fresh[0].post.channel_id)
    waiting = _most_telling_first(fresh)
    while waiting:
        message, *waiting = waiting
        if message.post.report_id is not None:
            report = session.get_one(Report, message.post.report_id)
            followups.reconsider(Scene(session, channel, message, report, True, now, policy))
            continue
        decision = decide(session, channel, message, policy, now)
        if decision.wants == Intent.NEW:
            together, waiting = _with_its_media(message, waiting)
            open_report(session, channel, together, by=MODEL, now=now, policy=policy)
            continue
        scene = Scene(session, channel, message, decision.report, decision.own, now, policy)
        followups.carry_out(scene, decision)
    return len(fresh)


def _again(session: Session, message: Message) -> Message | None:
    """The message with rows of this transaction; None when somebody else placed it meanwhile."""
    post = session.get_one(Post, message.post.id)
    version = posts.newest_version(session, post.id or 0)
    if post.state != "pending" or version.id != message.version.id or version.original is None:
        return None
    return replace(
        message, post=post, version=version, person=people.get_person(session, post.person_id)
    )


def _most_telling_first(group: list[Message]) -> list[Message]:
    """The words most like a report open it; what says less joins, in the order it came."""

    def telling(message: Message) -> float:
        said = message.prediction
        return said.report_probability if said and message.text.strip() else -1.0

    opening = max(group, key=telling)
    return [opening, *(message for message in group if message is not opening)]


def _with_its_media(opening: Message, rest: list[Message]) -> tuple[list[Message], list[Message]]:
    """Photos and places that wait with the opening belong to it from the start."""
    media = [message for message in rest if message.only_media]
    return [opening, *media], [message for message in rest if not message.only_media]


def _note_failure(db: Database, failed: list[Post], policy: Policy, now: datetime) -> None:
    """Try a failed post again later and later; in the end a person must look at it."""
    if not failed:
        return
    with db.writing() as session:
        for known in failed:
            post = session.get_one(Post, known.id)
            post.attempts += 1
            post.settles_at = now + RETRY_AFTER * 2**post.attempts
            if post.attempts >= policy.attempts:
                post.state, post.note = "failed", "failed_five_times"
            session.add(post)
