"""How good a model is: scores an axis, cross-validated or on texts it has not seen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from classifier.axes import NO, YES, Axis, label_of
from classifier.corpus import Example
from classifier.duplicates import group_duplicates
from classifier.linear import split
from classifier.predict import Model, Prediction
from classifier.train import Progress, train

BINS = 15


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 of one label (0 where undefined); `rows` truly have it."""

    precision: float
    recall: float
    f1: float
    rows: int


@dataclass(frozen=True)
class AxisScore:
    """How good one axis is. All figures but `rows` lie between 0 and 1.

    The labels scored are the decisions: for urgency and `sensitive` with alarms and rules, for kind
    and topic the likeliest label, abstained or not. `calibration_error` is the expected calibration
    error of the likeliest label in 15 equal bins. `answered` is the share that is not in doubt,
    `answered_accuracy` how often those likeliest labels are right.
    """

    rows: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    answered: float
    answered_accuracy: float
    labels: dict[str, LabelScore]


@dataclass(frozen=True)
class Scores:
    """The scores of every axis; `folds` is 0 when no cross-validation was done."""

    folds: int
    axes: dict[Axis, AxisScore]

    def to_json(self) -> dict[str, object]:
        """Return plain values, rounded to four digits."""
        axes = {str(axis): _round(asdict(score)) for axis, score in self.axes.items()}
        return {"folds": self.folds, "axes": axes}


def evaluate(
    examples: Sequence[Example],
    *,
    folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Scores:
    """Cross-validate: train on all folds but one and predict that one, near-duplicates together.

    Folds are spread evenly over urgency, kind and topic. Costs `folds` trainings.
    """
    strata = np.array([f"{one.urgency}/{one.kind}/{one.topic}" for one in examples])
    texts, pairs = [one.text for one in examples], [one.pair for one in examples]
    groups = group_duplicates(texts, together=pairs)
    predictions: dict[int, Prediction] = {}
    parts = split(strata, groups, folds, seed)
    for step, (inside, outside) in enumerate(parts):
        if progress:
            progress("fold", step, len(parts))
        model = Model(train([examples[row] for row in inside], seed=seed), "fold")
        found = model.predict([examples[row].text for row in outside])
        predictions |= dict(zip(outside.tolist(), found, strict=True))
    if progress:
        progress("done", len(parts), len(parts))
    return _scores(examples, [predictions[row] for row in range(len(examples))], len(parts))


def evaluate_model(model: Model, examples: Sequence[Example]) -> Scores:
    """Score a model on examples that it was not trained on."""
    return _scores(examples, model.predict([example.text for example in examples]), 0)


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over `BINS` bins of equal width (Guo et al. 2017).

    >>> calibration_error(np.array([0.8, 0.8, 0.8, 0.8]), np.array([True, True, True, False]))
    0.05
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return round(float(np.abs(gaps).sum() / max(1, len(confidence))), 6)


def _scores(examples: Sequence[Example], predictions: Sequence[Prediction], folds: int) -> Scores:
    return Scores(folds, {axis: _axis_score(axis, examples, predictions) for axis in Axis})


def _axis_score(
    axis: Axis, examples: Sequence[Example], predictions: Sequence[Prediction]
) -> AxisScore:
    pairs = [
        (label, prediction)
        for example, prediction in zip(examples, predictions, strict=True)
        if (label := label_of(example, axis)) is not None
    ]
    if not pairs:
        return AxisScore(0, 0.0, 0.0, 0.0, 0.0, 0.0, {})
    truth = np.array([label for label, _ in pairs])
    likeliest = [prediction.top(axis, 1)[0] for _, prediction in pairs]
    top = np.array([label for label, _ in likeliest])
    sure = np.array([axis not in prediction.unsure for _, prediction in pairs])
    decided = np.array([_decision(axis, prediction) for _, prediction in pairs])
    labels = label_scores(truth, decided)
    return AxisScore(
        rows=len(pairs),
        accuracy=float((decided == truth).mean()),
        macro_f1=float(np.mean([score.f1 for score in labels.values()])),
        calibration_error=calibration_error(
            np.array([probability for _, probability in likeliest]), top == truth
        ),
        answered=float(sure.mean()),
        answered_accuracy=float((top == truth)[sure].mean()) if sure.any() else 0.0,
        labels=labels,
    )


def _decision(axis: Axis, prediction: Prediction) -> str:
    if axis is Axis.URGENCY:
        return prediction.urgency
    if axis is Axis.SENSITIVE:
        return YES if prediction.sensitive else NO
    return prediction.top(axis, 1)[0][0]


def label_scores(truth: NDArray[np.str_], decided: NDArray[np.str_]) -> dict[str, LabelScore]:
    """Return the score of every label that occurs in `truth`."""
    labels = np.unique(truth)
    figures = precision_recall_fscore_support(truth, decided, labels=labels, zero_division=0)
    return {
        str(label): LabelScore(float(precision), float(recall), float(f1), int(rows))
        for label, precision, recall, f1, rows in zip(labels, *figures, strict=True)
    }


def _round(value: object) -> object:
    if isinstance(value, dict):
        return {key: _round(inner) for key, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value
