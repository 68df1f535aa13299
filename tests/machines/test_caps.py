"""The caps on automatic notices: never passed, whatever the order and the clock.

The judge counts in the platform's and the outbox's own books, after every step. A cap on an hour
holds for every hour, wherever it begins.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, col, select

from bots.platform import Outgoing
from intake import deliver, operate, outbox, reconcile
from intake.outbox import NORMAL, URGENT, Address, Letter, address_of
from intake.policy import Policy
from store import channels, posts
from store.database import Database
from store.installation import claim_installation
from store.notices import STANDING
from store.tables import Notice, Person, Post
from tests.machines.effort import long, quick, walk
from tests.machines.model_platform import ModelPlatform, Outcome
from tests.machines.rows import add_post

START = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRICE = 10_000
POLICY = Policy(
    per_thread=3,
    per_person_hour=4,
    per_hour=6,
    daily_microusd=2 * PRICE,
    max_age=timedelta(days=30),
)
PEOPLE, THREADS, POSTS = ("sari", "budi", "wati"), ("a", "b"), (1, 2, 3)
# Nothing here leaves a message unpaid for: what a message in doubt cost is known only later.
OUTCOMES = (Outcome.APPLIED, Outcome.NOT_SENT, Outcome.REFUSED, Outcome.DOUBT_LOST)


class Caps(RuleBasedStateMachine):
    """Three people in two threads each on X, in a private chat each on Telegram."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self.now = START
        self.asked = 0
        self.broken: list[str] = []
        self.spent: Counter[date] = Counter()
        self.platforms = {
            "x": ModelPlatform("x", "lapor", lambda: self.now, can_look=True, price=PRICE),
            "telegram": ModelPlatform("telegram", "lapor", lambda: self.now, can_look=False),
        }
        self.platforms["x"].on_send = self._watch_money

    @initialize()
    def begin(self) -> None:
        with self.db.writing() as session:
            claim_installation(session, "sandbox", self.now)
            for name in self.platforms:
                channels.ensure_channel(session, name, "lapor", "on", self.now)
                for who in PEOPLE:
                    session.add(Person(platform=name, external_id=who, first_seen_at=self.now))
            self.x_id = channels.get_channel(session, "x", "lapor").id or 0

    # ------------------------------------------------------------------ what happens

    @rule(
        name=st.sampled_from(["x", "x", "telegram"]),
        who=st.sampled_from(PEOPLE),
        thread=st.sampled_from(THREADS),
        times=st.integers(1, 2),
        automatic=st.sampled_from([True, True, False]),
        priority=st.sampled_from([NORMAL, NORMAL, URGENT]),
    )
    def there_is_much_to_say(
        self,
        name: str,
        who: str,
        thread: str,
        times: int,
        automatic: bool,
        priority: int,
    ) -> None:
        with self.db.writing() as session:
            channel = channels.get_channel(session, name, "lapor")
            wanted = select(Person).where(Person.platform == name, Person.external_id == who)
            person = session.exec(wanted).one()
            for number in POSTS:
                post = self._post(session, channel.id or 0, person, f"{thread}-{who}", number)
                for _ in range(times):
                    to = address_of(channel, person, post)
                    self._put(session, to, automatic, priority)

    @rule(name=st.sampled_from(["x", "telegram"]), minutes=st.sampled_from([55, 59, 60]))
    def an_hour_is_filled_and_then_the_next(self, name: str, minutes: int) -> None:
        for _ in range(2):
            for who in PEOPLE:
                self.there_is_much_to_say(name, who, "a", 2, automatic=True, priority=NORMAL)
            self.time_passes(minutes)

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=4))
    def what_is_due_is_delivered(self, outcomes: list[Outcome]) -> None:
        for platform in self.platforms.values():
            platform.outcomes = deque(outcomes)
            deliver.deliver(self.db, platform, POLICY, lambda: self.now)
            platform.outcomes.clear()
            reconcile.reconcile(self.db, platform, POLICY, self.now)

    @rule(minutes=st.sampled_from([1, 20, 55, 59, 60, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 45, 60 * 25]))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.now -= timedelta(minutes=minutes)

    @rule(one=st.integers(0, 9))
    def a_person_takes_one_back(self, one: int) -> None:
        ready = [notice for notice in self._notices() if notice.state == "ready"]
        if ready:
            operate.cancel_notice(self.db, ready[one % len(ready)].id or 0)

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def no_cap_is_passed(self) -> None:
        notices = self._notices()
        automatic = [n for n in notices if n.automatic and n.state in STANDING]
        on_x = [notice for notice in automatic if notice.channel_id == self.x_id]

        assert _most(notice.post_id for notice in on_x) <= 1
        assert _most(notice.conversation_id for notice in on_x) <= POLICY.per_thread
        assert _most_an_hour(automatic, lambda n: n.person_id) <= POLICY.per_person_hour
        assert _most_an_hour(automatic, lambda n: n.channel_id) <= POLICY.per_hour
        # What a person writes is held back by none.
        held_back = {n.failure for n in notices if n.state == "cancelled" and not n.automatic}
        assert held_back <= {"cancelled by a person"}

    @invariant()
    def no_money_is_spent_above_the_day_s(self) -> None:
        assert self.broken == []
        with self.db.reading() as session:
            for day, spent in self.spent.items():
                assert channels.spent_on(session, self.x_id, day) == spent

    # ------------------------------------------------------------------ inside

    def _put(self, session: Session, to: Address, automatic: bool, priority: int) -> None:
        self.asked += 1
        words = ("penting " if priority == URGENT else "") + f"{self.asked}"
        outbox.put(
            session,
            "status",
            f"asked:{self.asked}",
            Letter(f"{words} {'otomatis' if automatic else 'petugas'}", words),
            to,
            now=self.now,
            policy=POLICY,
            automatic=automatic,
            priority=priority,
        )

    def _post(
        self, session: Session, channel_id: int, person: Person, thread: str, number: int
    ) -> Post:
        external_id = f"{thread}:{number}"
        known = posts.find_post(session, channel_id, external_id)
        if known is not None:
            return known
        return add_post(session, channel_id, external_id, person, thread, self.now)

    def _watch_money(self, outgoing: Outgoing) -> None:
        today = self.now.date()
        is_automatic = outgoing.text.endswith("otomatis") and "penting" not in outgoing.text
        if is_automatic and self.spent[today] >= POLICY.daily_microusd:
            self.broken.append("an automatic notice went out without money")
        platform = self.platforms["x"]
        if not platform.outcomes or platform.outcomes[0] is Outcome.APPLIED:
            self.spent[today] += PRICE

    def _notices(self) -> list[Notice]:
        with self.db.reading() as session:
            return list(session.exec(select(Notice).order_by(col(Notice.id))))


def _most(things: Iterable[object]) -> int:
    return max(Counter(things).values(), default=0)


def _most_an_hour(notices: list[Notice], key: Callable[[Notice], object]) -> int:
    """The most notices of one key within any hour that begins with one of them."""
    return max(
        (
            sum(
                key(other) == key(first) and first.made_at <= other.made_at < first.made_at + HOUR
                for other in notices
            )
            for first in notices
        ),
        default=0,
    )


def test_no_cap_is_ever_passed(fresh_database: Callable[[], Database]) -> None:
    walk(lambda: Caps(fresh_database()), quick(6))


@pytest.mark.slow
def test_no_cap_is_passed_for_long(fresh_database: Callable[[], Database]) -> None:
    walk(lambda: Caps(fresh_database()), long(10))
