"""What a number of weeks has reached, and what hardly any of them did."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.states import STEPS
from store.tables import NOTICE_STATES, POST_STATES, REPORT_STATES
from tests.simulation import citizens, mishaps, moderator
from tests.simulation.interruptions import Fault
from tests.simulation.week import Outcome

LEAST_SHARE = 0.01


def expected() -> frozenset[str]:
    """Everything that weeks must reach: acts, faults that happened, states, transitions."""
    states = {
        *(f"report {state}" for state in REPORT_STATES),
        *(f"notice {state}" for state in NOTICE_STATES if state != "sending"),
        *(f"post {state}" for state in POST_STATES),
    }
    steps = {
        f"step {state} -> {target}"
        for state, targets in STEPS.items()
        for target in targets.values()
    }
    done = {
        *(f"citizen {name}" for name in citizens.ACTS),
        *(f"moderator {name}" for name in moderator.ACTS),
        *(f"mishap {name}" for name in mishaps.MISHAPS),
        *(f"happened {fault.name}" for fault in Fault),
    }
    return frozenset(states | steps | done)


@dataclass
class Coverage:
    """In how many weeks each thing was reached."""

    weeks: int = 0
    reached: Counter[str] = field(default_factory=Counter)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count these weeks too."""
        for outcome in outcomes:
            self.weeks += 1
            self.reached.update(outcome.reached.keys())

    def rare(self) -> list[str]:
        """What was reached in too few weeks."""
        return sorted(name for name in expected() if self.reached[name] < LEAST_SHARE * self.weeks)

    def table(self) -> str:
        """The share of weeks for each, rarest first."""
        lines = sorted((self.reached[name] / max(self.weeks, 1), name) for name in expected())
        return "\n".join(f"{share:7.1%}  {name}" for share, name in lines)
