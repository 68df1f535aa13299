"""Forgetting: a person on request, a post that its author deleted.

Every erasure is noted in the journal before its transaction commits; a restored backup that is
older is brought up to it by `erase_again`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bots.platform import Platform, PlatformError
from intake.policy import Policy
from intake.states import allows, move
from store import channels, notices, people, posts, raws, reports, standing
from store.database import Database
from store.erasures import Erasures, Journal
from store.tables import Channel, Person, Post, Report

log = logging.getLogger(__name__)

# So long an erasure waits for its last word to go out.
LAST_WORD = timedelta(minutes=10)
# X's own limit for one look at many posts.
LOOK_AT = 100
# So long after a restore old posts may be read again: X's search reaches seven days back.
READ_AGAIN_WITHIN = timedelta(days=8)


@dataclass(frozen=True)
class ErasedAgain:
    """How many people and how many single posts were erased once more."""

    people: int = 0
    posts: int = 0


def erase_reporter(
    db: Database, journal: Journal, reference: str, *, by: str, now: datetime, policy: Policy
) -> None:
    """Erase the person behind a report, everywhere and for good; raises `ErasureNotRecorded`."""
    with db.writing() as session:
        report = reports.get_report(session, reference)
        person = people.get_person(session, report.person_id)
        _erase_for_good(session, journal, person, by, now, policy)


def erase_requested(db: Database, journal: Journal, now: datetime, policy: Policy) -> int:
    """Erase the people who asked for it, once the last word to them is out; returns how many.

    Raises `ErasureNotRecorded`: then nobody was erased, and the next call tries again.
    """
    with db.writing() as session:
        waiting = people.list_to_erase(session, now - LAST_WORD)
        for person in waiting:
            _erase_for_good(session, journal, person, "citizen", now, policy)
    _erase_read_again(db, journal, now, policy)
    return len(waiting)


def erase_again(db: Database, erasures: Erasures, now: datetime, policy: Policy) -> ErasedAgain:
    """Erase in an older database what was erased since; who came back later keeps what is new."""
    with db.writing() as session:
        found = _erase_noted(session, standing.list_people(session), erasures, now, policy)
        deleted = [
            post_id
            for channel in channels.list_channels(session)
            for post_id, external_id in standing.list_posts(session, channel.id or 0)
            if erasures.post_forgotten_at(channel.platform, external_id)
        ]
        for post_id in deleted:
            _forget(session, session.get_one(Post, post_id), now, policy)
    return ErasedAgain(found.people, found.posts + len(deleted))


def _erase_read_again(db: Database, journal: Journal, now: datetime, policy: Policy) -> None:
    """X hands over again what an erased person wrote in the hours that a restore has lost."""
    with db.reading() as session:
        restored = [row.lost_until for row in channels.list_channels(session) if row.lost_until]
        since = max(restored, default=None)
        if since is None or now - since > READ_AGAIN_WITHIN:
            return
        if not standing.list_people_read_again(session, since):
            return
    erasures = journal.read()
    with db.writing() as session:
        _erase_noted(
            session, standing.list_people_read_again(session, since), erasures, now, policy
        )


def _erase_noted(
    session: Session,
    found: Sequence[Person],
    erasures: Erasures,
    now: datetime,
    policy: Policy,
) -> ErasedAgain:
    erased = forgotten = 0
    for person in found:
        until = erasures.person_erased_at(person.platform, person.external_id)
        if until is None:
            continue
        theirs = [
            post for post in posts.list_of_person(session, person.id or 0) if not post.erased_at
        ]
        before = [post for post in theirs if post.posted_at <= until]
        if len(before) == len(theirs) and (before or person.first_seen_at <= until):
            _erase(session, person, "journal", now, policy)
            erased += 1
            continue
        for post in before:
            if post.deleted_at is None:
                _forget(session, post, now, policy)
                forgotten += 1
    return ErasedAgain(erased, forgotten)


def follow_deletions(
    db: Database, journal: Journal, platform: Platform, now: datetime, policy: Policy
) -> int:
    """Ask the platform which stored posts are gone, and forget their texts; returns how many."""
    gone, after = 0, 0
    while True:
        with db.reading() as session:
            channel = channels.get_channel(session, platform.name, platform.account)
            standing = posts.list_followed(session, channel.id or 0, LOOK_AT, after)
        if not standing:
            return gone
        after = standing[-1].id or 0
        try:
            missing = platform.gone([post.external_id for post in standing])
        except PlatformError as error:
            log.warning("deletions not looked up", extra={"verdict": type(error).__name__})
            return gone
        for post in standing:
            if post.external_id in missing:
                forget_post(db, journal, post.id or 0, now, policy)
                gone += 1


def forget_post(
    db: Database, journal: Journal, post_id: int, now: datetime, policy: Policy
) -> None:
    """The author deleted a post: its texts go, nothing is said under it, a bare report ends.

    Raises `ErasureNotRecorded`.
    """
    with db.writing() as session:
        post = session.get_one(Post, post_id)
        if post.deleted_at is not None:
            return
        channel = session.get_one(Channel, post.channel_id)
        journal.note_post(channel.platform, post.external_id, now)
        _forget(session, post, now, policy)


def _forget(session: Session, post: Post, now: datetime, policy: Policy) -> None:
    post.deleted_at = now
    if post.state in ("pending", "queued"):
        post.state, post.note = "set_aside", "deleted"
    _wipe(session, post)
    notices.cancel_ready_under(session, post.id or 0, "post_deleted")
    report = session.get(Report, post.report_id) if post.report_id else None
    if report is not None and report.opening_post_id == post.id:
        _end_bare(session, report, now, policy)


def _end_bare(session: Session, report: Report, now: datetime, policy: Policy) -> None:
    """Nobody has read it and nothing is left of it: there is nothing to work on."""
    others = [
        post
        for post in posts.list_of_report(session, report.id or 0)
        if post.deleted_at is None and post.intent in ("addition", "answer")
    ]
    if others or report.verified_at or report.sensitive or not allows(report, "withdraw"):
        return
    move(session, report, "withdraw", by="citizen", now=now, policy=policy, note="deleted")
    report.archive_reason = "withdrawn"
    session.add(report)


def _erase_for_good(
    session: Session, journal: Journal, person: Person, by: str, now: datetime, policy: Policy
) -> None:
    if person.erased_at is None:
        journal.note_person(person.platform, person.external_id, now)
    _erase(session, person, by, now, policy)


def _erase(session: Session, person: Person, by: str, now: datetime, policy: Policy) -> None:
    person_id = person.id or 0
    nowhere = f"erased:{person_id}"
    notices.cancel_ready_to(session, person_id, "erased")
    for report in reports.list_of_person(session, person_id):
        if report.is_open:
            step = "archive" if allows(report, "archive") else "silence"
            move(session, report, step, by=by, now=now, policy=policy, note="erased")
            report.archive_reason = "erased"
        reports.forget_answers(session, report.id or 0)
        if _is_private(session, report.channel_id):
            report.conversation_id = nowhere
        session.add(report)
    for post in posts.list_of_person(session, person_id):
        _wipe(session, post)
        post.erased_at, post.argument = now, None
        if post.state in ("pending", "queued"):
            post.state = "set_aside"
        if not post.public:
            # A private chat's id is the person's own; a public post's id must stay, so that a
            # second reading of the platform does not bring it back.
            post.conversation_id, post.external_id = nowhere, f"erased:{post.id}"
            post.reply_to = None
            for version in posts.list_versions(session, post.id or 0):
                version.external_id = f"erased:{version.id}"
                session.add(version)
        session.add(post)
    notices.forget_texts(session, person_id, nowhere)
    reports.forget_follower(session, person_id)
    person.wrapped_key = person.identity = None
    person.external_id, person.erased_at = nowhere, now
    session.add(person)


def _wipe(session: Session, post: Post) -> None:
    raws.empty_raws_of(session, post.id or 0)
    for version in posts.list_versions(session, post.id or 0):
        version.original, version.text, version.media = None, "", []
        version.latitude = version.longitude = version.place_name = None
        session.add(version)
    session.add(post)


def _is_private(session: Session, channel_id: int) -> bool:
    return session.get_one(Channel, channel_id).platform == "telegram"
