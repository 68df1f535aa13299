"""Weeks that once found a fault, made smaller and kept: a text file each, read as a test.

A line is an event: seconds since the week began, group, name, seed. The events themselves are
kept, not only the number of the week, for plans change.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tests.simulation.plan import Event

FOLDER = Path(__file__).parent / "kept"


def write(name: str, seed: int, events: Sequence[Event]) -> Path:
    """Keep these events of a week; returns the file."""
    lines = [f"week {seed}", *map(_line, events)]
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def read(path: Path) -> tuple[int, list[Event]]:
    """The number of the week, and its events."""
    first, *lines = path.read_text().splitlines()
    return int(first.removeprefix("week ")), [_event(line) for line in lines]


def _line(event: Event) -> str:
    return f"{event.after.total_seconds()} {event.group} {event.name} {event.seed}"


def _event(line: str) -> Event:
    after, group, name, seed = line.split()
    return Event(timedelta(seconds=float(after)), group, name, int(seed))
