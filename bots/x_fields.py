"""The fields of X's posts, read one by one, trusting none. `x_pages` and `x_parse` use it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bots.x_cursor import time_of

Json = dict[str, Any]

# X is renaming "tweet" to "post" in its API (specification 2.167): either may come.
RENAMED = {
    "tweets": "posts",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
}


SNOWFLAKES_SINCE = 1 << 35
"""Ids below this were counted up, not made from the time (before November 2010)."""


class Broken(ValueError):
    """A field without which a post cannot be understood; its message names the field."""


def is_id(value: object) -> bool:
    """Whether this is an id as X makes them: a number below 2**63, as text."""
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) < 20
        and 0 < int(value) < 2**63
    )


def has_id(thing: object) -> bool:
    """Whether this is an object with an id."""
    return isinstance(thing, dict) and is_id(thing.get("id"))


def field(thing: Json, name: str) -> Any:
    """A field by its name of today or of tomorrow."""
    return thing[name] if name in thing else thing.get(RENAMED.get(name, name))


def references(post: Json) -> dict[str, str]:
    """What a post refers to: "replied_to", "quoted" or "retweeted" and the other post's id."""
    listed = field(post, "referenced_tweets")
    return {
        one["type"]: one["id"]
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and has_id(one) and isinstance(one.get("type"), str)
    }


def media_keys(post: Json) -> list[str]:
    """The keys of what is attached to a post."""
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []


def place_id(post: Json) -> str | None:
    """The place that is attached to a post."""
    geo = post.get("geo")
    place = geo.get("place_id") if isinstance(geo, dict) else None
    return place if isinstance(place, str) else None


def text_of(tweet: Json) -> str:
    """The whole text of a post as its author wrote it; empty when it has none."""
    try:
        return whole_text(tweet)[0]
    except Broken:
        return ""


def whole_text(tweet: Json) -> tuple[str, Any]:
    """The whole text and its entities; beyond 280 characters both stand in the note."""
    note = field(tweet, "note_tweet")
    if isinstance(note, dict) and isinstance(note.get("text"), str):
        return _unescaped(note["text"]), note.get("entities") or tweet.get("entities")
    if not isinstance(tweet.get("text"), str):
        raise Broken("text")
    return _unescaped(tweet["text"]), tweet.get("entities")


def first_id(tweet: Json) -> str:
    """The first id of the edit history, by which a post is known."""
    history = field(tweet, "edit_history_tweet_ids")
    first = history[0] if isinstance(history, list) and history else tweet["id"]
    return str(first) if is_id(first) else str(tweet["id"])


def posted_at(tweet: Json) -> datetime:
    """`created_at`, if it is near the time in the id; else the time in the id."""
    post_id = int(tweet["id"])
    stated = _moment(tweet.get("created_at"))
    if post_id < SNOWFLAKES_SINCE:
        if stated is None:
            raise Broken("created_at")
        return stated
    made = time_of(post_id)
    return stated if stated and abs(stated - made) < timedelta(days=1) else made


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is None or moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 2006 <= moment.year < 2100 else None


def point(tweet: Json) -> tuple[float | None, float | None]:
    """Longitude and latitude in degrees, X's order; both or none."""
    geo = tweet.get("geo")
    found = geo.get("coordinates") if isinstance(geo, dict) else None
    pair = found.get("coordinates") if isinstance(found, dict) else None
    if not isinstance(pair, list) or len(pair) != 2:
        return None, None
    longitude, latitude = (_degrees(pair[0], 180), _degrees(pair[1], 90))
    return (None, None) if longitude is None or latitude is None else (longitude, latitude)


def _degrees(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= most else None


def string(value: object) -> str | None:
    """A text that can be stored, or None when it is no text."""
    return clean(value) if isinstance(value, str) else None


def _unescaped(text: str) -> str:
    # X escapes exactly these three; html.unescape would also make "©" of a link's "&copy=".
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return clean(plain)


def clean(text: str) -> str:
    """Without what a database refuses: NUL, and halves of surrogate pairs (shown as U+FFFD)."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")
