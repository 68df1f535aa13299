"""A platform in memory that keeps its word: what was posted stands there, and every outcome that a
real one has can be asked for. The machines' judge: it sees what citizens see.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bots.platform import (
    Batch,
    CannotTell,
    ChannelDown,
    Event,
    InDoubt,
    NotFound,
    NotSent,
    Outgoing,
    Raw,
    Receipt,
    Refused,
    RefusedReason,
)

DUPLICATE_WINDOW = timedelta(hours=24)


class Outcome(StrEnum):
    """What happens to one message; "applied" means that it stands there afterwards."""

    APPLIED = "applied"
    NOT_SENT = "not_sent"
    LIMITED = "limited"
    REFUSED = "refused"
    BLOCKED = "blocked"
    DOWN = "down"
    DOUBT_APPLIED = "doubt_applied"
    DOUBT_LOST = "doubt_lost"
    BROKEN_WORD = "broken_word"
    KILLED_BEFORE = "killed_before"
    KILLED_AFTER = "killed_after"


APPLIES = frozenset(
    {Outcome.APPLIED, Outcome.DOUBT_APPLIED, Outcome.BROKEN_WORD, Outcome.KILLED_AFTER}
)
IN_DOUBT = frozenset({Outcome.DOUBT_APPLIED, Outcome.DOUBT_LOST, Outcome.BROKEN_WORD})
# Longer than it takes to look for a notice in doubt, so that a look falls into the wait.
LIMITED_FOR = timedelta(minutes=3)


class Killed(BaseException):
    """The process ends here: nobody catches it."""


@dataclass(frozen=True)
class Standing:
    """A message that citizens see."""

    external_id: str
    outgoing: Outgoing
    at: datetime


@dataclass
class ModelPlatform:
    """One account. `can_look` is whether it shows what we sent (X does, Telegram does not).

    `outcomes` are used up one by one, then everything is applied. `lag` is how long a new message
    is hidden from `find_sent`. `on_send` is told of each message before anything happens to it.
    """

    name: str
    account: str
    clock: Callable[[], datetime]
    can_look: bool
    price: int = 0
    lag: timedelta = timedelta(0)
    max_length: int = 10_000
    outcomes: deque[Outcome] = field(default_factory=deque)
    on_send: Callable[[Outgoing], None] = lambda outgoing: None
    works: bool = True
    standing: list[Standing] = field(default_factory=list)
    gone_parents: set[str] = field(default_factory=set)
    blocked_chats: set[str] = field(default_factory=set)
    doubts_in_a_row: int = 0
    hold_until: datetime | None = None
    made: int = 0

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """Nothing comes in here."""
        return Batch((), cursor or "start")

    def parse(self, raw: Raw) -> list[Event]:
        """Nothing comes in here."""
        return []

    def send(self, outgoing: Outgoing) -> Receipt:
        """Let the next outcome happen."""
        self.on_send(outgoing)
        outcome = self.outcomes.popleft() if self.outcomes else Outcome.APPLIED
        if outcome is Outcome.KILLED_BEFORE:
            raise Killed
        self._fail(outcome)
        external_id = self._post(outgoing) if outcome in APPLIES else ""
        if outcome is Outcome.KILLED_AFTER:
            raise Killed
        if outcome in IN_DOUBT:
            self.doubts_in_a_row += 1
            if outcome is Outcome.BROKEN_WORD:
                raise RuntimeError("an adapter may raise a PlatformError and no other error")
            raise InDoubt("no answer")
        self.doubts_in_a_row = 0
        return Receipt(external_id, self.price)

    def find_sent(self, outgoing: Outgoing, since: datetime) -> Receipt | NotFound | CannotTell:
        """Look for exactly this message, as far as the platform shows it yet."""
        if not self.can_look:
            return CannotTell()
        if not self.works:
            raise NotSent("no connection")
        for one in self.standing:
            if one.outgoing == outgoing and since <= one.at <= self.clock() - self.lag:
                self.doubts_in_a_row = 0
                return Receipt(one.external_id)
        return NotFound()

    def gone(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Which posts their authors deleted."""
        return frozenset(external_ids) & self.gone_parents

    def check(self) -> None:
        """Works when the platform works."""
        if not self.works:
            raise ChannelDown("no connection")
        self.doubts_in_a_row = 0

    def measure(self, text: str) -> int:
        """Characters."""
        return len(text)

    def close(self) -> None:
        """Nothing is open."""

    def seen(self, text: str) -> int:
        """How often citizens see a message with this text."""
        return sum(one.outgoing.text == text for one in self.standing)

    # ------------------------------------------------------------------ inside

    def _fail(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.NOT_SENT:
                raise NotSent("connection refused")
            case Outcome.LIMITED:
                self.hold_until = self.clock() + LIMITED_FOR
                raise NotSent("too many requests", LIMITED_FOR)
            case Outcome.REFUSED:
                raise Refused(RefusedReason.UNKNOWN, "not allowed")
            case Outcome.BLOCKED:
                raise Refused(RefusedReason.BLOCKED, "blocked")
            case Outcome.DOWN:
                raise ChannelDown("credentials")
            case _:
                return

    def _post(self, outgoing: Outgoing) -> str:
        self._refuse_impossible(outgoing)
        self.made += 1
        external_id = f"{self.name}-{self.made}"
        self.standing.append(Standing(external_id, outgoing, self.clock()))
        return external_id

    def _refuse_impossible(self, outgoing: Outgoing) -> None:
        if outgoing.conversation_id in self.blocked_chats:
            raise Refused(RefusedReason.BLOCKED, "blocked")
        if self.can_look and outgoing.reply_to in self.gone_parents:
            raise Refused(RefusedReason.PARENT_GONE, "deleted")
        if self.can_look and any(
            one.outgoing.text == outgoing.text
            and one.outgoing.reply_to == outgoing.reply_to
            and self.clock() - one.at < DUPLICATE_WINDOW
            for one in self.standing
        ):
            raise Refused(RefusedReason.DUPLICATE, "duplicate")
