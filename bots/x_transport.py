"""The way to X: base URL, timeouts and a call that can be left. Only `bots.x` uses it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import requests
from requests.adapters import BaseAdapter

from bots.platform import NotSent

TWEEPY_HOST = "https://api.twitter.com"
"""tweepy 4.17 has this host in its code and offers no setting for it."""

T = TypeVar("T")


class Left(NotSent):
    """The adapter was closed during a read."""

    def __init__(self) -> None:
        super().__init__("X was closed")


class ErrorAnswer(Exception):
    """X answered with a status that is not 2xx."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class XSession(requests.Session):
    """A session that goes to `base_url`, always with timeouts, and raises `ErrorAnswer`.

    It stands in tweepy's way twice on purpose. The host is changed here, not in a mounted
    adapter, because OAuth 1.0a signs the URL and so must see the one that is really called. Error
    answers are raised here because tweepy's own error classes break on JSON that is no object.
    """

    def __init__(
        self,
        base_url: str,
        connect: timedelta,
        read: timedelta,
        transport: BaseAdapter | None = None,
    ) -> None:
        super().__init__()
        if transport is not None:
            self.mount(base_url, transport)
        self._base_url = base_url.rstrip("/")
        self._timeout = (connect.total_seconds(), read.total_seconds())

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As `requests.Session.request`; a redirect counts as an error, X does not redirect."""
        kwargs |= {"timeout": self._timeout, "allow_redirects": False}
        url = str(url).replace(TWEEPY_HOST, self._base_url, 1)
        response = super().request(method, url, *args, **kwargs)
        if not 200 <= response.status_code < 300:
            raise ErrorAnswer(response)
        return response


class Leavable:
    """Runs calls that `leave` abandons at once, from any thread.

    requests cannot cancel a pending read. So the call runs in a thread of its own, which is left
    behind with its answer; only reads may run here.
    """

    def __init__(self) -> None:
        self._left = threading.Event()

    @property
    def left(self) -> bool:
        """Whether `leave` was called."""
        return self._left.is_set()

    def leave(self) -> None:
        """Make every pending and every later `run` raise `Left`."""
        self._left.set()

    def run(self, call: Callable[[], T]) -> T:
        """The result of `call`, or what it raises, or `Left`."""
        if self.left:
            raise Left
        outcome: list[T] = []
        failure: list[BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                outcome.append(call())
            except BaseException as error:  # noqa: BLE001 - it is raised again below
                failure.append(error)
            done.set()

        threading.Thread(target=work, name="x-read", daemon=True).start()
        while not done.wait(0.05):
            if self.left:
                raise Left
        if failure:
            raise failure[0]
        return outcome[0]
