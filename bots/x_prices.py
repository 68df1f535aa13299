"""What X charges, and a meter of what was spent. `bots.x` reports it with every batch."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Prices:
    """Prices of X's pay-per-use plan in microdollars (docs.x.com, "Pricing", November 2026).

    `own_mention` is a post from the account's own mentions, `post` any other post read, `user` an
    author or other person read. `create` is a new post, `reply` one under a post that summoned
    us, `create_with_url` either of them with a link or a bare domain in its text.
    """

    own_mention: int = 1_000
    post: int = 5_000
    user: int = 10_000
    create: int = 15_000
    reply: int = 10_000
    create_with_url: int = 200_000


class Meter:
    """Counts each thing read once per UTC day, as X bills it.

    What was read is remembered in memory only: after a restart the meter counts too much, never
    too little. Every thread may use it.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._owed = 0
        self._billed: set[str] = set()
        self._lock = threading.Lock()

    def owe(self, things: Iterable[tuple[str, int]], now: datetime) -> None:
        """Read these things on account, where no answer has room for a cost."""
        cost = self.read(things, now)
        with self._lock:
            self._owed += cost

    def settle(self) -> int:
        """What is owed in microdollars; then nothing is."""
        with self._lock:
            owed, self._owed = self._owed, 0
            return owed

    def read(self, things: Iterable[tuple[str, int]], now: datetime) -> int:
        """The cost in microdollars of reading these (name, price) pairs at `now`."""
        with self._lock:
            if self._day != now.date():
                self._day = now.date()
                self._billed.clear()
            cost = 0
            for name, price in things:
                if name not in self._billed:
                    self._billed.add(name)
                    cost += price
            return cost
