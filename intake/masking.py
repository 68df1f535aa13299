"""What must not be read by everybody: identity numbers, phone numbers and mail addresses.

`mask` makes the text that search, prediction, logs and exports may see; `looks_personal` keeps a
moderator's public sentence clean. Every pattern is linear, so that a text of 10 MB is no attack.
"""

import re

import phonenumbers

NIK, PHONE, EMAIL = "[NIK]", "[nomor HP]", "[surel]"

# A report's own number is ours and stays readable; it comes first in every pattern, so that its
# digits are never taken for something else.
_REFERENCE = r"(?P<kept>\bLPR[ \-]?[0-9A-Z]{4}[ \-]?[0-9A-Z]{4}\b)"

_EMAIL = re.compile(
    r"(?<![\w.+\-])[\w.+\-]++(?:@|[ ]?[(\[](?:at|et)[)\]][ ]?)[\w\-]{1,63}"
    r"(?:(?:\.|[ ]?[(\[](?:dot|titik)[)\]][ ]?)[\w\-]{1,63}){1,6}",
    re.IGNORECASE,
)
# Sixteen digits in a row are always masked; a spelling with gaps must also look like a NIK or KK
# (province, ..., day, month), because four years in a row have sixteen digits too.
_SIXTEEN = re.compile(
    rf"{_REFERENCE}|(?<!\d)(?P<number>\d(?:[ .\-/]{{0,2}}\d){{15}})(?!\d)", re.IGNORECASE
)
# Next to its own name a number is masked even when a digit is missing or doubled.
_LABELLED = re.compile(
    r"(?P<label>\b(?:nik|no\.?[ ]?kk|nokk|kartu keluarga|ktp|kk)\b"
    r"(?:[ ]?(?:nya|saya|sy|no|nomor)\b)?[\s:=.]{0,4})(?P<number>\d(?:[ .\-]?\d){11,19})(?!\d)",
    re.IGNORECASE,
)
# Groups of digits as people set them out; which of them make a number is decided group by group.
_DIGIT_RUN = re.compile(
    rf"{_REFERENCE}|(?P<number>\+?(?:\d|[oO](?=8\d))\d*+(?:[ .\-/()]{{1,3}}\+?\d++)*+)",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\+?[oO]?\d+")
_DIGIT_WORD = r"(?:nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan)"
_SPOKEN = re.compile(rf"\b{_DIGIT_WORD}(?:[ ,\-]{{1,2}}{_DIGIT_WORD}){{8,15}}\b", re.IGNORECASE)

# Mobile: 08 or +62 8, then 8 to 11 digits; without any prefix only in its usual lengths.
_MOBILE = re.compile(r"(?:(?:\+?62|0062)0?|0)8[1-9]\d{7,10}|8[1-9]\d{8,10}")
_LANDLINE = re.compile(r"(?:\+?62|0)[2-79]\d{7,9}")
_FOREIGN = re.compile(r"\+[1-9]\d{7,14}")
# How a phone number can begin, gaps aside; anything else is not looked at twice.
_BEGINNING = re.compile(r"\+|[0o]\D{0,3}[2-9]|0\D{0,3}0\D{0,3}6|6\D{0,3}2|8\D{0,3}[1-9]", re.I)
_SHORTEST_NUMBER, _LONGEST_NUMBER = 9, 17
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DATE = re.compile(
    r"(?:\d{1,2}([-/. ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-/.])\d{1,2}\2\d{1,2})(?!\d)"
)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d(?![.\d])")
_MONEY_BEFORE = re.compile(r"(?:rp|idr)[\s.]{0,2}\Z", re.IGNORECASE)

_PROVINCES = frozenset("11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36".split()) | frozenset(
    "51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96 97".split()
)


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _shaped_like_a_nik(digits: str) -> bool:
    """Province 2, regency 2, district 2, day 2 (women: plus 40), month 2, year 2, serial 4."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return digits[:2] in _PROVINCES and 1 <= (day - 40 if day > 40 else day) <= 31 >= month * 2.5


def _nik(match: re.Match[str]) -> str:
    number = match["number"]
    if number and (number.isdecimal() or _shaped_like_a_nik(_digits(number))):
        return NIK
    return match[0]


def _dialled(written: str) -> str:
    plus = "+" if written.startswith("+") else ""
    return plus + _digits(written.replace("o", "0").replace("O", "0"))


def _is_phone(written: str) -> bool:
    """Mobile numbers go by their shape, the rest by the numbering plan that phonenumbers knows."""
    if _THOUSANDS.fullmatch(written):
        return False
    dialled = _dialled(written)
    if _MOBILE.fullmatch(dialled):
        return True
    if not (_LANDLINE.fullmatch(dialled) or _FOREIGN.fullmatch(dialled)):
        return False
    try:
        number = phonenumbers.parse(f"+{dialled}" if dialled[0] == "6" else dialled, "ID")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _phone_end(run: str, start: int) -> int | None:
    """Where the longest phone number that begins at `start` ends, if one does."""
    if not _BEGINNING.match(run, start):
        return None
    end, digits = None, 0
    for group in _GROUP.finditer(run, start):
        if group.start() > start and "+" in group[0]:
            break
        digits += len(group[0])
        if digits > _LONGEST_NUMBER:
            break
        if digits >= _SHORTEST_NUMBER and _is_phone(run[start : group.end()]):
            end = group.end()
    return end


def _mask_phones(match: re.Match[str]) -> str:
    run = match["number"]
    before = match.string[max(0, match.start() - 5) : match.start()]
    if run is None or len(run) < 8 or _MONEY_BEFORE.search(before):
        return match[0]
    masked, copied, position = [], 0, 0
    while group := _GROUP.search(run, position):
        other = _DATE.match(run, group.start()) or _CLOCK.match(run, group.start())
        end = None if other else _phone_end(run, group.start())
        if end is not None:
            masked += [run[copied : group.start()], PHONE]
            copied = end
        position = end or (other or group).end()
    return "".join([*masked, run[copied:]])


def mask(text: str) -> str:
    """`text` with NIK and KK numbers, phone numbers and mail addresses replaced by their names.

    Amounts, dates, RT/RW, emergency numbers and report references stay as they are.
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _LABELLED.sub(lambda match: match["label"] + NIK, text)
    text = _SIXTEEN.sub(_nik, text)
    text = _SPOKEN.sub(PHONE, text)
    return _DIGIT_RUN.sub(_mask_phones, text)


# ------------------------------------------------------------ a moderator's public sentence

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
# The endings that Indonesian addresses really have, and that X turns into a link by itself.
_DOMAIN = re.compile(
    r"(?<![\w.@\-])[a-z0-9](?:[\w\-]{0,62}\.){1,5}"
    r"(?:id|com|net|org|info|biz|co|io|me|app|dev|xyz|online|site|link|ly|gl|gle|my|sg|tv|cc|to|us|eu"
    r"|gov|edu|web|shop|store|page|top|ai|click|live|news|asia)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.])@\w{1,30}")
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{9,}")


def looks_personal(sentence: str) -> list[str]:
    """What a public sentence must not have, named in Indonesian for the moderator; empty if clean.

    A mail address is named once, not also as a domain and an account.
    """
    masked = mask(sentence)
    rest = masked.replace(EMAIL, " ")
    checks = {
        "NIK atau nomor KK": NIK in masked,
        "nomor telepon": PHONE in masked,
        "alamat surel": EMAIL in masked,
        "tautan": _LINK.search(rest) is not None,
        "nama domain": _DOMAIN.search(rest) is not None,
        "nama akun": _HANDLE.search(rest) is not None,
        "nomor panjang": _LONG_NUMBER.search(rest) is not None,
    }
    return [name for name, there in checks.items() if there]
