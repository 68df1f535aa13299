import json
from pathlib import Path

import pytest

from classifier.corpus import CorpusError, Example, load_corpus
from classifier.taxonomy import Kind, Topic, Urgency

ROW = {
    "text": "got mampet",
    "kind": "pengaduan",
    "topic": "drainase_banjir",
    "urgency": "biasa",
    "sensitive": False,
}


def written(folder: Path, *lines: str, name: str = "a.jsonl") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    written(tmp_path, json.dumps(ROW), "", name="b.jsonl")
    written(tmp_path, json.dumps(ROW | {"text": "pju padam", "topic": None}), name="a.jsonl")

    examples = load_corpus(tmp_path)

    assert examples == [
        Example("pju padam", Kind.PENGADUAN, None, Urgency.BIASA, False),
        Example("got mampet", Kind.PENGADUAN, Topic.DRAINASE_BANJIR, Urgency.BIASA, False),
    ]


def test_several_files_are_read_in_the_given_order(tmp_path: Path) -> None:
    first = written(tmp_path, json.dumps(ROW | {"text": "satu"}), name="z.jsonl")
    second = written(tmp_path, json.dumps(ROW | {"text": "dua"}), name="a.jsonl")

    assert [example.text for example in load_corpus([first, second])] == ["satu", "dua"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[]", "expected one JSON object"),
        (json.dumps({"text": "x"}), "missing kind, sensitive, topic, urgency"),
        (json.dumps(ROW | {"label": 1}), "unknown label"),
        (json.dumps(ROW | {"text": "  "}), "text must be"),
        (json.dumps(ROW | {"kind": "keluhan"}), "kind must be one of pengaduan"),
        (json.dumps(ROW | {"topic": "jalan"}), "topic must be one of jalan_jembatan"),
        (json.dumps(ROW | {"urgency": 3}), "urgency must be one of darurat"),
        (json.dumps(ROW | {"sensitive": "ya"}), "sensitive must be true or false"),
    ],
)
def test_a_faulty_line_is_named_by_file_line_and_fault(
    tmp_path: Path, line: str, fault: str
) -> None:
    file = written(tmp_path, json.dumps(ROW), line)

    with pytest.raises(CorpusError, match=fault) as caught:
        load_corpus(tmp_path)

    assert f"{file}:2" in str(caught.value)
    assert "got mampet" not in str(caught.value)


def test_an_empty_folder_a_missing_file_and_a_foreign_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no examples"):
        load_corpus(tmp_path)
    with pytest.raises(CorpusError, match="cannot be read"):
        load_corpus(tmp_path / "none.jsonl")

    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9"}')
    with pytest.raises(CorpusError, match="UTF-8"):
        load_corpus(tmp_path)
