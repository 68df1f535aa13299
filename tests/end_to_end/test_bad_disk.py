"""A full disk, failing fsync and files that may not grow: nothing lost, doubled or broken."""

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.end_to_end.disk import HOW, Disk, Fault, can_refuse
from tests.end_to_end.killing import BadDisk, KillOutcome, run_cycles

CYCLES = 10
# libfiu's names of failure points, and the errors of a full disk and of a failing one (errno.h).
FIU = (
    "fiu-run",
    "-x",
    "-c",
    "enable_random name=posix/io/rw/pwrite,probability=0.1,failinfo=28",
    "-c",
    "enable_random name=posix/io/sync/*,probability=0.1,failinfo=5",
    sys.executable,
    "-m",
    "tests.end_to_end.mail",
)
# A run on a bad disk goes on for a while: earliest, latest and likeliest end, in seconds.
MOMENT = (0.3, 2.0, 1.2)


def disks(folder: Path, *faults: Fault) -> BadDisk:
    """The faults in turn, each from a moment of the run on; files may still grow a little."""
    turns = 0

    def choose(moments: random.Random) -> Disk:
        nonlocal turns
        turns += 1
        largest = max((path.stat().st_size for path in folder.glob("lapor.db*")), default=0)
        room = largest + moments.randrange(100_000) if moments.random() < 0.5 else 0
        return Disk(faults[turns % len(faults)], moments.randrange(5), room)

    return choose


def run_on(bad_disk: BadDisk, folder: Path, seed: int) -> KillOutcome:
    return run_cycles(
        f"sqlite:///{folder}/lapor.db",
        folder,
        CYCLES,
        seed,
        cold_starts=0,
        moment=MOMENT,
        bad_disk=bad_disk,
    )


@pytest.mark.slow
@pytest.mark.skipif(not can_refuse(), reason=HOW)
def test_a_disk_that_is_full_or_cannot_sync_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    outcome = run_on(disks(tmp_path, Fault.FULL, Fault.UNSYNCED), tmp_path, seed=1)

    print(outcome)
    assert outcome.wrong == []
    log = (tmp_path / "bot.log").read_text("utf-8")
    assert "database or disk is full" in log
    assert "disk I/O error" in log


@pytest.mark.slow
def test_a_database_that_may_not_grow_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    outcome = run_on(disks(tmp_path, Fault.LIMITED), tmp_path, seed=2)

    print(outcome)
    assert outcome.wrong == []


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("fiu-run") is None,
    reason="fiu-run is not here; on Debian: apt-get install fiu-utils",
)
def test_calls_that_fail_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    outcome = run_cycles(
        f"sqlite:///{tmp_path}/lapor.db",
        tmp_path,
        CYCLES,
        seed=3,
        cold_starts=5,
        cold_command=FIU,
    )

    print(outcome)
    assert outcome.wrong == []
    log = (tmp_path / "bot.log").read_text("utf-8")
    assert "database or disk is full" in log
    assert "disk I/O error" in log
