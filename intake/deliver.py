"""Notices out: claim one, send it outside any transaction, mark what happened.

A notice is `sending`, committed, before the call and `sent` after it. One that is found `sending`
after a crash is in doubt (see `reconcile`); it is never simply sent again.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bots.platform import (
    Button,
    ChannelDown,
    InDoubt,
    NotSent,
    Outgoing,
    Platform,
    PlatformError,
    Receipt,
    Refused,
    RefusedReason,
)
from intake.outbox import URGENT, earliest, forbidden, too_old
from intake.policy import Policy
from intake.steadiness import LONGEST_WAIT, is_held
from store import channels, installation, notices, people, posts, reports
from store.database import Database
from store.tables import Channel, Notice, Report

log = logging.getLogger(__name__)

BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=15)
DOWN_RETRY = timedelta(seconds=60)
# Due notices looked at for one that may go out.
LOOK_AT = 50
# A message that X takes for a copy of an earlier try is looked for so often, then refused.
MOST_TRIES = 5
# So many outcomes in doubt in a row pause the sender until a harmless call succeeds.
DOUBTS = 3


def deliver(
    db: Database,
    platform: Platform,
    policy: Policy,
    clock: Callable[[], datetime],
    limit: int = 50,
) -> int:
    """Send what is due on one channel, at most `limit` notices; returns how many were sent."""
    sent = 0
    for _ in range(limit):
        if not _may_send(db, platform, clock()):
            break
        notice = _claim(db, platform, policy, clock())
        if notice is None:
            break
        sent += _send(db, platform, notice, clock)
    return sent


def outgoing_of(notice: Notice) -> Outgoing:
    """The message as the platform gets it, byte for byte the same at every try."""
    return Outgoing(
        conversation_id=notice.conversation_id,
        reply_to=notice.reply_to,
        text=notice.text,
        mark=notice.mark,
        buttons=tuple(Button(item["label"], item["data"]) for item in notice.buttons),
        callback_id=notice.callback_id,
    )


def _may_send(db: Database, platform: Platform, now: datetime) -> bool:
    with db.reading() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        if installation.is_paused(session) or channel.sending != "on":
            return False
    if is_held(channel.send_not_before, now):
        return False
    return channel.doubts_in_a_row < DOUBTS or _works_again(db, platform, channel, now)


def _works_again(db: Database, platform: Platform, channel: Channel, now: datetime) -> bool:
    try:
        platform.check()
    except PlatformError as error:
        log.warning("channel still in doubt", extra={"platform": platform.name})
        _hold(db, channel, now + DOWN_RETRY, str(error))
        return False
    with db.writing() as session:
        row = channels.get_channel(session, channel.platform, channel.account)
        row.doubts_in_a_row = 0
        session.add(row)
    return True


def _claim(db: Database, platform: Platform, policy: Policy, now: datetime) -> Notice | None:
    """Take the next notice that may still go out; cancels those that may not any more."""
    with db.writing() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        has_money = may_spend(session, channel, policy, now)
        due = notices.list_due(
            session,
            channel.id or 0,
            now,
            LOOK_AT,
            with_automatic=has_money,
            longest_wait=LONGEST_WAIT,
        )
        for notice in due:
            session.add(notice)
            if stop := _stopped(session, notice, policy, now):
                notice.state, notice.failure = "cancelled", stop
            elif (later := _earliest(session, notice, now)) > now:
                # It was put off until the night, by a second try or a pause.
                notice.not_before = later
            else:
                claimed = notices.claim_notice(session, notice.id or 0, now)
                session.refresh(notice)
                return notice if claimed else None
    return None


def _earliest(session: Session, notice: Notice, now: datetime) -> datetime:
    report = session.get(Report, notice.report_id) if notice.report_id else None
    return earliest(notice.kind, report, now)


def may_spend(session: Session, channel: Channel, policy: Policy, now: datetime) -> bool:
    """Whether the day's money on X is not used up; then only people's words and `darurat` go."""
    spent = channels.spent_on(session, channel.id or 0, now.astimezone(UTC).date())
    return channel.platform != "x" or spent < policy.daily_microusd


def _stopped(session: Session, notice: Notice, policy: Policy, now: datetime) -> str | None:
    person = people.get_person(session, notice.person_id)
    post = posts.get_post(session, notice.post_id) if notice.post_id else None
    if reason := forbidden(person, post):
        return reason
    if notice.automatic and too_old(post, now, policy):
        return "too_old"
    return _overtaken(session, notice)


def _overtaken(session: Session, notice: Notice) -> str | None:
    """Why what was true when it was written must not be said any more."""
    report = session.get(Report, notice.report_id) if notice.report_id else None
    if report is None:
        return None
    names_it = notice.mark == report.reference and notice.priority != URGENT
    if notice.public and report.sensitive and names_it:
        return "confidential"
    if notice.kind in ("reminder", "late"):
        newest = reports.newest_transition(session, report.id or 0)
        return None if notice.cause == f"transition:{newest.id}" else "outdated"
    return None


def _send(db: Database, platform: Platform, notice: Notice, clock: Callable[[], datetime]) -> bool:
    try:
        receipt = platform.send(outgoing_of(notice))
    except PlatformError as error:
        log.warning(
            "notice not sent",
            extra={"notice_id": notice.id, "verdict": type(error).__name__},
        )
        verdict: PlatformError = error
    except Exception:
        # An adapter broke its word; what it did before is unknown.
        log.exception("adapter failed", extra={"notice_id": notice.id})
        verdict = InDoubt("the adapter failed")
    else:
        with db.writing() as session:
            mark_sent(session, platform, notice.id or 0, receipt, clock())
        return True
    with db.writing() as session:
        _mark_error(session, platform, notice, verdict, clock())
    return False


def mark_sent(
    session: Session, platform: Platform, notice_id: int, receipt: Receipt, now: datetime
) -> None:
    """The notice stands on the platform: write down where, and what it cost."""
    channel = channels.get_channel(session, platform.name, platform.account)
    notice = session.get_one(Notice, notice_id)
    notice.state, notice.failure = "sent", None
    notice.external_id, notice.sent_at = receipt.external_id, now
    channel.last_sent_at, channel.doubts_in_a_row = now, 0
    # One that was found to stand says nothing of the wait that a platform asked for meanwhile.
    if not is_held(channel.send_not_before, now):
        channel.send_not_before = channel.send_fault = None
    channels.add_spending(session, channel.id or 0, receipt.cost_microusd, now)
    session.add(notice)
    session.add(channel)


def _mark_error(
    session: Session, platform: Platform, seen: Notice, error: PlatformError, now: datetime
) -> None:
    channel = channels.get_channel(session, platform.name, platform.account)
    notice = session.get_one(Notice, seen.id)
    notice.failure = str(error)
    match error:
        case NotSent(retry_after=retry_after):
            notice.state = "ready"
            notice.not_before = now + (retry_after or _backoff(notice.attempts))
            if retry_after:
                channel.send_not_before = now + retry_after
        case ChannelDown():
            notice.state = "ready"
            channel.send_not_before = now + DOWN_RETRY
            channel.send_fault = str(error)
        case Refused(reason=RefusedReason.MIGRATED, migrated_to=str(new)):
            notice.state, notice.conversation_id, notice.reply_to = "ready", new, None
        case Refused(reason=RefusedReason.DUPLICATE) if _may_stand_already(notice):
            notice.state = "in_doubt"
        case Refused(reason=reason):
            notice.state = "refused"
            if reason is RefusedReason.BLOCKED:
                _mark_blocked(session, notice.person_id, now)
        case InDoubt() | _:
            notice.state, notice.doubted = "in_doubt", True
            channel.doubts_in_a_row += 1
    session.add(notice)
    session.add(channel)


def _may_stand_already(notice: Notice) -> bool:
    """Whether an earlier try of unknown outcome may be what this one is a copy of."""
    return notice.doubted and notice.attempts < MOST_TRIES


def _mark_blocked(session: Session, person_id: int, now: datetime) -> None:
    person = people.get_person(session, person_id)
    person.blocked_at = now
    session.add(person)
    notices.cancel_ready_to(session, person_id, "blocked")


def _hold(db: Database, channel: Channel, until: datetime, reason: str) -> None:
    with db.writing() as session:
        row = channels.get_channel(session, channel.platform, channel.account)
        row.send_not_before, row.send_fault = until, reason
        session.add(row)


def _backoff(attempts: int) -> timedelta:
    return min(BACKOFF * 2.0 ** min(attempts - 1, 10), LONGEST_BACKOFF)
