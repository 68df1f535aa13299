"""A stand-in of Telegram on a free port of this machine, for every test of the adapter."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from bots.platform import ButtonPressed, Event, PostSeen
from bots.telegram import Telegram
from sandbox.faults import Faults
from sandbox.state import open_state
from sandbox.telegram_server import create_app
from sandbox.telegram_world import TelegramWorld

TOKEN = "1708001708:rahasia-contoh"
BOT = "lapor1708_bot"


@dataclass
class Clock:
    """The world's time, moved by hand."""

    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class StandIn:
    """A running stand-in with a citizen (`sari`) and the adapters that a test opened on it."""

    world: TelegramWorld
    faults: Faults
    clock: Clock
    base_url: str
    adapters: list[Telegram] = field(default_factory=list)

    def adapter(
        self, token: str = TOKEN, poll_seconds: int = 0, read_timeout: float = 5.0
    ) -> Telegram:
        """A new adapter; short polls unless told, so that tests do not wait for news."""
        adapter = Telegram(
            token,
            f"@{BOT}",
            base_url=self.base_url,
            poll_seconds=poll_seconds,
            connect_timeout=2.0,
            read_timeout=read_timeout,
        )
        self.adapters.append(adapter)
        return adapter

    def events(self) -> list[Event]:
        """Everything that is unconfirmed now, parsed."""
        adapter = self.adapter()
        batch = adapter.fetch(None, self.clock())
        return [event for raw in batch.raws for event in adapter.parse(raw)]

    def post_seen(self) -> PostSeen:
        """The one post that is unconfirmed now."""
        (event,) = self.events()
        assert isinstance(event, PostSeen)
        return event

    def press_seen(self) -> ButtonPressed:
        """The newest unconfirmed event, which is a pressed button."""
        event = self.events()[-1]
        assert isinstance(event, ButtonPressed)
        return event


class _Switch:
    """The ASGI application of the one server: passes requests to the world of the moment."""

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
        """Take no more requests and wait for those that are being answered."""
        end = time.monotonic() + 5
        while self.busy and time.monotonic() < end:
            time.sleep(0.005)
        self.app = None


@cache
def _server() -> tuple[_Switch, str]:
    """Start the server that all tests share: stopping uvicorn takes 0.2 s, too long for each."""
    switch = _Switch()
    listener = socket.create_server(("127.0.0.1", 0))
    # The access log would print the token into the logs that the adapter's tests look through.
    config = uvicorn.Config(switch, log_config=None, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.005)
    return switch, f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def running_telegram(
    folder: Path, *, privacy: bool = True, paced: bool = False
) -> Iterator[StandIn]:
    """Serve a world, kept in `folder`, until the end of the block; closes the adapters."""
    clock, faults = Clock(), Faults()
    connection = open_state(folder / "telegram.db")
    world = TelegramWorld(connection, BOT, clock, privacy=privacy, paced=paced)
    world.add_person("sari", "Sari Contoh")
    switch, base_url = _server()
    switch.app = create_app(world, faults, TOKEN)
    stand_in = StandIn(world, faults, clock, base_url)
    try:
        yield stand_in
    finally:
        for adapter in stand_in.adapters:
            adapter.close()
        switch.switch_off()
        connection.close()


def closed_port() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
