"""Opening the database, and the two kinds of sessions: reading and writing.

A commit happens in exactly one place, at the end of `writing()`.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event, make_url, text
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

# SQLite waits this long for another writer before it gives up, in milliseconds.
BUSY_TIMEOUT_MS = 10_000
# Any number that no other program on the same PostgreSQL database uses.
RUN_LOCK, WRITE_LOCK = 1_708_001, 1_708_002


class AlreadyRunning(Exception):
    """Another `lapor run` works on this database: stop it first. Two would answer twice."""

    def __str__(self) -> str:
        return str(self.__doc__)


class Database:
    """One engine with its two kinds of sessions.

    On SQLite `writing()` begins IMMEDIATE: a deferred transaction that reads and then writes fails
    at once with SQLITE_BUSY_SNAPSHOT when another one wrote in between, whatever the timeout.
    """

    def __init__(self, url: str) -> None:
        self.engine = _open(url)
        self._writing = self.engine.execution_options(lapor_begin="BEGIN IMMEDIATE")
        self._reading = self.engine
        if not self.is_sqlite:
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, false on PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state and changes nothing."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session
            session.expunge_all()
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One short transaction: no model, network or cryptography inside. Commits at its end."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            if not self.is_sqlite:
                # What IMMEDIATE is on SQLite: no two of ours read and then write at once.
                lock = text(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
                session.connection().execute(lock)
            yield session

    @contextmanager
    def run_lock(self) -> Iterator[None]:
        """Hold what only one `lapor run` (or restore) may hold; raises `AlreadyRunning`.

        An advisory lock on PostgreSQL, a locked file beside a SQLite database: both end with the
        process, however it ends.
        """
        with self._file_lock() if self.is_sqlite else self._advisory_lock():
            yield

    @contextmanager
    def _advisory_lock(self) -> Iterator[None]:
        with self.engine.connect() as connection:
            lock = f"SELECT pg_try_advisory_lock({RUN_LOCK})"
            if not connection.exec_driver_sql(lock).scalar_one():
                raise AlreadyRunning
            connection.commit()
            yield

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        with Path(f"{self.engine.url.database}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning from None
            yield

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _open(url: str) -> Engine:
    # hide_parameters: an error would otherwise print citizens' texts.
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        path = make_url(url).database
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "handle_error", _drop_details)
    return engine


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own transaction control begins too late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _drop_details(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refused in further lines: citizens' texts and ids."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("lapor_begin", "BEGIN")
    connection.exec_driver_sql(str(begin))
