"""A fresh database for every walk of a machine: a copy of the template, in memory if possible."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from store.database import Database

MEMORY = Path("/dev/shm")


@pytest.fixture
def fresh_database(sqlite_template: Path) -> Iterator[Callable[[], Database]]:
    """Gives a new, migrated database at each call; the one before is closed and gone."""
    empty = sqlite_template.read_bytes()
    opened: list[Database] = []
    in_memory = MEMORY if os.access(MEMORY, os.W_OK) else None

    with TemporaryDirectory(dir=in_memory) as folder:

        def forget() -> None:
            while opened:
                opened.pop().close()
            for file in Path(folder).iterdir():
                file.unlink()

        def open_next() -> Database:
            forget()
            path = Path(folder) / "lapor.db"
            path.write_bytes(empty)
            opened.append(Database(f"sqlite:///{path}"))
            return opened[-1]

        yield open_next
        forget()
