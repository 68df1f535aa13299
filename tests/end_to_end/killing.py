"""kill -9 of the bot again and again while citizens write, and what came of it.

`run_cycles` is what the tests call, and what a long proof calls with more cycles.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from tests.end_to_end.disk import Disk, Fault
from tests.end_to_end.processes import Partner, warm_town
from tests.end_to_end.verdict import Verdict, ask_oracle, judge

# Each cycle ends at a random moment between the first two, most often near the third, in seconds:
# of so many runs since their start, of the others since they are at work.
MOMENT = (0.03, 1.5, 0.3)
SHARE_SINCE_START = 0.3
# A cold start has to read half of the packages' code first.
COLD_SHORTEST, COLD_LONGEST = 1.0, 4.5
COLD_COMMAND = (sys.executable, "-c", "from cli.main import run; run()", "run")
# The first cycles meet an empty database, and a live account that is still in shadow.
IN_SHADOW = 3
POSTS_A_CYCLE = (3, 4)
# In so many runs on PostgreSQL all connections are cut on the way.
SHARE_CUT = 0.25

BadDisk = Callable[[random.Random], Disk]


@dataclass(frozen=True)
class KillOutcome:
    """What so many kills did. `crashed` holds runs that ended by themselves, which none may."""

    cycles: int
    cold_starts: int
    seconds: float
    verdict: Verdict
    crashed: tuple[str, ...]
    violations: tuple[str, ...]

    @property
    def wrong(self) -> list[str]:
        """Everything that is wrong, a sentence each."""
        return [*self.crashed, *self.verdict.wrong, *self.violations]

    def __str__(self) -> str:
        found = self.verdict
        return (
            f"{self.cycles} kills ({self.cold_starts} cold) in {self.seconds:.0f} s: "
            f"{found.written} posts, {found.shown} notices shown, {found.doubted} interrupted, "
            f"{found.in_doubt} in doubt, {len(self.wrong)} wrong"
        )


def run_cycles(
    database_url: str,
    folder: Path,
    cycles: int,
    seed: int,
    *,
    cold_starts: int = 2,
    cold_command: Sequence[str] = COLD_COMMAND,
    moment: tuple[float, float, float] = MOMENT,
    bad_disk: BadDisk | None = None,
) -> KillOutcome:
    """Kill the bot `cycles` times, let it finish, and look at what stands where.

    `database_url` names a database that holds nothing yet, `folder` one for the rest. Some of the
    runs are cold starts of the `lapor` command; the others are forked from a process that is warm.
    `moment` says when a warm run is killed: the earliest, the latest and the likeliest, in seconds.
    With `bad_disk` each warm run has such a disk besides.
    """
    begun, moments = time.monotonic(), random.Random(seed)
    cold = set(moments.sample(range(IN_SHADOW, cycles), cold_starts))
    crashed: list[str] = []
    with warm_town(database_url, folder, seed) as (town, bot, env):
        for cycle in range(cycles):
            if cycle == IN_SHADOW:
                crashed += _not_ended(bot.ask("switch on"), "switching on")
            if cycle in cold:
                seconds = moments.uniform(COLD_SHORTEST, COLD_LONGEST)
                town.write(moments.randint(*POSTS_A_CYCLE), seconds)
                _cold_start(cold_command, env, folder, seconds)
            else:
                disk = bad_disk(moments) if bad_disk else Disk()
                fault = _warm_cycle(town, bot, moments, moment, disk, database_url)
                crashed += [fault] if fault else []
            town.answer()
        crashed += _not_ended(bot.ask("finish"), "the undisturbed run")
    world = folder / "world.db"
    return KillOutcome(
        cycles,
        cold_starts,
        time.monotonic() - begun,
        judge(database_url, world),
        tuple(crashed),
        tuple(ask_oracle(database_url, world)),
    )


def _warm_cycle(
    town: Partner,
    bot: Partner,
    moments: random.Random,
    moment: tuple[float, float, float],
    disk: Disk,
    database_url: str,
) -> str | None:
    """Let the bot run and be killed while the town writes; what went wrong, if anything did."""
    seconds = moments.triangular(*moment)
    town.write(moments.randint(*POSTS_A_CYCLE), seconds)
    since = "start" if moments.random() < SHARE_SINCE_START else "work"
    bot.tell(f"kill {seconds} {since} {disk}")
    cut = not database_url.startswith("sqlite") and moments.random() < SHARE_CUT
    if cut:
        time.sleep(moments.uniform(0, seconds))
        cut_connections(database_url)
    ended = bot.answer()
    # Without a database a run cannot start: it says so and ends, for its manager to try again.
    if ended["killed"] or cut or disk.fault is not Fault.NONE:
        return None
    return f"a run ended by itself with code {ended['code']}"


def _not_ended(ended: Mapping[str, Any], name: str) -> list[str]:
    return [] if ended["code"] == 0 else [f"{name} ended with code {ended['code']}, or never"]


def cut_connections(database_url: str) -> None:
    """End every connection to a PostgreSQL database, as its administrator or a restart would."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    except DBAPIError:
        # The bot is busy making the tables; there will be other cycles.
        pass
    finally:
        engine.dispose()


def _cold_start(
    command: Sequence[str], env: Mapping[str, str], folder: Path, seconds: float
) -> None:
    with (folder / "bot.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        time.sleep(seconds)
        # A wrapper such as `fiu-run` is a process too: the whole group goes.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
