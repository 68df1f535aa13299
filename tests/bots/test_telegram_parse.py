"""What a Telegram update means: messages of a world as the adapter sees them, and broken ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.platform import (
    ChatChanged,
    Event,
    IncomingPost,
    Location,
    Media,
    MediaKind,
    PostSeen,
    Raw,
    Unreadable,
)
from bots.telegram import Telegram
from bots.telegram_parse import Us, parse_update
from tests.bots.telegram_stand_in import StandIn, running_telegram

US = Us("lapor1708_bot", 1_708_001_708)
PERSON = {"id": 7, "is_bot": False, "first_name": "Sari", "last_name": "Contoh"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Sari"}
GROUP = {"id": -100_7, "type": "supergroup", "title": "Warga RT 03 (contoh)"}
OURS = {"id": 1_708_001_708, "is_bot": True, "first_name": "LAPOR!", "username": "lapor1708_bot"}
NOW = 1_793_600_000


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with running_telegram(tmp_path, privacy=False) as running:
        yield running


def parsed(update: object) -> list[Event]:
    return parse_update(json.dumps(update), US)


def message(chat: dict[str, Any] = PRIVATE, **fields: object) -> dict[str, Any]:
    return {"message_id": 3, "from": PERSON, "chat": chat, "date": NOW} | fields


def seen(kind: str = "message", **fields: Any) -> PostSeen:
    (event,) = parsed({"update_id": 1, kind: message(**fields)})
    assert isinstance(event, PostSeen)
    return event


def post(**fields: Any) -> IncomingPost:
    return seen(**fields).post


# ---------------------------------------------------------------- over HTTP


def test_a_private_text_is_addressed_to_us_and_not_public(telegram: StandIn) -> None:
    external_id = telegram.world.say("sari", "Lampu jalan padam 💡")

    post = telegram.post_seen().post

    assert (post.external_id, post.version_id) == (external_id, external_id)
    assert (post.text, post.addressed, post.public) == ("Lampu jalan padam 💡", True, False)
    assert (post.author.handle, post.author.name) == ("sari", "Sari Contoh")
    assert post.posted_at == telegram.clock()
    assert not post.own


def test_an_album_with_a_caption_keeps_its_photos_together(telegram: StandIn) -> None:
    telegram.world.say("sari", photo=True, caption="Jalan rusak", album="a1")
    telegram.world.say("sari", photo=True, album="a1")

    posts = [event.post for event in telegram.events() if isinstance(event, PostSeen)]

    assert [(post.text, post.album_id) for post in posts] == [("Jalan rusak", "a1"), ("", "a1")]
    assert [[media.kind for media in post.media] for post in posts] == [[MediaKind.PHOTO]] * 2
    assert all(post.media[0].ref.endswith("-large") for post in posts)


@pytest.mark.parametrize("kind", [MediaKind.VOICE, MediaKind.VIDEO, MediaKind.DOCUMENT])
def test_an_attachment_without_a_text_is_a_post(telegram: StandIn, kind: MediaKind) -> None:
    attachment: dict[str, Any] = {kind.value: True}
    telegram.world.say("sari", **attachment)

    assert [media.kind for media in telegram.post_seen().post.media] == [kind]


def test_a_location_is_a_post(telegram: StandIn) -> None:
    telegram.world.say("sari", location=(-6.9, 107.6))

    assert telegram.post_seen().post.location == Location(-6.9, 107.6)


def test_an_edit_is_another_version_of_the_same_post(telegram: StandIn) -> None:
    external_id = telegram.world.say("sari", "Jalan rusak di Bandng")
    telegram.clock.forward(minutes=1)
    telegram.world.edit(external_id, "Jalan rusak di Bandung")

    first, second = (event.post for event in telegram.events() if isinstance(event, PostSeen))

    assert first.external_id == second.external_id == external_id
    assert first.version_id != second.version_id
    assert second.text == "Jalan rusak di Bandung"
    assert second.posted_at == first.posted_at


def test_a_blocked_bot_hears_it_and_hears_it_again_when_unblocked(telegram: StandIn) -> None:
    telegram.world.block("sari")
    telegram.world.unblock("sari")

    events = telegram.events()

    assert [event.blocked for event in events if isinstance(event, ChatChanged)] == [True, False]


def test_a_migrated_group_names_its_new_id(telegram: StandIn) -> None:
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    new = telegram.world.migrate(group)

    (event,) = telegram.events()

    assert isinstance(event, ChatChanged)
    assert (event.conversation_id, event.migrated_to) == (str(group), str(new))


def test_a_reply_to_our_notice_in_a_group_is_addressed_to_us(telegram: StandIn) -> None:
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    notice = telegram.world.send(group, "Apakah sudah selesai?")
    notice_id = f"{group}:{notice['message_id']}"
    telegram.world.say("sari", "Belum pak", group=group, reply_to=notice_id)

    event = telegram.post_seen()

    assert (event.post.reply_to, event.post.addressed, event.post.public) == (notice_id, True, True)
    assert event.context == ()


def test_a_reply_to_another_person_brings_what_that_person_wrote(telegram: StandIn) -> None:
    telegram.world.add_person("budi", "Budi Contoh")
    group = telegram.world.add_group("Warga RT 03 (contoh)")
    first = telegram.world.say("budi", "Sampah sudah seminggu", group=group)
    telegram.world.say("sari", "@lapor1708_bot tolong", group=group, reply_to=first)

    event = telegram.events()[-1]

    assert isinstance(event, PostSeen)
    assert event.post.reply_to == first
    assert [context.text for context in event.context] == ["Sampah sudah seminggu"]
    assert event.context[0].author.handle == "budi"
    assert not event.context[0].addressed


# ---------------------------------------------------------------- shapes the stand-in has not


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("Tolong @Lapor1708_BOT lampu mati", True),
        ("🙏🙏 @lapor1708_bot lampu mati", True),
        ("Tolong @lapor1708_bott lampu mati", False),
        ("Tolong lampu mati", False),
    ],
)
def test_a_group_message_is_addressed_when_it_mentions_us(text: str, addressed: bool) -> None:
    start, _, rest = text.partition("@")
    entity = {
        "type": "mention",
        "offset": len(start.encode("utf-16-le")) // 2,
        "length": len(rest.split(" ")[0]) + 1,
    }
    assert post(chat=GROUP, text=text, entities=[entity]).addressed is addressed


def test_a_mention_in_a_caption_addresses_us() -> None:
    entity = {"type": "mention", "offset": 0, "length": 14}
    fields = {
        "photo": [{"file_id": "p"}],
        "caption": "@lapor1708_bot",
        "caption_entities": [entity],
    }

    assert post(chat=GROUP, **fields).addressed


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start", "start", None),
        ("/start kampanye-7", "start", "kampanye-7"),
        ("/status@lapor1708_bot LPR-7K3M9QXA", "status", "LPR-7K3M9QXA"),
        ("/STATUS@LAPOR1708_BOT  LPR-7K3M9QXA ", "status", "LPR-7K3M9QXA"),
        ("/lapor\njalan rusak\ndi Bandung", "lapor", "jalan rusak\ndi Bandung"),
        ("/status@bot_lain LPR-7K3M9QXA", None, None),
        ("5/6 jalan rusak", None, None),
        ("/12/2026 jalan rusak", None, None),
    ],
)
def test_a_command_for_us_is_taken_apart(
    text: str, command: str | None, argument: str | None
) -> None:
    in_group = post(chat=GROUP, text=text)

    assert (in_group.command, in_group.argument) == (command, argument)
    assert in_group.addressed is (command is not None)
    assert in_group.text == text


def test_the_largest_photo_is_taken_whatever_its_place() -> None:
    sizes = [
        {"file_id": "big", "width": 1280, "height": 960},
        {"file_id": "small", "width": 90, "height": 67},
    ]

    assert post(photo=sizes).media == (Media(MediaKind.PHOTO, "big"),)


def test_an_animation_is_one_video_and_no_document() -> None:
    file = {"file_id": "gerak"}

    assert post(animation=file, document=file).media == (Media(MediaKind.VIDEO, "gerak"),)


def test_a_venue_has_its_name() -> None:
    point = {"latitude": -6.9, "longitude": 107.6}
    venue = {"location": point, "title": "Balai Desa", "address": "Jl. Contoh 1"}

    found = post(location=point, venue=venue).location

    assert found == Location(-6.9, 107.6, "Balai Desa, Jl. Contoh 1")


def test_our_own_message_is_known_as_own() -> None:
    assert post(**{"from": OURS, "text": "Laporan Anda kami terima."}).own


def test_another_bot_is_known_as_a_bot() -> None:
    other = {"id": 8, "is_bot": True, "first_name": "Bot lain", "username": "bot_lain"}
    event = post(**{"from": other, "text": "Halo"})

    assert event.author.is_bot
    assert not event.own


def test_an_anonymous_administrator_is_the_group_and_no_bot() -> None:
    placeholder = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    author = post(chat=GROUP, text="Halo", sender_chat=GROUP, **{"from": placeholder}).author

    assert (author.external_id, author.is_bot) == ("-1007", False)


def test_a_reply_to_oneself_brings_no_context() -> None:
    event = seen(text="Tambahan", reply_to_message=message(message_id=2, text="Got mampet"))

    assert event.post.reply_to == "7:2"
    assert event.context == ()


def test_a_message_in_a_forum_topic_is_no_reply() -> None:
    opening = message(chat=GROUP, message_id=2, forum_topic_created={"name": "Aduan"})

    assert post(chat=GROUP, text="Got mampet", reply_to_message=opening).reply_to is None


def test_a_press_under_a_message_that_is_too_old_is_still_a_press() -> None:
    query = {
        "id": "99",
        "from": PERSON,
        "chat_instance": "x",
        "data": "sudah",
        "message": {"chat": PRIVATE, "message_id": 5, "date": 0},
    }
    update = {"callback_query": query, "lapor_received_at": "2026-11-02T09:00:00+00:00"}

    (event,) = parsed(update)

    assert getattr(event, "notice_id", None) == "7:5"


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(new_chat_members=[OURS])},
        {"message": message(pinned_message=message(text="Penting"))},
        {"message": message(sticker={"file_id": "s"})},
        {"message": message(migrate_from_chat_id=-7)},
        {"message": message(chat=GROUP, text="Siaran", is_automatic_forward=True)},
        {"message": message(chat={"id": -9, "type": "channel"}, text="Siaran")},
        {"channel_post": message(text="Siaran")},
        {"edited_message": message(location={"latitude": 1.0, "longitude": 2.0})},
        {"message_reaction": {"chat": PRIVATE}},
        {"a_kind_of_the_future": {"text": "Halo"}},
        {"callback_query": {"id": "9", "from": PERSON, "data": "x", "inline_message_id": "i"}},
        {},
    ],
)
def test_what_is_no_message_of_a_person_gives_no_event(update: dict[str, Any]) -> None:
    assert parsed({"update_id": 1} | update) == []


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        ({"message": message(date="kemarin")}, "message.date: value_error"),
        ({"message": message(date=10**30)}, "message.date: value_error"),
        ({"message": {"text": "tanpa chat"}}, "message.message_id: missing"),
        ({"message": message(text={"rahasia": 1})}, "message.text: string_type"),
        ({"message": message(photo=[{"file_id": 1}])}, "message.photo.0.file_id: string_type"),
        ({"callback_query": "rahasia"}, "callback_query: model_type"),
        ([], "update: model_type"),
        (None, "update: model_type"),
    ],
)
def test_an_unreadable_update_names_the_field_and_never_its_content(
    update: object, reason: str
) -> None:
    assert parsed(update) == [Unreadable(reason)]


@pytest.mark.parametrize("payload", ["", "{", "\x00", "[" * 100_000, "1" * 5_000, "bukan json"])
def test_a_payload_that_is_no_update_is_unreadable(payload: str) -> None:
    (event,) = parse_update(payload, US)

    assert isinstance(event, Unreadable)


def test_a_date_in_the_far_future_is_kept() -> None:
    assert post(text="Halo", date=253_402_300_799).posted_at == datetime(
        9999, 12, 31, 23, 59, 59, tzinfo=UTC
    )


def test_four_thousand_emoji_are_kept() -> None:
    assert post(text="😡" * 4_000).text == "😡" * 4_000


def test_what_cannot_be_stored_is_replaced_sign_by_sign() -> None:
    found = post(text="a\ud83d b\x00c 😡")

    assert found.text == "a\ufffd b\ufffdc 😡"
    found.text.encode()


def test_a_mention_behind_a_broken_sign_is_still_found() -> None:
    entity = {"type": "mention", "offset": 4, "length": 14}

    assert post(chat=GROUP, text="\ud83d\x00😡@lapor1708_bot", entities=[entity]).addressed


def test_ten_megabytes_of_text_are_read() -> None:
    assert len(post(text="a" * 10_000_000).text) == 10_000_000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
MESSAGE_FIELDS = (
    "message_id date chat from sender_chat edit_date reply_to_message media_group_id text entities"
    " caption photo voice document location venue migrate_to_chat_id is_automatic_forward"
).split()
UPDATE_FIELDS = ("message", "edited_message", "callback_query", "my_chat_member")


def check_events(events: list[Event]) -> None:
    """Every event can be stored: its strings are valid Unicode without NUL."""
    for event in events:
        assert isinstance(event, Event)
        shown = repr(event)
        assert "\\x00" not in shown
        assert "\\ud" not in shown


@given(payload=st.text(st.characters(exclude_categories=())))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_parsing_fail(payload: str) -> None:
    check_events(parse_update(payload, US))


@given(kind=st.sampled_from(UPDATE_FIELDS), content=JSON)
@settings(max_examples=100, deadline=None)
def test_no_json_makes_parsing_fail(kind: str, content: object) -> None:
    check_events(parsed({"update_id": 1, kind: content}))


@given(
    kind=st.sampled_from(UPDATE_FIELDS[:2]),
    fields=st.dictionaries(st.sampled_from(MESSAGE_FIELDS), JSON, max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_no_damage_to_a_message_makes_parsing_fail(kind: str, fields: dict[str, object]) -> None:
    whole = message(text="Got mampet", reply_to_message=message(message_id=2, text="Sama"))

    check_events(parsed({"update_id": 1, kind: whole | fields}))


def test_the_same_raw_gives_the_same_events_on_every_adapter() -> None:
    raw = Raw("1-a", json.dumps({"update_id": 1, "message": message(text="Got mampet")}))
    first, second = (Telegram("1:contoh", "lapor1708_bot") for _ in range(2))

    assert first.parse(raw) == second.parse(raw) == first.parse(raw)
