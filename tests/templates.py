"""Where databases for tests come from: one is migrated, the others are copies of its file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from store.database import Database
from store.migrate import migrate

MEMORY = Path("/dev/shm")


def make_template(path: Path) -> Path:
    """A migrated, empty SQLite database in one file, without anything beside it."""
    db = Database(f"sqlite:///{path}")
    migrate(db.engine)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for a while, in memory where this machine has a place for files there."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield Path(folder)
