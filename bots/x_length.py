"""How long a text is on X, and whether X will see a link in it."""

import importlib.util
import sys
from importlib import resources
from types import ModuleType
from typing import TYPE_CHECKING

MAX_LENGTH = 280
"""Weighted characters in one post (docs.x.com, "Counting characters")."""


def _stand_in_for_pkg_resources() -> None:
    """Give twitter-text-parser 3.0 the one function that it needs of `pkg_resources`.

    It reads a data file of its own with it when it is imported; setuptools 82 took the module out.
    """
    if "pkg_resources" in sys.modules or importlib.util.find_spec("pkg_resources") is not None:
        return
    module = ModuleType("pkg_resources")

    def resource_string(name: str, path: str) -> bytes:
        return resources.files(name.rpartition(".")[0]).joinpath(path).read_bytes()

    module.resource_string = resource_string  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = module
    try:
        importlib.import_module("twitter_text")
    finally:
        del sys.modules["pkg_resources"]


if not TYPE_CHECKING:
    _stand_in_for_pkg_resources()

from twitter_text import extract_urls, parse_tweet  # noqa: E402


def weighted_length(text: str) -> int:
    """The length as X counts it: an emoji, "…" and CJK count 2, any link 23."""
    return int(parse_tweet(_countable(text)).weightedLength)


def has_link(text: str) -> bool:
    """Whether X would make a link of any part of the text; a bare domain is enough."""
    return bool(extract_urls(_countable(text)))


def _countable(text: str) -> str:
    # The parser encodes the text on its way; half a surrogate pair would stop it.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
