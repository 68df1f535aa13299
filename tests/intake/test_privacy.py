"""What is kept in clear, what is forgotten, and that it is gone everywhere."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from intake import privacy
from intake.health import check_health
from intake.operate import pause
from sandbox.faults import Fault
from store import posts, raws
from store.crypto import VaultError, new_secret_key
from store.erasures import ErasureNotRecorded, Journal
from store.tables import Cursor, Person
from tests.bot import Bot
from tests.bots.telegram_stand_in import TOKEN
from tests.intake.steps import (
    BY,
    again,
    heard_on_telegram,
    heard_on_x,
    mention,
    record_answer,
    report_of,
    report_on_telegram,
    report_on_x,
    verify,
    write,
)
from tests.intake.texts import LAMP, ROAD

PHONE, NIK = "0812-3456-7890", "3404011203900001"
PERSONAL = f"{LAMP} Hubungi saya di {PHONE}, NIK {NIK}, sari.contoh@contoh.test."


def cells(bot: Bot) -> Iterator[object]:
    """Everything that stands in any column of any table."""
    with bot.db.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.connection().execute(table.select()):
                yield from row


def in_clear(bot: Bot) -> str:
    """What somebody reads who has the database and no key."""
    return "\n".join(str(cell) for cell in cells(bot))


def readable(bot: Bot) -> str:
    """What somebody reads who has the database, the installation's key and every key in it."""
    with bot.db.reading() as session:
        keys = [None, *(key for key in session.exec(select(Person.wrapped_key)).all() if key)]
    opened = []
    for cell in cells(bot):
        for key in keys:
            if not isinstance(cell, bytes):
                break
            try:
                opened.append(bot.vault.open(cell, key))
            except VaultError:
                continue
    return "\n".join([in_clear(bot), *opened])


def erase(bot: Bot, reference: str) -> None:
    privacy.erase_reporter(bot.db, bot.erasures, reference, by=BY, now=bot.now, policy=bot.policy)


def follow_deletions(bot: Bot) -> int:
    return privacy.follow_deletions(bot.db, bot.erasures, bot.on_x, bot.now, bot.policy)


def test_numbers_and_addresses_stand_nowhere_in_clear(bot: Bot) -> None:
    mention(bot, PERSONAL)
    write(bot, PERSONAL)
    write(bot, None, caption=PERSONAL, photo=True)

    bot.turn()

    assert "[NIK]" in in_clear(bot)
    for secret in (PHONE, NIK, "sari.contoh", "Sari Contoh"):
        assert secret not in in_clear(bot)
        assert secret in readable(bot)


def test_what_follows_a_command_is_not_kept_in_clear_either(bot: Bot) -> None:
    write(bot, f"/lapor {PERSONAL}")

    bot.turn()

    assert report_of(bot, "5000001:1")
    assert PHONE not in in_clear(bot)


def test_no_notice_repeats_what_the_citizen_wrote(bot: Bot) -> None:
    report, post = report_on_x(bot, PERSONAL)
    write(bot, PERSONAL)
    mention(bot, "STATUS", reply_to=post)
    record_answer(bot, report)
    bot.turn()

    said = " ".join(notice.text for notice in bot.notices()).lower()
    for word in ("lampu jalan", "melati", PHONE, NIK, "sari"):
        assert word not in said


def test_before_a_person_verified_it_no_public_notice_names_topic_or_place(bot: Bot) -> None:
    _, post = report_on_x(bot)
    mention(bot, "STATUS", reply_to=post)
    bot.turn()

    said = " ".join(notice.text for notice in bot.notices()).lower()
    assert not any(word in said for word in ("lampu", "penerangan", "sleman"))


def test_an_erased_person_is_unreadable_everywhere_and_stays_so(bot: Bot) -> None:
    report, post = report_on_x(bot, PERSONAL)
    verify(bot, report)
    record_answer(bot, again(bot, report), full_text="Bu Sari Contoh, lampunya sudah menyala.")

    erase(bot, report.reference)
    with bot.db.writing() as session:
        session.delete(session.get_one(Cursor, report.channel_id))
    bot.restart()
    bot.turn()

    left = readable(bot)
    for gone in ("lampu jalan", "Melati", PHONE, NIK, "sari", "Sari"):
        assert gone not in left
    assert len(bot.reports()) == 1
    assert (bot.report().state, bot.report().is_open) == ("closed", False)
    assert len(heard_on_x(bot, post)) == 1


