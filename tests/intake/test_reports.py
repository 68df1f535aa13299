"""From the first words to a numbered report: opening, acknowledgement, what belongs together."""

import pytest
from sqlmodel import select

from store.tables import Post
from tests.bot import Bot
from tests.intake.steps import (
    chat_of,
    heard_on_telegram,
    heard_on_x,
    mention,
    report_of,
    report_on_telegram,
    report_on_x,
    write,
)
from tests.intake.texts import (
    BRIBE,
    GREETING,
    IDENTITY_CARD,
    LAMP,
    LAMP_NOWHERE,
    ROAD,
    SPAM,
    TRAPPED,
    VIOLENCE,
)


def test_a_mention_opens_a_report_that_is_acknowledged_under_it(bot: Bot) -> None:
    report, post = report_on_x(bot)

    assert (report.kind, report.topic, report.urgency) == (
        "pengaduan",
        "penerangan_jalan",
        "biasa",
    )
    assert (report.region_name, report.state) == ("Kabupaten Sleman", "received")
    (said,) = heard_on_x(bot, post)
    assert report.reference in said


def test_a_private_message_opens_a_report_that_is_acknowledged_in_its_chat(bot: Bot) -> None:
    report, message = report_on_telegram(bot)

    (said,) = bot.telegram.world.notices_to(message)
    assert report.reference in said.text
    assert [button.label for button in said.buttons] == ["STATUS", "BATAL"]


def test_reading_and_sending_again_changes_nothing(bot: Bot) -> None:
    _, post = report_on_x(bot)
    _, message = report_on_telegram(bot, ROAD)

    for _ in range(3):
        bot.restart()
        bot.turn(seconds=90)

    assert len(bot.reports()) == 2
    assert len(heard_on_x(bot, post)) == len(heard_on_telegram(bot, message)) == 1


def test_a_post_without_a_place_is_asked_for_one(bot: Bot) -> None:
    report, post = report_on_x(bot, LAMP_NOWHERE)

    assert report.awaiting_place
    assert "kota atau kabupaten mana" in heard_on_x(bot, post)[0]


def test_a_question_about_how_is_an_information_request(bot: Bot) -> None:
    report, _ = report_on_x(bot, IDENTITY_CARD)

    assert report.kind == "permintaan_informasi"
    assert not report.awaiting_place


def test_a_greeting_and_an_advertisement_open_nothing_and_hear_nothing(bot: Bot) -> None:
    posts = [mention(bot, GREETING), mention(bot, SPAM, "toko")]
    message = write(bot, SPAM, "toko")

    bot.turn()

    assert not bot.reports()
    assert not heard_on_x(bot, posts[0]) + heard_on_x(bot, posts[1])
    assert not heard_on_telegram(bot, message)
    assert {bot.post(post).state for post in posts} == {"set_aside"}


