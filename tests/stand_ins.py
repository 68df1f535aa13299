"""What both stand-ins share in tests: a clock, one server for all tests, a closed port."""

import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Clock:
    """The world's time, moved by hand."""

    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class Switch:
    """The ASGI application of a server that never stops: passes requests to the world of now."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        self.busy += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.busy -= 1

    def switch_off(self) -> None:
        """Wait for the requests that are being answered, so that none meets the next world."""
        end = time.monotonic() + 5
        while self.busy and time.monotonic() < end:
            time.sleep(0.005)
        self.app = None


def start_server() -> tuple[Switch, str]:
    """Start one server for all tests of a process: stopping uvicorn takes 0.2 s each time."""
    switch = Switch()
    # Only for a socket that says "TCP" does asyncio switch Nagle's delay (40 ms an answer) off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    # The access log would print the token into the logs that the adapters' tests look through.
    config = uvicorn.Config(
        switch, log_config=None, log_level="warning", access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.005)
    return switch, f"http://127.0.0.1:{listener.getsockname()[1]}"


def closed_port() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
