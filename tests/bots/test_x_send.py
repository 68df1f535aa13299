"""Posting to X over real HTTP: what happened there, and what we say has happened."""

import base64
import hashlib
import hmac
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
import requests

from bots.platform import (
    ChannelDown,
    InDoubt,
    NotFound,
    NotSent,
    PlatformError,
    Receipt,
    Refused,
    RefusedReason,
)
from sandbox.faults import Fault
from tests.bots.x_stand_in import ACCOUNT, StandIn, reply, running_x
from tests.stand_ins import closed_port


@pytest.fixture
def x(tmp_path: Path) -> Iterator[StandIn]:
    with running_x(tmp_path) as running:
        yield running


def mention(x: StandIn) -> str:
    return x.mentions(1)[0]


# ---------------------------------------------------------------- sending


def test_a_notice_stands_under_the_post_it_answers(x: StandIn) -> None:
    post = mention(x)

    receipt = x.adapter().send(reply(post))

    (notice,) = x.world.notices_to(post)
    assert (notice.id, notice.text) == (receipt.external_id, reply(post).text)


@pytest.mark.parametrize(
    ("text", "answers", "cost"),
    [
        ("Laporan LPR-AB12CD3E sudah dicatat.", True, 10_000),
        ("Layanan tutup besok, LPR-AB12CD3E.", False, 15_000),
        ("Lihat https://example.com/LPR-AB12CD3E", True, 200_000),
        ("Lihat lapor.go.id untuk LPR-AB12CD3E", True, 200_000),
    ],
)
def test_a_receipt_names_the_price(x: StandIn, text: str, answers: bool, cost: int) -> None:
    post = mention(x)

    receipt = x.adapter().send(reply(post if answers else None, text))

    assert receipt.cost_microusd == cost


@pytest.mark.parametrize(
    ("fault", "error", "stands"),
    [
        (Fault.ERROR_500, InDoubt, 0),
        (Fault.DROP, InDoubt, 0),
        (Fault.DROP_AFTER_APPLY, InDoubt, 1),
        (Fault.TRUNCATED_JSON, InDoubt, 1),
        (Fault.HTML_200, InDoubt, 1),
        (Fault.HANG, InDoubt, 0),
        (Fault.RATE_LIMITED, NotSent, 0),
        (Fault.UNAUTHORIZED, ChannelDown, 0),
        (Fault.PAYMENT, ChannelDown, 0),
    ],
)
def test_every_fault_has_its_verdict(
    x: StandIn, fault: Fault, error: type[Exception], stands: int
) -> None:
    post = mention(x)
    x.faults.inject("POST /2/tweets", fault, seconds=1)

    with pytest.raises(error):
        x.adapter(read_seconds=0.3).send(reply(post))

    assert len(x.world.notices_to(post)) == stands


def test_a_rate_limit_says_when_to_come_back(x: StandIn) -> None:
    x.faults.inject("POST /2/tweets", Fault.RATE_LIMITED, seconds=120)

    with pytest.raises(NotSent) as limited:
        x.adapter().send(reply(mention(x)))

    assert limited.value.retry_after is not None
    assert abs(limited.value.retry_after - timedelta(seconds=120)) < timedelta(seconds=3)


def test_who_is_refused_a_connection_has_sent_nothing(x: StandIn) -> None:
    with pytest.raises(NotSent):
        x.adapter(base_url=closed_port()).send(reply("1"))


def test_a_copy_of_a_standing_notice_is_refused_as_a_duplicate(x: StandIn) -> None:
    post = mention(x)
    adapter = x.adapter()
    adapter.send(reply(post))

    with pytest.raises(Refused) as refused:
        adapter.send(reply(post))

    assert refused.value.reason is RefusedReason.DUPLICATE
    assert len(x.world.notices_to(post)) == 1


def test_a_post_that_does_not_mention_us_may_not_be_answered(x: StandIn) -> None:
    post = x.world.post("sari", "Lampu jalan padam lagi")

    assert reason(x, post) is RefusedReason.NOT_SUMMONED


