"""python-telegram-bot's `Bot` for callers without asyncio; `bots.telegram` calls it.

It also keeps that library, and httpx below it, from printing the token or anybody's text.
"""

import json
import logging
import ssl
import warnings
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, wait
from contextlib import ExitStack
from functools import cache
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

from bots.platform import NotSent, PlatformError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_T = TypeVar("_T")


class _QuietRequest(HTTPXRequest):
    """python-telegram-bot logs a body that is no JSON, with all the texts in it; this does not."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("no JSON object")
        return answer


class Connection:
    """One `Bot` in the event loop of one thread, both made at the first call."""

    def __init__(
        self,
        token: str,
        base_url: str,
        connect_timeout: float,
        read_timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._transport = transport
        self._lock = RLock()
        self._stack = ExitStack()
        self._opened: tuple[BlockingPortal, Bot] | None = None
        self._closed = False
        self._running: dict[Future[Any], bool] = {}

    def call(
        self,
        use: Callable[[Bot], Awaitable[_T]],
        verdict: Callable[[Exception], PlatformError],
        *,
        cancellable: bool = False,
    ) -> _T:
        """The result of `use`, or `verdict` on its error. `close` cancels it if `cancellable`."""
        future = self._start(use, cancellable)
        try:
            return future.result()
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001
            # Whatever python-telegram-bot raises, an adapter raises `PlatformError`s only.
            failure = verdict(error)
        finally:
            with self._lock:
                self._running.pop(future, None)
        # Outside of `except`, so that the original, whose text may hold secrets, is not attached.
        raise failure

    def close(self) -> None:
        """Cancel what is cancellable, wait for the rest, and end the thread."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            running = dict(self._running)
        for future, cancellable in running.items():
            if cancellable:
                future.cancel()
        wait(future for future, cancellable in running.items() if not cancellable)
        self._stack.close()

    def _start(self, use: Callable[[Bot], Awaitable[_T]], cancellable: bool) -> Future[_T]:
        with self._lock:
            if self._closed:
                if cancellable:
                    raise CancelledError
                raise NotSent("the adapter is closed")
            if self._opened is None:
                self._opened = self._open()
            portal, bot = self._opened
            future: Future[_T] = portal.start_task_soon(use, bot)
            self._running[future] = cancellable
        return future

    def _open(self) -> tuple[BlockingPortal, Bot]:
        _silence()
        portal = self._stack.enter_context(start_blocking_portal(name="telegram"))
        polling, sending = self._request(1), self._request(8)
        for request in (polling, sending):
            self._stack.callback(portal.call, request.shutdown)
        # Not initialised: that would cost a getMe, and 401 would look like an unknown method.
        return portal, Bot(
            self._token,
            base_url=f"{self._base_url}/bot",
            request=sending,
            get_updates_request=polling,
        )

    def _request(self, connections: int) -> HTTPXRequest:
        return _QuietRequest(
            connection_pool_size=connections,
            connect_timeout=self._connect_timeout,
            read_timeout=self._read_timeout,
            httpx_kwargs={
                "verify": _tls(),
                "transport": self._transport,
                # A proxy of the environment cannot reach a stand-in on this machine.
                "trust_env": urlsplit(self._base_url).hostname not in _LOOPBACK,
            },
        )


@cache
def _tls() -> ssl.SSLContext:
    # Reading the certificates takes longer than all the rest of opening a connection.
    return httpx.create_ssl_context()


def _silence() -> None:
    # At INFO httpx prints addresses, which hold the token; at DEBUG the others print everything.
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It advises Bot.get_updates, whose classes are what we must avoid.
    warnings.filterwarnings(
        "ignore", message="Please use 'Bot.getUpdates'", category=PTBUserWarning
    )
    # We read both kinds of retry_after.
    warnings.filterwarnings("ignore", message=".*retry_after", category=PTBDeprecationWarning)
