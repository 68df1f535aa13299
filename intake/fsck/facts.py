"""What the rules look at: the columns they need, read once, in one session, without entities.

The statements are built when this module is imported, so that SQLAlchemy compiles each once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import starmap
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, func, null, or_, select
from sqlmodel import col

from intake.fsck.rows import (
    ChannelRow,
    GapRow,
    Judgement,
    NoticeRow,
    PersonRow,
    PostRow,
    RawRow,
    ReportRow,
    StepRow,
)
from intake.fsck.shapes import Shown, ShownPost, Violation
from intake.policy import Policy
from store.database import BUSY_TIMEOUT_MS, Database
from store.tables import (
    Channel,
    Gap,
    Installation,
    Notice,
    Person,
    Post,
    Prediction,
    Raw,
    RawPost,
    Report,
    Review,
    Spending,
    Transition,
    Version,
)

# A moment is taken before its transaction waits for its turn: so far two may be out of order.
WAITS = timedelta(milliseconds=BUSY_TIMEOUT_MS) + timedelta(seconds=5)


Row = TypeVar("Row")
Statement = Select[*tuple[Any, ...]]


def _all(table: type, shape: Any, *extra: ColumnElement[Any]) -> Statement:
    columns = [getattr(table, name) for name in shape._fields[: len(shape._fields) - len(extra)]]
    return select(*columns, *extra).order_by(table.id)  # type: ignore[attr-defined]


_CHANNELS = _all(Channel, ChannelRow)
_PEOPLE = _all(
    Person, PersonRow, and_(col(Person.wrapped_key).is_(None), col(Person.identity).is_(None))
)
_POSTS = _all(Post, PostRow)
_REPORTS = _all(Report, ReportRow)
_STEPS = _all(Transition, StepRow)
_NOTICES = _all(Notice, NoticeRow)
_GAPS = _all(Gap, GapRow)
_RAWS = _all(Raw, RawRow).where(
    or_(col(Raw.parsed_at).is_(None), col(Raw.failure).is_not(None), col(Raw.attempts) > 0)
)
_PAUSED = select(col(Installation.paused_at))
_SPENT = select(col(Spending.channel_id), col(Spending.day), col(Spending.microusd))
_GONE = or_(col(Post.deleted_at).is_not(None), col(Post.erased_at).is_not(None))
# Posts that are gone and of which a word is left, in a version or in what was handed over.
_KEPT_VERSIONS = (
    select(col(Version.post_id))
    .join(Post, col(Post.id) == col(Version.post_id))
    .where(_GONE, or_(col(Version.original).is_not(None), col(Version.text) != ""))
    .distinct()
)
_KEPT_RAWS = (
    select(col(RawPost.post_id))
    .join(Post, col(Post.id) == RawPost.post_id)
    .join(Raw, col(Raw.id) == RawPost.raw_id)
    .where(_GONE, func.length(col(Raw.sealed)) > 0)
    .distinct()
)
_REVIEWED = (
    select(col(Review.report_id), col(Review.sensitive), col(Review.reviewed_at))
    .join(Report, col(Report.id) == Review.report_id)
    .where(col(Report.sensitive), col(Review.sensitive).is_not(None))
)
_PREDICTED = (
    select(col(Report.id), col(Prediction.sensitive), null())
    .join(Version, col(Version.post_id) == Report.opening_post_id)
    .join(Prediction, col(Prediction.version_id) == Version.id)
    .where(col(Report.sensitive))
)


@dataclass(frozen=True)
class Facts:
    """One state of the database, and what the platforms show where that is known."""

    policy: Policy
    now: datetime
    shown: Shown | None
    channels: dict[int, ChannelRow]
    people: dict[int, PersonRow]
    posts: dict[int, PostRow]
    reports: dict[int, ReportRow]
    steps: dict[int, list[StepRow]]
    notices: list[NoticeRow]
    gaps: list[GapRow]
    raws: list[RawRow]
    judgements: dict[int, list[Judgement]]
    spent: dict[tuple[int, Any], int]
    kept_versions: Sequence[int]
    kept_raws: Sequence[int]
    paused_at: datetime | None

    def platform_of(self, row: PostRow | NoticeRow | ReportRow | GapRow) -> str:
        """The platform's name."""
        return self.channels[row.channel_id].platform

    @cached_property
    def slack(self) -> timedelta:
        """How much later something may be dated than what came after it.

        Transactions wait for one another, and clocks are set back: rows are numbered in the order
        in which they were made, so an earlier time under a later number shows it.
        """
        told = self.shown.clock_set_back if self.shown else timedelta(0)
        return WAITS + max(told, self._seen_set_back)

    @property
    def _seen_set_back(self) -> timedelta:
        newest = max((one.claimed_at or one.made_at for one in self.notices), default=self.now)
        return max(
            newest - self.now,
            _set_back(notice.made_at for notice in self.notices),
            _set_back(step.made_at for _, step in sorted(self.steps_by_id.items())),
            _set_back(post.seen_at for post in self.posts.values()),
        )

    @cached_property
    def steps_by_id(self) -> dict[int, StepRow]:
        """Every step by its row."""
        return {step.id: step for way in self.steps.values() for step in way}

    @cached_property
    def _shown_posts(self) -> dict[tuple[str, str], ShownPost]:
        posts = self.shown.posts if self.shown else ()
        return {(one.platform, one.external_id): one for one in posts}

    def notes_of(self, post: PostRow) -> frozenset[str]:
        """Why a post is no word of a person to us, by ingestion and by what its platform shows."""
        shown = self._shown_posts.get((self.platform_of(post), post.external_id))
        notes = {post.note} if post.note else set()
        if shown is not None:
            seen = {"own": shown.own, "repost": shown.repost, "bot": shown.bot}
            notes.update(name for name, is_so in seen.items() if is_so)
        return frozenset(notes)

    @cached_property
    def has_erased_on_telegram(self) -> bool:
        """Whether anybody there was ever erased."""
        return any(one.erased_at and one.platform == "telegram" for one in self.people.values())

    @cached_property
    def living_on_telegram(self) -> dict[str, PersonRow]:
        """The people there who were not erased, by their id, which is their private chat's too."""
        return {one.external_id: one for one in self.people.values() if one.platform == "telegram"}


