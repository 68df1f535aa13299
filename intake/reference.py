"""Numbers people can say aloud: report references and the codes of the closed channel.

Both are eight characters of Crockford's base 32 (no I, L, O, U), the last a check character.
The eight must cancel out in GF(32), each weighted with its own power of a primitive element. The
weights differ, so every single wrong character and every swap of any two characters is caught;
of any other garbling, 31 of 32.

Every number we give out holds a digit from 2 to 9. Plain words hold none, so that "lpr saya mati"
or "terbakar" is never taken for a number, whatever letters O, I and L are read as.
"""

import re
from random import Random

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, https://www.crockford.com/base32.html"""

_LENGTH = 8
_READ_AS = str.maketrans("OIL", "011")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}

_GAP = r"[\s.:#_\-\u2010-\u2015]{0,3}"
_CHARACTER = r"[0-9A-TV-Z]"
_EIGHT = rf"{_CHARACTER}(?:{_GAP}{_CHARACTER}){{7}}"
_PREFIX = rf"[LI1]{_GAP}P{_GAP}R"
_REFERENCE = re.compile(
    rf"(?<![0-9A-Z]){_PREFIX}{_GAP}({_EIGHT})(?![0-9A-Z])", re.IGNORECASE | re.ASCII
)
_ALMOST = re.compile(
    rf"(?<![0-9A-Z]){_PREFIX}{_GAP}(?=[A-Z\-]{{0,9}}[0-9])[0-9A-Z]{{3,6}}{_GAP}[0-9A-Z]{{3,6}}"
    r"(?![0-9A-Z])",
    re.IGNORECASE | re.ASCII,
)
_CODE = re.compile(_EIGHT, re.IGNORECASE | re.ASCII)
_LOOSE_ENDS = " \t\r\n.,;:!?\"'()[]<>*_-"


def _times_alpha(value: int) -> int:
    """Multiply by the primitive element of GF(32), modulo x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _weighted(characters: str) -> int:
    """Horner's rule: the first character ends with the highest power, the last with none."""
    total = 0
    for character in characters:
        total = _times_alpha(total) ^ _VALUE[character]
    return total


def _with_check(seven: str) -> str:
    return seven + ALPHABET[_times_alpha(_weighted(seven))]


def _holds_a_digit(characters: str) -> bool:
    return any(character in "23456789" for character in characters)


def _new_eight(random: Random) -> str:
    while True:
        seven = "".join(ALPHABET[random.randrange(32)] for _ in range(_LENGTH - 1))
        eight = _with_check(seven)
        if _holds_a_digit(eight):
            return eight


def _read_eight(written: str) -> str | None:
    """The eight characters as we would write them, or None when the check says no."""
    squeezed = re.sub(r"[^0-9A-Z]", "", written.upper())
    eight = squeezed.translate(_READ_AS)
    if len(eight) != _LENGTH or not _holds_a_digit(eight) or _weighted(eight):
        return None
    return eight


def new_reference(random: Random) -> str:
    """A fresh report reference such as `LPR-7K3M-9QTG`; pass `secrets.SystemRandom()`."""
    eight = _new_eight(random)
    return f"LPR-{eight[:4]}-{eight[4:]}"


def new_code(random: Random) -> str:
    """A fresh closed-channel code such as `M4TR-8W2M`; pass `secrets.SystemRandom()`."""
    eight = _new_eight(random)
    return f"{eight[:4]}-{eight[4:]}"


def find_references(text: str) -> list[str]:
    """Every valid reference in `text`, as we write them, in order and without repeats."""
    found = dict.fromkeys(
        f"LPR-{eight[:4]}-{eight[4:]}"
        for match in _REFERENCE.finditer(text)
        if (eight := _read_eight(match[1]))
    )
    return list(found)


def without_references(text: str) -> str:
    """`text` with everything that is written like a reference, right or mistyped, taken out."""
    return _ALMOST.sub(" ", _REFERENCE.sub(_blank_if_valid, text))


def _blank_if_valid(match: re.Match[str]) -> str:
    return " " if _read_eight(match[1]) else match[0]


def has_mistyped_reference(text: str) -> bool:
    """Whether `text` holds something meant as a reference and none that is one."""
    return not find_references(text) and _ALMOST.search(text) is not None


def parse_reference(text: str) -> str | None:
    """The reference that `text` is, case, spaces, hyphens, O/0 and I/L/1 aside, or None."""
    trimmed = text.strip(_LOOSE_ENDS)
    match = _REFERENCE.fullmatch(trimmed)
    eight = _read_eight(match[1]) if match else None
    return f"LPR-{eight[:4]}-{eight[4:]}" if eight else None


def parse_code(text: str) -> str | None:
    """The closed-channel code that `text` is, read as generously, or None."""
    trimmed = text.strip(_LOOSE_ENDS)
    eight = _read_eight(trimmed) if _CODE.fullmatch(trimmed) else None
    return f"{eight[:4]}-{eight[4:]}" if eight else None
