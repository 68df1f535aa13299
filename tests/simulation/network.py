"""A network in memory: the adapters' requests go to the stand-ins' own applications, or go wrong.

Each library gets its transport: requests a `BaseAdapter`, httpx an `AsyncBaseTransport`. Both ask
`Network.request`, so that X and Telegram suffer the same faults.
"""

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from starlette.types import ASGIApp, Message
from urllib3.exceptions import NewConnectionError

from sandbox.faults import error_body
from sandbox.x_world import Refusal
from tests.simulation.interruptions import CRASHES, Fault, Interruptions
from tests.stand_ins import Clock

TIMEOUT_SECONDS = 9.0
LIMIT_SECONDS = 120


class Broken(Exception):
    """No answer came; `sent` says whether the request had left."""

    def __init__(self, *, sent: bool, timeout: bool = False) -> None:
        super().__init__("no answer")
        self.sent, self.timeout = sent, timeout


@dataclass(frozen=True)
class Call:
    """One HTTP request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Network:
    """The way to one platform; `name` is its name, `clock` the true time that a timeout takes."""

    def __init__(
        self, name: str, app: ASGIApp, interruptions: Interruptions, clock: Clock, random: Random
    ) -> None:
        self._name, self._app = name, app
        self._interruptions, self._clock, self._random = interruptions, clock, random
        self.withheld: set[str] = set()
        """Posts that a page should have held and did not."""

    async def request(self, call: Call) -> Answer:
        """The answer, or `Broken`."""
        if self._interruptions.crashed:
            raise Broken(sent=False)
        fault = self._interruptions.at(f"{self._name} {call.method} {_endpoint(call.url)}")
        if fault in CRASHES:
            if fault is Fault.CRASH_AFTER:
                await self._answer(call)
            self._interruptions.crash()
            raise Broken(sent=True)
        if fault is None:
            return await self._answer(call)
        return await self._fail(fault, call)

    async def _fail(self, fault: Fault, call: Call) -> Answer:
        if fault is Fault.NO_CONNECTION:
            raise Broken(sent=False)
        if fault in _PLAIN:
            return self._said(*_PLAIN[fault])
        if fault in _REFUSALS:
            return self._said(403, _REFUSALS[fault])
        if fault in (Fault.LIMITED, Fault.LIMITED_SILENT, Fault.LIMITED_PAST):
            return self._limited(fault)
        if fault in (Fault.HANG, Fault.RESET):
            return self._broken(fault is Fault.HANG)
        answer = await self._answer(call)
        if fault in (Fault.HANG_APPLIED, Fault.RESET_APPLIED):
            return self._broken(fault is Fault.HANG_APPLIED)
        return self._spoiled(fault, answer)

    def _broken(self, timeout: bool) -> Answer:
        if timeout:
            self._clock.forward(seconds=TIMEOUT_SECONDS)
        raise Broken(sent=True, timeout=timeout)

    def _spoiled(self, fault: Fault, answer: Answer) -> Answer:
        if fault is Fault.ERROR_503_APPLIED:
            return self._said(503, "Service Unavailable")
        if fault is Fault.TRUNCATED:
            return Answer(200, answer.headers, answer.body[: len(answer.body) // 2])
        if fault is Fault.HTML:
            return Answer(200, {"content-type": "text/html"}, b"<html>Just a moment</html>")
        return Answer(answer.status, answer.headers, self._page(fault, answer.body))

    def _page(self, fault: Fault, body: bytes) -> bytes:
        page = json.loads(body)
        posts = page.get("data") if isinstance(page, dict) else None
        if not isinstance(posts, list) or not posts:
            return body
        if fault is Fault.WITHHELD:
            gone = posts.pop(self._random.randrange(len(posts)))
            self.withheld.add(gone["edit_history_tweet_ids"][0])
            page["meta"]["result_count"] = len(posts)
        elif fault is Fault.REORDERED:
            self._random.shuffle(posts)
        else:
            posts.extend(posts[:3])
        return json.dumps(page).encode()

    def _limited(self, fault: Fault) -> Answer:
        wait = {Fault.LIMITED: LIMIT_SECONDS, Fault.LIMITED_PAST: -LIMIT_SECONDS}.get(fault)
        if wait is None:
            return self._said(429, "Too Many Requests")
        reset = int(self._clock().timestamp()) + wait
        return self._said(
            429,
            "Too Many Requests",
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)},
            {"parameters": {"retry_after": max(0, wait)}},
        )

    def _said(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> Answer:
        headers = {"content-type": "application/json", "date": self._date()} | dict(headers or {})
        return Answer(status, headers, error_body(status, detail, extra))

    def _date(self) -> str:
        return format_datetime(self._clock(), usegmt=True)

    async def _answer(self, call: Call) -> Answer:
        answer = await ask(self._app, call)
        return Answer(answer.status, {**answer.headers, "date": self._date()}, answer.body)


_PLAIN = {
    Fault.ERROR_500: (500, "Internal Server Error"),
    Fault.UNAUTHORIZED: (401, "Unauthorized"),
    Fault.PAYMENT: (402, "Payment Required"),
    Fault.CONFLICT: (409, "Conflict: terminated by other getUpdates request"),
    Fault.EXPIRED_TOKEN: (400, "The `pagination_token` query parameter value is not valid."),
}
_REFUSALS = {
    Fault.FORBIDDEN_DUPLICATE: Refusal.DUPLICATE.value,
    Fault.FORBIDDEN_NOT_SUMMONED: Refusal.NOT_SUMMONED.value,
    Fault.FORBIDDEN_RESTRICTED: Refusal.RESTRICTED.value,
    Fault.FORBIDDEN_PARENT: Refusal.PARENT_GONE.value,
    Fault.FORBIDDEN_UNKNOWN: "You are not permitted to perform this action.",
}


def _endpoint(url: str) -> str:
    """Which of a platform's calls this is; Telegram's path holds the token."""
    path = urlsplit(url).path
    return path.rpartition("/")[2] if path.startswith("/bot") else path


async def ask(app: ASGIApp, call: Call) -> Answer:
    """Let an ASGI application answer, without a socket."""
    url = urlsplit(call.url)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": url.path,
        "raw_path": url.path.encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in call.headers.items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status, headers, body = 0, {}, bytearray()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, headers, bytes(body))


class RequestsTransport(BaseAdapter):
    """What tweepy's session sends by."""

    def __init__(self, request: Callable[[Call], Coroutine[object, None, Answer]]) -> None:
        super().__init__()
        self._request = request

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """One request; raises requests' own errors."""
        body = request.body or b""
        call = Call(
            str(request.method),
            str(request.url),
            {str(name): str(value) for name, value in request.headers.items()},
            body.encode() if isinstance(body, str) else bytes(body),
        )
        try:
            answer = _without_a_loop(self._request(call))
        except Broken as broken:
            raise _requests_error(broken, request) from None
        response = Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response._content = answer.body
        response.request, response.url = request, str(request.url)
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Nothing is open."""


def _without_a_loop(request: Coroutine[object, None, Answer]) -> Answer:
    """The answer of a server that waits for nothing, so that no event loop is needed."""
    try:
        request.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise AssertionError("the stand-in of X waited for something")


def _requests_error(broken: Broken, request: PreparedRequest) -> requests.RequestException:
    if not broken.sent:
        reason = NewConnectionError(None, "connection refused")  # type: ignore[arg-type]
        return requests.ConnectionError(reason, request=request)
    if broken.timeout:
        return requests.ReadTimeout(request=request)
    return requests.ConnectionError("connection reset", request=request)


class HttpxTransport(httpx.AsyncBaseTransport):
    """What python-telegram-bot's client sends by."""

    def __init__(self, request: Callable[[Call], Awaitable[Answer]]) -> None:
        self._request = request

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request; raises httpx's own errors."""
        call = Call(request.method, str(request.url), dict(request.headers), await request.aread())
        try:
            answer = await self._request(call)
        except Broken as broken:
            raise _httpx_error(broken, request) from None
        return httpx.Response(
            answer.status, headers=dict(answer.headers), content=answer.body, request=request
        )


def _httpx_error(broken: Broken, request: httpx.Request) -> httpx.TransportError:
    if not broken.sent:
        return httpx.ConnectError("connection refused", request=request)
    if broken.timeout:
        return httpx.ReadTimeout("timeout", request=request)
    return httpx.ReadError("connection reset", request=request)
