"""How far X has been read, and what to read next. Pure: no network, no clock.

X hands out pages newest first, so whoever has more than a page to catch up must walk backwards.
Every unfinished walk stands in the cursor; its `floor` is the newest post that was complete
before it, and that mark is given up only when the walk has come down to it.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bots.platform import Gap

SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""Ids of posts hold their time in milliseconds after this moment, shifted left by 22 bits."""

SEARCH_WINDOW = timedelta(days=7)
"""Recent search reaches this far back (docs.x.com)."""

SEARCH_MARGIN = timedelta(minutes=10)
"""X refuses a search that asks beyond its window, and its clock is not ours."""

SAFE_DEPTH = 700
"""Mentions end about 800 posts down (docs.x.com); an end above this depth is a real end."""

OVERLAP = timedelta(minutes=10)
"""Mentions now and then misses posts when `since_id` is used, so each walk reads a bit again."""

VERSION = 1


class Source(StrEnum):
    """Where a walk reads: the mentions, the search that takes over below their window, or the
    sweep that looks now and then for what mentions has missed."""

    MENTIONS = "mentions"
    SEARCH = "search"
    SWEEP = "sweep"


@dataclass(frozen=True)
class Walk:
    """A walk down from `until` (None: from the newest post) to `floor` (None: to the end).

    Both are ids and exclusive. `token` is set only when a page brought nothing to go on from.
    `depth` counts the mentions above `until`, for X ends the mentions by depth.
    """

    source: Source
    floor: int | None = None
    until: int | None = None
    token: str | None = None
    depth: int = 0


@dataclass(frozen=True)
class Cursor:
    """`newest` is the newest mention stored; every older one is too, but for `walks`.

    Until there is a mention, `began` holds the time of the first look, by our own clock. A clock
    may be wrong, so it says where a gap begins, and never from where to read.
    """

    newest: int | None = None
    began: datetime | None = None
    walks: tuple[Walk, ...] = ()
    polled_at: datetime | None = None
    swept_at: datetime | None = None


@dataclass(frozen=True)
class Pace:
    """How often the newest mentions are read beside an unfinished walk, and how often to sweep."""

    poll: timedelta
    sweep: timedelta


class CursorUnreadable(ValueError):
    """The stored cursor was not written by this version."""


