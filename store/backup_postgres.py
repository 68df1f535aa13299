"""pg_dump and pg_restore, by way of a second database in which a backup is looked at first."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from store.backup_failed import BackupFailed

Prepared = TypeVar("Prepared")


def dump(url: URL, to: Path) -> None:
    """Write one state of the database, whoever writes to it meanwhile."""
    _run("pg_dump", url, "--format=custom", f"--file={to}")


def restore(url: URL, source: Path, prepare: Callable[[str], Prepared]) -> Prepared:
    """Restore beside the database, prepare that, and move it over in one transaction.

    Needs a role that may create databases, and room for a second copy.
    """
    with _second_database(url) as second, TemporaryDirectory() as folder:
        _run("pg_restore", second, "--no-owner", "--single-transaction", str(source))
        prepared = prepare(second.render_as_string(hide_password=False))
        whole = Path(folder) / "prepared"
        dump(second, whole)
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", url, *options, str(whole))
        return prepared


@contextmanager
def _second_database(url: URL) -> Iterator[URL]:
    second = url.set(database=f"{url.database}_restoring")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    name = engine.dialect.identifier_preparer.quote_identifier(str(second.database))
    # One that a killed restore has left behind holds nothing that is not in its backup.
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    create = f"CREATE DATABASE {name} TEMPLATE template0"
    try:
        _execute(engine, drop, create)
        yield second
    finally:
        _execute(engine, drop)
        engine.dispose()


def _execute(engine: Engine, *statements: str) -> None:
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        raise BackupFailed(
            f"A backup is looked at in a second database first, and there is none: {why}."
        ) from None


def _run(program: str, url: URL, *options: str) -> None:
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is missing; on Debian it is in postgresql-client.")
    # The password goes by the environment: everybody on the machine may read the command line.
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(  # noqa: S603 - our own arguments
        [program, f"--dbname={plain}", *options],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode:
        # What follows the first line may quote rows.
        raise BackupFailed(f"{program} failed: {done.stderr.strip().partition(chr(10))[0]}")
