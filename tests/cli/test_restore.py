"""`lapor backup` and `lapor restore`: what the operator hears, and that erasures come along."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.crypto import new_secret_key
from store.erasures import Journal
from store.migrate import check_migrated
from tests.bot import Bot
from tests.cli.conftest import Lapor
from tests.intake.steps import report_on_telegram, report_on_x
from tests.intake.test_privacy import readable
from tests.intake.texts import ROAD


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy.db"


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_backup_does_not_replace_another_unasked(bot: Bot, lapor: Lapor, copy: Path) -> None:
    lapor.told("backup", str(copy))
    first = copy.read_bytes()
    report_on_x(bot)

    assert "--force" in lapor.refused("backup", str(copy))
    assert copy.read_bytes() == first

    lapor.told("backup", str(copy), "--force")
    assert copy.read_bytes() != first


def test_a_restore_erases_again_whom_lapor_erase_has_erased_since(
    bot: Bot, lapor: Lapor, copy: Path
) -> None:
    report, _ = report_on_telegram(bot)
    report_on_telegram(bot, ROAD, "budi")
    lapor.told("backup", str(copy))
    lapor.told("erase", report.reference, "--yes")
    bot.db.close()

    said = lapor.told("restore", str(copy), "--yes")

    assert "Erased again: 1 people" in said
    assert "What Telegram handed over since is lost" in said
    assert "Melati" not in readable(bot)
    assert "Kenanga" in readable(bot)


def test_without_a_journal_a_restore_says_what_that_means(
    bot: Bot, lapor: Lapor, copy: Path, tmp_path: Path
) -> None:
    report, _ = report_on_telegram(bot)
    lapor.told("backup", str(copy))
    lapor.told("erase", report.reference, "--yes")
    journal = tmp_path / "lapor.db-erasures"
    away = journal.rename(tmp_path / "away")
    bot.db.close()

    said = lapor.told("restore", str(copy), "--yes")
    assert f"There is no journal of erasures at {journal}" in said
    assert "Melati" in readable(bot)

    away.rename(journal)
    bot.db.close()
    lapor.told("restore", str(copy), "--yes")
    assert "Melati" not in readable(bot)


def test_erasures_noted_with_a_lost_key_are_counted_out_loud(
    bot: Bot, lapor: Lapor, copy: Path, tmp_path: Path
) -> None:
    lapor.told("backup", str(copy))
    journal = tmp_path / "lapor.db-erasures"
    Journal(journal, [new_secret_key()]).note_person("x", "1", bot.now)
    with journal.open("a") as file:
        file.write("not a line\n")
    bot.db.close()

    said = lapor.told("restore", str(copy), "--yes")

    assert "1 erasures were noted with a key that is not configured" in said
    assert "1 lines of" in said


def test_an_erasure_that_cannot_be_noted_is_refused(bot: Bot, lapor: Lapor, tmp_path: Path) -> None:
    report, _ = report_on_telegram(bot)
    (tmp_path / "lapor.db-erasures").mkdir()

    said = lapor.refused("erase", report.reference, "--yes")

    assert "Nothing was erased" in said
    assert "Melati" in readable(bot)


def test_a_backup_of_an_older_version_is_brought_to_this_ones_tables(
    bot: Bot, lapor: Lapor, copy: Path
) -> None:
    report_on_x(bot)
    lapor.told("backup", str(copy))
    change(
        copy,
        "ALTER TABLE channel DROP COLUMN lost_from",
        "ALTER TABLE channel DROP COLUMN lost_until",
        "UPDATE alembic_version SET version_num = '0001'",
    )
    bot.db.close()

    lapor.told("restore", str(copy), "--yes")

    check_migrated(bot.db.engine)
    assert len(bot.reports()) == 1


def test_a_backup_of_a_newer_version_is_refused_and_the_database_stays(
    bot: Bot, lapor: Lapor, copy: Path
) -> None:
    lapor.told("backup", str(copy))
    change(copy, "UPDATE alembic_version SET version_num = '9999'")
    report_on_x(bot)
    bot.db.close()

    assert "9999" in lapor.refused("restore", str(copy), "--yes")

    check_migrated(bot.db.engine)
    assert len(bot.reports()) == 1
