"""One connection for both worlds and the citizens' timetable, each from its own threads.

The worlds write each in their own way, with transactions or without; `extended` makes what a world
does for the citizens one transaction with their mark of it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.state import open_state

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class SharedConnection(sqlite3.Connection):
    """A connection on which one thread's transaction makes the other threads wait for its end.

    The wait is part of `execute`: who holds a world's lock may wait here for the turn, but who
    has the turn never needs a world's lock to end it, so that the two kinds of lock cannot cross.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = threading.RLock()
        self._extending = threading.local()
        self._owner: int | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run one statement when no other thread is inside a transaction."""
        verb = sql.split(maxsplit=1)[0].rstrip(";").upper()
        extending = getattr(self._extending, "now", False)
        if verb == "BEGIN":
            return self._begin(sql)
        if verb == "COMMIT" and extending:
            return super().execute("SELECT 1")
        if verb in ("COMMIT", "ROLLBACK"):
            return self._end(sql)
        if extending and verb in _WRITES and self._owner != threading.get_ident():
            self._begin("BEGIN IMMEDIATE")
        with self._turn:
            return super().execute(sql, parameters)

    @contextmanager
    def extended(self) -> Iterator[None]:
        """Make the block one transaction, from its first write to its end.

        The block may call a world once, and none after its first write: see the class about locks.
        """
        self._extending.now = True
        try:
            yield
        except BaseException:
            self._extending.now = False
            if self._owner == threading.get_ident():
                self._end("ROLLBACK")
            raise
        self._extending.now = False
        if self._owner == threading.get_ident():
            self._end("COMMIT")

    def _begin(self, sql: str) -> sqlite3.Cursor:
        self._turn.acquire()
        try:
            cursor = super().execute(sql)
        except BaseException:
            self._turn.release()
            raise
        self._owner = threading.get_ident()
        return cursor

    def _end(self, sql: str) -> sqlite3.Cursor:
        cursor = super().execute(sql)
        self._owner = None
        self._turn.release()
        return cursor


def open_shared_state(path: Path) -> SharedConnection:
    """Open (and make) the state file as one connection for the whole sandbox."""
    open_state(path).close()
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=10, factory=SharedConnection
    )
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.row_factory = sqlite3.Row
    return connection
