"""What people can say after their first words, and what they hear: the conversation as a citizen
meets it."""

import re
from random import Random

import pytest

from intake.reference import new_reference
from tests.bot import Bot
from tests.intake.steps import (
    again,
    ask,
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
from tests.intake.texts import AGENCY, BRIBE, LAMP, LAMP_NOWHERE, PLACE, ROAD

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def say(bot: Bot, text: str, under: str, handle: str = "sari") -> list[str]:
    """Reply on X in a thread; what comes back under that reply."""
    post = mention(bot, text, handle, reply_to=under)
    bot.turn()
    return heard_on_x(bot, post)


def tell(bot: Bot, text: str, handle: str = "sari") -> str:
    """Write to the Telegram bot; the newest thing it said afterwards, empty when nothing."""
    before = heard_on_telegram(bot, message := write(bot, text, handle))
    bot.turn()
    return "\n".join(heard_on_telegram(bot, message)[len(before) :])


def test_status_in_the_thread_tells_how_far_it_is(bot: Bot) -> None:
    report, post = report_on_x(bot)
    (received,) = say(bot, "STATUS", post)
    verify(bot, report)

    (verified,) = say(bot, "status dong min", post)

    assert report.reference in received
    assert "belum dibaca" in received
    assert "sudah diperiksa" in verified
    assert len(bot.reports()) == 1


def test_anybody_may_ask_for_the_status_of_a_public_report(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    record_answer(bot, report)

    said = tell(bot, f"STATUS {report.reference.lower().replace('-', ' ')}", "budi")

    assert report.reference in said
    assert "SUDAH" not in said


def test_a_confidential_number_sounds_like_an_unknown_one(bot: Bot) -> None:
    report, _ = report_on_telegram(bot, BRIBE)
    message = write(bot, f"STATUS {report.reference}", "budi")
    other = write(bot, "STATUS LPR-7K3M-9QTG", "budi")

    bot.turn()

    assert report.sensitive
    confidential, unknown = (bot.telegram.world.notices_to(one)[0].text for one in (message, other))
    assert report.reference not in confidential
    assert {confidential, unknown} <= _unknown_wordings(bot)


def _unknown_wordings(bot: Bot) -> set[str]:
    """What is said about numbers that nobody has, asked often enough to hear every wording."""
    asked = [write(bot, f"STATUS LPR-7K3M-9QTG {'.' * n}", "joko") for n in range(12)]
    bot.turn()
    return {bot.telegram.world.notices_to(one)[0].text for one in asked}


def test_the_reporter_of_a_confidential_report_hears_its_status_in_private(bot: Bot) -> None:
    report, _ = report_on_telegram(bot, BRIBE)

    assert report.reference in tell(bot, "STATUS")


def test_a_confidential_report_is_not_spoken_of_in_public_even_to_its_reporter(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    record_answer(bot, report)

    said = say(bot, "STATUS", post) + say(bot, "KABARI", post)

    assert not any(report.reference in text or AGENCY in text for text in said)


def test_kabari_promises_news_and_its_giver_hears_the_answer(bot: Bot) -> None:
    report, post = report_on_x(bot)
    (promised,) = say(bot, "KABARI", post, "budi")
    supporters_post = bot.x.world.naming("lapor1708")[0]["id"]

    record_answer(bot, report)
    bot.send()

    assert report.reference in promised
    assert AGENCY.split()[0] in heard_on_x(bot, str(supporters_post))[-1]


def test_me_too_is_counted_and_answered_and_opens_nothing(bot: Bot) -> None:
    report, post = report_on_x(bot)

    (said,) = say(bot, "di tempat saya juga", post, "budi")

    assert report.reference in said
    assert len(bot.reports()) == 1


def test_sudah_closes_and_belum_reopens(bot: Bot) -> None:
    report, post = report_on_x(bot)
    record_answer(bot, report)
    bot.send()

    (closed,) = say(bot, "SUDAH, terima kasih", post)
    assert again(bot, report).state == "closed"
    (reopened,) = say(bot, "BELUM, masih padam", post)

    assert report.reference in closed
    assert report.reference in reopened
    assert (again(bot, report).state, again(bot, report).reopened) == ("forwarded", 1)


def test_sudah_by_somebody_else_closes_nothing(bot: Bot) -> None:
    report, post = report_on_x(bot)
    record_answer(bot, report)

    say(bot, "SUDAH", post, "budi")

    assert again(bot, report).state == "answered"


def test_the_buttons_under_a_notice_do_what_they_say(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    other, _ = report_on_telegram(bot, ROAD)
    record_answer(bot, report)
    bot.send()
    resolution = bot.notices("resolution")[0]

    bot.telegram.world.press("sari", resolution.external_id or "", f"SUDAH:{report.reference}")
    bot.turn()

    assert again(bot, report).state == "closed"
    assert again(bot, other).state == "received"
    assert bot.telegram.world.answered_presses() == 1
    assert report.reference in heard_on_telegram(bot, message)[-1]


def test_a_button_pressed_twice_is_answered_once(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    (acknowledged,) = bot.telegram.world.notices_to(message)

    for _ in range(2):
        bot.telegram.world.press("sari", acknowledged.id, f"BATAL:{report.reference}")
    bot.turn()

    assert again(bot, report).state == "archived"
    assert len(bot.notices("withdrawn")) == 1


def test_berhenti_stops_everything_at_once_and_lanjut_starts_it_again(bot: Bot) -> None:
    report, post = report_on_x(bot)
    say(bot, "BERHENTI", post)
    record_answer(bot, report)
    bot.send()
    assert len(bot.x.world.timeline()) == 1

    assert say(bot, "LANJUT", post)

    assert "SUDAH" in say(bot, "STATUS", post)[0]


def test_berhenti_takes_back_what_was_about_to_go_out(bot: Bot) -> None:
    report, post = report_on_x(bot)
    record_answer(bot, report)

    mention(bot, "BERHENTI", reply_to=post)
    bot.turn()

    (resolution,) = bot.notices("resolution")
    assert (resolution.state, resolution.failure) == ("cancelled", "opted_out")


def test_batal_takes_the_report_back(bot: Bot) -> None:
    report, post = report_on_x(bot)

    (said,) = say(bot, "BATAL", post)

    assert report.reference in said
    assert (again(bot, report).state, again(bot, report).archive_reason) == (
        "archived",
        "withdrawn",
    )


def test_batal_by_somebody_else_takes_nothing_back(bot: Bot) -> None:
    report, post = report_on_x(bot)

    say(bot, f"BATAL {report.reference}", post, "budi")

    assert again(bot, report).state == "received"


@pytest.mark.parametrize("where", ["x", "telegram"])
def test_the_answer_to_where_is_it_gives_the_report_its_region(bot: Bot, where: str) -> None:
    if where == "x":
        report, post = report_on_x(bot, LAMP_NOWHERE)
        mention(bot, f"di {PLACE}", reply_to=post)
    else:
        report, _ = report_on_telegram(bot, LAMP_NOWHERE)
        write(bot, f"di {PLACE}")
    assert report.awaiting_place

    bot.turn()

    report = bot.report()
    assert (report.region_name, report.awaiting_place) == ("Kabupaten Sleman", False)


def test_a_location_answers_where_it_is_even_hours_later(bot: Bot) -> None:
    report, _ = report_on_telegram(bot, LAMP_NOWHERE)
    bot.forward(hours=3)

    location = write(bot, None, location=(-7.7, 110.4))
    bot.turn()

    assert report_of(bot, location).id == report.id
    assert not bot.report().awaiting_place


def test_the_answer_to_a_question_brings_the_report_back_to_where_it_was(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    verify(bot, report)
    ask(bot, report, "Lampu di depan gang yang mana?")
    bot.send()
    assert "gang yang mana" in heard_on_telegram(bot, message)[-1]

    write(bot, "Yang di depan gang nomor dua.")
    bot.turn()

    assert again(bot, report).state == "verified"


def test_an_empty_mention_takes_the_matter_of_the_post_above(bot: Bot) -> None:
    bot.x.world.add_person("joko", "Joko")
    parent = bot.x.world.post("joko", LAMP)
    post = mention(bot, "tolong min", reply_to=parent)

    bot.turn()

    report = report_of(bot, post)
    assert (report.topic, report.region_name) == ("penerangan_jalan", "Kabupaten Sleman")
    assert report.person_id == bot.post(post).person_id
    assert bot.post(parent).is_context
    assert len(heard_on_x(bot, post)) == 1
    assert not heard_on_x(bot, parent)


def test_thanks_are_not_answered(bot: Bot) -> None:
    report, post = report_on_x(bot)

    assert not say(bot, "terima kasih banyak min", post)

    assert len(bot.reports()) == 1
    assert again(bot, report).state == "received"


def test_a_command_is_answered_in_private_and_its_payload_kept(bot: Bot) -> None:
    message = write(bot, "/start kampanye-1")
    write(bot, "/bantuan")
    write(bot, "/privasi")

    bot.turn()

    assert [notice.kind for notice in bot.notices()] == ["start", "help", "privacy"]
    assert len(heard_on_telegram(bot, message)) == 3
    assert bot.post(message).argument == "kampanye-1"


def test_the_status_command_and_stop_work_as_the_words_do(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)

    assert report.reference in tell(bot, "/status")
    assert tell(bot, "/berhenti") == ""
    assert tell(bot, f"STATUS {report.reference}") == ""
    assert tell(bot, "/start")


def test_a_code_opens_the_confidential_report_in_a_private_chat_once(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    code = CODE.findall(heard_on_x(bot, post)[0])[0]

    said = tell(bot, code.lower(), "anonim")
    stolen = tell(bot, code, "budi")

    assert report.reference in said
    assert report.reference not in stolen
    assert report.reference in tell(bot, "STATUS", "anonim")
    assert report.reference not in tell(bot, f"STATUS {report.reference}", "budi")


def test_a_code_is_void_after_three_days(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    code = CODE.findall(heard_on_x(bot, post)[0])[0]
    bot.forward(days=3, minutes=1)

    said = tell(bot, code, "anonim")

    assert said
    assert report.reference not in said


def test_what_the_linked_chat_tells_joins_the_report_and_stays_private(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    bot.forward(minutes=15)
    tell(bot, CODE.findall(heard_on_x(bot, post)[0])[0], "anonim")

    message = write(bot, "Kejadiannya hari Senin, di loket nomor tiga kelurahan.", "anonim")
    bot.turn()

    assert report_of(bot, message).id == report.id
    assert len(bot.x.world.timeline()) == 1


def test_a_message_about_a_closed_matter_is_a_new_report(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    tell(bot, "BATAL")
    bot.forward(hours=1)

    other, _ = report_on_telegram(bot, LAMP)

    assert other.id != report.id


def test_a_photo_alone_is_asked_for_words(bot: Bot) -> None:
    message = write(bot, None, voice=True)

    bot.turn()

    assert len(heard_on_telegram(bot, message)) == 1
    assert bot.post(message).state == "queued"


def test_a_number_that_nobody_has_sounds_like_a_confidential_one_and_like_no_other(
    bot: Bot,
) -> None:
    report_on_x(bot)
    secret, _ = report_on_x(bot, BRIBE, "budi")
    unknown = new_reference(Random(4711))
    asked = [mention(bot, f"STATUS {number}") for number in (secret.reference, unknown)]
    bot.turn()

    heard = [heard_on_x(bot, post)[0] for post in asked]
    assert all("tidak kami temukan" in text or "tidak ada" in text for text in heard), heard


def test_news_is_told_in_the_thread_where_it_was_asked_for(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    elsewhere = mention(bot, f"KABARI {report.reference}", "citra")
    bot.turn()

    record_answer(bot, report)
    bot.send()

    assert len(heard_on_x(bot, elsewhere)) == 2
