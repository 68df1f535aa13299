"""Both platforms in memory, as the simulated bot's adapters meet them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bots.platform import Platform
from bots.telegram import Telegram
from bots.x import X
from sandbox import telegram_server, x_server
from sandbox.faults import Faults
from sandbox.state import open_state
from sandbox.telegram_world import TelegramWorld
from sandbox.x_world import XWorld
from tests.simulation.interruptions import Interruptions
from tests.simulation.network import HttpxTransport, Network, RequestsTransport
from tests.stand_ins import Clock

ACCOUNT, BOT = "lapor1708", "lapor1708_bot"
TOKEN = "1708001708:rahasia-contoh"
IN_MEMORY = Path(":memory:")
UNLIMITED = dict.fromkeys(x_server.LIMITS, 10**9)


@dataclass
class SkewedClock:
    """The bot's own clock, which may be wrong; `true` is everybody else's."""

    true: Clock
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return self.true() + self.ahead


class Platforms:
    """X and Telegram, their networks, and adapters for as many starts of the bot as it takes."""

    def __init__(
        self, clock: Clock, interruptions: Interruptions, random: Random, page_size: int = 100
    ) -> None:
        self.clock = clock
        self._page_size = page_size
        self.bot_clock = SkewedClock(clock)
        self._connections = (open_state(IN_MEMORY), open_state(IN_MEMORY))
        self.x = XWorld(self._connections[0], ACCOUNT, clock)
        self.telegram = TelegramWorld(self._connections[1], BOT, clock)
        x_app = x_server.create_app(self.x, Faults(), UNLIMITED, clock)
        telegram_app = telegram_server.create_app(self.telegram, Faults(), TOKEN)
        self.on_x = Network("x", x_app, interruptions, clock, random)
        self.on_telegram = Network("telegram", telegram_app, interruptions, clock, random)
        self._x_transport = RequestsTransport(self.on_x.request)
        self._opened: list[Platform] = []

    def open(self) -> list[Platform]:
        """Fresh adapters, as after a start of the bot."""
        self.close()
        x = X(
            ACCOUNT,
            consumer_key="kunci-contoh",
            consumer_secret="rahasia-kunci-contoh",
            access_token="1708-token-contoh",
            access_token_secret="rahasia-token-contoh",
            base_url="http://127.0.0.1",
            page_size=self._page_size,
            sweep_interval=timedelta(hours=6),
            clock=self.bot_clock,
            transport=self._x_transport,
        )
        telegram = Telegram(
            TOKEN,
            BOT,
            base_url="http://127.0.0.1",
            poll_seconds=0,
            transport=HttpxTransport(self.on_telegram.request),
        )
        self._opened = [x, telegram]
        return list(self._opened)

    def changes(self) -> int:
        """Another number whenever anything has changed in either world."""
        return sum(connection.total_changes for connection in self._connections)

    def close(self) -> None:
        """The bot is gone."""
        for platform in self._opened:
            platform.close()
        self._opened = []

    def end(self) -> None:
        """Both platforms are gone too."""
        self.close()
        for connection in self._connections:
            connection.close()
