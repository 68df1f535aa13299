"""The form of every measurement here: figures in a JSON file, each beside the bar it must hold.

`{"commit", "machine", "date", "figures": [{"name", "value", "bar", "holds"}]}`, failures included.
"""

import json
import os
import platform
import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
LOOP = 20_000_000


@dataclass(frozen=True)
class Figure:
    """One number; `holds` says whether it keeps its bar, None where it is only told."""

    name: str
    value: float
    bar: float | None = None
    holds: bool | None = None

    def __str__(self) -> str:
        bar = "" if self.bar is None else f"  bar {self.bar:g}"
        kept = {True: "  holds", False: "  DOES NOT HOLD", None: ""}[self.holds]
        return f"{self.value:>10g}  {self.name}{bar}{kept}"


def at_least(name: str, value: float, bar: float) -> Figure:
    """A figure that must not be lower than its bar."""
    return Figure(name, value, bar, value >= bar)


def above(name: str, value: float, bar: float) -> Figure:
    """A figure that must be higher than its bar, not level with it."""
    return Figure(name, value, bar, value > bar)


def at_most(name: str, value: float, bar: float) -> Figure:
    """A figure that must not be higher than its bar."""
    return Figure(name, value, bar, value <= bar)


def read(path: Path) -> dict[str, Figure]:
    """The figures of an earlier measurement by name; none without a file."""
    if not path.exists():
        return {}
    return {row["name"]: Figure(**row) for row in json.loads(path.read_text())["figures"]}


def add(path: Path, figures: Iterable[Figure]) -> None:
    """Keep these figures beside the earlier ones; one of the same name takes its place."""
    write(path, {**read(path), **{figure.name: figure for figure in figures}}.values())


def write(path: Path, figures: Iterable[Figure]) -> None:
    """Keep these figures, and no others, with commit, machine and date."""
    path.parent.mkdir(exist_ok=True)
    kept = {
        "commit": _commit(),
        "machine": machine(),
        "date": date.today().isoformat(),  # noqa: DTZ011 - the day where it was measured
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def machine() -> str:
    """What this ran on, with the seconds of a loop that tells how fast the machine was just now."""
    began, total = time.perf_counter(), 0
    for number in range(LOOP):
        total += number
    seconds = time.perf_counter() - began
    return (
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"{LOOP // 1_000_000} million additions in {seconds:.1f} s"
    )


def _commit() -> str:
    """The commit that was measured; what earlier measurements wrote down does not change it."""
    name = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":(exclude)benchmarks/results")
    return f"{name}-dirty" if changed else name


def _git(*arguments: str) -> str:
    asked = ("git", "-C", str(Path(__file__).parents[1]), *arguments)
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
