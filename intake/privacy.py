"""Forgetting: a person on request, a post that its author deleted."""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from bots.platform import Platform, PlatformError
from intake.policy import Policy
from intake.states import allows, move
from store import channels, notices, people, posts, raws, reports
from store.database import Database
from store.tables import Channel, Person, Post, Report

log = logging.getLogger(__name__)

# So long an erasure waits for its last word to go out.
LAST_WORD = timedelta(minutes=10)
# X's own limit for one look at many posts.
LOOK_AT = 100


def erase_reporter(db: Database, reference: str, *, by: str, now: datetime, policy: Policy) -> None:
    """Erase the person behind a report, everywhere and for good."""
    with db.writing() as session:
        report = reports.get_report(session, reference)
        _erase(session, people.get_person(session, report.person_id), by, now, policy)


def erase_requested(db: Database, now: datetime, policy: Policy) -> int:
    """Erase the people who asked for it, once the last word to them is out; returns how many."""
    with db.writing() as session:
        waiting = people.list_to_erase(session, now - LAST_WORD)
        for person in waiting:
            _erase(session, person, "citizen", now, policy)
    return len(waiting)


def follow_deletions(db: Database, platform: Platform, now: datetime, policy: Policy) -> int:
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
                forget_post(db, post.id or 0, now, policy)
                gone += 1


def forget_post(db: Database, post_id: int, now: datetime, policy: Policy) -> None:
    """The author deleted a post: its texts go, nothing is said under it, a bare report ends."""
    with db.writing() as session:
        post = session.get_one(Post, post_id)
        if post.deleted_at is not None:
            return
        post.deleted_at = now
        if post.state in ("pending", "queued"):
            post.state, post.note = "set_aside", "deleted"
        _wipe(session, post)
        notices.cancel_ready_under(session, post_id, "post_deleted")
        report = session.get(Report, post.report_id) if post.report_id else None
        if report is not None and report.opening_post_id == post_id:
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
