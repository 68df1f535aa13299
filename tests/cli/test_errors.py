"""What a person reads when something is wrong: one paragraph that helps, and no traceback."""

import fcntl
import sqlite3
from pathlib import Path

import pytest

from cli.context import SANDBOX_KEY, load_settings, world
from settings import Settings
from store.crypto import new_secret_key
from tests.cli.conftest import Lapor

KEY = "LAPOR_SECRET_KEY"


def refused(lapor: Lapor, *words: str) -> str:
    """What the bare command says when it must refuse."""
    said = lapor.bare(*words)
    assert said.code == 2, said.both
    assert said.err.startswith("lapor: ")
    assert "Traceback" not in said.err
    return said.err


# ------------------------------------------------------------------ what cannot be found


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "LPR-7K3M-9QTX"),
        ("forward", "LPR-7K3M-9QTX", "--agency", "Dinas"),
        ("reports", "show", "LPR-7K3M-9QTX"),
        ("answer", "LPR-7K3M-9QTX", "--agency", "Dinas", "--sentence", "selesai", "--yes"),
        ("merge", "LPR-7K3M-9QTX", "--into", "LPR-7K3M-9QTX"),
        ("erase", "LPR-7K3M-9QTX", "--yes"),
    ],
)
def test_a_number_that_nobody_has_is_named_with_where_to_look(
    lapor: Lapor, words: tuple[str, ...]
) -> None:
    said = lapor.refused(*words)

    assert "LPR-7K3M-9QTX" in said
    assert "lapor reports list" in said


@pytest.mark.parametrize("action", [("retry",), ("cancel",), ("decide", "sent")])
def test_a_notice_that_is_not_there_is_named_with_where_to_look(
    lapor: Lapor, action: tuple[str, ...]
) -> None:
    said = lapor.refused("notices", action[0], "17", *action[1:])

    assert "no notice 17" in said
    assert "lapor notices list" in said


def test_a_post_is_named_by_p_and_a_number(lapor: Lapor) -> None:
    said = lapor("review", "LPR-7K3M-9QTX", "--open")

    assert said.code == 2
    assert "P and a number" in said.err


def test_a_post_that_does_not_exist_waits_for_nobody(lapor: Lapor) -> None:
    assert "P17 does not wait" in lapor.refused("review", "P17", "--open")


@pytest.mark.parametrize(
    "words", [("review", "P1[/b]", "--open"), ("verify", "LPR [/b]"), ("models", "show", "[/b]")]
)
def test_brackets_in_what_was_typed_do_no_harm(lapor: Lapor, words: tuple[str, ...]) -> None:
    said = lapor(*words)

    assert said.code == 2
    assert "[/b]" in said.err


@pytest.mark.parametrize("group", ["reports", "notices"])
def test_a_state_that_does_not_exist_is_refused_with_the_right_ones(
    lapor: Lapor, group: str
) -> None:
    said = lapor(group, "list", "--state", "entah")

    assert said.code == 2
    assert "archived" in said.err or "in_doubt" in said.err


def test_a_platform_that_does_not_exist_is_refused_with_the_right_ones(lapor: Lapor) -> None:
    said = lapor("send", "on", "--platform", "facebook")

    assert said.code == 2
    assert "telegram" in said.err


# ------------------------------------------------------------------ databases


def test_a_live_command_without_a_key_says_how_to_make_one(lapor: Lapor, database_url: str) -> None:
    said = refused(lapor, "--database", database_url, "health")

    assert KEY in said
    assert "lapor new-key" in said


