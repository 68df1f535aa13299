"""What scripted citizens can do in the stand-in's Telegram, and what survives a restart."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.state import open_state
from sandbox.telegram_world import TelegramWorld


@pytest.fixture
def world(tmp_path: Path) -> TelegramWorld:
    return opened(tmp_path)


def opened(folder: Path, *, privacy: bool = True) -> TelegramWorld:
    world = TelegramWorld(
        open_state(folder / "telegram.db"),
        clock=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        privacy=privacy,
    )
    world.add_person("sari", "Sari Contoh")
    return world


def kinds(world: TelegramWorld) -> list[str]:
    return [(set(update) - {"update_id"}).pop() for update in world.pending(100)]


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path)
    group = first.add_group("Warga RT 03 (contoh)")
    message = first.say("sari", "Halo")
    first.send(int(message.split(":")[0]), "Halo juga", reply_to=int(message.split(":")[1]))

    second = opened(tmp_path)

    assert second.pending(100) == first.pending(100)
    assert second.notices_to(message) == first.notices_to(message)
    assert second.add_person("sari", "Sari Contoh") == int(message.split(":")[0])
    assert second.add_group("Warga RT 03 (contoh)") == group
    assert second.say("sari", "Lagi") == f"{message.split(':')[0]}:3"


def test_notices_to_a_message_come_oldest_first_with_their_buttons(world: TelegramWorld) -> None:
    message = world.say("sari", "Halo")
    other = world.say("sari", "Satu lagi")
    chat, number = map(int, message.split(":"))
    world.send(chat, "Pertama", reply_to=number)
    world.send(chat, "Kedua", reply_to=number, keyboard=[[{"text": "Ya", "callback_data": "ya"}]])

    first, second = world.notices_to(message)

    assert (first.text, second.text) == ("Pertama", "Kedua")
    assert [(button.label, button.data) for button in second.buttons] == [("Ya", "ya")]
    assert first.created_at == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert world.notices_to(other) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sampah menumpuk", False),
        ("/lapor sampah menumpuk", True),
        ("Tolong @lapor1708_bot sampah menumpuk", True),
    ],
)
def test_privacy_mode_hides_what_is_not_for_the_bot(
    world: TelegramWorld, text: str, shown: bool
) -> None:
    world.say("sari", text, group=world.add_group("Warga RT 03 (contoh)"))

    assert bool(world.pending(100)) is shown


def test_privacy_mode_shows_replies_to_the_bot(world: TelegramWorld) -> None:
    group = world.add_group("Warga RT 03 (contoh)")
    notice = world.send(group, "Sudah beres?")

    world.say("sari", "Belum", group=group, reply_to=f"{group}:{notice['message_id']}")

    assert kinds(world) == ["message"]


def test_without_privacy_mode_the_bot_sees_everything(tmp_path: Path) -> None:
    world = opened(tmp_path, privacy=False)

    world.say("sari", "Sampah menumpuk", group=world.add_group("Warga RT 03 (contoh)"))

    assert kinds(world) == ["message"]


def test_whoever_speaks_in_a_migrated_group_speaks_in_the_new_one(world: TelegramWorld) -> None:
    group = world.add_group("Warga RT 03 (contoh)")
    new = world.migrate(group)

    message = world.say("sari", "/status", group=group)

    assert message.startswith(f"{new}:")


def test_an_edit_shows_the_new_text_and_keeps_the_id(world: TelegramWorld) -> None:
    message = world.say("sari", photo=True, caption="Jalan rusak di Bandng")

    world.edit(message, "Jalan rusak di Bandung")

    edited: dict[str, Any] = world.pending(100)[-1]["edited_message"]
    assert (edited["caption"], edited["message_id"]) == ("Jalan rusak di Bandung", 1)
    assert "text" not in edited
    assert "edit_date" in edited


def test_entities_are_counted_in_utf_16_units(world: TelegramWorld) -> None:
    world.say("sari", "🙏 @lapor1708_bot lihat /status")

    assert world.pending(1)[0]["message"]["entities"] == [
        {"type": "mention", "offset": 3, "length": 14},
        {"type": "bot_command", "offset": 24, "length": 7},
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        lambda world: world.say("tidak_ada", "Halo"),
        lambda world: world.say("sari"),
        lambda world: world.say("sari", album="a1"),
        lambda world: world.say("sari", "Halo", group=-1),
        lambda world: world.say("sari", "Halo", reply_to="5000001:9"),
        lambda world: world.edit("5000001:9", "Halo"),
        lambda world: world.delete("5000001:9"),
        lambda world: world.press("sari", world.say("sari", "Halo"), "ya"),
        lambda world: world.migrate(5),
    ],
)
def test_a_mistake_in_a_script_is_said_and_changes_nothing(
    world: TelegramWorld, mistake: Any
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        mistake(world)

    assert all(kind == "message" for kind in kinds(world))
    assert world.say("sari", "Berikutnya") in {"5000001:1", "5000001:2"}
