from pathlib import Path

import pytest

from classifier.predict import Model
from tests.simulation import kept
from tests.simulation.plan import plan
from tests.simulation.runner import Runner, smaller
from tests.simulation.week import Outcome

# `make weeks` lives through hundreds.
SEEDS = (1, 2)
KEPT = sorted(kept.FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Runner:
    return Runner(tmp_path_factory.mktemp("weeks"), model)


def found(outcome: Outcome) -> str:
    """What the oracle found, and how to see it happen again."""
    said = [f"{one.rule} ({where}): {one.where}: {one.says}" for where, one in outcome.violations]
    how = f"python -m tests.simulation {outcome.seed} --log (or --shrink NAME)"
    return "\n".join([*said, f"see it again: {how}"]) if said else ""


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_week_nothing_is_lost_and_nothing_doubled(runner: Runner, seed: int) -> None:
    outcome = runner.run(seed)

    assert found(outcome) == ""
    assert outcome.is_full


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(runner: Runner, path: Path) -> None:
    outcome = runner.run(*kept.read(path))

    assert found(outcome) == ""


@pytest.mark.slow
def test_the_same_seed_gives_the_same_log(runner: Runner) -> None:
    first, second = runner.run(3), runner.run(3)

    assert first.log == second.log
    assert len(first.log) > 200


def test_a_failing_week_is_made_smaller() -> None:
    events = plan(1)
    needed = {events[3], events[50]}

    kept_events = smaller(events, lambda fewer: needed <= set(fewer))

    assert set(kept_events) == needed
