"""One who watches the simulated bot's database from outside, and asks much and often.

Its questions go by a connection of its own and without SQLAlchemy, which would cost more than the
answers.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from intake.steadiness import LONGEST_WAIT
from store.notices import ASK_A_PERSON

# What each job would find to do; a job that is not here always has something to look at. Whoever
# leaves the others out disturbs nothing, and is faster.
_DUE = "(not_before <= :now OR not_before > :never)"
_WORK = f"""
WITH here AS (SELECT platform, notice.* FROM notice JOIN channel ON channel.id = channel_id
  WHERE state IN ('ready', 'sending', 'in_doubt'))
SELECT 'place' WHERE EXISTS (SELECT 1 FROM post WHERE state = 'pending' AND NOT is_context)
UNION SELECT 'send ' || platform FROM here WHERE state = 'ready' AND {_DUE}
UNION SELECT 'settle ' || platform FROM here
  WHERE state = 'sending' OR (state = 'in_doubt' AND failure IS NOT :ask)
UNION SELECT 'erasures' WHERE EXISTS
  (SELECT 1 FROM person WHERE erase_requested_at NOT NULL AND erased_at IS NULL)
UNION SELECT 'deadlines' WHERE EXISTS
  (SELECT 1 FROM report WHERE state IN ('needs_info', 'answered'))
"""
WORKING = frozenset(
    {"place", "send x", "send telegram", "settle x", "settle telegram", "erasures", "deadlines"}
)
# `idle.busy_with` in one statement.
_BUSY = f"""
SELECT EXISTS (SELECT 1 FROM post WHERE state = 'pending' AND NOT is_context)
  OR EXISTS (SELECT 1 FROM raw WHERE parsed_at IS NULL)
  OR EXISTS (SELECT 1 FROM notice WHERE state = 'sending')
  OR EXISTS (SELECT 1 FROM notice WHERE state = 'in_doubt' AND failure IS NOT :ask)
  OR EXISTS (SELECT 1 FROM notice JOIN channel ON channel.id = channel_id
    WHERE state = 'ready' AND sending = 'on' AND {_DUE}
    AND NOT EXISTS (SELECT 1 FROM installation WHERE paused_at IS NOT NULL))
"""
_STILL_TO_READ = """
SELECT EXISTS (SELECT 1 FROM channel
    WHERE read_not_before IS NOT NULL OR catching_up_since NOT NULL)
  OR EXISTS (SELECT 1 FROM raw WHERE parsed_at IS NULL)
"""
_FOR_A_PERSON = "SELECT EXISTS (SELECT 1 FROM notice WHERE state = 'in_doubt' AND failure = :ask)"
_STATES = """
SELECT 'report', id, state FROM report UNION ALL SELECT 'notice', id, state FROM notice
UNION ALL SELECT 'post', id, state FROM post
"""
_STEPS = "SELECT id, from_state, to_state FROM transition WHERE id > ? ORDER BY id"
SOON = timedelta(minutes=1)

Given = Sequence[object] | Mapping[str, object]
"""What stands for a query's question marks, or for its names."""


class Watch:
    """Answers as of now; `database` is the path of an SQLite file."""

    def __init__(self, database: str) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None)

    def version(self) -> int:
        """Another number whenever the bot has written."""
        return int(self.value("PRAGMA data_version"))

    def has_work(self, now: datetime) -> frozenset[str]:
        """Those of the `WORKING` jobs that would find something to do."""
        return frozenset(name for (name,) in self._rows(_WORK, _due(now)))

    def is_busy(self, now: datetime) -> bool:
        """Whether the bot still has something to do by itself, or soon will."""
        return bool(self.value(_BUSY, _due(now + SOON)))

    def is_behind(self) -> bool:
        """Whether a channel has more to read, or what was read is not understood yet."""
        return bool(self.value(_STILL_TO_READ))

    def asks_a_person(self) -> bool:
        """Whether a notice in doubt waits for a person."""
        return bool(self.value(_FOR_A_PERSON, {"ask": ASK_A_PERSON}))

    def states(self) -> Iterable[tuple[str, int, str]]:
        """Table, id and state of every report, notice and post."""
        return self._rows(_STATES)

    def steps_after(self, last: int) -> Iterable[tuple[int, str, str]]:
        """Id, state before and state after of the transitions with a higher id."""
        return self._rows(_STEPS, (last,))

    def dump(self, table: str) -> list[tuple[object, ...]]:
        """Every row of a table."""
        return list(self._rows(f"SELECT * FROM {table}"))

    def value(self, query: str, given: Given = ()) -> Any:
        """The first value of a query's answer, None without one."""
        return next((row[0] for row in self._rows(query, given)), None)

    def column(self, query: str) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self._rows(query)]

    def close(self) -> None:
        """Nobody watches any more."""
        self._connection.close()

    def _rows(self, query: str, given: Given = ()) -> Iterable[Any]:
        return self._connection.execute(query, given)


def _due(now: datetime) -> dict[str, object]:
    """The times as SQLite keeps them: in UTC, without saying so."""
    moments = {"now": now, "never": now + LONGEST_WAIT}
    kept = {name: moment.strftime("%Y-%m-%d %H:%M:%S.%f") for name, moment in moments.items()}
    return {**kept, "ask": ASK_A_PERSON}
