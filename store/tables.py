"""Every table, with the constraints that refuse what must not be.

The store keeps kind, topic, urgency, platform and states as plain strings; the tuples below feed
the check constraints, and a test holds them against the enums of the layers above.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PLATFORMS = ("x", "telegram")
KINDS = ("pengaduan", "aspirasi", "permintaan_informasi", "bukan_laporan")
URGENCIES = ("darurat", "tinggi", "biasa")
REPORT_STATES = (
    "received",
    "verified",
    "forwarded",
    "answered",
    "closed",
    "needs_info",
    "returned",
    "archived",
)
NOTICE_STATES = ("ready", "sending", "sent", "refused", "in_doubt", "cancelled")
POST_STATES = ("pending", "placed", "queued", "set_aside", "failed")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _bytes() -> Any:
    return Column(LargeBinary, nullable=True)


def _json() -> Any:
    return Column(JSON, nullable=False)


class Installation(SQLModel, table=True):
    """One row: which world this database belongs to, and the operator's kill switch."""

    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        _one_of("environment", ("sandbox", "live")),
    )
    id: int = Field(default=1, primary_key=True)
    environment: str
    made_at: datetime
    paused_at: datetime | None = None


class Channel(SQLModel, table=True):
    """One account on one platform, and how it is doing.

    `read_fault` and `send_fault` say why reading or sending is stopped: an account may be allowed
    the one and not the other. What happened from `lost_from` to `lost_until` is not known here: at
    the end of these hours an older backup was restored.
    """

    __table_args__ = (
        UniqueConstraint("platform", "account"),
        _one_of("platform", PLATFORMS),
        _one_of("sending", ("shadow", "on")),
    )
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    account: str
    sending: str = "shadow"
    first_started_at: datetime
    read_not_before: datetime | None = None
    catching_up_since: datetime | None = None
    send_not_before: datetime | None = None
    last_read_at: datetime | None = None
    last_sent_at: datetime | None = None
    read_fault: str | None = None
    send_fault: str | None = None
    doubts_in_a_row: int = 0
    lost_from: datetime | None = None
    lost_until: datetime | None = None


class Cursor(SQLModel, table=True):
    """How far an account has been read; moved by compare-and-set on `moves`."""

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    value: str
    moves: int = 0
    moved_at: datetime


class Gap(SQLModel, table=True):
    """A stretch of time whose posts no platform will hand out any more."""

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    start: datetime
    end: datetime
    reason: str
    noticed_at: datetime


class Spending(SQLModel, table=True):
    """What a channel cost on a day (UTC), in millionths of a US dollar."""

    channel_id: int = Field(primary_key=True, foreign_key="channel.id")
    day: date = Field(primary_key=True)
    microusd: int = 0


class Person(SQLModel, table=True):
    """An author on one platform. `wrapped_key` is gone once the person is erased."""

    __table_args__ = (UniqueConstraint("platform", "external_id"), _one_of("platform", PLATFORMS))
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    external_id: str
    wrapped_key: bytes | None = Field(default=None, sa_column=_bytes())
    identity: bytes | None = Field(default=None, sa_column=_bytes())
    is_bot: bool = False
    first_seen_at: datetime
    opted_out_at: datetime | None = None
    blocked_at: datetime | None = None
    erase_requested_at: datetime | None = None
    erased_at: datetime | None = None


