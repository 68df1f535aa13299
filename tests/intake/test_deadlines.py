"""What happens by itself as working days pass. The tests begin on Monday, 2 November 2026, 14:00
in Jakarta; no holiday falls into the weeks after it."""

from datetime import date

from sqlmodel import Session, func, select

from intake import deadlines, operate
from intake.workdays import JAKARTA
from store.tables import Raw, Report
from tests.bot import Bot
from tests.intake.steps import (
    again,
    ask,
    forward,
    give_back,
    heard_on_telegram,
    heard_on_x,
    mention,
    record_answer,
    report_on_telegram,
    report_on_x,
    verify,
    write,
)
from tests.intake.texts import BRIBE


def due(report: Report) -> date | None:
    return report.due_at.astimezone(JAKARTA).date() if report.due_at else None


def pass_days(bot: Bot, days: float) -> None:
    """Let days pass; the clock's work is done twice at their end, and what is due is sent."""
    bot.forward(days=days)
    bot.keep_deadlines()
    bot.keep_deadlines()
    bot.send()


def test_every_step_has_its_deadline_in_working_days(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    assert due(report) == date(2026, 11, 5)
    bot.forward(days=1)
    assert due(verify(bot, report)) == date(2026, 11, 5)
    assert due(forward(bot, again(bot, report))) == date(2026, 11, 23)

    record_answer(bot, again(bot, report))

    assert due(again(bot, report)) == date(2026, 11, 17)


def test_a_question_waits_ten_working_days_and_is_asked_again_after_three(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    ask(bot, report)
    bot.send()
    assert due(again(bot, report)) == date(2026, 11, 16)

    pass_days(bot, 2)
    assert len(heard_on_telegram(bot, message)) == 2
    pass_days(bot, 1.1)
    pass_days(bot, 1)
    assert len(heard_on_telegram(bot, message)) == 3
    assert report.reference in heard_on_telegram(bot, message)[-1]
    pass_days(bot, 11)

    report = again(bot, report)
    assert (report.state, report.archive_reason) == ("archived", "incomplete")
    assert len(heard_on_telegram(bot, message)) == 3


def test_an_answer_that_comes_after_all_revives_the_report(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    ask(bot, report)
    bot.send()
    pass_days(bot, 15)
    assert again(bot, report).state == "archived"

    write(bot, "Lampu yang di depan gang nomor dua.")
    bot.turn()

    report = again(bot, report)
    assert (report.state, report.archive_reason, report.is_open) == ("received", None, True)
    assert len(bot.reports()) == 1


def test_after_an_answer_silence_closes_the_report_with_a_word_before(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    record_answer(bot, report)
    bot.send()

    pass_days(bot, 4)
    pass_days(bot, 1)
    assert [notice.kind for notice in bot.notices()].count("reminder") == 1
    assert len(heard_on_telegram(bot, message)) == 3
    assert again(bot, report).state == "answered"
    pass_days(bot, 10)

    report = again(bot, report)
    assert (report.state, report.ended_at) == ("closed", bot.now)
    assert len(heard_on_telegram(bot, message)) == 3


def test_on_x_nobody_is_reminded_and_silence_counts_the_same(bot: Bot) -> None:
    asked, _ = report_on_x(bot, handle="ani")
    answered, _ = report_on_x(bot, handle="budi")
    forwarded, _ = report_on_x(bot, handle="citra")
    ask(bot, asked)
    record_answer(bot, answered)
    forward(bot, forwarded)
    bot.send()
    said = len(bot.x.world.timeline())

    for _ in range(5):
        pass_days(bot, 5)

    assert [again(bot, one).state for one in (asked, answered, forwarded)] == [
        "archived",
        "closed",
        "forwarded",
    ]
    assert len(bot.x.world.timeline()) == said


def test_a_late_agency_is_told_to_the_reporter_once(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    forward(bot, report)

    pass_days(bot, 17)
    assert not bot.notices("late")
    pass_days(bot, 4)
    pass_days(bot, 1)

    assert [notice.state for notice in bot.notices("late")] == ["sent"]
    assert report.reference in heard_on_telegram(bot, message)[-1]


def test_a_reminder_waits_for_the_morning(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    ask(bot, report)
    bot.send()

    pass_days(bot, 3 + 9 / 24)
    assert [notice.state for notice in bot.notices("reminder")] == ["ready"]
    bot.forward(hours=12)
    bot.send()

    assert len(heard_on_telegram(bot, message)) == 3


def test_a_return_does_not_start_the_citizens_clock_anew(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    forward(bot, report)
    promised = due(again(bot, report))
    bot.forward(days=3)

    give_back(bot, report, "PLN")
    forward(bot, again(bot, report), "PLN")

    assert due(again(bot, report)) == promised


def test_a_confidential_report_of_a_group_is_not_spoken_of_in_the_group(bot: Bot) -> None:
    group = bot.telegram.world.add_group("Warga Melati")
    write(bot, f"@lapor1708_bot {BRIBE}", group=group)
    bot.turn()
    report = bot.report()
    forward(bot, report)
    said = len(bot.telegram.world.sent(group))

    pass_days(bot, 25)

    assert report.sensitive
    assert len(bot.telegram.world.sent(group)) == said


def test_who_took_the_report_back_is_not_reminded(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    ask(bot, report)
    write(bot, "BATAL")
    bot.turn()
    said = len(heard_on_telegram(bot, message))

    pass_days(bot, 20)

    assert again(bot, report).archive_reason == "withdrawn"
    assert len(heard_on_telegram(bot, message)) == said


def kept_raws(session: Session, channel_id: int) -> int:
    return session.exec(select(func.count()).where(Raw.channel_id == channel_id)).one()


def test_what_the_platforms_handed_over_is_kept_a_week_and_then_dropped(bot: Bot) -> None:
    _, post = report_on_x(bot)
    with bot.db.reading() as session:
        channel_id = bot.post(post).channel_id
        assert kept_raws(session, channel_id) == 1

    for days, kept in ((6.9, 1), (0.2, 0)):
        bot.forward(days=days)
        deadlines.forget_raws(bot.db, bot.policy, bot.now)
        with bot.db.reading() as session:
            assert kept_raws(session, channel_id) == kept
    mention(bot, "STATUS", reply_to=post)
    bot.turn()
    assert len(heard_on_x(bot, post)) == 1
    assert bot.notices("status")[0].state == "sent"


def test_a_reminder_that_time_has_overtaken_is_not_sent(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    ask(bot, report)
    bot.send()
    operate.pause(bot.db, bot.now)
    bot.forward(days=7)
    bot.keep_deadlines()
    write(bot, "Jalan Melati, Kabupaten Sleman, di depan pasar")
    bot.turn()
    operate.resume(bot.db)
    before = len(heard_on_telegram(bot, message))

    bot.forward(hours=12)
    bot.send()

    (reminder,) = bot.notices("reminder")
    assert (reminder.state, reminder.failure) == ("cancelled", "outdated")
    assert not [text for text in heard_on_telegram(bot, message)[before:] if "menunggu" in text]
