"""What is new since the last look, for a terminal or a screen: posts placed, notices moved."""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from store import notices, posts
from store.database import Database
from store.tables import Channel, Notice, Post, Prediction, Report

MOST_REASONS = 4
# A look goes over the newest rows only, so that it costs the same on a database of any size.
NEWEST = 300


@dataclass
class Seen:
    """How far somebody has looked."""

    posts: set[int] = field(default_factory=set)
    notices: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PostLine:
    """A post that found its place; `text` is masked, `reasons` are words of it."""

    platform: str
    text: str
    became: str
    reference: str | None
    kind: str | None
    topic: str | None
    urgency: str | None
    sensitive: bool
    region: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class NoticeLine:
    """A notice in a new state."""

    platform: str
    kind: str
    state: str
    reference: str | None
    text: str
    failure: str | None


Line = PostLine | NoticeLine


def read_feed(db: Database, seen: Seen) -> list[Line]:
    """The lines that are new; `seen` is moved on."""
    with db.reading() as session:
        platforms = {row.id: row.platform for row in session.exec(select(Channel)).all()}
        lines: list[Line] = []
        placed = select(Post).where(Post.state != "pending", col(Post.is_context).is_(False))
        newest = session.exec(placed.order_by(col(Post.id).desc()).limit(NEWEST)).all()
        for post in reversed(newest):
            if post.id not in seen.posts and post.note != "own":
                seen.posts.add(post.id or 0)
                lines.append(_post_line(session, post, platforms[post.channel_id]))
        for notice in reversed(notices.list_notices(session, NEWEST)):
            if seen.notices.get(notice.id or 0) != notice.state:
                seen.notices[notice.id or 0] = notice.state
                if notice.state not in ("ready", "sending"):
                    lines.append(_notice_line(session, notice, platforms[notice.channel_id]))
    return lines


def _post_line(session: Session, post: Post, platform: str) -> PostLine:
    version = posts.newest_version(session, post.id or 0)
    said = posts.newest_prediction(session, post.id or 0)
    report = session.get(Report, post.report_id) if post.report_id else None
    opened = report is not None and report.opening_post_id == post.id
    return PostLine(
        platform=platform,
        text=version.text or f"[{', '.join(item['kind'] for item in version.media) or 'lokasi'}]",
        became="laporan" if opened else (post.intent or post.note or post.state),
        reference=report.reference if report else None,
        kind=report.kind if report and opened else None,
        topic=report.topic if report and opened else None,
        urgency=report.urgency if report and opened else None,
        sensitive=bool(report and opened and report.sensitive),
        region=report.region_name if report and opened else None,
        reasons=_reasons(said, version.text) if said and opened else (),
    )


def _reasons(said: Prediction, text: str) -> tuple[str, ...]:
    words = [
        str(item["rule"]) if item["rule"] else text[int(item["start"] or 0) : int(item["end"] or 0)]
        for item in said.reasons
        if item["axis"] in ("topic", "urgency", "sensitive")
    ]
    return tuple(dict.fromkeys(word for word in words if word.strip()))[:MOST_REASONS]


def _notice_line(session: Session, notice: Notice, platform: str) -> NoticeLine:
    report = session.get(Report, notice.report_id) if notice.report_id else None
    return NoticeLine(
        platform,
        notice.kind,
        notice.state,
        report.reference if report else None,
        notice.text,
        notice.failure,
    )
