"""The columns that the rules need, a shape for each table; `facts` selects them by these names."""

from datetime import datetime
from typing import NamedTuple


class ChannelRow(NamedTuple):
    """An account; from `lost_from` to `lost_until` a restored backup knows nothing."""

    id: int
    platform: str
    sending: str
    first_started_at: datetime
    read_not_before: datetime | None
    send_not_before: datetime | None
    send_fault: str | None
    lost_from: datetime | None
    lost_until: datetime | None


class PersonRow(NamedTuple):
    """An author; `is_keyless` is true once nothing can be opened any more."""

    id: int
    platform: str
    external_id: str
    first_seen_at: datetime
    opted_out_at: datetime | None
    blocked_at: datetime | None
    erased_at: datetime | None
    is_keyless: bool


class PostRow(NamedTuple):
    """A message of a person."""

    id: int
    channel_id: int
    external_id: str
    person_id: int
    public: bool
    is_context: bool
    seen_at: datetime
    settles_at: datetime
    state: str
    note: str | None
    intent: str | None
    report_id: int | None
    placed_at: datetime | None
    deleted_at: datetime | None


class ReportRow(NamedTuple):
    """A case."""

    id: int
    reference: str
    channel_id: int
    conversation_id: str
    person_id: int
    part: int
    opening_post_id: int
    state: str
    is_open: bool
    sensitive: bool
    region_code: str | None
    active_at: datetime
    ended_at: datetime | None
    due_at: datetime | None


class StepRow(NamedTuple):
    """One step of a report."""

    id: int
    report_id: int
    from_state: str | None
    to_state: str
    by: str
    made_at: datetime


class NoticeRow(NamedTuple):
    """An outgoing message."""

    id: int
    channel_id: int
    kind: str
    cause: str
    person_id: int
    report_id: int | None
    post_id: int | None
    conversation_id: str
    reply_to: str | None
    text: str
    mark: str
    public: bool
    automatic: bool
    priority: int
    state: str
    not_before: datetime
    made_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    external_id: str | None
    attempts: int
    doubted: bool
    failure: str | None


class RawRow(NamedTuple):
    """Something handed over that waits, failed, or was tried often."""

    id: int
    channel_id: int
    key: str
    parsed_at: datetime | None
    attempts: int
    failure: str | None


class GapRow(NamedTuple):
    """A stretch that nobody can read any more."""

    id: int
    channel_id: int
    start: datetime
    end: datetime


class Judgement(NamedTuple):
    """A sensitive report was called so, or was not: by a moderator, or by the model (no time)."""

    report_id: int
    sensitive: bool
    at: datetime | None
