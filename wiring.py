"""The only place where the database, the platforms and the model are built from settings."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bots.platform import Platform
from bots.telegram import Telegram
from bots.x import X
from classifier.predict import Model
from classifier.registry import ModelUnusable, load_model
from intake.policy import Policy
from settings import Settings
from store import channels
from store.crypto import Vault
from store.database import Database
from store.installation import claim_installation
from store.migrate import check_migrated, migrate

log = logging.getLogger(__name__)


class SettingMissing(Exception):
    """A setting without which nothing can start."""

    def __init__(self, names: list[str], why: str) -> None:
        listed = "\n".join(f"  {name}" for name in names)
        super().__init__(
            f"{why} Missing:\n{listed}\nSet them in the environment or in .env (see .env.example), "
            "or try the sandbox, which needs none: lapor run --sandbox"
        )


@dataclass(frozen=True)
class System:
    """Everything that an entry point works with."""

    settings: Settings
    environment: str
    db: Database
    vault: Vault
    policy: Policy

    def close(self) -> None:
        """Give the database back."""
        self.db.close()


def build_system(settings: Settings, environment: str, now: datetime, *, prepare: bool) -> System:
    """The database, opened for its own world. `prepare` migrates it first, else it must be ready.

    Raises `SettingMissing`, `WrongEnvironment`, `NotMigrated`, `DatabaseTooNew`.
    """
    vault = build_vault(settings)
    db = Database(settings.database_url)
    if prepare:
        migrate(db.engine)
    else:
        check_migrated(db.engine)
    with db.writing() as session:
        claim_installation(session, environment, now)
    return System(settings, environment, db, vault, build_policy(settings))


def build_vault(settings: Settings) -> Vault:
    """The key that seals texts at rest."""
    if settings.secret_key is None:
        raise SettingMissing(
            ["LAPOR_SECRET_KEY (make one with: lapor new-key)"],
            "Citizens' texts are kept encrypted, and there is no key.",
        )
    return Vault([_secret(key) for key in (settings.secret_key, *settings.old_secret_keys)])


def build_policy(settings: Settings) -> Policy:
    """The settings as the use cases want them."""
    return Policy(
        max_age=settings.max_age,
        settle=timedelta(seconds=settings.telegram_settle_seconds),
        per_thread=settings.per_thread,
        per_person_hour=settings.per_person_hour,
        per_hour=settings.per_hour,
        daily_microusd=int(settings.x_daily_usd * 1_000_000),
        resolve_without_reply=settings.x_resolve_without_reply,
        look_every=timedelta(seconds=settings.look_seconds),
        open_at=settings.open_at,
        set_aside_at=settings.set_aside_at,
        spam_at=settings.spam_at,
        verify_days=settings.verify_days,
        answer_days=settings.answer_days,
        information_days=settings.information_days,
        close_days=settings.close_days,
        info_days=settings.info_days,
        remind_days=settings.remind_days,
        raw_kept=timedelta(days=settings.raw_days),
        duty_from=settings.duty_from,
        duty_until=settings.duty_until,
        duty_chat=settings.duty_chat,
        x_account=f"@{settings.x_account}",
    )


def build_platforms(settings: Settings) -> list[Platform]:
    """An adapter for every platform that has credentials; raises when there is none."""
    platforms: list[Platform] = []
    if settings.has_x:
        platforms.append(_x(settings))
    if settings.telegram_token is not None:
        platforms.append(_telegram(settings, settings.telegram_token))
    if not platforms:
        raise SettingMissing(
            [
                "LAPOR_X_CONSUMER_KEY, LAPOR_X_CONSUMER_SECRET, LAPOR_X_ACCESS_TOKEN, "
                "LAPOR_X_ACCESS_TOKEN_SECRET   (for X)",
                "LAPOR_TELEGRAM_TOKEN   (for Telegram)",
            ],
            "There is no platform to read: no credentials for X and none for Telegram.",
        )
    return platforms


def open_channels(system: System, platforms: list[Platform], now: datetime) -> None:
    """Make sure that each account has its row. A live account starts in shadow."""
    sending = "on" if system.environment == "sandbox" else "shadow"
    with system.db.writing() as session:
        for platform in platforms:
            channels.ensure_channel(session, platform.name, platform.account, sending, now)


def build_model(folder: Path) -> Model | None:
    """The classifier, or None when its files cannot be trusted: then people sort everything."""
    try:
        return load_model(folder)
    except ModelUnusable as error:
        log.error("model unusable, every post goes to a person", extra={"reason": str(error)})
        return None


def _x(settings: Settings) -> Platform:
    return X(
        settings.x_account,
        consumer_key=_secret(settings.x_consumer_key),
        consumer_secret=_secret(settings.x_consumer_secret),
        access_token=_secret(settings.x_access_token),
        access_token_secret=_secret(settings.x_access_token_secret),
        base_url=settings.x_base_url,
        poll_interval=timedelta(seconds=settings.x_poll_seconds),
        sweep_interval=timedelta(hours=settings.x_sweep_hours),
        known_bots=settings.x_known_bots,
    )


def _telegram(settings: Settings, token: SecretStr) -> Platform:
    return Telegram(
        _secret(token),
        settings.telegram_account,
        base_url=settings.telegram_base_url,
        poll_seconds=settings.telegram_poll_seconds,
    )


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
