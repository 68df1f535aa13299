"""Labelled texts: what an example is, and how corpus files are read.

A corpus file is JSON Lines: one object a line with the keys of `Example`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from classifier.taxonomy import Kind, Topic, Urgency

CORPUS = Path(__file__).parent / "corpus"
"""The corpus that was written for this project."""

TEST_PART = CORPUS / "test"
"""Its test part, written and labelled by others than the rest: no model is trained on it.

`everyday.jsonl` nearly in the proportions of real posts, `danger.jsonl` with far more danger and
what only looks like it.
"""


@dataclass(frozen=True)
class Example:
    """One labelled text; `topic` is None where none can be told.

    Two texts of one `pair` were written by one voice in nearly the same words about two different
    states of affairs, so that only what is meant tells their labels apart.
    """

    text: str
    kind: Kind
    topic: Topic | None
    urgency: Urgency
    sensitive: bool
    pair: str | None = None


class CorpusError(ValueError):
    """A corpus file cannot be used; the message names file, line, fault and remedy."""


def load_corpus(source: Path | Sequence[Path] = CORPUS) -> list[Example]:
    """Read the examples of one folder (its `*.jsonl` by name), one file, or several files.

    Raises `CorpusError` at the first line that is not a valid example, and when nothing is found.
    """
    examples: list[Example] = []
    for file in _files(source):
        examples += _read(file)
    if not examples:
        raise CorpusError(f"no examples in {_shown(source)}: expected *.jsonl, one object a line")
    return examples


def _files(source: Path | Sequence[Path]) -> Iterable[Path]:
    if not isinstance(source, Path):
        return source
    return sorted(source.glob("*.jsonl")) if source.is_dir() else [source]


def _shown(source: Path | Sequence[Path]) -> str:
    return str(source) if isinstance(source, Path) else ", ".join(map(str, source))


def _read(file: Path) -> list[Example]:
    try:
        lines = file.read_bytes().decode("utf-8").split("\n")
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{file}: is not UTF-8; save it as UTF-8") from error
    return [_example(line, f"{file}:{at}") for at, line in enumerate(lines, 1) if line.strip()]


def _example(line: str, where: str) -> Example:
    """Turn one line into an example. Messages name the fault, never the citizen's text."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(row, dict):
        raise CorpusError(f"{where}: expected one JSON object a line")
    _check_keys(row, where)
    if not isinstance(row["text"], str) or not row["text"].strip():
        raise CorpusError(f"{where}: text must be a string with at least one character")
    if not isinstance(row["sensitive"], bool):
        raise CorpusError(f"{where}: sensitive must be true or false")
    if not isinstance(row.get("pair"), str | None):
        raise CorpusError(f"{where}: pair must be a string")
    return Example(
        text=row["text"],
        kind=_label(Kind, row["kind"], "kind", where),
        topic=None if row["topic"] is None else _label(Topic, row["topic"], "topic", where),
        urgency=_label(Urgency, row["urgency"], "urgency", where),
        sensitive=row["sensitive"],
        pair=row.get("pair"),
    )


_KEYS = {"text", "kind", "topic", "urgency", "sensitive"}
_MAY_HAVE = {"pair"}


def _check_keys(row: dict[str, object], where: str) -> None:
    if missing := _KEYS - row.keys():
        raise CorpusError(f"{where}: missing {', '.join(sorted(missing))}")
    if unknown := row.keys() - _KEYS - _MAY_HAVE:
        raise CorpusError(f"{where}: unknown {', '.join(sorted(unknown))}")


_Label = TypeVar("_Label", Kind, Topic, Urgency)


def _label(labels: type[_Label], value: object, axis: str, where: str) -> _Label:
    if isinstance(value, str) and value in set(labels):
        return labels(value)
    raise CorpusError(f"{where}: {axis} must be one of {', '.join(labels)}")