def test_a_restricted_conversation_may_not_be_answered(x: StandIn) -> None:
    x.world.add_person("budi", "Budi Contoh")
    root = x.world.post("budi", "Jalan rusak", restricted=True)
    post = x.world.post("sari", f"@{ACCOUNT} tolong", reply_to=root)

    assert reason(x, post) is RefusedReason.RESTRICTED


def test_a_deleted_post_may_not_be_answered(x: StandIn) -> None:
    post = mention(x)
    x.world.delete(post)

    assert reason(x, post) is RefusedReason.PARENT_GONE


def test_a_refusal_that_nobody_knows_is_shown_without_what_could_be_private(x: StandIn) -> None:
    with pytest.raises(Refused) as refused:
        x.adapter().send(reply("kata-rahasia"))

    assert refused.value.reason is RefusedReason.UNKNOWN
    assert "400" in str(refused.value)
    assert "kata-rahasia" not in str(refused.value)


def reason(x: StandIn, post: str) -> RefusedReason:
    with pytest.raises(Refused) as refused:
        x.adapter().send(reply(post))
    assert x.world.timeline() == []
    return refused.value.reason


def test_a_notice_that_is_too_long_is_not_even_tried(x: StandIn) -> None:
    x.faults.inject("POST /2/tweets", Fault.ERROR_500)

    with pytest.raises(Refused) as refused:
        x.adapter().send(reply(mention(x), "😀" * 141))

    assert refused.value.reason is RefusedReason.TOO_LONG


def test_length_is_counted_as_x_counts_it(x: StandIn) -> None:
    adapter = x.adapter()

    assert adapter.measure("Terima kasih…") == 14
    assert adapter.measure("👨‍👩‍👧‍👦 di lapor.go.id") == 2 + 4 + 23
    assert adapter.measure("\ud800" * 3) == 6
    assert adapter.max_length == 280


# ---------------------------------------------------------------- looking for what was sent


def test_a_notice_in_doubt_that_stands_is_found(x: StandIn) -> None:
    post, adapter, before = mention(x), x.adapter(), x.clock()
    x.faults.inject("POST /2/tweets", Fault.DROP_AFTER_APPLY)
    with pytest.raises(InDoubt):
        adapter.send(reply(post))

    found = adapter.find_sent(reply(post), before)

    assert isinstance(found, Receipt)
    assert found.external_id == x.world.notices_to(post)[0].id


def test_a_notice_in_doubt_that_does_not_stand_is_not_found(x: StandIn) -> None:
    post, adapter, before = mention(x), x.adapter(), x.clock()
    x.faults.inject("POST /2/tweets", Fault.DROP)
    with pytest.raises(InDoubt):
        adapter.send(reply(post))

    assert isinstance(adapter.find_sent(reply(post), before), NotFound)


def test_another_posts_notice_and_another_notice_are_not_taken_for_it(x: StandIn) -> None:
    post, other, adapter, before = mention(x), mention(x), x.adapter(), x.clock()
    adapter.send(reply(other))
    adapter.send(reply(post, "Laporan LPR-ZZZZZZZZ sudah dicatat."))

    assert isinstance(adapter.find_sent(reply(post), before), NotFound)


def test_a_later_notice_with_the_same_number_under_the_same_post_is_not_taken_for_it(
    x: StandIn,
) -> None:
    post, adapter, before = mention(x), x.adapter(), x.clock()
    adapter.send(reply(post))
    answer = reply(post, "Kabar untuk LPR-AB12CD3E: lampunya   sudah diganti & menyala. Beres?")

    assert isinstance(adapter.find_sent(answer, before), NotFound)
    sent = adapter.send(answer)
    found = adapter.find_sent(answer, before)
    assert isinstance(found, Receipt)
    assert found.external_id == sent.external_id


def test_a_notice_is_found_below_a_hundred_later_ones(x: StandIn) -> None:
    post, adapter, before = mention(x), x.adapter(), x.clock()
    sent = adapter.send(reply(post))
    for number in range(110):
        x.world.post(ACCOUNT, f"Kabar nomor {number}")

    found = adapter.find_sent(reply(post), before)

    assert isinstance(found, Receipt)
    assert found.external_id == sent.external_id


