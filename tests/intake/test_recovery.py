"""An older backup is restored: nothing is said twice, and nobody who was erased comes back."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from intake import privacy
from intake.reconcile import SAID_BEFORE
from intake.recovery import WHY, Recovered, after_restore
from sandbox.faults import Fault
from store import channels
from store.backup import backup, restore
from store.database import Database
from store.notices import ASK_A_PERSON
from store.tables import Gap
from tests.bot import Bot
from tests.intake.steps import (
    BY,
    again,
    ask,
    forward,
    heard_on_telegram,
    heard_on_x,
    mention,
    record_answer,
    report_of,
    report_on_telegram,
    report_on_x,
    states,
    write,
)
from tests.intake.test_privacy import readable
from tests.intake.texts import LAMP, ROAD


class Past:
    """A backup of the bot as it is now; `come_back` restores it, whatever happened since."""

    def __init__(self, bot: Bot, database_url: str, folder: Path) -> None:
        self._bot, self._url, self._file = bot, database_url, folder / "backup"

    def keep(self) -> None:
        self._bot.turn()
        backup(self._url, self._file)

    def come_back(self) -> Recovered:
        self._bot.forward(minutes=1)
        self._bot.db.close()
        recovered = restore(self._url, self._file, self._make_safe)
        self._bot.restart()
        return recovered

    def _make_safe(self, url: str) -> Recovered:
        bot = self._bot
        with closing(Database(url)) as db:
            return after_restore(db, bot.erasures.read(), bot.now, bot.policy)


@pytest.fixture
def past(bot: Bot, database_url: str, tmp_path: Path) -> Past:
    """The bot's state of this moment, kept."""
    kept = Past(bot, database_url, tmp_path)
    kept.keep()
    return kept


def look_often(bot: Bot) -> None:
    """All the looks there are, and what goes out after them."""
    for _ in range(bot.policy.looks + 1):
        bot.forward(seconds=61)
        bot.settle()
    bot.send()


# ------------------------------------------------------------------ nothing is said twice


def test_a_mention_that_was_acknowledged_since_is_not_acknowledged_again(
    bot: Bot, past: Past
) -> None:
    report, post = report_on_x(bot)
    (said,) = heard_on_x(bot, post)

    past.come_back()
    bot.turn()
    look_often(bot)

    anew = report_of(bot, post)
    assert anew.reference != report.reference
    assert heard_on_x(bot, post) == [said]
    (notice,) = bot.notices()
    assert (notice.state, notice.failure) == ("sent", SAID_BEFORE)
    assert notice.external_id == bot.x.world.notices_to(post)[0].id


def test_a_mention_that_nobody_answered_is_acknowledged_after_the_looks(
    bot: Bot, past: Past
) -> None:
    post = mention(bot, LAMP)

    past.come_back()
    bot.turn()
    assert states(bot.notices()) == ["in_doubt"]
    look_often(bot)

    assert len(heard_on_x(bot, post)) == 1
    assert states(bot.notices()) == ["sent"]


def test_a_look_that_fails_sends_nothing(bot: Bot, past: Past) -> None:
    _, post = report_on_x(bot)
    past.come_back()
    bot.turn()
    bot.x.faults.inject("/tweets", Fault.ERROR_500, times=100)

    look_often(bot)

    assert states(bot.notices()) == ["in_doubt"]
    assert len(heard_on_x(bot, post)) == 1


def test_a_message_from_before_the_restore_asks_a_person(bot: Bot, past: Past) -> None:
    message = write(bot, LAMP)

    past.come_back()
    bot.turn()
    look_often(bot)

    assert heard_on_telegram(bot, message) == []
    assert [(one.state, one.failure) for one in bot.notices()] == [("in_doubt", ASK_A_PERSON)]


def test_what_is_written_after_the_restore_is_answered_at_once(bot: Bot, past: Past) -> None:
    past.come_back()
    bot.forward(seconds=1)

    _, post = report_on_x(bot)
    _, message = report_on_telegram(bot, ROAD)

    assert len(heard_on_x(bot, post)) == len(heard_on_telegram(bot, message)) == 1


