"""A stand-in of Telegram on a free port of this machine, for every test of the adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bots.platform import ButtonPressed, Event, PostSeen
from bots.telegram import Telegram
from sandbox.faults import Faults
from sandbox.state import open_state
from sandbox.telegram_server import create_app
from sandbox.telegram_world import TelegramWorld
from tests.stand_ins import Clock, Switch, start_server

TOKEN = "1708001708:rahasia-contoh"
BOT = "lapor1708_bot"


@dataclass
class StandIn:
    """A running stand-in with a citizen (`sari`) and the adapters that a test opened on it."""

    world: TelegramWorld
    faults: Faults
    clock: Clock
    base_url: str
    adapters: list[Telegram] = field(default_factory=list)

    def adapter(
        self,
        token: str = TOKEN,
        poll_seconds: int = 0,
        read_timeout: float = 5.0,
        base_url: str | None = None,
    ) -> Telegram:
        """A new adapter; short polls unless told, so that tests do not wait for news."""
        adapter = Telegram(
            token,
            f"@{BOT}",
            base_url=base_url or self.base_url,
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


@cache
def _server() -> tuple[Switch, str]:
    return start_server()


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
