"""The whole bot in one process without a thread of its own: its real jobs, one at a time."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bots.platform import Platform
from classifier.predict import Model
from intake.policy import Policy
from scheduler import Scheduler
from settings import Settings
from store.crypto import Vault
from store.erasures import Journal
from store.installation import claim_installation
from tests.simulation.database import open_shaky
from tests.simulation.interruptions import Crashed, Interruptions
from tests.simulation.world import Platforms
from wiring import System, open_channels

QUIET = ("store", "intake", "scheduler", "bots")
# More crashes in a row than any plan holds: something keeps the bot from starting.
MOST_STARTS = 50


class SimulatedBot:
    """`jobs` are what the scheduler would run; a job that crashes ends in a new start."""

    def __init__(
        self,
        database: Path,
        vault: Vault,
        model: Model,
        platforms: Platforms,
        interruptions: Interruptions,
        policy: Policy,
    ) -> None:
        self.db = open_shaky(f"sqlite:///{database}", interruptions)
        self.policy = policy
        self.vault = vault
        self.clock = platforms.bot_clock
        self.starts = 0
        self.failures: Counter[str] = Counter()
        """Errors that a job did not expect and no fault explains, by where they came from."""
        self._platforms = platforms
        self._interruptions = interruptions
        self._model = model
        settings = Settings(_env_file=None)
        journal = Journal(database.with_name(f"{database.name}-erasures"), ["simulated"])
        self.system = System(settings, "sandbox", self.db, vault, self.policy, journal)
        self._levels = {name: logging.getLogger(name).level for name in QUIET}
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def start(self) -> None:
        """Start, as often as it takes."""
        for _ in range(MOST_STARTS):
            self._interruptions.crashed = False
            self.starts += 1
            self.platforms = self._platforms.open()
            try:
                with self.db.writing() as session:
                    claim_installation(session, "sandbox", self.clock())
                open_channels(self.system, self.platforms, self.clock())
                self._scheduler = Scheduler(
                    self.system,
                    self.platforms,
                    lambda: self._model,
                    self.clock,
                    monotonic=lambda: self.clock.true().timestamp(),
                )
                self._scheduler.recover()
            except (Crashed, OperationalError):
                continue
            self.jobs = self._jobs(self.platforms)
            return
        raise AssertionError("the bot does not start any more")

    def run(self, names: Sequence[str]) -> None:
        """Run these jobs in this order; none stops the others."""
        for name in names:
            self.attempt(name, self.jobs[name])

    def attempt(self, name: str, work: Callable[[], object]) -> None:
        """Do something in the bot's process; a crash ends in a new start."""
        try:
            work()
        except Crashed:
            self.start()
        except OperationalError:
            # Only injected ones come here: nobody else uses this database.
            pass
        except Exception as error:  # noqa: BLE001 - it is a finding, whatever it is
            self.failures[f"{name}: {type(error).__name__}"] += 1

    def close(self) -> None:
        """Stop."""
        self._platforms.end()
        self.db.close()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def _jobs(self, platforms: list[Platform]) -> dict[str, Callable[[], object]]:
        scheduler = self._scheduler
        jobs: dict[str, Callable[[], object]] = {
            "place": scheduler.place,
            "deadlines": scheduler.keep_deadlines,
            "erasures": scheduler.erase_requested,
            "forgetting": scheduler.forget_raws,
        }
        for platform in platforms:
            name = platform.name
            jobs[f"read {name}"] = partial(scheduler.read, platform)
            jobs[f"understand {name}"] = partial(scheduler.understand, platform)
            jobs[f"send {name}"] = partial(scheduler.send, platform)
            jobs[f"settle {name}"] = partial(scheduler.settle, platform)
            jobs[f"deletions {name}"] = partial(scheduler.follow_deletions, platform)
        return jobs
