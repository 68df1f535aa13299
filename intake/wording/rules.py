"""The house rules of wording, and every notice with usual and with its longest values.

Tests render `ALL` whole; a preview may ask `faults` about a sentence that a moderator wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from intake import wording
from intake.masking import looks_personal
from intake.wording import (
    HANDLE,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_SENTENCE,
    X_LIMIT,
    Channel,
    Progress,
    State,
    Words,
)

MOST_WORDS = 18
"""Words in a sentence."""
TELEGRAM_LIMIT = 4_096
"""Characters, by the Telegram Bot API."""

_OFFICIALESE = re.compile(
    r"\b(?:\w*tindak ?lanjut\w*|terkait|dimohon|berkenaan|disposisi|sehubungan|dalam rangka|guna"
    r"|adapun|demikian|harap|diharapkan|tersebut|yang bersangkutan|perihal|dipersilakan)\b",
    re.IGNORECASE,
)
_LEFTOVER = re.compile(r"[{}%]|\bNone\b|\bnull\b| {2}|\s[.,;:?!]|\.\.|,,|\n{3}|\(\)")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of one of our notices; a list's lines count as sentences."""
    return [part for part in _SENTENCE_END.split(text) if part]


def officialese(text: str) -> list[str]:
    """Words that a kind clerk would not say."""
    return _OFFICIALESE.findall(text)


def faults(text: str, *, handle: str = HANDLE) -> list[str]:
    """What is wrong with a notice whatever its slots hold; empty when nothing is."""
    without_us = text.replace(handle, "kami")
    checks = {
        "officialese": bool(officialese(text)),
        "leftover": _LEFTOVER.search(text) is not None,
        "small letter at the start": not text[:1].isupper(),
        "no end": not text.endswith((".", "?", "!", "lagi")),
        "the citizen is called kamu": re.search(r"\b(?:kamu|anda)\b", text) is not None,
    }
    return [fault for fault, there in checks.items() if there] + looks_personal(without_us)


@dataclass(frozen=True)
class Example:
    """A notice: `usual` and `longest` render it for a reference (or code, or seed).

    `automatic`: goes out on X by itself, so that it needs three wordings.
    """

    name: str
    channel: Channel
    usual: Callable[[str], Words]
    longest: Callable[[str], Words]

    @property
    def limit(self) -> int:
        """In characters, which on X are also weighted characters."""
        return X_LIMIT if self.channel is Channel.X else TELEGRAM_LIMIT


_DAY, _LONG_DAY = date(2026, 11, 27), date(2026, 9, 29)  # the longest weekday, day and month
_AGENCY = "Dinas PU Kabupaten Contoh"
_LONG_AGENCY = (
    "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga"
    " Berencana Kabupaten Penukal Abab Lematang Ilir"
)
_SENTENCE = "lubang di jalan itu sudah ditambal 24 November"
_LONG_SENTENCE = (
    ("Lubang di jalan itu " * 8)[:LONGEST_SENTENCE].rstrip().ljust(LONGEST_SENTENCE, "a")
)
_QUESTION = "lampu yang padam ada di tiang nomor berapa?"
_LONG_QUESTION = ("lampu yang padam " * 8)[: LONGEST_QUESTION - 2] + "a?"
_LONG_HANDLE = "@" + "a" * 15  # X allows 15 characters


@dataclass(frozen=True)
class _Slots:
    """What the examples fill in."""

    day: date
    agency: str
    sentence: str
    question: str
    answer: str
    handle: str


_USUAL = _Slots(_DAY, _AGENCY, _SENTENCE, _QUESTION, "Lubang ditambal dengan aspal.", HANDLE)
_LONGEST = _Slots(
    _LONG_DAY,
    _LONG_AGENCY,
    _LONG_SENTENCE,
    _LONG_QUESTION,
    ("Lubang ditambal. " * 200)[: LONGEST_ANSWER - 1] + ".",
    _LONG_HANDLE,
)


def _example(name: str, channel: Channel, make: Callable[[str, _Slots], Words]) -> Example:
    return Example(
        name, channel, lambda seed: make(seed, _USUAL), lambda seed: make(seed, _LONGEST)
    )


def _progress(reference: str, state: State, slots: _Slots, due: bool, own: bool) -> Progress:
    return Progress(reference, state, slots.day, slots.day if due else None, slots.agency, own)


