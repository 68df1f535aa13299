"""What moderators decide, what citizens hear of it, and what is refused with which words."""

import re
from typing import Any

import pytest
from sqlmodel import Session, col, select

from intake import answer, review, states
from intake.answer import Given
from intake.overview import list_queue
from intake.review import (
    Labels,
    MergeRefused,
    PostNotWaiting,
    TextRefused,
    TextTooLong,
    UnknownLabel,
)
from intake.states import STEPS, TransitionRefused
from store.reports import ReportNotFound
from store.tables import Follower, Report, Review, Transition
from tests.bot import Bot
from tests.intake.steps import (
    BY,
    again,
    archive,
    ask,
    forward,
    give_back,
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
from tests.intake.texts import AGENCY, BRIBE, DONE, LAMP, ROAD, TRAPPED

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")

# Every step that exists, one "state step next" a line; whatever is not here must be refused.
WAYS = """
received verify verified
received ask needs_info
received archive archived
received withdraw archived
verified verify verified
verified forward forwarded
verified ask needs_info
verified archive archived
verified withdraw archived
needs_info verify verified
needs_info ask needs_info
needs_info info received
needs_info archive archived
needs_info withdraw archived
needs_info silence archived
forwarded answer answered
forwarded return returned
forwarded ask needs_info
forwarded archive archived
forwarded withdraw archived
returned forward forwarded
returned archive archived
returned withdraw archived
answered answer answered
answered solved closed
answered unsolved forwarded
answered silence closed
answered withdraw closed
closed unsolved forwarded
archived info received
"""
WAY = {(state, step): target for state, step, target in map(str.split, WAYS.split("\n")[1:-1])}


def link(bot: Bot, post: str, handle: str = "anonim") -> str:
    """Open the report of a sensitive post in a private chat; a message in that chat."""
    message = write(bot, CODE.findall(heard_on_x(bot, post)[0])[0], handle)
    bot.turn()
    return message


def reviews(bot: Bot) -> list[Review]:
    with bot.db.reading() as session:
        return list(session.exec(select(Review).order_by(col(Review.id))).all())


def test_every_step_is_reached_or_refused_with_the_ones_that_are_possible(bot: Bot) -> None:
    report_on_x(bot)
    names = {step for _, step in WAY}

    def take(session: Session, state: str, step: str) -> Transition:
        report = session.exec(select(Report)).one()
        report.state, report.is_open = state, state not in states.ENDED
        return states.move(session, report, step, by=BY, now=bot.now, policy=bot.policy)

    for state in STEPS:
        for step in names:
            with bot.db.writing() as session:
                if (state, step) in WAY:
                    assert take(session, state, step).to_state == WAY[state, step]
                else:
                    possible = ", ".join(sorted(name for was, name in WAY if was == state))
                    with pytest.raises(TransitionRefused) as refused:
                        take(session, state, step)
                    assert f"is {state}: '{step}' is not possible" in str(refused.value)
                    assert str(refused.value).endswith(f"only {possible}.")
                session.rollback()


def test_a_step_is_written_down_with_who_took_it_and_when(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    forward(bot, report)

    with bot.db.reading() as session:
        taken = session.exec(select(Transition).order_by(col(Transition.id))).all()
    assert [(row.from_state, row.to_state, row.by) for row in taken] == [
        (None, "received", "model"),
        ("received", "verified", BY),
        ("verified", "forwarded", BY),
    ]
    assert taken[-1].note == AGENCY


def test_verifying_corrects_the_labels_and_keeps_the_decision(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    corrected = Labels(
        kind="aspirasi", topic="jalan_jembatan", urgency="tinggi", region="Kabupaten Bantul"
    )

    verify(bot, report, corrected)
    verify(bot, report, Labels(urgency="biasa"))

    report = again(bot, report)
    assert (report.kind, report.topic, report.urgency, report.region_name) == (
        "aspirasi",
        "jalan_jembatan",
        "biasa",
        "Kabupaten Bantul",
    )
    assert [(row.decision, row.urgency) for row in reviews(bot)] == [
        ("verify", "tinggi"),
        ("verify", "biasa"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "bukan_laporan"},
        {"kind": "curhat"},
        {"topic": "lampu"},
        {"urgency": "gawat"},
        {"region": "Atlantis"},
    ],
)
def test_an_unknown_label_is_refused_with_the_ones_there_are(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnknownLabel, match="is not one of"):
        Labels(**wrong)


def test_a_wrong_reference_says_where_the_right_ones_are(bot: Bot) -> None:
    with pytest.raises(ReportNotFound, match="lapor reports list"):
        review.archive(bot.db, "LPR-0000-0000", "noted", by=BY, now=bot.now, policy=bot.policy)


def test_a_question_goes_to_the_reporter_in_the_thread(bot: Bot) -> None:
    report, post = report_on_x(bot)

    ask(bot, report, "Tiang lampu nomor berapa?")
    bot.send()

    assert "Tiang lampu nomor berapa?" in heard_on_x(bot, post)[-1]
    assert again(bot, report).state == "needs_info"


UNSAYABLE = [
    "Lihat lapor.go.id untuk hasilnya",
    "Lihat https://contoh.test/hasil",
    "Hubungi 0812-3456-7890 untuk hasilnya",
    "Milik warga dengan NIK 3404011203900001",
    "Kirim ke warga@contoh.test",
    "Sudah dikerjakan bersama @budi",
]


def test_links_and_personal_data_are_refused_before_anything_is_sent(bot: Bot) -> None:
    report, post = report_on_x(bot)
    report = forward(bot, report)

    for text in UNSAYABLE:
        with pytest.raises(TextRefused, match="Nothing was sent"):
            record_answer(bot, report, text)
        with pytest.raises(TextRefused, match="Nothing was sent"):
            ask(bot, report, text)
    bot.send()

    assert again(bot, report).state == "forwarded"
    assert len(heard_on_x(bot, post)) == 1


def test_a_sentence_that_does_not_fit_is_refused_with_its_length(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    report = forward(bot, report)

    with pytest.raises(TextTooLong, match="141 characters, at most 140"):
        record_answer(bot, report, "a" * 141)
    record_answer(bot, report, "a" * 140)

    bot.send()
    assert bot.notices("resolution")[0].state == "sent"


def test_a_question_or_a_full_answer_that_does_not_fit_is_refused(bot: Bot) -> None:
    report, post = report_on_x(bot)

    with pytest.raises(TextTooLong, match="at most 120"):
        ask(bot, report, "Lampu yang mana? " * 20)
    with pytest.raises(TextTooLong, match="at most 3000"):
        record_answer(bot, report, full_text="a" * 3001)
    bot.send()

    assert len(heard_on_x(bot, post)) == 1


def test_an_agencys_name_may_hold_no_link_either(bot: Bot) -> None:
    report, _ = report_on_x(bot)

    with pytest.raises(TextRefused):
        record_answer(bot, forward(bot, report, "Dinas PU https://contoh.test"))


def test_the_preview_is_what_is_sent(bot: Bot) -> None:
    report, post = report_on_x(bot)
    with pytest.raises(TransitionRefused):
        answer.preview(
            bot.db, report.reference, Given(AGENCY, DONE), now=bot.now, policy=bot.policy
        )
    report = forward(bot, report)

    shown = answer.preview(
        bot.db, report.reference, Given(AGENCY, DONE), now=bot.now, policy=bot.policy
    )
    record_answer(bot, report)
    bot.send()

    said = heard_on_x(bot, post)[-1]
    assert DONE.lower() in said.lower()
    # The day of closing is counted from the answer, which the preview comes before.
    assert said.split("Tanpa balasan")[0] == shown.split("Tanpa balasan")[0]


def test_the_full_answer_follows_in_private_without_personal_data(bot: Bot) -> None:
    report, message = report_on_telegram(bot)

    record_answer(bot, report, full_text="Petugas kami, 0812-3456-7890, sudah ke sana.")
    bot.send()

    resolution, full = heard_on_telegram(bot, message)[-2:]
    assert DONE.lower() in resolution.lower()
    assert "[nomor HP], sudah ke sana" in full


def test_the_full_answer_is_not_posted_in_public(bot: Bot) -> None:
    report, _ = report_on_x(bot)

    record_answer(bot, report, full_text="Rincian yang panjang.")
    bot.send()

    assert "Rincian" not in " ".join(reply.text for reply in bot.x.world.timeline())


def test_a_confidential_answer_waits_until_there_is_a_private_way(bot: Bot) -> None:
    report, _ = report_on_x(bot, BRIBE)

    record_answer(bot, report)
    bot.send()

    assert len(bot.x.world.timeline()) == 1
    (item,) = list_queue(bot.db)
    assert (item.name, item.what) == (report.reference, "answer")


def test_the_linked_chat_hears_the_confidential_answer_and_the_thread_does_not(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    message = link(bot, post)

    record_answer(bot, report, full_text="Rincian.")
    bot.send()

    assert DONE.lower() in heard_on_telegram(bot, message)[-2].lower()
    assert len(heard_on_x(bot, post)) == 1
    assert not list_queue(bot.db)


def test_the_linked_chat_is_asked_when_the_thread_must_not_be(bot: Bot) -> None:
    report, post = report_on_x(bot, BRIBE)
    message = link(bot, post)

    ask(bot, report, "Di loket yang mana?")
    bot.send()

    assert "loket yang mana" in heard_on_telegram(bot, message)[-1]
    assert len(heard_on_x(bot, post)) == 1


def test_a_returned_report_goes_to_the_proposed_agency(bot: Bot) -> None:
    report, _ = report_on_x(bot)
    forward(bot, report)
    give_back(bot, report, "PLN")
    assert [item.why for item in list_queue(bot.db)] == ["bukan wewenang: cari instansi lain"]

    forward(bot, again(bot, report), "PLN")

    report = again(bot, report)
    assert (report.agency, report.proposed_agency, report.returned) == ("PLN", None, 1)


def test_archiving_needs_one_of_the_reasons(bot: Bot) -> None:
    report, _ = report_on_x(bot)

    with pytest.raises(UnknownLabel, match="other_authority"):
        archive(bot, report, "malas")
    archive(bot, report, "other_authority")

    assert (again(bot, report).state, again(bot, report).archive_reason) == (
        "archived",
        "other_authority",
    )


def merge(bot: Bot, copy: Report, kept: Report) -> None:
    review.merge(bot.db, copy.reference, kept.reference, by=BY, now=bot.now, policy=bot.policy)


def test_a_copy_is_merged_and_its_reporter_follows_the_other(bot: Bot) -> None:
    kept, _ = report_on_x(bot)
    copy, _ = report_on_x(bot, LAMP, "budi")

    merge(bot, copy, kept)

    copy = again(bot, copy)
    assert (copy.state, copy.archive_reason, copy.merged_into_id) == (
        "archived",
        "duplicate",
        kept.id,
    )
    with bot.db.reading() as session:
        followers = session.exec(select(Follower).where(Follower.report_id == kept.id)).all()
    assert [(one.role, one.wants_news) for one in followers] == [
        ("reporter", False),
        ("supporter", True),
    ]
    with pytest.raises(MergeRefused, match="another report that is still open"):
        merge(bot, kept, kept)


def test_the_reporter_of_a_merged_copy_hears_the_answer_under_their_own_post(bot: Bot) -> None:
    kept, _ = report_on_x(bot)
    copy, post = report_on_x(bot, LAMP, "budi")
    merge(bot, copy, kept)

    record_answer(bot, kept)
    bot.send()

    assert len(heard_on_x(bot, post)) == 2


def test_nobody_hears_another_persons_notice_in_private(bot: Bot) -> None:
    kept, message = report_on_telegram(bot)
    copy, other = report_on_telegram(bot, LAMP, "budi")
    merge(bot, copy, kept)

    record_answer(bot, kept)
    bot.send()

    assert [len(heard_on_telegram(bot, one)) for one in (message, other)] == [2, 2]


def open_post(bot: Bot, post: str, labels: Labels | None = None) -> Report:
    return review.open_doubtful(
        bot.db,
        bot.vault,
        bot.post(post).id or 0,
        labels or Labels(),
        by=BY,
        now=bot.now,
        policy=bot.policy,
    )


def test_a_person_opens_a_doubtful_post_and_its_writer_gets_the_number(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    post = mention(bot, LAMP)
    bot.turn()
    assert [item.why for item in list_queue(bot.db)] == ["apakah ini laporan?"]

    report = open_post(bot, post, Labels(urgency="tinggi"))
    bot.send()

    assert report.reference in heard_on_x(bot, post)[0]
    assert (bot.report().urgency, bot.report().topic) == ("tinggi", "penerangan_jalan")
    with pytest.raises(PostNotWaiting, match="lapor queue"):
        open_post(bot, post)


def test_a_doubtful_post_opened_the_next_morning_gets_its_number_too(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    message = write(bot, LAMP)
    bot.turn()
    bot.forward(hours=18)

    report = open_post(bot, message)
    bot.send()

    assert report.reference in heard_on_telegram(bot, message)[-1]


def test_a_person_sets_a_doubtful_post_aside(bot: Bot) -> None:
    bot.change_policy(open_at=1.01)
    post = mention(bot, LAMP)
    bot.turn()

    review.set_aside(bot.db, bot.post(post).id or 0, by=BY, now=bot.now)

    assert (bot.post(post).state, bot.post(post).note) == ("set_aside", "reviewed")
    assert [row.kind for row in reviews(bot)] == ["bukan_laporan"]
    assert not list_queue(bot.db)


def test_a_reopened_report_is_answered_again_and_its_reporter_hears_again(bot: Bot) -> None:
    report, post = report_on_x(bot)
    record_answer(bot, report)
    bot.send()
    mention(bot, "BELUM", reply_to=post)
    bot.turn()

    record_answer(bot, again(bot, report), "Kabel diganti pada 4 November 2026")
    bot.send()

    report = again(bot, report)
    assert (report.state, report.reopened) == ("answered", 1)
    assert len(bot.notices("resolution")) == 2
    assert [notice.state for notice in bot.notices("resolution")] == ["sent", "sent"]


def test_without_leave_a_resolution_waits_for_the_persons_next_post(bot: Bot) -> None:
    bot.change_policy(resolve_without_reply=False)
    report, post = report_on_x(bot)

    record_answer(bot, report)
    bot.send()
    assert len(bot.x.world.timeline()) == 1
    mention(bot, "STATUS", reply_to=post)
    bot.turn()

    assert "SUDAH" in bot.x.world.timeline()[-1].text


def test_the_queue_shows_the_most_urgent_and_then_the_oldest_first(bot: Bot) -> None:
    first, _ = report_on_x(bot, LAMP, "ani")
    second, _ = report_on_x(bot, ROAD, "budi")
    danger, _ = report_on_x(bot, TRAPPED, "citra")

    assert [item.name for item in list_queue(bot.db)] == [
        danger.reference,
        first.reference,
        second.reference,
    ]


def test_a_post_opened_as_sensitive_is_never_numbered_in_public(bot: Bot) -> None:
    bot.model = None
    post = mention(bot, LAMP)
    bot.turn()

    report = review.open_doubtful(
        bot.db,
        bot.vault,
        bot.post(post).id or 0,
        Labels(sensitive=True),
        by=BY,
        now=bot.now,
        policy=bot.policy,
    )
    bot.send()

    (said,) = heard_on_x(bot, post)
    assert report.reference not in said
    assert "Telegram" in said


def test_a_number_that_became_confidential_is_not_said_any_more(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.read()
    verify(bot, report_of(bot, post), Labels(sensitive=True))

    bot.send()

    assert heard_on_x(bot, post) == []
    assert [notice.failure for notice in bot.notices()] == ["confidential"]


def test_two_reports_cannot_be_merged_into_one_another(bot: Bot) -> None:
    one, _ = report_on_x(bot)
    other, _ = report_on_x(bot, LAMP, "budi")
    merge(bot, one, other)

    with pytest.raises(MergeRefused, match="still open"):
        merge(bot, other, one)

    assert again(bot, other).is_open


def test_who_wants_no_messages_is_not_asked(bot: Bot) -> None:
    report, message = report_on_telegram(bot)
    write(bot, "BERHENTI")
    bot.turn()

    with pytest.raises(review.NoWayToAsk):
        ask(bot, report)

    assert again(bot, report).state == "received"
    assert message
