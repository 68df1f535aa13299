import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import normalise, sentences, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Jalan RUSAK", "jalan rusak"),
        ("ｊａｌａｎ ｒｕｓａｋ", "jalan rusak"),
        ("ja\u200blan\u00ad ru\u2060sak", "jalan rusak"),
        ("\u202ejalan\u202c rusak", "jalan rusak"),
        ("jálan rüsak", "jalan rusak"),
        ("toloooong paaak", "tolong pak"),
        ("@lapor1708 lihat https://contoh.invalid/a?b=1 ya", "xxakun lihat xxurl ya"),
        ("RT 03/RW 012, bayar 50.000", "rt 0 rw 0 bayar 0 0"),
        ("umur 14thn", "umur 0thn"),
        ("kapan? #banjir!!! 🙏", "kapan ? banjir"),
        ("", ""),
        ("🙏🙏 ...", ""),
        ("\x00\ud800", ""),
    ],
)
def test_spelling_that_says_nothing_is_folded_away(text: str, folded: str) -> None:
    assert normalise(text) == folded


def test_a_word_knows_its_place_in_the_original_text() -> None:
    text = "Ja\u200blan ｒｕｓａｋ: toloong"

    places = [text[word.start : word.end] for word in words(text)]

    assert places == ["Ja\u200blan", "ｒｕｓａｋ", "toloong"]


@given(st.text())
def test_words_stand_in_order_inside_any_text(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        last = word.start


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)

    assert normalise(once.replace("xxurl", "a").replace("xxakun", "a")) == (
        once.replace("xxurl", "a").replace("xxakun", "a")
    )


def test_an_abbreviation_or_a_number_ends_no_sentence() -> None:
    parts = sentences("Bayar Rp. 50.000 di Jl. Mawar. Lalu disuruh pulang! Kenapa")

    assert [" ".join(word.form for word in part) for part in parts] == [
        "bayar rp 0 0 di jl mawar",
        "lalu disuruh pulang",
        "kenapa",
    ]
