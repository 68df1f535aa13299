"""Opening a report from a post: its number, its labels, its first notice."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from classifier.axes import Axis
from classifier.places import Region
from classifier.taxonomy import Kind, Topic
from intake import alerts, letters, outbox
from intake.messages import Message
from intake.policy import Policy
from intake.reference import new_code, new_reference
from intake.states import begin
from store import posts, reports
from store.tables import Channel, Follower, Invitation, Post, Report

# Who opens a report when no person does.
MODEL = "model"
# Topics for which the place decides nothing: the same office answers everywhere.
PLACELESS = frozenset({Topic.TELEKOMUNIKASI_DIGITAL})


def open_report(
    session: Session,
    channel: Channel,
    group: list[Message],
    *,
    by: str,
    now: datetime,
    policy: Policy,
    correct: Callable[[Report], None] | None = None,
) -> Report:
    """Open one report for the first message of `group`; the others join it.

    `correct` may change the labels before anything is said to anybody.

    Acknowledges it under its own post, waits for the rest of an album in a private chat, and tells
    the duty officer of danger at once.
    """
    opening = group[0]
    report = _new_report(session, channel, group, now, policy)
    if correct is not None:
        correct(report)
    session.add(report)
    session.flush()
    begin(session, report, by=by, now=now, policy=policy)
    person_id = opening.person.id or 0
    session.add(Follower(report_id=report.id or 0, person_id=person_id, role="reporter", since=now))
    for message in group:
        attach(session, report, message.post, "new" if message is opening else "addition", now)
    for post in posts.list_queued_media(session, opening.post, now - policy.same_subject):
        attach(session, report, post, "addition", now)
    acknowledge(session, channel, report, opening, now, policy, automatic=by == MODEL)
    alerts.tell_duty(session, report, now, policy)
    return report


def attach(session: Session, report: Report, post: Post, intent: str, now: datetime) -> None:
    """Make a post part of a report."""
    post.state, post.intent, post.report_id, post.placed_at = "placed", intent, report.id, now
    report.active_at = now
    session.add(post)
    session.add(report)


def acknowledge(
    session: Session,
    channel: Channel,
    report: Report,
    opening: Message,
    now: datetime,
    policy: Policy,
    *,
    automatic: bool,
) -> None:
    """Queue the one notice that says: we have it, this is its number (or how to go on safely)."""
    to = outbox.address_of(channel, opening.person, opening.post)
    if to.public and not may_answer_in_public(opening):
        return
    code = None
    if to.public and report.sensitive and report.urgency != "darurat":
        code = invite(session, report, now, policy)
    outbox.put(
        session,
        "acknowledgement",
        f"post:{opening.post.id}",
        letters.acknowledgement(report, to, code, rules_of(opening), now, policy),
        to,
        now=now,
        policy=policy,
        report_id=report.id,
        automatic=automatic,
        priority=outbox.URGENT if report.urgency == "darurat" else outbox.NORMAL,
    )


def invite(session: Session, report: Report, now: datetime, policy: Policy) -> str:
    """A fresh code that opens this report in a private chat; an older one is void."""
    code = new_code(policy.random)
    reports.void_invitation(session, report.id or 0)
    session.add(
        Invitation(
            code=code,
            report_id=report.id or 0,
            expires_at=now + timedelta(days=policy.invitation_days),
        )
    )
    return code


def may_answer_in_public(opening: Message) -> bool:
    """False where a public answer could endanger its reader: violence, a child, self-harm."""
    return not letters.NEVER_IN_PUBLIC & rules_of(opening)


def rules_of(opening: Message) -> frozenset[str]:
    """The classifier's rules that the opening text met."""
    return frozenset(opening.prediction.rules) if opening.prediction else frozenset()


def needs_place(report: Report, group: list[Message]) -> bool:
    """Whether the acknowledgement should ask where it is."""
    return (
        report.kind in (Kind.PENGADUAN, Kind.ASPIRASI)
        and not report.sensitive
        and report.urgency != "darurat"
        and report.topic not in PLACELESS
        and not any(message.has_point for message in group)
    )


def region_of(group: list[Message]) -> Region | None:
    """The first region that any message of the group names."""
    return next((message.region for message in group if message.region), None)


def unused_reference(session: Session, policy: Policy) -> str:
    """A reference that no report has."""
    while True:
        reference = new_reference(policy.random)
        if reports.find_report(session, reference) is None:
            return reference


def answer_days(kind: str, policy: Policy) -> int:
    """The working days that an agency has, proposed from the kind; verification may change them."""
    information = kind == Kind.PERMINTAAN_INFORMASI
    return policy.information_days if information else policy.answer_days


def _new_report(
    session: Session, channel: Channel, group: list[Message], now: datetime, policy: Policy
) -> Report:
    opening = group[0]
    said = opening.prediction
    region = region_of(group)
    conversation_id, person_id = opening.post.conversation_id, opening.person.id or 0
    report = Report(
        reference=unused_reference(session, policy),
        channel_id=channel.id or 0,
        conversation_id=conversation_id,
        person_id=person_id,
        part=reports.next_part(session, channel.id or 0, conversation_id, person_id),
        opening_post_id=opening.post.id or 0,
        kind=_report_kind(opening),
        topic=said.topic if said else None,
        urgency=said.urgency if said else "biasa",
        sensitive=bool(said and said.sensitive),
        region_code=region.code if region else None,
        region_name=region.name if region else None,
        answer_days=answer_days(_report_kind(opening), policy),
        received_at=opening.post.posted_at,
        active_at=now,
    )
    report.awaiting_place = needs_place(report, group)
    return report


def _report_kind(opening: Message) -> str:
    """The likeliest kind among those that are a report: it is one, whatever the model thought."""
    if opening.prediction is None:
        return Kind.PENGADUAN
    kinds = opening.prediction.probabilities[Axis.KIND]
    return max((kind for kind in Kind if kind != Kind.BUKAN_LAPORAN), key=lambda k: kinds.get(k, 0))
