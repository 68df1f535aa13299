"""Which of these tests the default run repeats on PostgreSQL.

Everything runs on SQLite. On PostgreSQL the default run repeats the files in which transactions,
constraints and bytes are the matter; `make test-slow` repeats the others too.
"""

import pytest

ABOUT_THE_DATABASE = frozenset({"test_crash", "test_privacy", "test_wiring"})


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
