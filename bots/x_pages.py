"""From a page of X's answer to raws that need nothing but themselves."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from bots.platform import Raw
from bots.x_fields import Json, field, has_id, media_keys, place_id, references

FIELDS = {
    "expansions": [
        "author_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
        "attachments.media_keys",
        "geo.place_id",
    ],
    "tweet_fields": [
        "attachments",
        "author_id",
        "conversation_id",
        "created_at",
        "edit_history_tweet_ids",
        "entities",
        "geo",
        "note_tweet",
        "referenced_tweets",
    ],
    "user_fields": ["description", "name", "username", "verified_type"],
    "media_fields": ["media_key", "type"],
    "place_fields": ["full_name"],
}
"""What every reading of posts asks for, named as tweepy's parameters."""


class UnexpectedAnswer(ValueError):
    """X answered something else than a page: it must not move the cursor."""


@dataclass(frozen=True)
class Page:
    """One page: the posts as raws, their ids, who and what came along, the next page's token."""

    raws: tuple[Raw, ...]
    ids: tuple[int, ...]
    user_ids: tuple[str, ...]
    included_ids: tuple[str, ...]
    next_token: str | None


EMPTY = Page((), (), (), (), None)
"""A page with nothing on it and none behind it."""


def read_page(body: object, me: str) -> Page:
    """Split an answer into raws; `me` is the account's own id, which parsing needs to know."""
    if not isinstance(body, dict) or not isinstance(body.get("meta"), dict):
        raise UnexpectedAnswer("no page")
    meta, posts = body["meta"], body.get("data", [])
    if not isinstance(posts, list) or (not posts and meta.get("result_count")):
        raise UnexpectedAnswer("no posts where some were announced")
    includes = _includes(body)
    token = meta.get("next_token")
    return Page(
        # X hands over the newest first and tells times by the second only: stored in the order
        # in which they were written, a post comes before what answers it in the same second.
        raws=tuple(_raw(post, includes, me) for post in reversed(posts)),
        ids=tuple(int(post["id"]) for post in posts if has_id(post)),
        user_ids=tuple(includes["users"]),
        included_ids=tuple(includes["tweets"]),
        next_token=token if isinstance(token, str) and token else None,
    )


def _includes(body: Json) -> dict[str, dict[str, Json]]:
    includes = body.get("includes")
    if not isinstance(includes, dict):
        includes = {}
    return {
        "tweets": _by(field(includes, "tweets"), "id"),
        "users": _by(includes.get("users"), "id"),
        "media": _by(includes.get("media"), "media_key"),
        "places": _by(includes.get("places"), "id"),
    }


def _by(things: object, key: str) -> dict[str, Json]:
    return {
        thing[key]: thing
        for thing in (things if isinstance(things, list) else [])
        if isinstance(thing, dict) and isinstance(thing.get(key), str)
    }


def _raw(post: Any, includes: dict[str, dict[str, Json]], me: str) -> Raw:
    payload = {"me": me, "tweet": post, "includes": _needed(post, includes)}
    text = json.dumps(payload)  # ASCII: half a surrogate pair stays an escape and can be stored
    if has_id(post):
        return Raw(post["id"], text)
    return Raw(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}", text)


def _needed(post: Any, includes: dict[str, dict[str, Json]]) -> dict[str, list[Json]]:
    if not isinstance(post, dict):
        return {}
    others = [
        includes["tweets"][one] for one in references(post).values() if one in includes["tweets"]
    ]
    all_posts = [post, *others]
    wanted = {
        "tweets": [other["id"] for other in others],
        "users": [one["author_id"] for one in all_posts if isinstance(one.get("author_id"), str)],
        "media": [key for one in all_posts for key in media_keys(one)],
        "places": [place for one in all_posts if (place := place_id(one)) is not None],
    }
    return {
        kind: [includes[kind][key] for key in dict.fromkeys(keys) if key in includes[kind]]
        for kind, keys in wanted.items()
    }
