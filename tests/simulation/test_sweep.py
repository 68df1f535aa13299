from collections.abc import Iterator

import pytest

from classifier.predict import Model
from intake.fsck import Violation
from tests.simulation.interruptions import Fault
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.stage import Told
from tests.simulation.sweep import (
    Position,
    Result,
    Sweeper,
    all_positions,
    sweep,
)
from tests.simulation.trouble import LASTS_TURNS, Trouble, faults_of
from tests.templates import folder_in_memory

# Odd, so that every sort of trouble has its turn.
FEW, MANY = 241, 13
POST = "x POST /2/tweets"


@pytest.fixture(scope="module")
def sweeper(model: Model) -> Iterator[Sweeper]:
    with folder_in_memory() as folder:
        yield Sweeper(folder, model)


@pytest.fixture(scope="module")
def positions(sweeper: Sweeper) -> list[Position]:
    """All of them; each story has passed untouched by then."""
    return [position for one in SCENARIOS.values() for position in sweeper.positions(one)]


def found(results: list[Result]) -> str:
    """What was found, and how to see it again."""
    return "\n".join(str(result) for result in results if result.findings)


def test_there_are_thousands_of_places_in_at_least_twelve_stories(
    positions: list[Position],
) -> None:
    assert len(SCENARIOS) >= 12
    assert len(positions) > 5000
    assert {position.scenario for position in positions} == set(SCENARIOS)


def test_wherever_something_goes_wrong_everybody_is_told_once(
    sweeper: Sweeper, positions: list[Position]
) -> None:
    results = [sweeper.run(position) for position in positions[::FEW]]

    assert found(results) == ""
    assert len(results) >= 30
    assert all(result.operation for result in results)


@pytest.mark.slow
def test_at_five_hundred_places_nothing_is_lost_and_nothing_doubled() -> None:
    results = list(sweep(all_positions()[::MANY]))

    assert found(results) == ""
    assert len(results) >= 500
    assert all(result.operation for result in results)


def test_after_the_last_operation_a_story_passes_untouched(sweeper: Sweeper) -> None:
    last = sweeper.positions(SCENARIOS["mention"])[-1].number

    result = sweeper.run(Position("mention", last + 1, Fault.CRASH_AFTER, lasts=True))

    assert result.operation is None
    assert result.findings == ()


def test_the_same_story_has_the_same_positions(sweeper: Sweeper) -> None:
    thread = SCENARIOS["thread"]

    assert sweeper.positions(thread) == sweeper.positions(thread)


def test_a_finding_says_how_to_see_it_again() -> None:
    position = Position("mention", 7, Fault.HANG_APPLIED, lasts=True)
    finding = ("the end", Violation("told-wrong", "mention", "2 times: KABARI"))

    said = str(Result(position, POST, (finding,)))

    assert "told-wrong" in said
    assert said.endswith("python -m tests.simulation.sweep mention 7 HANG_APPLIED --lasts")


def test_lasting_trouble_meets_its_own_side_only() -> None:
    trouble = Trouble(2, Fault.NO_CONNECTION, lasts=True)

    happened = [trouble(1, POST), trouble(2, POST), trouble(3, "write"), trouble(4, "x GET /2/me")]

    assert happened == [None, Fault.NO_CONNECTION, None, Fault.NO_CONNECTION]


def test_lasting_trouble_ends() -> None:
    trouble = Trouble(1, Fault.LOCKED, lasts=True)
    trouble(1, "write")

    for _ in range(LASTS_TURNS):
        assert trouble(2, "read") is Fault.LOCKED
        trouble.turn_ended()

    assert trouble(3, "read") is None


def test_a_full_disk_can_still_be_read() -> None:
    assert Fault.FULL in faults_of("write")
    assert Fault.FULL not in faults_of("read")


@pytest.mark.parametrize("heard", [[], ["LPR 1", "LPR 2"], ["LPR 1", "something else"]])
def test_what_is_missing_doubled_or_unexpected_is_a_fault(heard: list[str]) -> None:
    assert Told("1", ["LPR"]).faults(["LPR 1"]) == []
    assert len(Told("1", ["LPR"]).faults(heard)) == 1


def test_what_may_be_said_is_said_once_at_most() -> None:
    told = Told("1", ["LPR"], perhaps=["last word"])

    assert told.faults(["LPR 1"]) == []
    assert told.faults(["LPR 1", "last word"]) == []
    assert told.faults(["LPR 1", "last word", "last word"]) != []
