"""One telling of a story: the whole bot, both platforms, and something that may go wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from classifier.predict import Model
from intake.fsck import Violation, check, check_settled
from intake.policy import Policy
from store.crypto import Vault
from store.database import Database
from tests.simulation.bot import SimulatedBot
from tests.simulation.interruptions import Fault, Interruptions
from tests.simulation.moderator import Moderator
from tests.simulation.plan import DUTY_CHAT
from tests.simulation.scenarios import Scenario, Story
from tests.simulation.shown import shown_of
from tests.simulation.stage import End, Stage, Step
from tests.simulation.trouble import ShakyJournal, Trouble
from tests.simulation.watch import WORKING, Watch
from tests.simulation.world import Platforms
from tests.stand_ins import Clock

# A Monday morning in Jakarta, on duty and far from the quiet hours.
BEGINS = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
# Long enough after the start that nobody can say a post was written before it.
FIRST_POST = timedelta(minutes=1)
# Days short enough for a story. A reply waits for the older pages of its thread as long as any
# trouble lasts; after that wait it would, on purpose, open a report of its own.
POLICY = Policy(info_days=2, remind_days=1, catch_up=timedelta(minutes=10), duty_chat=DUTY_CHAT)
# Between two turns of the bot, in seconds. Most steps take one or two of them; the rest is for
# trouble: a retry, three looks a minute apart, an hour of even time for the deadlines.
GAPS = (3, 27, 40, 70, 70, 70, 70, 70, 70, 130, 300, 2400, 2400, 2400)
# What must come by itself comes within `fsck.settled.SOON`; this is later.
LATER = timedelta(minutes=11)


class Telling:
    """A story against a fresh database; `findings` are what must not be, by where it was seen.

    `oracle` opens the same database for those who only look.
    """

    def __init__(
        self,
        scenario: Scenario,
        oracle: Database,
        model: Model,
        vault: Vault,
        trouble: Trouble | None = None,
    ) -> None:
        self.findings: list[tuple[str, Violation]] = []
        self.operations: list[str] = []
        self._scenario, self._trouble = scenario, trouble
        self._clock = Clock(BEGINS)
        self._interruptions = Interruptions(planned=self._plan)
        random = Random(scenario.name)
        self._platforms = Platforms(self._clock, self._interruptions, random, scenario.page_size)
        policy = replace(POLICY, random=random)
        database = Path(str(oracle.engine.url.database))
        self._bot = SimulatedBot(
            database, vault, model, self._platforms, self._interruptions, policy
        )
        journal = ShakyJournal(self._bot.system.erasures, self._interruptions)
        self._bot.system = replace(self._bot.system, erasures=journal)
        self._person = Moderator(self._bot, self._platforms)
        self._oracle, self._watch = oracle, Watch(str(database))
        self._seen: tuple[object, ...] = ()

    def tell(self) -> None:
        """From the first start to the moment when nothing happens any more."""
        stage = Stage(self._bot, self._platforms, self._watch, self._interruptions)
        try:
            self._bot.start()
            self._turn(FIRST_POST)
            end = self._play(self._scenario.story(stage))
            self._rest()
            self._look("the end", check_settled)
            if end is not None:
                self._compare(stage, end)
        finally:
            self._bot.close()
            self._oracle.close()
            self._watch.close()

    def _plan(self, number: int, operation: str) -> Fault | None:
        self.operations.append(operation)
        return self._trouble(number, operation) if self._trouble else None

    # ------------------------------------------------------------------ the story

    def _play(self, story: Story) -> End | None:
        steps = 0
        try:
            while self._come_to(next(story)):
                steps += 1
        except StopIteration as ended:
            end: End = ended.value
            return end
        self._find("the story", "story-stuck", f"step {steps + 1} never comes to pass")
        return None

    def _come_to(self, step: Step) -> bool:
        """Let the bot work, and people try, until it has come to this."""
        for gap in GAPS:
            if step.done():
                return True
            if step.act is not None:
                self._bot.attempt("moderator", step.act)
                self._look("an act")
                if step.done():
                    return True
            self._turn(timedelta(seconds=gap))
        return step.done()

    def _turn(self, gap: timedelta) -> None:
        self._clock.forward(seconds=gap.total_seconds())
        for job in self._scenario.jobs:
            if self._has_work(job):
                self._bot.run([job])
        if self._watch.asks_a_person():
            self._bot.attempt("doubt", lambda: self._person.settle_doubt(_Resends()))
        if self._trouble:
            self._trouble.turn_ended()
        self._look("a turn")

    def _has_work(self, job: str) -> bool:
        """A job that would find nothing is left out: to disturb it shows nothing."""
        return job not in WORKING or job in self._watch.has_work(self._clock())

    def _rest(self) -> None:
        """No trouble any more: the bot does what is left to do, and later finds nothing more."""
        self._interruptions.clear()
        for first in (timedelta(seconds=40), LATER):
            self._turn(first)
            for gap in GAPS:
                if not self._watch.is_busy(self._clock()):
                    break
                self._turn(timedelta(seconds=gap))
        self._bot.run(self._scenario.jobs)

    # ------------------------------------------------------------------ what must not be

    def _look(self, where: str, oracle: Callable[..., list[Violation]] = check) -> None:
        """Ask the oracle, when anything has changed or it is asked for more than usual."""
        seen = (oracle, self._watch.version(), self._platforms.changes())
        if seen == self._seen or self.findings:
            return
        self._seen = seen
        shown = shown_of(self._platforms, self._watch, timedelta(0))
        for violation in oracle(self._oracle, self._bot.policy, self._clock(), shown):
            self.findings.append((where, violation))
        for failure in self._unexplained():
            self._find(where, "job-failed", f"{failure}: a job failed unexpectedly")

    def _compare(self, stage: Stage, end: End) -> None:
        for told in end.told:
            for fault in told.faults(stage.heard(told.where)):
                self._find("the end", "told-wrong", fault)
        if stage.states() != list(end.states):
            self._find("the end", "reports-wrong", f"they are {stage.states()}")

    def _find(self, where: str, rule: str, says: str) -> None:
        self.findings.append((where, Violation(rule, self._scenario.name, says)))

    def _unexplained(self) -> Iterator[str]:
        """Failures of jobs that are no answer to what went wrong."""
        full = self._interruptions.happened[Fault.FULL]
        for failure in self._bot.failures:
            if not (full and failure.endswith("ErasureNotRecorded")):
                yield failure


class _Resends(Random):
    """A person who has what does not stand there sent again, every time."""

    def choice(self, seq: Any) -> Any:
        return seq[0]
