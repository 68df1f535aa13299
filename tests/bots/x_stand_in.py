"""A stand-in of X on a free port of this machine, for every test of the adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import requests

from bots.platform import Batch, Gap, IncomingPost, Outgoing, PostSeen
from bots.x import X
from sandbox.faults import Faults
from sandbox.state import open_state
from sandbox.x_server import create_app
from sandbox.x_world import XWorld
from tests.stand_ins import Clock, Switch, start_server

ACCOUNT = "lapor1708"
SIGNED = 'OAuth oauth_consumer_key="k", oauth_token="t", oauth_signature="s"'


@dataclass
class StandIn:
    """A running stand-in with a citizen (`sari`) and the adapters that a test opened on it."""

    world: XWorld
    faults: Faults
    clock: Clock
    base_url: str
    adapters: list[X] = field(default_factory=list)

    def adapter(
        self,
        account: str = ACCOUNT,
        base_url: str | None = None,
        page_size: int = 100,
        read_seconds: float = 5.0,
        known_bots: tuple[str, ...] = (),
    ) -> X:
        """A new adapter, as after a restart of the bot."""
        adapter = X(
            account,
            consumer_key="kunci-contoh",
            consumer_secret="rahasia-kunci-contoh",
            access_token="1708-token-contoh",
            access_token_secret="rahasia-token-contoh",
            base_url=base_url or self.base_url,
            page_size=page_size,
            poll_interval=timedelta(minutes=1),
            sweep_interval=timedelta(hours=1),
            connect_timeout=timedelta(seconds=2),
            read_timeout=timedelta(seconds=read_seconds),
            known_bots=known_bots,
            clock=self.clock,
        )
        self.adapters.append(adapter)
        return adapter

    def mentions(self, count: int, every: float = 1.0) -> list[str]:
        """Let sari post so many mentions, one each `every` seconds; their ids, oldest first."""
        ids = []
        for number in range(count):
            self.clock.forward(seconds=every)
            ids.append(self.world.post("sari", f"@{ACCOUNT} lampu jalan nomor {number} padam"))
        return ids

    def get(self, path: str, **params: str) -> requests.Response:
        """Ask the stand-in without the adapter."""
        headers = {"Authorization": SIGNED}
        return requests.get(self.base_url + path, params=params, headers=headers, timeout=5)

    def create(self, body: object) -> requests.Response:
        """Post to the stand-in without the adapter."""
        url = f"{self.base_url}/2/tweets"
        return requests.post(url, json=body, headers={"Authorization": SIGNED}, timeout=5)


@dataclass
class Reading:
    """What a bot has stored of X: its cursor, the raws by key, the gaps, the money."""

    stand_in: StandIn
    adapter: X
    cursor: str | None = None
    stored: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    cost: int = 0

    def page(self) -> Batch:
        """Fetch one page and store it."""
        batch = self.adapter.fetch(self.cursor, self.stand_in.clock())
        self.cursor = batch.next_cursor
        for raw in batch.raws:
            self.stored[raw.key] = raw.payload
            self.order.append(raw.key)
        self.gaps.extend([batch.gap] if batch.gap else [])
        self.cost += batch.cost_microusd
        return batch

    def all(self) -> "Reading":
        """Fetch until there is no more; fails when that takes too long."""
        for _ in range(200):
            if not self.page().more:
                return self
        raise AssertionError("the walk does not end")


def reply(to: str | None, text: str = "Terima kasih, LPR-AB12CD3E dicatat.") -> Outgoing:
    """A notice as intake would send it."""
    return Outgoing(conversation_id=to or "", reply_to=to, text=text, mark="LPR-AB12CD3E")


def seen(adapter: X, batch: Batch) -> list[IncomingPost]:
    """The posts of a batch, parsed."""
    events = [event for raw in batch.raws for event in adapter.parse(raw)]
    return [event.post for event in events if isinstance(event, PostSeen)]


@cache
def _server() -> tuple[Switch, str]:
    return start_server()


@contextmanager
def running_x(folder: Path, limits: dict[str, int] | None = None) -> Iterator[StandIn]:
    """Serve a world, kept in `folder`, until the end of the block; closes the adapters."""
    clock, faults = Clock(), Faults()
    connection = open_state(folder / "x.db")
    world = XWorld(connection, ACCOUNT, clock)
    world.add_person("sari", "Sari Contoh")
    switch, base_url = _server()
    switch.app = create_app(world, faults, limits)
    stand_in = StandIn(world, faults, clock, base_url)
    try:
        yield stand_in
    finally:
        for adapter in stand_in.adapters:
            adapter.close()
        switch.switch_off()
        connection.close()
