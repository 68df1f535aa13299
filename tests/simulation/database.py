"""The real database, whose transactions can fail or be the last thing a process does."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from sqlite3 import OperationalError as SqliteError

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from store.database import Database
from tests.simulation.interruptions import DATABASE, Crashed, Fault, Interruptions


def open_shaky(url: str, interruptions: Interruptions) -> "ShakyDatabase":
    """A shaky database; the engine of an earlier one with this URL, which has been closed, goes on.

    An engine keeps what SQLAlchemy made of each statement, which costs half of a short story.
    """
    db = _kept(url)
    db.interruptions = interruptions
    return db


class ShakyDatabase(Database):
    """Every transaction is an operation; what fails leaves nothing behind."""

    def __init__(self, url: str, interruptions: Interruptions) -> None:
        super().__init__(url)
        self.interruptions = interruptions

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """As `Database.reading`; it can be interrupted before it begins."""
        fault = self._begin("read")
        with super().reading() as session:
            yield session
        self._end(fault)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """As `Database.writing`; a full disk shows when it commits."""
        fault = self._begin("write")
        with super().writing() as session:
            yield session
            if fault is Fault.FULL:
                session.flush()
                raise _error(fault)
        self._end(fault)

    def _begin(self, operation: str) -> Fault | None:
        self.interruptions.alive()
        fault = self.interruptions.at(operation)
        if fault is Fault.CRASH_BEFORE:
            self.interruptions.crash()
            raise Crashed
        if fault is Fault.LOCKED or (fault is Fault.FULL and operation == "read"):
            raise _error(fault)
        return fault

    def _end(self, fault: Fault | None) -> None:
        if fault is Fault.CRASH_AFTER:
            self.interruptions.crash()
            raise Crashed


def _error(fault: Fault) -> OperationalError:
    assert fault in DATABASE
    said = "database is locked" if fault is Fault.LOCKED else "database or disk is full"
    return OperationalError(None, None, SqliteError(said))


@cache
def _kept(url: str) -> ShakyDatabase:
    return ShakyDatabase(url, Interruptions())
