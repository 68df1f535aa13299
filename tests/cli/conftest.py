"""The `lapor` command on the database of a running sandbox bot, in this process."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from classifier.predict import Model
from classifier.starter import STARTER
from cli import context
from cli import main as entry
from cli.context import SANDBOX_KEY
from store.crypto import Vault
from store.database import Database
from tests.bot import Bot, running_bot

WIDE, NARROW = 400, 80
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def both(self) -> str:
        """Standard output and standard error."""
        return self.out + self.err


@dataclass
class Lapor:
    """`lapor --sandbox --database URL ...` through its real entry point, without a new process.

    An error that the entry point does not turn into a sentence is raised, as it would show a
    traceback.
    """

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    url: str

    def __call__(self, *words: str) -> Said:
        return self.bare("--sandbox", "--database", self.url, *words)

    def bare(self, *words: str) -> Said:
        """Without the options that lead to the sandbox's database."""
        self.patch.setattr(sys, "argv", ["lapor", *words])
        self.capture.readouterr()
        code, handlers = 0, {number: signal.getsignal(number) for number in SIGNALS}
        try:
            entry.run()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            # `lapor run` takes the signals for itself; pytest wants them back.
            for number, handler in handlers.items():
                signal.signal(number, handler)
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)

    def told(self, *words: str) -> str:
        """What a command that must succeed printed."""
        said = self(*words)
        assert said.code == 0, said.err
        return said.out

    def refused(self, *words: str) -> str:
        """The one paragraph with which a command that must fail says why."""
        said = self(*words)
        assert said.code == 2, said.both
        assert said.err.lstrip().startswith("lapor: ")
        return said.err


@pytest.fixture
def app() -> typer.Typer:
    """The command with all its parts."""
    whole = typer.Typer(name="lapor")
    entry.add_commands(whole)
    return whole


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh database; SQLite is enough here, what the commands call is tested on both."""
    path = tmp_path / "lapor.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def vault() -> Vault:
    return Vault([SANDBOX_KEY])


@pytest.fixture
def bot(db: Database, vault: Vault, model: Model, tmp_path: Path) -> Iterator[Bot]:
    """The bot two minutes ago, so that what the commands do with the real clock comes after."""
    with running_bot(db, vault, model, tmp_path) as bot:
        bot.forward(seconds=(datetime.now(UTC) - timedelta(minutes=2) - bot.now).total_seconds())
        yield bot


@pytest.fixture
def lapor(
    database_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Lapor:
    """The command in an empty folder: no `.env` and no setting of this machine reaches it."""
    bare_environment(monkeypatch)
    monkeypatch.setenv("LAPOR_MODEL_DIR", str(STARTER))
    monkeypatch.setenv("LAPOR_MODERATOR", "dewi")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(entry.app, "registered_commands", [])
    monkeypatch.setattr(entry.app, "registered_groups", [])
    widen(monkeypatch, WIDE)
    return Lapor(capsys, monkeypatch, database_url)


def bare_environment(patch: pytest.MonkeyPatch) -> None:
    """Take every setting out of the environment."""
    for name in [name for name in os.environ if name.startswith("LAPOR_")]:
        patch.delenv(name)


def widen(patch: pytest.MonkeyPatch, columns: int) -> None:
    """Make the terminal so wide."""
    patch.setattr(context.out, "_width", columns)
    patch.setattr(context.err, "_width", columns)
