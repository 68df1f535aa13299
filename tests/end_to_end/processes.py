"""The processes around a bot that is killed: its town, and the warm bot that is forked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sandbox.process import TELEGRAM_TOKEN, X_KEY
from store.crypto import new_secret_key

ROOT = Path(__file__).parent.parent.parent


class Partner:
    """A process that takes commands and answers each, a line of JSON at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def tell(self, command: str) -> None:
        """Give a command; its answer comes later."""
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the test ended; its standard error says why")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, command: str) -> dict[str, Any]:
        """Give a command and wait for its answer."""
        self.tell(command)
        return self.answer()

    def write(self, posts: int, seconds: float) -> None:
        """Let the town's citizens write so many posts in so many seconds."""
        self.tell(f"{posts} {seconds}")


@contextmanager
def partner(module: str, *arguments: str, env: Mapping[str, str], cwd: Path) -> Iterator[Partner]:
    """Run a module until the end of the block, which closes its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Partner(process)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def warm_town(
    database_url: str, folder: Path, seed: int
) -> Iterator[tuple[Partner, Partner, dict[str, str]]]:
    """The town, the warm bot, and the environment that leads the bot to the town."""
    # Nothing of a live bot may reach this one.
    here = {name: value for name, value in os.environ.items() if not name.startswith("LAPOR_")}
    here |= {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with ExitStack() as stack:
        town = stack.enter_context(
            partner(
                "tests.end_to_end.town", str(folder / "world.db"), str(seed), env=here, cwd=folder
            )
        )
        env = here | _settings(database_url, town.answer())
        bot = stack.enter_context(
            partner("tests.end_to_end.preloaded", str(folder / "bot.log"), env=env, cwd=folder)
        )
        bot.answer()
        yield town, bot, env


def _settings(database_url: str, town: Mapping[str, str]) -> dict[str, str]:
    """The settings of a live bot whose platforms are the town's, in a hurry and without caps."""
    return {
        "LAPOR_DATABASE_URL": database_url,
        "LAPOR_SECRET_KEY": new_secret_key(),
        "LAPOR_X_BASE_URL": town["x_url"],
        "LAPOR_X_CONSUMER_KEY": X_KEY,
        "LAPOR_X_CONSUMER_SECRET": X_KEY,
        "LAPOR_X_ACCESS_TOKEN": X_KEY,
        "LAPOR_X_ACCESS_TOKEN_SECRET": X_KEY,
        "LAPOR_TELEGRAM_BASE_URL": town["telegram_url"],
        "LAPOR_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "LAPOR_X_POLL_SECONDS": "0.3",
        "LAPOR_TELEGRAM_POLL_SECONDS": "1",
        "LAPOR_TELEGRAM_SETTLE_SECONDS": "0.2",
        "LAPOR_LOOK_SECONDS": "0.4",
        "LAPOR_PER_HOUR": "1000000",
        "LAPOR_X_DAILY_USD": "1000000",
    }
