"""What runs when: APScheduler as a clock, one job a platform, and Telegram's poll in a thread.

Due work lives in the tables, never here; a job that is late, fails or runs twice does no harm.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from bots.platform import Platform
from classifier.predict import Model
from intake import collect, deadlines, deliver, ingest, privacy, reconcile, triage
from intake.steadiness import Steadiness
from wiring import System

log = logging.getLogger(__name__)

# Platforms whose `fetch` waits for news; they poll in a thread of their own.
LONG_POLLING = frozenset({"telegram"})
STOP_SECONDS = 12.0
# A long poll that fails at once must not spin.
PAUSE_SECONDS = 1.0


def utc_now() -> datetime:
    """The clock of everything that really runs."""
    return datetime.now(UTC)


class Scheduler:
    """Runs the bot until `stop`; built once per process."""

    def __init__(
        self,
        system: System,
        platforms: list[Platform],
        model: Callable[[], Model | None],
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._platforms = platforms
        self._model = model
        self._clock = clock
        self._steadiness = Steadiness(clock, monotonic)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._jobs = BackgroundScheduler(
            timezone="Asia/Jakarta",
            # Without these, APScheduler drops a job silently that is late by a second.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        logging.getLogger("apscheduler.scheduler").addFilter(_is_no_tick)

    def start(self) -> None:
        """Settle what an earlier process left behind, then begin."""
        self.recover()
        for platform in self._platforms:
            self._add_platform(platform)
        self._every(1, self.place, "triage")
        self._every(60, self.keep_deadlines, "deadlines")
        self._every(60, self.erase_requested, "erasures")
        self._every(3600, self.forget_raws, "forgetting")
        self._jobs.start()

    def recover(self) -> None:
        """Whatever is `sending` now is a leftover: this process alone sends for its accounts."""
        for platform in self._platforms:
            reconcile.doubt_stuck(self._system.db, platform, self._clock(), timedelta(0))

    def stop(self) -> None:
        """Let running jobs finish, cancel pending polls, and wait for both."""
        self._stopping.set()
        for platform in self._platforms:
            platform.close()
        self._jobs.shutdown(wait=True)
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def wait(self, seconds: float) -> bool:
        """Sleep; true when it is time to stop."""
        return self._stopping.wait(seconds)

    def request_stop(self) -> None:
        """For signal handlers: only sets the flag."""
        self._stopping.set()

    def read(self, platform: Platform) -> None:
        """One look for news on a platform, and what came of it."""
        system = self._system
        collect.collect(system.db, system.vault, platform, self._clock)
        self.understand(platform)

    def understand(self, platform: Platform) -> None:
        """Parse what is stored and not yet understood."""
        system = self._system
        ingest.ingest(system.db, system.vault, platform, system.policy, self._clock())

    def place(self) -> None:
        """Give every waiting post its place."""
        system = self._system
        triage.triage(system.db, system.vault, self._model(), system.policy, self._clock)

    def send(self, platform: Platform) -> None:
        """Send what is due on a platform."""
        deliver.deliver(self._system.db, platform, self._system.policy, self._clock)

    def settle(self, platform: Platform) -> None:
        """Look for notices whose outcome is unknown."""
        reconcile.reconcile(self._system.db, platform, self._system.policy, self._clock())

    def keep_deadlines(self) -> None:
        """Reminders, lateness and endings, once the clock has proved to go evenly."""
        if self._steadiness.is_steady():
            deadlines.keep_deadlines(self._system.db, self._system.policy, self._clock())

    def forget_raws(self) -> None:
        """Forget what was kept long enough."""
        deadlines.forget_raws(self._system.db, self._system.policy, self._clock())

    def erase_requested(self) -> None:
        """Forget the people who asked for it."""
        system = self._system
        privacy.erase_requested(system.db, system.erasures, self._clock(), system.policy)

    def follow_deletions(self, platform: Platform) -> None:
        """Forget posts that their authors deleted."""
        system = self._system
        privacy.follow_deletions(system.db, system.erasures, platform, self._clock(), system.policy)

    def _add_platform(self, platform: Platform) -> None:
        settings = self._system.settings
        if platform.name in LONG_POLLING:
            thread = threading.Thread(
                target=self._poll, args=(platform,), name=f"poll-{platform.name}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        else:
            self._every(settings.x_poll_seconds, partial(self.read, platform), "read", platform)
            self._every(
                settings.x_gone_hours * 3600,
                partial(self.follow_deletions, platform),
                "deletions",
                platform,
            )
        self._every(5, partial(self.understand, platform), "understand", platform)
        self._every(0.5, partial(self.send, platform), "send", platform)
        look = min(settings.look_seconds, 30) / 2
        self._every(look, partial(self.settle, platform), "settle", platform)

    def _every(
        self, seconds: float, work: Callable[[], None], name: str, of: Platform | None = None
    ) -> None:
        self._jobs.add_job(
            partial(_guarded, work, name),
            "interval",
            seconds=seconds,
            id=f"{name}:{of.name}" if of else name,
            next_run_time=datetime.now(UTC),
        )

    def _poll(self, platform: Platform) -> None:
        while not self._stopping.is_set():
            started = self._clock()
            _guarded(partial(self.read, platform), "read")
            if self._clock() - started < timedelta(seconds=PAUSE_SECONDS):
                self._stopping.wait(PAUSE_SECONDS)


def _guarded(work: Callable[[], None], name: str) -> None:
    """One failing job is logged with its traceback, and the others go on."""
    try:
        work()
    except Exception:
        log.exception("job failed", extra={"job": name})


def _is_no_tick(record: logging.LogRecord) -> bool:
    """A job longer than its interval is no news; every tick it would warn."""
    return "maximum number of running instances reached" not in record.getMessage()
