"""The planted defects: one small patch each, with what it would do to a citizen and who catches it.

A patch is a unified diff below a header of its own: one or two lines about the defect, then
`Caught-by: weeks`, `Caught-by: sweep` or `Caught-by: ` and the name of a test. Where it is a test,
`Because: ` says why neither weeks nor the sweep can see the defect.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "defects"
WEEKS, SWEEP = "weeks", "sweep"
# A defect lies where citizens would meet it; the oracle judges and is no part of that.
PRODUCT = re.compile(r"(bots|classifier|intake|store)/[\w/]+\.py|scheduler\.py")
ORACLE = "intake/fsck/"

_HEADER = re.compile(
    r"(?P<says>\S.+?)\n"
    rf"Caught-by: (?P<caught_by>{WEEKS}|{SWEEP}|tests/\S+\.py::\w+)\n"
    r"(?:Because: (?P<because>\S.+?)\n)?\n*",
    re.DOTALL,
)
_FILE = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)


class HeaderUnreadable(ValueError):
    """The lines above a patch's diff are not what `tests.planted.patches` asks for."""


class DoesNotApply(Exception):
    """A patch does not fit the tree any more: plant the same defect in the code as it is now."""


@dataclass(frozen=True)
class Patch:
    """A planted defect. `caught_by` is "weeks", "sweep" or the name of a test."""

    path: Path
    says: str
    caught_by: str
    because: str | None
    files: tuple[str, ...]

    @property
    def name(self) -> str:
        """By which it is asked for, and shown."""
        return self.path.stem


def list_patches() -> list[Patch]:
    """Every planted defect, by name."""
    return [read_patch(path) for path in sorted(FOLDER.glob("*.patch"))]


def read_patch(path: Path) -> Patch:
    """The patch in this file; raises `HeaderUnreadable`."""
    text = path.read_text()
    head, _, diff = text.partition("diff --git ")
    found = _HEADER.fullmatch(head)
    if found is None:
        raise HeaderUnreadable(f"{path.name}: what it does, Caught-by, perhaps Because, a diff")
    by_test = found["caught_by"] not in (WEEKS, SWEEP)
    if by_test != (found["because"] is not None):
        raise HeaderUnreadable(f"{path.name}: Because stands beside a test, and nowhere else")
    return Patch(path, found["says"], found["caught_by"], found["because"], _files(diff))


def apply(patch: Patch, tree: Path, *, only_check: bool = False) -> None:
    """Change the tree as the patch says, or only look whether it could; raises `DoesNotApply`."""
    command = ["git", "apply", *(["--check"] if only_check else []), str(patch.path)]
    done = subprocess.run(
        command, cwd=tree, env=_without_repository(tree), capture_output=True, text=True
    )
    if done.returncode:
        raise DoesNotApply(f"{patch.name}: {done.stderr.strip()}")


def _files(diff: str) -> tuple[str, ...]:
    return tuple(_FILE.findall(diff))


def _without_repository(tree: Path) -> dict[str, str]:
    """Git leaves out files, silently, that it takes for those of a repository around the tree."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_CEILING_DIRECTORIES": str(tree.resolve().parent)}
