"""The stand-in of the Bot API as any client sees it over HTTP, PTB or not."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bots.telegram_stand_in import TOKEN, StandIn, running_telegram


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with running_telegram(tmp_path) as running:
        yield running


def call(
    telegram: StandIn, method: str, parameters: dict[str, Any] | None = None, token: str = TOKEN
) -> dict[str, Any]:
    response = requests.post(
        f"{telegram.base_url}/bot{token}/{method}", json=parameters or {}, timeout=5
    )
    answer: dict[str, Any] = response.json()
    assert answer.get("error_code", 200) == response.status_code
    return answer


def updates(telegram: StandIn, **parameters: Any) -> list[int]:
    answer = call(telegram, "getUpdates", parameters)
    return [update["update_id"] for update in answer["result"]]


def test_an_offset_confirms_everything_below_it(telegram: StandIn) -> None:
    for number in range(3):
        telegram.world.say("sari", f"Pesan {number}")

    first, second, third = updates(telegram)

    assert updates(telegram) == [first, second, third]
    assert updates(telegram, offset=third) == [third]
    assert updates(telegram) == [third]
    assert updates(telegram, offset=third + 1) == []


def test_a_negative_offset_keeps_the_last_updates_only(telegram: StandIn) -> None:
    for number in range(3):
        telegram.world.say("sari", f"Pesan {number}")

    newest = updates(telegram)[-1]

    assert updates(telegram, offset=-1) == [newest]
    assert updates(telegram) == [newest]


def test_a_limit_gives_the_oldest_updates(telegram: StandIn) -> None:
    for number in range(3):
        telegram.world.say("sari", f"Pesan {number}")

    assert updates(telegram, limit=2) == updates(telegram)[:2]


def test_updates_are_kept_for_24_hours(telegram: StandIn) -> None:
    telegram.world.say("sari", "Halo")

    telegram.clock.forward(hours=23, minutes=59)
    assert len(updates(telegram)) == 1
    telegram.clock.forward(minutes=1)
    assert updates(telegram) == []


def test_only_allowed_kinds_are_queued_and_the_choice_is_kept(telegram: StandIn) -> None:
    updates(telegram, allowed_updates=["message"])
    telegram.world.block("sari")
    telegram.world.say("sari", "Halo")

    answer = call(telegram, "getUpdates")["result"]

    assert [set(update) for update in answer] == [{"update_id", "message"}]


def test_a_long_poll_without_news_ends_after_its_timeout(telegram: StandIn) -> None:
    started = time.monotonic()

    assert updates(telegram, timeout=1) == []
    assert 0.9 < time.monotonic() - started < 3


def test_the_newer_of_two_polls_ends_the_older_with_409(telegram: StandIn) -> None:
    answers: list[dict[str, Any]] = []
    older = threading.Thread(
        target=lambda: answers.append(call(telegram, "getUpdates", {"timeout": 20}))
    )
    older.start()
    time.sleep(0.3)

    assert updates(telegram) == []
    older.join(5)

    assert answers[0]["error_code"] == 409
    assert answers[0]["description"].startswith("Conflict: terminated by other getUpdates request")


@pytest.mark.parametrize(
    ("form", "as_json"), [(True, False), (False, True), (False, False)], ids=["form", "json", "get"]
)
def test_every_way_of_calling_sends_a_reply(telegram: StandIn, form: bool, as_json: bool) -> None:
    message = telegram.world.say("sari", "Halo")
    chat, number = message.split(":")
    url = f"{telegram.base_url}/bot{TOKEN}/SendMessage"
    nested = {"message_id": int(number)}
    flat = {"chat_id": chat, "text": "Halo juga & salam", "reply_parameters": '{"message_id": 1}'}

    if as_json:
        requests.post(url, json=flat | {"reply_parameters": nested}, timeout=5)
    elif form:
        requests.post(url, data=flat, timeout=5)
    else:
        requests.get(url, params=flat, timeout=5)

    assert [notice.text for notice in telegram.world.notices_to(message)] == ["Halo juga & salam"]


def test_a_wrong_token_is_401(telegram: StandIn) -> None:
    assert call(telegram, "getMe", token="1:salah") == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }


def test_an_unknown_method_is_404(telegram: StandIn) -> None:
    assert call(telegram, "sendSpaceship")["error_code"] == 404


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"chat_id": 999, "text": "Halo"}, "Bad Request: chat not found"),
        ({"chat_id": 5_000_001, "text": " "}, "Bad Request: message text is empty"),
        ({"chat_id": 5_000_001, "text": "😡" * 2049}, "Bad Request: message is too long"),
        ({"chat_id": "bukan", "text": "Halo"}, "Bad Request: wrong parameter chat_id"),
        (
            {"chat_id": 5_000_001, "text": "Halo", "reply_parameters": {"message_id": 77}},
            "Bad Request: message to be replied not found",
        ),
        (
            {
                "chat_id": 5_000_001,
                "text": "Halo",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "Tekan", "callback_data": "x" * 65}]]
                },
            },
            "Bad Request: BUTTON_DATA_INVALID",
        ),
    ],
)
def test_a_bad_message_is_400_and_says_why(
    telegram: StandIn, parameters: dict[str, Any], description: str
) -> None:
    telegram.world.say("sari", "Halo")

    answer = call(telegram, "sendMessage", parameters)

    assert (answer["error_code"], answer["description"]) == (400, description)
    assert telegram.world.sent(5_000_001) == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"reply_parameters": "{"}', b"\xff"])
def test_a_body_that_is_no_json_object_is_400(telegram: StandIn, body: bytes) -> None:
    url = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    headers = {"content-type": "application/json"}

    response = requests.post(url, data=body, headers=headers, timeout=5)

    assert response.status_code == 400
    assert response.json()["ok"] is False


def test_a_missing_parent_is_no_error_when_the_caller_says_so(telegram: StandIn) -> None:
    telegram.world.say("sari", "Halo")
    reply = {"message_id": 77, "allow_sending_without_reply": True}

    answer = call(
        telegram,
        "sendMessage",
        {"chat_id": 5_000_001, "text": "Halo", "reply_parameters": reply},
    )

    assert "reply_to_message" not in answer["result"]


def test_a_blocked_bot_gets_403(telegram: StandIn) -> None:
    telegram.world.say("sari", "Halo")
    telegram.world.block("sari")

    answer = call(telegram, "sendMessage", {"chat_id": 5_000_001, "text": "Halo"})

    assert answer["error_code"] == 403
    telegram.world.unblock("sari")
    assert call(telegram, "sendMessage", {"chat_id": 5_000_001, "text": "Halo"})["ok"]


def test_a_migrated_group_names_its_new_id(telegram: StandIn) -> None:
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    new = telegram.world.migrate(group)

    answer = call(telegram, "sendMessage", {"chat_id": group, "text": "Halo"})

    assert answer["error_code"] == 400
    assert answer["parameters"] == {"migrate_to_chat_id": new}


def test_a_press_is_answered_once_it_exists(telegram: StandIn) -> None:
    assert call(telegram, "answerCallbackQuery", {"callback_query_id": "1"})["error_code"] == 400
    telegram.world.say("sari", "Halo")
    keyboard = [[{"text": "Sudah", "callback_data": "sudah"}]]
    sent = telegram.world.send(5_000_001, "Beres?", keyboard=keyboard)
    telegram.world.press("sari", f"5000001:{sent['message_id']}", "sudah")

    assert call(telegram, "answerCallbackQuery", {"callback_query_id": "1"})["result"] is True
    assert telegram.world.answered_presses() == 1
