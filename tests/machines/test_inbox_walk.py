"""X read page by page, newest first: nothing below the cursor is missing unless a walk, or a
reported gap, says so.

Most walks are on paper: the cursor's pure functions and a model of X's paging. A few go through the
adapter, the stand-in's HTTP and the real database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import select

from bots import x_cursor
from bots.platform import Gap
from bots.x_cursor import Cursor, Pace, Source, Walk, snowflake, time_of
from intake import collect
from sandbox.faults import Fault
from store import channels
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.tables import Raw
from tests.bots.x_stand_in import ACCOUNT, StandIn, running_x
from tests.machines.effort import long, quick, walk

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PACE = Pace(poll=timedelta(minutes=1), sweep=timedelta(hours=6))
WINDOW = timedelta(days=7)
PAGE, DEPTH = 50, 800
FOREVER = 2**63


@dataclass
class PagedX:
    """How X hands out what mentions us (docs.x.com): newest first, `DEPTH` deep or a week long."""

    now: datetime = START
    shown: list[int] = field(default_factory=list)
    hidden_from_mentions: set[int] = field(default_factory=set)
    empty_pages: int = 0
    made: int = 0

    def post(self) -> int:
        """A post that mentions us; its id holds its time."""
        self.made += 1
        self.shown.append(max(snowflake(self.now), self.shown[-1] + 1 if self.shown else 0))
        return self.shown[-1]

    def edit(self, post_id: int) -> None:
        """A new wording is a new post in the old one's place."""
        self.shown.remove(post_id)
        self.post()

    def page(
        self, source: Source, since: int | None, until: int | None, token: str | None
    ) -> tuple[tuple[int, ...], str | None]:
        """One page and the next one's token, which is the id that it begins below."""
        below = min(until or FOREVER, int(token or FOREVER))
        found = [one for one in reversed(self._reach(source, since)) if (since or 0) < one < below]
        if self.empty_pages and found:
            self.empty_pages -= 1
            return (), str(found[0] + 1)
        page = found[:PAGE]
        return tuple(page), str(page[-1]) if len(found) > PAGE else None

    def _reach(self, source: Source, since: int | None) -> list[int]:
        if source is not Source.MENTIONS:
            return [one for one in self.shown if time_of(one) >= self.now - WINDOW]
        # Mentions now and then misses posts when `since_id` is used.
        hidden = self.hidden_from_mentions if since else set()
        return [one for one in self.shown[-DEPTH:] if one not in hidden]


