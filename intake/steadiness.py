"""Whether the clock can be trusted with what cannot be taken back: ending a report by silence."""

from collections.abc import Callable
from datetime import datetime, timedelta

# The wall clock may be slewed or a machine paused for so long without being called wrong.
MOST_DRIFT = timedelta(minutes=1)
# A clock that was set wrong is put right within this time, or nobody notices.
CALM = timedelta(hours=1)


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
