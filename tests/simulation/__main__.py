"""`python -m tests.simulation 7 --log`: live through one week, or make a failing one smaller."""

import argparse
import sys
from collections.abc import Sequence

from tests.simulation.kept import write
from tests.simulation.plan import Event, plan
from tests.simulation.runner import Runner, running, smaller


def main() -> int:
    """Exit code 1 when the oracle found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--log", action="store_true", help="print what happened")
    parser.add_argument("--shrink", metavar="NAME", help="make it smaller and keep it as a test")
    given = parser.parse_args()
    with running() as runner:
        events: Sequence[Event] = plan(given.seed)
        if given.shrink:
            events = _shrunk(runner, given.seed, events)
            print(write(given.shrink, given.seed, events))
        outcome = runner.run(given.seed, events)
    if given.log:
        print("\n".join(outcome.log))
    print(f"week {given.seed}: {len(events)} events, {outcome.posts} posts")
    for where, violation in outcome.violations:
        print(f"  {violation.rule} ({where}): {violation.where}: {violation.says}")
    return bool(outcome.violations)


def _shrunk(runner: Runner, seed: int, events: Sequence[Event]) -> Sequence[Event]:
    rules = {violation.rule for _, violation in runner.run(seed, events).violations}

    def fails(fewer: Sequence[Event]) -> bool:
        return any(found.rule in rules for _, found in runner.run(seed, fewer).violations)

    return smaller(events, fails) if rules else events


if __name__ == "__main__":
    sys.exit(main())
