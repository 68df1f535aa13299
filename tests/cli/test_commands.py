"""Every command of moderators and operators once for real, on the database of a running bot."""

import io
import re
import sys
from pathlib import Path

import pytest

from cli.context import SANDBOX_URL
from intake.workdays import JAKARTA
from store.crypto import Vault
from store.tables import Notice, Report
from tests.bot import Bot
from tests.cli.conftest import NARROW, Lapor, widen
from tests.intake.steps import heard_on_telegram, heard_on_x, mention, report_on_x, write
from tests.intake.texts import AGENCY, DONE, LAMP, ROAD, TRAPPED

HANDLE = "kumbang_malam88"
PHONE = "081234567890"


def queued(bot: Bot, text: str = LAMP) -> str:
    """A post about which the model is made to doubt; its name in the queue."""
    before = bot.policy
    bot.change_policy(open_at=1.0, set_aside_at=0.0)
    post = mention(bot, text)
    bot.turn()
    bot.policy = before
    return f"P{bot.post(post).id}"


def forwarded(bot: Bot, lapor: Lapor) -> tuple[Report, str]:
    """A report that an agency works on, and its opening post."""
    report, post = report_on_x(bot)
    lapor.told("verify", report.reference)
    lapor.told("forward", report.reference, "--agency", AGENCY)
    return report, post


def held(bot: Bot, state: str) -> Notice:
    """The acknowledgement of a new report, brought into a state by hand."""
    mention(bot, LAMP)
    bot.read()
    with bot.db.writing() as session:
        notice = session.get_one(Notice, bot.notices()[-1].id)
        notice.state, notice.claimed_at = state, bot.now
        session.add(notice)
    return notice


def later(bot: Bot) -> None:
    """Send what the commands have put in line."""
    bot.forward(minutes=5)
    bot.send()


def typed(patch: pytest.MonkeyPatch, keys: str) -> None:
    """What the person types at the next question."""
    patch.setattr(sys, "stdin", io.StringIO(keys))


# ------------------------------------------------------------------ the queue


def test_the_queue_shows_the_most_urgent_first_and_what_to_do(bot: Bot, lapor: Lapor) -> None:
    calm, _ = report_on_x(bot)
    urgent, _ = report_on_x(bot, TRAPPED, "budi")

    said = lapor.told("queue")

    assert said.index(urgent.reference) < said.index(calm.reference)
    assert "darurat" in said
    assert "2 menunggu" in said
    assert "Jalan Melati" in said
    assert "periksa" in said


def test_an_empty_queue_is_no_error(bot: Bot, lapor: Lapor) -> None:
    assert "0 menunggu" in lapor.told("queue")


def test_a_doubtful_post_is_opened_with_a_label_and_acknowledged(bot: Bot, lapor: Lapor) -> None:
    name = queued(bot)
    assert name in lapor.told("queue")

    said = lapor.told("review", name.lower(), "--open", "--kind", "aspirasi", "--urgency", "tinggi")

    report = bot.report()
    assert said.split() == [name.lower(), "->", report.reference, "(received)"]
    assert (report.kind, report.urgency) == ("aspirasi", "tinggi")
    later(bot)
    assert report.reference in bot.notices("acknowledgement")[0].text
    assert name not in lapor.told("queue")


def test_a_doubtful_post_is_set_aside(bot: Bot, lapor: Lapor) -> None:
    name = queued(bot)

    assert "bukan laporan" in lapor.told("review", name, "--no-report")

    assert bot.reports() == []
    assert "0 menunggu" in lapor.told("queue")


def test_a_placed_post_waits_for_nobody(bot: Bot, lapor: Lapor) -> None:
    _, post = report_on_x(bot)

    said = lapor.refused("review", f"P{bot.post(post).id}", "--open")

    assert "does not wait for a decision" in said
    assert "lapor queue" in said


# ------------------------------------------------------------------ a report's way


def test_a_report_is_verified_as_it_is(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)

    assert lapor.told("verify", report.reference).split() == [report.reference, "verified"]


def test_a_report_is_verified_with_corrections(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)
    corrections = ["--kind", "aspirasi", "--topic", "listrik_energi", "--urgency", "tinggi"]

    lapor.told(
        "verify", report.reference, *corrections, "--sensitive", "--region", "Kabupaten Klaten"
    )

    now = bot.report()
    assert (now.kind, now.topic, now.urgency) == ("aspirasi", "listrik_energi", "tinggi")
    assert now.sensitive
    assert now.region_name == "Kabupaten Klaten"


def test_the_number_may_be_written_as_people_write_it(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)
    sloppy = report.reference.lower().replace("-", " ")

    assert report.reference in lapor.told("verify", sloppy)


