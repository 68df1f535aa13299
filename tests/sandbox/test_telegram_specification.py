"""What the stand-in answers has the types of the Bot API's specification, where it is at hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bots.telegram_stand_in import TOKEN, StandIn, running_telegram

SPECIFICATION = Path(__file__).parents[2].parent / "shared" / "specs" / "telegram-bot-api-10.1.json"
pytestmark = pytest.mark.skipif(
    not SPECIFICATION.exists(),
    reason=f"needs the Bot API's specification as ../shared/specs/{SPECIFICATION.name}",
)
PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": float}


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with running_telegram(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def types() -> dict[str, Any]:
    specification: dict[str, Any] = json.loads(SPECIFICATION.read_text())
    return specification["types"]  # type: ignore[no-any-return]


def faults_of(value: object, kind: str, types: dict[str, Any], where: str) -> list[str]:
    """What is wrong with `value` as a `kind`, as paths."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        inner = kind.removeprefix("Array of ")
        return [
            fault
            for number, item in enumerate(value)
            for fault in faults_of(item, inner, types, f"{where}.{number}")
        ]
    if kind in PLAIN:
        right = type(value) is PLAIN[kind] or (kind == "Float" and type(value) is int)
        return [] if right else [f"{where}: no {kind}"]
    variants = types[kind].get("subtypes")
    if variants:
        each = [faults_of(value, variant, types, where) for variant in variants]
        return [] if [] in each else [f"{where}: none of {variants}"]
    return object_faults(value, kind, types, where)


def object_faults(value: object, kind: str, types: dict[str, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    fields = {field["name"]: field for field in types[kind].get("fields", [])}
    missing = [name for name, field in fields.items() if field["required"] and name not in value]
    found = [f"{where}.{name}: missing" for name in missing]
    for name, inner in value.items():
        if name not in fields:
            found.append(f"{where}.{name}: unknown")
            continue
        each = [faults_of(inner, one, types, f"{where}.{name}") for one in fields[name]["types"]]
        found += [] if [] in each else each[0]
    return found


def result(telegram: StandIn, method: str, **parameters: object) -> object:
    response = requests.post(f"{telegram.base_url}/bot{TOKEN}/{method}", json=parameters, timeout=5)
    return response.json()["result"]


def test_every_kind_of_update_is_an_update(telegram: StandIn, types: dict[str, Any]) -> None:
    world = telegram.world
    message = world.say("sari", "/lapor jalan rusak @lapor1708_bot")
    world.say("sari", caption="Foto @lapor1708_bot", photo=True, album="a1", reply_to=message)
    for attachment in ("voice", "video", "document"):
        world.say("sari", **{attachment: True})  # type: ignore[arg-type]
    world.say("sari", location=(-6.9, 107.6))
    world.edit(message, "Jalan rusak")
    keyboard = [[{"text": "Sudah", "callback_data": "sudah"}]]
    sent = world.send(5_000_001, "Beres?", reply_to=1, keyboard=keyboard)
    world.press("sari", f"5000001:{sent['message_id']}", "sudah")
    world.block("sari")
    world.unblock("sari")
    group = world.add_group("Warga RT 03 (contoh)")
    world.say("sari", "/status", group=group)
    world.migrate(group)

    updates = result(telegram, "getUpdates")

    assert isinstance(updates, list)
    assert len(updates) == 13
    assert faults_of(updates, "Array of Update", types, "updates") == []


def test_a_sent_message_is_a_message(telegram: StandIn, types: dict[str, Any]) -> None:
    telegram.world.say("sari", "Halo")
    keyboard = {"inline_keyboard": [[{"text": "Sudah", "callback_data": "sudah"}]]}

    sent = result(
        telegram,
        "sendMessage",
        chat_id=5_000_001,
        text="Ketik /bantuan",
        reply_parameters={"message_id": 1},
        reply_markup=keyboard,
    )

    assert faults_of(sent, "Message", types, "message") == []


def test_the_bot_is_a_user(telegram: StandIn, types: dict[str, Any]) -> None:
    assert faults_of(result(telegram, "getMe"), "User", types, "user") == []


def test_the_check_itself_sees_missing_unknown_and_wrong_fields(types: dict[str, Any]) -> None:
    broken = {"id": "1", "is_bot": False, "nickname": "x"}

    assert faults_of(broken, "User", types, "user") == [
        "user.first_name: missing",
        "user.id: no Integer",
        "user.nickname: unknown",
    ]
