"""kill -9 again and again on SQLite, while citizens write: nothing lost, nothing doubled."""

from pathlib import Path

import pytest

from tests.end_to_end.killing import run_cycles

CYCLES = 30


@pytest.mark.slow
def test_thirty_kills_on_sqlite_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    outcome = run_cycles(f"sqlite:///{tmp_path}/lapor.db", tmp_path, CYCLES, seed=1)

    print(outcome)
    assert outcome.wrong == []
    assert outcome.verdict.written >= 3 * CYCLES
    # The kills met notices on their way, or they proved nothing; each met one on Telegram at most.
    assert outcome.verdict.doubted > 0
    assert outcome.verdict.in_doubt <= CYCLES
