"""The sandbox as a process of its own: both stand-ins on 127.0.0.1, and the citizens at work.

`python -m sandbox.process --state FILE` prints one JSON line when it is ready and ends when its
standard input closes, so it never outlives the bot that started it with `start_sandbox`.
"""

import argparse
import fcntl
import json
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from sandbox import telegram_server, x_server
from sandbox.citizens import PATIENCE_SECONDS, Citizens, OtherScript
from sandbox.faults import Faults
from sandbox.script import DEFAULT_SCRIPT, Script, ScriptError, load_script
from sandbox.telegram_world import TelegramWorld
from sandbox.transactions import open_shared_state
from sandbox.x_world import XWorld

HOST = "127.0.0.1"
TELEGRAM_TOKEN = "1708001708:made-for-the-sandbox-only"  # noqa: S105 - opens nothing but a sandbox
X_KEY = "made-for-the-sandbox-only"
"""Good for each of X's four keys: the stand-in wants a signature and does not check it."""
STATUS_PATH = "/sandbox/status"

_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0
_LOCK_SECONDS = 15.0
_PROJECT = Path(__file__).resolve().parent.parent


class SandboxFailed(RuntimeError):
    """The sandbox did not start: its own messages on standard error say why."""


@dataclass(frozen=True)
class SandboxStatus:
    """How far the citizens are; `posts` maps the script's ids to the platforms' ids."""

    finished: bool
    left: int
    expired: tuple[str, ...]
    posts: dict[str, str]


@dataclass(frozen=True)
class SandboxHandle:
    """A running sandbox, as seen by whoever started it."""

    x_url: str
    telegram_url: str
    status_url: str
    token: str
    process: subprocess.Popen[str]

    def status(self) -> SandboxStatus:
        """Ask how far the citizens are. Raises `httpx.HTTPError` when the sandbox is gone."""
        found = httpx.get(self.status_url, timeout=5).raise_for_status().json()
        return SandboxStatus(
            found["finished"], found["left"], tuple(found["expired"]), found["posts"]
        )

    def stop(self) -> None:
        """End the sandbox; its state stays. May be called twice."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start_sandbox(
    state: Path,
    *,
    x_port: int = 0,
    telegram_port: int = 0,
    speed: float = 1.0,
    patience: float = PATIENCE_SECONDS,
    script: Path | None = DEFAULT_SCRIPT,
) -> SandboxHandle:
    """Start the sandbox as a child process and wait until it answers.

    Port 0 takes any free one; without a `script` nobody writes anything. The child has its own
    session: Ctrl-C reaches the bot alone, which may then finish what it was saying. Raises
    `SandboxFailed`.
    """
    command = [sys.executable, "-m", "sandbox.process", "--state", str(state.resolve())]
    command += ["--x-port", str(x_port), "--telegram-port", str(telegram_port)]
    command += ["--speed", str(speed), "--patience", str(patience)]
    command += ["--script", str(script.resolve())] if script else ["--no-script"]
    process = subprocess.Popen(  # noqa: S603 - our own module with our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_PROJECT,
        start_new_session=True,
    )
    ready = _ready_line(process)
    return SandboxHandle(
        ready["x_url"], ready["telegram_url"], ready["status_url"], ready["token"], process
    )


def _ready_line(process: subprocess.Popen[str]) -> dict[str, str]:
    too_slow = threading.Timer(_READY_SECONDS, process.kill)
    too_slow.start()
    line = process.stdout.readline() if process.stdout else ""
    too_slow.cancel()
    if not line:
        process.kill()
        process.wait()
        raise SandboxFailed(SandboxFailed.__doc__)
    ready: dict[str, str] = json.loads(line)
    return ready


# ---------------------------------------------------------------- inside the process


def serve(options: argparse.Namespace) -> None:
    """Serve and play until standard input closes or SIGTERM comes."""
    stop = _told_to_stop()
    with ExitStack() as stack:
        stack.enter_context(_alone(options.state))
        connection = open_shared_state(options.state)
        stack.callback(connection.close)
        x, telegram = XWorld(connection), TelegramWorld(connection)
        script = load_script(options.script) if options.script else None
        citizens = None
        if script:
            citizens = Citizens(
                script, connection, x, telegram, speed=options.speed, patience=options.patience
            )
        x_app = x_server.create_app(x, Faults())
        _add_status(x_app, citizens)
        telegram_app = telegram_server.create_app(telegram, Faults(), TELEGRAM_TOKEN)
        urls = stack.enter_context(
            _served((x_app, options.x_port), (telegram_app, options.telegram_port))
        )
        _say_ready(*urls, script=script)
        if citizens:
            citizens.run(stop)
        stop.wait()


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM, SIGINT and the end of standard input."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_watch_input, args=(stop,), daemon=True).start()
    return stop


def _say_ready(x_url: str, telegram_url: str, *, script: Script | None) -> None:
    ready = {
        "x_url": x_url,
        "telegram_url": telegram_url,
        "status_url": x_url + STATUS_PATH,
        "token": TELEGRAM_TOKEN,
        "script": script.counts() if script else {},
    }
    print(json.dumps(ready), flush=True)


def _watch_input(stop: threading.Event) -> None:
    # Not sys.stdin: a thread that reads it holds its lock, which stops Python from ending.
    while os.read(0, 1024):
        pass
    stop.set()


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the state file; a sandbox whose bot was just killed may need a moment to leave it."""
    state.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + _LOCK_SECONDS
    with state.with_name(state.name + ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise SystemExit(
                        f"{state.name} is used by another sandbox: stop it, or name another file."
                    ) from None
                time.sleep(0.05)
        yield


@contextmanager
def _served(*apps: tuple[FastAPI, int]) -> Iterator[list[str]]:
    """Serve apps on their ports, each in a thread; gives their URLs, which answer at once."""
    sockets = [_listening(port) for _, port in apps]
    servers = [uvicorn.Server(_server_options(app)) for app, _ in apps]
    threads = [
        threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        for server, listening in zip(servers, sockets, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield [f"http://{HOST}:{listening.getsockname()[1]}" for listening in sockets]
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join(_STOP_SECONDS / 2)


def _listening(port: int) -> socket.socket:
    # Only for a socket that says "TCP" does asyncio switch Nagle's delay (40 ms an answer) off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    # It takes connections from now on, though they are answered a moment later.
    listener.listen()
    return listener


def _server_options(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )


def _add_status(app: FastAPI, citizens: Citizens | None) -> None:
    def status() -> dict[str, object]:
        if citizens is None:
            return {"finished": True, "left": 0, "expired": [], "posts": {}}
        return {
            "finished": citizens.finished(),
            "left": citizens.left(),
            "expired": citizens.expired(),
            "posts": citizens.platform_ids(),
        }

    app.add_api_route(STATUS_PATH, status, methods=["GET"])


def _options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.process", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="where the sandbox remembers")
    parser.add_argument("--x-port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--telegram-port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--speed", type=float, default=1.0, help="2 plays twice as fast")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE_SECONDS,
        help="seconds that citizens wait for a notice after the last thing that happened",
    )
    parser.add_argument(
        "--script", type=Path, default=DEFAULT_SCRIPT, help="who writes what (a TOML file)"
    )
    parser.add_argument(
        "--no-script",
        dest="script",
        action="store_const",
        const=None,
        help="nobody writes anything",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    try:
        serve(_options())
    except (ScriptError, OtherScript, OSError, sqlite3.DatabaseError) as error:
        sys.exit(f"The sandbox cannot run: {error}")
