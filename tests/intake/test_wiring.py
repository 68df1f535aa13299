"""What `wiring` builds from settings, and what it says when something is missing or wrong."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.policy import Policy
from settings import SettingMissing, Settings
from store.channels import list_channels
from store.crypto import new_secret_key
from store.installation import WrongEnvironment
from store.migrate import NotMigrated
from tests.bot import Bot
from tests.intake.steps import heard_on_telegram, mention, report_on_x, write
from tests.intake.texts import LAMP, TRAPPED
from wiring import (
    build_platforms,
    build_policy,
    build_system,
    build_vault,
    open_channels,
)

NOW = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
X_KEYS = {
    "x_consumer_key": "a",
    "x_consumer_secret": "b",
    "x_access_token": "1-c",
    "x_access_token_secret": "d",
}
TELEGRAM_TOKEN = "1708001708:rahasia-contoh"


def settings_of(**given: Any) -> Settings:
    """Settings from these values alone, whatever stands in the environment's `.env`."""
    return Settings(_env_file=None, **given)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:

    for name in [name for name in os.environ if name.startswith("LAPOR_")]:
        monkeypatch.delenv(name)


def test_without_a_key_nothing_starts_and_the_way_to_one_is_told() -> None:
    with pytest.raises(SettingMissing, match="lapor new-key") as refused:
        build_vault(settings_of())

    assert "LAPOR_SECRET_KEY" in str(refused.value)
    assert "lapor run --sandbox" in str(refused.value)


def test_without_credentials_every_missing_setting_is_named() -> None:
    with pytest.raises(SettingMissing) as refused:
        build_platforms(settings_of())

    for name in (*X_KEYS, "telegram_token"):
        assert f"LAPOR_{name.upper()}" in str(refused.value)


@pytest.mark.parametrize("missing", X_KEYS)
def test_x_needs_all_four_of_its_credentials(missing: str) -> None:
    given = settings_of(**(X_KEYS | {missing: None}))

    with pytest.raises(SettingMissing, match=f"LAPOR_{missing.upper()}"):
        build_platforms(given)


def test_each_platform_runs_alone_or_with_the_other() -> None:
    for given, names in (
        (X_KEYS, ["x"]),
        ({"telegram_token": TELEGRAM_TOKEN}, ["telegram"]),
        (X_KEYS | {"telegram_token": TELEGRAM_TOKEN}, ["x", "telegram"]),
    ):
        platforms = build_platforms(settings_of(**given))
        for platform in platforms:
            platform.close()
        assert [platform.name for platform in platforms] == names


def test_settings_never_print_their_secrets() -> None:
    settings = settings_of(**X_KEYS, telegram_token=TELEGRAM_TOKEN, secret_key=new_secret_key())

    assert "rahasia-contoh" not in repr(settings) + str(settings.model_dump())


def test_the_policy_is_what_the_settings_say() -> None:
    assert build_policy(settings_of()) == Policy()

    changed = build_policy(
        settings_of(
            max_age_hours=1,
            telegram_settle_seconds=5,
            per_thread=1,
            per_person_hour=2,
            per_hour=3,
            x_daily_usd=1.5,
            x_resolve_without_reply=False,
            look_seconds=7,
            open_at=0.6,
            set_aside_at=0.2,
            spam_at=0.01,
            verify_days=1,
            answer_days=2,
            information_days=3,
            close_days=3,
            info_days=4,
            remind_days=5,
            raw_days=6,
            duty_from="08:00",
            duty_until="16:00",
            duty_chat="4711",
            x_account="@contoh",
        )
    )

    same = {name for name, value in vars(Policy()).items() if vars(changed)[name] == value}
    # What has no setting on purpose.
    assert same == {
        "same_subject",
        "looks",
        "stuck_after",
        "catch_up",
        "other_subject_at",
        "invitation_days",
        "attempts",
    }
    assert (changed.daily_microusd, changed.max_age) == (1_500_000, timedelta(hours=1))
    assert changed.x_account == "@contoh"


def build(database_url: str, environment: str, *, prepare: bool = True) -> None:
    settings = settings_of(database_url=database_url, secret_key=new_secret_key())
    build_system(settings, environment, NOW, prepare=prepare).close()


def test_sandbox_and_live_never_share_a_database(database_url: str) -> None:
    build(database_url, "sandbox")
    build(database_url, "sandbox")

    with pytest.raises(WrongEnvironment, match="LAPOR_DATABASE_URL"):
        build(database_url, "live")


def test_a_database_is_made_ready_only_by_who_may(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="lapor migrate"):
        build(f"sqlite:///{tmp_path}/new.db", "live", prepare=False)


@pytest.mark.parametrize(("environment", "sending"), [("live", "shadow"), ("sandbox", "on")])
def test_a_live_account_starts_in_shadow(database_url: str, environment: str, sending: str) -> None:
    settings = settings_of(
        database_url=database_url, secret_key=new_secret_key(), telegram_token=TELEGRAM_TOKEN
    )
    system = build_system(settings, environment, NOW, prepare=True)
    platforms = build_platforms(settings)

    for _ in range(2):
        open_channels(system, platforms, NOW)

    with system.db.reading() as session:
        assert [row.sending for row in list_channels(session)] == [sending]
    for platform in platforms:
        platform.close()
    system.close()


def test_without_a_model_everything_but_a_plain_wish_goes_to_a_person(bot: Bot) -> None:
    report, post = report_on_x(bot)
    bot.model = None
    queued = [mention(bot, LAMP, "ani"), mention(bot, TRAPPED, "budi"), write(bot, LAMP)]
    status = mention(bot, "STATUS", reply_to=post)

    bot.turn()

    assert {bot.post(one).state for one in queued} == {"queued"}
    assert [one.reference for one in bot.reports()] == [report.reference]
    assert report.reference in bot.x.world.notices_to(status)[0].text
    assert len(heard_on_telegram(bot, queued[-1])) == 1
