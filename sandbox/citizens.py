"""Plays the script: the citizens do on the stand-ins what the script says, each thing once.

The timetable is fixed at the first start and lies in the state file. A step's mark is committed
in the transaction of what it does in its world, so a killed sandbox goes on where it stopped.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.script import After, Post, Script
from sandbox.stages import Cue, Notice, Stage, TelegramStage, XStage
from sandbox.telegram_world import TelegramWorld
from sandbox.transactions import SharedConnection
from sandbox.x_world import XWorld

PATIENCE_SECONDS = 60.0
"""How long citizens wait for a notice after the last thing that happened."""
_LOOK_EVERY = 0.1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS citizen_steps (
  id TEXT PRIMARY KEY, due REAL, done_at REAL, expired_at REAL, platform_id TEXT,
  notices_before INTEGER NOT NULL DEFAULT 0);
"""

logger = logging.getLogger(__name__)


class OtherScript(ValueError):
    """The state file holds another script's timetable: remove it, or name another file."""


@dataclass(frozen=True)
class _Step:
    """A row of the timetable. Times are seconds since the epoch; `due` is None while it waits."""

    post: Post
    due: float | None
    done_at: float | None
    expired_at: float | None
    platform_id: str | None
    notices_before: int

    @property
    def left(self) -> bool:
        return self.done_at is None and self.expired_at is None


class Citizens:
    """The people of a script at work.

    `speed` compresses the script's own seconds, never `patience`: that one waits for the bot.
    `connection` must be the one that both worlds write to.
    """

    def __init__(
        self,
        script: Script,
        connection: SharedConnection,
        x: XWorld,
        telegram: TelegramWorld,
        *,
        speed: float = 1.0,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._script = script
        self._connection = connection
        self._stages: dict[str, Stage] = {"x": XStage(x), "telegram": TelegramStage(telegram)}
        self._speed = speed
        self._patience = patience
        self._clock = clock
        connection.executescript(_SCHEMA)
        self._fix_timetable()
        self._steps = self._read_timetable()
        for stage in self._stages.values():
            stage.enter(script)
        self._started = clock()

    def run(self, stop: threading.Event) -> None:
        """Play until `stop` is set or nothing is left."""
        while not stop.is_set() and not self.finished():
            self.play()
            stop.wait(_LOOK_EVERY)

    def play(self) -> None:
        """Do everything that is due now, in the order in which it fell due."""
        for step in sorted(self._steps.values(), key=_turn):
            if step.left:
                self._look_at(step)
        self._expire()

    def finished(self) -> bool:
        """Whether nothing is left to play."""
        return self.left() == 0

    def left(self) -> int:
        """How many steps are neither done nor expired."""
        return sum(step.left for step in self._steps.values())

    def expired(self) -> list[str]:
        """The steps that never happened, because what they waited for did not come."""
        return [name for name, step in self._steps.items() if step.expired_at is not None]

    def platform_ids(self) -> dict[str, str]:
        """What the platform calls the posts played so far; a deleted post keeps its id here."""
        ids = {name: step.platform_id for name, step in self._steps.items()}
        return {name: platform_id for name, platform_id in ids.items() if platform_id is not None}

    # ------------------------------------------------------------ the timetable

    def _fix_timetable(self) -> None:
        known = {row["id"] for row in self._connection.execute("SELECT id FROM citizen_steps")}
        if known and known != {*self._script.posts}:
            raise OtherScript(OtherScript.__doc__)
        if known:
            return
        now = self._clock()
        self._connection.execute("BEGIN IMMEDIATE")
        for post in self._script.posts.values():
            due = None if post.at is None else now + post.at / self._speed
            self._connection.execute(
                "INSERT INTO citizen_steps (id, due) VALUES (?, ?)", (post.id, due)
            )
        self._connection.execute("COMMIT")

    def _read_timetable(self) -> dict[str, _Step]:
        """Every step in the script's order; from now on kept in step with the table."""
        rows = self._connection.execute(
            "SELECT id, due, done_at, expired_at, platform_id, notices_before FROM citizen_steps"
        )
        found = {row["id"]: tuple(row)[1:] for row in rows.fetchall()}
        return {name: _Step(post, *found[name]) for name, post in self._script.posts.items()}

    def _expire(self) -> None:
        """Give up what still waits for a notice when nothing has happened for too long."""
        steps = list(self._steps.values())
        if any(step.left and step.due is not None for step in steps):
            return
        happened = [self._started, *(step.done_at for step in steps if step.done_at is not None)]
        now = self._clock()
        if now - max(happened) > self._patience:
            for step in steps:
                if step.left:
                    self._give_up(step)

    def _give_up(self, step: _Step) -> None:
        now = self._clock()
        self._connection.execute(
            "UPDATE citizen_steps SET expired_at = ? WHERE id = ?", (now, step.post.id)
        )
        self._steps[step.post.id] = replace(step, expired_at=now)

    # ------------------------------------------------------------ one step

    def _look_at(self, step: _Step) -> None:
        if step.due is None:
            self._set_due(step)
        elif step.due <= self._clock():
            self._perform(step)

    def _set_due(self, step: _Step) -> None:
        """Turn "after a notice" into a time, once the notice is there."""
        after = step.post.after
        if after is None or not self._has_come(after, step.post):
            return
        due = self._clock() + after.delay / self._speed
        self._connection.execute(
            "UPDATE citizen_steps SET due = ? WHERE id = ?", (due, step.post.id)
        )
        self._steps[step.post.id] = replace(step, due=due)

    def _has_come(self, after: After, post: Post) -> bool:
        """Whether the notice that a step waits for is there."""
        anchor = self._steps[after.post]
        if anchor.done_at is None:
            return False
        notices = self._notices(post)[anchor.notices_before :]
        fitting = [one for one in notices if not after.saying or one.says(after.saying)]
        return len(fitting) >= after.notice

    def _notices(self, post: Post) -> list[Notice]:
        """The notices that this person has seen in the step's thread, oldest first."""
        root = self._script.root_of(post)
        own: list[str] = []
        others: list[str] = []
        for name, platform_id in self.platform_ids().items():
            other = self._script.posts[name]
            mine = other.person == post.person and self._script.root_of(other) == root
            if other.press is None:
                (own if mine else others).append(platform_id)
        return self._stages[self._script.platform_of(post)].notices(own, others)

    def _perform(self, step: _Step) -> None:
        """Act and mark it, in one transaction."""
        post, notices = step.post, self._notices(step.post)
        cue = Cue(self.platform_ids(), _newest(post, notices))
        stage, person = (
            self._stages[self._script.platform_of(post)],
            self._script.people[post.person],
        )
        try:
            with self._connection.extended():
                platform_id = stage.perform(post, person, cue)
                done_at = self._clock()
                self._connection.execute(
                    "UPDATE citizen_steps SET done_at = ?, platform_id = ?, notices_before = ?"
                    " WHERE id = ?",
                    (done_at, platform_id, len(notices), post.id),
                )
        except (LookupError, ValueError):
            # It hangs on a step that expired, or on something that is gone meanwhile.
            logger.warning("citizen_step_impossible", extra={"step": post.id})
            self._give_up(step)
            return
        self._steps[post.id] = replace(
            step, done_at=done_at, platform_id=platform_id, notices_before=len(notices)
        )


def _turn(step: _Step) -> float:
    return math.inf if step.due is None else step.due


def _newest(post: Post, notices: list[Notice]) -> Notice | None:
    """The notice to reply to: the newest, for a press the newest with such a button."""
    label = post.press
    fitting = (one for one in reversed(notices) if label is None or one.data_of(label))
    return next(fitting, None)
