"""The oracle: silent about a bot that did everything right, and one sentence about each fault.

A fortnight of a healthy bot is lived once; every test then damages a copy of its database, as a
bug would.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from classifier.predict import Model
from intake import collect, privacy
from intake.fsck import Shown, ShownMessage, ShownPost, Violation, check, check_settled
from intake.policy import Policy
from intake.review import Labels
from sandbox.faults import Fault
from sandbox.shown import shown_of
from store import channels
from store.crypto import Vault, new_secret_key
from store.database import Database
from store.tables import Notice, Post, Raw
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


# ------------------------------------------------------------------ one fortnight for all tests


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


@pytest.fixture(scope="module")
def healthy(
    sqlite_template: Path, model: Model, tmp_path_factory: pytest.TempPathFactory
) -> Healthy:
    folder = tmp_path_factory.mktemp("healthy")
    path = folder / "lapor.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    with running_bot(db, Vault([new_secret_key()]), model, folder) as bot:
        live(bot)
        found = Healthy(path, shown(bot), bot.now, bot.policy)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return found


@pytest.fixture
def patient(healthy: Healthy, tmp_path: Path) -> Patient:
    path = tmp_path / "patient.db"
    shutil.copy(healthy.path, path)
    return Patient(healthy, path, healthy.shown, healthy.policy)


def test_a_healthy_bot_breaks_no_rule(patient: Patient) -> None:
    assert patient.findings(check_settled) == []
    assert {post.platform for post in patient.shown.posts if post.for_us} == {"x", "telegram"}
    assert len(patient.shown.messages) > 20
    assert patient.shown.passed


@pytest.mark.parametrize("oracle", [check, check_settled])
def test_without_the_platforms_the_database_is_judged_alone(
    patient: Patient, oracle: Oracle
) -> None:
    assert oracle(Database(f"sqlite:///{patient.path}"), patient.policy, patient.healthy.now) == []


def test_every_rule_runs_on_every_database(bot: Bot) -> None:
    bot.forward(minutes=1)
    post, message = mention(bot, LAMP), write(bot, LAMP)
    bot.turn()
    record_answer(bot, report_of(bot, post))
    ask(bot, report_of(bot, message))
    bot.send()
    bot.forward(minutes=15)
    bot.turn()
    assert check_settled(bot.db, bot.policy, bot.now, shown(bot)) == []

    with bot.db.writing() as session:
        session.execute(update(Post).where(col(Post.external_id) == post).values(external_id="1"))
        session.execute(update(Notice).values(sent_at=None))

    found = check_settled(bot.db, bot.policy, bot.now, shown(bot))
    assert {one.rule for one in found} == {"post-passed", "post-lost", "notice-incoherent"}


# ------------------------------------------------------------------ what the database tells

ME_TOO = "(SELECT id FROM post WHERE intent = 'me_too')"
ASKED = "(SELECT id FROM \"transition\" WHERE to_state = 'needs_info')"
ERASED = "(SELECT id FROM person WHERE erased_at IS NOT NULL)"
DELETED = "(SELECT id FROM post WHERE deleted_at IS NOT NULL)"
CONFIDENTIAL = "(SELECT id FROM report WHERE sensitive)"
EARLY = "'2026-11-01 00:00:00.000000'"

DAMAGES: dict[str, tuple[str, str]] = {
    "a post behind the cursor is gone": (
        "post-passed",
        f"UPDATE post SET external_id = '1' WHERE id = {ME_TOO}",
    ),
    "a gap ends before it begins": ("gap-backwards", 'UPDATE gap SET "end" = start WHERE id = 1'),
    "a raw is tried for ever": ("raw-not-put-aside", "UPDATE raw SET attempts = 5 WHERE id = 1"),
    "a step was left out": (
        "steps-broken",
        "UPDATE \"transition\" SET from_state = 'received' WHERE to_state = 'forwarded'",
    ),
    "a step is not in the table": (
        "step-impossible",
        "UPDATE \"transition\" SET to_state = 'archived' WHERE to_state = 'verified';"
        "UPDATE \"transition\" SET from_state = 'archived' WHERE from_state = 'verified';"
        "UPDATE report SET state = 'archived', is_open = 0, due_at = NULL,"
        " ended_at = '2026-11-02 07:12:00.000000' WHERE state = 'verified'",
    ),
    "a report moved without a step": (
        "state-without-step",
        "UPDATE report SET state = 'verified' WHERE id = 2",
    ),
    "a closed report has no end": (
        "end-unfit",
        "UPDATE report SET ended_at = NULL WHERE state = 'closed'",
    ),
    "an open report has no deadline": (
        "deadline-unfit",
        "UPDATE report SET due_at = NULL WHERE id = 2",
    ),
    "a number has a wrong check character": (
        "reference-invalid",
        "UPDATE report SET reference = 'LPR-2222-2223' WHERE id = 2",
    ),
    "a post opened a report that is not there": (
        "opening-lost",
        f"UPDATE post SET intent = 'new' WHERE id = {ME_TOO}",
    ),
    "context opened a report": ("opening-unfit", "UPDATE post SET is_context = 1 WHERE id = 3"),
    "another person's post opened a report": (
        "opening-unfit",
        "UPDATE post SET person_id = 1 WHERE id = 3",
    ),
    "the model opened a report for talk": (
        "opening-unfit",
        "UPDATE post SET note = 'not_addressed' WHERE id = 3",
    ),
    "two reports of a conversation are the same part": (
        "part-twice",
        "UPDATE report SET conversation_id = (SELECT conversation_id FROM report WHERE id = 1)"
        " WHERE id <> 1 AND person_id = (SELECT person_id FROM report WHERE id = 1)",
    ),
    "an erased person has a name": (
        "erased-kept",
        f"UPDATE person SET identity = x'01' WHERE id = {ERASED}",
    ),
    "an erased person's notice has its words": (
        "erased-kept",
        f"UPDATE notice SET text = 'words' WHERE person_id = {ERASED}",
    ),
    "a deleted post has a text": (
        "deleted-kept",
        f"UPDATE version SET text = 'words' WHERE post_id = {DELETED}",
    ),
    "a raw still holds a deleted post": (
        "deleted-kept",
        "UPDATE raw SET sealed = x'01' WHERE id IN"
        f" (SELECT raw_id FROM rawpost WHERE post_id = {DELETED})",
    ),
    "a sent notice says no time": (
        "notice-incoherent",
        "UPDATE notice SET sent_at = NULL WHERE id = 1",
    ),
    "a tried notice was never claimed": (
        "notice-incoherent",
        "UPDATE notice SET claimed_at = NULL WHERE id = 1",
    ),
    "a cancelled notice says no reason": (
        "notice-incoherent",
        "UPDATE notice SET failure = NULL WHERE state = 'cancelled'",
    ),
    "a wait became a refusal": (
        "refused-by-nobody",
        "UPDATE notice SET state = 'refused', failure = 'X asks us to wait' WHERE id ="
        " (SELECT id FROM notice WHERE state = 'cancelled')",
    ),
    "a notice in doubt does not know it": (
        "notice-incoherent",
        "UPDATE notice SET doubted = 0 WHERE state = 'in_doubt'",
    ),
    "who opted out is written to": (
        "claimed-forbidden",
        f"UPDATE post SET placed_at = {EARLY} WHERE intent = 'opt_out'",
    ),
    "who was erased is written to": (
        "claimed-forbidden",
        f"UPDATE person SET erased_at = {EARLY} WHERE id = {ERASED}",
    ),
    "a deleted post is answered": (
        "claimed-forbidden",
        f"UPDATE post SET deleted_at = {EARLY} WHERE id = {DELETED}",
    ),
    "a bot is answered": (
        "claimed-forbidden",
        f"UPDATE post SET note = 'bot' WHERE id = {ME_TOO}",
    ),
    "who has blocked us is written to": (
        "claimed-forbidden",
        "UPDATE notice SET state = 'refused', failure = 'blocked: by the user', attempts = 1,"
        " claimed_at = (SELECT blocked_at FROM person WHERE id = person_id)"
        " WHERE failure = 'blocked';"
        "UPDATE notice SET person_id = (SELECT person_id FROM notice WHERE state = 'refused')"
        " WHERE id = (SELECT max(id) FROM notice WHERE kind = 'start')",
    ),
    "a notice goes out while sending is paused": (
        "claimed-paused",
        "UPDATE installation SET paused_at = '2026-11-02 07:05:00.000000'",
    ),
    "a sensitive number is said in public": (
        "confidential-public",
        f"UPDATE notice SET mark = (SELECT reference FROM report WHERE id = {CONFIDENTIAL})"
        f" WHERE report_id = {CONFIDENTIAL}",
    ),
    "a post on X is answered twice": (
        "cap-post",
        "UPDATE notice SET post_id = 1 WHERE kind = 'me_too'",
    ),
    "silence ends a report early": (
        "ended-early",
        "UPDATE \"transition\" SET made_at = '2026-11-10 00:00:00.000000'"
        " WHERE \"by\" = 'clock' AND to_state = 'archived'",
    ),
    "a reminder comes early": (
        "reminded-early",
        "UPDATE notice SET made_at = '2026-11-03 00:00:00.000000' WHERE kind = 'reminder'",
    ),
    "an agency is called late early": (
        "late-early",
        "UPDATE notice SET made_at = '2026-11-10 00:00:00.000000' WHERE kind = 'late'",
    ),
    "a reminder speaks of no step": (
        "reminder-unfounded",
        "UPDATE notice SET cause = 'transition:9999' WHERE kind = 'late'",
    ),
    "a reminder goes out although the citizen has answered": (
        "reminder-outdated",
        "UPDATE notice SET cause = 'transition:' || (SELECT min(id) FROM \"transition\""
        " WHERE report_id = notice.report_id) WHERE kind = 'reminder'",
    ),
    "a reminder goes out at night": (
        "claimed-at-night",
        "UPDATE notice SET claimed_at = '2026-11-05 16:00:00.000000' WHERE kind = 'reminder'",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_makes_its_rule_speak_and_no_other(patient: Patient, damage: str) -> None:
    rule, sql = DAMAGES[damage]

    patient.damage(sql)

    assert patient.broken_rules() == {rule}


SETTLED: dict[str, tuple[str, str]] = {
    "a raw waits": ("raw-waits", "UPDATE raw SET parsed_at = NULL WHERE id = 1"),
    "a post waits": ("post-waits", f"UPDATE post SET state = 'pending' WHERE id = {ME_TOO}"),
    "a post waits for next year": (
        "post-waits",
        "UPDATE post SET state = 'pending', settles_at = '2027-11-02 00:00:00.000000'"
        f" WHERE id = {ME_TOO}",
    ),
    "a post is known as another one's context only": (
        "post-lost",
        f"UPDATE post SET is_context = 1 WHERE id = {ME_TOO}",
    ),
    "a notice hangs on its way": (
        "notice-stuck",
        "UPDATE notice SET state = 'sending' WHERE kind = 'me_too'",
    ),
    "a notice in doubt was never looked for": (
        "notice-stuck",
        "UPDATE notice SET failure = 'broken off' WHERE state = 'in_doubt'",
    ),
    "a notice that is due does not go": (
        "notice-waits",
        "UPDATE notice SET state = 'ready', failure = NULL WHERE state = 'cancelled'",
    ),
    "a notice waits for next year": (
        "waits-too-long",
        "UPDATE notice SET state = 'ready', failure = NULL,"
        " not_before = '2027-11-02 00:00:00.000000' WHERE state = 'cancelled'",
    ),
    "an account is read again next year": (
        "waits-too-long",
        "UPDATE channel SET read_not_before = '2027-11-02 00:00:00.000000' WHERE id = 1",
    ),
}


@pytest.mark.parametrize("damage", SETTLED)
def test_what_is_left_undone_is_a_fault_once_the_bot_had_its_time(
    patient: Patient, damage: str
) -> None:
    rule, sql = SETTLED[damage]

    patient.damage(sql)

    assert patient.broken_rules(check) == set()
    assert patient.broken_rules(check_settled) == {rule}


def test_what_may_not_go_may_wait(patient: Patient) -> None:
    patient.damage(
        "UPDATE notice SET state = 'ready', failure = NULL WHERE state = 'cancelled';"
        "UPDATE channel SET sending = 'shadow'"
    )

    assert patient.findings(check_settled) == []


# ------------------------------------------------------------------ what the database would refuse


def test_a_second_notice_of_one_cause_is_noticed(patient: Patient) -> None:
    patient.drop_constraints("notice")
    patient.damage(
        "UPDATE notice SET cause = 'post:1', person_id = 1, report_id = 1 WHERE state = 'cancelled'"
    )

    assert patient.broken_rules() == {"notice-twice"}


def test_a_post_that_is_stored_twice_is_noticed(patient: Patient) -> None:
    patient.drop_constraints("post")
    patient.damage(
        "CREATE TABLE twin AS SELECT * FROM post WHERE note = 'repost';"
        "UPDATE twin SET id = 999; INSERT INTO post SELECT * FROM twin;"
    )

    assert patient.broken_rules() == {"post-twice"}


def test_two_reports_with_one_number_are_noticed(patient: Patient) -> None:
    patient.drop_constraints("report")
    patient.damage("UPDATE report SET reference = (SELECT reference FROM report WHERE id = 1)")

    assert "reference-twice" in patient.broken_rules()


def test_two_reports_of_one_post_are_noticed(patient: Patient) -> None:
    patient.drop_constraints("report")
    patient.damage("UPDATE report SET opening_post_id = 1 WHERE id = 2")

    assert patient.broken_rules() == {"opened-twice", "opening-lost", "opening-unfit"}


# ------------------------------------------------------------------ caps and order


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (Policy(per_thread=2), "cap-thread"),
        (Policy(per_person_hour=2), "cap-person"),
        (Policy(per_hour=2), "cap-hour"),
    ],
)
def test_a_cap_that_was_passed_is_noticed(patient: Patient, policy: Policy, rule: str) -> None:
    patient.policy = policy

    assert patient.broken_rules() == {rule}


def test_what_a_person_sends_once_more_passes_no_cap(patient: Patient) -> None:
    patient.damage(DAMAGES["a post on X is answered twice"][1])
    assert patient.broken_rules() == {"cap-post"}

    patient.damage("UPDATE notice SET attempts = 2 WHERE id = 1")

    assert patient.findings() == []


def test_a_notice_that_overtakes_a_waiting_acknowledgement_is_noticed(patient: Patient) -> None:
    first, message = acknowledgement_of_the_question(patient)
    patient.damage(
        "UPDATE notice SET state = 'ready', external_id = NULL, sent_at = NULL,"
        f" failure = 'no connection' WHERE id = {first}"
    )
    patient.shown = without(patient.shown, message)

    assert patient.broken_rules() == {"acknowledgement-overtaken"}


def test_one_that_was_in_doubt_meanwhile_may_be_overtaken(patient: Patient) -> None:
    first, message = acknowledgement_of_the_question(patient)
    patient.damage(
        "UPDATE notice SET state = 'ready', external_id = NULL, sent_at = NULL,"
        f" doubted = 1 WHERE id = {first}"
    )
    patient.shown = without(patient.shown, message)

    assert patient.findings() == []


def test_two_reminders_of_one_step_are_noticed(patient: Patient) -> None:
    patient.damage(f"UPDATE notice SET cause = 'transition:' || {ASKED} WHERE kind = 'reminder'")

    assert patient.broken_rules() == {"reminded-twice", "reminder-unfounded"}


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


# ------------------------------------------------------------------ what the platforms show


def a_message(patient: Patient, platform: str) -> ShownMessage:
    return next(one for one in patient.shown.messages if one.platform == platform)


@pytest.mark.parametrize("platform", ["x", "telegram"])
def test_a_message_that_stands_there_twice_is_noticed(patient: Patient, platform: str) -> None:
    twin = replace(a_message(patient, platform), external_id="5000002:9999")
    patient.shown = replace(patient.shown, messages=[*patient.shown.messages, twin])

    (found,) = patient.findings()

    assert found.rule == "message-twice"
    assert found.where.startswith("notice ")
    assert "5000002" not in found.says


def test_a_message_that_nobody_has_sent_is_noticed(patient: Patient) -> None:
    stray = replace(a_message(patient, "x"), external_id="1708", text="Siapa ini?")
    patient.shown = replace(patient.shown, messages=[*patient.shown.messages, stray])

    (found,) = patient.findings()

    assert (found.rule, found.where) == ("message-unknown", "x message 1708")


@pytest.mark.parametrize("platform", ["x", "telegram"])
def test_a_sent_notice_that_is_not_there_is_noticed(patient: Patient, platform: str) -> None:
    patient.shown = without(patient.shown, a_message(patient, platform))

    assert patient.broken_rules() == {"sent-not-there"}


def test_a_message_that_is_taken_for_unsent_is_noticed(patient: Patient) -> None:
    patient.damage(
        "UPDATE notice SET state = 'ready', failure = 'no connection', external_id = NULL"
        " WHERE kind = 'me_too'"
    )

    assert patient.broken_rules() == {"sent-unknown"}


def test_a_notice_that_was_called_off_as_said_already_was_said(patient: Patient) -> None:
    patient.damage(
        "UPDATE notice SET failure = 'the same words stand there already',"
        " text = 'Sudah selesai.' WHERE state = 'cancelled'"
    )

    assert patient.broken_rules() == {"not-said"}


@pytest.mark.parametrize("change", [{"bot": True}, {"repost": True}, {"own": True}])
def test_a_report_of_who_did_not_speak_to_us_is_noticed(
    patient: Patient, change: dict[str, Any]
) -> None:
    posts = [replace(one, **change) for one in patient.shown.posts]
    patient.shown = replace(patient.shown, posts=posts)

    assert patient.broken_rules() == {"opening-unfit", "claimed-forbidden"}


def test_an_edit_that_is_stored_as_a_post_of_its_own_is_noticed(patient: Patient) -> None:
    posts = [
        replace(one, external_id="1", versions=frozenset({"1", one.external_id}))
        if one.platform == "x" and one.for_us
        else one
        for one in patient.shown.posts
    ]
    patient.shown = replace(patient.shown, posts=posts, passed=frozenset())

    assert patient.broken_rules() == {"post-twice"}


def test_an_unknown_outcome_may_stand_there(patient: Patient) -> None:
    patient.damage(
        "UPDATE notice SET state = 'in_doubt', doubted = 1, external_id = NULL WHERE id = 1"
    )

    assert patient.findings() == []


def test_a_message_belongs_to_the_notice_in_doubt_before_one_that_was_refused(
    patient: Patient,
) -> None:
    same = "(SELECT {0} FROM notice WHERE kind = 'me_too')"
    patient.damage(
        "UPDATE notice SET state = 'in_doubt', doubted = 1, attempts = 1, channel_id = 1,"
        + ", ".join(f"{name} = {same.format(name)}" for name in ("text", "reply_to", "claimed_at"))
        + " WHERE state = 'cancelled';"
        "UPDATE notice SET state = 'refused', failure = 'duplicate', external_id = NULL"
        " WHERE kind = 'me_too'"
    )

    assert patient.findings() == []


def test_one_message_of_two_notices_is_noticed(patient: Patient) -> None:
    patient.damage(
        "UPDATE notice SET external_id = (SELECT external_id FROM notice WHERE id = 1) WHERE id = 2"
    )

    assert patient.broken_rules() == {"message-shared", "message-twice"}


def test_an_acknowledgement_that_stands_below_is_noticed(patient: Patient) -> None:
    _, message = acknowledgement_of_the_question(patient)
    late = replace(message, at=patient.healthy.now)
    patient.shown = replace(
        without(patient.shown, message), messages=[*without(patient.shown, message).messages, late]
    )

    assert patient.broken_rules() == {"acknowledgement-late"}


def a_lost_post(patient: Patient) -> ShownPost:
    """A post of the world that the database does not have."""
    known = next(
        one for one in patient.shown.posts if one.platform == "x" and one.for_us and not one.own
    )
    return replace(known, external_id="1708", versions=frozenset({"1708"}))


def test_a_post_that_was_never_read_is_lost(patient: Patient) -> None:
    lost = a_lost_post(patient)
    patient.shown = replace(patient.shown, posts=[*patient.shown.posts, lost])

    assert patient.findings(check) == []
    assert patient.broken_rules(check_settled) == {"post-lost"}


@pytest.mark.parametrize(
    "why",
    [
        {"for_us": False},
        {"standing": False},
        {"own": True},
        {"repost": True},
        {"posted_at": datetime(2026, 11, 1, tzinfo=UTC)},
    ],
)
def test_a_post_that_nobody_could_expect_is_not_lost(
    patient: Patient, why: dict[str, object]
) -> None:
    lost = replace(a_lost_post(patient), **why)  # type: ignore[arg-type]
    patient.shown = replace(
        patient.shown, posts=[*patient.shown.posts, lost], passed=frozenset({"1708"})
    )

    assert patient.findings(check_settled) == []


def test_a_withheld_post_or_one_in_a_gap_is_not_lost(patient: Patient) -> None:
    lost = a_lost_post(patient)
    shown = replace(patient.shown, posts=[*patient.shown.posts, lost])

    patient.shown = replace(shown, withheld=frozenset({"1708"}))
    assert patient.findings(check_settled) == []
    patient.shown = shown
    patient.damage(
        "UPDATE gap SET channel_id = 1, start = '2026-11-02 07:00:00.000000',"
        " \"end\" = '2026-11-02 08:00:00.000000' WHERE id = 1"
    )
    assert patient.findings(check_settled) == []


def test_a_post_that_waits_as_a_raw_is_not_lost(patient: Patient) -> None:
    lost = a_lost_post(patient)
    patient.shown = replace(
        patient.shown, posts=[*patient.shown.posts, lost], passed=frozenset({"1708"})
    )
    assert patient.broken_rules() == {"post-passed"}

    patient.damage("UPDATE raw SET key = '1708', parsed_at = NULL WHERE id = 1")

    assert patient.findings() == []


def test_a_deadline_that_passed_on_our_clock_only_was_early(patient: Patient) -> None:
    patient.shown = replace(patient.shown, now=datetime(2026, 11, 10, tzinfo=UTC))

    assert patient.broken_rules() == {"ended-early", "late-early"}


def test_after_a_clock_was_set_back_times_are_not_trusted(patient: Patient) -> None:
    patient.damage(DAMAGES["who opted out is written to"][1])
    assert patient.broken_rules() == {"claimed-forbidden"}

    patient.shown = replace(patient.shown, clock_set_back=timedelta(days=40))

    assert patient.findings() == []


# ------------------------------------------------------------------ how the worlds are read


def test_an_unfinished_walk_has_passed_exactly_what_it_has_read(bot: Bot) -> None:
    posts = [mention(bot, f"{LAMP} Nomor {number}") for number in range(25)]
    small = bot.x.adapter(page_size=10)

    for read in (10, 20, 25):
        collect.collect(bot.db, bot.vault, small, bot.clock, pages=1)
        assert shown(bot).passed == frozenset(posts[-read:])
        assert check(bot.db, bot.policy, bot.now, shown(bot)) == []


def test_a_message_is_passed_on_telegram_once_it_is_confirmed(bot: Bot) -> None:
    bot.forward(minutes=1)
    message = write(bot, LAMP)
    assert shown(bot).passed == frozenset()
    bot.collect()
    bot.collect()

    assert shown(bot).passed == frozenset({message})
    assert check(bot.db, bot.policy, bot.now, shown(bot)) == []
    with bot.db.writing() as session:
        session.exec(delete(Raw))
    found = check(bot.db, bot.policy, bot.now, shown(bot))
    assert [one.rule for one in found] == ["post-passed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@lapor1708_bot lampu padam", True),
        ("/lapor lampu padam", True),
        ("/lapor@lapor1708_bot lampu padam", True),
        ("/lapor@bot_lain lampu padam", False),
        ("lampu padam, tulis /lapor", False),
        ("lampu padam", False),
    ],
)
def test_in_a_group_only_some_messages_are_for_us(bot: Bot, text: str, expected: bool) -> None:
    group = bot.telegram.world.add_group("Warga Contoh")
    message = write(bot, text, group=group)
    bot.turn()

    (post,) = shown(bot).posts
    assert (post.external_id, post.for_us) == (message, expected)
    bot.forward(minutes=15)
    bot.turn()
    assert check_settled(bot.db, bot.policy, bot.now, shown(bot)) == []


def test_an_edited_post_keeps_its_first_id_and_counts_in_its_last_wording(bot: Bot) -> None:
    bot.x.world.add_person("sari", "Sari")
    first = bot.x.world.post("sari", "lampu padam")
    last = bot.x.world.edit(first, f"@lapor1708 {LAMP}")

    (post,) = shown(bot).posts

    assert (post.external_id, post.for_us) == (first, True)
    assert post.versions == frozenset({first, last})
