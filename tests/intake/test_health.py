"""`lapor health` says what is wrong and what to do, and says nothing when all is well."""

from intake import deliver, health, operate
from intake.health import Health
from intake.idle import busy_with, list_for_people
from sandbox.faults import Fault
from store import channels, notices, posts, raws
from tests.bot import Bot
from tests.intake.steps import forward, mention, report_on_x, verify, write
from tests.intake.texts import LAMP, TRAPPED


def check(bot: Bot) -> Health:
    return health.check_health(bot.db, bot.policy, bot.now)


def later(bot: Bot, **span: float) -> list[str]:
    """The faults after some time in which the bot read on."""
    bot.forward(**span)
    bot.read()
    return check(bot).faults


def test_a_bot_that_does_its_work_is_healthy(bot: Bot) -> None:
    report_on_x(bot)

    assert check(bot).ok
    assert not busy_with(bot.db, bot.policy, bot.now)
    assert not list_for_people(bot.db)


def test_a_channel_that_was_not_read_for_five_minutes_is_a_fault(bot: Bot) -> None:
    bot.read()
    bot.forward(minutes=5)
    assert check(bot).ok

    bot.forward(minutes=1)

    assert [line.split(" was last read ")[1] for line in check(bot).faults] == [
        "6 minutes ago. Is `lapor run` running?"
    ] * 2


def test_a_channel_that_never_was_read_is_a_fault_too(bot: Bot) -> None:
    bot.forward(minutes=6)

    assert len(check(bot).faults) == 2


def test_a_doubtful_post_may_wait_one_working_hour(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    write(bot, LAMP)
    bot.turn()
    assert list_for_people(bot.db) == ["1 posts wait for a person: lapor queue"]

    assert not later(bot, minutes=58)
    assert later(bot, minutes=3) == ["P1 waits over one working hour. See `lapor queue`."]


def test_the_night_is_no_working_hour(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    bot.forward(hours=6, minutes=30)
    write(bot, LAMP)
    bot.turn()

    assert not later(bot, hours=9)
    assert later(bot, hours=2)


def test_a_doubtful_emergency_may_wait_five_minutes_and_the_duty_chat_is_told(bot: Bot) -> None:
    bot.change_policy(open_at=1.01, duty_chat="4711")
    mention(bot, TRAPPED)
    bot.turn()
    assert [notice.mark for notice in bot.notices("alert")] == ["P1"]

    assert not later(bot, minutes=4)
    assert "P1 may be an emergency and waits over five minutes." in later(bot, minutes=2)


def test_danger_must_be_seen_within_a_quarter_of_an_hour(bot: Bot) -> None:
    report, _ = report_on_x(bot, TRAPPED)
    assert not later(bot, minutes=14)
    expected = f"{report.reference} is darurat and nobody has seen it yet."
    assert later(bot, minutes=2) == [expected]

    verify(bot, report)

    assert not check(bot).faults


def test_a_report_must_be_verified_by_its_day(bot: Bot) -> None:
    report, _ = report_on_x(bot)

    assert not later(bot, days=3)
    assert later(bot, days=1) == [f"{report.reference} should have been verified by now."]


def test_a_verified_report_must_be_forwarded_by_its_day(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    verify(bot, report)

    assert any(report.reference in line for line in later(bot, days=4))
    forward(bot, report)
    assert not check(bot).faults


def test_what_is_in_doubt_or_hangs_is_a_fault(bot: Bot) -> None:
    write(bot, LAMP)
    bot.telegram.faults.inject("sendMessage", Fault.ERROR_500)
    bot.turn()
    mention(bot, LAMP)
    bot.read()
    with bot.db.writing() as session:
        notices.claim_notice(session, bot.notices()[-1].id or 0, bot.now)

    assert later(bot, minutes=11) == [
        "1 notices hang in `sending`. Restart `lapor run`.",
        "1 notices are in doubt. See `lapor notices list --state in_doubt`.",
    ]
    assert busy_with(bot.db, bot.policy, bot.now) == [
        "1 notices on their way",
        "1 notices to look up",
    ]


def test_what_was_put_aside_is_a_fault(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.turn()
    with bot.db.writing() as session:
        raws.save_raws(session, bot.post(post).channel_id, [("odd", bot.vault.seal("{"))], bot.now)
        row = posts.get_post(session, bot.post(post).id or 0)
        row.state = "failed"
        session.add(row)

    assert later(bot, seconds=1) == [
        "1 raws could not be understood: see `lapor unreadable`.",
        "1 posts could not be placed and were put aside.",
    ]


def test_shadow_pause_and_money_are_remarks_and_no_faults(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.read()
    operate.set_sending(bot.db, "shadow", "telegram")
    operate.pause(bot.db, bot.now)
    with bot.db.writing() as session:
        channels.add_spending(session, bot.post(post).channel_id, 20_000_000, bot.now)

    found = check(bot)

    assert found.ok
    said = "\n".join(found.remarks)
    for part in ("is in shadow", "is paused", "cost $20.", "reached the day's money"):
        assert part in said


def test_idle_counts_what_the_bot_can_still_do_by_itself(bot: Bot) -> None:
    mention(bot, LAMP)
    bot.collect()
    assert busy_with(bot.db, bot.policy, bot.now) == ["1 raws to understand"]
    bot.read()
    assert busy_with(bot.db, bot.policy, bot.now) == ["1 notices to send"]

    operate.set_sending(bot.db, "shadow")
    assert not busy_with(bot.db, bot.policy, bot.now)
    operate.set_sending(bot.db, "on")
    deliver.deliver(bot.db, bot.on_x, bot.policy, bot.clock)

    assert not busy_with(bot.db, bot.policy, bot.now)


def test_what_waits_for_tomorrows_money_does_not_keep_the_bot_busy(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.read()
    with bot.db.writing() as session:
        channels.add_spending(session, bot.post(post).channel_id, 20_000_000, bot.now)
    bot.send()

    assert not busy_with(bot.db, bot.policy, bot.now)
