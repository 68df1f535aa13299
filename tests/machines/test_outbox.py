"""The outbox: whatever happens, in whatever order, nobody reads the same notice twice."""

from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import col, select

from bots.platform import Outgoing
from intake import deliver, operate, outbox, privacy, reconcile
from intake.outbox import Letter, address_of
from intake.policy import Policy
from store import channels, notices
from store.database import Database
from store.erasures import Journal
from store.installation import claim_installation
from store.tables import Notice, Person, Post
from tests.machines.effort import long, quick, walk
from tests.machines.model_platform import Killed, ModelPlatform, Outcome
from tests.machines.rows import add_post

START = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
KINDS = ("acknowledgement", "status", "resolution")
# X shows a new post of ours late, but before the third look two minutes after the first.
LAG = timedelta(seconds=30)
# What goes wrong most often comes most often.
USUAL = (
    Outcome.LIMITED,
    Outcome.DOUBT_APPLIED,
    Outcome.DOUBT_LOST,
    Outcome.KILLED_BEFORE,
    Outcome.KILLED_AFTER,
)
STORIES = ([Outcome.DOUBT_LOST] * 5, [Outcome.KILLED_AFTER], [Outcome.KILLED_BEFORE])
outcomes_in_turn = st.sampled_from(STORIES) | st.lists(
    st.sampled_from(USUAL) | st.sampled_from(Outcome), min_size=1, max_size=5
)
POLICY = Policy(per_thread=1000, per_person_hour=1000, per_hour=1000, max_age=timedelta(days=2))
AT_THREE = deliver.DOUBTS

# What one call of a use case, or a person's decision, may make of a notice. One call may take
# several of DESIGN's steps: `reconcile` doubts and finds in one go.
MAY_BECOME = {
    "ready": {"ready", "sending", "sent", "refused", "in_doubt", "cancelled"},
    "sending": {"sending", "sent", "in_doubt", "ready", "refused"},
    "in_doubt": {"in_doubt", "sent", "ready", "cancelled"},
    "refused": {"refused", "ready"},
    "sent": {"sent"},
    "cancelled": {"cancelled"},
}


@dataclass(frozen=True)
class Reader:
    """A person and the post that notices to them stand under, on one of the platforms."""

    platform: str
    person_id: int
    post_id: int
    external_id: str
    conversation: str


