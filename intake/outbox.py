"""Putting a notice into the outbox: the one place that decides whether it may go out at all.

A notice that may not is kept as cancelled, with the rule that held it back, for people to see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bots.platform import Button
from intake.policy import Policy
from intake.recovery import doubt, may_have_been_said
from intake.workdays import outside_quiet_hours, zone_of
from store import notices
from store.tables import Channel, Notice, Person, Post, Report

URGENT, NORMAL = 0, 1
# What nobody asked for is never said at night.
UNASKED = frozenset({"reminder", "late"})


@dataclass(frozen=True)
class Letter:
    """A rendered message: `mark` is the part by which it is recognised on the platform."""

    text: str
    mark: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Address:
    """Who gets a notice, where, and under which of the person's posts."""

    channel: Channel
    person: Person
    conversation_id: str
    public: bool
    post: Post | None

    @property
    def on_x(self) -> bool:
        """Whether the rules of X hold: short, public, one automatic notice a post."""
        return self.channel.platform == "x"


def address_of(channel: Channel, person: Person, post: Post) -> Address:
    """Answering under this post of this person."""
    return Address(channel, person, post.conversation_id, post.public, post)


def put(
    session: Session,
    kind: str,
    cause: str,
    letter: Letter,
    to: Address,
    *,
    now: datetime,
    policy: Policy,
    report_id: int | None = None,
    automatic: bool = True,
    priority: int = NORMAL,
    not_before: datetime | None = None,
) -> Notice:
    """Queue a notice once per (kind, cause, person); a second call returns the first one."""
    known = notices.find_notice(session, kind, cause, to.person.id or 0)
    if known is not None:
        return known
    held_back = _held_back(session, to, automatic, now, policy)
    notice = Notice(
        channel_id=to.channel.id or 0,
        kind=kind,
        cause=cause,
        person_id=to.person.id or 0,
        report_id=report_id,
        post_id=to.post.id if to.post else None,
        conversation_id=to.conversation_id,
        reply_to=_reply_to(to.post),
        text=letter.text,
        mark=letter.mark,
        buttons=[{"label": button.label, "data": button.data} for button in letter.buttons],
        callback_id=to.post.callback_id if to.post else None,
        public=to.public,
        automatic=automatic,
        priority=priority,
        state="cancelled" if held_back else "ready",
        failure=held_back,
        not_before=not_before or now,
        made_at=now,
    )
    if not held_back and may_have_been_said(
        session, to.channel, to.post, kind=kind, cause=cause, automatic=automatic, now=now
    ):
        doubt(notice)
    session.add(notice)
    session.flush()
    return notice


def earliest(kind: str, report: Report | None, now: datetime) -> datetime:
    """The moment from `now` on at which a notice of this kind about this report may go out."""
    if kind not in UNASKED or report is None:
        return now
    province = report.region_code[:2] if report.region_code else None
    return outside_quiet_hours(now, zone_of(province))


def forbidden(person: Person, post: Post | None) -> str | None:
    """Why nothing may be said to this person under this post, ever; None when it may."""
    if person.erased_at:
        return "erased"
    if person.opted_out_at:
        return "opted_out"
    if person.blocked_at:
        return "blocked"
    if person.is_bot:
        return "bot"
    if post is not None and (post.deleted_at or post.erased_at):
        return "post_deleted"
    return None


def too_old(post: Post | None, now: datetime, policy: Policy) -> bool:
    """Whether an automatic notice under this post would come too late to make sense."""
    return post is not None and now - post.posted_at > policy.max_age


def _held_back(
    session: Session, to: Address, automatic: bool, now: datetime, policy: Policy
) -> str | None:
    reason = forbidden(to.person, to.post)
    if reason or not automatic:
        return reason
    if too_old(to.post, now, policy):
        return "too_old"
    return _over_cap(session, to, now, policy)


def _over_cap(session: Session, to: Address, now: datetime, policy: Policy) -> str | None:
    hour_ago = now - timedelta(hours=1)
    channel_id = to.channel.id or 0
    if to.on_x and to.post is not None and notices.count_under_post(session, to.post.id or 0):
        return "cap_post"
    if to.on_x and (
        notices.count_in_conversation(session, channel_id, to.conversation_id) >= policy.per_thread
    ):
        return "cap_thread"
    if (
        notices.count_to_person_since(session, to.person.id or 0, hour_ago)
        >= policy.per_person_hour
    ):
        return "cap_person"
    if notices.count_on_channel_since(session, channel_id, hour_ago) >= policy.per_hour:
        return "cap_hour"
    return None


def _reply_to(post: Post | None) -> str | None:
    # A pressed button has no message of its own; its notice stands under the one that held it.
    if post is None:
        return None
    return post.reply_to if post.callback_id else post.external_id
