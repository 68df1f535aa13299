"""`lapor run` as a process of its own, and what the platforms' stand-ins show afterwards."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.places import Places

ROOT = Path(__file__).parent.parent.parent
SPEED = 8.0


@dataclass
class SandboxRun:
    """One database and its world, run as often as a test likes."""

    folder: Path
    database: str

    def finish(self, seconds: float = 240) -> dict[str, Any]:
        """Run until nothing is due any more; the outcome as `--json` prints it."""
        done = subprocess.run(
            self._command("--until-idle", "--json"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=self._environment(),
        )
        assert done.returncode == 0, done.stderr[-2000:]
        outcome: dict[str, Any] = json.loads(done.stdout)
        return outcome

    def kill_after(self, seconds: float) -> None:
        """Start the bot and kill it without a warning."""
        process = subprocess.Popen(
            self._command(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environment(),
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def places(self, outcome: dict[str, Any]) -> Places:
        """The outcome beside what the script expects."""
        rows = self._world("SELECT id, platform_id FROM citizen_steps WHERE platform_id NOT NULL")
        return Places(outcome, dict(rows), {row[0] for row in self.shown()})

    def shown(self) -> list[tuple[str, str]]:
        """Every message of the bot that stands on a platform: what it replies to, and its text."""
        on_x = self._world(
            "SELECT reply_to, text FROM x_posts JOIN x_people ON x_people.id = author"
            " WHERE handle = 'lapor1708' AND NOT deleted"
        )
        on_telegram = self._world(
            "SELECT chat_id || ':' || reply_to, json_extract(body, '$.text')"
            " FROM telegram_messages WHERE from_bot"
        )
        return [(str(reply_to), text) for reply_to, text in on_x + on_telegram]

    def doubled(self) -> list[tuple[str, str]]:
        """Messages that stand there twice."""
        return [message for message, times in Counter(self.shown()).items() if times > 1]

    def _world(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "sandbox-world.db") as connection:
            return connection.execute(query).fetchall()

    def _command(self, *options: str) -> list[str]:
        lapor = [sys.executable, "-c", "from cli.main import run; run()"]
        return [
            *lapor,
            "--database",
            self.database,
            "run",
            "--sandbox",
            "--speed",
            str(SPEED),
            *options,
        ]

    def _environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(ROOT)}
