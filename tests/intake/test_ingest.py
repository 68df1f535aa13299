"""What comes in: broken, hostile, doubled, edited, or not meant for us. The others never suffer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from intake import health, ingest
from store import channels, posts, raws
from store.tables import Post, Raw, Version
from tests.bot import START, Bot
from tests.intake.steps import (
    heard_on_telegram,
    heard_on_x,
    mention,
    report_of,
    report_on_telegram,
    report_on_x,
    write,
)
from tests.intake.texts import GREETING, LAMP, LAMP_NOWHERE, ROAD, TRAPPED

SENDER = {"id": 77, "is_bot": False, "first_name": "Contoh"}
CHAT = {"id": 77, "type": "private", "first_name": "Contoh"}
THEN = int(START.timestamp())


def message(number: int, **fields: Any) -> dict[str, Any]:
    """A message as Telegram sends it, of any shape."""
    return {"message_id": number, "date": THEN, "from": SENDER, "chat": CHAT} | fields


def hand_over(bot: Bot, platform: str, key: str, payload: str | bytes) -> None:
    """Store a raw as if the platform had handed it over; bytes stand for what no key opens."""
    sealed = payload if isinstance(payload, bytes) else bot.vault.seal(payload)
    with bot.db.writing() as session:
        (channel,) = [row for row in channels.list_channels(session) if row.platform == platform]
        raws.save_raws(session, channel.id or 0, [(key, sealed)], bot.now)


def hand_over_message(bot: Bot, number: int, **fields: Any) -> None:
    update = {"update_id": number, "message": message(number, **fields)}
    hand_over(bot, "telegram", str(number), json.dumps(update))


def put_aside(bot: Bot) -> list[Raw]:
    with bot.db.reading() as session:
        return list(raws.list_unreadable(session))


ODD_MESSAGES: list[dict[str, Any]] = [
    {"text": ""},
    {"text": " \n\t "},
    {"text": "\x00\x00"},
    {"text": "\ud800 " + LAMP},
    {"text": "💡" * 4000},
    {"text": LAMP, "date": 99_999_999_999_999},
    {"text": LAMP, "hologram": {"of": ["what", "nobody", "knows"]}},
    {"sticker": {"file_id": "s"}},
    {"text": 17},
    {"text": None},
    {"from": None, "text": LAMP},
    {"chat": {}, "text": LAMP},
]
NO_UPDATES = ("", "{", "[]", "null", '{"update_id": {}}', '{"x": 1e999}')


def test_odd_messages_cost_the_others_nothing(bot: Bot) -> None:
    for number, fields in enumerate(ODD_MESSAGES, 100):
        own = {"from": SENDER | {"id": number}, "chat": CHAT | {"id": number}}
        hand_over_message(bot, number, **(own | fields))
    post = write(bot, LAMP)

    bot.turn()
    bot.turn()

    assert len(heard_on_telegram(bot, post)) == 1
    assert len(bot.reports()) == 3
    assert {report.topic for report in bot.reports()} == {"penerangan_jalan"}
    with bot.db.reading() as session:
        assert posts.count_waiting(session) == raws.count_unparsed(session) == 0
        assert not posts.list_failed(session)


def test_what_is_no_update_is_put_aside_and_shown(bot: Bot) -> None:
    for number, payload in enumerate(NO_UPDATES):
        hand_over(bot, "telegram", f"odd-{number}", payload)
        hand_over(bot, "x", f"odd-{number}", payload)
    message_id, post = write(bot, LAMP), mention(bot, LAMP)

    bot.turn()

    assert len(heard_on_telegram(bot, message_id)) == len(heard_on_x(bot, post)) == 1
    assert len(put_aside(bot)) >= len(NO_UPDATES)
    assert {raw.attempts for raw in put_aside(bot)} == {0}


def test_a_message_of_ten_megabytes_is_taken_in_and_read_like_any_other(bot: Bot) -> None:
    hand_over_message(bot, 1, text=LAMP + " lampu padam" * 850_000)
    post = mention(bot, ROAD)

    bot.turn()

    assert len(heard_on_x(bot, post)) == 1
    assert bot.post("77:1").state in ("placed", "queued")


def test_a_post_from_the_future_counts_as_written_now(bot: Bot) -> None:
    hand_over_message(bot, 1, text=LAMP, date=THEN + 10**8)

    bot.turn()

    assert bot.post("77:1").posted_at == START
    assert bot.report().received_at == START


def test_an_unwritable_sign_behind_a_command_loses_no_report(bot: Bot) -> None:
    for number, sign in ((1, "\x00"), (2, "\ud800")):
        hand_over_message(bot, number, text=f"/lapor {sign} {LAMP}")

    bot.turn()

    assert not put_aside(bot)
    assert len(bot.reports()) == 2


def test_a_raw_that_fails_five_times_is_put_aside_and_costs_the_others_nothing(bot: Bot) -> None:
    hand_over(bot, "x", "broken", b"no key opens this")
    post = mention(bot, LAMP)

    bot.turn()
    assert len(heard_on_x(bot, post)) == 1
    assert not put_aside(bot)
    for _ in range(3):
        bot.turn()

    (raw,) = put_aside(bot)
    assert (raw.key, raw.attempts) == ("broken", 5)
    faults = health.check_health(bot.db, bot.policy, bot.now).faults
    assert any("1 raws could not be understood" in line for line in faults)


def test_a_post_that_cannot_be_opened_costs_the_others_nothing(bot: Bot) -> None:
    broken = mention(bot, LAMP, "budi")
    bot.collect()
    ingest.ingest(bot.db, bot.vault, bot.on_x, bot.policy, bot.now)
    with bot.db.writing() as session:
        version = posts.newest_version(session, bot.post(broken).id or 0)
        version.original = b"no key opens this"
        session.add(version)
    post = mention(bot, LAMP)

    for _ in range(6):
        bot.turn(seconds=200)

    assert len(heard_on_x(bot, post)) == 1
    assert bot.post(broken).state == "failed"


def test_a_second_try_that_a_wrong_clock_put_off_for_weeks_is_made_at_once(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.collect()
    ingest.ingest(bot.db, bot.vault, bot.on_x, bot.policy, bot.now)
    with bot.db.writing() as session:
        row = session.get_one(Post, bot.post(post).id)
        row.attempts, row.settles_at = 1, bot.now + timedelta(days=40)
        session.add(row)

    bot.turn()

    assert len(heard_on_x(bot, post)) == 1


def test_the_duty_officers_own_chat_may_still_report(bot: Bot) -> None:
    officer = bot.telegram.world.add_person("petugas", "Petugas Jaga")
    bot.change_policy(duty_chat=str(officer))
    report_on_x(bot, TRAPPED)

    message_id = write(bot, LAMP, "petugas")
    for _ in range(6):
        bot.turn()

    assert not put_aside(bot)
    assert report_of(bot, message_id).topic == "penerangan_jalan"


def versions(bot: Bot, external_id: str) -> list[Version]:
    with bot.db.reading() as session:
        return list(posts.list_versions(session, bot.post(external_id).id or 0))


@pytest.mark.parametrize("platform", ["x", "telegram"])
def test_an_edit_is_another_version_of_the_same_report(bot: Bot, platform: str) -> None:
    open_report = report_on_x if platform == "x" else report_on_telegram
    report, post = open_report(bot)
    bot.forward(minutes=2)

    if platform == "x":
        bot.x.world.edit(post, f"@lapor1708 {LAMP} Sudah tiga kali.")
    else:
        bot.telegram.world.edit(post, f"{LAMP} Sudah tiga kali.")
    bot.turn()

    assert [one.text.count("tiga kali") for one in versions(bot, post)] == [0, 1]
    assert bot.report().id == report.id
    assert len(bot.notices()) == 1


def test_a_post_set_aside_is_looked_at_again_when_it_is_edited(bot: Bot) -> None:
    post = mention(bot, GREETING)
    bot.turn()
    assert bot.post(post).state == "set_aside"

    bot.x.world.edit(post, f"@lapor1708 {LAMP}")
    bot.turn()

    assert report_of(bot, post).topic == "penerangan_jalan"


def test_our_own_posts_retweets_and_other_bots_open_nothing(bot: Bot) -> None:
    _, post = report_on_x(bot)
    bot.x.world.add_person("ulang", "Ulang")
    retweet = bot.x.world.post("ulang", "", repost_of=post)
    own = bot.x.world.post("lapor1708", f"@lapor1708 {LAMP}")
    bot.x.world.add_person("robot", "Robot", bot=True)
    robot = bot.x.world.post("robot", f"@lapor1708 {LAMP}")
    bot.telegram.world.add_person("robot", "Robot", bot=True)
    automatic = bot.telegram.world.say("robot", LAMP)

    bot.turn(seconds=3600)

    assert len(bot.reports()) == 1
    assert len(bot.x.world.timeline()) == 2
    with bot.db.reading() as session:
        noted = dict(session.exec(select(Post.external_id, Post.note)).all())
    assert (noted[own], noted[robot], noted[automatic]) == ("own", "bot", "bot")
    assert noted.get(retweet, "repost") == "repost"


def test_the_same_thing_handed_over_twice_is_kept_once(bot: Bot) -> None:
    report_on_telegram(bot)
    bot.telegram.world.restart_update_ids(10)
    for number in (100, 101):
        hand_over_message(bot, 1, text=LAMP_NOWHERE)
        update = {"update_id": number, "message": message(1, text=LAMP_NOWHERE)}
        hand_over(bot, "telegram", f"again-{number}", json.dumps(update))

    bot.turn()

    assert len(bot.reports()) == 2
    assert len(versions(bot, "77:1")) == 1
    assert len(bot.notices()) == 2


def test_a_silence_longer_than_the_platforms_window_is_recorded_and_shown(bot: Bot) -> None:
    report_on_x(bot)
    for _ in range(9):
        bot.forward(days=1)
        mention(bot, GREETING)

    bot.turn()

    with bot.db.reading() as session:
        gaps = channels.list_gaps(session, START)
    assert gaps
    assert gaps[0].start < gaps[0].end <= bot.now
    remarks = health.check_health(bot.db, bot.policy, bot.now).remarks
    assert any("has a gap from" in line for line in remarks)


def test_a_context_post_becomes_a_report_when_its_author_speaks_to_us(bot: Bot) -> None:
    bot.x.world.add_person("joko", "Joko")
    parent = bot.x.world.post("joko", LAMP)
    mention(bot, "tolong min", reply_to=parent)
    bot.turn()

    later = mention(bot, LAMP, "joko", reply_to=parent)
    bot.turn()

    assert len(bot.reports()) == 2
    assert report_of(bot, later).person_id == bot.post(parent).person_id


def test_a_bots_post_first_seen_under_somebodys_answer_opens_nothing(bot: Bot) -> None:
    bot.x.world.add_person("bot_cuaca", "Bot Cuaca", bot=True)
    post = bot.x.world.post("bot_cuaca", f"@lapor1708 {LAMP}")
    mention(bot, "tolong min", "budi", reply_to=post)

    for _ in range(3):
        bot.turn()

    assert bot.post(post).note == "bot"
    assert [bot.post(post).id] != [report.opening_post_id for report in bot.reports()]