def snowflake(moment: datetime) -> int:
    """The smallest id that a post of this moment can have."""
    return max(0, int(moment.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22


def time_of(post_id: int) -> datetime:
    """When the post with this id was made."""
    return datetime.fromtimestamp(((post_id >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def next_walk(cursor: Cursor, pace: Pace, now: datetime) -> Walk:
    """What to read now: new mentions first, then unfinished walks, then a sweep."""
    if _due(cursor.polled_at, pace.poll, now) or not has_more(cursor, pace, now):
        return Walk(Source.MENTIONS, floor=cursor.newest)
    mentions = [walk for walk in cursor.walks if walk.source is Source.MENTIONS]
    if mentions:
        return mentions[-1]
    if cursor.walks:
        return cursor.walks[-1]
    return Walk(Source.SWEEP, floor=None if cursor.swept_at is None else snowflake(cursor.swept_at))


def has_more(cursor: Cursor, pace: Pace, now: datetime) -> bool:
    """Whether there is anything to read beside new mentions."""
    return bool(cursor.walks) or _due(cursor.swept_at, pace.sweep, now)


def since_id(walk: Walk, now: datetime) -> int | None:
    """The `since_id` to ask for: a bit below the floor, and never beyond what search allows."""
    if walk.floor is None:
        return None
    low = snowflake(time_of(walk.floor) - OVERLAP)
    if walk.source is not Source.MENTIONS and low < _search_end(now):
        return None
    return low or None


def below_search(walk: Walk, now: datetime) -> bool:
    """Whether the walk has come down to where search answers with an error."""
    return (
        walk.source is not Source.MENTIONS
        and walk.until is not None
        and walk.until <= _search_end(now)
    )


def advance(
    cursor: Cursor, walk: Walk, ids: tuple[int, ...], next_token: str | None, now: datetime
) -> tuple[Cursor, Gap | None]:
    """The cursor after a page of `walk` brought `ids`, and the gap that this has shown."""
    others = tuple(other for other in cursor.walks if other != walk)
    moved = _down(walk, ids, next_token)
    if walk.source is Source.MENTIONS:
        others = _deepen(others, sum(post_id > (walk.floor or 0) for post_id in ids))
        if cursor.newest is None and ids:
            moved = replace(moved, floor=_first_floor(cursor, min(ids)))
        cursor = _found(cursor, ids, now)
    if walk.until is None and walk.token is None:
        cursor = _started(cursor, walk, now)
    if next_token is not None:
        return replace(cursor, walks=(*others, moved)), None
    if walk.source is Source.SWEEP or _reached(moved):
        return replace(cursor, walks=others), None
    below = replace(moved, source=Source.SEARCH, token=None)
    if walk.source is Source.MENTIONS and not below_search(below, now):
        return replace(cursor, walks=(*others, below)), None
    return replace(cursor, walks=others), _gap(below, now)


def restart(cursor: Cursor, walk: Walk) -> Cursor:
    """The cursor after X said that the walk's token has expired: on from its `until`."""
    fresh = replace(walk, token=None)
    return replace(cursor, walks=tuple(fresh if one == walk else one for one in cursor.walks))


def _found(cursor: Cursor, ids: tuple[int, ...], now: datetime) -> Cursor:
    newest = max((cursor.newest or 0, *ids)) or None
    if newest is None:
        return replace(cursor, began=min(cursor.began or now, now))
    return replace(cursor, newest=newest, began=None)


def _first_floor(cursor: Cursor, lowest: int) -> int | None:
    """Where the walk from the first mention may end: there was none at the first look."""
    floor = None if cursor.began is None else snowflake(cursor.began - OVERLAP)
    return floor if floor is not None and floor < lowest else None


def _started(cursor: Cursor, walk: Walk, now: datetime) -> Cursor:
    if walk.source is Source.SWEEP:
        return replace(cursor, swept_at=now)
    return replace(cursor, polled_at=now)


def _down(walk: Walk, ids: tuple[int, ...], next_token: str | None) -> Walk:
    depth = walk.depth + len(ids)
    lowest = min(ids, default=None)
    if lowest is not None and (walk.until is None or lowest < walk.until):
        return replace(walk, until=lowest, token=None, depth=depth)
    # An empty page with a next one (X does that) leaves only the token to go on by.
    return replace(walk, token=next_token, depth=depth)


def _deepen(walks: tuple[Walk, ...], posts: int) -> tuple[Walk, ...]:
    return tuple(
        replace(walk, depth=walk.depth + posts) if walk.source is Source.MENTIONS else walk
        for walk in walks
    )


def _reached(walk: Walk) -> bool:
    """Whether the walk has ended at its floor, not at the end of what X hands out."""
    if walk.floor is None or (walk.until is not None and walk.until <= walk.floor):
        return True
    return walk.source is Source.MENTIONS and walk.depth < SAFE_DEPTH


def _gap(walk: Walk, now: datetime) -> Gap | None:
    """What is missing below a search that has ended without a trace of the walk's floor."""
    if walk.floor is None or walk.floor > _search_end(now):
        return None
    low, high = walk.floor, min(walk.until or _search_end(now), _search_end(now))
    if low >= high:
        return None
    return Gap(time_of(low), time_of(high), "older than what X's mentions and search hand out")


def _search_end(now: datetime) -> int:
    return snowflake(now - SEARCH_WINDOW + SEARCH_MARGIN)


def _due(last: datetime | None, interval: timedelta, now: datetime) -> bool:
    # A time in the future is a clock that was set back: better once too often than never.
    return last is None or last > now or now - last >= interval


def dump(cursor: Cursor) -> str:
    """The cursor as JSON text, to be stored."""
    return json.dumps(
        {
            "version": VERSION,
            "newest": cursor.newest,
            "began": cursor.began and cursor.began.isoformat(),
            "walks": [vars(walk) for walk in cursor.walks],
            "polled_at": cursor.polled_at and cursor.polled_at.isoformat(),
            "swept_at": cursor.swept_at and cursor.swept_at.isoformat(),
        }
    )


def load(text: str | None) -> Cursor:
    """The cursor from stored text; None is a first start."""
    if text is None:
        return Cursor()
    try:
        stored = json.loads(text)
        if stored["version"] != VERSION:
            raise CursorUnreadable(f"version {stored['version']!r} is not {VERSION}")
        return Cursor(
            newest=stored["newest"],
            began=_moment(stored.get("began")),
            walks=tuple(_walk(walk) for walk in stored["walks"]),
            polled_at=_moment(stored["polled_at"]),
            swept_at=_moment(stored["swept_at"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CursorUnreadable(f"the stored cursor of X cannot be read ({error})") from error


def _walk(stored: dict[str, Any]) -> Walk:
    return Walk(**{**stored, "source": Source(stored["source"])})


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)
