"""References survive how people write them, and their check catches how people garble them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.reference import (
    ALPHABET,
    find_references,
    has_mistyped_reference,
    new_code,
    new_reference,
    parse_code,
    parse_reference,
    without_references,
)

REFERENCES = st.integers(0, 2**32).map(lambda seed: new_reference(Random(seed)))
CODES = st.integers(0, 2**32).map(lambda seed: new_code(Random(seed)))
REFERENCE = new_reference(Random(1))
PLAIN = REFERENCE.replace("-", "")


@given(REFERENCES)
def test_a_new_reference_has_the_agreed_shape_and_reads_back(reference: str) -> None:
    prefix, first, second = reference.split("-")

    assert prefix == "LPR"
    assert len(first) == len(second) == 4
    assert set(first + second) <= set(ALPHABET)
    assert parse_reference(reference) == reference


@given(REFERENCES, st.sampled_from(["", " ", "-", " - ", "\u2013", ". "]), st.booleans())
def test_case_spaces_hyphens_and_lookalikes_do_not_matter(
    reference: str, gap: str, lower: bool
) -> None:
    written = reference[4:].replace("0", "O").replace("1", "l").replace("-", gap)
    written = "LPR" + gap + (written.lower() if lower else written)

    assert parse_reference(f" {written}. ") == reference
    assert find_references(f"min {written}, gimana kabarnya") == [reference]


@given(REFERENCES, st.integers(0, 7), st.integers(1, 31))
def test_any_single_wrong_character_is_caught(reference: str, place: int, shift: int) -> None:
    eight = list(reference[4:].replace("-", ""))
    eight[place] = ALPHABET[(ALPHABET.index(eight[place]) + shift) % 32]

    assert parse_reference("LPR-" + "".join(eight)) is None


@given(REFERENCES, st.integers(0, 7), st.integers(0, 7))
def test_any_two_swapped_characters_are_caught(reference: str, one: int, other: int) -> None:
    eight = list(reference[4:].replace("-", ""))
    eight[one], eight[other] = eight[other], eight[one]

    expected = reference if "".join(eight) == reference[4:].replace("-", "") else None
    assert parse_reference("LPR-" + "".join(eight)) == expected


@given(CODES)
def test_a_code_reads_back_and_is_no_reference(code: str) -> None:
    assert parse_code(f" {code.lower().replace('-', '')} ") == code
    assert parse_reference(code) is None


def test_a_reference_is_no_code() -> None:
    assert parse_code(REFERENCE) is None


def test_all_references_of_a_text_are_found_once_and_in_order() -> None:
    other = new_reference(Random(2))
    text = f"STATUS {REFERENCE} dan {other.lower()} serta lagi {PLAIN.lower()}"

    assert find_references(text) == [REFERENCE, other]


@pytest.mark.parametrize(
    "text",
    [
        "lpr saya mati",
        "lpr jalan rusak parah di depan pasar",
        "LPR",
        "terbakar",
        "LPR-1234-56",
        "XLPR-7K3M-9QTG",
        "0812 3456 7890",
        "\ud800 LPR \x00",
        "",
    ],
)
def test_plain_words_and_numbers_are_not_read_as_a_number(text: str) -> None:
    assert find_references(text) == []
    assert parse_reference(text) is None
    assert parse_code(text) is None


@pytest.mark.parametrize("words", ["desa beda", "kota jadi", "sidoarjo", "dipotong"])
def test_words_that_would_pass_the_check_are_words(words: str) -> None:
    """Letter by letter these are sound; they lack the digit that every number of ours has."""
    assert find_references(f"lpr {words} min") == []
    assert parse_code(words) is None


def test_a_mistyped_reference_is_noticed_but_not_read() -> None:
    wrong = REFERENCE[:-1] + ("A" if REFERENCE[-1] != "A" else "B")

    assert has_mistyped_reference(f"status {wrong} min")
    assert not has_mistyped_reference(f"status {REFERENCE}")
    assert not has_mistyped_reference("lpr jalan rusak min")
    assert find_references(f"status {wrong} min") == []


def test_a_text_can_be_read_without_its_references() -> None:
    assert without_references(f"status {REFERENCE} dong").split() == ["status", "dong"]
    assert without_references("lpr saya mati") == "lpr saya mati"


def test_ten_megabytes_of_near_misses_are_read_in_bounded_time() -> None:
    assert find_references("LPR-7K3M-" * 1_100_000) == []
