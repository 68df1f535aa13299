"""What happens to a notice between the outbox and the platform, whatever the platform does."""

from datetime import timedelta

import pytest

from intake import deliver, health, operate
from sandbox.faults import Fault
from store import channels, people
from store.notices import ASK_A_PERSON
from store.tables import Channel, Notice, Person
from tests.bot import Bot
from tests.intake.steps import (
    chat_of,
    heard_on_telegram,
    heard_on_x,
    mention,
    record_answer,
    report_on_telegram,
    report_on_x,
    states,
    write,
)
from tests.intake.texts import LAMP, ROAD, TRAPPED, WASTE
from tests.stand_ins import closed_port

X_POST = "POST /2/tweets"
TELEGRAM_POST = "sendMessage"
PEOPLE = ("ani", "budi", "citra", "dodi", "eka")


def queue_on(bot: Bot, platform: str, handle: str = "sari", text: str = LAMP) -> str:
    """A post whose acknowledgement is ready and not yet sent."""
    post = mention(bot, text, handle) if platform == "x" else write(bot, text, handle)
    bot.read()
    bot.forward(seconds=30)
    bot.read()
    return post


def heard(bot: Bot, platform: str, post: str) -> list[str]:
    return heard_on_x(bot, post) if platform == "x" else heard_on_telegram(bot, post)


def newest(bot: Bot) -> Notice:
    return bot.notices()[-1]


def channel(bot: Bot, platform: str) -> Channel:
    with bot.db.reading() as session:
        return next(row for row in channels.list_channels(session) if row.platform == platform)


def person(bot: Bot, post: str) -> Person:
    with bot.db.reading() as session:
        return people.get_person(session, bot.post(post).person_id)


@pytest.mark.parametrize(("platform", "path"), [("x", X_POST), ("telegram", TELEGRAM_POST)])
def test_an_unknown_outcome_is_in_doubt_and_not_tried_again(
    bot: Bot, platform: str, path: str
) -> None:
    faults = (Fault.ERROR_500, Fault.DROP, Fault.DROP_AFTER_APPLY, Fault.TRUNCATED_JSON)
    world = bot.x if platform == "x" else bot.telegram
    for handle, fault in zip(PEOPLE, (*faults, Fault.HTML_200), strict=True):
        post = queue_on(bot, platform, handle)
        world.faults.inject(path, fault)

        bot.send()
        bot.send()

        assert (newest(bot).state, newest(bot).attempts) == ("in_doubt", 1), fault
        applied = fault not in (Fault.ERROR_500, Fault.DROP)
        assert len(heard(bot, platform, post)) == applied, fault


@pytest.mark.parametrize(("platform", "path"), [("x", X_POST), ("telegram", TELEGRAM_POST)])
def test_a_platform_that_asks_for_time_gets_it(bot: Bot, platform: str, path: str) -> None:
    post = queue_on(bot, platform)
    (bot.x if platform == "x" else bot.telegram).faults.inject(path, Fault.RATE_LIMITED, seconds=90)

    bot.send()
    bot.forward(seconds=80)
    bot.send()
    assert newest(bot).state == "ready"
    bot.forward(seconds=15)
    bot.send()

    assert newest(bot).state == "sent"
    assert len(heard(bot, platform, post)) == 1


def test_a_platform_that_cannot_be_reached_is_tried_again_later_and_later(bot: Bot) -> None:
    queue_on(bot, "x")
    nowhere = bot.x.adapter(base_url=closed_port())

    waits = []
    for _ in range(3):
        deliver.deliver(bot.db, nowhere, bot.policy, bot.clock)
        waits.append((newest(bot).not_before - bot.now).total_seconds())
        bot.forward(seconds=waits[-1])
    bot.send()

    assert waits == [5, 10, 20]
    assert newest(bot).state == "sent"


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.PAYMENT])
def test_refused_credentials_or_credit_stop_the_channel_until_mended(
    bot: Bot, fault: Fault
) -> None:
    posts = [queue_on(bot, "x", handle) for handle in ("ani", "budi")]
    bot.x.faults.inject(X_POST, fault)

    bot.send()
    assert states(bot.notices()) == ["ready", "ready"]
    assert sum(notice.attempts for notice in bot.notices()) == 1
    faults = health.check_health(bot.db, bot.policy, bot.now).faults
    assert any("x (lapor1708): sending is stopped" in line for line in faults)
    bot.forward(seconds=61)
    bot.read()
    bot.send()

    assert [len(heard_on_x(bot, post)) for post in posts] == [1, 1]
    assert not health.check_health(bot.db, bot.policy, bot.now).faults


