"""A fresh database for every walk of a machine: a copy of the template, in memory if possible."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.templates import folder_in_memory


@pytest.fixture
def fresh_database(sqlite_template: Path) -> Iterator[Callable[[], Database]]:
    """Gives a new, migrated database at each call; the one before is closed and gone."""
    empty = sqlite_template.read_bytes()
    opened: list[Database] = []

    with folder_in_memory() as folder:

        def forget() -> None:
            while opened:
                opened.pop().close()
            for file in folder.iterdir():
                file.unlink()

        def open_next() -> Database:
            forget()
            path = folder / "lapor.db"
            path.write_bytes(empty)
            opened.append(Database(f"sqlite:///{path}"))
            return opened[-1]

        yield open_next
        forget()
