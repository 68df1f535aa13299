"""Backups: whole, private, never in the way of a good one; a restore that fails changes nothing."""

import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlmodel import select

from store import channels
from store.backup import backup, restore
from store.backup_failed import BackupFailed
from store.database import Database
from store.tables import Gap
from tests.postgres import run_sql

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy"


def open_account(db: Database, account: str) -> None:
    with db.writing() as session:
        channels.ensure_channel(session, "x", account, "on", NOW)


def accounts(url: str) -> list[str]:
    with closing(Database(url)) as db, db.reading() as session:
        return [row.account for row in channels.list_channels(session)]


def refuse(url: str) -> None:
    """What a look at the copy may come to; it has been written to by then."""
    with closing(Database(url)) as db:
        open_account(db, "of the copy")
    raise BackupFailed("not this one")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_copy_is_made_ready_before_it_takes_the_databases_place(
    db: Database, database_url: str, copy: Path
) -> None:
    open_account(db, "before")
    backup(database_url, copy)
    open_account(db, "after")

    def look(url: str) -> str:
        assert accounts(database_url) == ["before", "after"]
        with closing(Database(url)) as beside:
            open_account(beside, "made ready")
        return "looked"

    assert restore(database_url, copy, look) == "looked"

    db.close()
    assert accounts(database_url) == ["before", "made ready"]


def test_a_copy_that_is_refused_leaves_the_database_as_it_was(
    db: Database, database_url: str, copy: Path, tmp_path: Path
) -> None:
    backup(database_url, copy)
    open_account(db, "after")
    before = names(tmp_path)

    with pytest.raises(BackupFailed, match="not this one"):
        restore(database_url, copy, refuse)

    assert accounts(database_url) == ["after"]
    assert names(tmp_path) == before


def test_a_file_that_is_no_backup_leaves_the_database_as_it_was(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    open_account(db, "kept")
    (tmp_path / "broken").write_bytes(b"this is no backup at all" * 100)

    with pytest.raises(BackupFailed):
        restore(database_url, tmp_path / "broken", print)

    assert accounts(database_url) == ["kept"]


def test_half_a_backup_leaves_the_database_as_it_was(
    db: Database, database_url: str, copy: Path
) -> None:
    open_account(db, "before")
    backup(database_url, copy)
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size * 2 // 3])
    open_account(db, "after")

    with pytest.raises(BackupFailed):
        restore(database_url, copy, print)

    assert accounts(database_url) == ["before", "after"]


def test_only_its_owner_may_read_a_backup(db: Database, database_url: str, copy: Path) -> None:
    backup(database_url, copy)

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert names(copy.parent) == {copy.name}


def test_a_backup_replaces_another_only_when_told_to(
    db: Database, database_url: str, copy: Path
) -> None:
    backup(database_url, copy)
    first = copy.read_bytes()
    open_account(db, "later")

    with pytest.raises(BackupFailed, match="--force"):
        backup(database_url, copy)
    assert copy.read_bytes() == first

    backup(database_url, copy, replace=True)
    assert copy.read_bytes() != first


def test_a_backup_that_fails_leaves_the_older_one(tmp_path: Path, copy: Path) -> None:
    copy.parent.mkdir()
    copy.write_bytes(b"the only good one")
    (tmp_path / "broken.db").write_bytes(b"this is no database at all" * 100)

    with pytest.raises(BackupFailed):
        backup(f"sqlite:///{tmp_path}/broken.db", copy, replace=True)

    assert copy.read_bytes() == b"the only good one"
    assert names(copy.parent) == {copy.name}


@contextmanager
def pairs_written(db: Database) -> Iterator[threading.Event]:
    """Somebody writes two rows a transaction meanwhile; the event is set by each of them."""
    with db.writing() as session:
        channel_id = channels.ensure_channel(session, "x", "busy", "on", NOW).id or 0
    done, begun = threading.Event(), threading.Event()

    def write() -> None:
        while not done.is_set():
            with db.writing() as session:
                for _ in range(2):
                    channels.add_gap(session, channel_id, NOW, NOW + timedelta(1), "pair", NOW)
                    session.flush()
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    try:
        yield begun
    finally:
        done.set()
        writer.join(10)


def test_a_backup_beside_a_writer_holds_whole_transactions(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    copies = [tmp_path / f"copy-{number}" for number in range(2)]
    with pairs_written(db) as written:
        for copy in copies:
            # On a busy machine the writer may not have had its turn since the last copy.
            written.clear()
            assert written.wait(10)
            backup(database_url, copy)
    db.close()

    counts = [restore(database_url, copy, count_gaps) for copy in copies]

    assert 0 < counts[0] < counts[1]
    assert [count % 2 for count in counts] == [0, 0]


def count_gaps(url: str) -> int:
    with closing(Database(url)) as db, db.reading() as session:
        return len(session.exec(select(Gap)).all())


def test_the_old_log_is_never_taken_for_one_of_the_new_database(
    sqlite_template: Path, tmp_path: Path, copy: Path
) -> None:
    path = tmp_path / "lapor.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    backup(url, copy)
    with closing(Database(url)) as db:
        open_account(db, "in the log only")
        log = Path(f"{path}-wal").read_bytes()
    # As after a kill: the log was never taken in, and the database itself is damaged.
    path.write_bytes(b"damaged" * 1000)
    Path(f"{path}-wal").write_bytes(log)

    restore(url, copy, accounts)

    assert accounts(url) == []
    assert Path(f"{path}-wal.replaced").read_bytes() == log


def test_a_second_database_left_behind_is_no_obstacle(
    db: Database, database_url: str, copy: Path
) -> None:
    if db.is_sqlite:
        Path(f"{make_url(database_url).database}.restoring").write_text("left behind")
    else:
        run_sql(database_url, f'CREATE DATABASE "{make_url(database_url).database}_restoring"')
    backup(database_url, copy)

    restore(database_url, copy, accounts)

    assert accounts(database_url) == []


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_no_row_stands_in_the_error_of_a_restore_that_the_database_refuses(
    db: Database, database_url: str, copy: Path
) -> None:
    open_account(db, "rahasia")
    backup(database_url, copy)
    run_sql(
        database_url,
        "CREATE TABLE of_a_newer_version (id int REFERENCES channel (id))",
    )

    with pytest.raises(BackupFailed) as refused:
        restore(database_url, copy, accounts)

    assert "pg_restore failed" in str(refused.value)
    assert "rahasia" not in str(refused.value)
    with db.reading() as session:
        assert [row.account for row in channels.list_channels(session)] == ["rahasia"]
