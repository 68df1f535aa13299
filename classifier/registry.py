"""Trained models on disk: an artefact (skops, never pickle) and its card, checked when loaded."""

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import numpy as np
import skops.io

from classifier.axes import LABELS, Axis
from classifier.corpus import Example
from classifier.evaluate import Scores
from classifier.predict import Model
from classifier.train import TrainedAxis, TrainedModel

FORMAT = 1
"""Raised whenever the artefact's shape or the meaning of its numbers changes."""

ARTEFACT = "model.skops"
CARD = "card.json"
LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops")


class ModelUnusable(Exception):
    """A saved model cannot be used; the message says what is wrong and what to do."""

    def __init__(self, folder: Path, fault: str) -> None:
        super().__init__(
            f"the model in {folder} cannot be used: {fault}. "
            "Retrain with `lapor train`, or restore the file from a backup."
        )


def save_model(
    trained: TrainedModel,
    folder: Path,
    *,
    version: str,
    now: datetime,
    examples: Sequence[Example],
    scores: Scores,
) -> Path:
    """Write artefact and card into `folder` (made when missing) and return the folder.

    The card is written last: a folder without a card is an unfinished save and never loads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).unlink(missing_ok=True)
    artefact = folder / ARTEFACT
    skops.io.dump(_to_plain(trained), artefact, compression=ZIP_DEFLATED)
    card = {
        "format": FORMAT,
        "version": version,
        "trained_at": now.isoformat(timespec="seconds"),
        "examples": {"total": len(examples), **trained.counts},
        "corpus_sha256": corpus_hash(examples),
        "labels": {axis: list(part.labels) for axis, part in trained.axes.items()},
        "answer_from": {axis: part.answer_from for axis, part in trained.axes.items()},
        "alarms": {axis: part.alarms for axis, part in trained.axes.items() if part.alarms},
        "scores": scores.to_json(),
        "libraries": {"python": platform.python_version()}
        | {name: installed(name) for name in LIBRARIES},
        "artefact": {
            "file": ARTEFACT,
            "bytes": artefact.stat().st_size,
            "sha256": _sha256(artefact),
        },
    }
    text = json.dumps(card, ensure_ascii=False, indent=2)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
    return folder


def load_model(folder: Path) -> Model:
    """Load a saved model, or raise `ModelUnusable`.

    The artefact must have the card's hash, its labels must be ones the project knows, and it may
    hold nothing but scikit-learn, NumPy and plain values.
    """
    card = read_card(folder)
    artefact = folder / ARTEFACT
    if not artefact.is_file():
        raise ModelUnusable(folder, f"{ARTEFACT} is missing")
    if _sha256(artefact) != card["artefact"]["sha256"]:
        raise ModelUnusable(folder, f"{ARTEFACT} is not the file that {CARD} describes")
    try:
        trained = _from_plain(skops.io.load(artefact, trusted=[]))
    except Exception as error:
        # Whatever a foreign file makes a reader raise, the remedy is the same.
        fault = f"{ARTEFACT} cannot be read ({type(error).__name__})"
        raise ModelUnusable(folder, fault) from error
    _check_labels(folder, card, trained)
    return Model(trained, card["version"])


def read_card(folder: Path) -> dict[str, Any]:
    """Return the card of a saved model, or raise `ModelUnusable`."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelUnusable(folder, f"{CARD} is missing") from None
    except (OSError, ValueError) as error:
        raise ModelUnusable(folder, f"{CARD} cannot be read") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise ModelUnusable(folder, f"it was not written in format {FORMAT}, the one used here")
    if not isinstance(card.get("version"), str) or not isinstance(card.get("labels"), dict):
        raise ModelUnusable(folder, f"{CARD} lacks version or labels")
    if not isinstance(card.get("artefact"), dict) or "sha256" not in card["artefact"]:
        raise ModelUnusable(folder, f"{CARD} lacks the artefact's hash")
    return card


def corpus_hash(examples: Sequence[Example]) -> str:
    """Return a SHA-256 over all texts and labels that does not depend on their order."""
    rows = sorted(json.dumps(asdict(example), sort_keys=True) for example in examples)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _check_labels(folder: Path, card: dict[str, Any], trained: TrainedModel) -> None:
    if set(trained.axes) != set(Axis):
        raise ModelUnusable(folder, f"{ARTEFACT} lacks an axis")
    for axis, part in trained.axes.items():
        if list(part.labels) != card["labels"].get(axis):
            raise ModelUnusable(folder, f"its labels on axis {axis} are not those of {CARD}")
        if unknown := set(part.labels) - set(LABELS[axis]):
            names = ", ".join(sorted(unknown))
            raise ModelUnusable(folder, f"it uses labels on axis {axis} that do not exist: {names}")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _to_plain(trained: TrainedModel) -> dict[str, Any]:
    """Return the model without classes of ours, so that loading it needs no trust."""
    return {
        "features": trained.features,
        "counts": trained.counts,
        "axes": {str(axis): asdict(part) for axis, part in trained.axes.items()},
    }


def _from_plain(plain: dict[str, Any]) -> TrainedModel:
    axes = {Axis(name): TrainedAxis(**part) for name, part in plain["axes"].items()}
    columns = sum(len(part.vocabulary_) for _, part in plain["features"].transformer_list)
    for part in axes.values():
        if part.coef.shape != (len(part.labels), columns) or not np.isfinite(part.coef).all():
            raise ValueError("coefficients do not fit the labels and the vocabulary")
    return TrainedModel(plain["features"], axes, plain["counts"])
