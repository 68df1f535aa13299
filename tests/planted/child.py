"""The process that looks for a defect: it runs in a copy of the tree and imports nothing else.

`hunt` starts it as `python -m tests.planted.child WAY LIMIT` and reads the last line it prints.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice, zip_longest
from pathlib import Path
from random import Random

import pytest

from intake.fsck import Violation
from tests.planted.finding import Finding
from tests.planted.origin import insist_on
from tests.planted.patches import SWEEP, WEEKS
from tests.simulation.interruptions import Crashed, Fault
from tests.simulation.runner import Runner, running
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.sweep import Position, Sweeper, sweeping

# Behind the last operation of any story, so that nothing goes wrong in it.
BEYOND = 1_000_000


def look(way: str, limit: int) -> Finding:
    """Go through at most so many weeks or positions, or run a test once."""
    if way == WEEKS:
        return _first(_weeks(), limit)
    if way == SWEEP:
        return _first(_positions(), limit)
    return _test(way)


Violations = Sequence[tuple[str, Violation]]
Try = tuple[str, Callable[[], Violations]]
"""What is tried, and how to try it."""


def _first(tries: Iterator[Try], limit: int) -> Finding:
    tried = 0
    for what, violations_of in islice(tries, limit):
        tried += 1
        if rule := _rule(violations_of):
            return Finding(what, rule, tried)
    return Finding(None, None, tried)


def _rule(violations_of: Callable[[], Violations]) -> str | None:
    """The first rule that was broken. What ends with an error would fail as a test, too."""
    try:
        found = violations_of()
    except (Exception, Crashed) as error:  # noqa: BLE001 - a finding, whatever it is
        return f"error: {type(error).__name__}"
    return found[0][1].rule if found else None


def _weeks() -> Iterator[Try]:
    with running() as runner:
        for seed in count(1):
            yield f"week {seed}", partial(_violations_in_week, runner, seed)


def _violations_in_week(runner: Runner, seed: int) -> Violations:
    return runner.run(seed).violations


def _positions() -> Iterator[Try]:
    with sweeping() as sweeper:
        for name in SCENARIOS:
            untouched = Position(name, BEYOND, Fault.CRASH_AFTER, lasts=False)
            yield f"{name} untouched", partial(_violations_at, sweeper, untouched)
        for position in _spread(sweeper):
            yield str(position), partial(_violations_at, sweeper, position)


def _violations_at(sweeper: Sweeper, position: Position) -> Violations:
    return sweeper.run(position).findings


def _spread(sweeper: Sweeper) -> Iterator[Position]:
    """Every position: each story in its turn, and its operations in no order."""
    stories = []
    for name, scenario in SCENARIOS.items():
        positions = sweeper.positions(scenario)
        Random(name).shuffle(positions)
        stories.append(positions)
    for row in zip_longest(*stories):
        yield from (position for position in row if position is not None)


def _test(name: str) -> Finding:
    options = ["-q", "-x", "-o", "addopts=", "-p", "no:cacheprovider", "--no-header"]
    with contextlib.redirect_stdout(sys.stderr):
        code = pytest.main([name, *options])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run {name}: {code!r}")
    failed = code == pytest.ExitCode.TESTS_FAILED
    return Finding(name if failed else None, "test failed" if failed else None, 1)


def main() -> None:
    """Look in the tree in which this was started."""
    way, limit = sys.argv[1:]
    insist_on(Path.cwd())
    found = look(way, int(limit))
    insist_on(Path.cwd())
    print(found.to_json())


if __name__ == "__main__":
    main()