class WalkOnPaper(RuleBasedStateMachine):
    """The cursor's functions, the cursor stored as text after each page."""

    def __init__(self) -> None:
        super().__init__()
        self.x = PagedX()
        self.text: str | None = None
        self.stored: set[int] = set()
        self.gaps: list[Gap] = []
        # Before the first page nobody can know what was there.
        self._read_all()

    @rule(posts=st.sampled_from([1, 3, 20, 120, 900]), seconds=st.sampled_from([0, 1, 30, 600]))
    def people_post(self, posts: int, seconds: int) -> None:
        for _ in range(posts):
            self.x.now += timedelta(seconds=seconds)
            self.x.post()

    @rule(one=st.integers(0, 2000))
    def somebody_edits_a_post(self, one: int) -> None:
        if self.x.shown:
            self.x.edit(self.x.shown[-1 - one % len(self.x.shown)])

    @rule(one=st.integers(0, 2000))
    def somebody_deletes_a_post(self, one: int) -> None:
        if self.x.shown:
            del self.x.shown[-1 - one % len(self.x.shown)]

    @rule()
    def mentions_miss_a_post(self) -> None:
        self.x.hidden_from_mentions.add(self.x.post())

    @rule(pages=st.integers(1, 3))
    def x_answers_with_empty_pages(self, pages: int) -> None:
        self.x.empty_pages = pages

    @rule(pages=st.integers(1, 25))
    def pages_are_read(self, pages: int) -> None:
        for _ in range(pages):
            self._read()

    @rule()
    def a_page_is_lost_before_it_is_stored(self) -> None:
        cursor = x_cursor.load(self.text)
        self._page(x_cursor.next_walk(cursor, PACE, self.x.now))

    @rule()
    def the_page_tokens_expire(self) -> None:
        cursor = x_cursor.load(self.text)
        for unfinished in cursor.walks:
            if unfinished.token is not None:
                cursor = x_cursor.restart(cursor, unfinished)
        self.text = x_cursor.dump(cursor)

    @rule(seconds=st.sampled_from([1, 60, 600, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.x.now += timedelta(seconds=seconds)

    @rule(days=st.integers(1, 9))
    def nothing_is_read_for_days(self, days: int) -> None:
        self.x.now += timedelta(days=days)

    @invariant()
    def what_is_missing_lies_before_an_unfinished_walk(self) -> None:
        cursor = x_cursor.load(self.text)
        newest = cursor.newest or 0
        missing = [one for one in self._missing() if one <= newest]
        assert [one for one in missing if not self._is_excused(one, cursor)] == []

    def teardown(self) -> None:
        """Once more through everything: what X still shows is stored, or a gap says why not."""
        self.x.empty_pages = 0
        self.x.now += PACE.sweep
        self._read_all()
        self.what_is_missing_lies_before_an_unfinished_walk()
        assert [one for one in self._missing() if not self._is_out_of_reach(one)] == []

    def _read_all(self) -> None:
        for _ in range(500):
            cursor = self._read()
            if not x_cursor.has_more(cursor, PACE, self.x.now):
                return
        raise AssertionError("the walk does not end")

    def _read(self) -> Cursor:
        cursor = x_cursor.load(self.text)
        chosen = x_cursor.next_walk(cursor, PACE, self.x.now)
        ids, token = self._page(chosen)
        cursor, gap = x_cursor.advance(cursor, chosen, ids, token, self.x.now)
        # What follows is one transaction.
        self.text = x_cursor.dump(cursor)
        self.stored.update(ids)
        self.gaps += [gap] if gap else []
        return cursor

    def _page(self, chosen: Walk) -> tuple[tuple[int, ...], str | None]:
        if x_cursor.below_search(chosen, self.x.now):
            return (), None
        since = x_cursor.since_id(chosen, self.x.now)
        return self.x.page(chosen.source, since, chosen.until, chosen.token)

    def _missing(self) -> list[int]:
        return [one for one in self.x.shown if one not in self.stored]

    def _is_excused(self, post_id: int, cursor: Cursor) -> bool:
        return (
            post_id in self.x.hidden_from_mentions
            or self._in_a_gap(post_id)
            or any(
                (one.floor or 0) < post_id < (one.until or FOREVER)
                for one in cursor.walks
                if one.source is not Source.SWEEP
            )
        )

    def _is_out_of_reach(self, post_id: int) -> bool:
        """In a reported gap, or nobody could know of it: mentions missed it, search has ended."""
        was_missed = post_id in self.x.hidden_from_mentions
        reach = self.x.now - x_cursor.SEARCH_WINDOW + x_cursor.SEARCH_MARGIN
        return self._in_a_gap(post_id) or (was_missed and time_of(post_id) <= reach)

    def _in_a_gap(self, post_id: int) -> bool:
        return any(gap.start <= time_of(post_id) <= gap.end for gap in self.gaps)


class WalkOverHttp(RuleBasedStateMachine):
    """`collect` with the adapter: X's stand-in answers, or fails in all its ways."""

    def __init__(self, db: Database, x: StandIn) -> None:
        super().__init__()
        self.db, self.x = db, x
        self.vault = Vault([new_secret_key()])
        self.standing: list[str] = []
        self.adapter = x.adapter(page_size=10)
        with db.writing() as session:
            self.channel_id = channels.ensure_channel(session, "x", ACCOUNT, "on", x.clock()).id
        self._collect()

    @rule(posts=st.integers(1, 25), seconds=st.sampled_from([0.5, 20, 300]))
    def people_post(self, posts: int, seconds: float) -> None:
        self.standing += self.x.mentions(posts, seconds)

    @rule(one=st.integers(0, 100))
    def somebody_edits_a_post(self, one: int) -> None:
        if self.standing:
            old = self.standing.pop(one % len(self.standing))
            self.standing.append(self.x.world.edit(old, f"@{ACCOUNT} lampu jalan {one} masih mati"))

    @rule(one=st.integers(0, 100))
    def somebody_deletes_a_post(self, one: int) -> None:
        if self.standing:
            self.x.world.delete(self.standing.pop(one % len(self.standing)))

    @rule(pages=st.integers(1, 4))
    def pages_are_read(self, pages: int) -> None:
        self._collect(pages)

    @rule(fault=st.sampled_from(Fault), after=st.integers(0, 2))
    def x_fails_in_the_middle(self, fault: Fault, after: int) -> None:
        self._collect(after)
        self.x.faults.inject("GET /2/", fault, seconds=0.01)
        self._collect()
        self.x.faults.clear()

    @rule()
    def the_page_tokens_expire(self) -> None:
        self.x.world.token_age += 1

    @rule()
    def the_bot_starts_again(self) -> None:
        self.adapter = self.x.adapter(page_size=10)

    @rule(hours=st.sampled_from([0.1, 1, 24, 24 * 8]))
    def time_passes(self, hours: float) -> None:
        self.x.clock.forward(hours=hours)

    def teardown(self) -> None:
        """What X still shows is stored exactly once, or lies in a recorded gap."""
        for _ in range(3):
            self.x.clock.forward(hours=1)
            self._collect(100)
        with self.db.reading() as session:
            stored = list(session.exec(select(Raw.key).where(Raw.channel_id == self.channel_id)))
            gaps = channels.list_gaps(session, datetime.min.replace(tzinfo=UTC))
        missing = [
            one
            for one in self.standing
            if one not in stored
            and not any(gap.start <= time_of(int(one)) <= gap.end for gap in gaps)
        ]
        assert missing == []
        assert len(stored) == len(set(stored))

    def _collect(self, pages: int = 20) -> None:
        collect.collect(self.db, self.vault, self.adapter, self.x.clock, pages)


@contextmanager
def fresh_x() -> Iterator[StandIn]:
    with TemporaryDirectory() as folder, running_x(Path(folder)) as x:
        yield x


def test_nothing_below_the_cursor_is_missing() -> None:
    walk(WalkOnPaper, quick(20))


def test_nothing_is_lost_by_the_adapter_and_the_database(
    fresh_database: Callable[[], Database],
) -> None:
    walk_over_http(fresh_database, quick(3, steps=15))


@pytest.mark.slow
def test_nothing_below_the_cursor_is_missing_for_long() -> None:
    walk(WalkOnPaper, long(40))


@pytest.mark.slow
def test_nothing_is_lost_by_the_adapter_and_the_database_for_long(
    fresh_database: Callable[[], Database],
) -> None:
    walk_over_http(fresh_database, long(4))


def walk_over_http(fresh_database: Callable[[], Database], effort: settings) -> None:
    """Each walk has a world of its own, which ends with it."""

    class Walk(WalkOverHttp):
        def __init__(self) -> None:
            self.world = fresh_x()
            super().__init__(fresh_database(), self.world.__enter__())

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.world.__exit__(None, None, None)

    walk(Walk, effort)
