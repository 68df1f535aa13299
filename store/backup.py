"""Copying a whole database into one file and back; the ways of SQLite and of PostgreSQL beside it.

A backup holds everybody's wrapped keys, so it is readable by its owner alone. It appears under its
name only when it is complete and on the disk.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url

from store import backup_postgres, backup_sqlite
from store.backup_failed import BackupFailed
from store.durable import sync

Prepared = TypeVar("Prepared")


def backup(database_url: str, to: Path, *, replace: bool = False) -> None:
    """Write a consistent copy of the database to `to`, also while the bot works.

    Raises `BackupFailed`, also when `to` exists and may not be replaced.
    """
    if to.exists() and not replace:
        raise BackupFailed(
            f"{to} is there already. Name another file, or say --force to replace it."
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    url = make_url(database_url)
    unfinished = to.with_name(f"{to.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        if url.get_backend_name() == "sqlite":
            backup_sqlite.copy(existing(Path(str(url.database))), unfinished)
        else:
            backup_postgres.dump(url, unfinished)
        sync(unfinished)
        unfinished.replace(to)
        sync(to.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(database_url: str, source: Path, prepare: Callable[[str], Prepared]) -> Prepared:
    """Replace the database by what `backup` wrote. The bot must not be running.

    `prepare` gets the URL of a copy before that takes the database's place, in one step; what it
    returns is returned. It may change the copy, and may raise: then, or when anything else fails,
    the database stays as it was.
    """
    existing(source)
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return backup_sqlite.restore(Path(str(url.database)), source, prepare)
    return backup_postgres.restore(url, source, prepare)


def existing(path: Path) -> Path:
    """The path, if there is a file; raises `BackupFailed`."""
    if not path.exists():
        raise BackupFailed(f"There is no file {path}.")
    return path