Rule = Callable[[Facts], Iterator[Violation]]


def read_facts(db: Database, policy: Policy, now: datetime, shown: Shown | None) -> Facts:
    """Read everything that the rules need, in one session."""
    with db.reading() as session:
        connection = session.connection()

        def rows(statement: Statement, shape: Callable[..., Row]) -> Iterator[Row]:
            return starmap(shape, connection.execute(statement).all())

        return Facts(
            policy=policy,
            now=now,
            shown=shown,
            channels=_by_id(rows(_CHANNELS, ChannelRow)),
            people=_by_id(rows(_PEOPLE, PersonRow)),
            posts=_by_id(rows(_POSTS, PostRow)),
            reports=_by_id(rows(_REPORTS, ReportRow)),
            steps=_by_report(rows(_STEPS, StepRow)),
            notices=list(rows(_NOTICES, NoticeRow)),
            gaps=list(rows(_GAPS, GapRow)),
            raws=list(rows(_RAWS, RawRow)),
            judgements=_judgements(connection),
            spent={(row[0], row[1]): row[2] for row in connection.execute(_SPENT)},
            kept_versions=connection.execute(_KEPT_VERSIONS).scalars().all(),
            kept_raws=connection.execute(_KEPT_RAWS).scalars().all(),
            paused_at=connection.execute(_PAUSED).scalar(),
        )


def run(rules: Iterable[Rule], facts: Facts) -> list[Violation]:
    """Everything that these rules find, in their order."""
    return [violation for rule in rules for violation in rule(facts)]


def _judgements(connection: Connection) -> dict[int, list[Judgement]]:
    said = [*connection.execute(_PREDICTED), *connection.execute(_REVIEWED)]
    return _by_report(Judgement(*row) for row in said)


def _by_id(rows: Iterable[Any]) -> dict[int, Any]:
    return {row.id: row for row in rows}


def _by_report(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.report_id].append(row)
    return dict(found)


def _set_back(line: Iterable[datetime]) -> timedelta:
    """The furthest that a moment lies behind one that came before it."""
    newest, most = None, timedelta(0)
    for moment in line:
        if newest is None or moment > newest:
            newest = moment
        elif newest - moment > most:
            most = newest - moment
    return most
