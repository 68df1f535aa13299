"""The sweep: each story of `scenarios` once for every place at which something can go wrong in it.

A story is told untouched first, and its operations are counted; then again for each of them and
for everything that can happen to it: a crash before or after, an error, a hang, once or for a
while. `python -m tests.simulation.sweep` tells all of them, or one: see its --help.
"""

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp

from classifier.predict import Model
from classifier.registry import load_model
from classifier.starter import STARTER
from intake.fsck import Violation
from store.crypto import Vault, new_secret_key
from store.database import Database
from tests.simulation.interruptions import Fault
from tests.simulation.runner import RememberingModel
from tests.simulation.scenarios import SCENARIOS, Scenario
from tests.simulation.telling import Telling
from tests.simulation.trouble import Trouble, faults_of
from tests.templates import folder_in_memory, make_template

AT_ONCE = 10
WORKERS = 2


@dataclass(frozen=True)
class Position:
    """Where something goes wrong: at which operation (from 1) of which story, and what."""

    scenario: str
    number: int
    fault: Fault
    lasts: bool

    def __str__(self) -> str:
        """The arguments by which `python -m tests.simulation.sweep` shows it again."""
        return f"{self.scenario} {self.number} {self.fault.name}{' --lasts' * self.lasts}"


@dataclass(frozen=True)
class Result:
    """What came of one position; `operation` is what went wrong, None if nothing did."""

    position: Position
    operation: str | None
    findings: tuple[tuple[str, Violation], ...]

    def __str__(self) -> str:
        """What was found, and how to see it again."""
        said = [f"{one.rule} ({where}): {one.where}: {one.says}" for where, one in self.findings]
        at = f"{self.position.fault} at {self.operation}"
        again = f"see it again: python -m tests.simulation.sweep {self.position}"
        return "\n  ".join([at, *said, again])


class Sweeper:
    """Tells stories in this process: the model and an empty database are made once."""

    def __init__(self, folder: Path, model: Model) -> None:
        self._folder, self._model = folder, RememberingModel(model)
        self._vault = Vault([new_secret_key()])
        self._database = folder / "story.db"
        self._oracle = Database(f"sqlite:///{self._database}")
        self._template = make_template(folder / "template.db")

    def positions(self, scenario: Scenario) -> list[Position]:
        """Every position of a story, in order; raises when it fails by itself."""
        told = self._tell(scenario, None)
        if told.findings:
            raise AssertionError(f"{scenario.name} fails untouched: {told.findings}")
        return [
            Position(scenario.name, number, fault, lasts)
            for number, operation in enumerate(told.operations, 1)
            for fault in faults_of(operation)
            for lasts in (False, True)
        ]

    def run(self, position: Position) -> Result:
        """Tell the story with this going wrong."""
        trouble = Trouble(position.number, position.fault, position.lasts)
        told = self._tell(SCENARIOS[position.scenario], trouble)
        return Result(position, trouble.operation, tuple(told.findings))

    def _tell(self, scenario: Scenario, trouble: Trouble | None) -> Telling:
        shutil.copy(self._template, self._database)
        try:
            telling = Telling(scenario, self._oracle, self._model, self._vault, trouble)
            telling.tell()
            return telling
        finally:
            for left in self._folder.glob("story.db*"):
                left.unlink()


@contextmanager
def sweeping() -> Iterator[Sweeper]:
    """A sweeper on a folder of its own."""
    with folder_in_memory() as folder:
        yield Sweeper(folder, load_model(STARTER))


def all_positions(scenarios: Iterable[Scenario] = SCENARIOS.values()) -> list[Position]:
    """Every position of these stories. An odd step through them meets every sort of trouble."""
    with sweeping() as sweeper:
        return [position for one in scenarios for position in sweeper.positions(one)]


def sweep(positions: Sequence[Position], workers: int = WORKERS) -> Iterator[Result]:
    """The results in the order of the positions, from as many processes."""
    with folder_in_memory() as folder, get_context("fork").Pool(workers, _begin, [folder]) as pool:
        yield from pool.imap(_run, positions, chunksize=AT_ONCE)


_sweeper: Sweeper | None = None
"""Of this worker."""


def _begin(folder: Path) -> None:
    global _sweeper
    _sweeper = Sweeper(Path(mkdtemp(dir=folder)), load_model(STARTER))


def _run(position: Position) -> Result:
    assert _sweeper is not None
    return _sweeper.run(position)


def main() -> int:
    """Exit code 1 when anything was found."""
    given = _arguments()
    began = time.monotonic()
    if given.number is not None:
        position = Position(given.scenario, given.number, Fault[given.fault], given.lasts)
        with sweeping() as sweeper:
            results: Iterable[Result] = [sweeper.run(position)]
    else:
        stories = [SCENARIOS[given.scenario]] if given.scenario else SCENARIOS.values()
        results = sweep(all_positions(stories)[:: given.every], given.workers)
    told, bad = Counter[str](), 0
    for result in results:
        told[result.position.scenario] += 1
        if result.findings:
            bad += 1
            print(result, flush=True)
    for scenario, count in told.items():
        print(f"{count:6} {scenario}")
    print(f"{told.total():6} positions, {bad} bad, {time.monotonic() - began:.0f} s")
    return bool(bad)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.sweep", description=__doc__)
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS, help="only this story")
    parser.add_argument("number", nargs="?", type=int, help="only this operation of it, from 1")
    parser.add_argument("fault", nargs="?", choices=[one.name for one in Fault])
    parser.add_argument("--lasts", action="store_true", help="the fault lasts for a while")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="each K-th position")
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    if given.number is not None and given.fault is None:
        parser.error("a number needs a fault")
    return given


if __name__ == "__main__":
    sys.exit(main())
