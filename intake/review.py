"""What moderators decide: verify, ask back, forward, take back, archive, merge, open, set aside.

Each decision is one transaction: an append-only `Review`, the report's labels, its next state.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from classifier.places import Region, region_named, region_of_code
from classifier.taxonomy import Kind, Topic, Urgency
from intake import letters, outbox
from intake.addresses import address_of_reporter, private_address
from intake.masking import looks_personal
from intake.messages import Message, read_messages
from intake.opening import answer_days, open_report
from intake.policy import Policy
from intake.prediction import prediction_of
from intake.states import move
from intake.wording import LONGEST_QUESTION
from store import people, posts, reports
from store.crypto import Vault
from store.database import Database
from store.tables import Channel, Follower, Post, Report, Review

ARCHIVE_REASONS = (
    "not_a_report",
    "duplicate",
    "incomplete",
    "other_authority",
    "withdrawn",
    "answered_elsewhere",
    "noted",
)


# Posts about which a person may still decide.
DECIDABLE = frozenset({"queued", "failed", "set_aside"})
# Characters of an agency's name; on X it is shortened further where it does not fit.
LONGEST_AGENCY = 120


class PostNotWaiting(Exception):
    """This post does not wait for a decision."""

    def __init__(self, post_id: int) -> None:
        super().__init__(f"Post P{post_id} does not wait for a decision. See `lapor queue`.")


class TextRefused(Exception):
    """A text for citizens holds what no notice may hold."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(
            "Nothing was sent: the text holds " + ", ".join(found) + ". Say it without, or put it "
            "into the full answer, which goes out in private only."
        )


class MergeRefused(Exception):
    """A report is no copy of itself, nor of one that has ended."""

    def __init__(self, reference: str, into: str) -> None:
        super().__init__(
            f"{reference} cannot be merged into {into}: name another report that is still open."
        )


class NoWayToAsk(Exception):
    """A question that could only be asked where everybody reads it, or nowhere at all."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} cannot be asked: its reporter wants no messages, or has no private chat "
            "with us and no post is left under which the question may stand. Nothing was changed."
        )


class TextTooLong(Exception):
    """A text for citizens does not fit into a notice."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(
            f"Nothing was sent: the text has {length} characters, at most {most} fit into a "
            "notice. Keep it to who did what and when."
        )


class UnknownLabel(Exception):
    """A label that the taxonomy does not have."""

    def __init__(self, value: str, allowed: list[str]) -> None:
        super().__init__(f"'{value}' is not one of: {', '.join(allowed)}.")


@dataclass(frozen=True)
class Labels:
    """A moderator's corrections; None leaves what is there.

    `region` is a name or a code, `answer_days` the working days that the agency gets.
    """

    kind: str | None = None
    topic: str | None = None
    urgency: str | None = None
    sensitive: bool | None = None
    region: str | None = None
    answer_days: int | None = None

    def __post_init__(self) -> None:
        _check(self.kind, [str(kind) for kind in Kind if kind is not Kind.BUKAN_LAPORAN])
        _check(self.topic, [str(topic) for topic in Topic])
        _check(self.urgency, [str(urgency) for urgency in Urgency])
        if self.region is not None and self.found_region is None:
            raise UnknownLabel(self.region, ["the name or code of a province, regency, city, ..."])

    @property
    def found_region(self) -> Region | None:
        """The region that is meant, when there is exactly one."""
        if self.region is None:
            return None
        return region_of_code(self.region) or region_named(self.region)


def verify(
    db: Database, reference: str, labels: Labels, *, by: str, now: datetime, policy: Policy
) -> Report:
    """Confirm a report, with corrections; raises `TransitionRefused` when it is too late."""
    with db.writing() as session:
        report = reports.get_report(session, reference)
        _correct(report, labels, policy)
        _keep(session, report, "verify", labels, by, now)
        move(session, report, "verify", by=by, now=now, policy=policy)
    return report


def ask(
    db: Database, reference: str, question: str, *, by: str, now: datetime, policy: Policy
) -> Report:
    """Ask the reporter back; the report waits for the answer."""
    check_public_text(question, LONGEST_QUESTION)
    with db.writing() as session:
        report = reports.get_report(session, reference)
        step = move(session, report, "ask", by=by, now=now, policy=policy, note=question)
        to = private_address(session, report)
        if to is None and not report.sensitive:
            to = address_of_reporter(session, report)
        if to is None:
            raise NoWayToAsk(report.reference)
        notice = outbox.put(
            session,
            "question",
            f"transition:{step.id}",
            letters.question(report, question, to, policy),
            to,
            now=now,
            policy=policy,
            report_id=report.id,
            automatic=False,
        )
        if notice.state == "cancelled":
            # Nobody would hear it, and the report would end for want of an answer.
            raise NoWayToAsk(report.reference)
    return report


def check_public_text(text: str, most: int) -> None:
    """Raise `TextTooLong` or `TextRefused` when a text may not stand in a notice."""
    if len(text) > most:
        raise TextTooLong(len(text), most)
    if found := looks_personal(text):
        raise TextRefused(found)


def forward(
    db: Database,
    reference: str,
    agency: str,
    *,
    by: str,
    now: datetime,
    policy: Policy,
    sp4n_id: str | None = None,
) -> Report:
    """Hand a verified report to an agency; its clock for the answer starts.

    `sp4n_id` is the report's number in the national system, where there is one.
    """
    check_public_text(agency, LONGEST_AGENCY)
    with db.writing() as session:
        report = reports.get_report(session, reference)
        move(session, report, "forward", by=by, now=now, policy=policy, note=agency)
        report.agency, report.proposed_agency = agency, None
        report.sp4n_id = sp4n_id or report.sp4n_id
        session.add(report)
    return report


