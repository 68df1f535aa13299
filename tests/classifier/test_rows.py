"""Anybody's file is read row by row, and what is wrong with it is said without quoting it."""

import io
import sys
from pathlib import Path

import pytest

from classifier.rows import RowsError, read_rows

CSV = 'id,isi\n7,"lampu mati,\ngelap"\n8,jalan rusak\n'
JSON_LINES = '{"id": 7, "isi": "lampu mati,\\ngelap"}\n\n{"id": 8, "isi": "jalan rusak"}\n'
ROWS = [{"id": "7", "isi": "lampu mati,\ngelap"}, {"id": "8", "isi": "jalan rusak"}]


@pytest.mark.parametrize("written", [CSV, "\ufeff" + CSV, "\n" + CSV, JSON_LINES])
def test_csv_and_json_lines_give_the_same_rows(tmp_path: Path, written: str) -> None:
    file = tmp_path / "data.txt"
    file.write_text(written, encoding="utf-8")

    assert list(read_rows(str(file), "isi")) == ROWS


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(CSV))

    assert list(read_rows("-", "id", "isi")) == ROWS


def test_rows_come_before_the_file_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("isi\nsatu\ndua\n" + "x" * 100_000 + '\n{"\xff', encoding="latin-1")

    rows = read_rows(str(file), "isi")

    assert next(rows) == {"isi": "satu"}


@pytest.mark.parametrize("written", ["", "\n\n", "isi\n"])
def test_an_empty_file_has_no_rows(tmp_path: Path, written: str) -> None:
    file = tmp_path / "empty.csv"
    file.write_text(written)

    assert list(read_rows(str(file), "isi")) == []


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (b"id,teks\n1,rahasia\n", "row 1 has no column isi; there are: id, teks"),
        (b'{"isi": "rahasia"}\n{"teks": "rahasia"}\n', "row 2 has no column isi"),
        (b'{"isi": "rahasia"}\n{"isi": rahasia}\n', "line 2 is not JSON"),
        (b'{"isi": "rahasia"}\n["rahasia"]\n', "line 2 is not a JSON object"),
        (b"isi\nrahasia, sekali\n", "line 2 has more fields than the header"),
        (b"isi\nrahasia \xff\n", "is not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_without_its_texts(
    tmp_path: Path, written: bytes, fault: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(written)

    with pytest.raises(RowsError) as raised:
        list(read_rows(str(file), "isi"))

    assert fault in str(raised.value)
    assert "bad.csv" in str(raised.value)
    assert "rahasia" not in str(raised.value)
