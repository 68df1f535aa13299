"""kill -9 and cut connections on PostgreSQL, while citizens write: nothing lost or doubled."""

from pathlib import Path

import pytest

from tests.end_to_end.killing import run_cycles
from tests.postgres import HOW, run_sql

CYCLES = 30


@pytest.mark.slow
def test_thirty_kills_on_postgres_lose_nothing_and_double_nothing(
    postgres_template: str | None, tmp_path: Path
) -> None:
    if postgres_template is None:
        pytest.skip(HOW)
    run_sql(postgres_template, "CREATE DATABASE killed")

    outcome = run_cycles(
        postgres_template.replace("/postgres", "/killed"), tmp_path, CYCLES, seed=1
    )

    print(outcome)
    assert outcome.wrong == []
    assert outcome.verdict.written >= 3 * CYCLES
    # The kills met notices on their way, or they proved nothing; a cut connection does so too.
    assert outcome.verdict.doubted > 0
    assert outcome.verdict.in_doubt <= 2 * CYCLES
