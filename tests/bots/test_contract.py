"""What every platform must do, held against every adapter over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.platform import (
    CannotTell,
    ChannelDown,
    InDoubt,
    NotFound,
    NotSent,
    Outgoing,
    Platform,
    PlatformError,
    PostSeen,
    Raw,
    Receipt,
    Refused,
    Unreadable,
)
from sandbox.faults import Fault, Faults
from tests.bots.telegram_stand_in import running_telegram
from tests.bots.x_stand_in import running_x
from tests.stand_ins import closed_port

ADDRESSED = "@lapor1708 lampu jalan di depan rumah saya padam"
SENDING = {"x": "POST /2/tweets", "telegram": "sendMessage"}
READING = {"x": "mentions", "telegram": "getUpdates"}


@dataclass
class Edge:
    """One platform: its adapter, a citizen who writes there, and what stands there afterwards."""

    name: str
    adapter: Platform
    faults: Faults
    now: datetime
    say: Callable[[], str]
    standing: Callable[[str], list[str]]
    elsewhere: Callable[[str], Platform]

    def answer(self, post: str) -> Outgoing:
        conversation = post.partition(":")[0]
        return Outgoing(conversation, post, "Terima kasih, LPR-AB12CD3E dicatat.", "LPR-AB12CD3E")


@pytest.fixture(params=["x", "telegram"])
def edge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Edge]:
    if request.param == "x":
        with running_x(tmp_path) as x:
            yield Edge(
                "x",
                x.adapter(read_seconds=0.5),
                x.faults,
                x.clock(),
                lambda: x.world.post("sari", ADDRESSED),
                lambda post: [notice.text for notice in x.world.notices_to(post)],
                lambda url: x.adapter(base_url=url),
            )
        return
    with running_telegram(tmp_path) as telegram:
        yield Edge(
            "telegram",
            telegram.adapter(read_timeout=0.5),
            telegram.faults,
            telegram.clock(),
            lambda: telegram.world.say("sari", ADDRESSED),
            lambda post: [notice.text for notice in telegram.world.notices_to(post)],
            lambda url: telegram.adapter(base_url=url),
        )


def read_all(edge: Edge, cursor: str | None = None) -> tuple[dict[str, Raw], str]:
    """Every raw until there is no more, by key, and the cursor behind them."""
    raws: dict[str, Raw] = {}
    for _ in range(20):
        batch = edge.adapter.fetch(cursor, edge.now)
        raws |= {raw.key: raw for raw in batch.raws}
        cursor = batch.next_cursor
        if not batch.more:
            return raws, cursor
    raise AssertionError("there is always more")


def test_a_post_is_handed_over_whole_and_addressed_to_us(edge: Edge) -> None:
    post = edge.say()

    raws, _ = read_all(edge)
    (event,) = [event for raw in raws.values() for event in edge.adapter.parse(raw)]

    assert isinstance(event, PostSeen)
    assert event.post.external_id == post
    assert event.post.text.endswith("padam")
    assert event.post.addressed
    assert not event.post.own
    assert event.post.posted_at.tzinfo is not None


def test_what_was_not_stored_comes_again_under_the_same_key(edge: Edge) -> None:
    edge.say()
    first, _ = read_all(edge)

    again, _ = read_all(edge)

    assert again.keys() == first.keys()


def test_behind_the_cursor_nothing_is_new(edge: Edge) -> None:
    edge.say()
    first, cursor = read_all(edge)
    second = edge.say()

    later, _ = read_all(edge, cursor)

    new = [raw for key, raw in later.items() if key not in first]
    events = [event for raw in new for event in edge.adapter.parse(raw)]
    assert [event.post.external_id for event in events if isinstance(event, PostSeen)] == [second]


def test_an_answer_stands_under_its_post_and_can_be_told_or_not(edge: Edge) -> None:
    post = edge.say()
    outgoing = edge.answer(post)

    receipt = edge.adapter.send(outgoing)

    assert isinstance(receipt, Receipt)
    assert len(edge.standing(post)) == 1
    found = edge.adapter.find_sent(outgoing, edge.now - timedelta(minutes=5))
    assert isinstance(found, CannotTell) or found.external_id == receipt.external_id  # type: ignore[union-attr]


def test_what_was_never_sent_is_not_found(edge: Edge) -> None:
    outgoing = edge.answer(edge.say())

    found = edge.adapter.find_sent(outgoing, edge.now - timedelta(minutes=5))

    assert isinstance(found, NotFound | CannotTell)


@pytest.mark.parametrize(
    ("fault", "verdict", "stands"),
    [
        (Fault.RATE_LIMITED, NotSent, 0),
        (Fault.UNAUTHORIZED, ChannelDown, 0),
        (Fault.ERROR_500, InDoubt, 0),
        (Fault.DROP, InDoubt, 0),
        (Fault.DROP_AFTER_APPLY, InDoubt, 1),
        (Fault.TRUNCATED_JSON, InDoubt, 1),
        (Fault.HTML_200, InDoubt, None),
        (Fault.HANG, InDoubt, None),
    ],
)
def test_a_failed_sending_gets_its_verdict(
    edge: Edge, fault: Fault, verdict: type[PlatformError], stands: int | None
) -> None:
    post = edge.say()
    edge.faults.inject(SENDING[edge.name], fault, seconds=1)

    with pytest.raises(verdict):
        edge.adapter.send(edge.answer(post))

    if stands is not None:
        assert len(edge.standing(post)) == stands


def test_where_nobody_listens_nothing_was_sent(edge: Edge) -> None:
    adapter = edge.elsewhere(closed_port())

    with pytest.raises(NotSent):
        adapter.send(edge.answer(edge.say()))
    with pytest.raises(NotSent):
        adapter.fetch(None, edge.now)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.RATE_LIMITED, NotSent),
        (Fault.ERROR_500, NotSent),
        (Fault.DROP, NotSent),
        (Fault.TRUNCATED_JSON, NotSent),
        (Fault.HTML_200, NotSent),
        (Fault.UNAUTHORIZED, ChannelDown),
    ],
)
def test_a_failed_reading_is_tried_again_or_stops_the_channel(
    edge: Edge, fault: Fault, verdict: type[PlatformError]
) -> None:
    post = edge.say()
    edge.faults.inject(READING[edge.name], fault)

    with pytest.raises(verdict):
        edge.adapter.fetch(None, edge.now)

    raws, _ = read_all(edge)
    assert any(post.rpartition(":")[2] in raw.payload for raw in raws.values())


def test_a_message_that_is_too_long_is_refused(edge: Edge) -> None:
    post = edge.say()
    text = "a" * (edge.adapter.max_length + 1)

    assert edge.adapter.measure(text) > edge.adapter.max_length
    with pytest.raises(Refused):
        edge.adapter.send(Outgoing(post.partition(":")[0], post, text, "aaa"))


def test_a_harmless_call_proves_that_the_account_works(edge: Edge) -> None:
    edge.adapter.check()


def test_nothing_that_stands_is_gone(edge: Edge) -> None:
    assert edge.adapter.gone([edge.say()]) == frozenset()


def test_a_closed_adapter_waits_for_nothing(edge: Edge) -> None:
    edge.adapter.close()

    with pytest.raises(NotSent):
        edge.adapter.send(edge.answer(edge.say()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str))
def test_parsing_never_raises(edge: Edge, payload: str) -> None:
    events = edge.adapter.parse(Raw("1", payload))

    assert all(isinstance(event, Unreadable | PostSeen) for event in events)