def test_a_channel_that_reads_but_may_not_post_stays_a_fault(bot: Bot) -> None:
    queue_on(bot, "x")
    bot.x.faults.inject(X_POST, Fault.PAYMENT)
    bot.send()

    bot.collect()

    assert not health.check_health(bot.db, bot.policy, bot.now).ok


def test_a_channel_that_may_not_read_tells_and_recovers(bot: Bot) -> None:
    bot.x.faults.inject("GET /2/users", Fault.UNAUTHORIZED)
    post = mention(bot, LAMP)
    bot.read()
    bot.read()
    assert "401" in (channel(bot, "x").read_fault or "")

    bot.forward(seconds=61)
    bot.read()
    bot.send()

    assert channel(bot, "x").read_fault is None
    assert len(heard_on_x(bot, post)) == 1


def test_reading_waits_as_long_as_it_is_told_and_loses_nothing(bot: Bot) -> None:
    bot.x.faults.inject("mentions", Fault.RATE_LIMITED, seconds=90)
    bot.x.faults.inject("mentions", Fault.ERROR_500)
    post = mention(bot, LAMP)

    for _ in range(5):
        bot.read()
        bot.forward(seconds=40)
    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_a_doubtful_notice_that_stands_on_x_is_found_there(bot: Bot) -> None:
    post = queue_on(bot, "x")
    bot.x.faults.inject(X_POST, Fault.DROP_AFTER_APPLY)
    bot.send()

    bot.settle()

    (standing,) = bot.x.world.notices_to(post)
    assert (newest(bot).state, newest(bot).external_id) == ("sent", standing.id)


def test_a_notice_not_found_three_times_goes_out_again_byte_for_byte(bot: Bot) -> None:
    post = queue_on(bot, "x")
    bot.x.faults.inject(X_POST, Fault.ERROR_500)
    bot.send()
    stored = newest(bot).text

    for look in (1, 2, 3):
        assert newest(bot).state == "in_doubt", look
        bot.settle()
        bot.settle()
        bot.forward(seconds=60)
    bot.send()

    assert newest(bot).state == "sent"
    assert heard_on_x(bot, post) == [stored]


def test_a_look_that_fails_is_no_look(bot: Bot) -> None:
    queue_on(bot, "x")
    bot.x.faults.inject(X_POST, Fault.ERROR_500)
    bot.send()
    bot.x.faults.inject("/tweets", Fault.ERROR_500, times=5)

    for _ in range(5):
        bot.settle()
        bot.forward(seconds=60)

    assert (newest(bot).state, newest(bot).looks) == ("in_doubt", 0)


def test_a_genuine_duplicate_ends_as_refused_even_after_a_429(bot: Bot) -> None:
    _, post = report_on_x(bot)
    mention(bot, "STATUS", reply_to=post)
    bot.turn()
    mention(bot, "STATUS", reply_to=post)
    bot.x.faults.inject(X_POST, Fault.RATE_LIMITED, seconds=1)

    for _ in range(10):
        bot.turn(seconds=61)
        bot.settle()

    assert states(bot.notices("status")) == ["sent", "refused"]


def test_a_telegram_notice_in_doubt_waits_for_a_person_who_decides(bot: Bot) -> None:
    messages = []
    for handle in ("ani", "budi", "citra"):
        messages.append(queue_on(bot, "telegram", handle))
        bot.telegram.faults.inject(TELEGRAM_POST, Fault.DROP_AFTER_APPLY)
        bot.send()
    for _ in range(5):
        bot.settle()
        bot.forward(minutes=1)
    assert states(bot.notices()) == ["in_doubt"] * 3
    assert {notice.failure for notice in bot.notices()} == {ASK_A_PERSON}

    for notice, decision in zip(bot.notices(), operate.DECISIONS, strict=True):
        operate.decide_notice(bot.db, notice.id or 0, decision, bot.now)
    bot.send()

    assert states(bot.notices()) == ["sent", "sent", "cancelled"]
    assert [len(heard_on_telegram(bot, message)) for message in messages] == [1, 2, 1]


def test_a_decision_about_a_settled_notice_says_why_not(bot: Bot) -> None:
    report_on_x(bot)

    with pytest.raises(operate.NoticeNotThere, match=r"is sent; .* while it is in_doubt"):
        operate.decide_notice(bot.db, newest(bot).id or 0, "resend", bot.now)
    with pytest.raises(operate.NoticeNotThere, match="while it is ready"):
        operate.cancel_notice(bot.db, newest(bot).id or 0)
    with pytest.raises(operate.NoticeNotFound, match="lapor notices list"):
        operate.retry_notice(bot.db, 4711, bot.now)


def test_a_notice_can_be_taken_back_before_it_goes(bot: Bot) -> None:
    post = queue_on(bot, "x")

    operate.cancel_notice(bot.db, newest(bot).id or 0)
    bot.send()

    assert not heard_on_x(bot, post)


