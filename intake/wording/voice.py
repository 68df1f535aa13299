"""Where a notice stands, how long it may be, and how its words are put together."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from bots.platform import Button

HANDLE = "@lapor1708"
X_LIMIT = 280
"""Weighted characters. Our own texts are plain ASCII without links, so each counts one."""
LONGEST_SENTENCE = 140
"""The public sentence of a resolution, in characters."""
LONGEST_QUESTION = 120
"""A moderator's question to the reporter, in characters."""
LONGEST_ANSWER = 3_000
"""The full answer on Telegram, in characters; a message there holds 4,096."""


class Channel(StrEnum):
    """Where a notice stands: what is public there, and how a person answers."""

    X = "x"
    GROUP = "telegram_group"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Words:
    """A notice ready to send; buttons are for Telegram."""

    text: str
    buttons: tuple[Button, ...] = ()


def pick(seed: str, *wordings: str) -> str:
    """Always the same wording for the same reference (or post, where there is no reference)."""
    return wordings[crc32(seed.encode("utf-8", "replace")) % len(wordings)]


def how_to_reply(channel: Channel, handle: str) -> str:
    """How a person gives us one of our command words here."""
    return {
        Channel.X: f"Balas {handle}",
        Channel.GROUP: "Balas pesan ini dengan",
        Channel.TELEGRAM: "Tekan tombol",
    }[channel]


def how_to_answer(channel: Channel, handle: str) -> str:
    """How a person answers in their own words here."""
    return {
        Channel.X: f"Balas di sini dengan menyebut {handle}.",
        Channel.GROUP: "Jawab dengan membalas pesan ini, ya.",
        Channel.TELEGRAM: "Tulis saja jawabannya di sini.",
    }[channel]


def small(words: str) -> str:
    return words[0].lower() + words[1:]


def buttons(reference: str, *commands: str) -> tuple[Button, ...]:
    return tuple(Button(command, f"{command}:{reference}") for command in commands)


def with_buttons(channel: Channel, text: str, reference: str, *commands: str) -> Words:
    private = channel is Channel.TELEGRAM
    return Words(text, buttons(reference, *commands) if private else ())


# Known short forms, the ones people use themselves, tried one after the other until a name fits.
_SHORT_FORMS = (
    ("Pekerjaan Umum dan Penataan Ruang", "PUPR"),
    ("Pekerjaan Umum", "PU"),
    ("Kependudukan dan Pencatatan Sipil", "Dukcapil"),
    ("Badan Penanggulangan Bencana Daerah", "BPBD"),
    ("Satuan Polisi Pamong Praja", "Satpol PP"),
    ("Perusahaan Umum Daerah Air Minum", "PDAM"),
    ("Rumah Sakit Umum Daerah", "RSUD"),
    ("Pemerintah Kabupaten", "Pemkab"),
    ("Pemerintah Kota", "Pemkot"),
    ("Pemerintah Provinsi", "Pemprov"),
    ("Provinsi", "Prov."),
    ("Kabupaten", "Kab."),
)
NAMELESS_AGENCY = "instansi yang menangani"


def short_agency(name: str, room: int) -> str:
    """`name`, shortened by its usual short forms to `room` characters, or a plain description."""
    for long, short in _SHORT_FORMS:
        if len(name) <= room:
            break
        name = re.sub(rf"\b{long}\b", short, name)
    return name if len(name) <= room else NAMELESS_AGENCY


def naming(channel: Channel, agency: str, build: Callable[[str], str]) -> str:
    """`build(agency)`, with the name shortened where the channel's limit asks for it."""
    if channel is not Channel.X:
        return build(agency)
    return build(short_agency(agency, X_LIMIT - len(build(""))))