def test_an_erased_private_chat_leaves_no_trace_of_its_id(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    chat = message.split(":")[0]
    assert chat in readable(bot)

    erase(bot, report.reference)

    assert chat not in readable(bot)


def test_an_erased_private_chat_is_unreadable_everywhere(bot: Bot) -> None:
    report, _ = report_on_telegram(bot, PERSONAL)

    erase(bot, report.reference)
    bot.turn()

    left = readable(bot)
    for gone in ("lampu jalan", "Melati", PHONE, NIK, "sari", "Sari"):
        assert gone not in left
    assert bot.notices()[0].text == ""
    assert (bot.report().state, bot.report().archive_reason) == ("archived", "erased")


def test_what_stands_in_an_older_backup_cannot_be_opened_any_more(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    with bot.db.reading() as session:
        backed_up = posts.newest_version(session, bot.post(message).id or 0).original
        assert backed_up is not None

    erase(bot, report.reference)

    with bot.db.reading() as session:
        keys = session.exec(select(Person.wrapped_key)).all()
    assert keys
    for key in keys:
        with pytest.raises(VaultError):
            bot.vault.open(backed_up, key)


def test_erasing_one_person_leaves_the_others_alone(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    other, message = report_on_telegram(bot, ROAD, "budi")

    erase(bot, report.reference)
    write(bot, "STATUS", "budi")
    bot.turn()

    assert "Kenanga" in readable(bot)
    assert other.reference in heard_on_telegram(bot, message)[-1]


def test_who_was_erased_may_come_back_as_somebody_new(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    erase(bot, report.reference)

    other, message = report_on_telegram(bot, ROAD)

    assert other.person_id != report.person_id
    assert other.reference in heard_on_telegram(bot, message)[-1]


def test_an_erased_text_that_others_answered_is_gone_from_their_raws_too(bot: Bot) -> None:
    report, post = report_on_x(bot)
    mention(bot, "tolong min", "budi", reply_to=post)
    bot.turn()

    erase(bot, report.reference)

    assert "Melati" not in readable(bot)


def test_an_erased_text_does_not_come_back_with_somebodys_answer(bot: Bot) -> None:
    report, post = report_on_x(bot)
    erase(bot, report.reference)

    mention(bot, "tolong min", "budi", reply_to=post)
    bot.turn()

    assert "Melati" not in readable(bot)


def press_erase(bot: Bot) -> str:
    """Ask for the data in a private chat and press HAPUS below them; the message that asked."""
    message = write(bot, "DATA")
    bot.turn()
    shown = bot.notices("my_data")[0].external_id or ""
    data = bot.notices("my_data")[0].buttons[0]["data"]
    bot.telegram.world.press("sari", shown, data)
    return message


def test_hapus_says_a_last_word_and_forgets_everything(bot: Bot) -> None:
    report_on_telegram(bot)
    message = press_erase(bot)
    bot.turn()
    last = heard_on_telegram(bot, message)[-1]

    bot.keep_deadlines()

    assert "hapus" in last.lower()
    assert "Melati" not in readable(bot)


def test_an_erasure_does_not_wait_for_ever_for_its_last_word(bot: Bot) -> None:
    report_on_telegram(bot)
    press_erase(bot)
    pause(bot.db, bot.now)
    bot.turn()

    for _ in range(8):
        bot.forward(days=1)
        bot.keep_deadlines()

    assert "Melati" not in readable(bot)


@pytest.fixture
def full_disk(bot: Bot, tmp_path: Path) -> Path:
    """Something is in the way of the journal of erasures; take it away and it can be written."""
    blocked = tmp_path / "blocked"
    blocked.write_text("in the way")
    bot.erasures = Journal(blocked / "erasures", [new_secret_key()])
    return blocked


def test_an_erasure_that_cannot_be_noted_is_not_done_and_tried_again(
    bot: Bot, full_disk: Path
) -> None:
    report_on_telegram(bot)
    press_erase(bot)
    bot.turn()
    for _ in range(3):
        with pytest.raises(ErasureNotRecorded, match="Nothing was erased"):
            bot.keep_deadlines()
        bot.forward(minutes=10)
    assert "Melati" in readable(bot)
    faults = check_health(bot.db, bot.policy, bot.now).faults
    assert any("asked to be erased" in fault for fault in faults)

    full_disk.unlink()
    bot.keep_deadlines()

    assert "Melati" not in readable(bot)
    faults = check_health(bot.db, bot.policy, bot.now).faults
    assert not any("asked to be erased" in fault for fault in faults)


def test_a_deletion_that_cannot_be_noted_is_followed_later(bot: Bot, full_disk: Path) -> None:
    _, post = report_on_x(bot)
    bot.x.world.delete(post)
    with pytest.raises(ErasureNotRecorded):
        follow_deletions(bot)
    assert "Melati" in readable(bot)

    full_disk.unlink()

    assert follow_deletions(bot) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_journal_has_an_erasure_before_the_database_has_it(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    with bot.db.writing() as session:
        refuse = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        session.connection().exec_driver_sql(
            f"CREATE TRIGGER full BEFORE UPDATE OF erased_at ON person {refuse}"
        )

    with pytest.raises(IntegrityError):
        erase(bot, report.reference)

    assert "Melati" in readable(bot)
    assert bot.erasures.read().person_erased_at("telegram", message.split(":")[0]) == bot.now


def test_a_deletion_on_x_is_followed(bot: Bot) -> None:
    report, post = report_on_x(bot)
    kept, other = report_on_x(bot, ROAD, "budi")
    bot.x.world.delete(post)

    assert follow_deletions(bot) == 1
    assert follow_deletions(bot) == 0
    bot.turn()

    assert "Melati" not in in_clear(bot)
    assert (again(bot, report).state, again(bot, report).archive_reason) == (
        "archived",
        "withdrawn",
    )
    assert again(bot, kept).state == "received"
    assert bot.post(other).deleted_at is None


def test_a_deleted_post_is_gone_from_the_raws_too(bot: Bot) -> None:
    _, post = report_on_x(bot)
    bot.x.world.delete(post)

    follow_deletions(bot)

    assert "Melati" not in readable(bot)


def test_nothing_is_said_under_a_deleted_post_and_a_read_report_goes_on(bot: Bot) -> None:
    report, post = report_on_x(bot)
    verify(bot, report)
    bot.x.world.delete(post)
    follow_deletions(bot)

    record_answer(bot, again(bot, report))
    bot.send()

    assert again(bot, report).state == "answered"
    # Not even tried: that X refuses it would be no merit of ours.
    assert [notice.kind for notice in bot.notices() if notice.attempts] == ["acknowledgement"]


def test_what_waits_to_be_said_is_not_said_once_its_post_is_deleted(bot: Bot) -> None:
    post = mention(bot, ROAD)
    bot.read()
    bot.forward(seconds=30)
    bot.read()
    bot.x.world.delete(post)
    follow_deletions(bot)

    bot.send()

    (acknowledgement,) = bot.notices("acknowledgement")
    assert (acknowledgement.state, acknowledgement.attempts) == ("cancelled", 0)


def test_logs_hold_no_text_no_handle_and_no_token(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot.x.faults.inject("POST /2/tweets", Fault.ERROR_500)
    bot.telegram.faults.inject("sendMessage", Fault.HTML_200)
    bot.x.faults.inject("mentions", Fault.TRUNCATED_JSON)
    for text in (PERSONAL, "STATUS"):
        mention(bot, text)
        write(bot, text)
    _break_a_raw(bot)

    for _ in range(3):
        bot.turn(seconds=61)
        bot.settle()

    assert len(bot.reports()) == 2
    assert "notice not sent" in caplog.text
    assert "ingest failed" in caplog.text
    for secret in ("Melati", PHONE, NIK, "sari", TOKEN, "rahasia-token-contoh"):
        assert secret not in caplog.text, secret


def _break_a_raw(bot: Bot) -> None:
    with bot.db.writing() as session:
        raws.save_raws(session, 1, [("broken", b"no key fits this")], bot.now)
