"""One run of the bot: the scheduler, in the sandbox also its citizens and moderator, and an end."""

import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from rich.table import Table
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from classifier.predict import Model
from classifier.registry import ModelUnusable, load_model
from cli import context
from cli.context import err, now, opened, out
from cli.live import Live
from intake.idle import busy_with, last_read, list_for_people
from intake.overview import NoticeView, Overview, overview
from sandbox.moderator import Moderator
from sandbox.process import X_KEY, SandboxHandle, start_sandbox
from sandbox.script import load_script
from scheduler import Scheduler
from settings import Settings
from wiring import System, build_platforms, open_channels

log = logging.getLogger(__name__)

TICK = 0.25


class Session:
    """Runs until somebody asks it to stop, or until nothing is due any more."""

    def __init__(self, *, until_idle: bool, quiet: bool, speed: float) -> None:
        self._until_idle, self._speed = until_idle, speed
        self._live = Live(err if quiet else out)
        self._stop = False
        self._outcome: Overview | None = None
        self._for_people: list[str] = []
        self._started_at = now()
        self._finished_at: datetime | None = None

    def request_stop(self) -> None:
        """For signal handlers."""
        self._stop = True

    def run(self) -> None:
        """Start everything, watch it, and stop it cleanly."""
        with contextlib.ExitStack() as stack:
            system = stack.enter_context(opened(prepare=True, speed=self._speed))
            stack.enter_context(system.db.run_lock())
            world = stack.enter_context(_sandbox(system, self._speed))
            settings = _towards(system.settings, world)
            platforms = build_platforms(settings)
            open_channels(system, platforms, now())
            self._started_at = now()
            self._live.begin(system)
            model = self._load_model(settings)
            scheduler = Scheduler(system, platforms, lambda: model)
            stack.callback(self._live.show, system)
            stack.callback(scheduler.stop)
            scheduler.start()
            self._watch(system, world)
            if self._until_idle and not self._stop:
                # Deleted posts are looked for twice a day; an end is the time to look once more.
                for platform in platforms:
                    scheduler.follow_deletions(platform)
                self._live.show(system)
            self._outcome = overview(system.db)
            self._for_people = list_for_people(system.db)

    def _load_model(self, settings: Settings) -> Model | None:
        """The classifier, or None when its files cannot be trusted: then people sort everything."""
        try:
            return load_model(settings.model_dir)
        except ModelUnusable as error:
            self._live.warn(f"{error} Until then every post goes to a person.")
            return None

    def print_outcome(self, *, as_json: bool) -> None:
        """What came of it: a table, or one JSON object on stdout."""
        if self._outcome is None:
            return
        if as_json:
            print(json.dumps(asdict(self._outcome), ensure_ascii=False, indent=1))
        elif self._until_idle:
            out.print(_table(self._outcome))
        for line in self._for_people:
            err.print(line, highlight=False)

    def _watch(self, system: System, world: SandboxHandle | None) -> None:
        moderator = None
        if world is not None:
            moderator = Moderator(system, load_script(), self._speed)
        quiet_since: float | None = None
        while not self._stop:
            try:
                busy = self._tick(system, world, moderator)
                self._live.show(system)
            except DBAPIError:
                # The jobs have their own guard; the screen must not end the bot either.
                log.exception("database does not answer")
                busy = True
            if busy:
                quiet_since = None
            elif quiet_since is None:
                quiet_since = time.monotonic()
            elif self._until_idle and time.monotonic() - quiet_since > 4 * TICK:
                break
            time.sleep(TICK)

    def _tick(
        self, system: System, world: SandboxHandle | None, moderator: Moderator | None
    ) -> bool:
        """Let the moderator act; true while anything is still to happen."""
        if world is None or moderator is None:
            if not self._until_idle:
                return True
            unread = last_read(system.db) <= self._started_at
            return unread or bool(busy_with(system.db, system.policy, now()))
        status = world.status()
        working = moderator.act(status.posts, now())
        if working or not status.finished:
            self._finished_at = None
            return True
        self._finished_at = self._finished_at or now()
        # What the last citizen wrote must have been fetched before the quiet means anything.
        if last_read(system.db) <= self._finished_at:
            return True
        return bool(busy_with(system.db, system.policy, now()))


@contextlib.contextmanager
def _sandbox(system: System, speed: float) -> Iterator[SandboxHandle | None]:
    if not context.world.sandbox:
        yield None
        return
    handle = start_sandbox(world_file(system.settings.database_url), speed=speed)
    try:
        yield handle
    finally:
        handle.stop()


def world_file(database_url: str) -> Path:
    """The stand-ins' file beside the sandbox's database: the two belong together."""
    path = Path(make_url(database_url).database or "sandbox.db")
    return path.with_name(f"{path.stem}-world.db")


def _towards(settings: Settings, world: SandboxHandle | None) -> Settings:
    """The settings that lead to the stand-ins, with credentials made for them."""
    if world is None:
        return settings
    made_up = SecretStr(X_KEY)
    return settings.model_copy(
        update={
            "x_base_url": world.x_url,
            "x_consumer_key": made_up,
            "x_consumer_secret": made_up,
            "x_access_token": made_up,
            "x_access_token_secret": made_up,
            "telegram_base_url": world.telegram_url,
            "telegram_token": SecretStr(world.token),
        }
    )


def _table(outcome: Overview) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        expand=True,
        title=f"{len(outcome.posts)} posts, {len(outcome.reports)} reports",
        caption=_notice_counts(outcome),
    )
    table.add_column("report", no_wrap=True, width=13)
    table.add_column("tagged as", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("state", no_wrap=True, width=10)
    table.add_column("said", no_wrap=True, overflow="ellipsis", ratio=2)
    for report in outcome.reports:
        said = ", ".join(_said(notice) for notice in report.notices)
        table.add_row(report.reference, report.tags, report.state, said)
    return table


def _said(notice: NoticeView) -> str:
    return notice.kind if notice.state == "sent" else f"{notice.kind} ({notice.state})"


def _notice_counts(outcome: Overview) -> str:
    counts = Counter(notice.state for report in outcome.reports for notice in report.notices)
    return "notices: " + ", ".join(f"{count} {state}" for state, count in counts.most_common())
