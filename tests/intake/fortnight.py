"""A fortnight of a healthy bot, lived once for all tests of the oracle, and copies to damage."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from classifier.predict import Model
from intake import privacy
from intake.fsck import Shown, ShownMessage, Violation, check
from intake.policy import Policy
from intake.review import Labels
from sandbox.faults import Fault
from sandbox.shown import shown_of
from store import channels
from store.crypto import Vault, new_secret_key
from store.database import Database
from tests.bot import Bot, running_bot
from tests.intake.steps import (
    ask,
    chat_of,
    forward,
    mention,
    record_answer,
    report_of,
    verify,
    write,
)
from tests.intake.texts import BRIBE, LAMP, LAMP_NOWHERE, ROAD, TRAPPED, WASTE

Oracle = Callable[..., list[Violation]]

ON_X = {
    "ani": LAMP,
    "budi": LAMP_NOWHERE,
    "citra": BRIBE,
    "dodi": TRAPPED,
    "eka": ROAD,
    "fani": WASTE,
}
ON_TELEGRAM = {"gita": ROAD, "hadi": LAMP, "ida": WASTE, "joko": ROAD}


def live(bot: Bot) -> None:
    """A fortnight in which everything happens that may happen."""
    bot.turn()
    bot.forward(minutes=1)
    on_x = {name: mention(bot, text, name) for name, text in ON_X.items()}
    on_telegram = {name: write(bot, text, name) for name, text in ON_TELEGRAM.items()}
    bot.turn()
    _strangers(bot, on_x["ani"])
    _trouble(bot)
    mention(bot, ROAD, "ani")
    mention(bot, "BERHENTI", "eka", reply_to=on_x["eka"])
    bot.x.world.delete(on_x["fani"])
    bot.turn()
    privacy.follow_deletions(bot.db, bot.erasures, bot.on_x, bot.now, bot.policy)
    _forget(bot, "joko", on_telegram["joko"])
    verify(bot, report_of(bot, on_x["citra"]), Labels(sensitive=True))
    ask(bot, report_of(bot, on_telegram["gita"]))
    forward(bot, report_of(bot, on_telegram["hadi"]))
    record_answer(bot, report_of(bot, on_x["ani"]))
    record_answer(bot, report_of(bot, on_telegram["ida"]))
    bot.send()
    for _ in range(8):
        bot.forward(days=3)
        bot.keep_deadlines()
        bot.send()
    bot.forward(minutes=15)
    bot.read()


def _strangers(bot: Bot, thread: str) -> None:
    """A bot, a retweet, a quote, a group, an edit, a status."""
    bot.x.world.add_person("mesin", "Mesin", bot=True)
    mention(bot, ROAD, "mesin")
    bot.x.world.add_person("kiki", "Kiki")
    bot.x.world.post("kiki", "", repost_of=thread)
    mention(bot, "sama di sini juga", "kiki", reply_to=thread)
    bot.x.world.edit(thread, f"@lapor1708 {LAMP} Sudah lama.")
    group = bot.telegram.world.add_group("Warga Contoh")
    write(bot, f"@lapor1708_bot {WASTE}", "lina", group=group)
    write(bot, "Tidak untuk kami.", "lina", group=group)
    write(bot, "/start", "gita")
    bot.turn()
    mention(bot, "STATUS", "ani", reply_to=thread)
    bot.turn()


def _trouble(bot: Bot) -> None:
    """Outcomes of every sort, and something that nobody understands."""
    bot.telegram.faults.inject("sendMessage", Fault.DROP_AFTER_APPLY)
    bot.x.faults.inject("POST /2/tweets", Fault.DROP_AFTER_APPLY)
    write(bot, LAMP, "mira")
    mention(bot, ROAD, "nina")
    bot.turn()
    bot.settle()
    bot.x.faults.inject("POST /2/tweets", Fault.RATE_LIMITED, seconds=5)
    mention(bot, ROAD, "olga", restricted=True)
    mention(bot, WASTE, "putri")
    bot.turn()
    bot.telegram.world.queue_update("message", "an odd one")
    write(bot, LAMP, "rudi")
    bot.telegram.world.block("rudi")
    bot.turn(seconds=90)


def _forget(bot: Bot, name: str, message: str) -> None:
    """Somebody asks to be forgotten, and writes again later."""
    write(bot, "DATA", name)
    bot.turn()
    asked = bot.telegram.world.sent(chat_of(message))[-1]
    bot.telegram.world.press(name, asked.id, asked.buttons[0].data)
    bot.turn()
    bot.keep_deadlines()
    write(bot, "/start", name)
    bot.turn()


def shown(bot: Bot) -> Shown:
    """What both worlds show, and how far the bot claims to have read."""
    with bot.db.reading() as session:
        channel = channels.get_channel(session, "x", bot.on_x.account)
        cursor = channels.find_cursor(session, channel.id or 0)
    return shown_of(bot.x.world, bot.telegram.world, cursor.value if cursor else None)


@dataclass(frozen=True)
class Healthy:
    """A database in which nothing is wrong, and what the platforms showed at its last moment."""

    path: Path
    shown: Shown
    now: datetime
    policy: Policy


@dataclass
class Patient:
    """A copy of it, to be damaged: a bug asks no constraint, so none is in the way."""

    healthy: Healthy
    path: Path
    shown: Shown
    policy: Policy

    def damage(self, sql: str) -> None:
        """Run statements, as a bug would have."""
        connection = sqlite3.connect(self.path)
        connection.executescript(sql)
        connection.close()

    def drop_constraints(self, table: str) -> None:
        """Forget what makes the database itself refuse a second row."""
        self.damage(
            f"CREATE TABLE free AS SELECT * FROM {table}; DROP TABLE {table};"
            f"ALTER TABLE free RENAME TO {table};"
        )

    def findings(self, oracle: Oracle = check) -> list[Violation]:
        """What the oracle says."""
        db = Database(f"sqlite:///{self.path}")
        try:
            return oracle(db, self.policy, self.healthy.now, self.shown)
        finally:
            db.close()

    def broken_rules(self, oracle: Oracle = check) -> set[str]:
        """The rules that speak."""
        return {violation.rule for violation in self.findings(oracle)}


def live_healthily(template: Path, model: Model, folder: Path) -> Healthy:
    """Live through the fortnight, in a folder of its own."""
    path = folder / "lapor.db"
    shutil.copy(template, path)
    db = Database(f"sqlite:///{path}")
    with running_bot(db, Vault([new_secret_key()]), model, folder) as bot:
        live(bot)
        found = Healthy(path, shown(bot), bot.now, bot.policy)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return found


def acknowledgement_of_the_question(patient: Patient) -> tuple[int, ShownMessage]:
    """The acknowledgement of the report of which a question was asked, and its message."""
    connection = sqlite3.connect(patient.path)
    row = connection.execute(
        "SELECT id, external_id FROM notice WHERE kind = 'acknowledgement' AND report_id ="
        " (SELECT report_id FROM notice WHERE kind = 'question')"
    ).fetchone()
    connection.close()
    return row[0], next(one for one in patient.shown.messages if one.external_id == row[1])


def without(shown: Shown, gone: ShownMessage) -> Shown:
    return replace(shown, messages=[one for one in shown.messages if one != gone])
