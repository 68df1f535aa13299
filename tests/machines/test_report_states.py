"""A report's way through moderators, agencies, its citizen and the clock.

The judge reads the transitions only, and works out from them what the report must say of itself.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, SQLModel, col, select

from classifier.intent import Intent
from intake import answer, deadlines, followups, review
from intake.conversation import Decision
from intake.followups import Scene
from intake.messages import Message
from intake.policy import Policy
from intake.review import Labels, MergeRefused, NoWayToAsk
from intake.states import STEPS, TransitionRefused, begin
from intake.workdays import JAKARTA, add_workdays, is_workday
from store import channels, reports
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.tables import (
    Answer,
    Channel,
    Follower,
    Notice,
    Person,
    Post,
    Report,
    Review,
    Transition,
    Version,
)
from tests.machines.effort import long, quick, walk

START = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)
POLICY = Policy()
BY = "moderator"
REFERENCES = ("LPR-AAAAAAA1", "LPR-AAAAAAA2")
REFUSALS = (TransitionRefused, NoWayToAsk, MergeRefused)
CHANGED_BY_STEPS = (Report, Transition, Notice, Review, Answer, Follower, Post)
ENDED = {"closed", "archived"}

Act = Callable[[], object]


class ReportStates(RuleBasedStateMachine):
    """Two reports of one person, in a private chat, over the turn of the year and its holidays."""

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self.vault = Vault([new_secret_key()])
        self.now = START
        self.written = 0

    @initialize(public=st.booleans())
    def two_reports_are_opened(self, public: bool) -> None:
        with self.db.writing() as session:
            name = "x" if public else "telegram"
            channel = channels.ensure_channel(session, name, "lapor", "on", self.now)
            person = Person(platform=name, external_id="7", first_seen_at=self.now)
            session.add(person)
            session.flush()
            self.channel_id, self.person_id = channel.id or 0, person.id or 0
            self.public = public
            for part, reference in enumerate(REFERENCES, start=1):
                self._open(session, reference, part)

    # ------------------------------------------------------------------ who acts

    @rule(which=st.integers(0, 1), days=st.sampled_from([None, 2, 60]))
    def a_moderator_verifies(self, which: int, days: int | None) -> None:
        labels = Labels(answer_days=days)
        self._try(
            lambda: review.verify(
                self.db, REFERENCES[which], labels, by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1))
    def a_moderator_asks_back(self, which: int) -> None:
        self._try(
            lambda: review.ask(
                self.db, REFERENCES[which], "Lampu yang mana?", by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1))
    def a_moderator_forwards(self, which: int) -> None:
        self._try(
            lambda: review.forward(
                self.db, REFERENCES[which], "Dinas Contoh", by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1))
    def an_agency_gives_it_back(self, which: int) -> None:
        self._try(
            lambda: review.take_back(
                self.db, REFERENCES[which], "Dinas Lain", by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1), hours=st.sampled_from([1, 24 * 3]))
    def one_agency_after_the_other_gets_it(self, which: int, hours: int) -> None:
        self.a_moderator_verifies(which, None)
        self.a_moderator_forwards(which)
        self.time_passes(hours)
        self.an_agency_gives_it_back(which)
        self.a_moderator_forwards(which)

    @rule(which=st.integers(0, 1))
    def an_agency_answers(self, which: int) -> None:
        given = answer.Given("Dinas Contoh", "Dinas Contoh mengganti lampunya")
        self._try(
            lambda: answer.answer(
                self.db, self.vault, REFERENCES[which], given, by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1), reason=st.sampled_from(review.ARCHIVE_REASONS))
    def a_moderator_archives(self, which: int, reason: str) -> None:
        self._try(
            lambda: review.archive(
                self.db, REFERENCES[which], reason, by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(which=st.integers(0, 1), into=st.integers(0, 1))
    def a_moderator_merges(self, which: int, into: int) -> None:
        self._try(
            lambda: review.merge(
                self.db, REFERENCES[which], REFERENCES[into], by=BY, now=self.now, policy=POLICY
            )
        )

    @rule(
        which=st.integers(0, 1),
        wants=st.sampled_from([Intent.SOLVED, Intent.UNSOLVED, Intent.WITHDRAW, Intent.ANSWER]),
    )
    def the_citizen_says(self, which: int, wants: Intent) -> None:
        self._try(lambda: self._say(REFERENCES[which], wants))

    @rule(hours=st.sampled_from([1, 20, 24 * 3, 24 * 14, 24 * 70]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clock_acts(self) -> None:
        before = {report.id: report for report in self._reports()}
        deadlines.keep_deadlines(self.db, POLICY, self.now)
        for report in self._reports():
            old = before[report.id]
            is_due = old.due_at is not None and old.due_at <= self.now
            waits_for_citizen = old.state in ("needs_info", "answered")
            assert (report.state != old.state) == (is_due and waits_for_citizen)
        after = self._everything()
        assert deadlines.keep_deadlines(self.db, POLICY, self.now) == 0
        assert self._everything() == after

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def every_report_is_what_its_steps_made_of_it(self) -> None:
        with self.db.reading() as session:
            for report in self._reports():
                self._agrees(report, list(reports.list_transitions(session, report.id or 0)))

    def _agrees(self, report: Report, steps: list[Transition]) -> None:
        self._is_a_chain(steps)
        assert report.state == steps[-1].to_state
        assert report.is_open == (report.state not in ENDED)
        assert (report.ended_at is None) == report.is_open
        assert report.reopened == len([step for step in steps if _is_reopening(step)])
        assert report.returned == len([step for step in steps if step.to_state == "returned"])
        assert report.due_at == _due(report, steps)
        if report.due_at is not None:
            due = report.due_at.astimezone(JAKARTA)
            assert is_workday(due.date())
            assert (due + timedelta(seconds=1)).date() == due.date() + timedelta(days=1)

    def _is_a_chain(self, steps: list[Transition]) -> None:
        assert (steps[0].from_state, steps[0].to_state) == (None, "received")
        for before, step in pairwise(steps):
            assert step.from_state == before.to_state
            assert step.made_at >= before.made_at
            reached = STEPS[before.to_state]
            info = {"received", "verified", "forwarded"} if "info" in reached else set()
            assert step.to_state in {*reached.values(), *info}

    # ------------------------------------------------------------------ inside

    def _try(self, act: Act) -> None:
        """Do it; if it is refused, nothing at all may have changed."""
        before = self._everything()
        try:
            act()
        except REFUSALS:
            assert self._everything() == before

    def _say(self, reference: str, wants: Intent) -> None:
        with self.db.writing() as session:
            report = reports.get_report(session, reference)
            post, version = self._write(session)
            channel = session.get_one(Channel, self.channel_id)
            person = session.get_one(Person, self.person_id)
            message = Message(post, version, person, "sudah lama", "sudah lama", False, None)
            scene = Scene(session, channel, message, report, True, self.now, POLICY)
            followups.carry_out(scene, Decision(wants, report, True))

    def _open(self, session: Session, reference: str, part: int) -> None:
        post, _ = self._write(session)
        report = Report(
            reference=reference,
            channel_id=self.channel_id,
            conversation_id=post.conversation_id,
            person_id=self.person_id,
            part=part,
            opening_post_id=post.id or 0,
            kind="pengaduan",
            received_at=self.now,
            active_at=self.now,
        )
        begin(session, report, by="model", now=self.now, policy=POLICY)
        session.add(
            Follower(
                report_id=report.id or 0, person_id=self.person_id, role="reporter", since=self.now
            )
        )

    def _write(self, session: Session) -> tuple[Post, Version]:
        self.written += 1
        post = Post(
            channel_id=self.channel_id,
            external_id=f"7:{self.written}",
            person_id=self.person_id,
            conversation_id="7",
            public=self.public,
            addressed=True,
            posted_at=self.now,
            seen_at=self.now,
            settles_at=self.now,
        )
        session.add(post)
        session.flush()
        version = Version(
            post_id=post.id or 0, external_id=post.external_id, text="sudah lama", seen_at=self.now
        )
        session.add(version)
        session.flush()
        return post, version

    def _reports(self) -> list[Report]:
        with self.db.reading() as session:
            return list(session.exec(select(Report).order_by(col(Report.id))))

    def _everything(self) -> list[dict[str, Any]]:
        with self.db.reading() as session:
            return [
                row.model_dump() for table in CHANGED_BY_STEPS for row in _rows_of(session, table)
            ]


def _rows_of(session: Session, table: type[SQLModel]) -> list[SQLModel]:
    return list(session.exec(select(table)))


def _is_reopening(step: Transition) -> bool:
    return step.from_state in ("answered", "closed") and step.to_state == "forwarded"


def _due(report: Report, steps: list[Transition]) -> datetime | None:
    """By when somebody must act, from the steps alone (DESIGN, "Clocks")."""
    if report.state in ("received", "verified"):
        return _end_of_day(report.received_at, 3)
    if report.state in ("answered", "needs_info"):
        return _end_of_day(steps[-1].made_at, 10)
    if report.state == "forwarded":
        starts = [step.made_at for step in steps if _is_reopening(step)]
        first = next(step.made_at for step in steps if step.to_state == "forwarded")
        return _end_of_day(starts[-1] if starts else first, report.answer_days)
    return None


def _end_of_day(start: datetime, days: int) -> datetime:
    day = add_workdays(start, days).astimezone(JAKARTA)
    return day.replace(hour=23, minute=59, second=59, microsecond=0).astimezone(UTC)


def test_a_report_is_always_what_its_steps_made_of_it(
    fresh_database: Callable[[], Database],
) -> None:
    walk(lambda: ReportStates(fresh_database()), quick(8))


@pytest.mark.slow
def test_a_report_is_what_its_steps_made_of_it_for_long(
    fresh_database: Callable[[], Database],
) -> None:
    walk(lambda: ReportStates(fresh_database()), long(20))
