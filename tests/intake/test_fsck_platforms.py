"""The oracle on what the platforms show: our messages, and the posts that reading has passed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.fsck import ShownMessage, ShownPost, check, check_settled
from tests.intake.fortnight import Patient, acknowledgement_of_the_question, without


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
