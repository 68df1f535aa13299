"""The oracle on the database: silent about a bot that did everything right, one sentence a fault.

A fortnight of a healthy bot is lived once; every test then damages a copy of its database, as a
bug would.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from intake.fsck import check, check_settled
from intake.policy import Policy
from store.database import Database
from store.tables import Notice, Post
from tests.bot import Bot
from tests.intake.fortnight import (
    Oracle,
    Patient,
    acknowledgement_of_the_question,
    shown,
    without,
)
from tests.intake.steps import ask, mention, record_answer, report_of, write
from tests.intake.texts import LAMP


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


def test_after_a_clock_was_set_back_times_are_not_trusted(patient: Patient) -> None:
    patient.damage(DAMAGES["who opted out is written to"][1])
    assert patient.broken_rules() == {"claimed-forbidden"}

    patient.shown = replace(patient.shown, clock_set_back=timedelta(days=40))

    assert patient.findings() == []
