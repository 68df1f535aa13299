"""X's API v2 by tweepy: one method for each endpoint, and only `PlatformError`s come out.

The only file that imports tweepy. What an answer holds is for `bots.x` to say.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests
import tweepy
from requests.adapters import BaseAdapter

from bots import x_errors
from bots.platform import InDoubt, NotSent
from bots.x_fields import Json, has_id
from bots.x_pages import FIELDS
from bots.x_transport import ErrorAnswer, Leavable, Left, XSession

# At DEBUG, tweepy and its helpers print the tokens.
for _name in ("tweepy", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class BadRequest(NotSent):
    """X did not understand a reading (400): a page token that has expired, for one."""


class XClient:
    """The endpoints, signed with OAuth 1.0a. Any thread may call it, several at once too."""

    def __init__(
        self,
        *,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
        base_url: str,
        connect_timeout: timedelta,
        read_timeout: timedelta,
        clock: Callable[[], datetime],
        transport: BaseAdapter | None,
    ) -> None:
        self._tweepy = tweepy.Client(
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            access_token=access_token,
            access_token_secret=access_token_secret,
            return_type=requests.Response,
        )
        self._tweepy.session = XSession(base_url, connect_timeout, read_timeout, transport)
        self._reads = Leavable()
        self._clock = clock

    def me(self) -> Json:
        """GET /2/users/me: who these tokens belong to."""
        user = _object(self._read(self._tweepy.get_me)).get("data")
        if not isinstance(user, dict) or not has_id(user):
            raise NotSent("X did not say who we are")
        return user

    def mentions(
        self, user_id: str, size: int, since: int | None, until: int | None, token: str | None
    ) -> object:
        """GET /2/users/:id/mentions, newest first; `since` and `until` are exclusive."""
        return self._read(
            self._tweepy.get_users_mentions,
            user_id,
            max_results=size,
            since_id=since,
            until_id=until,
            pagination_token=token,
            **FIELDS,
        )

    def search(
        self, query: str, size: int, since: int | None, until: int | None, token: str | None
    ) -> object:
        """GET /2/tweets/search/recent, newest first, of the last seven days."""
        return self._read(
            self._tweepy.search_recent_tweets,
            query,
            max_results=size,
            since_id=since,
            until_id=until,
            next_token=token,
            **FIELDS,
        )

    def timeline(
        self, user_id: str, since: int | None, token: str | None
    ) -> tuple[list[Json], str | None]:
        """GET /2/users/:id/tweets: a page of posts, newest first, and the next page's token."""
        body = _object(
            self._read(
                self._tweepy.get_users_tweets,
                user_id,
                max_results=100,
                since_id=since,
                pagination_token=token,
                tweet_fields=["referenced_tweets", "note_tweet"],
            )
        )
        meta, posts = body.get("meta"), body.get("data", [])
        if not isinstance(meta, dict) or not isinstance(posts, list):
            raise NotSent("X answered something unexpected (no timeline)")
        return [post for post in posts if has_id(post)], meta.get("next_token")

    def lookup(self, ids: Sequence[str]) -> tuple[list[Any], list[Any]]:
        """GET /2/tweets of up to 100 ids: the posts that are shown, and X's `errors`."""
        body = _object(self._read(self._tweepy.get_tweets, list(ids)))
        found, errors = body.get("data", []), body.get("errors", [])
        if not isinstance(found, list) or not isinstance(errors, list) or not (found or errors):
            raise NotSent("X answered something unexpected (no look-up)")
        return found, errors

    def create(self, text: str, reply_to: str | None) -> str:
        """POST /2/tweets; returns the id of the new post. Never left before it has an answer."""
        if self._reads.left:
            raise Left
        try:
            response: requests.Response = self._tweepy.create_tweet(
                text=text, in_reply_to_tweet_id=reply_to, user_auth=True
            )
        except ErrorAnswer as answer:
            raise x_errors.send_refused(answer.response, self._clock()) from None
        except requests.RequestException as error:
            raise x_errors.send_failed(error) from None
        return _posted_id(response)

    def close(self) -> None:
        """Leave every pending read; free the connections."""
        self._reads.leave()
        self._tweepy.session.close()

    def _read(self, call: Callable[..., requests.Response], *args: Any, **kwargs: Any) -> object:
        try:
            return self._reads.run(lambda: call(*args, **kwargs, user_auth=True)).json()
        except ErrorAnswer as answer:
            if answer.response.status_code == 400:
                raise BadRequest("X answered 400") from None
            raise x_errors.read_refused(answer.response, self._clock()) from None
        except requests.RequestException as error:
            raise x_errors.read_failed(error) from None
        except (ValueError, RecursionError):
            raise NotSent("X's answer is no JSON") from None


def _object(body: object) -> Json:
    if not isinstance(body, dict):
        raise NotSent("X answered something unexpected (no object)")
    return body


def _posted_id(response: requests.Response) -> str:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        raise InDoubt("X's answer to a post is no JSON") from None
    posted = body.get("data") if isinstance(body, dict) else None
    if not isinstance(posted, dict) or not has_id(posted):
        raise InDoubt("X's answer to a post names no post")
    return str(posted["id"])
