"""BERHENTI: from then on nobody of ours, machine or person, says a word until they ask for it.

Whole conversations through ingest, triage and delivery. X hands over the newest first, so that an
older message may be read after a newer one: what was WRITTEN last counts, not what was read last.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import col, select

from bots.platform import Author, Batch, Event, IncomingPost, Outgoing, PostSeen, Raw
from classifier.predict import Model
from intake import answer, collect, deadlines, deliver, ingest, reconcile, review, triage
from intake.policy import Policy
from intake.review import Labels, NoWayToAsk
from intake.states import TransitionRefused
from store import channels
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.installation import claim_installation
from store.tables import Notice, Person, Post, Report
from tests.intake.texts import BRIBE, DONE, GREETING, LAMP, LAMP_NOWHERE, PLACE, ROAD
from tests.machines.effort import long, quick, walk
from tests.machines.model_platform import ModelPlatform

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
POLICY = Policy(settle=timedelta(seconds=20), max_age=timedelta(days=9))
PAGE = 1
PEOPLE = {"sari": "x", "budi": "x", "wati": "telegram", "joko": "telegram"}
STOP = ("BERHENTI", "stop", "tolong jangan kirim pesan lagi")
GO_ON = ("LANJUT",)
GO_ON_BY_COMMAND = ("/start", "/lapor")
TALK = (LAMP, LAMP_NOWHERE, ROAD, BRIBE, PLACE, GREETING, "STATUS", "KABARI", "SUDAH", "BELUM")


@dataclass
class Mailbox(ModelPlatform):
    """A platform that also brings posts in, in the order in which they `arrive`."""

    arrived: list[IncomingPost] = field(default_factory=list)

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """A page; the cursor is how many posts were handed over."""
        start = int(cursor or 0)
        page = self.arrived[start : start + PAGE]
        return Batch(
            tuple(Raw(post.external_id, post.external_id) for post in page),
            str(start + len(page)),
            more=len(self.arrived) > start + PAGE,
        )

    def parse(self, raw: Raw) -> list[Event]:
        """The post of this id."""
        return [PostSeen(next(post for post in self.arrived if post.external_id == raw.key))]


class OptOut(RuleBasedStateMachine):
    """Four people who write what they like, and moderators who answer them."""

    def __init__(self, db: Database, model: Model) -> None:
        super().__init__()
        self.db, self.model = db, model
        self.vault = Vault([new_secret_key()])
        self.now = START
        self.written: list[IncomingPost] = []
        self.everything: list[IncomingPost] = []
        self.late = False
        self.broken: list[str] = []
        self.boxes = {
            "x": self._mailbox("x", can_look=True),
            "telegram": self._mailbox("telegram", can_look=False),
        }

    def _mailbox(self, name: str, *, can_look: bool) -> Mailbox:
        return Mailbox(name, "lapor", lambda: self.now, can_look, on_send=self._watch)

    @initialize()
    def begin(self) -> None:
        with self.db.writing() as session:
            claim_installation(session, "sandbox", self.now)
            for name in self.boxes:
                channels.ensure_channel(session, name, "lapor", "on", self.now)

    # ------------------------------------------------------------------ what people write

    @rule(who=st.sampled_from(sorted(PEOPLE)), text=st.sampled_from(TALK))
    def somebody_talks(self, who: str, text: str) -> None:
        self._write(who, text)

    @rule(who=st.sampled_from(sorted(PEOPLE)), text=st.sampled_from(STOP))
    def somebody_wants_no_more(self, who: str, text: str) -> None:
        self._write(who, text)

    @rule(who=st.sampled_from(sorted(PEOPLE)), text=st.sampled_from(GO_ON))
    def somebody_wants_to_hear_again(self, who: str, text: str) -> None:
        self._write(who, text)

    @rule(who=st.sampled_from(["wati", "joko"]), text=st.sampled_from(GO_ON_BY_COMMAND))
    def somebody_begins_again_by_a_command(self, who: str, text: str) -> None:
        self._write(who, text)

    @rule(
        who=st.sampled_from(sorted(PEOPLE)),
        texts=st.lists(st.sampled_from((*STOP, *GO_ON, LAMP, "STATUS")), min_size=2, max_size=4),
    )
    def somebody_cannot_make_up_their_mind(self, who: str, texts: list[str]) -> None:
        for text in texts:
            self._write(who, text)

    @rule()
    def a_backlog_is_read_slowly_newest_first(self) -> None:
        """A page every three minutes: longer than anything waits for what is older."""
        backlog = len(self.written)
        self.it_arrives_newest_first()
        for _ in range(backlog):
            self._work(pages=1)
            self.now += POLICY.catch_up + timedelta(minutes=1)

    # ------------------------------------------------------------------ what happens to it

    @rule()
    def it_arrives(self) -> None:
        self._arrive(self.written)

    @rule()
    def it_arrives_newest_first(self) -> None:
        self.late = self.late or len(self.written) > 1
        self._arrive(self.written[::-1])

    @rule(pages=st.integers(1, 5), seconds=st.sampled_from([0, 30, 150]))
    def the_bot_works(self, pages: int, seconds: int) -> None:
        self._work(pages)
        self.now += timedelta(seconds=seconds)
        self._work(pages)

    @rule(days=st.integers(1, 16))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        deadlines.keep_deadlines(self.db, POLICY, self.now)

    # ------------------------------------------------------------------ what moderators do

    @rule()
    def a_moderator_opens_what_is_doubtful(self) -> None:
        with self.db.reading() as session:
            queued = session.exec(select(Post).where(Post.state == "queued")).all()
        for post in queued:
            review.open_doubtful(
                self.db, self.vault, post.id or 0, Labels(), by="m", now=self.now, policy=POLICY
            )

    @rule(act=st.sampled_from(["ask", "forward", "answer", "return"]))
    def a_moderator_goes_on_with_every_report(self, act: str) -> None:
        with self.db.reading() as session:
            references = session.exec(select(Report.reference).order_by(col(Report.id))).all()
        for reference in references:
            with suppress(TransitionRefused, NoWayToAsk):
                self._moderate(act, reference)

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def nobody_hears_from_us_after_their_last_stop(self) -> None:
        assert self.broken == []

    @invariant()
    def who_said_stop_last_is_known_to_want_nothing(self) -> None:
        for who, platform in PEOPLE.items():
            person = self._person(who, platform)
            if person is None:
                continue
            if self._last_word(who) in STOP:
                assert person.opted_out_at is not None
                assert not self._waiting_for(person)
            elif not self.late:
                assert person.opted_out_at is None

    def teardown(self) -> None:
        """In the end everything was read and sent that may be."""
        self._arrive(self.written)
        for _ in range(4):
            self._work(pages=50)
            self.now += timedelta(minutes=3)
        self.nobody_hears_from_us_after_their_last_stop()
        self.who_said_stop_last_is_known_to_want_nothing()

    # ------------------------------------------------------------------ inside

    def _write(self, who: str, text: str) -> None:
        self.now += timedelta(seconds=1)
        is_command = text.startswith("/")
        post = IncomingPost(
            external_id=f"{who}:{len(self.everything)}",
            version_id=f"{who}:{len(self.everything)}",
            conversation_id=who,
            author=Author(who),
            text=text,
            posted_at=self.now,
            public=PEOPLE[who] == "x",
            addressed=True,
            command=text[1:] if is_command else None,
            argument="" if is_command else None,
        )
        self.written.append(post)
        self.everything.append(post)

    def _arrive(self, posts: list[IncomingPost]) -> None:
        for post in posts:
            self.boxes[PEOPLE[post.conversation_id]].arrived.append(post)
        self.written = []

    def _work(self, pages: int) -> None:
        for box in self.boxes.values():
            collect.collect(self.db, self.vault, box, lambda: self.now, pages)
            ingest.ingest(self.db, self.vault, box, POLICY, self.now)
        triage.triage(self.db, self.vault, self.model, POLICY, lambda: self.now)
        for box in self.boxes.values():
            deliver.deliver(self.db, box, POLICY, lambda: self.now)
            reconcile.reconcile(self.db, box, POLICY, self.now)

    def _moderate(self, act: str, reference: str) -> None:
        now = self.now
        if act == "ask":
            review.ask(self.db, reference, "Lampu yang mana?", by="m", now=now, policy=POLICY)
        elif act == "forward":
            review.verify(self.db, reference, Labels(), by="m", now=now, policy=POLICY)
            review.forward(self.db, reference, "Dinas Contoh", by="m", now=now, policy=POLICY)
        elif act == "return":
            review.take_back(self.db, reference, None, by="m", now=now, policy=POLICY)
        else:
            given = answer.Given("Dinas Contoh", DONE, "Lampunya sudah diganti.")
            answer.answer(self.db, self.vault, reference, given, by="m", now=now, policy=POLICY)

    def _watch(self, outgoing: Outgoing) -> None:
        """Told of every message before it is posted."""
        said = self._last_word(outgoing.conversation_id)
        if said in STOP:
            self.broken.append(f"'{outgoing.text[:20]}' after '{said}'")

    def _last_word(self, who: str) -> str | None:
        """What a person last said of hearing from us, of what the bot has placed."""
        words = [
            post.text
            for post in self.everything
            if post.conversation_id == who
            and post.text in (*STOP, *GO_ON, *GO_ON_BY_COMMAND)
            and self._is_placed(post.external_id)
        ]
        return words[-1] if words else None

    def _is_placed(self, external_id: str) -> bool:
        with self.db.reading() as session:
            found = session.exec(select(Post).where(Post.external_id == external_id)).first()
            return found is not None and found.state != "pending"

    def _person(self, who: str, platform: str) -> Person | None:
        with self.db.reading() as session:
            wanted = select(Person).where(Person.external_id == who, Person.platform == platform)
            return session.exec(wanted).first()

    def _waiting_for(self, person: Person) -> list[Notice]:
        with self.db.reading() as session:
            wanted = select(Notice).where(Notice.person_id == person.id, Notice.state == "ready")
            return list(session.exec(wanted))


def test_after_stop_nobody_says_a_word(
    fresh_database: Callable[[], Database], model: Model
) -> None:
    walk(lambda: OptOut(fresh_database(), model), quick(5, steps=20))


def test_a_go_on_that_is_read_late_does_not_undo_a_stop(
    fresh_database: Callable[[], Database], model: Model
) -> None:
    steps = OptOut(fresh_database(), model)
    steps.begin()

    steps.somebody_cannot_make_up_their_mind("sari", ["LANJUT", "STATUS", "BERHENTI"])
    steps.a_backlog_is_read_slowly_newest_first()

    steps.teardown()


@pytest.mark.slow
def test_after_stop_nobody_says_a_word_for_long(
    fresh_database: Callable[[], Database], model: Model
) -> None:
    walk(lambda: OptOut(fresh_database(), model), long(8))
