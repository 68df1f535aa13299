"""One simulated week: citizens, a moderator and trouble, and an oracle that looks on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import TextClause, text

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
from tests.simulation.work import BUSY, WORK
from tests.simulation.world import Platforms
from tests.stand_ins import Clock

GAPS = (timedelta(seconds=3), timedelta(seconds=27))
LONGEST_GAP = timedelta(hours=2)
QUIET_GAP = timedelta(hours=8)
READING = ("read x", "read telegram")
WORKING = ("place", "send x", "send telegram", "settle x", "settle telegram", "erasures")
RESTING = ("deadlines", "deletions x", "forgetting")
EVERYTHING = (*READING, *WORKING, *RESTING)
# What citizens do that has broken other systems.
TROUBLE = frozenset({"x_edit", "x_delete", "x_share", "x_machine", "tg_edit", "tg_block", "tg_odd"})
# A job without work does nothing; the simulation leaves most of them out, for speed.
IDLE_JOBS = 0.1
STILL_TO_READ = text("""
SELECT 1 FROM channel WHERE read_not_before IS NOT NULL OR catching_up_since NOT NULL
UNION SELECT 1 FROM raw WHERE parsed_at IS NULL LIMIT 1
""")
STATES = {
    name: text(f"SELECT id, state FROM {name} ORDER BY id") for name in ("report", "notice", "post")
}
STEPS_AFTER = text("SELECT id, from_state, to_state FROM transition WHERE id > :last ORDER BY id")


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
        self._known: dict[tuple[str, int], str] = {}
        self._unread = True
        self._set_back = timedelta(0)
        self._last_step = 0
        self._seen: tuple[object, ...] = ()

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
        return self.outcome

    # ------------------------------------------------------------------ time

    def _wait_until(self, event: Event) -> None:
        """Let the bot work until the event; when nothing is left to do, time leaps."""
        moment, number = self._began + event.after, 0
        while not self.outcome.violations:
            gap = self._gap(number)
            if self._clock() + gap >= moment:
                break
            self._clock.forward(seconds=gap.total_seconds())
            self._turn(number)
            number += 1
        if self._clock() < moment:
            self._clock.now = moment

    def _gap(self, number: int) -> timedelta:
        if number < len(GAPS):
            return GAPS[number]
        if self._busy():
            longer = GAPS[-1] * 3.0 ** min(number - len(GAPS), 6)
            return min(longer, LONGEST_GAP)
        return QUIET_GAP

    def _busy(self) -> bool:
        now = self._platforms.bot_clock()
        with self._oracle.engine.connect() as connection:
            return bool(connection.execute(BUSY, {"soon": now + timedelta(minutes=1)}).scalar_one())

    def _turn(self, number: int) -> None:
        """Some of the jobs, in any order: they run beside one another."""
        resting = number >= len(GAPS)
        jobs = [name for name in (*READING, *WORKING) if resting or self._has_work(name)]
        if resting:
            jobs += RESTING
        self._random.shuffle(jobs)
        faults = self._interruptions.happened.total()
        self._bot.run(jobs)
        if "read x" in jobs and self._interruptions.happened.total() == faults:
            self._unread = self._asks(STILL_TO_READ)
        self._look(f"turn {number}")

    def _has_work(self, job: str) -> bool:
        kind = job.partition(" ")[0]
        if kind == "read":
            return self._unread
        # What is read in this turn may be placed in it.
        return (
            (kind == "place" and self._unread) or self._asks(WORK[kind]) or self._chance(IDLE_JOBS)
        )

    def _asks(self, question: TextClause) -> bool:
        with self._oracle.engine.connect() as connection:
            return connection.execute(question).first() is not None

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _rest(self) -> None:
        """The faults are over: everything comes to its end, and stays there."""
        self._interruptions.clear()
        self._platforms.bot_clock.ahead = timedelta(0)
        self._moderator.act("resume", self._random)
        for minutes in (1, 1, 2, 8, 7 * 60, 1, 2, 12):
            self._clock.forward(minutes=minutes)
            self._bot.run([*EVERYTHING, *READING, "place", "send x", "send telegram"])
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
        seen = (self._version(), self._platforms.changes())
        if seen != self._seen:
            self._seen = seen
            self._note_changes()
            self._judge(where, check)

    def _judge(self, where: str, oracle: Callable[..., list[Violation]]) -> None:
        if self.outcome.violations:
            return
        shown = shown_of(self._platforms, self._oracle, self._set_back)
        now = self._platforms.bot_clock()
        for violation in oracle(self._oracle, self._bot.policy, now, shown):
            self._violate(where, violation)
        for failure in self._bot.failures:
            self._violate(where, Violation("job-failed", failure, "a job failed unexpectedly"))

    def _version(self) -> int:
        """Another number whenever the bot has written, but for how far it has looked."""
        with self._oracle.engine.connect() as connection:
            return int(connection.execute(text("PRAGMA data_version")).scalar_one())

    def _violate(self, where: str, violation: Violation) -> None:
        self._log(f"VIOLATION {violation.rule} {violation.where}")
        self.outcome.violations.append((where, violation))

    def _note_changes(self) -> None:
        """Write down which rows are in another state than before, and which steps were taken."""
        with self._oracle.engine.connect() as connection:
            steps = connection.execute(STEPS_AFTER, {"last": self._last_step}).all()
        for step_id, from_state, to_state in steps:
            self._last_step = step_id
            self.outcome.reached[f"step {from_state} -> {to_state}"] += 1
        for table, rows in self._states().items():
            for row_id, state in rows:
                if self._known.get((table, row_id)) == state:
                    continue
                self._known[table, row_id] = state
                self.outcome.reached[f"{table} {state}"] += 1
                self._log(f"{table} {row_id} {state}")

    def _states(self) -> dict[str, list[tuple[int, str]]]:
        with self._oracle.engine.connect() as connection:
            return {
                table: [(row.id, row.state) for row in connection.execute(statement)]
                for table, statement in STATES.items()
            }

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
        with self._oracle.engine.connect() as connection:
            return {
                name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]
                for name in tables
            }

    def _sum_up(self) -> None:
        town = self._town
        written = [*town.x_posts, *town.telegram_messages]
        self.outcome.posts = len(written)
        self.outcome.authors = len({author for _, author in written})