def _status(channel: Channel, state: State, due: bool, own: bool) -> Example:
    name = f"status {state}{'' if due else ' overdue'}{'' if own else ' to others'}"
    return _example(
        name,
        channel,
        lambda seed, slots: wording.status(
            channel, _progress(seed, state, slots, due, own), handle=slots.handle
        ),
    )


def _everywhere(channel: Channel) -> list[Example]:
    """The notices that exist on every channel."""

    def example(name: str, make: Callable[[str, _Slots], Words]) -> Example:
        return _example(name, channel, make)

    return [
        example(
            "acknowledgement",
            lambda seed, s: wording.acknowledgement(channel, seed, s.day, handle=s.handle),
        ),
        example(
            "acknowledgement asking for the place",
            lambda seed, s: wording.acknowledgement_asking_place(channel, seed, handle=s.handle),
        ),
        example(
            "acknowledgement emergency, on duty",
            lambda seed, _s: wording.acknowledgement_emergency(seed, on_duty=True),
        ),
        example(
            "acknowledgement emergency, nobody on duty",
            lambda seed, _s: wording.acknowledgement_emergency(seed, on_duty=False),
        ),
        *(
            _status(channel, state, due, own)
            for state in State
            for due in (True, False)
            for own in (True, False)
        ),
        example("unknown number", lambda seed, _s: wording.unknown_number(seed)),
        example(
            "question",
            lambda seed, s: wording.question(channel, seed, s.question, handle=s.handle),
        ),
        example(
            "resolution",
            lambda seed, s: wording.resolution(
                channel, seed, s.agency, s.sentence, s.day, handle=s.handle
            ),
        ),
        example("reopened", lambda seed, s: wording.reopened(channel, seed, s.agency, s.day)),
        example("closed thanks", lambda seed, _s: wording.closed_thanks(seed)),
        example("withdrawn", lambda seed, _s: wording.withdrawn(seed)),
        example("returned", lambda seed, s: wording.returned(channel, seed, s.agency, s.day)),
        example("late", lambda seed, s: wording.late(channel, seed, s.agency, s.day, s.day)),
        example("news promised", lambda seed, s: wording.news_promised(seed, s.day)),
        example("opted in again", lambda seed, _s: wording.opted_in_again(seed)),
        example("me too", lambda seed, s: wording.me_too(channel, seed, handle=s.handle)),
    ]


def _in_public(channel: Channel) -> list[Example]:
    return [
        _example(
            "acknowledgement sensitive",
            channel,
            lambda seed, _s: wording.acknowledgement_sensitive(seed[4:]),
        ),
        _example("my data", channel, lambda seed, _s: wording.my_data_in_private(seed[4:])),
    ]


def _in_private() -> list[Example]:
    def example(name: str, make: Callable[[str, _Slots], Words]) -> Example:
        return _example(name, Channel.TELEGRAM, make)

    return [
        example(
            "acknowledgement confidential",
            lambda seed, s: wording.acknowledgement_confidential(seed, s.day),
        ),
        example(
            "acknowledgement violence",
            lambda seed, s: wording.acknowledgement_violence(seed, s.day),
        ),
        example("unknown code", lambda seed, _s: wording.unknown_code(seed)),
        example("alert", lambda seed, _s: wording.alert(seed)),
        example("will be read", lambda _seed, s: wording.will_be_read(s.day)),
        example(
            "full answer", lambda seed, s: wording.full_answer(seed, s.agency, s.answer, s.day)
        ),
        example("added", lambda seed, _s: wording.added(seed)),
        example("my data", lambda _seed, s: wording.my_data(12, s.day)),
        example("my data, none", lambda _seed, _s: wording.my_data(0, None)),
        example("my data erased", lambda _seed, _s: wording.my_data_erased()),
        example("reminder info", lambda seed, s: wording.reminder_info(seed, s.day)),
        example("reminder close", lambda seed, s: wording.reminder_close(seed, s.agency, s.day)),
        example("start", lambda _seed, _s: wording.start()),
        example("help", lambda _seed, _s: wording.help_text()),
        example("privacy", lambda _seed, _s: wording.privacy()),
        example("begin report", lambda _seed, _s: wording.begin_report()),
        example("not understood media", lambda _seed, _s: wording.not_understood_media()),
    ]


ALL: tuple[Example, ...] = (
    *_everywhere(Channel.X),
    *_everywhere(Channel.GROUP),
    *_everywhere(Channel.TELEGRAM),
    *_in_public(Channel.X),
    *_in_public(Channel.GROUP),
    *_in_private(),
)
