"""What runs when: the real scheduler with the real adapters, over HTTP against the stand-ins."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from bots.platform import Platform
from classifier.predict import Model
from sandbox.faults import Fault
from scheduler import Scheduler
from settings import Settings
from tests.bot import Bot
from tests.intake.steps import heard_on_telegram, heard_on_x, mention, states, write
from tests.intake.texts import LAMP, ROAD
from wiring import System

# Real threads and real waiting.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PATIENCE = 15.0


def build(
    bot: Bot,
    platforms: list[Platform] | None = None,
    model: Callable[[], Model | None] | None = None,
    **settings: Any,
) -> Scheduler:
    """A scheduler as `lapor run` builds it; its clock is the worlds' clock."""
    values: dict[str, Any] = {"x_poll_seconds": 0.5, "look_seconds": 1}
    system = System(
        Settings(_env_file=None, **values | settings),
        "sandbox",
        bot.db,
        bot.vault,
        bot.policy,
        bot.erasures,
    )
    return Scheduler(system, platforms or bot.platforms, model or (lambda: bot.model), bot.clock)


@contextmanager
def running(scheduler: Scheduler) -> Iterator[Scheduler]:
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


def soon(happened: Callable[[], object]) -> None:
    """Wait until it has happened."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def waits_for_news(bot: Bot) -> bool:
    """Whether a long poll has been open for a moment."""
    threads = {thread.name for thread in threading.enumerate()}
    time.sleep(0.3)
    return "poll-telegram" in threads


def ready(bot: Bot) -> None:
    """Read what was written until its acknowledgements are due, without sending them."""
    bot.read()
    bot.forward(seconds=30)
    bot.read()


def seconds_to_stop(scheduler: Scheduler) -> float:
    started = time.monotonic()
    scheduler.stop()
    return time.monotonic() - started


def test_posts_are_read_placed_and_answered_on_both_platforms(bot: Bot) -> None:
    bot.change_policy(settle=timedelta(0))

    with running(build(bot)):
        post, message = mention(bot, LAMP), write(bot, ROAD)
        soon(lambda: heard_on_x(bot, post) and heard_on_telegram(bot, message))

    assert len(bot.reports()) == 2
    assert [notice.state for notice in bot.notices()] == ["sent", "sent"]


def test_every_job_may_be_late_and_never_runs_beside_itself(bot: Bot) -> None:
    with running(build(bot)) as scheduler:
        jobs = scheduler._jobs.get_jobs()

    assert {job.id for job in jobs} == {
        "triage",
        "deadlines",
        "erasures",
        "forgetting",
        "read:x",
        "deletions:x",
        *(
            f"{work}:{platform}"
            for work in ("understand", "send", "settle")
            for platform in ("x", "telegram")
        ),
    }
    for job in jobs:
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        assert str(job.trigger.timezone) == "Asia/Jakarta"


def test_a_failing_job_is_logged_with_its_traceback_and_the_others_go_on(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([True, True])

    def model() -> Model | None:
        if next(failures, False):
            raise RuntimeError("the disk is on fire")
        return bot.model

    bot.change_policy(settle=timedelta(0))
    with running(build(bot, model=model)):
        post = mention(bot, LAMP)
        soon(lambda: heard_on_x(bot, post))

    failed = [record for record in caplog.records if record.message == "job failed"]
    assert len(failed) == 2
    assert all("the disk is on fire" in str(record.exc_text) for record in failed)
    assert {vars(record)["job"] for record in failed} == {"triage"}


def test_one_platform_that_hangs_holds_up_neither_the_other_nor_the_end(bot: Bot) -> None:
    bot.change_policy(settle=timedelta(0))
    bot.x.faults.inject("GET /2/", Fault.HANG, times=9, seconds=20)
    scheduler = build(bot, [bot.x.adapter(read_seconds=1.5), bot.on_telegram])
    scheduler.start()
    message = write(bot, LAMP)

    soon(lambda: heard_on_telegram(bot, message))

    assert seconds_to_stop(scheduler) < 3


def test_stop_ends_within_seconds_during_a_long_poll(bot: Bot) -> None:
    patient = bot.telegram.adapter(poll_seconds=40)
    scheduler = build(bot, [patient])
    scheduler.start()
    soon(lambda: waits_for_news(bot))

    assert seconds_to_stop(scheduler) < 3

    assert not waits_for_news(bot)
    message = write(bot, LAMP)
    bot.turn()
    assert bot.post(message)


def test_stop_waits_for_what_is_being_sent(bot: Bot) -> None:
    mention(bot, LAMP)
    ready(bot)
    bot.x.faults.inject("POST /2/tweets", Fault.HANG, seconds=1)
    scheduler = build(bot)
    scheduler.start()
    soon(lambda: states(bot.notices()) == ["sending"])

    scheduler.stop()

    assert states(bot.notices()) == ["in_doubt"]


def test_stop_does_not_wait_for_all_that_is_due(bot: Bot) -> None:
    posts = [mention(bot, LAMP, f"warga_{number}") for number in range(30)]
    ready(bot)
    assert states(bot.notices()) == ["ready"] * 30
    scheduler = build(bot, [bot.on_x])
    scheduler.start()
    soon(lambda: any(heard_on_x(bot, post) for post in posts))

    scheduler.stop()

    assert "ready" in states(bot.notices())
    assert "sending" not in states(bot.notices())


def test_a_stopped_scheduler_does_nothing_more(bot: Bot) -> None:
    with running(build(bot)):
        pass
    post = mention(bot, LAMP)
    time.sleep(1.2)

    assert heard_on_x(bot, post) == []
    assert bot.reports() == []


def test_what_was_being_sent_at_a_crash_is_in_doubt_at_the_start(bot: Bot) -> None:
    message = write(bot, LAMP)
    ready(bot)
    with bot.db.writing() as session:
        notice = bot.notices()[0]
        notice.state, notice.claimed_at = "sending", bot.now
        session.add(notice)

    with running(build(bot)):
        soon(lambda: "a person decides" in str(bot.notices()[0].failure))

    assert bot.notices()[0].state == "in_doubt"
    assert heard_on_telegram(bot, message) == []


def test_what_was_being_sent_on_x_is_looked_for_and_found(bot: Bot) -> None:
    post = mention(bot, LAMP)
    bot.turn()
    (said,) = bot.x.world.notices_to(post)
    with bot.db.writing() as session:
        notice = bot.notices()[0]
        notice.state, notice.claimed_at, notice.external_id = "sending", bot.now, None
        session.add(notice)

    with running(build(bot)):
        soon(lambda: bot.notices()[0].state == "sent")

    assert len(bot.x.world.notices_to(post)) == 1
    assert said.text == bot.notices()[0].text


def test_a_job_that_is_longer_than_its_interval_warns_nobody(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    slow = threading.Event()

    def model() -> Model | None:
        slow.wait(2.2)
        return bot.model

    with caplog.at_level(logging.WARNING), running(build(bot, model=model)):
        time.sleep(2.4)
        slow.set()

    assert [record for record in caplog.records if record.name.startswith("apscheduler")] == []
