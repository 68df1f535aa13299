"""The only place where the database, the platforms and the model are built from settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bots.platform import Platform
from bots.telegram import Telegram
from bots.x import X
from intake.policy import Policy
from settings import SettingMissing, Settings, SettingWrong
from store import channels
from store.crypto import Vault
from store.database import Database
from store.erasures import Journal
from store.installation import claim_installation
from store.migrate import check_migrated, migrate

# Short enough for a stop within fifteen seconds, whatever is on its way.
X_READ_TIMEOUT = timedelta(seconds=9)


@dataclass(frozen=True)
class System:
    """Everything that an entry point works with."""

    settings: Settings
    environment: str
    db: Database
    vault: Vault
    policy: Policy
    erasures: Journal

    def close(self) -> None:
        """Give the database back."""
        self.db.close()


def build_system(settings: Settings, environment: str, now: datetime, *, prepare: bool) -> System:
    """The database, opened for its own world. `prepare` migrates it first, else it must be ready.

    Raises `SettingMissing`, `WrongEnvironment`, `NotMigrated`, `DatabaseTooNew`.
    """
    vault = build_vault(settings)
    db = open_database(settings.database_url)
    if prepare:
        migrate(db.engine)
    else:
        check_migrated(db.engine)
    with db.writing() as session:
        claim_installation(session, environment, now)
    return System(settings, environment, db, vault, build_policy(settings), build_journal(settings))


def open_database(url: str) -> Database:
    """The database behind a URL; raises `SettingWrong` when there is none that answers."""
    try:
        db = Database(url)
        with db.engine.connect():
            return db
    except (ArgumentError, ModuleNotFoundError):
        raise SettingWrong(
            "LAPOR_DATABASE_URL",
            "it is no URL of a database that works here; write sqlite:///folder/lapor.db or "
            "postgresql+psycopg://user:password@host/name",
        ) from None
    except (DBAPIError, OSError) as error:
        why = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
        # str() of a URL hides its password.
        raise SettingWrong(f"LAPOR_DATABASE_URL ({make_url(url)})", why) from None


def build_vault(settings: Settings) -> Vault:
    """The key that seals texts at rest."""
    keys = _secret_keys(settings)
    try:
        return Vault(keys)
    except ValueError:
        raise SettingWrong(
            "LAPOR_SECRET_KEY (or one of LAPOR_OLD_SECRET_KEYS)",
            "it is no key; make one with `lapor new-key`",
        ) from None


def build_journal(settings: Settings) -> Journal:
    """The journal of erasures of this installation."""
    return Journal(journal_file(settings), _secret_keys(settings))


def journal_file(settings: Settings) -> Path:
    """Where the journal of erasures is."""
    if settings.erasures_file is not None:
        return settings.erasures_file
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return Path(f"{url.database}-erasures")
    # One a database: sandbox and live, and two installations on one server, have their own.
    return settings.var_dir / f"{url.database}-erasures"


def _secret_keys(settings: Settings) -> list[str]:
    if settings.secret_key is None:
        raise SettingMissing(
            ["LAPOR_SECRET_KEY (make one with: lapor new-key)"],
            "Citizens' texts are kept encrypted, and there is no key.",
        )
    return [_secret(key) for key in (settings.secret_key, *settings.old_secret_keys)]


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
    settings.require_platform()
    platforms: list[Platform] = []
    if settings.has_x:
        platforms.append(_x(settings))
    if settings.telegram_token is not None:
        platforms.append(_telegram(settings, settings.telegram_token))
    return platforms


def open_channels(system: System, platforms: list[Platform], now: datetime) -> None:
    """Make sure that each account has its row. A live account starts in shadow."""
    sending = "on" if system.environment == "sandbox" else "shadow"
    with system.db.writing() as session:
        for platform in platforms:
            channels.ensure_channel(session, platform.name, platform.account, sending, now)


def _x(settings: Settings) -> Platform:
    return X(
        settings.x_account,
        consumer_key=_secret(settings.x_consumer_key),
        consumer_secret=_secret(settings.x_consumer_secret),
        access_token=_secret(settings.x_access_token),
        access_token_secret=_secret(settings.x_access_token_secret),
        base_url=settings.x_base_url,
        read_timeout=X_READ_TIMEOUT,
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