class Outbox(RuleBasedStateMachine):
    """Two channels, three people, every outcome, and an operator who looks before deciding."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self._folder = TemporaryDirectory()
        self.journal = Journal(Path(self._folder.name) / "erasures", ["invented"])
        self.now = START
        self.broken: list[str] = []
        self.states: dict[int, str] = {}
        self.readers: list[Reader] = []
        self.meanwhile = "nothing"
        self.silenced: set[int] = set()
        self.erased: set[int] = set()
        self.deleted: set[int] = set()
        self.paused = False
        self.shadow: set[str] = set()
        self.platforms = {
            "x": self._platform("x", can_look=True),
            "telegram": self._platform("telegram", can_look=False),
        }

    def _platform(self, name: str, *, can_look: bool) -> ModelPlatform:
        platform = ModelPlatform(name, "lapor", lambda: self.now, can_look, lag=LAG)
        platform.on_send = lambda outgoing: self._watch(platform, outgoing)
        return platform

    @initialize()
    def begin(self) -> None:
        with self.db.writing() as session:
            claim_installation(session, "sandbox", self.now)
            for name in self.platforms:
                channels.ensure_channel(session, name, "lapor", "on", self.now)
        self.readers = [
            self._reader("x", "sari"),
            self._reader("x", "budi"),
            self._reader("telegram", "wati"),
        ]
        for who in range(len(self.readers)):
            self.something_is_to_be_said(who, about=1, automatic=True)
            self.something_is_to_be_said(who, about=2, automatic=False)

    # ------------------------------------------------------------------ what the bot does

    @rule(who=st.integers(0, 2), about=st.integers(1, 4), automatic=st.booleans())
    def something_is_to_be_said(self, who: int, about: int, automatic: bool) -> None:
        reader = self.readers[who]
        with self.db.writing() as session:
            channel = channels.get_channel(session, reader.platform, "lapor")
            person = session.get_one(Person, reader.person_id)
            post = session.get_one(Post, reader.post_id)
            for kind in KINDS:
                text = f"Laporan LPR-{about}: {kind} untuk {reader.external_id}"
                outbox.put(
                    session,
                    kind,
                    f"post:{about}",
                    Letter(text, f"LPR-{about}"),
                    address_of(channel, person, post),
                    now=self.now,
                    policy=POLICY,
                    automatic=automatic,
                )

    @rule(
        outcomes=outcomes_in_turn,
        meanwhile=st.sampled_from(["nothing", "nothing", "nothing", "opt_out", "delete", "long"]),
    )
    def what_is_due_is_delivered(self, outcomes: list[Outcome], meanwhile: str) -> None:
        for platform in self.platforms.values():
            platform.outcomes = deque(outcomes)
            self.meanwhile = meanwhile
            with suppress(Killed):
                deliver.deliver(self.db, platform, POLICY, lambda: self.now)
            platform.outcomes.clear()

    @rule(name=st.sampled_from(["x", "telegram"]))
    def doubts_are_looked_into(self, name: str) -> None:
        self._reconcile(self.platforms[name])

    @rule(name=st.sampled_from(["x", "telegram"]))
    def the_bot_starts_again(self, name: str) -> None:
        reconcile.doubt_stuck(self.db, self.platforms[name], self.now, timedelta(0))
        assert not [row for row in self._notices("sending") if self._platform_of(row) == name]

    @rule(
        minutes=st.integers(1, 4),
        outcomes=outcomes_in_turn,
    )
    def the_scheduler_runs(self, minutes: int, outcomes: list[Outcome]) -> None:
        for platform in self.platforms.values():
            platform.outcomes = deque(outcomes)
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            for platform in self.platforms.values():
                with suppress(Killed):
                    self._reconcile(platform)
                    deliver.deliver(self.db, platform, POLICY, lambda: self.now)
                self._all_go_their_way()
        for platform in self.platforms.values():
            platform.outcomes.clear()

    @rule(seconds=st.sampled_from([1, 30, 60, 200, 3600, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # ------------------------------------------------------------------ what people do

    @rule(drop=st.booleans(), one=st.integers(0, 9))
    def a_person_looks_and_decides(self, drop: bool, one: int) -> None:
        waiting = self._notices("in_doubt")
        if not waiting:
            return
        notice = waiting[one % len(waiting)]
        stands = self.platforms[self._platform_of(notice)].seen(notice.text)
        decision = "sent" if stands else "drop" if drop else "resend"
        operate.decide_notice(self.db, notice.id or 0, decision, self.now)

    @rule(one=st.integers(0, 9))
    def a_person_has_a_refused_one_tried_again(self, one: int) -> None:
        refused = self._notices("refused")
        if refused:
            operate.retry_notice(self.db, refused[one % len(refused)].id or 0, self.now)

    @rule(one=st.integers(0, 9))
    def a_person_takes_one_back(self, one: int) -> None:
        ready = self._notices("ready")
        if ready:
            operate.cancel_notice(self.db, ready[one % len(ready)].id or 0)

    # Mostly on: otherwise little would ever be sent.
    @rule(on=st.sampled_from([True, True, False]))
    def the_operator_pauses_or_resumes(self, on: bool) -> None:
        if on:
            operate.resume(self.db)
        else:
            operate.pause(self.db, self.now)
        self.paused = not on

    @rule(name=st.sampled_from(["x", "telegram"]), on=st.sampled_from([True, True, False]))
    def the_operator_switches_a_channel(self, name: str, on: bool) -> None:
        operate.set_sending(self.db, "on" if on else "shadow", name)
        (self.shadow.discard if on else self.shadow.add)(name)

    @rule(name=st.sampled_from(["x", "telegram"]), works=st.booleans())
    def a_platform_breaks_or_works_again(self, name: str, works: bool) -> None:
        self.platforms[name].works = works

    @rule(who=st.integers(0, 2))
    def somebody_wants_no_more(self, who: int) -> None:
        self._opt_out(self.readers[who])

    @rule(who=st.integers(0, 2))
    def somebody_wants_to_hear_again(self, who: int) -> None:
        with self.db.writing() as session:
            person = session.get_one(Person, self.readers[who].person_id)
            person.opted_out_at = person.blocked_at = None
            session.add(person)
        self.silenced = (self.silenced - {self.readers[who].person_id}) | self.erased

    @rule(who=st.integers(0, 2))
    def somebody_deletes_their_post(self, who: int) -> None:
        self._delete(self.readers[who])

    @precondition(lambda self: not self.erased)
    @rule()
    def somebody_wants_to_be_forgotten(self) -> None:
        person_id = self.readers[1].person_id
        with self.db.writing() as session:
            session.get_one(Person, person_id).erase_requested_at = self.now
        self.now += privacy.LAST_WORD
        privacy.erase_requested(self.db, self.journal, self.now, POLICY)
        self.silenced.add(person_id)
        self.erased.add(person_id)

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def nobody_reads_a_notice_twice(self) -> None:
        for platform in self.platforms.values():
            said = Counter(one.outgoing.text for one in platform.standing)
            assert [text for text, times in said.items() if times > 1] == []

    @invariant()
    def nothing_forbidden_was_tried(self) -> None:
        assert self.broken == []

    @invariant()
    def every_notice_stands_where_its_state_says(self) -> None:
        for notice in self._notices():
            self._goes_its_way(notice)
            # An erased person's notices have no words left to be recognised by.
            if notice.text:
                self._says_what_citizens_see(notice)
            if notice.state == "ready" and notice.person_id in self.silenced:
                # What was on its way at that moment may come back; its next claim cancels it.
                assert notice.attempts

    def _reconcile(self, platform: ModelPlatform, on_its_way: str | None = None) -> None:
        reconcile.reconcile(self.db, platform, POLICY, self.now)
        # What a look has made ready may be on its way again before the step ends. Of one that is
        # being sent, whose outcome was in doubt for too long, the sender says what became of it.
        self._all_go_their_way(on_its_way)

    def _all_go_their_way(self, but: str | None = None) -> None:
        for notice in self._notices():
            if notice.text != but:
                self._goes_its_way(notice)

    def _goes_its_way(self, notice: Notice) -> None:
        before = self.states.get(notice.id or 0, "ready")
        assert notice.state in MAY_BECOME[before], f"{before} became {notice.state}"
        self.states[notice.id or 0] = notice.state

    def _says_what_citizens_see(self, notice: Notice) -> None:
        stands = self.platforms[self._platform_of(notice)].seen(notice.text)
        if notice.state == "sent":
            assert stands == 1
        elif notice.state in ("ready", "cancelled", "refused"):
            assert stands == 0, notice.state

    def teardown(self) -> None:
        """In the end everything works: nothing is left on its way, and nothing doubled."""
        if not self.readers:
            return
        self._all_works_again()
        for _ in range(10):
            self.now += timedelta(minutes=20)
            for platform in self.platforms.values():
                deliver.deliver(self.db, platform, POLICY, lambda: self.now)
                self._reconcile(platform)
            left = [notice for notice in self._notices() if self._moves_by_itself(notice)]
            if not left:
                break
        assert [(notice.state, notice.failure) for notice in left] == []
        self.nobody_reads_a_notice_twice()
        self.nothing_forbidden_was_tried()
        self.every_notice_stands_where_its_state_says()

    def _moves_by_itself(self, notice: Notice) -> bool:
        return notice.state in ("ready", "sending") or reconcile.can_be_looked_up(notice)

    # ------------------------------------------------------------------ inside

    def _all_works_again(self) -> None:
        operate.resume(self.db)
        operate.set_sending(self.db, "on")
        self.paused, self.meanwhile = False, "nothing"
        self.shadow.clear()
        for platform in self.platforms.values():
            platform.works = True

    def _watch(self, platform: ModelPlatform, outgoing: Outgoing) -> None:
        """Told of every message before anything happens to it."""
        reader = next(r for r in self.readers if r.conversation == outgoing.conversation_id)
        forbidden = {
            "sent while paused": self.paused,
            "sent in shadow": platform.name in self.shadow,
            "sent to who must not hear": reader.person_id in self.silenced,
            "sent under a deleted post": reader.post_id in self.deleted,
            "sent after three doubts": platform.doubts_in_a_row >= AT_THREE,
            "sent before the platform allowed": platform.hold_until is not None
            and self.now < platform.hold_until,
        }
        self.broken += [what for what, happened in forbidden.items() if happened]
        self._let_happen(platform, reader, outgoing)

    def _let_happen(self, platform: ModelPlatform, reader: Reader, outgoing: Outgoing) -> None:
        """Others act while the message is on its way."""
        if self.meanwhile == "opt_out":
            self._opt_out(reader)
        elif self.meanwhile == "delete":
            self._delete(reader)
        elif self.meanwhile == "long":
            self.now += POLICY.stuck_after + timedelta(seconds=1)
            self._reconcile(platform, on_its_way=outgoing.text)
        self.meanwhile = "nothing"

    def _opt_out(self, reader: Reader) -> None:
        with self.db.writing() as session:
            session.get_one(Person, reader.person_id).opted_out_at = self.now
            notices.cancel_ready_to(session, reader.person_id, "opted_out")
        self.silenced.add(reader.person_id)

    def _delete(self, reader: Reader) -> None:
        self.platforms[reader.platform].gone_parents.add(reader.external_id)
        privacy.forget_post(self.db, self.journal, reader.post_id, self.now, POLICY)
        self.deleted.add(reader.post_id)

    def _notices(self, state: str | None = None) -> list[Notice]:
        with self.db.reading() as session:
            query = select(Notice).order_by(col(Notice.id))
            return list(session.exec(query.where(Notice.state == state) if state else query))

    def _platform_of(self, notice: Notice) -> str:
        return next(r.platform for r in self.readers if r.person_id == notice.person_id)

    def _reader(self, platform: str, name: str) -> Reader:
        with self.db.writing() as session:
            channel = channels.get_channel(session, platform, "lapor")
            person = Person(platform=platform, external_id=name, first_seen_at=self.now)
            session.add(person)
            session.flush()
            post = add_post(
                session, channel.id or 0, f"post-{name}", person, f"thread-{name}", self.now
            )
            return Reader(
                platform, person.id or 0, post.id or 0, post.external_id, post.conversation_id
            )


def test_no_notice_is_read_twice_whatever_happens(
    fresh_database: Callable[[], Database],
) -> None:
    walk(lambda: Outbox(fresh_database()), quick(8))


def test_a_notice_that_is_found_does_not_end_a_wait_that_the_platform_asked_for(
    fresh_database: Callable[[], Database],
) -> None:
    steps = Outbox(fresh_database())
    steps.begin()
    steps.what_is_due_is_delivered([Outcome.DOUBT_APPLIED, Outcome.LIMITED], "nothing")

    steps.time_passes(60)
    steps.doubts_are_looked_into("x")
    steps.what_is_due_is_delivered([], "nothing")

    steps.nothing_forbidden_was_tried()


def test_after_three_doubts_nothing_goes_out_before_a_harmless_call_works(
    fresh_database: Callable[[], Database],
) -> None:
    steps = Outbox(fresh_database())
    steps.begin()

    steps.a_platform_breaks_or_works_again("x", works=False)
    steps.what_is_due_is_delivered([Outcome.DOUBT_LOST] * 5, "nothing")

    steps.nothing_forbidden_was_tried()


@pytest.mark.slow
def test_no_notice_is_read_twice_for_long(fresh_database: Callable[[], Database]) -> None:
    walk(lambda: Outbox(fresh_database()), long(20))