def test_a_doubtful_post_waits_for_a_person_and_a_private_one_is_told_so(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    post, message = mention(bot, LAMP), write(bot, LAMP)

    bot.turn()

    assert not bot.reports()
    assert bot.post(post).state == bot.post(message).state == "queued"
    assert not heard_on_x(bot, post)
    assert [notice.kind for notice in bot.notices()] == ["will_be_read"]
    assert len(heard_on_telegram(bot, message)) == 1


def test_two_people_with_the_same_trouble_get_a_number_each(bot: Bot) -> None:
    report_on_x(bot, LAMP, "sari")
    report_on_x(bot, LAMP, "budi")

    assert len({report.reference for report in bot.reports()}) == 2


def test_text_photo_and_place_in_a_row_are_one_report(bot: Bot) -> None:
    message = write(bot, LAMP_NOWHERE)
    write(bot, None, photo=True)
    write(bot, None, location=(-7.7, 110.4))

    bot.turn()

    report = bot.report()
    assert not report.awaiting_place
    assert [bot.post(f"{chat_of(message)}:{n}").report_id for n in (1, 2, 3)] == [report.id] * 3
    assert len(heard_on_telegram(bot, message)) == 1


def test_an_album_with_one_caption_is_one_report(bot: Bot) -> None:
    message = write(bot, None, caption=LAMP, photo=True, album="a")
    for _ in range(2):
        write(bot, None, photo=True, album="a")

    bot.turn()

    assert bot.report().opening_post_id == bot.post(message).id
    assert len(heard_on_telegram(bot, message)) == 1


def test_photos_that_come_before_their_words_join_them(bot: Bot) -> None:
    photo = write(bot, None, photo=True)
    bot.turn()
    assert bot.post(photo).state == "queued"

    message = write(bot, LAMP)
    bot.turn()

    assert bot.post(photo).report_id == report_of(bot, message).id
    assert bot.post(photo).state == "placed"


def test_the_acknowledgement_waits_for_what_follows(bot: Bot) -> None:
    message = write(bot, LAMP)

    bot.read()
    bot.send()
    assert not heard_on_telegram(bot, message)
    bot.forward(seconds=20)
    bot.triage()
    bot.send()

    assert len(heard_on_telegram(bot, message)) == 1


def test_danger_does_not_wait(bot: Bot) -> None:
    bot.change_policy(duty_chat="4711")
    message = write(bot, TRAPPED)

    bot.read()
    bot.send()

    assert bot.report().urgency == "darurat"
    assert "112" in heard_on_telegram(bot, message)[0]
    assert bot.report().reference in bot.notices("alert")[0].text


def test_the_duty_officer_reads_no_word_of_the_citizen(bot: Bot) -> None:
    bot.telegram.world.add_person("petugas", "Petugas Jaga")
    officer = chat_of(write(bot, "/start", "petugas"))
    bot.turn()
    bot.change_policy(duty_chat=str(officer))
    mention(bot, TRAPPED)

    bot.turn()

    said = bot.telegram.world.sent(officer)[-1].text
    assert bot.report().reference in said
    assert "Anggrek" not in said


@pytest.mark.parametrize("minutes", [9, 11])
def test_more_within_ten_minutes_belongs_to_the_same_report(bot: Bot, minutes: int) -> None:
    report, _ = report_on_telegram(bot)
    bot.forward(minutes=minutes)

    later = write(bot, LAMP_NOWHERE)
    bot.turn()

    assert (report_of(bot, later).id == report.id) == (minutes < 10)


def test_another_subject_within_ten_minutes_is_another_report(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)

    other, _ = report_on_telegram(bot, ROAD)

    assert other.id != report.id
    assert other.topic == "jalan_jembatan"


def test_after_lapor_the_next_words_are_another_report(bot: Bot) -> None:
    report, _ = report_on_telegram(bot)
    write(bot, "/lapor")
    bot.turn()

    other, _ = report_on_telegram(bot, LAMP_NOWHERE)

    assert other.id != report.id
    assert bot.notices("begin")[0].state == "sent"


def test_lapor_with_words_behind_it_opens_a_report_of_them(bot: Bot) -> None:
    message = write(bot, f"/lapor {LAMP}")

    bot.turn()

    assert report_of(bot, message).topic == "penerangan_jalan"


def test_a_follow_up_of_the_reporter_on_x_joins_the_report(bot: Bot) -> None:
    report, post = report_on_x(bot)

    follow_up = mention(bot, "Sudah kami ceritakan juga kepada ketua RT.", reply_to=post)
    bot.turn()

    assert report_of(bot, follow_up).id == report.id
    assert len(bot.reports()) == 1
    assert not heard_on_x(bot, follow_up)


def test_a_follow_up_may_raise_the_urgency(bot: Bot) -> None:
    bot.change_policy(duty_chat="4711")
    report, post = report_on_x(bot)

    mention(bot, TRAPPED, reply_to=post)
    bot.turn()

    assert bot.report().urgency == "darurat"
    assert [notice.report_id for notice in bot.notices("alert")] == [report.id]


def test_a_group_is_answered_where_it_spoke_to_us(bot: Bot) -> None:
    group = bot.telegram.world.add_group("Warga Melati")
    message = write(bot, f"@lapor1708_bot {LAMP}", group=group)

    bot.turn()

    assert bot.report().reference in bot.telegram.world.notices_to(message)[0].text
    assert bot.notices()[0].public


def test_talk_in_a_group_that_is_not_for_us_is_not_kept(bot: Bot) -> None:
    group = bot.telegram.world.add_group("Warga Melati")
    write(bot, f"@lapor1708_bot {LAMP}", group=group)
    message = write(bot, f"/kabar@lapor_lain_bot {ROAD}", group=group)

    bot.turn()

    with bot.db.reading() as session:
        assert message not in session.exec(select(Post.external_id)).all()


def test_a_bribery_accusation_is_answered_with_a_code_and_no_hint(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)

    (said,) = heard_on_x(bot, post)
    assert report.sensitive
    assert report.reference not in said
    assert not any(word in said.lower() for word in ("pungli", "kelurahan", "sleman", "laporan"))


def test_violence_at_home_is_not_answered_in_public_at_all(bot: Bot) -> None:
    report, post = report_on_x(bot, VIOLENCE)

    assert report.sensitive
    assert not heard_on_x(bot, post)


def test_violence_at_home_is_answered_in_private_with_numbers_to_call(bot: Bot) -> None:
    report, message = report_on_telegram(bot, VIOLENCE)

    (said,) = heard_on_telegram(bot, message)
    assert report.reference in said
    assert "110" in said
