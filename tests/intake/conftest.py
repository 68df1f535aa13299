"""Which of these tests the default run repeats on PostgreSQL.

Everything runs on SQLite. The store's own suite runs on PostgreSQL too, every time; the slow run
repeats all of these there.
"""

import pytest

ABOUT_THE_DATABASE = frozenset({"test_wiring"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what would only be the same conversation on another database."""
    for item in items:
        module = item.path.stem
        if item.path.parent.name != "intake" or module in ABOUT_THE_DATABASE:
            continue
        call = getattr(item, "callspec", None)
        if call is not None and call.params.get("database_url") == "postgres":
            item.add_marker(pytest.mark.slow)