def test_a_wrong_label_is_refused_with_the_right_ones(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)
    wrong = {
        ("--kind", "keluhan"): "pengaduan, aspirasi, permintaan_informasi",
        ("--topic", "jalan"): "jalan_jembatan, penerangan_jalan",
        ("--urgency", "segera"): "darurat, tinggi, biasa",
        ("--region", "Atlantis"): "name or code of a province",
    }

    for (option, label), allowed in wrong.items():
        said = lapor.refused("verify", report.reference, option, label)
        assert f"'{label}' is not one of" in said
        assert allowed in said
    assert bot.report().state == "received"


def test_a_question_goes_to_the_reporter(bot: Bot, lapor: Lapor) -> None:
    report, post = report_on_x(bot)

    said = lapor.told("ask", report.reference, "Lampu yang sebelah mana?")

    assert said.split() == [report.reference, "needs_info"]
    later(bot)
    assert "Lampu yang sebelah mana?" in heard_on_x(bot, post)[-1]


def test_a_question_with_a_link_is_refused(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)

    assert "tautan" in lapor.refused("ask", report.reference, "Lihat https://contoh.id/isi?")

    assert bot.report().state == "received"


def test_an_agency_gives_a_report_back_and_the_queue_says_so(bot: Bot, lapor: Lapor) -> None:
    report, _ = forwarded(bot, lapor)

    said = lapor.told("return", report.reference, "--proposed", "Balai Jalan")

    assert said.split() == [report.reference, "returned"]
    assert bot.report().proposed_agency == "Balai Jalan"
    assert "bukan wewenang" in lapor.told("queue")
    lapor.told("forward", report.reference, "--agency", "Balai Jalan")
    assert bot.report().agency == "Balai Jalan"


def test_a_report_that_nobody_verified_is_not_forwarded(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)

    said = lapor.refused("forward", report.reference, "--agency", AGENCY)

    assert report.reference in said
    assert "verify" in said


# ------------------------------------------------------------------ the answer


def answer(report: Report, sentence: str, *more: str) -> tuple[str, ...]:
    return ("answer", report.reference, "--agency", AGENCY, "--sentence", sentence, *more)


