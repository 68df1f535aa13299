"""`lapor` as people start it: its help, and `lapor run` as a process that must end well."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import typer
from sqlmodel import col, select
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from classifier.starter import STARTER
from intake import operate
from store.crypto import new_secret_key
from store.database import Database
from store.tables import Channel, Notice, Post
from tests.bots.telegram_stand_in import StandIn as Telegram
from tests.bots.telegram_stand_in import running_telegram
from tests.bots.x_stand_in import StandIn as X
from tests.bots.x_stand_in import running_x
from tests.intake.texts import LAMP, ROAD

ROOT = Path(__file__).parent.parent.parent
STOP_SECONDS = 15.0
TOKEN = "1708001708:rahasia-contoh"

# ------------------------------------------------------------------ help


def commands(app: typer.Typer) -> dict[str, TyperCommand]:
    """Every command by all its words, groups left out."""
    found: dict[str, TyperCommand] = {}

    def walk(name: str, command: object) -> None:
        if isinstance(command, TyperGroup):
            for word, below in command.commands.items():
                walk(f"{name} {word}", below)
        elif isinstance(command, TyperCommand):
            found[name] = command

    walk("lapor", typer.main.get_command(app))
    return found


def test_every_command_says_what_it_does_and_shows_an_example(app: typer.Typer) -> None:
    bare = [
        name
        for name, command in commands(app).items()
        if not command.help or not str(command.epilog).startswith("Example: lapor ")
    ]

    assert bare == []


def test_every_example_is_a_command_that_parses(app: typer.Typer) -> None:
    for name, command in commands(app).items():
        example = str(command.epilog).removeprefix("Example: ")
        assert f"{example} ".startswith(f"{name} ")
        words = shlex.split(example)[len(name.split()) :]
        # Typer's commands parse with the context that they make themselves.
        with command.make_context(name, list(words)):
            pass


def test_every_group_says_what_it_is_about(app: typer.Typer) -> None:
    whole = typer.main.get_command(app)
    assert isinstance(whole, TyperGroup)

    groups = [found for found in whole.commands.values() if isinstance(found, TyperGroup)]

    assert {group.name for group in groups} >= {"reports", "notices", "models"}
    assert all(group.help for group in groups)


def test_every_argument_and_option_is_explained(app: typer.Typer) -> None:
    silent = [
        f"{name} {parameter.name}"
        for name, command in commands(app).items()
        for parameter in command.params
        if not getattr(parameter, "help", None)
    ]

    assert silent == []


@pytest.mark.parametrize("words", [[], ["reports"], ["reports", "show"], ["notices", "decide"]])
def test_help_is_printed_for_every_level(app: typer.Typer, words: list[str]) -> None:
    said = CliRunner().invoke(app, [*words, "--help"])

    assert said.exit_code == 0
    assert "Usage" in said.output


# ------------------------------------------------------------------ processes


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment with these settings only; colours and widths play no part."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LAPOR_")}
    return clean | {
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        "LAPOR_DATABASE_URL": f"sqlite:///{folder}/lapor.db",
        "LAPOR_MODEL_DIR": str(STARTER),
        **{f"LAPOR_{name.upper()}": value for name, value in settings.items()},
    }


COMMAND = [sys.executable, "-c", "from cli.main import run; run()"]


def start(folder: Path, *words: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env=environment(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    process = start(folder, *words, **settings)
    out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def test_the_command_is_installed_under_its_name() -> None:
    (script,) = entry_points(group="console_scripts", name="lapor")

    assert script.value == "cli.main:run"


def test_run_without_credentials_refuses_and_points_at_the_sandbox(tmp_path: Path) -> None:
    done = finished(tmp_path, "run", secret_key=new_secret_key())

    assert done.returncode == 2
    assert done.stdout == ""
    assert "LAPOR_X_ACCESS_TOKEN_SECRET" in done.stderr
    assert "LAPOR_TELEGRAM_TOKEN" in done.stderr
    assert "lapor run --sandbox" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ the life of `lapor run`


@dataclass
class Live:
    """Two platforms, and what it takes to run a live bot against them."""

    folder: Path
    x: X
    telegram: Telegram
    key: str

    def start(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        """`lapor run` with credentials for both; its long poll is longer than a stop may take."""
        made_up = dict.fromkeys(
            ("x_consumer_key", "x_consumer_secret", "x_access_token", "x_access_token_secret"),
            "rahasia-x",
        )
        settings = {
            "secret_key": self.key,
            "x_base_url": self.x.base_url,
            "x_poll_seconds": "0.5",
            "telegram_token": TOKEN,
            "telegram_base_url": self.telegram.base_url,
            "telegram_poll_seconds": "40",
            "telegram_settle_seconds": "0",
        }
        return start(self.folder, *words, "run", **(settings | made_up | more))

    def switch_on(self) -> None:
        """As `lapor send on` does."""
        db = Database(f"sqlite:///{self.folder}/lapor.db")
        operate.set_sending(db, "on")
        db.close()

    def rows(self) -> tuple[list[Post], list[Notice], list[Channel]]:
        db = Database(f"sqlite:///{self.folder}/lapor.db")
        with db.reading() as session:
            found = (
                list(session.exec(select(Post).order_by(col(Post.id))).all()),
                list(session.exec(select(Notice).order_by(col(Notice.id))).all()),
                list(session.exec(select(Channel).order_by(col(Channel.id))).all()),
            )
        db.close()
        return found

    def write(self, text: str) -> str:
        self.tick()
        return self.x.world.post("sari", f"@lapor1708 {text}")

    def tick(self) -> None:
        """The platforms' time is the process's time."""
        self.x.clock.now = self.telegram.clock.now = datetime.now(UTC)

    def wait(self, happened: Callable[[], object]) -> None:
        """Wait until the bot holds its lock, which it takes when the tables are there, and more."""
        end = time.monotonic() + 30
        while not (self.folder / "lapor.db.lock").exists() or not happened():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.1)


@contextmanager
def platforms(folder: Path) -> Iterator[Live]:
    with running_x(folder) as x, running_telegram(folder) as telegram:
        live = Live(folder, x, telegram, new_secret_key())
        live.tick()
        yield live


@contextmanager
def ended_by(process: "subprocess.Popen[str]", how: signal.Signals) -> Iterator[list[str]]:
    """Stop the process at the end of the block, and see that it does so in time and in peace."""
    printed: list[str] = []
    try:
        yield printed
        process.send_signal(how)
        printed += process.communicate(timeout=STOP_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in printed[1]


@pytest.mark.slow
def test_a_live_bot_starts_in_shadow_stops_when_told_and_goes_on(tmp_path: Path) -> None:
    with platforms(tmp_path) as live:
        first = live.write(LAMP)

        with ended_by(live.start("--verbose"), signal.SIGTERM) as printed:
            live.wait(lambda: live.rows()[1])
            time.sleep(1.2)  # The terminal is written twice a second.
        posts, notices, channels = live.rows()
        assert [notice.state for notice in notices] == ["ready"]
        assert {channel.sending for channel in channels} == {"shadow"}
        assert live.x.world.notices_to(first) == []
        assert "live, Ctrl-C stops" in printed[0]
        assert "penerangan_jalan" in printed[0]
        for secret in (TOKEN, TOKEN.split(":")[1], "rahasia-x", live.key, "sari"):
            assert secret not in "".join(printed)

        live.switch_on()
        second = live.write(ROAD)
        with ended_by(live.start(), signal.SIGINT) as again:
            live.wait(lambda: live.x.world.notices_to(first) and live.x.world.notices_to(second))
        theirs = [post.external_id for post in live.rows()[0] if post.note != "own"]
        assert theirs == [first, second]
        assert len(live.x.world.notices_to(first)) == 1
        assert len(posts) == 1
        assert LAMP[:40] not in again[0], "an earlier run has shown it"


@pytest.fixture(scope="module")
def without_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What a bot prints on both outputs whose model is missing and that met one post."""
    with platforms(tmp_path_factory.mktemp("without")) as live:
        live.write(LAMP)
        with ended_by(live.start(model_dir="nowhere"), signal.SIGTERM) as printed:
            live.wait(lambda: live.rows()[0] and live.rows()[0][0].state == "queued")
    return printed[0], printed[1]


@pytest.mark.slow
def test_without_a_model_it_says_so_and_every_post_goes_to_a_person(
    without_model: tuple[str, str],
) -> None:
    out, err = without_model

    assert "every post goes to a person" in out
    assert "lapor queue" in err


@pytest.mark.slow
def test_without_a_model_it_says_what_is_wrong_with_it(without_model: tuple[str, str]) -> None:
    assert "nowhere" in "".join(without_model)