def test_what_was_sent_before_is_not_looked_at(x: StandIn) -> None:
    post, adapter = mention(x), x.adapter()
    adapter.send(reply(post))
    later = x.clock.forward(minutes=10)

    assert isinstance(adapter.find_sent(reply(post), later), NotFound)


@pytest.mark.parametrize("fault", [Fault.ERROR_500, Fault.TRUNCATED_JSON, Fault.DROP])
def test_a_look_that_failed_never_says_not_found(x: StandIn, fault: Fault) -> None:
    x.faults.inject(f"/{x.world.account_id}/tweets", fault)

    with pytest.raises(NotSent):
        x.adapter().find_sent(reply(mention(x)), x.clock())


# ---------------------------------------------------------------- what is gone


def test_deleted_and_protected_posts_are_gone_and_others_are_not(x: StandIn) -> None:
    x.world.add_person("tertutup", "Akun Tertutup")
    hidden = x.world.post("tertutup", f"@{ACCOUNT} jalan rusak")
    kept, deleted, edited = x.mentions(3)
    x.world.edit(edited, f"@{ACCOUNT} diubah")
    x.world.delete(deleted)
    x.world.protect("tertutup")

    gone = x.adapter().gone([kept, deleted, edited, hidden, "99", "bukan-nomor"])

    assert gone == {deleted, hidden, "99"}


def test_posts_are_looked_up_a_hundred_at_a_time(x: StandIn) -> None:
    ids = x.mentions(205)
    for one in ids[::50]:
        x.world.delete(one)

    assert x.adapter().gone(ids) == set(ids[::50])


def test_a_look_is_paid_with_the_next_batch(x: StandIn) -> None:
    ids, adapter = x.mentions(2), x.adapter()
    x.world.delete(ids[0])

    adapter.gone(ids)

    # One post by look-up, the other is gone; then ourselves and the author.
    assert adapter.fetch(None, x.clock()).cost_microusd == 5_000 + 2 * 10_000


def test_nothing_is_gone_when_x_cannot_be_asked(x: StandIn) -> None:
    x.faults.inject("GET /2/tweets", Fault.HTML_200)

    with pytest.raises(NotSent):
        x.adapter().gone(x.mentions(1))


# ---------------------------------------------------------------- secrets


def test_requests_are_signed_for_the_host_that_is_called(x: StandIn) -> None:
    seen: list[requests.PreparedRequest] = []
    adapter = x.adapter()
    adapter._client._tweepy.session.hooks["response"].append(
        lambda answer, **_: seen.append(answer.request)
    )

    adapter.check()

    url, header = str(seen[0].url), seen[0].headers["Authorization"]
    stated = dict(re.findall(r'(\w+)="([^"]*)"', str(header)))
    assert url == f"{x.base_url}/2/users/me"
    assert unquote(stated.pop("oauth_signature")) == signature(url, stated)


def signature(url: str, stated: dict[str, str]) -> str:
    """OAuth 1.0a's HMAC-SHA1 of a GET without a query (RFC 5849, section 3.4)."""
    pairs = "&".join(f"{name}={value}" for name, value in sorted(stated.items()))
    base = f"GET&{quote(url, safe='')}&{quote(pairs, safe='')}"
    key = b"rahasia-kunci-contoh&rahasia-token-contoh"
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()


def test_neither_logs_nor_errors_show_tokens_handles_or_texts(
    x: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post, said = mention(x), list[str]()

    for fault in Fault:
        x.faults.inject("POST /2/tweets", fault, seconds=1)
        with pytest.raises(PlatformError) as failed:
            x.adapter(read_seconds=0.2).send(reply(post))
        said += traceback.format_exception(failed.value)

    for secret in ("rahasia", "token-contoh", "kunci-contoh", "@sari", "dicatat"):
        assert secret not in caplog.text + "".join(said).replace(__file__, "")