def test_the_resolution_is_shown_before_it_goes_out(
    bot: Bot, lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, post = forwarded(bot, lapor)
    typed(monkeypatch, "n\n")

    said = lapor(*answer(report, DONE))

    assert said.code == 1
    assert said.both.index(DONE) < said.both.index("Kirim?")
    assert bot.report().state == "forwarded"
    later(bot)
    assert len(heard_on_x(bot, post)) == 1


def test_a_confirmed_answer_goes_out_as_it_was_shown(
    bot: Bot, lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, post = forwarded(bot, lapor)
    typed(monkeypatch, "y\n")

    said = lapor.told(*answer(report, DONE))

    later(bot)
    assert "".join(heard_on_x(bot, post)[-1].split()) in "".join(said.split())
    assert f"{report.reference} answered" in said


def test_an_answer_goes_out_unasked_with_yes(bot: Bot, lapor: Lapor) -> None:
    report, post = forwarded(bot, lapor)

    said = lapor.told(*answer(report, DONE, "--yes", "--full", "Lampu LED, tiang 14."))

    assert "Kirim?" not in said
    later(bot)
    assert DONE in heard_on_x(bot, post)[-1]
    assert "tiang 14" not in heard_on_x(bot, post)[-1]


def test_an_unfit_sentence_is_refused_and_nothing_is_recorded(bot: Bot, lapor: Lapor) -> None:
    report, _ = forwarded(bot, lapor)
    unfit = {
        "Selesai, lihat https://contoh.go.id/foto": "tautan",
        "Selesai, rincian di contoh.go.id": "domain",
        f"Selesai, hubungi {PHONE}": "nomor telepon",
        "Lampu diganti. " * 10: "at most 140",
    }

    for sentence, why in unfit.items():
        said = lapor.refused(*answer(report, sentence, "--yes"))
        assert why in said
        assert PHONE not in said
    assert bot.report().state == "forwarded"


# ------------------------------------------------------------------ putting away


def test_a_report_is_archived_with_a_reason(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)

    said = lapor.told("archive", report.reference, "--reason", "noted", "--note", "sudah tahu")

    assert said.split() == [report.reference, "archived"]
    assert bot.report().archive_reason == "noted"


def test_a_wrong_reason_is_refused_with_the_right_ones(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)

    said = lapor.refused("archive", report.reference, "--reason", "bosan")

    assert "not_a_report, duplicate" in said


def test_a_copy_is_merged_into_the_report_that_goes_on(bot: Bot, lapor: Lapor) -> None:
    kept, _ = report_on_x(bot)
    copy, _ = report_on_x(bot, ROAD, "budi")

    said = lapor.told("merge", copy.reference, "--into", kept.reference)

    assert said.split() == [copy.reference, "->", kept.reference]
    merged = bot.reports()[-1]
    assert (merged.state, merged.merged_into_id) == ("archived", kept.id)


def test_a_reporter_is_erased_only_when_that_is_meant(
    bot: Bot, lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = report_on_x(bot)
    typed(monkeypatch, "n\n")
    assert lapor("erase", report.reference).code == 1
    assert "Jalan Melati" in lapor.told("reports", "show", report.reference)

    assert lapor.told("erase", report.reference, "--yes").split() == [report.reference, "erased"]

    assert "Melati" not in lapor.told("reports", "show", report.reference)


# ------------------------------------------------------------------ looking


def test_reports_are_listed_by_state(bot: Bot, lapor: Lapor) -> None:
    report, _ = forwarded(bot, lapor)
    other, _ = report_on_x(bot, ROAD, "budi")

    everything = lapor.told("reports", "list")
    some = lapor.told("reports", "list", "--state", "forwarded")

    assert report.reference in everything
    assert other.reference in everything
    assert report.reference in some
    assert other.reference not in some


def test_a_report_is_shown_with_its_texts_its_way_and_what_was_said(bot: Bot, lapor: Lapor) -> None:
    report, _ = forwarded(bot, lapor)

    said = lapor.told("reports", "show", report.reference)

    assert "Jalan Melati" in said
    assert "received -> verified (dewi)" in said
    assert "acknowledgement (sent)" in said


def test_notices_are_listed_by_state(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)
    waiting = held(bot, "in_doubt")

    everything = lapor.told("notices", "list")
    doubtful = lapor.told("notices", "list", "--state", "in_doubt")

    assert report.reference in everything
    assert report.reference not in doubtful
    assert f"N{waiting.id}" in lapor.told("queue")
    assert "acknowledgement" in doubtful


@pytest.mark.parametrize(
    ("decision", "state"), [("sent", "sent"), ("resend", "ready"), ("drop", "cancelled")]
)
def test_a_notice_in_doubt_is_decided(bot: Bot, lapor: Lapor, decision: str, state: str) -> None:
    notice = held(bot, "in_doubt")

    said = lapor.told("notices", "decide", str(notice.id), decision)

    assert said.strip() == f"notice {notice.id}: {state}"
    assert bot.notices()[-1].state == state


def test_a_refused_notice_is_tried_again(bot: Bot, lapor: Lapor) -> None:
    notice = held(bot, "refused")

    assert lapor.told("notices", "retry", str(notice.id)).endswith("ready\n")

    later(bot)
    assert bot.notices()[-1].state == "sent"


def test_a_notice_is_taken_back_while_it_was_not_sent(bot: Bot, lapor: Lapor) -> None:
    notice = held(bot, "ready")

    assert lapor.told("notices", "cancel", str(notice.id)).endswith("cancelled\n")

    later(bot)
    assert [row.state for row in bot.notices()] == ["cancelled"]
    assert "only possible while it is ready" in lapor.refused("notices", "cancel", str(notice.id))


# ------------------------------------------------------------------ switches


def test_pause_stops_sending_and_resume_starts_it_again(bot: Bot, lapor: Lapor) -> None:
    assert "lapor resume" in lapor.told("pause")
    _, post = report_on_x(bot)
    assert heard_on_x(bot, post) == []
    assert "paused" in lapor.told("health")

    lapor.told("resume")

    later(bot)
    assert len(heard_on_x(bot, post)) == 1


def test_one_platform_is_switched_to_shadow_and_back(bot: Bot, lapor: Lapor) -> None:
    assert lapor.told("send", "shadow", "--platform", "x").strip() == "shadow: x (lapor1708)"
    _, post = report_on_x(bot)
    message = write(bot, LAMP)
    bot.turn()
    assert heard_on_x(bot, post) == []
    assert len(heard_on_telegram(bot, message)) == 1
    assert "in shadow" in lapor.told("health")

    lapor.told("send", "on")

    later(bot)
    assert len(heard_on_x(bot, post)) == 1


def test_health_succeeds_while_nobody_must_act(bot: Bot, lapor: Lapor) -> None:
    bot.turn()

    assert lapor.told("health").splitlines()[-1] == "ok"


def test_health_fails_when_somebody_must_act(bot: Bot, lapor: Lapor) -> None:
    bot.turn()
    notice = held(bot, "in_doubt")

    said = lapor("health")

    assert said.code == 1
    assert "FAULT" in said.out
    assert "lapor notices list --state in_doubt" in said.out
    lapor.told("notices", "decide", str(notice.id), "drop")
    assert lapor("health").code == 0


# ------------------------------------------------------------------ the database


def test_migrate_makes_the_tables_and_may_be_repeated(lapor: Lapor, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/in/new.db"

    first = lapor.bare("--database", url, "migrate")
    second = lapor.bare("--database", url, "migrate")

    assert re.fullmatch(r"At revision \d{4}\.\n", first.out)
    assert second == first


def test_a_restored_backup_holds_what_was_there_and_sends_nothing_blindly(
    bot: Bot, lapor: Lapor, tmp_path: Path
) -> None:
    kept = held(bot, "ready")
    copy = tmp_path / "safe" / "copy.db"
    assert str(copy) in lapor.told("backup", str(copy))
    later(bot)
    report_on_x(bot, ROAD, "budi")
    assert len(bot.reports()) == 2
    bot.db.close()

    said = lapor.told("restore", str(copy), "--yes")

    assert "1 notices" in said
    assert len(bot.reports()) == 1
    assert {row.id: row.state for row in bot.notices()} == {kept.id: "in_doubt"}


def test_a_restore_asks_first(
    bot: Bot, lapor: Lapor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    lapor.told("backup", str(copy))
    report_on_x(bot)
    typed(monkeypatch, "n\n")

    assert lapor("restore", str(copy)).code == 1

    assert len(bot.reports()) == 1


def test_a_new_key_is_one_that_seals(lapor: Lapor) -> None:
    vault = Vault([lapor.told("new-key").strip()])

    assert vault.open(vault.seal("teks")) == "teks"


def test_the_sandbox_has_a_database_of_its_own(lapor: Lapor, tmp_path: Path) -> None:
    lapor.bare("--sandbox", "migrate")

    assert (tmp_path / SANDBOX_URL.removeprefix("sqlite:///")).exists()


# ------------------------------------------------------------------ what is shown


def test_no_screen_shows_a_number_a_handle_or_a_token(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot, f"{LAMP} Hubungi {PHONE} ya.", HANDLE)
    message = write(bot, f"{ROAD} WA {PHONE}", HANDLE)
    bot.turn()
    name = queued(bot, f"{ROAD} Nomor saya {PHONE}")
    screens = [
        lapor.told("queue"),
        lapor.told("reports", "list"),
        lapor.told("reports", "show", report.reference),
        lapor.told("notices", "list"),
        lapor("health").both,
        lapor.told("verify", report.reference),
        lapor.told("review", name, "--open"),
        lapor.told("--help"),
    ]

    assert "Hubungi" in screens[2]
    for screen in screens:
        assert PHONE not in screen
        assert HANDLE not in screen.lower()
        assert message.split(":")[0] not in screen
        assert "rahasia" not in screen


def test_what_was_masked_is_seen_to_be_masked_in_the_queue(bot: Bot, lapor: Lapor) -> None:
    report_on_x(bot, f"{LAMP} Hubungi {PHONE} ya.")

    assert "Hubungi [nomor HP] ya." in lapor.told("queue")


def test_no_citizen_can_break_the_queue(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot, f"{LAMP} [/b]")

    assert report.reference in lapor.told("queue")


def test_brackets_in_a_notice_are_shown(bot: Bot, lapor: Lapor) -> None:
    report, _ = report_on_x(bot)
    lapor.told("ask", report.reference, "Lampu [a] atau [b]?")

    assert "Lampu [a] atau [b]?" in lapor.told("notices", "list")


def test_the_preview_shows_brackets_as_the_citizen_will_read_them(bot: Bot, lapor: Lapor) -> None:
    report, _ = forwarded(bot, lapor)

    assert "tiang [c] selesai" in lapor.told(*answer(report, "tiang [c] selesai", "--yes"))


def test_a_number_can_be_copied_from_the_queue_at_the_usual_width(
    bot: Bot, lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = report_on_x(bot)
    widen(monkeypatch, NARROW)

    assert report.reference in lapor.told("queue")


def test_a_number_can_be_copied_from_the_list_at_the_usual_width(
    bot: Bot, lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = report_on_x(bot)
    widen(monkeypatch, NARROW)

    assert report.reference in lapor.told("reports", "list")


def test_times_are_shown_as_in_jakarta(bot: Bot, lapor: Lapor) -> None:
    report, post = report_on_x(bot)
    here = bot.post(post).posted_at.astimezone(JAKARTA)

    assert f"{here:%H.%M} WIB" in lapor.told("reports", "show", report.reference)
