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
