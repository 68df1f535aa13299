"""What there is, for people to look at: the whole state, the moderators' queue, one report."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from classifier.taxonomy import Urgency
from store import notices, posts, reports
from store.database import Database
from store.tables import Channel, Notice, Post, Prediction, Report, Transition, Version

WAITS_FOR = {
    "queued": "apakah ini laporan?",
    "failed": "gagal diproses lima kali: apakah ini laporan?",
}


@dataclass(frozen=True)
class NoticeView:
    """A notice, as far as it may be shown anywhere."""

    kind: str
    state: str
    platform_id: str | None
    in_reply_to: str | None


@dataclass(frozen=True)
class ReportView:
    """A report with what the model said when it was opened."""

    reference: str
    platform: str
    opening_post_id: str
    kind: str
    topic: str | None
    urgency: str
    sensitive: bool
    probabilities: dict[str, dict[str, float]]
    region: str | None
    state: str
    notices: list[NoticeView]

    @property
    def tags(self) -> str:
        """What it is tagged as, in one line."""
        return _line(
            self.kind,
            self.topic or "?",
            self.urgency,
            "sensitif" if self.sensitive else None,
            self.region,
        )


@dataclass(frozen=True)
class PostView:
    """A post and its place; no text, no author."""

    platform: str
    post_id: str
    in_reply_to: str | None
    state: str
    intent: str | None
    note: str | None
    report: str | None


@dataclass(frozen=True)
class Overview:
    """Everything that was collected and what became of it."""

    reports: list[ReportView]
    posts: list[PostView]


@dataclass(frozen=True)
class Case:
    """Where a post has got to: its own state, its report, and how often that was answered."""

    post_id: int
    state: str
    placed_at: datetime | None
    report: Report | None
    answers: int


@dataclass(frozen=True)
class QueueItem:
    """Something that waits for a person. `name` is a reference, or P and a number for a post."""

    name: str
    what: str
    urgency: str
    sensitive: bool
    kind: str | None
    topic: str | None
    region: str | None
    text: str
    since: datetime
    why: str


def overview(db: Database) -> Overview:
    """The state of all reports and posts."""
    with db.reading() as session:
        platforms = {row.id: row.platform for row in session.exec(select(Channel)).all()}
        numbers = {row.id: row.reference for row in session.exec(select(Report)).all()}
        return Overview(
            [
                _report_view(session, report, platforms[report.channel_id])
                for report in session.exec(select(Report).order_by(col(Report.id))).all()
            ],
            [
                PostView(
                    platforms[post.channel_id],
                    post.external_id,
                    post.reply_to,
                    "context" if post.is_context else post.state,
                    post.intent,
                    post.note,
                    numbers.get(post.report_id),
                )
                for post in session.exec(select(Post).order_by(col(Post.id))).all()
            ],
        )


def find_case(db: Database, platform: str, external_id: str) -> Case | None:
    """What became of the post with this id on this platform."""
    with db.reading() as session:
        post = posts.find_on_platform(session, platform, external_id)
        if post is None:
            return None
        report = session.get(Report, post.report_id) if post.report_id else None
        answers = len(reports.list_answers(session, report.id or 0)) if report else 0
        return Case(post.id or 0, post.state, post.placed_at, report, answers)


def list_queue(db: Database) -> list[QueueItem]:
    """What waits for a moderator, the most urgent and then the oldest first."""
    with db.reading() as session:
        items = [_doubtful(session, post) for post in posts.list_queued(session)]
        items += [
            _waiting(session, report)
            for report in reports.list_in_states(session, ("received", "verified", "returned"))
        ]
        items += [_unsettled(notice) for notice in notices.list_in_state(session, "in_doubt")]
        items += [_unsaid(report) for report in _unanswered_in_private(session)]
    return sorted(items, key=lambda item: (-Urgency(item.urgency).severity, item.since))


def list_set_aside(db: Database, limit: int = 100) -> list[QueueItem]:
    """The newest posts that were taken for no report; a moderator may still open one."""
    with db.reading() as session:
        return [_doubtful(session, post) for post in posts.list_set_aside(session, limit)]


def describe(db: Database, reference: str) -> str:
    """A report's state, labels and numbers, in one line."""
    with db.reading() as session:
        report = reports.get_report(session, reference)
    return _line(
        report.state,
        report.kind,
        report.topic or "?",
        report.urgency,
        "sensitif" if report.sensitive else None,
        report.region_name,
        report.agency,
        f"SP4N {report.sp4n_id}" if report.sp4n_id else None,
    )


