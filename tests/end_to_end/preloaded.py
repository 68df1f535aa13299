"""A bot that is there at once: this process has imported everything and forks one run a command.

Commands on standard input, an answer each: "kill SECONDS SINCE DISK" (a run that is killed without
a warning, so long since its "start" or since it is at "work"), "switch on" (notices may go out from
now on), "finish" (a run until nothing is due any more). The settings come from the environment, as
those of `lapor run` do.
"""

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import configure_mappers
from sqlmodel import col, select

from classifier.places import find_region
from classifier.predict import Model
from classifier.registry import load_model
from classifier.starter import STARTER
from cli import context
from cli.session import Session
from intake import answer, operate, review
from intake.answer import Given
from intake.masking import mask
from intake.workdays import deadline
from sandbox.moderator import Moderator
from sandbox.process import SandboxHandle
from settings import Settings
from store.database import AlreadyRunning
from store.tables import Answer, Report
from tests.end_to_end.disk import Disk, Fault
from wiring import System, build_platforms, build_system, open_channels

BY = "moderator-contoh"
AGENCY = "Dinas Pekerjaan Umum"
# A run that ends by itself has this long.
PATIENCE_SECONDS = 90.0
# So long PostgreSQL may take to see that the run before is gone, and to free its lock.
LOCK_SECONDS = 5.0


class Run(Session):
    """`lapor run` with a model that is already loaded, a moderator at work, and a bad disk."""

    def __init__(
        self, model: Model, disk: Disk, at_work: Callable[[], None], *, until_idle: bool
    ) -> None:
        super().__init__(until_idle=until_idle, quiet=True, speed=1.0)
        self._model, self._disk, self._at_work = model, disk, at_work

    def _load_model(self, settings: Settings) -> Model | None:
        return self._model

    def _tick(
        self, system: System, world: SandboxHandle | None, moderator: Moderator | None
    ) -> bool:
        self._at_work()
        self._disk.look()
        decided = decide(system, context.now())
        return super()._tick(system, world, moderator) or decided


def decide(system: System, now: datetime) -> bool:
    """Take every report one step on, up to its answer; whether there was any to take."""
    with system.db.reading() as session:
        waiting = session.exec(
            select(Report).where(col(Report.state).in_(("received", "verified", "forwarded")))
        ).all()
        answers = len(session.exec(select(Answer.id)).all())
    db, policy = system.db, system.policy
    for number, report in enumerate(waiting, answers):
        if report.state == "received":
            review.verify(db, report.reference, review.Labels(), by=BY, now=now, policy=policy)
        elif report.state == "verified":
            review.forward(db, report.reference, AGENCY, by=BY, now=now, policy=policy)
        else:
            given = Given(AGENCY, f"petugas menanganinya dalam kunjungan ke-{number + 1}", "")
            vault = system.vault
            answer.answer(db, vault, report.reference, given, by=BY, now=now, policy=policy)
    return bool(waiting)


def switch_on() -> None:
    """A live account starts in shadow; this is `lapor send on`."""
    settings = Settings()
    system = build_system(settings, "live", context.now(), prepare=True)
    open_channels(system, build_platforms(settings), context.now())
    operate.set_sending(system.db, "on")
    system.close()


def run(model: Model, disk: Disk, at_work: Callable[[], None], *, until_idle: bool) -> None:
    """What `lapor run` does, and a service manager that starts it again while the lock is held."""
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return Run(model, disk, at_work, until_idle=until_idle).run()
        except AlreadyRunning:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def forked(work: Callable[[], None], log: Path) -> int:
    """Do `work` in a child process, whose output goes to `log`; gives the child's number."""
    if child := os.fork():
        return child
    code = 1
    with contextlib.suppress(BaseException):
        try:
            # Nobody but the log listens; and the commands are not for the child.
            file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            for number in (1, 2):
                os.dup2(file, number)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            raise
    # Without the parent's own clean-up, which is not the child's.
    os._exit(code)


def ended(child: int, seconds: float) -> int | None:
    """The exit code of a child that ended by itself within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def killed(model: Model, log: Path, seconds: float, since: str, disk: Disk) -> dict[str, object]:
    """A run that is killed so long since its start, or since it was at work."""
    heard, tell = os.pipe()

    def work() -> None:
        disk.look()
        run(model, disk, lambda: _once(tell), until_idle=False)

    # The log is a file too, which must not be what grows too large.
    child = forked(work, Path(os.devnull) if disk.fault is Fault.LIMITED else log)
    os.close(tell)
    if since == "work":
        # The run says so, or ends and with it the pipe.
        os.read(heard, 1)
    os.close(heard)
    return answer_of(child, seconds)


def answer_of(child: int, seconds: float) -> dict[str, object]:
    """Whether a child had to be killed after so many seconds, and its exit code if not."""
    code = ended(child, seconds)
    if code is None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return {"killed": code is None, "code": code}


def obey(command: str, model: Model, log: Path) -> dict[str, object]:
    """Carry out one command; what became of it."""
    verb, _, rest = command.partition(" ")
    if verb == "kill":
        seconds, since, disk = rest.split(maxsplit=2)
        return killed(model, log, float(seconds), since, Disk.read(disk))
    work: Callable[[], None] = switch_on
    if verb == "finish":
        work = partial(run, model, Disk(), _nothing, until_idle=True)
    return answer_of(forked(work, log), PATIENCE_SECONDS)


def _once(tell: int) -> None:
    """Say at the first call that the run is at work; nobody listens any more at the others."""
    with contextlib.suppress(OSError):
        os.write(tell, b".")


def _nothing() -> None:
    """Nobody waits for this run to be at work."""


def warm_up(model: Model) -> None:
    """Read a text and count days once: tables that are made at their first use are there then."""
    text = "lampu jalan di Jalan Melati, Kabupaten Sleman padam sudah dua bulan"
    model.predict([mask(text)])
    find_region(text)
    deadline(context.now(), 3)
    configure_mappers()


def main(log: Path) -> None:
    """Read commands until standard input closes."""
    model = load_model(STARTER)
    warm_up(model)
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(line.strip(), model, log)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