def test_a_notice_that_was_ready_in_the_backup_and_went_out_since_is_found(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    post = mention(bot, LAMP)
    bot.read()
    backup(database_url, tmp_path / "backup")
    bot.send()
    past = Past(bot, database_url, tmp_path)

    assert past.come_back().doubtful == 1
    bot.settle()

    assert len(heard_on_x(bot, post)) == 1
    assert [(one.state, one.failure) for one in bot.notices()] == [("sent", None)]


def test_a_reminder_of_a_step_from_before_is_not_sent_again(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, message = report_on_telegram(bot)
    ask(bot, report)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    bot.forward(days=7)
    bot.keep_deadlines()
    bot.turn()
    said = heard_on_telegram(bot, message)

    past.come_back()
    bot.keep_deadlines()
    bot.turn()
    bot.settle()

    (reminder,) = bot.notices("reminder")
    assert (reminder.state, reminder.failure) == ("in_doubt", ASK_A_PERSON)
    assert heard_on_telegram(bot, message) == said


def test_an_answer_recorded_again_asks_a_person_first(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, message = report_on_telegram(bot)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    record_answer(bot, report)
    bot.turn()
    said = heard_on_telegram(bot, message)

    past.come_back()
    record_answer(bot, again(bot, report))
    bot.turn()
    bot.settle()

    assert [one.state for one in bot.notices("resolution")] == ["in_doubt"]
    assert heard_on_telegram(bot, message) == said


def test_an_answer_under_a_post_that_has_another_word_of_ours_asks_a_person(
    bot: Bot, past: Past
) -> None:
    _, post = report_on_x(bot)
    record_answer(bot, report_of(bot, post))
    bot.turn()
    said = heard_on_x(bot, post)

    past.come_back()
    bot.turn()
    look_often(bot)
    record_answer(bot, report_of(bot, post), "Lampu sudah diganti hari ini.")
    bot.turn()
    look_often(bot)

    assert [one.failure for one in bot.notices("resolution")] == [ASK_A_PERSON]
    assert heard_on_x(bot, post) == said


def test_long_after_the_restore_old_reports_are_answered_as_ever(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, message = report_on_telegram(bot)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    past.come_back()
    bot.forward(days=2)

    record_answer(bot, again(bot, report))
    bot.turn()

    assert [one.state for one in bot.notices("resolution")] == ["sent"]
    assert len(heard_on_telegram(bot, message)) == 2


def test_the_hours_that_telegram_has_forgotten_are_a_gap_and_those_of_x_are_not(
    bot: Bot, past: Past
) -> None:
    kept = bot.now
    bot.forward(hours=3)

    recovered = past.come_back()

    with bot.db.reading() as session:
        telegram = channels.get_channel(session, "telegram", bot.on_telegram.account)
        (gap,) = channels.list_gaps(session, kept)
    assert isinstance(gap, Gap)
    assert (gap.channel_id, gap.reason) == (telegram.id, WHY)
    assert (gap.start, gap.end) == (telegram.last_read_at, bot.now)
    assert recovered.lost_from is not None
    assert timedelta(0) <= kept - recovered.lost_from <= timedelta(minutes=1)


# ------------------------------------------------------------------ nobody comes back


def erase(bot: Bot, reference: str) -> None:
    privacy.erase_reporter(bot.db, bot.erasures, reference, by=BY, now=bot.now, policy=bot.policy)


def test_who_was_erased_since_is_erased_again_everywhere(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, message = report_on_telegram(bot)
    other, _ = report_on_telegram(bot, ROAD, "budi")
    past = Past(bot, database_url, tmp_path)
    past.keep()
    bot.forward(hours=1)
    erase(bot, report.reference)

    recovered = past.come_back()

    assert recovered.erased == privacy.ErasedAgain(people=1)
    assert "Melati" not in readable(bot)
    assert message.split(":")[0] not in readable(bot)
    assert "Kenanga" in readable(bot)
    assert again(bot, report).archive_reason == "erased"
    assert again(bot, other).state == "received"


def test_who_came_back_after_an_erasure_keeps_what_is_new(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, _ = report_on_telegram(bot)
    bot.forward(hours=1)
    erase(bot, report.reference)
    bot.forward(hours=1)
    anew, _ = report_on_telegram(bot, ROAD)
    past = Past(bot, database_url, tmp_path)
    past.keep()

    assert past.come_back().erased == privacy.ErasedAgain()

    assert "Kenanga" in readable(bot)
    assert again(bot, anew).state == "received"


def test_what_x_hands_over_again_of_an_erased_person_is_erased_and_the_rest_stays(
    bot: Bot, past: Past
) -> None:
    report, _ = report_on_x(bot)
    bot.forward(hours=1)
    erase(bot, report.reference)
    bot.forward(hours=1)
    report_on_x(bot, ROAD)

    past.come_back()
    bot.turn()
    assert "Melati" in readable(bot)
    bot.keep_deadlines()

    assert "Melati" not in readable(bot)
    assert "Kenanga" in readable(bot)
    bot.turn()
    assert "Melati" not in readable(bot)


def test_a_post_that_was_deleted_since_is_forgotten_again(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, post = report_on_x(bot)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    bot.x.world.delete(post)
    privacy.follow_deletions(bot.db, bot.erasures, bot.on_x, bot.now, bot.policy)

    recovered = past.come_back()

    assert recovered.erased == privacy.ErasedAgain(posts=1)
    assert "Melati" not in readable(bot)
    assert again(bot, report).archive_reason == "withdrawn"


def test_a_second_restore_of_the_same_backup_erases_as_much(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, _ = report_on_telegram(bot)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    erase(bot, report.reference)
    past.come_back()
    written = bot.erasures.path.read_bytes()

    past.come_back()

    assert "Melati" not in readable(bot)
    assert bot.erasures.path.read_bytes() == written


def test_a_decision_on_a_restored_report_goes_its_way(
    bot: Bot, database_url: str, tmp_path: Path
) -> None:
    report, post = report_on_x(bot)
    past = Past(bot, database_url, tmp_path)
    past.keep()
    past.come_back()

    forward(bot, again(bot, report))
    record_answer(bot, again(bot, report))
    bot.turn()
    assert [one.state for one in bot.notices("resolution")] == ["in_doubt"]
    look_often(bot)

    assert [one.state for one in bot.notices("resolution")] == ["sent"]
    assert len(heard_on_x(bot, post)) == 2