def list_way(db: Database, reference: str) -> list[Transition]:
    """The steps that a report took."""
    with db.reading() as session:
        report = reports.get_report(session, reference)
        return list(reports.list_transitions(session, report.id or 0))


def list_texts(db: Database, reference: str) -> list[tuple[Post, Version]]:
    """The masked texts of a report's posts, oldest first."""
    with db.reading() as session:
        report = reports.get_report(session, reference)
        return [
            (post, posts.newest_version(session, post.id or 0))
            for post in posts.list_of_report(session, report.id or 0)
        ]


def list_said(db: Database, reference: str) -> list[Notice]:
    """What was said about a report, or is about to be."""
    with db.reading() as session:
        report = reports.get_report(session, reference)
        return list(notices.list_of_report(session, report.id or 0))


def _line(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _report_view(session: Session, report: Report, platform: str) -> ReportView:
    opening = posts.get_post(session, report.opening_post_id)
    said = posts.newest_prediction(session, opening.id or 0)
    return ReportView(
        reference=report.reference,
        platform=platform,
        opening_post_id=opening.external_id,
        kind=report.kind,
        topic=report.topic,
        urgency=report.urgency,
        sensitive=report.sensitive,
        probabilities=_rounded(said),
        region=report.region_name,
        state=report.state,
        notices=[
            NoticeView(notice.kind, notice.state, notice.external_id, notice.reply_to)
            for notice in notices.list_of_report(session, report.id or 0)
        ],
    )


def _rounded(said: Prediction | None) -> dict[str, dict[str, float]]:
    if said is None:
        return {}
    return {
        axis: {label: round(value, 4) for label, value in labels.items()}
        for axis, labels in said.axes.items()
    }


def _doubtful(session: Session, post: Post) -> QueueItem:
    said = posts.newest_prediction(session, post.id or 0)
    version = posts.newest_version(session, post.id or 0)
    return QueueItem(
        name=f"P{post.id}",
        what="post",
        urgency=said.urgency if said else Urgency.BIASA,
        sensitive=bool(said and said.sensitive),
        kind=said.kind if said else None,
        topic=said.topic if said else None,
        region=None,
        text=version.text or ", ".join(item["kind"] for item in version.media),
        since=post.seen_at,
        why=WAITS_FOR.get(post.state, post.note or ""),
    )


def _waiting(session: Session, report: Report) -> QueueItem:
    version = posts.newest_version(session, report.opening_post_id)
    why = {
        "received": "periksa",
        "verified": "teruskan ke instansi",
        "returned": "bukan wewenang: cari instansi lain",
    }
    return QueueItem(
        name=report.reference,
        what="report",
        urgency=report.urgency,
        sensitive=report.sensitive,
        kind=report.kind,
        topic=report.topic,
        region=report.region_name,
        text=version.text,
        since=report.received_at,
        why=why[report.state],
    )


def _unsettled(notice: Notice) -> QueueItem:
    return QueueItem(
        name=f"N{notice.id}",
        what="notice",
        urgency=Urgency.TINGGI,
        sensitive=False,
        kind=None,
        topic=None,
        region=None,
        text=notice.text,
        since=notice.claimed_at or notice.made_at,
        why="terkirim atau tidak? lapor notices decide",
    )


def _unanswered_in_private(session: Session) -> list[Report]:
    """Sensitive reports of a public channel whose answer has no private way to its writer yet."""
    answered = reports.list_in_states(session, ("answered",))
    return [
        report
        for report in answered
        if report.sensitive
        and not any(
            notice.kind == "resolution"
            for notice in notices.list_of_report(session, report.id or 0)
        )
    ]


def _unsaid(report: Report) -> QueueItem:
    return QueueItem(
        name=report.reference,
        what="answer",
        urgency=report.urgency,
        sensitive=True,
        kind=report.kind,
        topic=report.topic,
        region=report.region_name,
        text="",
        since=report.answered_at or report.received_at,
        why="jawaban rahasia: belum ada jalur tertutup ke pelapor",
    )
