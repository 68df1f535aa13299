"""What every command shares: which world it works in, and how its errors reach the person."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from rich.console import Console

from settings import Settings

if TYPE_CHECKING:
    from wiring import System

# The sandbox holds invented texts only; its key protects nothing and is the same everywhere.
SANDBOX_KEY = "c2FuZGJveC1rZXktdGhhdC1ndWFyZHMtbm90aGluZyE="
SANDBOX_URL = "sqlite:///sandbox.db"

URGENCY_STYLE = {"darurat": "bold red", "tinggi": "yellow", "biasa": "dim"}

out = Console()
err = Console(stderr=True)


@dataclass
class World:
    """Sandbox or live, chosen once by `lapor --sandbox` or `lapor run --sandbox`."""

    sandbox: bool = False
    database: str | None = None

    @property
    def environment(self) -> str:
        """The world's name as a database keeps it."""
        return "sandbox" if self.sandbox else "live"


world = World()


def now() -> datetime:
    """The moment of a command."""
    return datetime.now(UTC)


def local(moment: datetime) -> str:
    """A moment as people here read it: Jakarta's day and time."""
    from intake.workdays import JAKARTA

    return f"{moment.astimezone(JAKARTA):%d.%m.%Y %H.%M} WIB"


def moderator() -> str:
    """Whose decision it is: LAPOR_MODERATOR, or the user of this computer."""
    return os.environ.get("LAPOR_MODERATOR") or getpass.getuser()


class _SandboxSettings(Settings):
    """The defaults: nothing of a live `.env` may reach the sandbox."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the base class wants the name
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load_settings(speed: float = 1.0) -> Settings:
    """The settings of the chosen world; the sandbox's waiting times shrink with its `speed`."""
    if not world.sandbox:
        return Settings(database_url=world.database) if world.database else Settings()
    return _SandboxSettings(
        database_url=world.database or SANDBOX_URL,
        secret_key=SecretStr(SANDBOX_KEY),
        # So that an analyst can watch another model at work.
        model_dir=Path(os.environ.get("LAPOR_MODEL_DIR", "models/starter")),
        x_poll_seconds=3 / speed,
        telegram_poll_seconds=max(1, round(5 / speed)),
        telegram_settle_seconds=4 / speed,
        look_seconds=2 / speed,
    )


@contextmanager
def opened(*, prepare: bool = False, speed: float = 1.0) -> Iterator["System"]:
    """The system of the chosen world; `prepare` migrates its database first.

    The sandbox's is always migrated: nobody keeps anything there.
    """
    from wiring import build_system

    environment = world.environment
    system = build_system(
        load_settings(speed), environment, now(), prepare=prepare or world.sandbox
    )
    try:
        yield system
    finally:
        system.close()
