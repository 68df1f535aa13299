"""Copying a whole database into one file and back: SQLite's online backup, or pg_dump."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, make_url


class BackupFailed(Exception):
    """A backup or a restore did not work; the database is as it was before."""


def backup(database_url: str, to: Path) -> None:
    """Write a consistent copy of the database to `to`, also while the bot works."""
    url = make_url(database_url)
    to.parent.mkdir(parents=True, exist_ok=True)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(_existing(Path(str(url.database))), to)
    else:
        _run("pg_dump", url, "--format=custom", f"--file={to}")


def restore(database_url: str, source: Path, check: Callable[[str], None] = lambda _: None) -> None:
    """Replace the database by what `backup` wrote. The bot must not be running.

    `check` gets the URL of the copy before it takes the database's place, and may raise. On
    PostgreSQL there is no copy to look at: what is wrong shows at the next start.
    """
    url = make_url(database_url)
    _existing(source)
    if url.get_backend_name() == "sqlite":
        target = Path(str(url.database))
        fresh = target.with_name(f"{target.name}.restoring")
        _copy_sqlite(source, fresh)
        try:
            check(f"sqlite:///{fresh}")
        except Exception:
            _remove(fresh)
            raise
        fresh_rows = Path(f"{fresh}-wal")
        if fresh_rows.exists() and fresh_rows.stat().st_size:
            raise BackupFailed("the copy was written to while it was looked at.")
        _remove(target)
        fresh.replace(target)
    else:
        _run("pg_restore", url, "--clean", "--if-exists", "--single-transaction", str(source))


def _copy_sqlite(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
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


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise BackupFailed(f"There is no file {path}.")
    return path


def _run(program: str, url: URL, *options: str) -> None:
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is missing; on Debian it is in postgresql-client.")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - our own arguments
        [program, f"--dbname={plain}", *options], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip().splitlines()[-1:]}")
