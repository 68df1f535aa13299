"""The model that a fresh installation runs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifier.axes import LABELS, Axis
from classifier.corpus import load_corpus
from classifier.predict import Model
from classifier.registry import corpus_hash, load_model, read_card
from classifier.starter import STARTER, train_starter
from classifier.taxonomy import Kind, Topic, Urgency

SMALL = Path(__file__).parent / "corpus"


def test_training_the_starter_writes_a_model_that_loads(tmp_path: Path) -> None:
    told: list[str] = []

    folder = train_starter(
        tmp_path / "starter",
        datetime(2026, 11, 24, tzinfo=UTC),
        corpus=SMALL,
        progress=lambda what, _done, _steps: told.append(what),
    )

    assert load_model(folder).version == "starter-20261124"
    assert read_card(folder)["scores"]["folds"] == 5
    assert told[-1] == "done"


def test_the_starter_was_trained_on_the_corpus_that_stands_beside_it() -> None:
    assert read_card(STARTER)["corpus_sha256"] == corpus_hash(load_corpus()), (
        "the corpus changed since: retrain with `lapor train --into models/starter`"
    )


def test_the_starter_knows_every_label(starter: Model) -> None:
    for axis in Axis:
        assert set(starter.trained.axes[axis].labels) == set(LABELS[axis])


def test_the_starter_is_small(starter: Model) -> None:
    assert read_card(STARTER)["artefact"]["bytes"] < 20_000_000


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("lampu pju di gang kami padam sudah seminggu", Kind.PENGADUAN, Topic.PENERANGAN_JALAN),
        ("sampah di tps meluber tidak diangkut", Kind.PENGADUAN, Topic.SAMPAH_LINGKUNGAN),
        ("min syarat bikin ktp baru apa saja ya?", Kind.PERMINTAAN_INFORMASI, Topic.KEPENDUDUKAN),
        ("terima kasih banyak min, sehat selalu", Kind.BUKAN_LAPORAN, None),
    ],
)
def test_the_starter_tags_a_plain_text(
    starter: Model, text: str, kind: Kind, topic: Topic | None
) -> None:
    (prediction,) = starter.predict([text])

    assert prediction.kind is kind
    assert prediction.topic is topic


def test_the_starter_hears_a_cry_for_help(starter: Model) -> None:
    (prediction,) = starter.predict(["tolong, rumah tetangga kebakaran, orangnya masih di dalam"])

    assert prediction.urgency is Urgency.DARURAT
