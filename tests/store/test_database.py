"""Sessions, migrations, and the worlds that must not mix."""

import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from store import channels
from store.backup import backup, restore
from store.backup_failed import BackupFailed
from store.database import Database
from store.installation import WrongEnvironment, claim_installation
from store.migrate import DatabaseTooNew, NotMigrated, check_migrated, differences, migrate
from store.tables import Channel

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_migrations_and_tables_agree(db: Database) -> None:
    assert differences(db.engine) == []


def test_migrating_twice_changes_nothing(db: Database) -> None:
    migrate(db.engine)
    migrate(db.engine)

    check_migrated(db.engine)


def test_an_unmigrated_database_says_what_to_do(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/empty.db")

    with pytest.raises(NotMigrated, match="lapor migrate"):
        check_migrated(db.engine)


def test_a_database_of_a_newer_version_is_left_alone(db: Database) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseTooNew, match="9999"):
        migrate(db.engine)


def test_sandbox_and_live_never_share_a_database(db: Database) -> None:
    with db.writing() as session:
        claim_installation(session, "live", NOW)

    with pytest.raises(WrongEnvironment, match="LAPOR_DATABASE_URL"), db.writing() as session:
        claim_installation(session, "sandbox", NOW)


def test_a_failed_transaction_leaves_nothing_behind(db: Database) -> None:
    def fail() -> None:
        with db.writing() as session:
            channels.ensure_channel(session, "x", "one", "on", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with db.reading() as session:
        assert channels.list_channels(session) == []


def test_reading_changes_nothing(db: Database) -> None:
    with db.reading() as session:
        session.add(Channel(platform="x", account="one", first_started_at=NOW))
        session.flush()

    with db.reading() as session:
        assert channels.list_channels(session) == []


def test_transactions_that_read_and_then_write_wait_for_one_another(db: Database) -> None:
    with db.writing() as session:
        channel_id = channels.ensure_channel(session, "x", "one", "on", NOW).id or 0

    def spend() -> None:
        for _ in range(20):
            with db.writing() as session:
                session.get(Channel, channel_id, with_for_update=True)
                channels.add_spending(session, channel_id, 1, NOW)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with db.reading() as session:
        assert channels.spent_on(session, channel_id, NOW.date()) == 80


def test_errors_do_not_print_what_was_stored(db: Database) -> None:
    with db.writing() as session:
        channels.ensure_channel(session, "x", "rahasia", "on", NOW)

    with pytest.raises(IntegrityError) as caught, db.writing() as session:
        session.add(Channel(platform="x", account="rahasia", first_started_at=NOW))

    printed = "".join(traceback.format_exception(caught.value))
    assert "IntegrityError" in printed
    # The test's own source line stands in the traceback; the value must stand nowhere else.
    assert printed.count("rahasia") == printed.count('account="rahasia"')


def test_a_backup_restores_what_was_there(db: Database, database_url: str, tmp_path: Path) -> None:
    with db.writing() as session:
        channels.ensure_channel(session, "x", "before", "on", NOW)
    backup(database_url, tmp_path / "copy")
    with db.writing() as session:
        channels.ensure_channel(session, "x", "after", "on", NOW)
    db.close()

    restore(database_url, tmp_path / "copy", print)

    with Database(database_url).reading() as session:
        assert [row.account for row in channels.list_channels(session)] == ["before"]


def test_a_damaged_backup_is_refused_and_the_database_stays(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path, broken = tmp_path / "lapor.db", tmp_path / "broken.db"
    path.write_bytes(sqlite_template.read_bytes())
    broken.write_bytes(b"this is no database at all" * 100)

    with pytest.raises(BackupFailed, match="no readable SQLite"):
        restore(f"sqlite:///{path}", broken, print)

    check_migrated(Database(f"sqlite:///{path}").engine)
