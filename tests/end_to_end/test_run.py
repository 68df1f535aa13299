"""`lapor run --sandbox` from the outside: processes, HTTP, a database, and every post's place."""

from typing import Any

import pytest

from tests.end_to_end.sandbox_run import SandboxRun

# Two whole runs of half a minute; the default run drives the same parts by hand (tests/bot.py).
pytestmark = pytest.mark.slow

Outcome = dict[str, Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SandboxRun:
    folder = tmp_path_factory.mktemp("run")
    return SandboxRun(folder, f"sqlite:///{folder}/sandbox.db")


@pytest.fixture(scope="module")
def outcome(run: SandboxRun) -> Outcome:
    return run.finish()


def test_every_scripted_post_is_in_its_right_place(run: SandboxRun, outcome: Outcome) -> None:
    assert run.places(outcome).wrong() == []


def test_the_labels_are_nearly_those_that_a_second_person_gave(
    run: SandboxRun, outcome: Outcome
) -> None:
    labels = 5 * len(outcome["reports"])

    # Measured: none of 140 with the model of November 2026, three with the one before.
    assert len(run.places(outcome).wrong_labels()) <= 0.05 * labels


def test_at_least_three_reports_were_resolved_in_their_threads(outcome: Outcome) -> None:
    resolved = [
        report
        for report in outcome["reports"]
        for notice in report["notices"]
        if (notice["kind"], notice["state"]) == ("resolution", "sent")
    ]
    by_platform = {report["platform"] for report in resolved}

    assert len({report["reference"] for report in resolved}) >= 3
    assert by_platform == {"x", "telegram"}


def test_nothing_about_a_sensitive_report_is_said_in_public(
    run: SandboxRun, outcome: Outcome
) -> None:
    sensitive = [
        report for report in outcome["reports"] if report["sensitive"] and report["platform"] == "x"
    ]
    said = [text for _, text in run.shown()]

    assert sensitive
    for report in sensitive:
        kinds = {notice["kind"] for notice in report["notices"] if notice["state"] == "sent"}
        assert kinds <= {"acknowledgement"}
        if report["urgency"] != "darurat":
            assert not [text for text in said if report["reference"] in text]


def test_nobody_hears_the_same_thing_twice(run: SandboxRun, outcome: Outcome) -> None:
    assert outcome["reports"]
    assert run.doubled() == []


def test_a_second_run_changes_nothing(run: SandboxRun, outcome: Outcome) -> None:
    before = run.shown()

    assert run.finish() == outcome
    assert run.shown() == before
