"""The world behind the stand-in of X: what its citizens and its account can do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.x_length import weighted_length as real_length
from sandbox.state import open_state
from sandbox.x_world import NotAllowed, Refusal, XWorld, time_of, weighted_length

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[XWorld]:
    connection = open_state(tmp_path / "x.db")
    world = XWorld(connection, clock=lambda: NOW)
    world.add_person("sari", "Sari Contoh")
    world.add_person("budi", "Budi Contoh")
    yield world
    connection.close()


def refusal(world: XWorld, text: str, reply_to: str | None) -> Refusal:
    with pytest.raises(NotAllowed) as refused:
        world.publish(text, reply_to)
    return refused.value.refusal


def test_ids_grow_and_tell_the_time(world: XWorld) -> None:
    ids = [int(world.post("sari", f"nomor {number}")) for number in range(5)]

    assert ids == sorted(set(ids))
    assert all(time_of(one) == NOW for one in ids)


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = open_state(tmp_path / "x.db")
    old = XWorld(first, clock=lambda: NOW)
    sari = old.add_person("sari", "Sari Contoh")
    post = old.post("sari", "@lapor1708 lampu padam")
    notice = old.publish("Terima kasih", post)
    first.close()

    second = open_state(tmp_path / "x.db")
    new = XWorld(second, clock=lambda: NOW - timedelta(days=1))

    assert new.add_person("Sari", "Sari Contoh") == sari
    assert [one.id for one in new.notices_to(post)] == [notice]
    # Even with a clock that was set back, no id comes twice.
    assert int(new.post("sari", "lagi")) > int(notice)
    second.close()


def test_a_reply_opens_with_the_handle_of_whom_it_answers(world: XWorld) -> None:
    parent = world.post("budi", "Jembatan putus")
    reply = world.find(world.post("sari", "setuju", reply_to=parent))
    own = world.find(world.post("budi", "lanjut", reply_to=parent))
    longer = world.find(world.post("sari", "@budi2 setuju", reply_to=parent))

    assert reply is not None
    assert own is not None
    assert longer is not None
    assert (reply["text"], own["text"]) == ("@budi setuju", "lanjut")
    assert longer["text"] == "@budi @budi2 setuju"
    assert str(reply["conversation"]) == parent


def test_notices_to_a_post_are_told_in_their_order_over_its_edits(world: XWorld) -> None:
    first = world.post("sari", "@lapor1708 lampu pdam")
    world.publish("satu", first)
    second = world.edit(first, "@lapor1708 lampu padam")
    world.publish("dua", second)
    other = world.post("budi", "@lapor1708 jalan rusak")
    world.publish("tiga", other)

    assert [one.text for one in world.notices_to(first)] == ["satu", "dua"]
    assert [one.text for one in world.notices_to(second)] == ["satu", "dua"]
    assert [one.text for one in world.timeline()] == ["satu", "dua", "tiga"]


def test_a_deletion_takes_every_wording_away(world: XWorld) -> None:
    first = world.post("sari", "@lapor1708 lampu pdam")
    second = world.edit(first, "@lapor1708 lampu padam")

    world.delete(first)

    assert world.find(first) is None
    assert world.find(second) is None
    assert world.naming("lapor1708") == []


def test_the_account_may_answer_only_who_has_summoned_it(world: XWorld) -> None:
    bare = world.post("sari", "lampu padam")
    mention = world.post("sari", "@lapor1708 lampu padam")
    own = world.publish("satu", mention)
    quote = world.post("budi", "ini juga", quote_of=own)
    answer = world.post("sari", "terima kasih", reply_to=own)

    assert refusal(world, "dua", bare) is Refusal.NOT_SUMMONED
    for summoned in (own, quote, answer):
        world.publish(f"kepada {summoned}", summoned)


def test_the_same_text_to_the_same_person_is_a_duplicate_for_a_day(tmp_path: Path) -> None:
    now = [NOW]
    connection = open_state(tmp_path / "x.db")
    world = XWorld(connection, clock=lambda: now[0])
    for handle in ("sari", "budi"):
        world.add_person(handle, handle)
    posts = [world.post(handle, "@lapor1708 tolong") for handle in ("sari", "budi", "sari")]

    world.publish("Terima kasih", posts[0])
    world.publish("Terima kasih", posts[1])
    assert refusal(world, "Terima kasih", posts[2]) is Refusal.DUPLICATE

    now[0] += timedelta(hours=25)
    world.publish("Terima kasih", posts[2])
    connection.close()


def test_a_restricted_conversation_takes_replies_of_the_mentioned_only(world: XWorld) -> None:
    closed = world.post("budi", "Jalan rusak", restricted=True)
    inside = world.post("sari", "@lapor1708 tolong", reply_to=closed)
    naming_us = world.post("budi", "@lapor1708 Jalan rusak", restricted=True)

    assert refusal(world, "satu", inside) is Refusal.RESTRICTED
    world.publish("satu", naming_us)


def test_a_text_may_weigh_280_and_no_more(world: XWorld) -> None:
    world.publish("é" * 280, None)

    assert refusal(world, "é" * 281, None) is Refusal.TOO_LONG
    assert refusal(world, "😀" * 141, None) is Refusal.TOO_LONG
    assert refusal(world, "", None) is Refusal.TOO_LONG


def test_an_unknown_person_cannot_post(world: XWorld) -> None:
    with pytest.raises(ValueError, match="add_person"):
        world.post("siapa", "halo")


def test_unknown_media_cannot_be_posted(world: XWorld) -> None:
    with pytest.raises(ValueError, match="photo"):
        world.post("sari", "halo", media=["voice"])


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=40))
def test_latin_text_weighs_the_same_as_in_xs_own_count(text: str) -> None:
    without_dots = text.replace(".", "")

    assert weighted_length(without_dots) == real_length(without_dots)
