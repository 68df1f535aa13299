"""Rows of anybody's file: CSV with a header, or JSON Lines, told apart by the first character."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

Row = dict[str, str]

STANDARD_INPUT = "standard input"

csv.field_size_limit(10_000_000)


class RowsError(ValueError):
    """A file of rows cannot be used; the message names file, line, fault and remedy."""


def read_rows(file: str, *columns: str) -> Iterator[Row]:
    """Yield the rows of a file one at a time; `-` is standard input.

    A value that is no string becomes one. Every row has the `columns`. Raises `RowsError`, whose
    messages name the row and never quote it.
    """
    if file == "-":
        yield from _checked(_rows(sys.stdin, STANDARD_INPUT), columns, STANDARD_INPUT)
        return
    with Path(file).open(encoding="utf-8", newline="") as lines:
        yield from _checked(_rows(lines, file), columns, file)


def _rows(lines: Iterable[str], name: str) -> Iterator[Row]:
    rest = iter(lines)
    try:
        first = next((line for line in rest if line.strip()), "")
        # What Excel saves as UTF-8 begins with a mark.
        whole = chain([first.removeprefix("\ufeff")], rest)
        yield from _json_lines(whole, name) if first.startswith("{") else _csv(whole, name)
    except UnicodeDecodeError as error:
        raise RowsError(f"{name}: is not UTF-8; save it as UTF-8") from error


def _checked(rows: Iterable[Row], columns: Sequence[str], name: str) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        for column in columns:
            if column not in row:
                there = ", ".join(row) or "none"
                raise RowsError(f"{name}: row {number} has no column {column}; there are: {there}")
        yield row


def _csv(lines: Iterable[str], name: str) -> Iterator[Row]:
    reader = csv.DictReader(lines)
    try:
        for row in reader:
            if None in row:
                raise RowsError(
                    f"{name}: line {reader.line_num} has more fields than the header; "
                    "a text with a comma must stand in quotation marks"
                )
            yield {key: value or "" for key, value in row.items()}
    except csv.Error as error:
        raise RowsError(f"{name}: line {reader.line_num} is not CSV ({error})") from error


def _json_lines(lines: Iterable[str], name: str) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            fault = f"{error.msg} at column {error.colno}"
            raise RowsError(f"{name}: line {number} is not JSON ({fault})") from error
        if not isinstance(row, dict):
            raise RowsError(f"{name}: line {number} is not a JSON object")
        yield {key: "" if value is None else str(value) for key, value in row.items()}
