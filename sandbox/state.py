"""The stand-ins' own memory: one SQLite file that survives the bot and the sandbox itself."""

import sqlite3
from pathlib import Path


def open_state(path: Path) -> sqlite3.Connection:
    """Open (and make) the state file, in autocommit mode, usable from every thread."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.row_factory = sqlite3.Row
    return connection
