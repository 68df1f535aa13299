"""The walks on paper: whatever arrives and whenever it is read, nothing is lost unsaid."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots import x_cursor
from bots.platform import Gap
from bots.x_cursor import Cursor, CursorUnreadable, Pace, Source, Walk, snowflake, time_of

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PACE = Pace(poll=timedelta(minutes=1), sweep=timedelta(days=400))
PAGE = 50
DEPTH = 800


@dataclass
class Account:
    """An account's mentions and who reads them, a page at a time and in memory."""

    now: datetime = START
    posts: list[int] = field(default_factory=list)
    cursor: str = ""
    stored: set[int] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cursor = x_cursor.dump(Cursor(swept_at=self.now))

    def arrive(self, count: int, every: timedelta) -> None:
        """So many mentions come in; ids grow with the time."""
        for _ in range(count):
            self.now += every
            self.posts.append(snowflake(self.now))

    def read(self, pages: int) -> None:
        """Read so many pages, the cursor stored as text after each."""
        for _ in range(pages):
            cursor = x_cursor.load(self.cursor)
            walk = x_cursor.next_walk(cursor, PACE, self.now)
            ids, more = ((), False) if x_cursor.below_search(walk, self.now) else self._page(walk)
            token = "next" if more else None
            cursor, gap = x_cursor.advance(cursor, walk, ids, token, self.now)
            self.cursor = x_cursor.dump(cursor)
            self.stored.update(ids)
            self.gaps.extend([gap] if gap else [])

    def read_all(self) -> None:
        """Poll once more, and read until nothing is left to walk."""
        self.now += PACE.poll
        self.read(1)
        for _ in range(500):
            if not x_cursor.load(self.cursor).walks:
                return
            self.read(1)
        raise AssertionError("the walk does not end")

    def lost(self) -> list[int]:
        """The posts that were neither read nor lie in a gap that was reported."""
        return [
            one
            for one in self.posts
            if one not in self.stored
            and not any(gap.start <= time_of(one) <= gap.end for gap in self.gaps)
        ]

    def _page(self, walk: Walk) -> tuple[tuple[int, ...], bool]:
        since, until = x_cursor.since_id(walk, self.now) or 0, walk.until or 2**63
        if walk.source is Source.MENTIONS:
            shown = self.posts[-DEPTH:]
        else:
            shown = [one for one in self.posts if time_of(one) >= self.now - timedelta(days=7)]
        found = [one for one in reversed(shown) if since < one < until]
        return tuple(found[:PAGE]), len(found) > PAGE


@given(
    st.lists(
        st.tuples(
            st.integers(0, 700),
            st.sampled_from([1, 20, 600]).map(lambda seconds: timedelta(seconds=seconds)),
            st.integers(0, 25),
        ),
        max_size=6,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_post_is_read_or_lies_in_a_reported_gap(
    days: list[tuple[int, timedelta, int]],
) -> None:
    account = Account()

    account.arrive(3, timedelta(minutes=1))
    account.read_all()
    for count, every, pages in days:
        account.arrive(count, every)
        account.read(pages)
    account.read_all()

    assert account.lost() == []


def test_posts_that_push_an_unfinished_walk_out_of_the_window_are_not_forgotten() -> None:
    account = Account()
    account.arrive(3, timedelta(minutes=1))
    account.read_all()

    account.arrive(500, timedelta(seconds=1))
    account.read(1)
    account.arrive(500, timedelta(seconds=1))
    account.read_all()

    assert account.lost() == []
    assert account.gaps == []


def test_a_first_look_by_a_clock_that_is_days_ahead_hides_no_mention() -> None:
    account = Account()
    account.now += timedelta(days=4)
    account.read(1)
    account.now -= timedelta(days=4)

    account.arrive(3, timedelta(minutes=1))
    account.read_all()

    assert account.stored == set(account.posts)


def test_what_came_and_went_after_an_empty_first_look_is_a_gap() -> None:
    account = Account()
    account.read(1)

    account.arrive(2000, timedelta(minutes=20))
    account.read_all()

    assert account.lost() == []
    assert account.gaps


def test_the_finished_mark_is_kept_until_the_walk_has_come_down_to_it() -> None:
    account = Account()
    account.arrive(1, timedelta(minutes=1))
    account.read_all()
    mark = account.posts[0]
    account.arrive(120, timedelta(minutes=1))

    account.read(2)

    (walk,) = x_cursor.load(account.cursor).walks
    assert walk.floor == mark
    account.read(2)
    assert x_cursor.load(account.cursor).walks == ()


@given(st.integers(1_300_000_000, 3_400_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_an_id_tells_its_time_to_the_millisecond(moment: datetime) -> None:
    assert timedelta() <= moment - time_of(snowflake(moment)) <= timedelta(milliseconds=1)


def test_a_cursor_survives_being_stored() -> None:
    walk = Walk(Source.SEARCH, floor=5, until=9, token="t", depth=3)
    cursor = Cursor(newest=10, walks=(walk,), polled_at=START, swept_at=None)

    assert x_cursor.load(x_cursor.dump(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"version": 2}', '{"version": 1, "newest": 1}']
)
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(CursorUnreadable):
        x_cursor.load(text)


def test_a_clock_that_was_set_back_does_not_stop_the_polling() -> None:
    cursor = Cursor(newest=1, walks=(Walk(Source.MENTIONS, until=9),), polled_at=START)

    walk = x_cursor.next_walk(cursor, PACE, START - timedelta(days=1))

    assert walk.until is None
