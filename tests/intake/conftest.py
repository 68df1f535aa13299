"""Which of these tests the default run repeats on PostgreSQL, and the oracle's patients.

Everything runs on SQLite. The store's own suite runs on PostgreSQL too, every time; the slow run
repeats all of these there.
"""

import shutil
from pathlib import Path

import pytest

from classifier.predict import Model
from tests.intake.fortnight import Healthy, Patient, live_healthily


@pytest.fixture(scope="session")
def healthy(
    sqlite_template: Path, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Healthy:
    return live_healthily(sqlite_template, model, tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def patient(healthy: Healthy, tmp_path: Path) -> Patient:
    path = tmp_path / "patient.db"
    shutil.copy(healthy.path, path)
    return Patient(healthy, path, healthy.shown, healthy.policy)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what would only be the same conversation on another database."""
    for item in items:
        call = getattr(item, "callspec", None)
        on_postgres = call is not None and call.params.get("database_url") == "postgres"
        if on_postgres and item.path.parent.name == "intake":
            item.add_marker(pytest.mark.slow)
