"""A text as the model reads it: folded words, each with its place in the original text.

Only features, rules and explanations use this; the original is never changed.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 20_000
"""Characters that are read of a text: five times the longest Telegram message."""

URL = "xxurl"
MENTION = "xxakun"
NUMBER = "0"

_INVISIBLE = {"Cf", "Cc", "Cs", "Mn", "Me"}
"""Format, control, surrogate and combining characters: nobody sees them as letters."""

_TOKEN = re.compile(
    r"(?P<url>(?:https?://|www\.)\S+)"
    r"|(?P<mention>@\w+)"
    r"|[^\W_]+"
    r"|\?"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word; `start` and `end` are character positions in the original text."""

    form: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Split a text into folded words with their places in the original.

    >>> [(word.form, word.start, word.end) for word in words("TOLOOONG jln 12x")]
    [('tolong', 0, 8), ('jln', 9, 12), ('0x', 13, 16)]
    """
    if text.isascii():
        lowered = text.lower()
        return [
            Word(form, match.start(), match.end())
            for match in _TOKEN.finditer(lowered)
            if (form := _fold(match))
        ]
    visible, places = _visible(text)
    return [
        Word(form, places[match.start()], places[match.end() - 1] + 1)
        for match in _TOKEN.finditer(visible)
        if (form := _fold(match))
    ]


def normalise(text: str) -> str:
    """Return the folded words with single spaces between them; "" when there is no word.

    Case, width, accents, invisible characters, stretched letters, numbers, links and handles are
    folded away, punctuation other than the question mark is dropped.

    >>> normalise("@lapor1708 Jl. Mawar 12 RUSAAAK!! https://contoh.invalid")
    'xxakun jl mawar 0 rusak xxurl'
    """
    return " ".join(word.form for word in words(text))


def sentences(text: str, found: Sequence[Word] | None = None) -> list[list[Word]]:
    """Split a text at full stops, exclamation and question marks, semicolons and line ends.

    A full stop inside a word or number (`50.000`) or after an abbreviation (`jl.`) does not split.
    `found` are the text's words, if somebody has split it already.

    >>> [" ".join(word.form for word in part) for part in sentences("Ada api! Jl. Mawar. Cepat")]
    ['ada api', 'jl mawar', 'cepat']
    """
    found = words(text) if found is None else found
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    parts: list[list[Word]] = [[] for _ in starts]
    for word in found:
        parts[bisect_right(starts, word.start) - 1].append(word)
    return [part for part in parts if part]


_SENTENCE_END = re.compile(
    r"(?<!\bjl)(?<!\bjln)(?<!\bno)(?<!\bkec)(?<!\bkab)(?<!\brp)\.(?!\w)|[!?;\n]+", re.IGNORECASE
)


def join(found: Iterable[Word]) -> str:
    """Return the folded words with single spaces between them."""
    return " ".join(word.form for word in found)


def _fold(match: re.Match[str]) -> str:
    if match.lastgroup:
        return URL if match.lastgroup == "url" else MENTION
    return _fold_word(match[0])


# People use the same words again and again.
@lru_cache(100_000)
def _fold_word(token: str) -> str:
    token = _STRETCHED.sub(r"\1", token)
    return token if token.isalpha() else _DIGITS.sub(NUMBER, token)


def _visible(text: str) -> tuple[str, list[int]]:
    """Fold character by character, so that each folded one knows where it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isascii():
            letters.append(character.lower())
            places.append(place)
            continue
        for part in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.category(part) not in _INVISIBLE:
                letters.append(part)
                places.append(place)
    return "".join(letters), places
