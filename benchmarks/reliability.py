"""`make prove`: the long form of what CI does shortly, added up in results/reliability.json.

Weeks and kills go on with the number after the last one, so that every run proves something new;
a week or kill that finds something sets its count back to none. Whatever is measured is written
down at once: the run can be ended at any time.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import RESULTS, Figure, add, at_least, at_most, read
from tests.end_to_end.killing import KillOutcome, run_cycles
from tests.planted.hunt import hunt_all
from tests.planted.patches import list_patches
from tests.postgres import HOW, find_binaries, run_sql, running_server
from tests.simulation.runner import run_many
from tests.simulation.sweep import all_positions, sweep

LEDGER = RESULTS / "reliability.json"
WORKERS = os.cpu_count() or 1
WEEKS_BAR, KILLS_BAR, SEEDS_BAR = 20_000, 1_000, 1_000
WEEKS_AT_ONCE, KILLS_AT_ONCE = 100, 50
WEEKS = "simulated weeks in a row without a violation"
POSITIONS, BAD_POSITIONS = "fault positions swept", "fault positions with a violation"
PLANTED, CAUGHT = "planted bugs", "planted bugs caught"
SEEDS = "most weeks or positions that a planted bug took"


class Failed(Exception):
    """Something was found; it stands above, and in the ledger."""


def main() -> int:
    """Exit code 1 when anything was found."""
    parts: dict[str, tuple[Callable[[int], None], int]] = {
        "planted": (prove_planted, SEEDS_BAR),
        "positions": (prove_positions, 1),
        "kills": (prove_kills, 100),
        "weeks": (prove_weeks, 1000),
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("part", nargs="?", choices=parts, help="only this one")
    parser.add_argument(
        "amount",
        nargs="?",
        type=int,
        help="weeks, kills, each K-th position, or most seeds",
    )
    given = parser.parse_args()
    failed = False
    for name, (prove, usual) in parts.items():
        if given.part in (None, name):
            try:
                prove(given.amount or usual)
            except Failed:
                failed = True
    print(*read(LEDGER).values(), sep="\n")
    return failed


def prove_weeks(amount: int) -> None:
    """Live through so many more weeks."""
    done = _value(WEEKS)
    for first in range(done + 1, done + amount + 1, WEEKS_AT_ONCE):
        seeds = range(first, min(first + WEEKS_AT_ONCE, done + amount + 1))
        bad = [outcome.seed for outcome in run_many(seeds, WORKERS) if outcome.violations]
        _keep(at_least(WEEKS, 0 if bad else seeds[-1], WEEKS_BAR))
        print(f"weeks {seeds[0]}-{seeds[-1]}", flush=True)
        if bad:
            print(f"violations in the weeks {bad}: python -m tests.simulation {bad[0]} --log")
            raise Failed


def prove_positions(every: int) -> None:
    """Tell every story with every fault at every place."""
    positions = all_positions()
    bad = 0
    for number, result in enumerate(sweep(positions[::every]), 1):
        if result.findings:
            bad += 1
            print(result, flush=True)
        if number % 1000 == 0:
            print(f"{number} positions", flush=True)
    _keep(
        at_least(POSITIONS, len(positions[::every]), len(positions)),
        at_most(BAD_POSITIONS, bad, 0),
    )
    if bad:
        raise Failed


def prove_kills(amount: int) -> None:
    """Kill the bot so many more times on each database."""
    for name, databases in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        figure = f"kill -9 on {name} in a row, nothing lost or doubled"
        done = _value(figure)
        with databases() as fresh:
            for cycles in _portions(amount, KILLS_AT_ONCE):
                outcome = _kill(next(fresh), cycles, seed=done + 1)
                done = 0 if outcome.wrong else done + cycles
                _keep(at_least(figure, done, KILLS_BAR))
                print(f"{name}: {outcome}", *outcome.wrong, sep="\n  ", flush=True)
                if outcome.wrong:
                    raise Failed


def prove_planted(most: int) -> None:
    """Hunt every planted bug through so many weeks or positions."""
    patches = list_patches()
    catches = hunt_all(patches, most)
    print(*catches, sep="\n", flush=True)
    caught = sum(catch.caught for catch in catches)
    _keep(
        at_least(PLANTED, len(patches), 20),
        at_least(CAUGHT, caught, len(patches)),
        at_most(SEEDS, max(catch.finding.tried for catch in catches), SEEDS_BAR),
    )
    if caught < len(patches):
        raise Failed


def _kill(database_url: str, cycles: int, seed: int) -> KillOutcome:
    with TemporaryDirectory() as folder:
        return run_cycles(database_url.format(folder=folder), Path(folder), cycles, seed)


@contextmanager
def _sqlite() -> Iterator[Iterator[str]]:
    yield ("sqlite:///{folder}/lapor.db" for _ in count())


@contextmanager
def _postgres() -> Iterator[Iterator[str]]:
    binaries = find_binaries()
    if binaries is None:
        sys.exit(HOW)
    with running_server(binaries) as url:
        yield (_created(url, f"killed{number}") for number in count())


def _created(url: str, name: str) -> str:
    run_sql(url, f"CREATE DATABASE {name}")
    return url.replace("/postgres", f"/{name}")


def _portions(amount: int, most: int) -> Iterator[int]:
    while amount > 0:
        yield min(amount, most)
        amount -= most


def _value(name: str) -> int:
    known = read(LEDGER).get(name)
    return int(known.value) if known else 0


def _keep(*figures: Figure) -> None:
    add(LEDGER, figures)


if __name__ == "__main__":
    sys.exit(main())
