"""Which of these tests the default run repeats on PostgreSQL.

Everything runs on SQLite. The store's own suite runs on PostgreSQL too, every time; the slow run
repeats all of these there.
"""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what would only be the same conversation on another database."""
    for item in items:
        call = getattr(item, "callspec", None)
        on_postgres = call is not None and call.params.get("database_url") == "postgres"
        if on_postgres and item.path.parent.name == "intake":
            item.add_marker(pytest.mark.slow)
