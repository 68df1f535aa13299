"""What every command shares: which world it works in, and how its errors reach the person."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr
from rich.console import Console

from settings import Settings

if TYPE_CHECKING:
    from wiring import System

# The sandbox holds invented texts only; its key protects nothing and is the same everywhere.
SANDBOX_KEY = "c2FuZGJveC1rZXktdGhhdC1ndWFyZHMtbm90aGluZyE="
SANDBOX_URL = "sqlite:///sandbox.db"

out = Console()
err = Console(stderr=True)


@dataclass
class World:
    """Sandbox or live, chosen once by `lapor --sandbox` or `lapor run --sandbox`."""

    sandbox: bool = False
    database: str | None = None


world = World()


def now() -> datetime:
    """The moment of a command."""
    return datetime.now(UTC)


def moderator() -> str:
    """Whose decision it is: LAPOR_MODERATOR, or the user of this computer."""
    return os.environ.get("LAPOR_MODERATOR") or getpass.getuser()


def load_settings(speed: float = 1.0) -> Settings:
    """The settings of the chosen world; the sandbox's waiting times shrink with its `speed`."""
    if not world.sandbox:
        return Settings(database_url=world.database) if world.database else Settings()
    return Settings(
        database_url=world.database or SANDBOX_URL,
        secret_key=SecretStr(SANDBOX_KEY),
        x_poll_seconds=3 / speed,
        x_base_url="http://127.0.0.1",
        telegram_poll_seconds=max(1, round(5 / speed)),
        telegram_settle_seconds=4 / speed,
        look_seconds=2 / speed,
    )


@contextmanager
def opened(*, prepare: bool = False, speed: float = 1.0) -> Iterator["System"]:
    """The system of the chosen world; `prepare` migrates its database first."""
    from wiring import build_system

    environment = "sandbox" if world.sandbox else "live"
    system = build_system(load_settings(speed), environment, now(), prepare=prepare)
    try:
        yield system
    finally:
        system.close()
