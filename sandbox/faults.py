"""What can go wrong with a platform, on demand: the stand-ins' servers all wear this.

Tests and the sandbox's script `inject` a fault; the next matching request suffers it.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HANG_SECONDS = 30.0


class Fault(StrEnum):
    """What happens to a request. "Applied" means that the server did what it was asked to do.

    ERROR_500 answers 500, not applied. HANG answers 504 after `seconds` (or when the client has
    left), not applied. DROP breaks the connection without an answer, not applied;
    DROP_AFTER_APPLY does so too, applied. TRUNCATED_JSON (200, half the body) and HTML_200 (200,
    a web page) are applied. RATE_LIMITED (429), UNAUTHORIZED (401) and PAYMENT (402) are not.
    """

    ERROR_500 = "error_500"
    HANG = "hang"
    DROP = "drop"
    DROP_AFTER_APPLY = "drop_after_apply"
    TRUNCATED_JSON = "truncated_json"
    HTML_200 = "html_200"
    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"
    PAYMENT = "payment"


@dataclass
class _Injected:
    path_part: str
    fault: Fault
    times: int
    seconds: float | None


class Faults:
    """The faults that wait for their request; every thread may use it."""

    def __init__(self) -> None:
        self._waiting: list[_Injected] = []
        self._lock = threading.Lock()

    def inject(
        self, path_part: str, fault: Fault, times: int = 1, seconds: float | None = None
    ) -> None:
        """Let the next `times` requests whose "METHOD /path" contains `path_part` fail.

        `seconds` is how long HANG hangs (None: 30) and after how long RATE_LIMITED says to come
        back (None: it does not say; negative: a time in the past, as X sometimes answers).
        """
        with self._lock:
            self._waiting.append(_Injected(path_part, fault, times, seconds))

    def take(self, method: str, path: str) -> tuple[Fault, float | None] | None:
        """The fault that this request must suffer, the oldest first; it is used up by that."""
        with self._lock:
            for waiting in self._waiting:
                if waiting.path_part in f"{method} {path}":
                    waiting.times -= 1
                    if waiting.times <= 0:
                        self._waiting.remove(waiting)
                    return waiting.fault, waiting.seconds
        return None

    def clear(self) -> None:
        """Forget every fault that still waits."""
        with self._lock:
            self._waiting.clear()


class FaultMiddleware:
    """Pure ASGI: makes the requests fail that `faults` names. `/sandbox/` paths never fail."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or let it fail."""
        if scope["type"] != "http" or scope["path"].startswith("/sandbox/"):
            await self.app(scope, receive, send)
            return
        taken = self.faults.take(scope["method"], scope["path"])
        if taken is None:
            await self.app(scope, receive, send)
            return
        await self._fail(taken[0], taken[1], scope, receive, send)

    async def _fail(
        self, fault: Fault, seconds: float | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if fault is Fault.HANG:
            await _wait(receive, HANG_SECONDS if seconds is None else seconds)
            await _answer(send, 504, "Gateway Timeout")
        elif fault is Fault.DROP:
            await _break_connection(receive, send)
        elif fault is Fault.DROP_AFTER_APPLY:
            await self._applied(scope, receive)
            await _break_connection(receive, send)
        elif fault is Fault.TRUNCATED_JSON:
            body = await self._applied(scope, receive)
            await _send(send, 200, {"content-type": "application/json"}, body[: len(body) // 2])
        elif fault is Fault.HTML_200:
            await self._applied(scope, receive)
            await _send(send, 200, {"content-type": "text/html"}, b"<html>Just a moment</html>")
        elif fault is Fault.RATE_LIMITED:
            await _answer_rate_limited(send, seconds)
        else:
            await _answer(send, *_PLAIN[fault])

    async def _applied(self, scope: Scope, receive: Receive) -> bytes:
        """Let the application do its work; give the body that it wanted to answer with."""
        body = bytearray()

        async def keep(message: Message) -> None:
            body.extend(message.get("body", b""))

        await self.app(scope, receive, keep)
        return bytes(body)


_PLAIN = {
    Fault.ERROR_500: (500, "Internal Server Error"),
    Fault.UNAUTHORIZED: (401, "Unauthorized"),
    Fault.PAYMENT: (402, "Payment Required"),
}


async def _answer_rate_limited(send: Send, seconds: float | None) -> None:
    headers: dict[str, str] = {}
    extra: dict[str, object] = {}
    if seconds is not None:
        headers = {
            "x-rate-limit-limit": "300",
            "x-rate-limit-remaining": "0",
            "x-rate-limit-reset": str(int(time.time() + seconds)),
            "retry-after": str(max(0, int(seconds))),
        }
        extra = {"parameters": {"retry_after": max(0, int(seconds))}}
    await _answer(send, 429, "Too Many Requests", headers, extra)


async def _answer(
    send: Send,
    status: int,
    title: str,
    headers: dict[str, str] | None = None,
    extra: dict[str, object] | None = None,
) -> None:
    body = error_body(status, title, extra)
    await _send(send, status, {"content-type": "application/json"} | (headers or {}), body)


def error_body(status: int, title: str, extra: Mapping[str, object] | None = None) -> bytes:
    """A body that both X ("title", "status") and Telegram ("ok", "error_code") could have sent."""
    problem = {"title": title, "status": status, "detail": title, "type": "about:blank"}
    telegram = {"ok": False, "error_code": status, "description": title}
    return json.dumps(problem | telegram | dict(extra or {})).encode()


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _break_connection(receive: Receive, send: Send) -> None:
    # ASGI has no word for this. Under uvicorn, `receive` belongs to an object that holds the
    # transport; elsewhere an answer that ends too early is as near as one can come.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await _left(receive)
        return
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"999")]}
    )


async def _wait(receive: Receive, seconds: float) -> None:
    """Until `seconds` have passed or the client has left, so that no test waits for a ghost."""
    try:
        await asyncio.wait_for(_left(receive), seconds)
    except TimeoutError:
        return


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class FaultOrder(BaseModel):
    """The body of `POST /sandbox/faults`."""

    path_part: str = Field(min_length=1)
    fault: Fault
    times: int = Field(default=1, ge=1)
    seconds: float | None = None


def add_fault_routes(app: FastAPI, faults: Faults) -> None:
    """Add `POST /sandbox/faults` (inject one) and `DELETE /sandbox/faults` (forget all)."""

    def inject(order: FaultOrder) -> None:
        faults.inject(order.path_part, order.fault, order.times, order.seconds)

    routes: list[tuple[str, Callable[..., None]]] = [("POST", inject), ("DELETE", faults.clear)]
    for method, endpoint in routes:
        app.add_api_route(
            "/sandbox/faults",
            endpoint,
            methods=[method],
            status_code=204,
            dependencies=[Depends(only_this_machine)],
        )


def only_this_machine(request: Request) -> None:
    """A FastAPI dependency: refuse (403) whoever does not come from 127.0.0.1."""
    if request.client is None or request.client.host != "127.0.0.1":
        raise HTTPException(403, "the sandbox is steered from its own machine only")
