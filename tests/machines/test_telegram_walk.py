"""Telegram's queue and our place in it: no update is confirmed before it is stored."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bots.platform import Gap
from bots.telegram_cursor import Place
from tests.machines.effort import long, quick, walk

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEPT = timedelta(hours=24)
SILENCE = timedelta(days=7)
PAGE = 3


@dataclass(frozen=True)
class Update:
    """`number` is ours and never used twice; Telegram's `update_id` may be."""

    update_id: int
    number: int
    at: datetime

    def as_sent(self) -> dict[str, int]:
        """As getUpdates hands it over."""
        return {"update_id": self.update_id, "number": self.number}


class Queue:
    """What Telegram keeps for a bot (https://core.telegram.org/bots/api#getupdates)."""

    def __init__(self) -> None:
        self.waiting: list[Update] = []
        self.expired: list[Update] = []
        self.confirmed: list[Update] = []
        self.next_id = 700_000_001
        self.newest_at: datetime | None = None

    def add(self, number: int, now: datetime, new_start: int) -> Update:
        """An update comes in; after a week of silence its id is a new start."""
        if self.newest_at is not None and now - self.newest_at >= SILENCE:
            self.next_id = new_start
        self.newest_at = now
        self.waiting.append(Update(self.next_id, number, now))
        self.next_id += 1
        return self.waiting[-1]

    def get(self, offset: int | None, now: datetime) -> list[Update]:
        """Confirm what is below the offset, forget what is a day old, hand over a page."""
        passed = [one for one in self.waiting if offset is not None and one.update_id < offset]
        old = [one for one in self.waiting if now - one.at > KEPT]
        self.confirmed += [one for one in passed if one not in old]
        self.expired += old
        self.waiting = [one for one in self.waiting if one not in (*passed, *old)]
        return sorted(self.waiting, key=lambda one: one.update_id)[:PAGE]


class TelegramWalk(RuleBasedStateMachine):
    """Messages come in, the bot polls, dies, sleeps for days; its place is stored as text."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.queue = Queue()
        self.cursor: str | None = None
        self.sent: list[Update] = []
        self.stored: set[int] = set()
        self.gaps: list[Gap] = []
        self.numbers = count()
        self.excused: set[int] = set()
        # What was dropped before a first poll nobody can know.
        self.is_first_poll = True

    @rule(
        messages=st.integers(1, 5),
        new_start=st.sampled_from([1, 350_000_000, 700_000_001, 2_000_000_000]),
    )
    def messages_come_in(self, messages: int, new_start: int) -> None:
        for number in [next(self.numbers) for _ in range(messages)]:
            self.sent.append(self.queue.add(number, self.now, new_start))

    @rule()
    def a_poll_is_stored(self) -> None:
        # A full page is followed by the next one at once.
        while len(self._poll()) == PAGE:
            pass

    @rule()
    def a_poll_is_lost_before_it_is_stored(self) -> None:
        self.queue.get(Place.loads(self.cursor).offset_at(self.now), self.now)

    @rule(span=st.sampled_from([60, 3600, 80_000, 86_399, 86_400, 100_000]))
    def time_passes(self, span: int) -> None:
        self.now += timedelta(seconds=span)

    @rule(days=st.integers(1, 9))
    def the_bot_sleeps_for_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(days=st.integers(1, 9))
    def nobody_writes_for_days(self, days: int) -> None:
        for _ in range(days * 2):
            self.now += timedelta(hours=12)
            self.a_poll_is_stored()

    @rule(days=st.integers(5, 9), new_start=st.sampled_from([1, 2_000_000_000]))
    def somebody_breaks_a_silence(self, days: int, new_start: int) -> None:
        self.messages_come_in(1, new_start)
        self.nobody_writes_for_days(days)
        self.messages_come_in(2, new_start)
        self.a_poll_is_stored()
        self.now += KEPT * 2
        self.a_poll_is_stored()

    @rule(damaged=st.sampled_from([None, "", "{", "[]", '{"offset": 5}']))
    def the_place_is_forgotten(self, damaged: str | None) -> None:
        self.cursor = damaged
        self.is_first_poll = True

    @invariant()
    def nothing_is_confirmed_before_it_is_stored(self) -> None:
        assert [one for one in self.queue.confirmed if one.number not in self.stored] == []

    @invariant()
    def what_a_poll_left_behind_lies_in_a_reported_gap(self) -> None:
        known = self.stored | self.excused
        lost = [one for one in self.queue.expired if one.number not in known]
        asked = Place.loads(self.cursor).last_fetch or START
        assert [one for one in lost if self._should_be_known(one, asked)] == []

    def teardown(self) -> None:
        """One more poll, and everything that Telegram still keeps is stored."""
        self.a_poll_is_stored()
        fresh = [one for one in self.sent if self.now - one.at < KEPT]
        assert [one for one in fresh if one.number not in self.stored] == []
        self.nothing_is_confirmed_before_it_is_stored()
        self.what_a_poll_left_behind_lies_in_a_reported_gap()

    def _poll(self) -> list[Update]:
        place = Place.loads(self.cursor)
        page = self.queue.get(place.offset_at(self.now), self.now)
        gap = place.gap_at(self.now)
        self.gaps += [gap] if gap else []
        if self.is_first_poll:
            self.excused.update(one.number for one in self.queue.expired)
            self.is_first_poll = False
        # What follows is one transaction.
        self.cursor = place.after([one.as_sent() for one in page], self.now).dumps()
        self.stored.update(one.number for one in page)
        return page

    def _should_be_known(self, lost: Update, asked: datetime) -> bool:
        """Whether a poll was stored since it was dropped, and no gap tells of it."""
        dropped = lost.at + KEPT <= asked
        return dropped and not any(gap.start <= lost.at <= gap.end for gap in self.gaps)


def test_no_update_is_lost_unsaid() -> None:
    walk(TelegramWalk, quick(40))


@pytest.mark.slow
def test_no_update_is_lost_unsaid_for_long() -> None:
    walk(TelegramWalk, long(80))


def test_the_model_of_the_queue_starts_its_ids_anew_after_a_week() -> None:
    queue = Queue()
    queue.add(1, START, new_start=5)

    assert queue.add(2, START + SILENCE, new_start=5).update_id == 5
