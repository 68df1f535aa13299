"""The edge as the rest of the system sees it: one protocol, its shapes and its errors.

`intake` calls it, the adapters in this folder implement it, `wiring` chooses which ones run.
Nothing here knows a database or a model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

# ---------------------------------------------------------------- what comes in


@dataclass(frozen=True)
class Raw:
    """One thing a platform handed us, exactly as it came.

    `key` is the same whenever the platform hands over the same thing again, and different for
    anything else, so that (platform, account, key) can be unique. `payload` is JSON text.
    """

    key: str
    payload: str


@dataclass(frozen=True)
class Gap:
    """A stretch of time whose posts the platform no longer hands out."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True)
class Batch:
    """What one `fetch` brought.

    `next_cursor` is opaque to everyone but the adapter. It must be stored in the transaction that
    stores `raws`, which come oldest first. `more` says that another fetch right now would bring
    more.
    """

    raws: tuple[Raw, ...]
    next_cursor: str
    more: bool = False
    gap: Gap | None = None
    cost_microusd: int = 0


@dataclass(frozen=True)
class Author:
    """Who wrote a post; `external_id` is the platform's id, which never changes."""

    external_id: str
    handle: str | None = None
    name: str | None = None
    is_bot: bool = False


class MediaKind(StrEnum):
    """What kind of thing is attached to a post."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Media:
    """An attachment; `ref` is the platform's own name for it (a file id, a media key)."""

    kind: MediaKind
    ref: str


@dataclass(frozen=True)
class Location:
    """A point or a named place that the author attached, in degrees where known."""

    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None


@dataclass(frozen=True)
class IncomingPost:
    """One message of a person at one moment of its life.

    `external_id` stays the same over edits (X: the first id of the edit history; Telegram:
    `chat:message`), `version_id` names this wording of it. `addressed` is true when the person
    spoke to us: a mention on X; on Telegram a private chat, a command, a mention, or a reply to
    one of our messages. `command` and `argument` are set for Telegram commands only
    (`/start abc` gives "start" and "abc").
    """

    external_id: str
    version_id: str
    conversation_id: str
    author: Author
    text: str
    posted_at: datetime
    public: bool
    addressed: bool
    own: bool = False
    repost: bool = False
    reply_to: str | None = None
    quotes: str | None = None
    media: tuple[Media, ...] = ()
    location: Location | None = None
    album_id: str | None = None
    command: str | None = None
    argument: str | None = None


@dataclass(frozen=True)
class PostSeen:
    """A post, new or in a new wording; `context` holds what it replies to or quotes, if it came."""

    post: IncomingPost
    context: tuple[IncomingPost, ...] = ()


@dataclass(frozen=True)
class ButtonPressed:
    """A person pressed a button under one of our notices.

    `external_id` is unique per press, `notice_id` the external id of our message, `data` what we
    put behind the button, `callback_id` what `Outgoing.callback_id` must carry to answer it.
    """

    external_id: str
    conversation_id: str
    author: Author
    notice_id: str
    data: str
    callback_id: str
    pressed_at: datetime
    public: bool


@dataclass(frozen=True)
class ChatChanged:
    """A chat blocked or unblocked us, or moved to another id (a group became a supergroup)."""

    conversation_id: str
    author: Author | None
    changed_at: datetime
    blocked: bool | None = None
    migrated_to: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """A raw that cannot be understood; `reason` names the field or the shape, never its content."""

    reason: str


Event = PostSeen | ButtonPressed | ChatChanged | Unreadable

# ---------------------------------------------------------------- what goes out


@dataclass(frozen=True)
class Button:
    """`data` is at most 64 bytes (Telegram's limit); X shows no buttons and leaves them out."""

    label: str
    data: str


@dataclass(frozen=True)
class Outgoing:
    """One message to send. `reply_to` is the external id of the citizen's post it answers.

    `mark` is the part of the text that names what it is about (a reference). Other notices about
    the same matter hold it too, so `find_sent` looks for all of the text. `callback_id` also
    answers the pressed button, which stops its spinner.
    """

    conversation_id: str
    reply_to: str | None
    text: str
    mark: str
    buttons: tuple[Button, ...] = ()
    callback_id: str | None = None


@dataclass(frozen=True)
class Receipt:
    """Proof that a message stands on the platform."""

    external_id: str
    cost_microusd: int = 0


@dataclass(frozen=True)
class NotFound:
    """The platform was looked through and the message is not there (yet)."""

    cost_microusd: int = 0


@dataclass(frozen=True)
class CannotTell:
    """The platform offers no way to look for a sent message."""


# ---------------------------------------------------------------- what goes wrong


class PlatformError(Exception):
    """Base of the four things that can go wrong with a platform; each says what to do next."""


class NotSent(PlatformError):
    """Nothing happened there: try again, after `retry_after` when the platform gave a time."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class RefusedReason(StrEnum):
    """Why a platform will never take this message."""

    DUPLICATE = "duplicate"
    NOT_SUMMONED = "not_summoned"
    RESTRICTED = "restricted"
    PARENT_GONE = "parent_gone"
    BLOCKED = "blocked"
    MIGRATED = "migrated"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"


class Refused(PlatformError):
    """The platform will never take this message: do not retry, show a person why."""

    def __init__(self, reason: RefusedReason, detail: str, migrated_to: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.migrated_to = migrated_to


class InDoubt(PlatformError):
    """The message may or may not stand there: look, or ask a person; never retry blindly."""


class ChannelDown(PlatformError):
    """The whole account is stopped (credentials, money, another poller): an operator must act."""


class Platform(Protocol):
    """One account on one platform. Every method may raise a `PlatformError` and no other error."""

    name: str
    account: str

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """Read one page (or one long poll) after `cursor`; None means a first start."""

    def parse(self, raw: Raw) -> list[Event]:
        """Turn a raw into events. Pure: no network, no clock. Never raises; see `Unreadable`."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Send exactly one message, or raise."""

    def find_sent(self, outgoing: Outgoing, since: datetime) -> Receipt | NotFound | CannotTell:
        """Look whether a message in doubt stands there, sent after `since`."""

    def gone(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Which of these posts were deleted or hidden. Empty where the platform cannot tell."""

    def check(self) -> None:
        """A harmless call that proves that the account works, or raises."""

    def measure(self, text: str) -> int:
        """The length of `text` as this platform counts it."""

    max_length: int

    def close(self) -> None:
        """Cancel a pending `fetch` (which then returns an empty batch) and free connections."""