class Raw(SQLModel, table=True):
    """What a platform handed us, sealed with the installation's key until it is purged."""

    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        Index(
            "ix_raw_unparsed",
            "channel_id",
            "id",
            sqlite_where=text("parsed_at IS NULL"),
            postgresql_where=text("parsed_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    key: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fetched_at: datetime
    parsed_at: datetime | None = None
    attempts: int = 0
    failure: str | None = None


class Report(SQLModel, table=True):
    """The case (laporan). `is_open` is true in every state but closed and archived.

    `opening_post_id` has no foreign key: `post.report_id` has one, and a circle of two cannot be
    created in order on every database.
    """

    __table_args__ = (
        _one_of("state", REPORT_STATES),
        _one_of("kind", KINDS[:3]),
        _one_of("urgency", URGENCIES),
        CheckConstraint("is_open = (state NOT IN ('closed', 'archived'))", name="is_open"),
        Index("ix_report_conversation", "channel_id", "conversation_id"),
        Index(
            "uq_report_open_part",
            "channel_id",
            "conversation_id",
            "person_id",
            "part",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    sp4n_id: str | None = None
    channel_id: int = Field(foreign_key="channel.id")
    conversation_id: str
    person_id: int = Field(foreign_key="person.id", index=True)
    part: int = 1
    opening_post_id: int = Field(unique=True)
    state: str = Field(default="received", index=True)
    is_open: bool = True
    kind: str
    topic: str | None = None
    urgency: str = "biasa"
    sensitive: bool = False
    region_code: str | None = None
    region_name: str | None = None
    agency: str | None = None
    proposed_agency: str | None = None
    answer_days: int = 14
    awaiting_place: bool = False
    received_at: datetime
    active_at: datetime
    verified_at: datetime | None = None
    forwarded_at: datetime | None = None
    clock_started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = Field(default=None, index=True)
    reopened: int = 0
    returned: int = 0
    archive_reason: str | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="report.id")


class Post(SQLModel, table=True):
    """One message of a person. Context posts belong to the post that brought them along."""

    __table_args__ = (
        UniqueConstraint("channel_id", "external_id"),
        _one_of("state", POST_STATES),
        Index("ix_post_waiting", "state", "settles_at"),
        Index("ix_post_conversation", "channel_id", "conversation_id", "person_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    external_id: str
    person_id: int = Field(foreign_key="person.id", index=True)
    conversation_id: str
    reply_to: str | None = None
    quotes: str | None = None
    public: bool
    addressed: bool
    is_context: bool = False
    context_post_id: int | None = Field(default=None, foreign_key="post.id")
    posted_at: datetime
    seen_at: datetime
    settles_at: datetime
    album_id: str | None = None
    command: str | None = None
    argument: str | None = None
    callback_id: str | None = None
    state: str = "pending"
    attempts: int = 0
    note: str | None = None
    intent: str | None = None
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    placed_at: datetime | None = None
    deleted_at: datetime | None = None
    erased_at: datetime | None = None


class RawPost(SQLModel, table=True):
    """Which posts' words a raw holds, so that forgetting a post or a person finds it."""

    raw_id: int = Field(primary_key=True, foreign_key="raw.id", ondelete="CASCADE")
    post_id: int = Field(primary_key=True, foreign_key="post.id", index=True)


class Version(SQLModel, table=True):
    """The text and media of a post at a time; `original` is sealed with its person's key."""

    __table_args__ = (UniqueConstraint("post_id", "external_id"),)
    id: int | None = Field(default=None, primary_key=True)
    post_id: int = Field(foreign_key="post.id")
    external_id: str
    original: bytes | None = Field(default=None, sa_column=_bytes())
    text: str
    media: list[dict[str, str]] = Field(default_factory=list, sa_column=_json())
    latitude: float | None = None
    longitude: float | None = None
    place_name: str | None = None
    seen_at: datetime


class Prediction(SQLModel, table=True):
    """What a model said about a version. `axes` holds the calibrated probabilities per axis.

    Reasons are spans of the masked text, so that erasing the text erases them too.
    """

    __table_args__ = (UniqueConstraint("version_id", "model_version"),)
    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="version.id")
    model_version: str
    kind: str
    topic: str | None = None
    urgency: str
    sensitive: bool
    axes: dict[str, dict[str, float]] = Field(default_factory=dict, sa_column=_json())
    rules: list[str] = Field(default_factory=list, sa_column=_json())
    reasons: list[dict[str, str | int | float | None]] = Field(
        default_factory=list, sa_column=_json()
    )
    made_at: datetime


class Review(SQLModel, table=True):
    """What a moderator decided about a report or a waiting post. Never changed, only added."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    reviewer: str
    decision: str
    kind: str | None = None
    topic: str | None = None
    urgency: str | None = None
    sensitive: bool | None = None
    region_code: str | None = None
    reviewed_at: datetime


class Transition(SQLModel, table=True):
    """One step of a report's way; `by` is a moderator's name, `citizen` or `clock`."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    from_state: str | None
    to_state: str
    by: str
    note: str | None = None
    made_at: datetime


class Answer(SQLModel, table=True):
    """What an agency answered: one public sentence, and the full text under the person's key."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    agency: str
    sentence: str
    full_text: bytes | None = Field(default=None, sa_column=_bytes())
    by: str
    answered_at: datetime


class Follower(SQLModel, table=True):
    """Who hears about a report: its reporter, people it happens to too, a linked private chat.

    A supporter hears in the thread of `post_id`, by which they asked to be told.
    """

    __table_args__ = (_one_of("role", ("reporter", "supporter", "linked")),)
    report_id: int = Field(primary_key=True, foreign_key="report.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    role: str
    wants_news: bool = False
    post_id: int | None = Field(default=None, foreign_key="post.id")
    since: datetime


class Invitation(SQLModel, table=True):
    """A code that lets the writer of a sensitive public post go on in a private chat."""

    code: str = Field(primary_key=True)
    report_id: int = Field(foreign_key="report.id", unique=True)
    expires_at: datetime
    used_at: datetime | None = None


class Notice(SQLModel, table=True):
    """One outgoing message, rendered once. `cause` is what made it, never a counter."""

    __table_args__ = (
        UniqueConstraint("kind", "cause", "person_id"),
        _one_of("state", NOTICE_STATES),
        Index("ix_notice_due", "channel_id", "state", "not_before"),
        Index("ix_notice_state", "state"),
        Index("ix_notice_conversation", "channel_id", "conversation_id"),
        Index("ix_notice_external", "channel_id", "external_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    kind: str
    cause: str
    person_id: int = Field(foreign_key="person.id", index=True)
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    conversation_id: str
    reply_to: str | None = None
    text: str
    mark: str
    buttons: list[dict[str, str]] = Field(default_factory=list, sa_column=_json())
    callback_id: str | None = None
    public: bool
    automatic: bool
    priority: int = 1
    state: str = "ready"
    not_before: datetime
    made_at: datetime
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    external_id: str | None = None
    attempts: int = 0
    doubted: bool = False
    looks: int = 0
    looked_at: datetime | None = None
    failure: str | None = None
