import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifier.corpus import Example
from classifier.evaluate import evaluate_model
from classifier.predict import Model
from classifier.registry import (
    ARTEFACT,
    CARD,
    ModelUnusable,
    corpus_hash,
    load_model,
    read_card,
    save_model,
)
from classifier.train import TrainedModel

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, trained: TrainedModel, model: Model, examples: list[Example]) -> Path:
    scores = evaluate_model(model, examples)
    return save_model(
        trained, tmp_path / "m", version="uji-1", now=NOW, examples=examples, scores=scores
    )


def test_a_saved_model_predicts_what_it_did_before(folder: Path, model: Model) -> None:
    texts = ["lampu pju padam", "selamat pagi min", "saya mau bunuh diri"]

    loaded = load_model(folder)

    assert loaded.version == "uji-1"
    for before, after in zip(model.predict(texts), loaded.predict(texts), strict=True):
        assert after.probabilities == before.probabilities
        assert (after.kind, after.topic, after.unsure) == (before.kind, before.topic, before.unsure)
        assert after.reasons == before.reasons


def test_the_card_says_what_the_model_is_made_of(folder: Path, examples: list[Example]) -> None:
    card = read_card(folder)

    assert card["trained_at"] == "2026-11-24T08:00:00+00:00"
    assert card["examples"]["total"] == len(examples)
    assert card["examples"]["urgency"]["darurat"] == 6
    assert card["corpus_sha256"] == corpus_hash(list(reversed(examples)))
    assert set(card["scores"]["axes"]) == {"kind", "topic", "urgency", "sensitive"}
    assert set(card["libraries"]) == {"python", "numpy", "scikit-learn", "scipy", "skops"}
    artefact = (folder / ARTEFACT).read_bytes()
    assert card["artefact"]["sha256"] == hashlib.sha256(artefact).hexdigest()


def test_a_card_holds_no_text_of_a_citizen(folder: Path, examples: list[Example]) -> None:
    card = (folder / CARD).read_text(encoding="utf-8")

    assert not any(example.text in card for example in examples)


def _truncate(folder: Path) -> None:
    artefact = folder / ARTEFACT
    artefact.write_bytes(artefact.read_bytes()[:1000])


def _tamper(folder: Path) -> None:
    artefact = folder / ARTEFACT
    content = bytearray(artefact.read_bytes())
    content[len(content) // 2] ^= 1
    artefact.write_bytes(content)


def _rewrite(folder: Path, **changes: object) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8")) | changes
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")


def _sign_rubbish(folder: Path) -> None:
    content = b"cos\nsystem\n(S'true'\ntR."
    (folder / ARTEFACT).write_bytes(content)
    _rewrite(folder, artefact={"sha256": hashlib.sha256(content).hexdigest()})


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda folder: (folder / ARTEFACT).unlink(), "model.skops is missing"),
        (lambda folder: (folder / CARD).unlink(), "card.json is missing"),
        (lambda folder: (folder / CARD).write_text("{"), "card.json cannot be read"),
        (_truncate, "not the file that card.json describes"),
        (_tamper, "not the file that card.json describes"),
        (_sign_rubbish, "cannot be read"),
        (lambda folder: _rewrite(folder, format=0), "format 1"),
        (lambda folder: _rewrite(folder, version=None), "lacks version"),
        (lambda folder: _rewrite(folder, artefact=None), "lacks the artefact's hash"),
        (lambda folder: _rewrite(folder, labels={}), "labels on axis kind"),
    ],
)
def test_a_damaged_model_is_refused_with_what_to_do(
    folder: Path, damage: Callable[[Path], None], fault: str
) -> None:
    damage(folder)

    with pytest.raises(ModelUnusable, match=fault) as caught:
        load_model(folder)

    assert "lapor train" in str(caught.value)
    assert str(folder) in str(caught.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"card\.json is missing"):
        load_model(tmp_path)


def test_saving_over_a_model_replaces_it(
    folder: Path, trained: TrainedModel, model: Model, examples: list[Example]
) -> None:
    scores = evaluate_model(model, examples)

    save_model(trained, folder, version="uji-2", now=NOW, examples=examples, scores=scores)

    assert load_model(folder).version == "uji-2"
