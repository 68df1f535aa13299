"""`lapor fsck`: what it prints, its exit code, and that it looks at the sandbox's platforms."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from sandbox.telegram_world import TelegramWorld
from store.tables import Notice, Report
from tests.bot import Bot
from tests.cli.conftest import Lapor
from tests.intake.steps import mention, report_on_telegram, report_on_x
from tests.intake.texts import LAMP, ROAD


def keep_world(bot: Bot, folder: Path) -> Path:
    """Both worlds in one file, where the sandbox keeps them beside its database."""
    path = folder / "lapor-world.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as world:
        with closing(sqlite3.connect(folder / "x.db")) as x:
            x.backup(world)
        world.row_factory = sqlite3.Row
        TelegramWorld(world, bot.telegram.world.bot_username)
        world.execute("ATTACH ? AS telegram", (str(folder / "telegram.db"),))
        for table in ("people", "chats", "messages", "updates"):
            world.execute(f"INSERT INTO telegram_{table} SELECT * FROM telegram.telegram_{table}")
    return path


def test_a_healthy_database_is_ok(bot: Bot, lapor: Lapor) -> None:
    report_on_x(bot)

    said = lapor.told("fsck")

    assert said == "ok nothing lost, nothing doubled, by the database\n"


def test_the_sandboxs_platforms_are_looked_at_and_left_alone(
    bot: Bot, lapor: Lapor, tmp_path: Path
) -> None:
    report_on_x(bot)
    report_on_telegram(bot)
    world = keep_world(bot, tmp_path)
    before = world.read_bytes()

    assert "by the database and the platforms" in lapor.told("fsck")

    assert world.read_bytes() == before


def test_what_the_platforms_do_not_show_is_a_fault(bot: Bot, lapor: Lapor, tmp_path: Path) -> None:
    keep_world(bot, tmp_path)
    bot.forward(seconds=-120)
    report_on_x(bot)
    report_on_telegram(bot)

    said = lapor("fsck")

    assert said.code == 1
    assert "sent-not-there (2)\n  notice 1: it is sent" in said.out
    assert "2 violation(s) of 1 rule(s)" in said.out
    assert "lapor pause" in said.out


def test_violations_stand_under_their_rules_without_a_citizens_word(bot: Bot, lapor: Lapor) -> None:
    report_on_x(bot, LAMP, "kumbang_malam88")
    report_on_x(bot, ROAD, "budi")
    with bot.db.writing() as session:
        session.execute(update(Notice).values(sent_at=None))
        session.execute(update(Report).where(col(Report.id) == 2).values(due_at=None))

    said = lapor("fsck")

    assert said.code == 1
    lines = said.out.splitlines()
    assert [line for line in lines if re.match(r"\S+ \(\d+\)$", line)] == [
        "deadline-unfit (1)",
        "notice-incoherent (2)",
    ]
    for word in ("Melati", "Kenanga", "kumbang", "budi"):
        assert word not in said.both


def test_what_still_waits_is_a_fault_only_when_all_should_be_settled(
    bot: Bot, lapor: Lapor
) -> None:
    bot.forward(minutes=-30)
    mention(bot, LAMP)
    bot.read()

    assert lapor("fsck").code == 0
    said = lapor("fsck", "--settled")

    assert said.code == 1
    assert "notice-waits (1)" in said.out