def take_back(
    db: Database,
    reference: str,
    proposed_agency: str | None,
    *,
    by: str,
    now: datetime,
    policy: Policy,
) -> Report:
    """The agency says it is not theirs (bukan wewenang); the citizen's clock goes on.

    The reporter hears of it in a private chat; on X nothing is said unasked.
    """
    if proposed_agency:
        check_public_text(proposed_agency, LONGEST_AGENCY)
    with db.writing() as session:
        report = reports.get_report(session, reference)
        step = move(session, report, "return", by=by, now=now, policy=policy, note=proposed_agency)
        report.proposed_agency = proposed_agency
        session.add(report)
        if (to := private_address(session, report)) is not None:
            outbox.put(
                session,
                "returned",
                f"transition:{step.id}",
                letters.returned(report, now, policy),
                to,
                now=now,
                policy=policy,
                report_id=report.id,
                automatic=False,
            )
    return report


def archive(
    db: Database,
    reference: str,
    reason: str,
    *,
    by: str,
    now: datetime,
    policy: Policy,
    note: str | None = None,
) -> Report:
    """Put a report away with one of `ARCHIVE_REASONS`, and in the moderator's words why."""
    _check(reason, list(ARCHIVE_REASONS))
    with db.writing() as session:
        report = reports.get_report(session, reference)
        move(session, report, "archive", by=by, now=now, policy=policy, note=note or reason)
        report.archive_reason = reason
        _keep(session, report, f"archive:{reason}", Labels(), by, now)
        session.add(report)
    return report


def merge(
    db: Database, reference: str, into: str, *, by: str, now: datetime, policy: Policy
) -> Report:
    """Archive a copy; its reporter hears about the report that goes on."""
    with db.writing() as session:
        copy, kept = reports.get_report(session, reference), reports.get_report(session, into)
        if copy.id == kept.id or not kept.is_open:
            raise MergeRefused(reference, kept.reference)
        move(session, copy, "archive", by=by, now=now, policy=policy, note=kept.reference)
        copy.archive_reason, copy.merged_into_id = "duplicate", kept.id
        _keep(session, copy, f"merge:{kept.reference}", Labels(), by, now)
        for follower in reports.list_followers(session, copy.id or 0):
            if reports.find_follower(session, kept.id or 0, follower.person_id) is None:
                session.add(
                    Follower(
                        report_id=kept.id or 0,
                        person_id=follower.person_id,
                        role="linked" if follower.role == "linked" else "supporter",
                        wants_news=True,
                        since=now,
                    )
                )
        session.add(copy)
    return kept


def open_doubtful(
    db: Database,
    vault: Vault,
    post_id: int,
    labels: Labels,
    *,
    by: str,
    now: datetime,
    policy: Policy,
) -> Report:
    """A person says that a waiting post is a report; its writer gets the number."""
    with db.reading() as session:
        post = _decidable(session, post_id)
    messages, _ = read_messages(db, vault, [post])
    if not messages:
        raise PostNotWaiting(post_id)
    message = _with_prediction(db, messages[0])
    with db.writing() as session:
        post = _decidable(session, post_id)
        channel = session.get_one(Channel, post.channel_id)
        message = replace(message, post=post, person=people.get_person(session, post.person_id))
        report = open_report(
            session,
            channel,
            [message],
            by=by,
            now=now,
            policy=policy,
            correct=lambda fresh: _correct(fresh, labels, policy),
        )
        _keep(session, report, "open", labels, by, now)
    return report


def set_aside(db: Database, post_id: int, *, by: str, now: datetime) -> None:
    """A person says that a waiting post is no report."""
    with db.writing() as session:
        post = _decidable(session, post_id)
        post.state, post.note, post.placed_at = "set_aside", "reviewed", now
        session.add(post)
        session.add(
            Review(
                post_id=post_id,
                reviewer=by,
                decision="set_aside",
                kind=Kind.BUKAN_LAPORAN,
                reviewed_at=now,
            )
        )


def _with_prediction(db: Database, message: Message) -> Message:
    with db.reading() as session:
        said = posts.newest_prediction(session, message.post.id or 0)
    return replace(message, prediction=prediction_of(said) if said else None)


def _decidable(session: Session, post_id: int) -> Post:
    post = session.get(Post, post_id)
    if post is None or post.state not in DECIDABLE:
        raise PostNotWaiting(post_id)
    return post


def _correct(report: Report, labels: Labels, policy: Policy) -> None:
    if labels.kind and labels.kind != report.kind:
        report.kind, report.answer_days = labels.kind, answer_days(labels.kind, policy)
    report.topic = labels.topic or report.topic
    report.urgency = labels.urgency or report.urgency
    report.answer_days = labels.answer_days or report.answer_days
    if labels.sensitive is not None:
        report.sensitive = labels.sensitive
    if region := labels.found_region:
        report.region_code, report.region_name = region.code, region.name
        report.awaiting_place = False


def _keep(
    session: Session, report: Report, decision: str, labels: Labels, by: str, now: datetime
) -> None:
    session.add(
        Review(
            report_id=report.id,
            post_id=report.opening_post_id,
            reviewer=by,
            decision=decision,
            kind=labels.kind or report.kind,
            topic=labels.topic or report.topic,
            urgency=labels.urgency or report.urgency,
            sensitive=report.sensitive,
            region_code=report.region_code,
            reviewed_at=now,
        )
    )


def _check(value: str | None, allowed: list[str]) -> None:
    if value is not None and value not in allowed:
        raise UnknownLabel(value, allowed)
