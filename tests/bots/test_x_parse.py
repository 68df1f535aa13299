"""From X's posts to ours: the usual ones over real HTTP, the broken ones on paper."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots import x_parse
from bots.platform import IncomingPost, Location, MediaKind, PostSeen, Raw, Unreadable
from tests.bots.x_stand_in import ACCOUNT, Reading, StandIn, running_x

US = x_parse.identity("@Lapor1708", ["@Info_Cuaca"])
POST_ID = "2117179912090550272"
POSTED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def x(tmp_path: Path) -> Iterator[StandIn]:
    with running_x(tmp_path) as running:
        running.world.add_person("budi", "Budi Contoh")
        yield running


def one_seen(x: StandIn, post_id: str, known_bots: tuple[str, ...] = ()) -> PostSeen:
    """The event of one post, read over HTTP and parsed by an adapter that never read it."""
    stored = Reading(x, x.adapter()).all().stored
    (event,) = x.adapter(known_bots=known_bots).parse(Raw(post_id, stored[post_id]))
    assert isinstance(event, PostSeen)
    return event


def raw(tweet: Any, **includes: Any) -> Raw:
    return Raw(POST_ID, json.dumps({"me": "7", "tweet": tweet, "includes": includes}))


def tweet(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": POST_ID,
        "text": "@lapor1708 lampu jalan padam",
        "author_id": "42",
        "created_at": "2026-11-02T09:00:00.000Z",
    }
    return plain | changes


def parsed(tweet: Any, **includes: Any) -> IncomingPost:
    (event,) = x_parse.parse(raw(tweet, **includes), US)
    assert isinstance(event, PostSeen), event
    return event.post


def unreadable(tweet: Any) -> str:
    (event,) = x_parse.parse(raw(tweet), US)
    assert isinstance(event, Unreadable), event
    return event.reason


# ---------------------------------------------------------------- over HTTP


def test_a_mention_has_everything_that_intake_needs(x: StandIn) -> None:
    post_id = x.world.post(
        "sari",
        f"@{ACCOUNT} lampu jalan padam & gelap",
        media=["photo", "video", "animated_gif"],
        place="Sleman, Indonesia",
        point=(-7.7, 110.35),
    )

    post = one_seen(x, post_id).post

    assert post.external_id == post.version_id == post.conversation_id == post_id
    assert (post.author.handle, post.author.name) == ("sari", "Sari Contoh")
    assert post.author.external_id == x.world.add_person("sari", "")
    assert post.text == f"@{ACCOUNT} lampu jalan padam & gelap"
    assert post.posted_at == x.clock()
    assert (post.public, post.addressed, post.own, post.repost) == (True, True, False, False)
    assert [one.kind for one in post.media] == [MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.VIDEO]
    assert post.location == Location(-7.7, 110.35, "Sleman, Indonesia")
    assert (post.reply_to, post.quotes) == (None, None)


def test_an_empty_mention_brings_the_post_it_replies_to_as_context(x: StandIn) -> None:
    parent = x.world.post("budi", "Jembatan di desa kami putus", media=["photo"])
    post_id = x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=parent)

    event = one_seen(x, post_id)

    (context,) = event.context
    assert (event.post.reply_to, event.post.conversation_id) == (parent, parent)
    assert (context.external_id, context.text) == (parent, "Jembatan di desa kami putus")
    assert (context.author.handle, context.addressed) == ("budi", False)
    assert context.media[0].kind is MediaKind.PHOTO


def test_a_quote_brings_the_quoted_post_as_context(x: StandIn) -> None:
    quoted = x.world.post("budi", "Jembatan di desa kami putus")
    post_id = x.world.post("sari", f"@{ACCOUNT} lihat ini", quote_of=quoted)

    event = one_seen(x, post_id)

    assert event.post.quotes == quoted
    assert [one.external_id for one in event.context] == [quoted]


def test_a_deleted_parent_leaves_its_reply_readable(x: StandIn) -> None:
    parent = x.world.post("budi", "Jembatan di desa kami putus")
    post_id = x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=parent)
    x.world.delete(parent)

    event = one_seen(x, post_id)

    assert event.post.reply_to == parent
    assert event.context == ()


def test_a_retweet_is_a_repost_and_speaks_to_nobody(x: StandIn) -> None:
    first = x.world.post("sari", f"@{ACCOUNT} lampu padam")
    repost = x.world.post("budi", "", repost_of=first)

    post = one_seen(x, repost).post

    assert (post.repost, post.addressed) == (True, False)


def test_our_own_post_is_known_as_ours(x: StandIn) -> None:
    post_id = x.world.post(ACCOUNT, f"Mention @{ACCOUNT} untuk melapor")

    assert one_seen(x, post_id).post.own is True


def test_an_edit_keeps_the_first_id_and_names_its_own(x: StandIn) -> None:
    first = x.world.post("sari", f"@{ACCOUNT} lampu pdam")
    second = x.world.edit(first, f"@{ACCOUNT} lampu padam")

    post = one_seen(x, second).post

    assert (post.external_id, post.version_id) == (first, second)


def test_a_reply_to_an_edited_post_points_to_its_first_id(x: StandIn) -> None:
    first = x.world.post("budi", "Jembatan ptus")
    second = x.world.edit(first, "Jembatan putus")
    post_id = x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=second)

    assert one_seen(x, post_id).post.reply_to == first


def test_a_long_post_is_read_to_its_end(x: StandIn) -> None:
    text = f"@{ACCOUNT} " + "jalan rusak & berlubang " * 40
    post_id = x.world.post("sari", text)

    assert one_seen(x, post_id).post.text == text


def test_bots_are_known_by_list_handle_or_profile(x: StandIn) -> None:
    x.world.add_person("pengulang", "Pengulang", bot=True)
    x.world.add_person("kabar_bot", "Kabar")
    handles = ("pengulang", "kabar_bot", "budi", "sari")
    ids = {handle: x.world.post(handle, f"@{ACCOUNT} halo dari {handle}") for handle in handles}

    bots = {
        handle: one_seen(x, post_id, known_bots=("@Budi",)).post.author.is_bot
        for handle, post_id in ids.items()
    }

    assert bots == {"pengulang": True, "kabar_bot": True, "budi": True, "sari": False}


def test_a_raw_holds_what_its_post_refers_to_and_nothing_else(x: StandIn) -> None:
    parent = x.world.post("budi", "Jembatan putus")
    first = x.world.post("sari", f"@{ACCOUNT} satu", media=["photo"], place="Sleman")
    second = x.world.post("sari", f"@{ACCOUNT} dua", reply_to=parent)

    stored = Reading(x, x.adapter()).all().stored

    counts = {
        post_id: {kind: len(things) for kind, things in payload["includes"].items()}
        for post_id, payload in ((one, json.loads(stored[one])) for one in (first, second))
    }
    assert counts[first] == {"tweets": 0, "users": 1, "media": 1, "places": 1}
    assert counts[second] == {"tweets": 1, "users": 2, "media": 0, "places": 0}


# ---------------------------------------------------------------- on paper


@pytest.mark.parametrize(
    ("user", "is_bot"),
    [
        ({"username": "info_cuaca"}, True),
        ({"username": "CuacaBot"}, True),
        ({"username": "abbot"}, False),
        ({"username": "robotika"}, False),
        ({"username": "sari", "description": "Bukan bot."}, False),
        ({"username": "sari", "description": "This is a bot."}, True),
        ({"username": "sari", "description": 5}, False),
    ],
)
def test_only_plain_words_make_a_bot(user: dict[str, Any], is_bot: bool) -> None:
    assert parsed(tweet(), users=[{"id": "42"} | user]).author.is_bot is is_bot


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("Halo @LAPOR1708, lampu padam", True),
        ("tolong.@lapor1708", True),
        ("Surat ke budi@lapor1708 saja", False),
        ("@lapor17089 tolong", False),
        ("Lampu padam", False),
    ],
)
def test_a_mention_is_seen_in_the_text_alone(text: str, addressed: bool) -> None:
    assert parsed(tweet(text=text)).addressed is addressed


def test_a_mention_in_the_entities_is_enough() -> None:
    entities = {"mentions": [{"username": "Lapor1708", "start": 0, "end": 9}]}

    assert parsed(tweet(text="tolong", entities=entities)).addressed is True


@pytest.mark.parametrize(
    ("changes", "conversation"),
    [
        ({"conversation_id": "11"}, "11"),
        ({}, POST_ID),
        ({"referenced_tweets": [{"type": "replied_to", "id": "12"}]}, "10"),
        ({"referenced_tweets": [{"type": "replied_to", "id": "13"}]}, "13"),
        ({"edit_history_tweet_ids": ["9", POST_ID]}, "9"),
    ],
)
def test_a_missing_conversation_is_taken_from_the_parent(
    changes: dict[str, Any], conversation: str
) -> None:
    parent = {"id": "12", "conversation_id": "10"}

    assert parsed(tweet(**changes), tweets=[parent]).conversation_id == conversation


def test_xs_new_names_are_read_as_well() -> None:
    post = parsed(
        tweet(
            edit_history_post_ids=["9", POST_ID],
            referenced_posts=[{"type": "replied_to", "id": "12"}],
            note_post={"text": "yang panjang"},
        ),
        posts=[{"id": "12", "conversation_id": "10"}],
    )

    assert (post.external_id, post.reply_to, post.conversation_id) == ("9", "12", "10")
    assert post.text == "yang panjang"


@pytest.mark.parametrize(
    "stated", [None, "", 7, "kemarin", "9999-12-31T23:59:59Z", "2031-01-01T00:00:00Z"]
)
def test_an_impossible_date_gives_way_to_the_time_in_the_id(stated: object) -> None:
    post = parsed(tweet(created_at=stated))

    assert abs((post.posted_at - POSTED_AT).total_seconds()) < 3600


def test_an_old_counted_id_needs_its_date() -> None:
    assert unreadable(tweet(id="20", created_at="9999-12-31T23:59:59Z")) == "created_at"
    assert parsed(tweet(id="20", created_at="2006-03-21T20:50:14Z")).posted_at.year == 2006


def test_only_what_x_escapes_is_unescaped() -> None:
    text = "a &lt; b &amp;amp; &copy=1"

    assert parsed(tweet(text=text)).text == "a < b &amp; &copy=1"


def test_what_a_database_refuses_is_taken_out() -> None:
    post = parsed(tweet(text="a\0b\ud800c 😀"), users=[{"id": "42", "name": "S\udfffari\0"}])

    assert post.text == "ab\ufffdc 😀"
    assert post.author.name == "S\ufffdari"


@pytest.mark.parametrize(
    "point", [[200, 5], [5, 91], [5], "5,5", [True, False], [float("nan"), 1], [10**400, 1], None]
)
def test_an_impossible_point_is_left_out(point: object) -> None:
    geo = {"coordinates": {"type": "Point", "coordinates": point}}

    assert parsed(tweet(geo=geo)).location is None


def test_media_that_did_not_come_along_are_told_by_their_keys() -> None:
    post = parsed(tweet(attachments={"media_keys": ["3_1", 5, "99_1"]}))

    kinds = [(one.kind, one.ref) for one in post.media]
    assert kinds == [(MediaKind.PHOTO, "3_1"), (MediaKind.DOCUMENT, "99_1")]


@pytest.mark.parametrize("field", ["id", "text", "author_id"])
def test_a_post_without_its_essentials_is_unreadable_by_the_fields_name(field: str) -> None:
    broken = tweet()
    del broken[field]

    assert unreadable(broken) == field


@pytest.mark.parametrize("payload", ["", "{", "null", "[]", "5", '"a"', "[" * 100_000, "\ud800"])
def test_a_payload_that_is_no_object_is_unreadable(payload: str) -> None:
    (event,) = x_parse.parse(Raw("1", payload), US)

    assert isinstance(event, Unreadable)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(POST_ID),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "id text author_id created_at conversation_id entities attachments geo note_tweet"
    " referenced_tweets edit_history_tweet_ids"
).split()
SHAPES: list[Any] = [
    {"mentions": [{"username": None}, 5]},
    {"media_keys": [None, {}]},
    {"coordinates": {"coordinates": [[], {}]}, "place_id": []},
    {"text": None, "entities": 5},
    [{"type": "replied_to", "id": POST_ID}, {"type": [], "id": {}}, 5],
    [{}, None],
]


@given(
    changes=st.dictionaries(st.sampled_from(FIELDS), anything | st.sampled_from(SHAPES)),
    includes=st.dictionaries(
        st.sampled_from(["tweets", "users", "media", "places"]),
        anything | st.lists(st.dictionaries(st.sampled_from(["id", *FIELDS]), anything)),
    ),
)
@settings(max_examples=100, deadline=None)
def test_whatever_comes_parsing_never_raises(
    changes: dict[str, Any], includes: dict[str, Any]
) -> None:
    for event in x_parse.parse(raw(tweet() | changes, **includes), US):
        if isinstance(event, PostSeen):
            assert event.post.posted_at.tzinfo is UTC
            event.post.text.encode()
            assert "\0" not in event.post.text


@given(st.text() | anything.map(lambda value: json.dumps(value)))
@settings(max_examples=100, deadline=None)
def test_whatever_payload_comes_parsing_gives_one_event(payload: str) -> None:
    assert len(x_parse.parse(Raw("1", payload), US)) == 1
