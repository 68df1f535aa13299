"""Everything a simulated bot does to the outside passes here, and here it can go wrong.

An operation is a request to a platform, a reading or a writing transaction. `Interruptions` counts
them, and says of each what shall happen to it. A process that has crashed does nothing any more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What can happen to one operation. "Applied": the other side did what it was asked to do."""

    # The network.
    NO_CONNECTION = "no connection"
    RESET = "connection reset, not applied"
    RESET_APPLIED = "connection reset, applied"
    HANG = "timeout, not applied"
    HANG_APPLIED = "timeout, applied"
    # What a platform answers.
    ERROR_500 = "500, not applied"
    ERROR_503_APPLIED = "503, applied"
    TRUNCATED = "200 with half of its JSON, applied"
    HTML = "200 with a web page, applied"
    LIMITED = "429 with a time"
    LIMITED_SILENT = "429 without a time"
    LIMITED_PAST = "429 with a time that has passed"
    UNAUTHORIZED = "401"
    PAYMENT = "402"
    CONFLICT = "409"
    FORBIDDEN_DUPLICATE = "403 duplicate"
    FORBIDDEN_NOT_SUMMONED = "403 not summoned"
    FORBIDDEN_RESTRICTED = "403 restricted"
    FORBIDDEN_PARENT = "403 parent gone"
    FORBIDDEN_UNKNOWN = "403 for an unknown reason"
    EXPIRED_TOKEN = "400 for an expired page token"
    WITHHELD = "a page without one of its posts"
    REORDERED = "a page in another order"
    REPEATED = "a page that repeats itself"
    # The database.
    LOCKED = "database is locked"
    FULL = "disk is full"
    # The process.
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"


DATABASE = frozenset({Fault.LOCKED, Fault.FULL})
CRASHES = frozenset({Fault.CRASH_BEFORE, Fault.CRASH_AFTER})
NETWORK = frozenset(Fault) - DATABASE - CRASHES
PAGES = frozenset({Fault.WITHHELD, Fault.REORDERED, Fault.REPEATED, Fault.EXPIRED_TOKEN})
REFUSALS = frozenset(fault for fault in Fault if fault.startswith("403"))
"""Of a post on X only."""


class Crashed(BaseException):
    """The process is dead: nothing that it would still do happens."""


@dataclass
class Waiting:
    """A fault that waits for the next operation that `fits`; `fault` happens to it."""

    fault: Fault
    fits: Callable[[str], bool]


@dataclass
class Interruptions:
    """What happens to operations: what waits, and what is planned for a number in the sequence."""

    waiting: list[Waiting] = field(default_factory=list)
    planned: Callable[[int, str], Fault | None] = lambda number, operation: None
    happened: Counter[Fault] = field(default_factory=Counter)
    on_fault: Callable[[Fault, str], None] = lambda fault, operation: None
    count: int = 0
    crashed: bool = False

    def at(self, operation: str) -> Fault | None:
        """What happens to this operation; `operation` is "x POST /2/tweets" or "write"."""
        self.count += 1
        fault = self.planned(self.count, operation) or self._next(operation)
        if fault is not None:
            self.happened[fault] += 1
            self.on_fault(fault, operation)
        return fault

    def alive(self) -> None:
        """Raise `Crashed` when the process is dead."""
        if self.crashed:
            raise Crashed

    def crash(self) -> None:
        """The process dies; whoever does anything afterwards hears so."""
        self.crashed = True

    def clear(self) -> None:
        """From now on nothing happens any more."""
        self.waiting.clear()
        self.planned = lambda number, operation: None

    def _next(self, operation: str) -> Fault | None:
        for one in self.waiting:
            if one.fits(operation):
                self.waiting.remove(one)
                return one.fault
        return None
