"""Hunting a planted defect: a copy of the tree with one patch, and one process that looks there."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.planted.finding import Finding
from tests.planted.patches import TREE, Patch, apply
from tests.templates import folder_in_memory

COPIED = ("bots", "classifier", "cli", "intake", "sandbox", "store", "tests")
COPIED_FILES = ("pyproject.toml", "scheduler.py", "settings.py", "wiring.py")
# Large, and no patch changes it.
LINKED = "models"
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*")
# A defect may hang what it breaks: so long a hunt may take, in seconds.
AT_MOST, AT_MOST_EACH = 120, 10
# Two processes whose numpy has two threads each only get into each other's way.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Of these the child would be told to import or to run something else.
NOT_PASSED_ON = ("PYTHONPATH", "PYTHONSAFEPATH", "PYTEST_ADDOPTS")


class HuntFailed(Exception):
    """The process that looks for a defect broke down, which says nothing about the defect."""


@dataclass(frozen=True)
class Catch:
    """What came of hunting the defect of this name, and how long it took."""

    name: str
    finding: Finding
    seconds: float

    @property
    def caught(self) -> bool:
        """Whether anything gave it away."""
        return self.finding.by is not None

    def __str__(self) -> str:
        """A line of a table."""
        found = self.finding
        return (
            f"{self.name:45} {found.by or 'GOT AWAY':60} {found.rule or '-':26}"
            f"{found.tried:5} tried {self.seconds:6.1f} s"
        )


def hunt_all(patches: Sequence[Patch], limit: int) -> list[Catch]:
    """Hunt several at once, one for each core."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(partial(hunt, limit=limit), patches))


def hunt(patch: Patch, limit: int) -> Catch:
    """Look for a planted defect in at most `limit` weeks or positions, or with its test."""
    return _hunt(patch.name, patch.caught_by, limit, patch)


def hunt_nothing(way: str, limit: int) -> Catch:
    """The same with the tree as it is: nothing must be caught."""
    return _hunt("nothing planted", way, limit, None)


def _hunt(name: str, way: str, limit: int, patch: Patch | None) -> Catch:
    began = time.monotonic()
    with folder_in_memory() as folder:
        copy_tree(folder)
        if patch is not None:
            apply(patch, folder)
        finding = _look(folder, way, limit)
    return Catch(name, finding, time.monotonic() - began)


def copy_tree(folder: Path) -> None:
    """Copy what runs and what tests it."""
    for name in COPIED:
        shutil.copytree(TREE / name, folder / name, ignore=LEFT_OUT)
    for name in COPIED_FILES:
        shutil.copy(TREE / name, folder / name)
    (folder / LINKED).symlink_to(TREE / LINKED)


def _look(folder: Path, way: str, limit: int) -> Finding:
    command = [sys.executable, "-m", "tests.planted.child", way, str(limit)]
    passed_on = {name: one for name, one in os.environ.items() if name not in NOT_PASSED_ON}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**passed_on, **ONE_THREAD},
            capture_output=True,
            text=True,
            timeout=AT_MOST + AT_MOST_EACH * limit,
        )
    except subprocess.TimeoutExpired as error:
        raise HuntFailed(f"it still runs after {error.timeout:.0f} s") from None
    if done.returncode:
        raise HuntFailed(done.stderr[-2000:])
    return Finding.from_json(done.stdout.splitlines()[-1])
