"""The JSON objects of the Telegram Bot API that the stand-in hands out, built from plain values.

Shapes after https://core.telegram.org/bots/api (10.1). `telegram_world` calls it.
"""

import re
from typing import Any

Json = dict[str, Any]

# Telegram counts offsets and lengths in UTF-16 code units.
_ENTITIES = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?(?!/)")),
    ("mention", re.compile(r"(?<![\w/])@[A-Za-z]\w{3,31}")),
)


def utf16_length(text: str) -> int:
    """The length of `text` as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def entities(text: str) -> list[Json]:
    """The commands and mentions in `text`, in the order of the text."""
    found = [
        {
            "type": kind,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for kind, pattern in _ENTITIES
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: (entity["offset"], entity["length"]))


def user(user_id: int, username: str, name: str, is_bot: bool) -> Json:
    """A `User`."""
    return {"id": user_id, "is_bot": is_bot, "first_name": name, "username": username}


def text_fields(text: str | None, caption: str | None) -> Json:
    """`text` or `caption` of a message with their entities; absent ones are left out."""
    fields: Json = {}
    for name, value in (("text", text), ("caption", caption)):
        if value is None:
            continue
        fields[name] = value
        found = entities(value)
        if found:
            fields["entities" if name == "text" else "caption_entities"] = found
    return fields


def photo(ref: str) -> list[Json]:
    """A photo in two sizes, the smaller one first, as Telegram lists them."""
    return [
        {"width": 90, "height": 67, "file_size": 1500} | _file(f"{ref}-small"),
        {"width": 1280, "height": 960, "file_size": 150_000} | _file(f"{ref}-large"),
    ]


def voice(ref: str) -> Json:
    """A `Voice` of seven seconds."""
    return {"duration": 7, "mime_type": "audio/ogg"} | _file(ref)


def video(ref: str) -> Json:
    """A `Video` of nine seconds."""
    return {"width": 640, "height": 360, "duration": 9, "mime_type": "video/mp4"} | _file(ref)


def document(ref: str) -> Json:
    """A `Document`."""
    return {"file_name": "berkas.pdf", "mime_type": "application/pdf"} | _file(ref)


def location(latitude: float, longitude: float) -> Json:
    """A `Location`, in degrees."""
    return {"latitude": latitude, "longitude": longitude}


def without_none(fields: Json) -> Json:
    """The fields that have a value: Telegram leaves the others out."""
    return {name: value for name, value in fields.items() if value is not None}


def _file(ref: str) -> Json:
    return {"file_id": f"file-{ref}", "file_unique_id": f"unique-{ref}"}
