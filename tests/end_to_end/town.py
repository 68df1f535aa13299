"""A town whose citizens write while the bot is killed: both stand-ins, in a process of their own.

`killing.py` starts it and says on its standard input when how much is to be written. What was
written, and what the bot owes for it, is noted in the stand-ins' own file.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import telegram_server, x_server
from sandbox.faults import Faults
from sandbox.process import TELEGRAM_TOKEN
from sandbox.telegram_world import TelegramWorld
from sandbox.transactions import open_shared_state
from sandbox.x_world import XWorld

# The stand-in's limits are X's own for 15 minutes; a bot that starts anew every second needs more.
UNLIMITED = dict.fromkeys(x_server.LIMITS, 1_000_000)
# A call to X or Telegram takes longer, but then the suite would too.
FAR_SECONDS = 0.06
SCHEMA = """
CREATE TABLE IF NOT EXISTS written (
  platform TEXT NOT NULL, external_id TEXT NOT NULL, owes TEXT NOT NULL, thread TEXT NOT NULL)
"""
"""`owes` is the kind of notice that the post must get; `thread` is the post that opened it."""

PROBLEMS = (
    "lampu jalan di Jalan {street}, {regency} padam sudah dua bulan dan gelap sekali.",
    "jalan berlubang di Jalan {street}, {regency} sudah dua bulan dan banyak pengendara jatuh.",
    "sampah di TPS Jalan {street}, {regency} sudah menumpuk dua minggu dan baunya menyengat.",
)
STREETS = "Melati Kenanga Mawar Anggrek Cempaka Dahlia Flamboyan Teratai Kamboja Seroja".split()
REGENCIES = (
    "Kabupaten Sleman",
    "Kabupaten Bantul",
    "Kabupaten Klaten",
    "Kabupaten Kendal",
    "Kota Surabaya",
)


@dataclass
class Thread:
    """One person's matter: the post that opened it, the newest one, and what is left to say."""

    platform: str
    handle: str
    opening: str
    newest: str
    left: list[str] = field(default_factory=lambda: ["news", "solved"])


class Citizens:
    """People who report something, ask how it stands, and say when it is solved."""

    def __init__(self, x: XWorld, telegram: TelegramWorld, seed: int) -> None:
        self._x, self._telegram = x, telegram
        self._random = random.Random(seed)
        self._threads: list[Thread] = []

    def write(self) -> tuple[str, str, str, str]:
        """One more post: platform, id, the kind of notice that it must get, its thread."""
        ready = [(thread, step) for thread in self._threads if (step := self._next_step(thread))]
        if ready and self._random.random() < 0.5:
            thread, step = self._random.choice(ready)
            return self._follow_up(thread, step)
        return self._report()

    def _report(self) -> tuple[str, str, str, str]:
        platform = self._random.choice(("x", "telegram"))
        handle = f"warga_{len(self._threads)}"
        problem = self._random.choice(PROBLEMS).format(
            street=self._random.choice(STREETS), regency=self._random.choice(REGENCIES)
        )
        text = f"Mohon diperbaiki, {problem}"
        if platform == "x":
            self._x.add_person(handle, "Warga Contoh")
            post = self._x.post(handle, f"@lapor1708 {text}")
        else:
            self._telegram.add_person(handle, "Warga Contoh")
            post = self._telegram.say(handle, text)
        self._threads.append(Thread(platform, handle, post, post))
        return platform, post, "acknowledgement", post

    def _next_step(self, thread: Thread) -> str | None:
        """What this person can say now, by what the bot has told them."""
        if not thread.left:
            return None
        heard = self._heard(thread)
        if thread.left[-1] == "solved" and any("SUDAH" in text for _, text in heard):
            return "solved"
        return "news" if heard and thread.left[0] == "news" else None

    def _follow_up(self, thread: Thread, step: str) -> tuple[str, str, str, str]:
        # After "it is solved" nobody asks for news any more.
        thread.left = [] if step == "solved" else ["solved"]
        if thread.platform == "x":
            owes = {"news": "news_promised", "solved": "closed"}[step]
            text = {"news": "@lapor1708 KABARI", "solved": "@lapor1708 SUDAH, makasih"}[step]
            notice = self._heard(thread)[-1][0]
            thread.newest = self._x.post(thread.handle, text, reply_to=notice)
        else:
            owes = {"news": "status", "solved": "closed"}[step]
            text = {"news": "/status", "solved": "SUDAH"}[step]
            thread.newest = self._telegram.say(thread.handle, text)
        return thread.platform, thread.newest, owes, thread.opening

    def _heard(self, thread: Thread) -> list[tuple[str, str]]:
        """The notices in a thread, id and text, oldest first."""
        if thread.platform == "telegram":
            chat = int(thread.opening.partition(":")[0])
            return [(sent.id, sent.text) for sent in self._telegram.sent(chat)]
        posts = dict.fromkeys((thread.opening, thread.newest))
        return [(sent.id, sent.text) for post in posts for sent in self._x.notices_to(post)]


def serve(state: Path, seed: int) -> None:
    """Serve until standard input closes; a line "5 0.8" lets 5 posts be written in 0.8 seconds."""
    connection = open_shared_state(state)
    connection.execute(SCHEMA)
    x, telegram = XWorld(connection), TelegramWorld(connection)
    citizens, moments = Citizens(x, telegram, seed), random.Random(seed)
    x_app = x_server.create_app(x, Faults(), UNLIMITED)
    telegram_app = telegram_server.create_app(telegram, Faults(), TELEGRAM_TOKEN)
    with served(x_app) as x_url, served(telegram_app) as telegram_url:
        say({"x_url": x_url, "telegram_url": telegram_url})
        for line in sys.stdin:
            count, seconds = int(line.split()[0]), float(line.split()[1])
            begun = time.monotonic()
            for moment in sorted(moments.uniform(0, seconds) for _ in range(count)):
                time.sleep(max(0.0, begun + moment - time.monotonic()))
                row = citizens.write()
                connection.execute("INSERT INTO written VALUES (?, ?, ?, ?)", row)
            say({"written": count})


class Far:
    """An application as far away as the real platforms: a kill then often meets a call on its way.

    Half of `seconds` pass before the call has any effect, half of it after that.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, late, and its answer, late."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self._seconds / 2)
            await send(message)

        await asyncio.sleep(self._seconds / 2)
        # A bot that was killed while it asked is nothing to report.
        with suppress(ClientDisconnect):
            await self._app(scope, receive, answer)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an app on a free port of this machine, in a thread; gives its address."""
    config = uvicorn.Config(
        Far(app, FAR_SECONDS), port=0, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_for(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(5)


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the server did not start")
        time.sleep(0.01)


def say(answer: object) -> None:
    """One line of JSON to whoever started this process."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("seed", type=int)
    options = parser.parse_args()
    serve(options.state, options.seed)
