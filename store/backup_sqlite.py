"""SQLite's online backup, and putting a copy in the place of the database."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.backup_failed import BackupFailed
from store.durable import sync

Prepared = TypeVar("Prepared")


def copy(source: Path, target: Path) -> None:
    """Copy one state of a database, whoever writes to it meanwhile, and look whether it is sound.

    https://www.sqlite.org/backup.html
    """
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    try:
        reader.backup(writer)
        (found,) = writer.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{source.name} is no readable SQLite database: {error}.") from error
    finally:
        reader.close()
        writer.close()
    if found != "ok":
        raise BackupFailed(f"{source.name} is damaged: {found}.")


def restore(target: Path, source: Path, prepare: Callable[[str], Prepared]) -> Prepared:
    """Put a prepared copy of `source` in the place of `target`, by renaming it."""
    fresh = target.with_name(f"{target.name}.restoring")
    _remove(fresh)
    fresh.touch(mode=0o600)
    try:
        copy(source, fresh)
        prepared = prepare(f"sqlite:///{fresh}")
        _fold_in(fresh)
        _set_log_aside(target)
        fresh.replace(target)
    finally:
        _remove(fresh)
    sync(target.parent)
    return prepared


def _fold_in(database: Path) -> None:
    """Have everything in the one file: its write-ahead log does not move along."""
    connection = sqlite3.connect(database)
    try:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if busy:
        raise BackupFailed("somebody else works on the copy that is being restored.")
    sync(database)


def _set_log_aside(database: Path) -> None:
    """The old write-ahead log must never be taken for one of the new database.

    A sound database takes its log in first; beside a damaged one the log is kept, for people.
    """
    if not database.exists():
        return
    with contextlib.suppress(sqlite3.DatabaseError, BackupFailed):
        _fold_in(database)
    log = Path(f"{database}-wal")
    if log.exists():
        log.replace(f"{database}-wal.replaced")
    Path(f"{database}-shm").unlink(missing_ok=True)


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
