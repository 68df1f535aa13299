"""X: mentions in, replies out, by tweepy. Everything here is one call of X's API v2 each.

How far was read is `x_cursor`, what an answer means `x_errors`, what a post holds `x_parse`.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy

from bots import x_cursor, x_errors, x_parse
from bots.platform import (
    Batch,
    CannotTell,
    ChannelDown,
    Event,
    InDoubt,
    NotFound,
    NotSent,
    Outgoing,
    Raw,
    Receipt,
    Refused,
    RefusedReason,
)
from bots.x_cursor import Cursor, Pace, Source, Walk
from bots.x_length import MAX_LENGTH, has_link, weighted_length
from bots.x_pages import FIELDS, Json, Page, UnexpectedAnswer, has_id, read_page, references
from bots.x_prices import Meter, Prices
from bots.x_transport import TWEEPY_HOST, ErrorAnswer, Leavable, Left, XSession

LOOKUP_SIZE = 100
"""Posts in one look-up by id (docs.x.com)."""

TIMELINE_PAGES = 32
"""A timeline ends 3,200 posts down (docs.x.com)."""

CLOCK_SLACK = timedelta(minutes=2)
"""How far our clock may be ahead of X's when we look for what we have sent."""

# At DEBUG, tweepy and its helpers print the tokens.
for _name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class X:
    """One account on X (see `Platform`). Any thread may call it, several at once too."""

    name = "x"
    max_length = MAX_LENGTH

    def __init__(
        self,
        account: str,
        *,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
        base_url: str = TWEEPY_HOST,
        page_size: int = 100,
        poll_interval: timedelta = timedelta(minutes=1),
        sweep_interval: timedelta = timedelta(hours=1),
        connect_timeout: timedelta = timedelta(seconds=5),
        read_timeout: timedelta = timedelta(seconds=20),
        prices: Prices | None = None,
        known_bots: Collection[str] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`account` is the handle; `clock` only dates what is sent, for money and waiting times."""
        self.account = account.strip().removeprefix("@")
        self._us = x_parse.identity(account, known_bots)
        self._client = tweepy.Client(
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            access_token=access_token,
            access_token_secret=access_token_secret,
            return_type=requests.Response,
        )
        self._client.session = XSession(base_url, connect_timeout, read_timeout)
        self._page_size = page_size
        self._pace = Pace(poll_interval, sweep_interval)
        self._prices = prices or Prices()
        self._meter = Meter()
        self._clock = clock
        self._reads = Leavable()
        self._me: str | None = None

    # ------------------------------------------------------------------ what comes in

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """One page: the newest mentions, or the next one of an unfinished walk or sweep."""
        try:
            state = x_cursor.load(cursor)
        except x_cursor.CursorUnreadable as error:
            raise ChannelDown(f"{error}: it was written by another version") from None
        try:
            return self._fetch(state, now)
        except Left:
            return Batch((), x_cursor.dump(state))

    def _fetch(self, state: Cursor, now: datetime) -> Batch:
        walk = x_cursor.next_walk(state, self._pace, now)
        if x_cursor.below_search(walk, now):
            return self._batch(state, walk, Page((), (), (), (), None), 0, now)
        cost = self._learn_me(now)
        try:
            page = self._page(walk, now)
        except ErrorAnswer as answer:
            if answer.response.status_code == 400 and walk.token is not None:
                return Batch((), x_cursor.dump(x_cursor.restart(state, walk)), True, None, cost)
            raise x_errors.read_refused(answer.response, now) from None
        return self._batch(state, walk, page, cost + self._cost(page, walk, now), now)

    def _batch(self, state: Cursor, walk: Walk, page: Page, cost: int, now: datetime) -> Batch:
        state, gap = x_cursor.advance(state, walk, page.ids, page.next_token, now)
        more = x_cursor.has_more(state, self._pace, now)
        return Batch(page.raws, x_cursor.dump(state), more, gap, cost)

    def _page(self, walk: Walk, now: datetime) -> Page:
        asked: Json = {
            "max_results": self._page_size,
            "since_id": x_cursor.since_id(walk, now),
            "until_id": walk.until,
            "user_auth": True,
            **FIELDS,
        }
        if walk.source is Source.MENTIONS:
            body = self._read(
                self._client.get_users_mentions, self._me, pagination_token=walk.token, **asked
            )
        else:
            query = f"@{self.account} -is:retweet"
            body = self._read(
                self._client.search_recent_tweets, query, next_token=walk.token, **asked
            )
        try:
            return read_page(body, self._me or "")
        except UnexpectedAnswer as odd:
            raise NotSent(f"X answered something unexpected ({odd})") from None

    def _cost(self, page: Page, walk: Walk, now: datetime) -> int:
        mentions = walk.source is Source.MENTIONS
        each = self._prices.own_mention if mentions else self._prices.post
        return self._meter.read(
            [(f"post {post_id}", each) for post_id in page.ids]
            + [(f"post {post_id}", self._prices.post) for post_id in page.included_ids]
            + [(f"user {user_id}", self._prices.user) for user_id in page.user_ids],
            now,
        )

    def parse(self, raw: Raw) -> list[Event]:
        """See `x_parse`."""
        return x_parse.parse(raw, self._us)

    # ------------------------------------------------------------------ what goes out

    def send(self, outgoing: Outgoing) -> Receipt:
        """One post, as a reply when there is something to reply to; buttons are left out."""
        if weighted_length(outgoing.text) > MAX_LENGTH:
            raise Refused(RefusedReason.TOO_LONG, f"over {MAX_LENGTH} weighted characters")
        try:
            response: requests.Response = self._client.create_tweet(
                text=outgoing.text, in_reply_to_tweet_id=outgoing.reply_to, user_auth=True
            )
        except ErrorAnswer as answer:
            raise x_errors.send_refused(answer.response, self._clock()) from None
        except requests.RequestException as error:
            raise x_errors.send_failed(error) from None
        return Receipt(_posted_id(response), self._price_of(outgoing))

    def _price_of(self, outgoing: Outgoing) -> int:
        if has_link(outgoing.text):
            return self._prices.create_with_url
        return self._prices.reply if outgoing.reply_to else self._prices.create

    def find_sent(self, outgoing: Outgoing, since: datetime) -> Receipt | NotFound | CannotTell:
        """Look through the account's own posts for one with the same parent and the mark."""
        cost, token = self._learn_me(self._clock()), None
        for _ in range(TIMELINE_PAGES):
            body = self._asked(
                self._client.get_users_tweets,
                self._me,
                max_results=100,
                since_id=x_cursor.snowflake(since - CLOCK_SLACK) or None,
                pagination_token=token,
                tweet_fields=["referenced_tweets", "edit_history_tweet_ids", "note_tweet"],
                user_auth=True,
            )
            posts, token = _timeline(body)
            read = [(f"post {post['id']}", self._prices.post) for post in posts]
            cost += self._meter.read(read, self._clock())
            for post in posts:
                if _is_it(post, outgoing):
                    return Receipt(post["id"], cost)
            if token is None:
                return NotFound(cost)
        return CannotTell()

    def gone(self, external_ids: Sequence[str]) -> frozenset[str]:
        """The ids that X no longer shows us: deleted, protected, suspended."""
        known = [post_id for post_id in dict.fromkeys(external_ids) if has_id({"id": post_id})]
        missing: set[str] = set()
        for start in range(0, len(known), LOOKUP_SIZE):
            asked = known[start : start + LOOKUP_SIZE]
            body = self._asked(self._client.get_tweets, asked, user_auth=True)
            missing.update(_missing(body, set(asked)))
        return frozenset(missing)

    # ------------------------------------------------------------------ the account

    def check(self) -> None:
        """Ask X who we are: proves the keys, the credit, and that they belong to this account."""
        self._ask_me(self._clock())

    def measure(self, text: str) -> int:
        """The length in weighted characters."""
        return weighted_length(text)

    def close(self) -> None:
        """Leave every pending read (a fetch then returns an empty batch); free the connections."""
        self._reads.leave()
        self._client.session.close()

    def _learn_me(self, now: datetime) -> int:
        """Make sure that we know our own id; returns what asking for it has cost."""
        return 0 if self._me is not None else self._ask_me(now)

    def _ask_me(self, now: datetime) -> int:
        body = self._asked(self._client.get_me, user_auth=True)
        user = body.get("data")
        if not isinstance(user, dict) or not has_id(user):
            raise NotSent("X did not say who we are")
        if str(user.get("username")).lower() != self._us.handle:
            raise ChannelDown("the X tokens belong to another account than the configured one")
        self._me = user["id"]
        return self._meter.read([(f"user {self._me}", self._prices.user)], now)

    def _asked(self, call: Callable[..., requests.Response], *args: Any, **kwargs: Any) -> Json:
        """As `_read`, with X's error answers turned into ours and anything but an object too."""
        try:
            body = self._read(call, *args, **kwargs)
        except ErrorAnswer as answer:
            raise x_errors.read_refused(answer.response, self._clock()) from None
        if not isinstance(body, dict):
            raise NotSent("X answered something unexpected")
        return body

    def _read(self, call: Callable[..., requests.Response], *args: Any, **kwargs: Any) -> object:
        try:
            return self._reads.run(lambda: call(*args, **kwargs)).json()
        except requests.RequestException as error:
            raise x_errors.read_failed(error) from None
        except (ValueError, RecursionError):
            raise NotSent("X's answer is no JSON") from None


def _posted_id(response: requests.Response) -> str:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        raise InDoubt("X's answer to a post is no JSON") from None
    posted = body.get("data") if isinstance(body, dict) else None
    if not isinstance(posted, dict) or not has_id(posted):
        raise InDoubt("X's answer to a post names no post")
    return str(posted["id"])


def _timeline(body: Json) -> tuple[list[Json], str | None]:
    meta, posts = body.get("meta"), body.get("data", [])
    if not isinstance(meta, dict) or not isinstance(posts, list):
        raise NotSent("X answered something unexpected (no timeline)")
    return [post for post in posts if has_id(post)], meta.get("next_token")


def _is_it(post: Json, outgoing: Outgoing) -> bool:
    same_parent = references(post).get("replied_to") == outgoing.reply_to
    return same_parent and outgoing.mark in x_parse.text_of(post)


def _missing(body: Json, asked: set[str]) -> set[str]:
    """The ids that stand in X's `errors` as not found or not for us to see."""
    errors, found = body.get("errors", []), body.get("data", [])
    if not isinstance(errors, list) or not isinstance(found, list) or not (errors or found):
        raise NotSent("X answered something unexpected (no look-up)")
    return {
        str(error.get("resource_id") or error.get("value"))
        for error in errors
        if isinstance(error, dict)
        and str(error.get("type")).endswith(("/resource-not-found", "/not-authorized-for-resource"))
    } & asked
