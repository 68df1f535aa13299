"""How long the machines run: a little in every run, four times as long with `-m slow`.

The short form draws the same examples every time, so that a failure anywhere is a failure
everywhere. The long form looks for new ones, and prints how to see a failure again.
"""

import os
from collections.abc import Callable
from typing import cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

MORE = 4


def quick(examples: int, steps: int = 30) -> settings:
    """For every run: `examples` walks of at most `steps` steps, always the same ones."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        # Why a failure is the smallest one takes as long as finding it.
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )


def long(examples: int, steps: int = 50) -> settings:
    """For the slow run: four times the examples, other ones each time unless it is CI."""
    reproducible = "CI" in os.environ
    return settings(
        quick(examples * MORE, steps),
        derandomize=reproducible,
        database=None,
    )


def walk(machine: Callable[[], RuleBasedStateMachine], effort: settings) -> None:
    """Let a machine walk; `machine` makes a new one for every example."""
    # Hypothesis takes anything that makes a machine; its types name the class only.
    factory = cast(type[RuleBasedStateMachine], machine)
    run_state_machine_as_test(factory, settings=effort)
