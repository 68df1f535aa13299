"""What goes wrong in one telling of a story, and which sorts of trouble an operation can have."""

import errno
import os
from dataclasses import dataclass, field

from store.erasures import Journal
from tests.simulation.interruptions import CRASHES, Crashed, Fault, Interruptions

# So many turns of the bot does lasting trouble last.
LASTS_TURNS = 4
# A process that dies again and again is left alone for a while; any other trouble ends before the
# simulated bot is given up (`bot.MOST_STARTS`).
MOST_CRASHES, MOST_TIMES = 6, 40

JOURNAL = "journal"
_CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
_LOST = (Fault.ERROR_500, Fault.NO_CONNECTION, Fault.RESET, Fault.HANG)
_APPLIED = (Fault.RESET_APPLIED, Fault.HANG_APPLIED)
# SQLite waits for another writer and then gives up: a lock is also what a hang ends in.
_OF_DISK = {
    "read": (Fault.LOCKED,),
    "write": (Fault.LOCKED, Fault.FULL),
    JOURNAL: (Fault.FULL,),
}


def faults_of(operation: str) -> tuple[Fault, ...]:
    """Everything that the sweep lets happen to an operation ("x POST /2/tweets", "write")."""
    if operation in _OF_DISK:
        return (*_CRASHES, *_OF_DISK[operation])
    if operation.startswith("x GET"):
        # Nobody can tell whether a look was applied.
        return (*_CRASHES, *_LOST)
    return (*_CRASHES, *_LOST, *_APPLIED)


@dataclass
class Trouble:
    """`fault` happens to the operation of this number; if it `lasts`, to more that follow."""

    number: int
    fault: Fault
    lasts: bool = False
    operation: str | None = field(default=None, init=False)
    """What it happened to first."""
    _times: int = field(default=0, init=False)
    _turns: int = field(default=0, init=False)

    def __call__(self, number: int, operation: str) -> Fault | None:
        """As `Interruptions.planned`."""
        if number == self.number:
            self.operation = operation
        elif self.operation is None or not self._lasts_to(operation):
            return None
        self._times += 1
        return self.fault

    def turn_ended(self) -> None:
        """Lasting trouble does not last for ever."""
        self._turns += self.operation is not None

    def _lasts_to(self, operation: str) -> bool:
        assert self.operation is not None
        most = MOST_CRASHES if self.fault in CRASHES else MOST_TIMES
        if not self.lasts or self._turns >= LASTS_TURNS or self._times >= most:
            return False
        if self.fault in CRASHES:
            return operation == self.operation
        return _side(operation) == _side(self.operation) and self.fault in faults_of(operation)


class ShakyJournal(Journal):
    """The real journal of erasures, whose lines are operations too."""

    def __init__(self, journal: Journal, interruptions: Interruptions) -> None:
        self.__dict__ |= vars(journal)
        self._interruptions = interruptions

    def _append(self, line: bytes) -> None:
        self._interruptions.alive()
        fault = self._interruptions.at(JOURNAL)
        if fault is Fault.FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if fault is not Fault.CRASH_BEFORE:
            super()._append(line)
        if fault in CRASHES:
            self._interruptions.crash()
            raise Crashed


def _side(operation: str) -> str:
    return "database" if operation in ("read", "write") else operation.partition(" ")[0]
