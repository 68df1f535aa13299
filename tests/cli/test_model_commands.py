"""What analysts do on the command line: train, classify, evaluate, look at models."""

import io
import json
import sys
from pathlib import Path

import pytest

from classifier.registry import CARD, load_model
from classifier.starter import STARTER
from tests.cli.conftest import Lapor

SMALL = Path(__file__).parent.parent / "classifier" / "corpus"
LAMP = "lampu jalan mati di Jalan Melati, Kabupaten Sleman sejak senin"


@pytest.mark.slow
def test_a_trained_version_is_written_described_and_usable(lapor: Lapor, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "models" / "mine"

    said = lapor.told("train", "--into", str(folder), "--corpus", str(SMALL))

    assert f"LAPOR_MODEL_DIR={folder}" in said
    assert '"trained_at"' in said
    assert load_model(folder).predict([LAMP])[0].model_version in said
    listed = lapor.told("models", "list")
    assert str(STARTER) in listed
    assert "var/models/mine" in listed
    assert listed.count("yes") == 1


def test_a_text_is_classified_with_reasons(lapor: Lapor) -> None:
    said = lapor.told("classify", LAMP)

    for words in ("pengaduan", "penerangan_jalan", "biasa", "Kabupaten Sleman", "lampu jalan"):
        assert words in said
    assert "%" in said


def test_a_classified_text_as_json_is_one_object(lapor: Lapor) -> None:
    said = json.loads(lapor.told("classify", LAMP, "--json"))

    assert (said["kind"], said["topic"]) == ("pengaduan", "penerangan_jalan")
    assert said["region"] == "Kabupaten Sleman"
    for axis in ("kind", "topic", "urgency", "sensitive"):
        assert sum(said["probabilities"][axis].values()) == pytest.approx(1, abs=0.01)
    assert all(reason["words"] in LAMP or "rule" in reason for reason in said["reasons"])


def test_a_text_may_come_from_standard_input(lapor: Lapor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(LAMP))

    assert json.loads(lapor.told("classify", "-", "--json"))["topic"] == "penerangan_jalan"


def test_a_file_of_texts_is_answered_line_by_line(lapor: Lapor, tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    texts = [f"{LAMP} nomor {number}" for number in range(300)]
    file.write_text("isi\n" + "".join(f'"{text}"\n' for text in texts))

    answers = [
        json.loads(line)
        for line in lapor.told(
            "classify", "--batch", str(file), "--text-column", "isi"
        ).splitlines()
    ]

    assert [answer["row"] for answer in answers] == list(range(1, 301))
    assert {answer["topic"] for answer in answers} == {"penerangan_jalan"}
    alone = json.loads(lapor.told("classify", texts[256], "--json"))
    assert answers[256] == {"row": 257} | alone


def test_a_row_keeps_its_own_number(lapor: Lapor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"id": "A-7", "text": LAMP})))

    answer = json.loads(lapor.told("classify", "--batch", "-"))

    assert answer["id"] == "A-7"
    (reason, *_) = answer["reasons"]
    assert LAMP[reason["start"] : reason["end"]] == reason["words"]


@pytest.mark.parametrize("words", [(), (LAMP, "--batch", "-")])
def test_classify_wants_one_text_or_one_file(lapor: Lapor, words: tuple[str, ...]) -> None:
    said = lapor("classify", *words)

    assert said.code == 2
    assert "one text, or a file" in said.err


def test_anybodys_labels_are_measured(lapor: Lapor, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    where = ["pasar", "kantor", "sekolah", "kebun", "stasiun", "pantai", "gudang", "taman"]
    rows = [f"lampu mati dekat {place},PLN\njalan berlubang di {place},PU" for place in where]
    file.write_text("text,dinas\n" + "\n".join(rows) + "\nlampu saja,\n")

    said = lapor.told("train", "--csv", str(file), "--label-column", "dinas")

    scores = json.loads(said[said.index("{") :])
    assert set(scores["labels"]) == {"PLN", "PU"}
    assert scores["texts"] == 16


@pytest.mark.parametrize("text", ["", "\x00", "😀" * 4000, "\ud83d", "[/b] [red]"])
def test_odd_texts_are_classified_too(lapor: Lapor, text: str) -> None:
    said = json.loads(lapor.told("classify", text, "--json"))

    assert said["kind"] in ("pengaduan", "aspirasi", "permintaan_informasi", "bukan_laporan")


def test_the_model_in_use_is_scored_on_labelled_texts(lapor: Lapor) -> None:
    said = json.loads(lapor.told("evaluate", str(SMALL)))

    assert said


def test_a_models_card_is_shown(lapor: Lapor) -> None:
    said = lapor.told("models", "show", str(STARTER))

    assert json.loads((STARTER / CARD).read_text("utf-8"))["version"] in said
    assert '"sha256"' in said


@pytest.mark.parametrize(
    "words", [("classify", LAMP), ("evaluate", str(SMALL)), ("models", "show", "nowhere")]
)
def test_a_missing_model_is_named_with_the_remedy(
    lapor: Lapor, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LAPOR_MODEL_DIR", "nowhere")

    said = lapor.refused(*words)

    assert "nowhere" in said
    assert "lapor train" in said
    assert "nowhere" in lapor.told("models", "list")


@pytest.mark.parametrize("command", [("train", "--corpus"), ("evaluate",)])
def test_a_corpus_that_is_not_there_is_named(lapor: Lapor, command: tuple[str, ...]) -> None:
    assert "none.jsonl" in lapor.refused(*command, "none.jsonl")


def test_a_wrong_line_of_a_corpus_is_named_without_its_text(lapor: Lapor, tmp_path: Path) -> None:
    row = {"text": "rahasia warga", "kind": "keluhan", "topic": None, "urgency": "biasa"}
    (tmp_path / "mine.jsonl").write_text(json.dumps(row | {"sensitive": False}))

    said = lapor.refused("train", "--corpus", str(tmp_path / "mine.jsonl"))

    assert "mine.jsonl:1" in said
    assert "pengaduan, aspirasi" in said
    assert "rahasia" not in said


def test_too_few_examples_say_what_is_missing(lapor: Lapor, tmp_path: Path) -> None:
    first = (SMALL / "small.jsonl").read_text("utf-8").splitlines()[0]
    (tmp_path / "mine.jsonl").write_text(first)

    said = lapor.refused("train", "--corpus", str(tmp_path / "mine.jsonl"))

    assert "add labelled texts" in said
    assert not (tmp_path / "var").exists()


def test_the_starter_model_is_found_from_any_folder(
    lapor: Lapor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAPOR_MODEL_DIR")

    assert "penerangan_jalan" in lapor.told("classify", LAMP)
