"""Every setting, read from the environment (`LAPOR_...`) or `.env`. Only entry points build it.

`.env.example` lists the same settings for people; a test holds the two together.
"""

from datetime import time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Sending = Literal["shadow", "on"]


class Settings(BaseSettings):
    """All settings with their defaults. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="LAPOR_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    # Where things are kept
    database_url: str = Field("sqlite:///var/lapor.db", description="SQLite, or postgresql+psycopg")
    secret_key: SecretStr | None = Field(
        None, description="Seals citizens' texts at rest; `lapor new-key` makes one"
    )
    old_secret_keys: list[SecretStr] = Field([], description="Former keys that may still open")
    model_dir: Path = Field(Path("models/starter"), description="The classifier's folder")
    var_dir: Path = Field(Path("var"), description="Trained versions are written below it")

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
    x_known_bots: list[str] = Field([], description="Handles that are bots; they open no report")
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

    @property
    def has_x(self) -> bool:
        """Whether all four X credentials are there."""
        return all(
            (
                self.x_consumer_key,
                self.x_consumer_secret,
                self.x_access_token,
                self.x_access_token_secret,
            )
        )
