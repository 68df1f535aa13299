"""From one stored raw of X to events. Pure, and it never raises: others' data is never trusted."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bots.platform import (
    Author,
    Event,
    IncomingPost,
    Location,
    Media,
    MediaKind,
    PostSeen,
    Raw,
    Unreadable,
)
from bots.x_fields import (
    Broken,
    Json,
    clean,
    field,
    first_id,
    has_id,
    is_id,
    media_keys,
    place_id,
    point,
    posted_at,
    references,
    string,
    whole_text,
)

KINDS = {
    "photo": MediaKind.PHOTO,
    "video": MediaKind.VIDEO,
    "animated_gif": MediaKind.VIDEO,
}

KEYS = {"3": MediaKind.PHOTO, "7": MediaKind.VIDEO, "13": MediaKind.VIDEO, "16": MediaKind.VIDEO}
"""What media keys begin with; a referenced post's media do not come along, only their keys."""

BOT_HANDLE = re.compile(r"_bot\d*$|[a-z0-9]Bot$", re.ASCII)
BOT_DESCRIPTION = re.compile(
    r"\b(automated account|automated by|this is a bot|i am a bot|bot account"
    r"|akun (bot|otomatis)|dikelola bot)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Identity:
    """Whose posts are parsed: the account's handle, and handles known to be bots (lower case)."""

    handle: str
    known_bots: frozenset[str]
    mention: re.Pattern[str]


def identity(handle: str, known_bots: Collection[str]) -> Identity:
    """An `Identity` from handles as people write them, with or without the @."""
    # What may stand around a mention is X's own rule (twitter-text's regular expressions).
    around = rf"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]{re.escape(_bare(handle))}(?![A-Za-z0-9_@＠])"
    return Identity(
        handle=_bare(handle),
        known_bots=frozenset(_bare(bot) for bot in known_bots),
        mention=re.compile(around, re.IGNORECASE),
    )


def parse(raw: Raw, us: Identity) -> list[Event]:
    """The one event in a raw: a post with its context, or `Unreadable`."""
    try:
        return [_seen(json.loads(raw.payload), us)]
    except Broken as broken:
        return [Unreadable(str(broken))]
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as odd:
        return [Unreadable(f"shape ({type(odd).__name__})")]


def _seen(payload: Any, us: Identity) -> PostSeen:
    if not isinstance(payload, dict):
        raise Broken("payload")
    reader = _Reader(payload, us)
    post = reader.post(payload.get("tweet"))
    return PostSeen(post, tuple(reader.context(payload["tweet"])))


class _Reader:
    """Reads the posts of one payload, looking up what they refer to in its includes."""

    def __init__(self, payload: Json, us: Identity) -> None:
        self._us = us
        self._me = payload.get("me")
        included = payload.get("includes")
        self._included = included if isinstance(included, dict) else {}

    def context(self, tweet: Json) -> list[IncomingPost]:
        """The posts it replies to or quotes, as far as they came and can be read."""
        found: list[IncomingPost] = []
        for other_id in dict.fromkeys(references(tweet).values()):
            other = self._find("tweets", "id", other_id)
            try:
                found.extend([self.post(other)] if other else [])
            except Broken:
                continue  # A broken parent must not take its reply with it.
        return found

    def post(self, tweet: Any) -> IncomingPost:
        if not isinstance(tweet, dict) or not has_id(tweet):
            raise Broken("id")
        referred = references(tweet)
        author = self._author(tweet)
        text, entities = whole_text(tweet)
        repost = "retweeted" in referred
        first = first_id(tweet)
        return IncomingPost(
            external_id=first,
            version_id=tweet["id"],
            conversation_id=self._conversation(tweet, referred, first),
            author=author,
            text=text,
            posted_at=posted_at(tweet),
            public=True,
            # A retweet repeats somebody else's mention; who retweets has not spoken to us.
            addressed=not repost and self._mentioned(text, entities),
            own=self._own(author),
            repost=repost,
            reply_to=self._first(referred.get("replied_to")),
            quotes=self._first(referred.get("quoted")),
            media=tuple(self._media(key) for key in media_keys(tweet)),
            location=self._location(tweet),
        )

    def _author(self, tweet: Json) -> Author:
        author_id = tweet.get("author_id")
        if not isinstance(author_id, str) or not author_id.strip():
            raise Broken("author_id")
        user = self._find("users", "id", author_id) or {}
        handle, name = string(user.get("username")), string(user.get("name"))
        return Author(clean(author_id), handle, name, self._is_bot(handle, user))

    def _is_bot(self, handle: str | None, user: Json) -> bool:
        # X has no such field. A citizen taken for a bot would not be heard, so only plain words
        # count: our own list, a handle that ends in "_bot" or "Bot", or a profile that says so.
        handle = handle or ""
        description = user.get("description")
        return (
            handle.lower() in self._us.known_bots
            or BOT_HANDLE.search(handle) is not None
            or (isinstance(description, str) and BOT_DESCRIPTION.search(description) is not None)
        )

    def _own(self, author: Author) -> bool:
        if isinstance(self._me, str) and self._me:
            return author.external_id == self._me
        return (author.handle or "").lower() == self._us.handle

    def _mentioned(self, text: str, entities: Any) -> bool:
        mentions = entities.get("mentions") if isinstance(entities, dict) else None
        for mention in mentions if isinstance(mentions, list) else []:
            name = mention.get("username") if isinstance(mention, dict) else None
            if isinstance(name, str) and name.lower() == self._us.handle:
                return True
        return self._us.mention.search(text) is not None

    def _conversation(self, tweet: Json, referred: dict[str, str], first: str) -> str:
        """The thread: X's own id for it, else the parent's, else the post itself."""
        if is_id(tweet.get("conversation_id")):
            return str(tweet["conversation_id"])
        parent = referred.get("replied_to")
        if parent is None:
            return first
        known = self._find("tweets", "id", parent) or {}
        root = known.get("conversation_id")
        return str(root) if is_id(root) else parent

    def _first(self, post_id: str | None) -> str | None:
        """A post is known by the first id of its history, whichever edit is referred to."""
        known = self._find("tweets", "id", post_id) if post_id else None
        return first_id(known) if known else post_id

    def _media(self, key: str) -> Media:
        known = self._find("media", "media_key", key) or {}
        by_key = KEYS.get(key.partition("_")[0], MediaKind.DOCUMENT)
        return Media(KINDS.get(str(known.get("type")), by_key), clean(key))

    def _location(self, tweet: Json) -> Location | None:
        place = self._find("places", "id", place_id(tweet)) or {}
        name = string(place.get("full_name"))
        longitude, latitude = point(tweet)
        if name is None and latitude is None:
            return None
        return Location(latitude, longitude, name)

    def _find(self, kind: str, key: str, value: str | None) -> Json | None:
        things = field(self._included, kind)
        for thing in things if isinstance(things, list) else []:
            if value is not None and isinstance(thing, dict) and thing.get(key) == value:
                return thing
        return None


def _bare(handle: str) -> str:
    return handle.strip().removeprefix("@").lower()
