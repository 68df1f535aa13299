"""X: mentions in, replies out. This is the `Platform`; the pieces stand in `x_*.py` beside it.

How far was read is `x_cursor`, what a post holds `x_parse`, the calls are `x_client`, what X's
errors mean `x_errors`, what all of it costs `x_prices`.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from requests.adapters import BaseAdapter

from bots import x_cursor, x_parse
from bots.platform import (
    Batch,
    CannotTell,
    ChannelDown,
    Event,
    NotFound,
    NotSent,
    Outgoing,
    Raw,
    Receipt,
    Refused,
    RefusedReason,
)
from bots.x_client import BadRequest, XClient
from bots.x_cursor import Cursor, Pace, Source, Walk
from bots.x_fields import Json, has_id, is_id, references, text_of
from bots.x_length import MAX_LENGTH, has_link, weighted_length
from bots.x_pages import EMPTY, Page, UnexpectedAnswer, read_page
from bots.x_prices import Meter, Prices
from bots.x_transport import TWEEPY_HOST, Left

LOOKUP_SIZE = 100
"""Posts in one look-up by id (docs.x.com)."""

TIMELINE_PAGES = 32
"""A timeline ends 3,200 posts down (docs.x.com)."""

CLOCK_SLACK = timedelta(minutes=2)
"""How far our clock may be ahead of X's when we look for what we have sent."""


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
        transport: BaseAdapter | None = None,
    ) -> None:
        """`account` is the handle, `page_size` 10 to 100 posts, `known_bots` are handles too.

        `clock` only dates what is paid for outside `fetch`, and a 429 that does not say its time.
        `transport` takes the requests instead of the network.
        """
        self.account = account.strip().removeprefix("@")
        self._us = x_parse.identity(account, known_bots)
        self._client = XClient(
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            access_token=access_token,
            access_token_secret=access_token_secret,
            base_url=base_url,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            clock=clock,
            transport=transport,
        )
        self._page_size = page_size
        self._pace = Pace(poll_interval, sweep_interval)
        self._prices = prices or Prices()
        self._meter = Meter()
        self._clock = clock
        self._me: str | None = None

    def fetch(self, cursor: str | None, now: datetime) -> Batch:
        """One page: the newest mentions, or the next one of an unfinished walk or sweep."""
        try:
            state = x_cursor.load(cursor)
        except x_cursor.CursorUnreadable as error:
            raise ChannelDown(f"{error}: it was written by another version") from None
        walk = x_cursor.next_walk(state, self._pace, now)
        try:
            page = EMPTY if x_cursor.below_search(walk, now) else self._page(walk, now)
        except Left:
            return Batch((), x_cursor.dump(state))
        except BadRequest:
            if walk.token is None:
                raise
            return Batch((), x_cursor.dump(x_cursor.restart(state, walk)), more=True)
        return self._batch(state, walk, page, now)

    def parse(self, raw: Raw) -> list[Event]:
        """See `x_parse`."""
        return x_parse.parse(raw, self._us)

    def send(self, outgoing: Outgoing) -> Receipt:
        """One post, as a reply when there is something to reply to; buttons are left out."""
        if weighted_length(outgoing.text) > MAX_LENGTH:
            raise Refused(RefusedReason.TOO_LONG, f"over {MAX_LENGTH} weighted characters")
        posted = self._client.create(outgoing.text, outgoing.reply_to)
        return Receipt(posted, self._price_of(outgoing))

    def find_sent(self, outgoing: Outgoing, since: datetime) -> Receipt | NotFound | CannotTell:
        """Look through the account's own posts for one with the same parent and the same words."""
        me, cost, token = self._known_me(), 0, None
        oldest = x_cursor.snowflake(since - CLOCK_SLACK) or None
        for _ in range(TIMELINE_PAGES):
            posts, token = self._client.timeline(me, oldest, token)
            cost += self._meter.read(self._posts(post["id"] for post in posts), self._clock())
            for post in posts:
                if _is_it(post, outgoing):
                    return Receipt(post["id"], cost)
            if token is None:
                return NotFound(cost)
        return CannotTell()

    def gone(self, external_ids: Sequence[str]) -> frozenset[str]:
        """The ids that X no longer shows us: deleted, protected, suspended.

        What the look costs is in the next batch.
        """
        known = [post_id for post_id in dict.fromkeys(external_ids) if is_id(post_id)]
        missing: set[str] = set()
        for start in range(0, len(known), LOOKUP_SIZE):
            asked = known[start : start + LOOKUP_SIZE]
            found, errors = self._client.lookup(asked)
            shown = (post["id"] for post in found if has_id(post))
            self._meter.owe(self._posts(shown), self._clock())
            missing.update(_missing(errors) & set(asked))
        return frozenset(missing)

    def check(self) -> None:
        """Ask X who we are: proves the keys, the credit, and that they belong to this account."""
        self._ask_me()

    def measure(self, text: str) -> int:
        """The length in weighted characters."""
        return weighted_length(text)

    def close(self) -> None:
        """Leave every pending read (a fetch then returns an empty batch); free the connections."""
        self._client.close()

    # ------------------------------------------------------------------ inside

    def _page(self, walk: Walk, now: datetime) -> Page:
        me = self._known_me()
        asked = (self._page_size, x_cursor.since_id(walk, now), walk.until, walk.token)
        if walk.source is Source.MENTIONS:
            body = self._client.mentions(me, *asked)
        else:
            body = self._client.search(f"@{self.account} -is:retweet", *asked)
        try:
            return read_page(body, me)
        except UnexpectedAnswer as odd:
            raise NotSent(f"X answered something unexpected ({odd})") from None

    def _batch(self, state: Cursor, walk: Walk, page: Page, now: datetime) -> Batch:
        state, gap = x_cursor.advance(state, walk, page.ids, page.next_token, now)
        self._meter.owe(self._prices_of(page, walk), now)
        return Batch(
            raws=page.raws,
            next_cursor=x_cursor.dump(state),
            more=x_cursor.has_more(state, self._pace, now),
            gap=gap,
            cost_microusd=self._meter.settle(),
        )

    def _prices_of(self, page: Page, walk: Walk) -> list[tuple[str, int]]:
        mentions = walk.source is Source.MENTIONS
        each = self._prices.own_mention if mentions else self._prices.post
        return [
            *((f"post {post_id}", each) for post_id in page.ids),
            *self._posts(page.included_ids),
            *((f"user {user_id}", self._prices.user) for user_id in page.user_ids),
        ]

    def _posts(self, ids: Iterable[object]) -> list[tuple[str, int]]:
        return [(f"post {post_id}", self._prices.post) for post_id in ids]

    def _price_of(self, outgoing: Outgoing) -> int:
        if has_link(outgoing.text):
            return self._prices.create_with_url
        return self._prices.reply if outgoing.reply_to else self._prices.create

    def _known_me(self) -> str:
        return self._me or self._ask_me()

    def _ask_me(self) -> str:
        user = self._client.me()
        if str(user.get("username")).lower() != self._us.handle:
            raise ChannelDown("the X tokens belong to another account than the configured one")
        me = str(user["id"])
        self._meter.owe([(f"user {me}", self._prices.user)], self._clock())
        self._me = me
        return me


def _is_it(post: Json, outgoing: Outgoing) -> bool:
    """Whether a post of ours is this notice: same parent, its mark, and all of its words.

    The mark alone will not do: a report's notices may all stand under one post, with one number.
    """
    text = text_of(post)
    same_parent = references(post).get("replied_to") == outgoing.reply_to
    return same_parent and outgoing.mark in text and _words(outgoing.text) in _words(text)


def _words(text: str) -> str:
    """Letters and digits only: X may change spaces and puts handles before a reply's text."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def _missing(errors: list[Any]) -> set[str]:
    """The ids that stand in X's `errors` as not found or not for us to see."""
    return {
        str(error.get("resource_id") or error.get("value"))
        for error in errors
        if isinstance(error, dict)
        and str(error.get("type")).endswith(("/resource-not-found", "/not-authorized-for-resource"))
    }
