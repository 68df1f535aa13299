"""One simulated week: citizens, a moderator and trouble, and an oracle that looks on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from classifier.predict import Model
from intake.fsck import Violation, check, check_settled
from store.crypto import Vault
from store.database import Database
from tests.simulation import citizens, mishaps
from tests.simulation.bot import SimulatedBot
from tests.simulation.citizens import Town
from tests.simulation.interruptions import Fault, Interruptions
from tests.simulation.moderator import Moderator
from tests.simulation.plan import Event, begins, policy
from tests.simulation.shown import shown_of
from tests.simulation.watch import WORKING, Watch
from tests.simulation.world import Platforms
from tests.stand_ins import Clock

# Between something that happens and the next thing the bot has so little time, and then more.
PACES = tuple(
    tuple(timedelta(seconds=second) for second in seconds)
    for seconds in ((), (), (3,), (27,), (3, 27))
)
FIRST_REST = timedelta(seconds=27)
LONGEST_GAP = timedelta(hours=2)
QUIET_GAP = timedelta(hours=8)
READING = ("read x", "read telegram")
OTHERS = ("place", "send x", "send telegram", "settle x", "settle telegram", "erasures")
RESTING = ("deadlines", "deletions x", "forgetting")
EVERYTHING = (*READING, *OTHERS, *RESTING)
# What citizens do that has broken other systems.
TROUBLE = frozenset({"x_edit", "x_delete", "x_share", "x_machine", "tg_edit", "tg_block", "tg_odd"})
# A job without work does nothing: the simulation leaves most of them out, for speed.
IDLE_JOBS = 0.1
LOOKING_JOBS = 0.5
"""Jobs of which only a look at a platform or a clock can tell whether they have work."""

# What there must be in a week.
POSTS, AUTHORS, TROUBLES, SORTS = 40, 15, 20, 6


@dataclass
class Outcome:
    """What came of a week: its log, what the oracle found, and what was reached."""

    seed: int
    log: list[str] = field(default_factory=list)
    violations: list[tuple[str, Violation]] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    posts: int = 0
    authors: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    """What went wrong, by its sort."""

    @property
    def is_full(self) -> bool:
        """Whether there was as much of everything as a week must have to prove anything."""
        enough = self.posts >= POSTS and self.authors >= AUTHORS
        return enough and self.troubles >= TROUBLES and self.sorts >= SORTS

    @property
    def troubles(self) -> int:
        """How often something went wrong."""
        return self.happened.total()

    @property
    def sorts(self) -> int:
        """In how many ways."""
        return len(self.happened)


class Week:
    """Runs a plan against a fresh bot; the first violation ends it."""

    def __init__(self, seed: int, database: Path, model: Model, vault: Vault) -> None:
        self.outcome = Outcome(seed)
        self._random = Random(f"week {seed}")
        self._began = begins(seed).astimezone(UTC)
        self._clock = Clock(self._began)
        self._interruptions = Interruptions(on_fault=self._note_fault)
        self._platforms = Platforms(self._clock, self._interruptions, self._random)
        self._bot = SimulatedBot(
            database, vault, model, self._platforms, self._interruptions, policy(seed)
        )
        self._town = Town(self._platforms)
        self._moderator = Moderator(self._bot, self._platforms)
        self._oracle = Database(f"sqlite:///{database}")
        self._watch = Watch(str(database))
        self._known: dict[tuple[str, int], str] = {}
        self._unread = True
        self._set_back = timedelta(0)
        self._last_step = 0
        self._seen = 0

    def run(self, events: Sequence[Event]) -> Outcome:
        """Live through the events, then let the bot come to rest; ends at the first violation."""
        try:
            self._bot.start()
            self._look("start")
            for event in events:
                if self.outcome.violations:
                    break
                self._wait_until(event)
                self._happen(event)
            else:
                self._rest()
        finally:
            self._sum_up()
            self._bot.close()
            self._oracle.close()
            self._watch.close()
        return self.outcome

    # ------------------------------------------------------------------ time

    def _wait_until(self, event: Event) -> None:
        """Let the bot work until the event; when nothing is left to do, time leaps."""
        moment = self._began + event.after
        quick, rests = self._random.choice(PACES), 0
        for gap in quick:
            self._turn_after(gap, moment)
        while not self.outcome.violations and self._turn_after(self._gap(rests), moment, rest=True):
            rests += 1
        if self._clock() < moment:
            self._clock.now = moment

    def _gap(self, rests: int) -> timedelta:
        if self._watch.is_busy(self._platforms.bot_clock()):
            return min(FIRST_REST * 8.0 ** min(rests, 3), LONGEST_GAP)
        return QUIET_GAP

    def _turn_after(self, gap: timedelta, moment: datetime, *, rest: bool = False) -> bool:
        """A turn of the bot after this time; false when the moment comes before."""
        if self._clock() + gap >= moment:
            return False
        self._clock.forward(seconds=gap.total_seconds())
        self._turn(self._resting() if rest else self._hurried())
        return True

    def _turn(self, jobs: list[str]) -> None:
        """Some of the jobs, in any order: they run beside one another."""
        self._random.shuffle(jobs)
        faults = self._interruptions.happened.total()
        self._bot.run(jobs)
        if "read x" in jobs and self._interruptions.happened.total() == faults:
            self._unread = self._watch.is_behind()
        self._look("a turn")

    def _hurried(self) -> list[str]:
        """The jobs with something to do, and a few of the others."""
        work = self._watch.has_work(self._platforms.bot_clock())
        # What is read in this turn may be placed in it.
        read = {*READING, "place"} if self._unread else set()
        return [
            job
            for job in (*READING, *OTHERS)
            if job in work or job in read or self._random.random() < IDLE_JOBS
        ]

    def _resting(self) -> list[str]:
        """Time enough for everything that is not idle for certain."""
        work = self._watch.has_work(self._platforms.bot_clock())
        read = READING if self._unread else ()
        return [
            job
            for job in EVERYTHING
            if job in work
            or job in read
            or self._random.random() < (IDLE_JOBS if job in WORKING else LOOKING_JOBS)
        ]

    def _rest(self) -> None:
        """The faults are over: everything comes to its end, and stays there."""
        self._interruptions.clear()
        self._platforms.bot_clock.ahead = timedelta(0)
        self._moderator.act("resume", self._random)
        # Minute by minute in the end: that is how a notice in doubt is looked for.
        for minutes in (1, 1, 2, 8, 7 * 60, 1, 1, 1, 1, 1, 1, 6):
            self._clock.forward(minutes=minutes)
            self._bot.run(EVERYTHING)
            if minutes > 60:
                # The sweep has looked by search for what was withheld.
                self._platforms.on_x.withheld.clear()
            self._look("rest")
        self._judge("the end", check_settled)
        self._restart_twice()

    def _restart_twice(self) -> None:
        before = self._dump()
        for _ in range(2):
            self._bot.start()
            self._bot.run(EVERYTHING)
        changed = [name for name, rows in self._dump().items() if rows != before[name]]
        if changed and not self.outcome.violations:
            self._violate("restart", Violation("restart-changes", ", ".join(changed), "changed"))

    # ------------------------------------------------------------------ what happens

    def _happen(self, event: Event) -> None:
        random = Random(event.seed)
        self._unread = self._unread or event.group in ("citizen", "mishap")
        self._log(f"{event.group} {event.name}")
        self.outcome.reached[f"{event.group} {event.name}"] += 1
        if event.group == "mishap" or event.name in TROUBLE:
            self.outcome.happened[event.name] += 1
        match event.group:
            case "citizen":
                citizens.ACTS[event.name][0](self._town, random)
            case "moderator":
                self._moderator.act(event.name, random)
            case "fault":
                mishaps.wait_for(Fault[event.name], self._interruptions, random)
            case _:
                self._mishap(event.name, random)
        self._look(event.name)

    def _mishap(self, name: str, random: Random) -> None:
        ahead = self._platforms.bot_clock.ahead
        off = mishaps.MISHAPS[name](self._bot, self._platforms, random)
        self._set_back += max(ahead - self._platforms.bot_clock.ahead, timedelta(0))
        if off is not None:
            self._clock.forward(seconds=off.total_seconds())
            self._bot.start()

    # ------------------------------------------------------------------ the oracle

    def _look(self, where: str) -> None:
        """Ask the oracle once the bot has done something: it writes that down, whatever it is."""
        version = self._watch.version()
        if version != self._seen:
            self._seen = version
            self._note_changes()
            self._judge(where, check)

    def _judge(self, where: str, oracle: Callable[..., list[Violation]]) -> None:
        if self.outcome.violations:
            return
        shown = shown_of(self._platforms, self._watch, self._set_back)
        now = self._platforms.bot_clock()
        for violation in oracle(self._oracle, self._bot.policy, now, shown):
            self._violate(where, violation)
        for failure in self._bot.failures:
            self._violate(where, Violation("job-failed", failure, "a job failed unexpectedly"))

    def _violate(self, where: str, violation: Violation) -> None:
        self._log(f"VIOLATION {violation.rule} {violation.where}")
        self.outcome.violations.append((where, violation))

    def _note_changes(self) -> None:
        """Write down which rows are in another state than before, and which steps were taken."""
        for step_id, from_state, to_state in self._watch.steps_after(self._last_step):
            self._last_step = step_id
            self.outcome.reached[f"step {from_state} -> {to_state}"] += 1
        for table, row_id, state in self._watch.states():
            if self._known.get((table, row_id)) == state:
                continue
            self._known[table, row_id] = state
            self.outcome.reached[f"{table} {state}"] += 1
            self._log(f"{table} {row_id} {state}")

    def _note_fault(self, fault: Fault, operation: str) -> None:
        self.outcome.happened[fault.name] += 1
        self.outcome.reached[f"happened {fault.name}"] += 1
        self._log(f"{fault.name} at {operation}")

    def _log(self, line: str) -> None:
        passed = (self._clock() - self._began).total_seconds()
        self.outcome.log.append(f"{passed:9.0f} {line}")

    def _dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row, without what tells when somebody last looked."""
        tables = ("report", "post", "version", "notice", "person", "transition", "raw", "gap")
        return {name: self._watch.dump(name) for name in tables}

    def _sum_up(self) -> None:
        town = self._town
        written = [*town.x_posts, *town.telegram_messages]
        self.outcome.posts = len(written)
        self.outcome.authors = len({author for _, author in written})