def test_three_doubts_in_a_row_pause_the_sender_until_a_harmless_call_succeeds(bot: Bot) -> None:
    posts = [queue_on(bot, "x", handle) for handle in PEOPLE[:4]]
    bot.x.faults.inject(X_POST, Fault.ERROR_500, times=3)
    bot.x.faults.inject("GET /2/users/me", Fault.ERROR_500)

    bot.send()
    assert states(bot.notices()) == ["in_doubt"] * 3 + ["ready"]
    bot.send()
    assert newest(bot).attempts == 0
    bot.forward(seconds=61)
    bot.send()

    assert newest(bot).state == "sent"
    assert len(heard_on_x(bot, posts[-1])) == 1
    assert channel(bot, "x").doubts_in_a_row == 0


def test_one_platforms_trouble_does_not_stop_the_other(bot: Bot) -> None:
    queue_on(bot, "x")
    message = queue_on(bot, "telegram")
    bot.x.faults.inject(X_POST, Fault.PAYMENT)

    bot.send()

    assert len(heard_on_telegram(bot, message)) == 1


def test_a_post_deleted_meanwhile_is_a_refusal_that_can_be_tried_again_by_hand(bot: Bot) -> None:
    post = queue_on(bot, "x")
    bot.x.world.delete(post)

    bot.send()
    assert newest(bot).state == "refused"
    assert "parent_gone" in (newest(bot).failure or "")
    operate.retry_notice(bot.db, newest(bot).id or 0, bot.now)
    bot.send()

    assert (newest(bot).state, newest(bot).attempts) == ("refused", 2)


def test_a_chat_that_blocked_us_hears_nothing_until_it_comes_back(bot: Bot) -> None:
    message = queue_on(bot, "telegram")
    bot.telegram.world.block("sari")
    bot.send()
    assert newest(bot).state == "refused"
    assert person(bot, message).blocked_at
    record_answer(bot, bot.report())
    assert (newest(bot).state, newest(bot).failure) == ("cancelled", "blocked")

    bot.telegram.world.unblock("sari")
    bot.read()
    write(bot, "STATUS")
    bot.turn()

    assert newest(bot).state == "sent"


def test_a_chat_known_to_have_blocked_us_is_not_written_to(bot: Bot) -> None:
    queue_on(bot, "telegram")
    bot.telegram.world.block("sari")
    bot.read()

    bot.send()

    assert (newest(bot).state, newest(bot).failure) == ("cancelled", "blocked")


@pytest.mark.parametrize("told", [False, True])
def test_a_notice_follows_its_group_to_its_new_id(bot: Bot, told: bool) -> None:
    group = bot.telegram.world.add_group("Warga Melati")
    write(bot, f"@lapor1708_bot {LAMP}", group=group)
    bot.read()
    new = bot.telegram.world.migrate(group)
    if told:
        bot.read()

    bot.send()

    assert newest(bot).state == "sent"
    assert bot.report().reference in bot.telegram.world.sent(new)[0].text


def test_a_migrated_group_goes_on_about_its_report(bot: Bot) -> None:
    group = bot.telegram.world.add_group("Warga Melati")
    write(bot, f"@lapor1708_bot {LAMP}", group=group)
    bot.turn()
    new = bot.telegram.world.migrate(group)
    write(bot, "@lapor1708_bot STATUS", group=group)

    bot.turn()

    assert bot.report().reference in bot.telegram.world.sent(new)[-1].text


@pytest.mark.parametrize(("hours", "state"), [(5.9, "sent"), (6.1, "cancelled")])
def test_an_old_post_is_kept_but_gets_no_automatic_notice(
    bot: Bot, hours: float, state: str
) -> None:
    mention(bot, LAMP)
    bot.forward(hours=hours)

    bot.turn()

    assert states(bot.notices()) == [state]
    assert bot.report().received_at == bot.now - timedelta(hours=hours, seconds=30)


def test_a_notice_that_waited_too_long_is_not_sent_any_more_but_an_answer_is(bot: Bot) -> None:
    post = queue_on(bot, "x")
    operate.pause(bot.db, bot.now)
    record_answer(bot, bot.report())
    bot.forward(hours=7)

    operate.resume(bot.db)
    bot.send()
    bot.send()

    assert states(bot.notices()) == ["cancelled", "sent"]
    assert len(heard_on_x(bot, post)) == 1


