"""`python -m tests.simulation 7 --log` lives through one week; `1-500` through many, with a table.

A failing week is made smaller, and kept as a test, by `--shrink NAME`.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from tests.simulation.coverage import LEAST_SHARE, Coverage
from tests.simulation.kept import write
from tests.simulation.plan import Event, plan
from tests.simulation.runner import Runner, run_many, running, smaller
from tests.simulation.week import Outcome


def main() -> int:
    """Exit code 1 when the oracle found something, or when weeks did not reach what they must."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("weeks", help="the number of a week, or from-to")
    parser.add_argument("--log", action="store_true", help="print what happened")
    parser.add_argument("--shrink", metavar="NAME", help="make it smaller and keep it as a test")
    given = parser.parse_args()
    first, _, last = given.weeks.partition("-")
    if last:
        return _many(range(int(first), int(last) + 1))
    return _one(int(first), given.shrink, log=given.log)


def _one(seed: int, name: str | None, *, log: bool) -> int:
    with running() as runner:
        events: Sequence[Event] = plan(seed)
        if name:
            events = _shrunk(runner, seed, events)
            print(write(name, seed, events))
        outcome = runner.run(seed, events)
    if log:
        print("\n".join(outcome.log))
    print(f"week {seed}: {len(events)} events, {outcome.posts} posts")
    _say(outcome)
    return bool(outcome.violations)


def _many(seeds: range) -> int:
    coverage, failed, empty = Coverage(), 0, list[int]()
    for outcome in run_many(seeds, os.cpu_count() or 1):
        coverage.add([outcome])
        failed += bool(outcome.violations)
        empty += [] if outcome.is_full or outcome.violations else [outcome.seed]
        _say(outcome)
        if sys.stderr.isatty():
            print(f"\r{coverage.weeks} of {len(seeds)} ", end="", file=sys.stderr, flush=True)
    print(f"{coverage.table()}\n{coverage.weeks} weeks, {failed} with violations")
    rare = coverage.rare()
    if rare:
        print(f"reached in under {LEAST_SHARE:.0%} of the weeks: {', '.join(rare)}")
    if empty:
        print(f"too little happened in the weeks {empty}")
    return bool(failed or rare or empty)


def _say(outcome: Outcome) -> None:
    for where, violation in outcome.violations:
        print(f"week {outcome.seed}: {violation.rule} ({where}): {violation.where}:", end=" ")
        print(violation.says)


def _shrunk(runner: Runner, seed: int, events: Sequence[Event]) -> Sequence[Event]:
    rules = {violation.rule for _, violation in runner.run(seed, events).violations}

    def fails(fewer: Sequence[Event]) -> bool:
        return any(found.rule in rules for _, found in runner.run(seed, fewer).violations)

    return smaller(events, fails) if rules else events


if __name__ == "__main__":
    sys.exit(main())
