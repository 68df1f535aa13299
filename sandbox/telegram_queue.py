"""The bot's queue of updates as Telegram keeps it; `telegram_world` fills it inside its own lock.

Facts: https://core.telegram.org/bots/api#getupdates.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sandbox.telegram_shapes import Json

UPDATES_KEPT = timedelta(hours=24)
"""How long Telegram keeps an update that nobody confirmed."""
SILENCE_BEFORE_NEW_IDS = timedelta(days=7)
"""After this long without an update, the next `update_id` is chosen at random."""

_FIRST_UPDATE = 700_000_001
_SCHEMA = """
CREATE TABLE IF NOT EXISTS telegram_updates (
  update_id INTEGER PRIMARY KEY, body TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS telegram_queue (
  one INTEGER PRIMARY KEY CHECK (one = 1), next_update INTEGER NOT NULL, last_update REAL,
  allowed TEXT);
"""


class UpdateQueue:
    """Updates wait here until an offset above them confirms them, or for a day."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock
        connection.executescript(_SCHEMA)
        connection.execute(
            "INSERT OR IGNORE INTO telegram_queue (one, next_update) VALUES (1, ?)",
            (_FIRST_UPDATE,),
        )

    def add(self, kind: str, content: object) -> None:
        """Queue an update, unless the bot did not ask for its kind."""
        queue = self._connection.execute("SELECT * FROM telegram_queue").fetchone()
        if queue["allowed"] is not None and kind not in json.loads(queue["allowed"]):
            return
        now = self._clock().timestamp()
        update_id = int(queue["next_update"])
        if now - (queue["last_update"] or now) >= SILENCE_BEFORE_NEW_IDS.total_seconds():
            # At random, says Telegram. Lower is what hurts: an old offset then hides it.
            update_id //= 2
        self._forget_old()
        self._connection.execute(
            "INSERT INTO telegram_updates (update_id, body, created_at) VALUES (?, ?, ?)",
            (update_id, json.dumps({"update_id": update_id, kind: content}), now),
        )
        self._connection.execute(
            "UPDATE telegram_queue SET next_update = ?, last_update = ?", (update_id + 1, now)
        )

    def restart_ids(self, first: int) -> None:
        """Let the next `update_id` be `first`."""
        self._connection.execute("UPDATE telegram_queue SET next_update = ?", (first,))

    def allow(self, kinds: Sequence[str]) -> None:
        """From now on queue these kinds of update only; an empty list means all."""
        allowed = json.dumps(list(kinds)) if kinds else None
        self._connection.execute("UPDATE telegram_queue SET allowed = ?", (allowed,))

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative one keeps the last `-offset` only."""
        if offset < 0:
            self._connection.execute(
                "DELETE FROM telegram_updates WHERE update_id NOT IN"
                " (SELECT update_id FROM telegram_updates ORDER BY update_id DESC LIMIT ?)",
                (-offset,),
            )
        else:
            self._connection.execute("DELETE FROM telegram_updates WHERE update_id < ?", (offset,))

    def pending(self, limit: int) -> list[Json]:
        """The oldest unconfirmed updates that Telegram still keeps."""
        rows = self._connection.execute(
            "SELECT body FROM telegram_updates WHERE created_at > ? ORDER BY update_id LIMIT ?",
            (self._oldest_kept(), limit),
        ).fetchall()
        return [json.loads(row["body"]) for row in rows]

    def _forget_old(self) -> None:
        self._connection.execute(
            "DELETE FROM telegram_updates WHERE created_at <= ?", (self._oldest_kept(),)
        )

    def _oldest_kept(self) -> float:
        return (self._clock() - UPDATES_KEPT).timestamp()
