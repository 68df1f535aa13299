"""kill -9 of the bot at any moment: the same end, nothing lost, nothing doubled."""

import random
from pathlib import Path

import pytest

from tests.end_to_end.sandbox_run import SandboxRun

KILLS = 8


@pytest.mark.slow
def test_a_bot_that_is_killed_again_and_again_ends_in_the_same_state(
    tmp_path: Path,
) -> None:
    run = SandboxRun(tmp_path, f"sqlite:///{tmp_path}/sandbox.db")
    moments = random.Random(2)

    for _ in range(KILLS):
        run.kill_after(moments.uniform(1.5, 5.0))
    outcome = run.finish()

    assert run.places(outcome).wrong(but_in_doubt=True) == []
    assert run.doubled() == []
    in_doubt = [
        notice
        for report in outcome["reports"]
        for notice in report["notices"]
        if notice["state"] == "in_doubt"
    ]
    assert len(in_doubt) <= KILLS
    states = {
        (notice["state"], report["platform"])
        for report in outcome["reports"]
        for notice in report["notices"]
    }
    # Telegram cannot be asked what was sent: such a notice waits for a person, never doubled.
    assert states <= {
        ("sent", "x"),
        ("sent", "telegram"),
        ("in_doubt", "telegram"),
        ("cancelled", "x"),
        ("cancelled", "telegram"),
    }
