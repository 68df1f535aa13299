"""Every sentence the bot says is rendered, with usual and longest values, and held to the rules."""

import re
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bots.x_length import has_link, weighted_length
from intake import wording
from intake.reference import find_references, new_reference
from intake.wording import (
    LONGEST_SENTENCE,
    X_LIMIT,
    Channel,
    Progress,
    State,
    acknowledgement,
    acknowledgement_sensitive,
    my_data,
    reopened,
    resolution,
    rules,
    short_agency,
    status,
    unknown_number,
    withdrawn,
)
from intake.wording.rules import ALL, MOST_WORDS, Example, faults, officialese, sentences
from tests.tables import for_each

SEEDS = [new_reference(Random(number)) for number in range(40)]
REFERENCE = SEEDS[0]
DAY = date(2026, 11, 27)
ON_X = [example for example in ALL if example.channel is Channel.X]


def renderings(example: Example) -> list[str]:
    return [make(seed).text for make in (example.usual, example.longest) for seed in SEEDS]


@for_each(ALL)
def test_a_notice_fits_with_its_longest_values(example: Example) -> None:
    assert max(len(text) for text in renderings(example)) <= example.limit


@for_each(ON_X)
def test_a_notice_on_x_holds_characters_that_weigh_one(example: Example) -> None:
    """ASCII without a link: the length is the weighted length, no counting library needed."""
    assert all(text.isascii() for text in renderings(example))


def test_lengths_on_x_agree_with_xs_own_counting() -> None:
    for example in ON_X:
        for seed in SEEDS[:8]:
            text = example.longest(seed).text
            assert weighted_length(text) == len(text) <= X_LIMIT
            assert not has_link(text)


@for_each(ALL)
def test_a_notice_has_short_sentences(example: Example) -> None:
    for seed in SEEDS:
        for sentence in sentences(example.usual(seed).text):
            assert len(sentence.split()) <= MOST_WORDS, sentence


@for_each(ALL)
def test_a_notice_has_no_fault(example: Example) -> None:
    for seed in SEEDS:
        text = example.usual(seed).text
        assert faults(text) == [], text


@for_each(ON_X)
def test_a_notice_on_x_has_three_wordings(example: Example) -> None:
    blank = {example.usual(seed).text.replace(seed, "").replace(seed[4:], "") for seed in SEEDS}

    assert len(blank) >= 3


@for_each(ON_X)
def test_a_notice_on_x_has_no_buttons_and_always_the_same_wording(example: Example) -> None:
    assert example.usual(REFERENCE) == example.usual(REFERENCE)
    assert example.usual(REFERENCE).buttons == ()


@for_each(ALL)
def test_every_button_fits_telegram_and_is_named_in_capitals(example: Example) -> None:
    for button in example.longest(REFERENCE).buttons:
        assert len(button.data.encode()) <= 64
        assert button.data.startswith(button.label)
        assert button.label.isupper()


@for_each(ALL)
def test_a_notice_that_says_press_a_button_has_that_button(example: Example) -> None:
    words = example.usual(REFERENCE)

    named = re.findall(r"[Tt]ekan tombol ([A-Z]+)(?: atau ([A-Z]+))?", words.text)
    labels = {button.label for button in words.buttons}
    assert {label for pair in named for label in pair if label} <= labels


@for_each(ALL)
def test_a_notice_outside_x_does_not_name_the_account_there(example: Example) -> None:
    if example.channel is not Channel.X:
        assert "@" not in example.usual(REFERENCE).text


def test_the_acknowledgement_is_found_again_by_its_reference() -> None:
    assert find_references(acknowledgement(Channel.X, REFERENCE, DAY).text) == [REFERENCE]


def test_the_account_is_a_setting() -> None:
    text = acknowledgement(Channel.X, REFERENCE, DAY, handle="@contoh").text

    assert "@contoh KABARI" in text
    assert "lapor1708" not in text


def test_a_resolution_is_always_the_agencys_word() -> None:
    for seed in SEEDS:
        text = resolution(Channel.X, seed, "Dinas PU Kab. Contoh", "lubang ditambal", DAY).text
        assert "menurut Dinas PU Kab. Contoh, lubang ditambal." in text