@pytest.mark.parametrize("first", ["sandbox", "live"])
def test_sandbox_and_live_never_share_a_database(
    lapor: Lapor, database_url: str, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setenv(KEY, SANDBOX_KEY)
    worlds = {"sandbox": ["--sandbox"], "live": list[str]()}
    lapor.bare(*worlds.pop(first), "--database", database_url, "health")
    (other,) = worlds.values()

    said = refused(lapor, *other, "--database", database_url, "queue")

    assert f"belongs to a {first} installation" in said
    assert "LAPOR_DATABASE_URL" in said


def test_a_database_that_is_behind_says_what_to_run(
    lapor: Lapor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAPOR_SECRET_KEY", SANDBOX_KEY)

    said = refused(lapor, "--database", f"sqlite:///{tmp_path}/new.db", "queue")

    assert "lapor migrate" in said


@pytest.mark.parametrize("command", ["queue", "migrate"])
def test_a_database_of_a_newer_version_is_left_alone(
    lapor: Lapor, database_url: str, command: str
) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    said = lapor.refused(command)

    assert "revision 9999" in said
    assert "newer version" in said


def test_a_server_that_does_not_answer_is_named_without_its_password(lapor: Lapor) -> None:
    url = "postgresql+psycopg://bot:rahasia@127.0.0.1:1/lapor"

    said = refused(lapor, "--database", url, "migrate")

    assert "127.0.0.1" in said
    assert "rahasia" not in said


@pytest.mark.parametrize(
    "url", ["lapor.db", "sqlite://lapor.db", "mysql://bot:rahasia@127.0.0.1:1/x"]
)
def test_a_wrong_url_is_refused_with_a_right_one(lapor: Lapor, url: str) -> None:
    said = refused(lapor, "--database", url, "migrate")

    assert "sqlite:///" in said
    assert "rahasia" not in said


def test_a_folder_that_cannot_be_written_is_named(lapor: Lapor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    said = refused(lapor, "--database", f"sqlite:///{tmp_path}/file/lapor.db", "migrate")

    assert str(tmp_path / "file") in said


def test_a_file_that_is_no_database_is_refused(lapor: Lapor, tmp_path: Path) -> None:
    (tmp_path / "lapor.db").write_text("catatan rapat, bukan basis data " * 40)

    assert "lapor.db" in refused(lapor, "--database", f"sqlite:///{tmp_path}/lapor.db", "migrate")


@pytest.mark.parametrize("command", [("run",), ("restore", "copy.db", "--yes")])
def test_a_second_bot_and_a_restore_beside_a_bot_are_refused(
    lapor: Lapor, database_url: str, command: tuple[str, ...]
) -> None:
    assert lapor("health").code == 0
    lapor.told("backup", "copy.db")
    with Path(f"{database_url.removeprefix('sqlite:///')}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        said = lapor.refused(*command)

    assert "Another `lapor run` works on this database" in said
    assert "top it first" in said
    assert lapor("health").code == 0


# ------------------------------------------------------------------ settings


def test_a_key_that_is_none_is_refused_without_showing_it(
    lapor: Lapor, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "bukan-kunci")

    said = refused(lapor, "--database", database_url, "health")

    assert KEY in said
    assert "bukan-kunci" not in said


@pytest.mark.parametrize(
    ("name", "value"), [("LAPOR_PER_HOUR", "banyak"), ("LAPOR_OPEN_AT", "1.5")]
)
def test_a_wrong_number_is_refused_with_what_is_wanted(
    lapor: Lapor, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    said = refused(lapor, "health")

    assert name in said
    assert "should be" in said


def test_a_wrong_setting_is_named_as_the_person_wrote_it(
    lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAPOR_PER_HOUR", "banyak")

    said = refused(lapor, "health")

    assert "LAPOR_PER_HOUR" in said
    assert "http" not in said


def test_a_list_is_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAPOR_X_KNOWN_BOTS", "bot_cuaca, bot_gempa")

    assert Settings(_env_file=None).x_known_bots == ["bot_cuaca", "bot_gempa"]


def test_half_of_the_credentials_of_x_are_not_silently_none(
    lapor: Lapor, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAPOR_X_CONSUMER_KEY", "satu-dari-empat")

    said = refused(lapor, "--database", database_url, "run")

    assert "LAPOR_X_ACCESS_TOKEN_SECRET" in said
    assert "LAPOR_TELEGRAM_TOKEN" not in said


@pytest.mark.parametrize("speed", ["0", "-1"])
def test_a_speed_of_nothing_is_refused(lapor: Lapor, speed: str) -> None:
    said = lapor("run", "--sandbox", "--speed", speed)

    assert said.code == 2
    assert "speed" in said.err


# ------------------------------------------------------------------ backups


def test_a_backup_that_is_not_there_changes_nothing(
    lapor: Lapor, database_url: str, tmp_path: Path
) -> None:
    said = lapor.refused("restore", str(tmp_path / "none.db"), "--yes")

    assert "There is no file" in said
    assert lapor("health").code == 0


def test_a_backup_that_is_none_changes_nothing(lapor: Lapor, tmp_path: Path) -> None:
    (tmp_path / "none.db").write_text("bukan cadangan " * 90)

    assert "no readable SQLite database" in lapor.refused(
        "restore", str(tmp_path / "none.db"), "--yes"
    )
    assert lapor("health").code == 0


def test_a_backup_of_nothing_is_refused(lapor: Lapor, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"

    assert "There is no file" in refused(
        lapor, "--database", url, "backup", str(tmp_path / "copy.db")
    )


def test_a_backup_of_the_other_world_is_refused_before_anything_is_replaced(
    lapor: Lapor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, new_secret_key())
    other = f"sqlite:///{tmp_path}/live.db"
    lapor.bare("--database", other, "migrate")
    lapor.bare("--database", other, "health")
    lapor.bare("--database", other, "backup", str(tmp_path / "live-copy.db"))
    assert lapor("health").code == 0

    lapor.refused("restore", str(tmp_path / "live-copy.db"), "--yes")

    assert lapor("health").code == 0


def test_a_backup_into_a_folder_that_cannot_be_written_is_refused(
    lapor: Lapor, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    assert str(tmp_path / "file") in lapor.refused("backup", str(tmp_path / "file" / "copy.db"))


def test_the_sandbox_does_not_take_the_live_account_for_its_own(
    lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAPOR_X_ACCOUNT", "dinas_contoh")
    monkeypatch.setattr(world, "sandbox", True)

    assert load_settings().x_account == "lapor1708"
