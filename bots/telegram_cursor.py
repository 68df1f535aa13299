"""How far a bot's updates have been read; `bots.telegram` keeps it as its cursor.

Facts: https://core.telegram.org/bots/api#getting-updates.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bots.platform import Gap

UPDATES_KEPT = timedelta(hours=24)
"""How long Telegram keeps updates that were not confirmed."""
QUIET = timedelta(days=6)
"""After a week without updates their ids start anew at random, and an old offset would hide them.
A day earlier we poll without one; known messages are dropped by chat:message."""


@dataclass(frozen=True)
class Place:
    """What a cursor holds: the next offset, the last fetch, and the last one with news."""

    offset: int | None = None
    last_fetch: datetime | None = None
    last_update: datetime | None = None

    @classmethod
    def loads(cls, cursor: str | None) -> "Place":
        """Read a stored cursor; None or a damaged one is a first start."""
        if not cursor:
            return cls()
        try:
            stored = json.loads(cursor)
            return cls(
                offset=stored["offset"],
                last_fetch=_time_or_none(stored["last_fetch"]),
                last_update=_time_or_none(stored["last_update"]),
            )
        except (ValueError, KeyError, TypeError):
            # Without an offset Telegram gives everything that is unconfirmed: nothing is lost.
            return cls()

    def dumps(self) -> str:
        """The cursor to store."""
        return json.dumps(
            {
                "offset": self.offset,
                "last_fetch": self.last_fetch and self.last_fetch.isoformat(),
                "last_update": self.last_update and self.last_update.isoformat(),
            }
        )

    def offset_at(self, now: datetime) -> int | None:
        """The offset to poll with; None reads everything that Telegram still keeps."""
        if self.last_update is None or now - self.last_update >= QUIET:
            return None
        return self.offset

    def after(self, updates: Sequence[object], now: datetime) -> "Place":
        """The place behind `updates`, which a fetch begun at `now` brought."""
        if not updates:
            return replace(self, last_fetch=now)
        ids = [found for update in updates if (found := update_id_of(update)) is not None]
        offset = max(ids) + 1 if ids else self.offset
        return Place(offset=offset, last_fetch=now, last_update=now)

    def gap_at(self, now: datetime) -> Gap | None:
        """What Telegram has dropped meanwhile, if nothing was fetched for too long."""
        if self.last_fetch is None or now - self.last_fetch <= UPDATES_KEPT:
            return None
        return Gap(self.last_fetch, now - UPDATES_KEPT, "Telegram keeps updates for 24 hours only")


def _time_or_none(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def update_id_of(update: object) -> int | None:
    """The `update_id` of an update as it came, None where it has none."""
    value = update.get("update_id") if isinstance(update, dict) else None
    return value if isinstance(value, int) else None