def test_the_kill_switch_survives_a_restart(bot: Bot) -> None:
    post = queue_on(bot, "x")
    operate.pause(bot.db, bot.now)
    bot.restart()
    bot.send()
    assert not heard_on_x(bot, post)

    operate.resume(bot.db)
    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_in_shadow_notices_are_made_and_not_sent(bot: Bot) -> None:
    operate.set_sending(bot.db, "shadow", "x")
    post, message = queue_on(bot, "x"), queue_on(bot, "telegram")
    bot.send()
    assert states(bot.notices()) == ["ready", "sent"]

    assert operate.set_sending(bot.db, "on") == ["x (lapor1708)", "telegram (lapor1708_bot)"]
    bot.send()

    assert len(heard_on_x(bot, post)) == len(heard_on_telegram(bot, message)) == 1


def test_danger_goes_first(bot: Bot) -> None:
    messages = [write(bot, LAMP, "ani"), write(bot, ROAD, "budi")]
    bot.forward(seconds=30)
    messages.append(write(bot, TRAPPED, "eka"))
    bot.read()

    deliver.deliver(bot.db, bot.on_telegram, bot.policy, bot.clock, limit=1)

    assert [len(bot.telegram.world.sent(chat_of(one))) for one in messages] == [0, 0, 1]


def test_one_automatic_notice_stands_under_a_post_of_x(bot: Bot) -> None:
    _, post = report_on_x(bot)

    bot.x.world.edit(post, f"@lapor1708 {TRAPPED}")
    bot.turn()

    assert bot.report().urgency == "darurat"
    assert [notice.failure for notice in bot.notices("emergency")] == ["cap_post"]
    assert len(heard_on_x(bot, post)) == 1


def test_a_thread_a_person_and_an_account_hear_so_much_and_no_more(bot: Bot) -> None:
    _, post = report_on_x(bot)
    bot.change_policy(per_thread=2)
    for word in ("STATUS", "KABARI"):
        mention(bot, word, reply_to=post)
        bot.turn()
    bot.change_policy(per_thread=100, per_person_hour=3)
    for text in (ROAD, WASTE):
        mention(bot, text)
        bot.turn()
    bot.change_policy(per_person_hour=100, per_hour=4)
    for handle in ("ani", "budi"):
        mention(bot, LAMP, handle)
        bot.turn()

    assert [notice.failure for notice in bot.notices()] == [
        None,
        None,
        "cap_thread",
        None,
        "cap_person",
        None,
        "cap_hour",
    ]
    bot.forward(hours=1)
    mention(bot, LAMP, "citra")
    bot.turn()
    assert newest(bot).state == "sent"


def spend(bot: Bot, microusd: int) -> None:
    with bot.db.writing() as session:
        channels.add_spending(session, channel(bot, "x").id or 0, microusd, bot.now)


def test_when_the_days_money_is_spent_automatic_notices_wait_for_the_next_day(bot: Bot) -> None:
    bot.forward(hours=16, minutes=50)
    post = queue_on(bot, "x")
    spend(bot, bot.policy.daily_microusd)
    bot.send()
    assert newest(bot).state == "ready"

    bot.forward(minutes=10)
    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_a_persons_answer_does_not_wait_behind_a_notice_without_money(bot: Bot) -> None:
    report, post = report_on_x(bot)
    queue_on(bot, "x", "budi")
    spend(bot, bot.policy.daily_microusd)
    record_answer(bot, report)

    bot.send()

    assert len(heard_on_x(bot, post)) == 2


def test_a_persons_answer_does_not_wait_for_money_for_its_acknowledgement(bot: Bot) -> None:
    post = queue_on(bot, "x")
    spend(bot, bot.policy.daily_microusd)
    record_answer(bot, bot.report())

    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_who_asks_at_night_is_not_kept_waiting_by_the_mornings_reminder(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    record_answer(bot, report)
    bot.send()
    bot.forward(days=3, hours=9)
    bot.keep_deadlines()
    assert states(bot.notices("reminder")) == ["ready"]

    write(bot, "STATUS")
    bot.turn()

    assert states(bot.notices("status")) == ["sent"]


def test_nothing_overtakes_an_acknowledgement_that_must_be_tried_again(bot: Bot) -> None:
    post = queue_on(bot, "x")
    record_answer(bot, bot.report())
    bot.x.faults.inject(X_POST, Fault.RATE_LIMITED)
    bot.send()
    assert not heard_on_x(bot, post)

    bot.forward(hours=1)
    bot.send()

    assert states(bot.notices()) == ["sent", "sent"]
    assert bot.notices()[0].text == heard_on_x(bot, post)[0]


def test_what_was_read_and_posted_is_written_down_as_spending(bot: Bot) -> None:
    report_on_x(bot)
    report_on_telegram(bot)

    with bot.db.reading() as session:
        today = bot.now.date()
        assert channels.spent_on(session, channel(bot, "x").id or 0, today) > 0
        assert channels.spent_on(session, channel(bot, "telegram").id or 0, today) == 0
