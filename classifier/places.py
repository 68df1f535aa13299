"""Where a text speaks of: provinces, regencies, cities and districts that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from classifier.place_names import GENERIC, ORDINARY, WEAK
from classifier.regions import (
    WORD,
    Level,
    Name,
    Region,
    names_by_first_word,
    regions_by_code,
    regions_by_name,
)
from classifier.text import LONGEST

__all__ = ["Level", "Region", "find_places", "find_region", "region_named", "region_of_code"]


def find_places(text: str) -> list[Region]:
    """Return the regions that a text names, in the order of the text, each once.

    A name that several regions bear is settled by the words beside it (`kab.`, `kota`, `kec.`), by
    another region in the text, and else in favour of the province or the city; a district that
    stays ambiguous is left out. A street's, village's or dish's name is no region.

    >>> [region.name for region in find_places("got mampet di kec. Coblong, Bandung")]
    ['Kecamatan Coblong', 'Kota Bandung']
    >>> find_places("lubang di jalan Surabaya nomor 5")
    []
    """
    text = text[:LONGEST]
    mentions = _mentions(text)
    _settle(mentions)
    regional = _speaks_of_regency(text)
    chosen = [_choose(mention.regions, regional) for mention in mentions if mention.stands]
    return list(dict.fromkeys(region for region in chosen if region))


def find_region(text: str) -> Region | None:
    """Return the most specific region of a text; None when it names none or unrelated ones.

    >>> find_region("pju padam di Sukolilo, Surabaya, Jatim").code
    '357809'
    >>> find_region("bus Surabaya ke Jember selalu telat") is None
    True
    """
    places = sorted(find_places(text), key=lambda region: len(region.code))
    for larger, smaller in pairwise(places):
        if not _lies_in(smaller, larger):
            return None
    return places[-1] if places else None


def region_named(name: str) -> Region | None:
    """Return the one region that a person means who was asked for a region's name.

    Takes what `find_region` takes, and a bare name: then the province or the city, or the district
    that alone bears it.

    >>> region_named("Kota Malang").code, region_named("sukun").code
    ('3573', '357304')
    """
    found = find_region(name)
    if found:
        return found
    borne = regions_by_name().get(tuple(WORD.findall(name.lower())), ())
    return _choose(borne, regency=False)


def region_of_code(code: str) -> Region | None:
    """Return the region with this code, None when there is none."""
    return regions_by_code().get(code)


# ---------------------------------------------------------------- what is named

_BEFORE: dict[str, tuple[Level, ...]] = {
    word: levels
    for words, levels in (
        ("prov provinsi propinsi pemprov gubernur polda", (Level.PROVINSI,)),
        ("kota kotamadya kodya pemkot walikota", (Level.KOTA,)),
        ("kab kabupaten kabupatn pemkab bupati", (Level.KABUPATEN,)),
        ("kec kecamatan kcmtn camat distrik kapanewon kemantren polsek", (Level.KECAMATAN,)),
    )
    for word in words.split()
}
"""Words that say of which level the name after them is."""

_NEAR = frozenset(
    "di d dari dr ke dri wilayah daerah area sekitar kawasan warga asal wil pemda se arah menuju"
    " ning nang ing polres samsat rsud disdukcapil dukcapil dishub puskesmas kua".split()
)
"""Words after which a name is a place."""

_STREET = frozenset("jl jln jalan jalur jlan gg gang lorong lrg tol flyover simpang".split())
_NOT_A_REGION = frozenset(
    "desa kelurahan kel ds dusun dukuh kampung kp nagari perumahan perum komplek kompleks griya"
    " villa cluster apartemen blok sungai kali gunung pantai danau waduk nasi soto sate bika mie mi"
    " bakso rm warung toko orang suku bahasa logat persib persija arema pak bu bapak mas mbak bang"
    " haji universitas univ institut hotel masjid gereja restoran nasib bernasib".split()
)
"""Words after which a name is something else: a village, a river, a dish, a person, a club."""

_SENTENCE_END = re.compile(r"[.!?;\n]")


@dataclass(frozen=True)
class _Word:
    form: str
    gap: str
    capital: bool


@dataclass
class _Mention:
    """A name in the text; `stands` is whether it is believed."""

    words: Name
    regions: tuple[Region, ...]
    stands: bool
    marked: bool
    """Capitalised, after a preposition, or beside a comma: enough once another region agrees."""


def _split(text: str) -> list[_Word]:
    found: list[_Word] = []
    last = 0
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    for match in WORD.finditer(text):
        gap = text[last : match.start()]
        capital = match[0][0].isupper() and not shouted
        found.append(_Word(match[0].lower().replace("’", "'"), gap, capital))
        last = match.end()
    return found


def _mentions(text: str) -> list[_Mention]:
    index = names_by_first_word()
    found = _split(text)
    mentions: list[_Mention] = []
    at, street_until = 0, -1
    while at < len(found):
        options = index.get(found[at].form)
        names = list(_matching(found, at, options)) if options else []
        if not names:
            at += 1
            continue
        length = len(names[0])
        if _is_street(found, at) or (at == street_until and not found[at].gap.strip(" -–/")):
            street_until = at + length
        elif not _is_something_else(found, at):
            readings = [_read(found, at, name) for name in names]
            mention = next((one for one in readings if one.stands), readings[0])
            length = len(mention.words)
            mentions.append(mention)
        at += length
    return mentions


def _matching(found: Sequence[_Word], at: int, options: Sequence[Name]) -> Iterator[Name]:
    """Yield the names that stand at a word, the longest first."""
    for name in options:
        part = found[at : at + len(name)]
        if len(part) == len(name) and all(
            word.form == expected and (not step or not word.gap.strip(" -."))
            for step, (word, expected) in enumerate(zip(part, name, strict=True))
        ):
            yield name


def _before(found: Sequence[_Word], at: int) -> str:
    """Return the word right before, "" at a sentence's start; `jl.` and `kab.` are no ends."""
    if at == 0:
        return ""
    word, gap = found[at - 1].form, found[at].gap.strip()
    if gap in {"", ":"} or (gap == "." and len(word) <= 4):
        return word
    return ""


