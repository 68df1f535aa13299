"""Every setting, read from the environment (`LAPOR_...`) or `.env`. Only entry points build it.

`.env.example` lists the same settings for people; a test holds the two together.
"""

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT = Path(__file__).parent
# What X's portal gives for OAuth 1.0a; all four or none.
X_CREDENTIALS = (
    "x_consumer_key",
    "x_consumer_secret",
    "x_access_token",
    "x_access_token_secret",
)


class SettingMissing(Exception):
    """A setting without which nothing can start."""

    def __init__(self, names: list[str], why: str) -> None:
        listed = "\n".join(f"  {name}" for name in names)
        super().__init__(
            f"{why} Missing:\n{listed}\nSet them in the environment or in .env (see .env.example), "
            "or try the sandbox, which needs none: lapor run --sandbox"
        )


class SettingWrong(Exception):
    """A setting whose value cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} cannot be used: {why}. See .env.example.")


class Settings(BaseSettings):
    """All settings with their defaults. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="LAPOR_",
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        # A wrong value may be a token in the wrong place.
        hide_input_in_errors=True,
    )

    # Where things are kept
    database_url: str = Field("sqlite:///var/lapor.db", description="SQLite, or postgresql+psycopg")
    secret_key: SecretStr | None = Field(
        None, description="Seals citizens' texts at rest; `lapor new-key` makes one"
    )
    old_secret_keys: Annotated[list[SecretStr], NoDecode] = Field(
        [], description="Former keys that may still open, with commas between them"
    )
    model_dir: Path = Field(
        Path("models/starter"),
        validate_default=True,
        description="The classifier's folder; a relative one lies in the project",
    )
    var_dir: Path = Field(Path("var"), description="Trained versions are written below it")
    erasures_file: Path | None = Field(
        None, description="The journal of erasures; without it beside a SQLite database, or in var"
    )

    # X
    x_account: str = Field("lapor1708", description="The account's handle, without @")
    x_consumer_key: SecretStr | None = Field(None, description="OAuth 1.0a, from X's portal")
    x_consumer_secret: SecretStr | None = Field(None, description="OAuth 1.0a")
    x_access_token: SecretStr | None = Field(None, description="OAuth 1.0a, of the account")
    x_access_token_secret: SecretStr | None = Field(None, description="OAuth 1.0a, of the account")
    x_base_url: str = Field("https://api.twitter.com", description="Where the X API is")
    x_poll_seconds: float = Field(60, gt=0, description="How often mentions are read")
    x_sweep_hours: float = Field(6, gt=0, description="How often search looks for missed mentions")
    x_gone_hours: float = Field(
        12, gt=0, description="How often deleted posts are looked for (X wants it within 24 h)"
    )
    x_known_bots: Annotated[list[str], NoDecode] = Field(
        [], description="Handles that are bots and open no report, with commas between them"
    )
    x_daily_usd: float = Field(20.0, ge=0, description="Spending a day (UTC) that stops X notices")
    x_resolve_without_reply: bool = Field(
        True, description="May a resolution go out under a post already answered once"
    )

    # Telegram
    telegram_token: SecretStr | None = Field(None, description="From @BotFather")
    telegram_account: str = Field("lapor1708_bot", description="The bot's username, without @")
    telegram_base_url: str = Field("https://api.telegram.org", description="Where the Bot API is")
    telegram_poll_seconds: int = Field(25, ge=0, description="How long one long poll waits")
    telegram_settle_seconds: float = Field(
        20, ge=0, description="How long a private message waits for its photo or place"
    )
    duty_chat: str | None = Field(None, description="Telegram chat id that darurat is told to")

    # What goes out
    max_age_hours: float = Field(6, gt=0, description="Older posts get no automatic notice")
    per_thread: int = Field(10, ge=0, description="Automatic notices a thread, in all, on X")
    per_person_hour: int = Field(20, ge=0, description="Automatic notices a person and hour")
    per_hour: int = Field(500, ge=0, description="Automatic notices an account and hour")
    look_seconds: float = Field(60, gt=0, description="Between two looks for a notice in doubt")

    # What the classifier may decide alone
    open_at: float = Field(0.5, ge=0, le=1, description="A report from this probability on")
    set_aside_at: float = Field(0.05, ge=0, le=1, description="No report below; between, a person")
    spam_at: float = Field(0.03, ge=0, le=1, description="A private message is spam below")

    # Deadlines (working days; sources in docs/decisions.md)
    verify_days: int = Field(3, gt=0, description="To verify and forward a report")
    answer_days: int = Field(14, gt=0, description="For the agency's answer, by default")
    information_days: int = Field(
        5, gt=0, description="For the answer to a request for information"
    )
    close_days: int = Field(10, gt=0, description="Of silence after an answer")
    info_days: int = Field(10, gt=0, description="For the citizen to answer a question")
    remind_days: int = Field(3, gt=0, description="Until a question is asked again")
    raw_days: int = Field(7, gt=0, description="What platforms handed over is kept so long")
    duty_from: time = Field(time(7), description="Start of duty time, Asia/Jakarta")
    duty_until: time = Field(time(21), description="End of duty time, Asia/Jakarta")

    @field_validator("x_account", "telegram_account")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.removeprefix("@")

    @property
    def max_age(self) -> timedelta:
        """The age from which a post gets no automatic notice."""
        return timedelta(hours=self.max_age_hours)

    @field_validator("old_secret_keys", "x_known_bots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("model_dir")
    @classmethod
    def _in_the_project(cls, value: Path) -> Path:
        return PROJECT / value

    @property
    def has_x(self) -> bool:
        """Whether all four X credentials are there; raises `SettingMissing` for some of them."""
        missing = [name for name in X_CREDENTIALS if getattr(self, name) is None]
        if missing and len(missing) < len(X_CREDENTIALS):
            names = [f"LAPOR_{name.upper()}" for name in missing]
            raise SettingMissing(names, "X needs all four credentials, and some are not there.")
        return not missing

    def require_platform(self) -> None:
        """Raise `SettingMissing` when there is no platform to read."""
        if not self.has_x and self.telegram_token is None:
            raise SettingMissing(
                [
                    "LAPOR_X_CONSUMER_KEY, LAPOR_X_CONSUMER_SECRET, LAPOR_X_ACCESS_TOKEN, "
                    "LAPOR_X_ACCESS_TOKEN_SECRET   (for X)",
                    "LAPOR_TELEGRAM_TOKEN   (for Telegram)",
                ],
                "There is no platform to read: no credentials for X and none for Telegram.",
            )