def test_a_resolution_in_capitals_follows_a_colon() -> None:
    text = resolution(Channel.X, REFERENCE, "Dinas PU", "PJU sudah menyala.", DAY).text

    assert "menurut Dinas PU: PJU sudah menyala." in text


def test_a_long_resolution_keeps_its_whole_sentence_and_the_two_answers() -> None:
    sentence = "a" * LONGEST_SENTENCE
    agency = "Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Contoh"

    text = resolution(Channel.X, REFERENCE, agency, sentence, DAY, handle="@" + "a" * 15).text

    assert sentence in text
    assert "SUDAH atau BELUM" in text
    assert "menurut " in text
    assert len(text) <= X_LIMIT


def test_an_agency_is_shortened_only_as_far_as_needed() -> None:
    name = "Dinas Pekerjaan Umum Kabupaten Contoh"

    assert short_agency(name, 60) == name
    assert short_agency(name, 30) == "Dinas PU Kabupaten Contoh"
    assert short_agency(name, 22) == "Dinas PU Kab. Contoh"
    assert short_agency(name, 10) == "instansi yang menangani"


def test_telegram_names_the_agency_in_full() -> None:
    name = "Dinas Pekerjaan Umum dan Penataan Ruang Kabupaten Contoh " + "Raya " * 60

    assert name in reopened(Channel.TELEGRAM, REFERENCE, name, DAY).text


def test_others_are_asked_for_nothing() -> None:
    for state in State:
        text = status(Channel.X, Progress(REFERENCE, state, DAY, DAY, "Dinas PU", own=False)).text
        assert "?" not in text
        assert "Balas" not in text
        assert "Anda" not in text


def test_a_status_past_its_day_promises_nothing() -> None:
    for state in (State.RECEIVED, State.VERIFIED, State.FORWARDED, State.RETURNED):
        text = status(Channel.X, Progress(REFERENCE, state, DAY, None, "Dinas PU")).text
        assert "paling lambat" not in text.lower()


def test_no_status_before_forwarding_names_an_agency() -> None:
    for state in (State.RECEIVED, State.VERIFIED, State.NEEDS_INFO):
        text = status(Channel.X, Progress(REFERENCE, state, DAY, DAY, "Dinas Rahasia")).text
        assert "Dinas Rahasia" not in text


def test_a_status_that_needs_an_agency_and_has_none_is_refused() -> None:
    with pytest.raises(ValueError, match="agency"):
        status(Channel.X, Progress(REFERENCE, State.FORWARDED, DAY))


def test_the_public_words_about_a_sensitive_matter_hold_no_reference() -> None:
    assert find_references(acknowledgement_sensitive(REFERENCE[4:]).text) == []


def test_wordings_without_a_reference_follow_their_seed() -> None:
    assert len({unknown_number(str(number)).text for number in range(40)}) == 3
    assert withdrawn("\ud800").text


def test_somebody_without_reports_is_told_so() -> None:
    assert my_data(0, None).buttons == ()
    assert my_data(2, DAY).buttons[0].data == "HAPUS"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Laporan sudah ditindaklanjuti.", "officialese"),
        ("Dimohon menunggu.", "officialese"),
        ("Nomor {reference} dicatat.", "leftover"),
        ("Nomor  dicatat.", "leftover"),
        ("nomor dicatat.", "small letter at the start"),
        ("Nomor dicatat", "no end"),
        ("Lihat lapor.go.id untuk itu.", "nama domain"),
        ("Tanya @siti.", "nama akun"),
    ],
)
def test_the_rules_can_fail(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_plain_words_are_no_officialese() -> None:
    assert officialese("Petugas membacanya paling lambat Jumat, 27 November.") == []


def test_every_notice_stands_in_the_list_that_is_checked() -> None:
    source = Path(rules.__file__).read_text("utf-8")
    notices = [name for name in wording.__all__ if name[0].islower() and name != "short_agency"]

    assert [name for name in notices if f"wording.{name}" not in source] == []