def _is_street(found: Sequence[_Word], at: int) -> bool:
    before = _before(found, at)
    return before in _STREET or (before == "raya" and _before(found, at - 1) in _STREET)


def _is_something_else(found: Sequence[_Word], at: int) -> bool:
    return _before(found, at) in _NOT_A_REGION


def _read(found: Sequence[_Word], at: int, name: Name) -> _Mention:
    """Decide whether a name stands for a region on the strength of the words around it."""
    regions = regions_by_name()[name]
    before = _before(found, at)
    levels = _BEFORE.get(before)
    if before in {"adm", "administrasi"}:
        levels = _BEFORE.get(_before(found, at - 1))
    of_level = tuple(region for region in regions if levels and region.level in levels)
    if levels and Level.KOTA in levels and not of_level:
        # `kota Jember` is said of a regency's capital, `Kota` of no district.
        of_level = tuple(region for region in regions if region.level is Level.KABUPATEN)
    if of_level:
        return _Mention(name, of_level, _settled(of_level), True)
    near = before in _NEAR
    started = at > 0 and not _SENTENCE_END.search(found[at].gap)
    capital = found[at].capital and started
    following = found[at + len(name)].gap if at + len(name) < len(found) else ""
    marked = near or capital or "," in found[at].gap or "," in following
    return _Mention(name, regions, _stands(name, regions, near, capital), marked)


def _settled(regions: Sequence[Region]) -> bool:
    return len(regions) == 1 or regions[0].level is not Level.KECAMATAN


def _stands(name: Name, regions: Sequence[Region], near: bool, capital: bool) -> bool:
    whole = " ".join(name)
    if regions[0].level is Level.KECAMATAN:
        return near and len(regions) == 1 and len(whole) >= 5 and not _is_common(name)
    if whole in ORDINARY:
        return near and capital
    return near or capital or whole not in WEAK


def _is_common(name: Name) -> bool:
    return name[0] in ORDINARY or name[0].startswith(tuple(GENERIC))


# ---------------------------------------------------------------- which one is meant


def _settle(mentions: Sequence[_Mention]) -> None:
    """Let mentions vouch for and narrow one another."""
    anchors = [mention for mention in mentions if mention.stands]
    near = [anchor for anchor in anchors if anchor.regions[-1].level is not Level.PROVINSI]
    for mention in mentions:
        if mention.stands or (" ".join(mention.words) in ORDINARY and not mention.marked):
            continue
        # A whole province has a village of any common name: it vouches for the rare ones only.
        common = mention.regions[0].level is Level.KECAMATAN and _is_common(mention.words)
        vouched = _related(mention, near if common else anchors)
        if vouched and _settled(vouched):
            mention.regions, mention.stands = vouched, True
    for mention in anchors:
        others = [other for other in mentions if other.stands and other is not mention]
        mention.regions = _related(mention, others) or mention.regions


def _related(mention: _Mention, others: Sequence[_Mention]) -> tuple[Region, ...]:
    """Return the readings of a mention that lie in, hold, or are a region of another mention."""
    return tuple(
        region
        for region in mention.regions
        if any(
            _lies_in(region, known) or _lies_in(known, region)
            for other in others
            for known in other.regions
        )
    )


def _lies_in(inner: Region, outer: Region) -> bool:
    if outer.level is Level.PROVINSI:
        # People still call the provinces split off in 2022, and often the whole island, so.
        return inner.code.startswith(_SPOKEN_OF_AS.get(outer.code, outer.code))
    return inner.code.startswith(outer.code)


_SPOKEN_OF_AS: dict[str, str | tuple[str, ...]] = {"91": "9", "92": ("92", "96")}
"""Code beginnings that `Papua` and `Papua Barat` may mean."""


_REGENCY = re.compile(r"\b(?:kab|kabupaten|bupati|pemkab|desa|dusun|kades)\b", re.IGNORECASE)
_CITY = re.compile(r"\b(?:kota|walikota|pemkot|kelurahan|lurah)\b", re.IGNORECASE)


def _speaks_of_regency(text: str) -> bool:
    return bool(_REGENCY.search(text)) and not _CITY.search(text)


def _choose(regions: Sequence[Region], regency: bool) -> Region | None:
    """Pick one reading: province, then city (regency where the text speaks of one)."""
    cities = (Level.KABUPATEN, Level.KOTA) if regency else (Level.KOTA, Level.KABUPATEN)
    for level in (Level.PROVINSI, *cities):
        of_level = [region for region in regions if region.level is level]
        if of_level:
            return of_level[0]
    return regions[0] if len(regions) == 1 else None
