"""How X writes its posts, people, media and places as JSON. `x_server` answers with it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.x_world import MAX_LENGTH, MENTION, XWorld, weighted_length

Json = dict[str, Any]

# X is renaming "tweet" to "post" (specification 2.167). Who asks in the new words is answered in
# them; tweepy 4.17 still asks in the old ones.
NEW_NAMES = {
    "tweets": "posts",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
}
OLD_NAMES = {
    "referenced_posts": "referenced_tweets.id",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "note_post": "note_tweet",
}
MEDIA_PREFIXES = {"photo": "3", "video": "7", "animated_gif": "16"}


@dataclass(frozen=True)
class Wanted:
    """Which fields and expansions a request has asked for."""

    expansions: frozenset[str]
    post_fields: frozenset[str]
    user_fields: frozenset[str]
    media_fields: frozenset[str]
    place_fields: frozenset[str]
    new_names: bool


def wanted(query: Mapping[str, str]) -> Wanted:
    """Read the fields and expansions out of a query string, in old words or new."""

    def names(*parameters: str) -> frozenset[str]:
        asked = ",".join(query.get(parameter, "") for parameter in parameters).split(",")
        return frozenset(OLD_NAMES.get(name, name) for name in asked if name)

    return Wanted(
        expansions=names("expansions"),
        post_fields=names("tweet.fields", "post.fields"),
        user_fields=names("user.fields"),
        media_fields=names("media.fields"),
        place_fields=names("place.fields"),
        new_names="post.fields" in query,
    )


def answer(world: XWorld, rows: Iterable[sqlite3.Row], want: Wanted) -> Json:
    """`data` and `includes` for these posts; without posts there is no `data` at all."""
    rows = list(rows)
    body: Json = {}
    if rows:
        body["data"] = [post(world, row, want) for row in rows]
        includes = _includes(world, rows, want)
        if includes:
            body["includes"] = includes
    renamed: Json = _renamed(body) if want.new_names else body
    return renamed


def post(world: XWorld, row: sqlite3.Row, want: Wanted) -> Json:
    """One post with its default fields and those asked for."""
    history = world.rows("SELECT id FROM x_posts WHERE first_id = ? ORDER BY id", row["first_id"])
    long = weighted_length(row["text"]) > MAX_LENGTH
    shown = row["text"][: MAX_LENGTH - 1] + "…" if long else row["text"]
    body = {
        "id": str(row["id"]),
        "text": _escaped(shown),
        "edit_history_tweet_ids": [str(one["id"]) for one in history],
    }
    more = {
        "author_id": str(row["author"]),
        "conversation_id": str(row["conversation"]),
        "created_at": row["created_at"][:19] + ".000Z",
        "referenced_tweets": _references(row),
        "entities": _entities(world, shown),
        "attachments": _attachments(row),
        "geo": _geo(row),
        "note_tweet": {"text": _escaped(row["text"]), "entities": _entities(world, row["text"])}
        if long
        else None,
    }
    asked = {_field(name) for name in want.post_fields | _by_expansion(want.expansions)}
    return body | {name: value for name, value in more.items() if value and name in asked}


def user(row: sqlite3.Row, fields: frozenset[str]) -> Json:
    """One person with the default fields and those asked for."""
    body = {"id": str(row["id"]), "name": row["name"], "username": row["handle"]}
    more = {
        "description": row["description"],
        "protected": bool(row["protected"]),
        "verified_type": "none",
    }
    return body | {name: value for name, value in more.items() if name in fields}


def _field(name: str) -> str:
    return name.removesuffix(".id")


def _by_expansion(expansions: frozenset[str]) -> set[str]:
    """X adds the field that an expansion follows, asked for or not."""
    followed = {
        "author_id": "author_id",
        "referenced_tweets.id": "referenced_tweets",
        "attachments.media_keys": "attachments",
        "geo.place_id": "geo",
    }
    return {field for expansion, field in followed.items() if expansion in expansions}


def _references(row: sqlite3.Row) -> list[Json]:
    kinds = {"retweeted": "repost_of", "quoted": "quote_of", "replied_to": "reply_to"}
    return [{"type": kind, "id": str(row[column])} for kind, column in kinds.items() if row[column]]


def _entities(world: XWorld, text: str) -> Json | None:
    mentions = []
    for match in MENTION.finditer(text):
        known = world.rows("SELECT id, handle FROM x_people WHERE handle = ?", match.group(1))
        if known:
            place = {"start": match.start(), "end": match.end()}
            person = {"username": known[0]["handle"], "id": str(known[0]["id"])}
            mentions.append(place | person)
    return {"mentions": mentions} if mentions else None


def _media_keys(row: sqlite3.Row) -> dict[str, str]:
    """Key and kind of everything attached to a post."""
    kinds = json.loads(row["media"])
    return {
        f"{MEDIA_PREFIXES[kind]}_{row['first_id'] + number}": kind
        for number, kind in enumerate(kinds)
    }


def _attachments(row: sqlite3.Row) -> Json | None:
    keys = list(_media_keys(row))
    return {"media_keys": keys} if keys else None


def _geo(row: sqlite3.Row) -> Json:
    geo: Json = {}
    if row["place"]:
        geo["place_id"] = _place_id(row["place"])
    if row["latitude"] is not None:
        point = [row["longitude"], row["latitude"]]
        geo["coordinates"] = {"type": "Point", "coordinates": point}
    return geo


def _place_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _includes(world: XWorld, rows: list[sqlite3.Row], want: Wanted) -> Json:
    others = _referenced(world, rows) if "referenced_tweets.id" in want.expansions else []
    whose = [
        *(rows if "author_id" in want.expansions else []),
        *(others if "referenced_tweets.id.author_id" in want.expansions else []),
    ]
    people = [
        world.rows("SELECT * FROM x_people WHERE id = ?", author)[0]
        for author in dict.fromkeys(row["author"] for row in whose)
    ]
    includes = {
        "tweets": [post(world, row, want) for row in others],
        "users": [user(person, want.user_fields) for person in people],
        "media": _media(rows) if "attachments.media_keys" in want.expansions else [],
        "places": _places(rows, want) if "geo.place_id" in want.expansions else [],
    }
    return {kind: things for kind, things in includes.items() if things}


def _referenced(world: XWorld, rows: list[sqlite3.Row]) -> list[sqlite3.Row]:
    ids = dict.fromkeys(one["id"] for row in rows for one in _references(row))
    found = (world.find(post_id) for post_id in ids)
    return [row for row in found if row is not None]


def _media(rows: list[sqlite3.Row]) -> list[Json]:
    return [
        {"media_key": key, "type": kind} for row in rows for key, kind in _media_keys(row).items()
    ]


def _places(rows: list[sqlite3.Row], want: Wanted) -> list[Json]:
    names = dict.fromkeys(row["place"] for row in rows if row["place"])
    more = {"country_code": "ID", "place_type": "city"}
    extra = {name: value for name, value in more.items() if name in want.place_fields}
    return [{"id": _place_id(name), "full_name": name} | extra for name in names]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _renamed(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {NEW_NAMES.get(name, name): _renamed(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_renamed(value) for value in thing]
    return thing
