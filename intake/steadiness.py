"""Clocks jump: what may not be ended by one that does, and what must not wait for it for ever."""

from collections.abc import Callable
from datetime import datetime, timedelta

# The wall clock may be slewed or a machine paused for so long without being called wrong.
MOST_DRIFT = timedelta(minutes=1)
# A clock that was set wrong is put right within this time, or nobody notices.
CALM = timedelta(hours=1)

# No platform asks for a longer wait, and nothing of ours is put off for longer but by a clock that
# was wrong when it was written down.
LONGEST_WAIT = timedelta(days=2)


def is_held(until: datetime | None, now: datetime) -> bool:
    """Whether something waits until a moment; one that lies too far ahead holds nothing."""
    return until is not None and now < until <= now + LONGEST_WAIT


class Steadiness:
    """Compares the wall clock with one that only ever counts on (`monotonic`, in seconds).

    Deadlines are days away, so they can wait for an hour in which both agree. It begins anew with
    every start, for nobody knows what the clock did before.
    """

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._set_out()

    def is_steady(self) -> bool:
        """Whether the clock has gone evenly for an hour; to be asked again and again."""
        passed = timedelta(seconds=self._monotonic() - self._counted)
        if abs(self._clock() - self._said - passed) > MOST_DRIFT:
            self._set_out()
            return False
        return passed >= CALM

    def _set_out(self) -> None:
        self._said, self._counted = self._clock(), self._monotonic()
