"""What a message wants from us, by rules: a command, a follow-up, an answer, or none of these.

A wish is recognised only when the WHOLE message says it: a mention, politeness, punctuation and
emoji aside, every word must belong to the way people say that wish. So "tolong pungli ini
BERHENTI" is no opt-out, and a message with a matter of its own is `none`: the caller asks the
model. Indonesian with its abbreviations, and short Javanese, Sundanese, Minang and Betawi forms.
"""

from dataclasses import replace
from enum import StrEnum

from classifier import intent_wishes as wishes
from classifier.intent_reading import FILLER, NO_MATTER, THANKED_FOR, THANKS, Reading, read


class Intent(StrEnum):
    """What a message wants; `none` leaves the decision to the caller."""

    NEW = "new"
    ADDITION = "addition"
    STATUS = "status"
    ANSWER = "answer"
    ME_TOO = "me_too"
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    WITHDRAW = "withdraw"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    MY_DATA = "my_data"
    NEWS = "news"
    NONE = "none"


class Awaiting(StrEnum):
    """What the conversation waits for: nothing, the place, or SUDAH/BELUM to a resolution."""

    NOTHING = "nothing"
    PLACE = "place"
    CONFIRMATION = "confirmation"


class Command(StrEnum):
    """The words we tell people to send; the value is the word itself."""

    STATUS = "STATUS"
    KABARI = "KABARI"
    BERHENTI = "BERHENTI"
    SUDAH = "SUDAH"
    BELUM = "BELUM"
    BATAL = "BATAL"
    DATA = "DATA"
    LANJUT = "LANJUT"


_LONGEST_ANSWER = 25
"""Words; a longer message has a matter of its own."""
_LONGEST_ECHO = 15
"""Words; a longer message tells a story of its own."""
_SHORT, _BEGINNING = 8, 2
"""Words. A longer message says that it is not done within its first words, or it is a new one."""

# ---------------------------------------------------------------- commands and empty messages

_COMMANDS = {
    "status": Command.STATUS,
    "kabari": Command.KABARI,
    "berhenti": Command.BERHENTI,
    "stop": Command.BERHENTI,
    "sudah": Command.SUDAH,
    "belum": Command.BELUM,
    "batal": Command.BATAL,
    "data": Command.DATA,
    "lanjut": Command.LANJUT,
}
_OF_COMMAND = {
    Command.STATUS: Intent.STATUS,
    Command.KABARI: Intent.NEWS,
    Command.BERHENTI: Intent.OPT_OUT,
    Command.BATAL: Intent.WITHDRAW,
    Command.DATA: Intent.MY_DATA,
    Command.LANJUT: Intent.OPT_IN,
}


def command_of(text: str) -> Command | None:
    """The command that the whole message is; a report's number and politeness may stand beside."""
    raw = [word for word in read(text).raw if word not in FILLER]
    return _COMMANDS.get(raw[0]) if len(raw) == 1 else None


def is_thanks_only(text: str) -> bool:
    """Whether the message thanks and says nothing else."""
    reading = read(text)
    said = [word for word in reading.raw if word not in THANKED_FOR]
    return bool(THANKS & set(said)) and all(word in FILLER for word in said)


def is_empty_mention(text: str) -> bool:
    """Whether the message has no matter of its own: "@lapor1708 tolong", "up", emoji, nothing."""
    reading = read(text)
    return not reading.numbers and all(word in NO_MATTER for word in reading.raw)


def is_echo(text: str) -> bool:
    """Whether a message, read under somebody else's complaint, says "the same here".

    It may add what it is like there ("sama min, di blok sebelah juga tidak mengalir"); without
    the complaint above it, this says nothing about itself.
    """
    core = read(text).core
    says_so = core[:1] in wishes.ECHO_FIRST or "juga" in core
    return says_so and len(core) <= _LONGEST_ECHO


# ---------------------------------------------------------------- what the message says


def _is_unsolved(core: tuple[str, ...]) -> bool:
    text = " ".join(core)
    if wishes.NOT_LOOKED.search(text):
        return False
    if core[:1] == ("belum",):
        return True
    said = wishes.NOT_DONE.search(text)
    if said is None:
        return False
    return len(core) <= _SHORT or text.count(" ", 0, said.start()) <= _BEGINNING


def _is_solved(reading: Reading) -> bool:
    core = reading.core
    if core == ("sudah",):
        return True
    if reading.asks or any(word.isdecimal() for word in core):
        return False
    if "sudah" in core:
        done = any(word in wishes.DONE_WORDS for word in core)
    else:
        done = any(word in wishes.DONE_ALONE for word in core) and not wishes.WISHED & set(
            reading.raw
        )
    return done and wishes.SOLVED.is_said_in(reading)


def _free_wish(reading: Reading) -> Intent | None:
    known = (
        (Intent.MY_DATA, wishes.MY_DATA),
        (Intent.OPT_OUT, wishes.OPT_OUT),
        (Intent.WITHDRAW, wishes.WITHDRAW),
        (Intent.NEWS, wishes.NEWS),
        (Intent.STATUS, wishes.STATUS),
        (Intent.ME_TOO, wishes.ME_TOO),
    )
    return next((intent for intent, wish in known if wish.is_said_in(reading)), None)


def _beginning(reading: Reading) -> Intent | None:
    if wishes.NEW.search(reading.text):
        return Intent.NEW
    return Intent.ADDITION if wishes.ADDITION.search(reading.text) else None


def _asks_for_status(reading: Reading) -> bool:
    core = reading.core
    either_or = len(core) > 1 and (core[0], core[-1]) == ("sudah", "belum")
    if not (either_or or reading.asks or "kabar" in core):
        return False
    return core[0] != "belum" and wishes.STATUS.is_said_in(reading)


def _confirmation(reading: Reading) -> Intent | None:
    if _asks_for_status(reading):
        return Intent.STATUS
    reading = replace(
        reading, words=tuple(wishes.NO_LONGER.sub("beres", " ".join(reading.words)).split())
    )
    if _is_unsolved(reading.core):
        return Intent.UNSOLVED
    return Intent.SOLVED if _is_solved(reading) else None


def _says_same_place(reading: Reading, found: Intent) -> bool:
    """ "Sama, di jalan yang tadi" answers our question; "di sini juga" is somebody else's."""
    return found is Intent.ME_TOO and "juga" not in reading.core


def _place(reading: Reading) -> Intent | None:
    return Intent.ANSWER if len(reading.core) <= _LONGEST_ANSWER else None


def find_intent(text: str, *, awaiting: Awaiting) -> Intent:
    """What `text` wants from us, given what the conversation waits for."""
    reading = read(text)
    command = command_of(text)
    if command in _OF_COMMAND:
        return _OF_COMMAND[command]
    if not reading.core:
        return Intent.STATUS if reading.numbers else Intent.NONE
    if is_empty_mention(text) or is_thanks_only(text):
        return Intent.NONE
    if awaiting is Awaiting.CONFIRMATION and (answer := _confirmation(reading)):
        return answer
    found = _free_wish(reading) or _beginning(reading)
    if awaiting is Awaiting.PLACE and (found is None or _says_same_place(reading, found)):
        found = _place(reading)
    return found or Intent.NONE
