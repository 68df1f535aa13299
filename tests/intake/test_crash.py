"""The bot stops between any two steps and starts again: nothing is lost, nothing is doubled."""

from datetime import timedelta

import pytest

from bots.platform import Platform
from intake import collect, deliver, ingest, operate, reconcile
from sandbox.faults import Fault
from store import channels, notices
from store.tables import Notice
from tests.bot import Bot
from tests.intake.steps import (
    heard_on_telegram,
    heard_on_x,
    mention,
    record_answer,
    report_of,
    write,
)
from tests.intake.texts import GREETING, LAMP

STEPS = ("collect", "ingest", "triage", "claim", "send", "mark")


def claim(bot: Bot, platform: Platform) -> Notice:
    """What the sender commits before the call."""
    with bot.db.writing() as session:
        channel = channels.get_channel(session, platform.name, platform.account)
        (notice,) = notices.list_in_state(session, "ready", channel.id)
        assert notices.claim_notice(session, notice.id or 0, bot.now)
    return notice


def run_until(bot: Bot, step: str) -> None:
    """Do the steps one by one, and stop after `step`."""
    bot.collect()
    if step == "collect":
        return
    for platform in bot.platforms:
        ingest.ingest(bot.db, bot.vault, platform, bot.policy, bot.now)
    if step == "ingest":
        return
    bot.forward(seconds=30)
    bot.triage()
    if step == "triage":
        return
    if step == "mark":
        bot.send()
        return
    claimed = [(platform, claim(bot, platform)) for platform in bot.platforms]
    for platform, notice in claimed if step == "send" else ():
        platform.send(deliver.outgoing_of(notice))


def start_again(bot: Bot) -> None:
    """A new process, and some minutes of it."""
    bot.restart()
    for platform in bot.platforms:
        reconcile.doubt_stuck(bot.db, platform, bot.now, timedelta(0))
    for _ in range(5):
        bot.turn(seconds=61)
        bot.settle()


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_after_any_step_ends_in_the_same_state(bot: Bot, step: str) -> None:
    post, message = mention(bot, LAMP), write(bot, LAMP)

    run_until(bot, step)
    start_again(bot)

    assert len(bot.reports()) == 2
    assert {report_of(bot, one).state for one in (post, message)} == {"received"}
    assert len(heard_on_x(bot, post)) == 1
    by_channel = {notice.conversation_id: notice.state for notice in bot.notices()}
    assert by_channel[post] == "sent"
    # Telegram cannot be looked through: what was caught on its way waits for a person.
    caught = step in ("claim", "send")
    assert by_channel[message.split(":")[0]] == ("in_doubt" if caught else "sent")
    assert len(heard_on_telegram(bot, message)) == (step != "claim")


def test_a_crash_of_the_sender_alone_is_noticed_without_a_restart(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.read()
    claim(bot, bot.on_x)

    bot.settle()
    assert bot.notices()[0].state == "sending"
    for _ in range(5):
        bot.forward(minutes=1)
        bot.settle()
    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_a_crash_between_two_pages_loses_no_post(bot: Bot) -> None:
    posts = [mention(bot, f"{GREETING} {number}") for number in range(25)]
    small = bot.x.adapter(page_size=10)

    for _ in range(6):
        collect.collect(bot.db, bot.vault, small, bot.clock, pages=1)
        small = bot.x.adapter(page_size=10)
        bot.forward(seconds=61)
    bot.read()

    assert {bot.post(post).state for post in posts} == {"set_aside"}


def test_a_page_that_breaks_on_the_way_is_read_again(bot: Bot) -> None:
    for fault in (Fault.DROP_AFTER_APPLY, Fault.TRUNCATED_JSON, Fault.HTML_200):
        bot.x.faults.inject("mentions", fault)
        bot.telegram.faults.inject("getUpdates", fault)
    post, message = mention(bot, LAMP), write(bot, LAMP)

    for _ in range(5):
        bot.turn(seconds=61)

    assert len(bot.reports()) == 2
    assert len(heard_on_x(bot, post)) == len(heard_on_telegram(bot, message)) == 1


def test_steps_done_twice_do_nothing_twice(bot: Bot) -> None:
    post, message = mention(bot, LAMP), write(bot, LAMP)

    for _ in range(2):
        run_until(bot, "triage")
        bot.restart()
    for _ in range(2):
        bot.send()
        bot.keep_deadlines()
        bot.settle()

    assert len(bot.reports()) == 2
    assert len(heard_on_x(bot, post)) == len(heard_on_telegram(bot, message)) == 1


def test_an_answer_caught_between_send_and_mark_is_not_posted_twice(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.turn()
    record_answer(bot, bot.report())
    bot.on_x.send(deliver.outgoing_of(claim(bot, bot.on_x)))

    start_again(bot)

    assert len(heard_on_x(bot, post)) == 2
    assert [notice.state for notice in bot.notices()] == ["sent", "sent"]


def test_an_answer_caught_before_send_is_not_taken_for_the_acknowledgement(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.turn()
    record_answer(bot, bot.report())
    caught = claim(bot, bot.on_x)

    start_again(bot)

    # Both stand under the same post and hold the same number; only one stood there.
    assert heard_on_x(bot, post)[1:] == [caught.text]
    acknowledgement, answered = bot.notices()
    assert acknowledgement.external_id != answered.external_id


def test_an_answer_waits_until_it_is_known_whether_the_acknowledgement_stands(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.read()
    acknowledgement = claim(bot, bot.on_x)
    record_answer(bot, bot.report())

    start_again(bot)

    assert heard_on_x(bot, post) == [acknowledgement.text, bot.notices()[1].text]


def test_a_decision_for_a_telegram_notice_survives_the_restart(bot: Bot) -> None:
    message = write(bot, LAMP)
    run_until(bot, "triage")
    claim(bot, bot.on_telegram)
    start_again(bot)

    operate.decide_notice(bot.db, bot.notices()[0].id or 0, "resend", bot.now)
    start_again(bot)

    assert len(heard_on_telegram(bot, message)) == 1
