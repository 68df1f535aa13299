"""From labelled texts to a trained model. Deterministic: same examples and seed, same model."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from classifier.axes import LABELS, YES, Axis, label_of
from classifier.corpus import Example
from classifier.duplicates import group_duplicates
from classifier.features import fit_features, new_features
from classifier.linear import CalibratedLinear, Floats
from classifier.sureness import surest
from classifier.taxonomy import Urgency

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

WANTED_PRECISION = {Axis.KIND: 0.93, Axis.TOPIC: 0.85, Axis.URGENCY: 0.93, Axis.SENSITIVE: 0.93}
"""How often an answer that is not in doubt should be right, on held-out folds."""

WANTED_RECALL = 0.95
MOST_FALSE_ALARMS = {Axis.URGENCY: 0.05, Axis.SENSITIVE: 0.15}
"""The share of harmless texts that may raise an alarm: recall is sought down to here.

A share of the harmless, not a precision: danger is ten times as common in the corpus as in real
posts, so a precision counted here says nothing about what a moderator would see. The corpus'
harmless texts are harder than real ones, about a third of them written to look like danger. A
false `darurat` wakes somebody: at most 3 in 100 real complaints, which this share keeps. A false
sensitive only makes people more careful: this share leaves about every second alarm true.
"""


class TrainingError(ValueError):
    """The examples cannot make a model; the message says what is missing."""


@dataclass(frozen=True)
class TrainedAxis:
    """What was learnt about one axis.

    `coef` (labels x features) and `intercept` (labels) give log-probabilities up to a constant.
    An answer whose probability is under `answer_from` is in doubt. `alarms` holds, for a label
    that must not be missed, the probability from which it is raised (for `tinggi`: the
    probability of `tinggi` or worse).
    """

    labels: tuple[str, ...]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    answer_from: float
    alarms: dict[str, float]


@dataclass(frozen=True)
class TrainedModel:
    """Fitted features, one `TrainedAxis` an axis, and how many examples taught each label."""

    features: FeatureUnion
    axes: dict[Axis, TrainedAxis]
    counts: dict[str, dict[str, int]]


def train(
    examples: Sequence[Example], *, seed: int = 0, progress: Progress | None = None
) -> TrainedModel:
    """Train every axis on `examples`, with near-duplicates kept in one fold.

    Raises `TrainingError` when an axis has fewer than two labels.
    """
    report = progress or _silent
    steps = len(Axis) + 1
    counts = {axis: _counts(examples, axis) for axis in Axis}
    for axis, found in counts.items():
        if len(found) < 2:
            raise TrainingError(
                f"axis {axis} needs examples of two labels or more, found {len(found)} "
                f"in {len(examples)} examples: add labelled texts"
            )

    report("features", 0, steps)
    texts = [example.text for example in examples]
    groups = group_duplicates(texts, together=[example.pair for example in examples])
    features = new_features(min_df=2 if len(examples) >= 100 else 1)
    matrix = fit_features(features, texts)
    axes = {}
    for step, axis in enumerate(Axis, 1):
        report(axis, step, steps)
        axes[axis] = _train_axis(axis, examples, matrix, groups, seed)
    report("done", steps, steps)
    return TrainedModel(features, axes, {str(axis): dict(found) for axis, found in counts.items()})


def _silent(_what: str, _done: int, _steps: int) -> None:
    pass


def _counts(examples: Sequence[Example], axis: Axis) -> Counter[str]:
    labels = (label_of(example, axis) for example in examples)
    found = Counter(label for label in labels if label is not None)
    return Counter({label: found[label] for label in LABELS[axis] if found[label]})


def _train_axis(
    axis: Axis,
    examples: Sequence[Example],
    matrix: csr_matrix,
    groups: NDArray[np.intp],
    seed: int,
) -> TrainedAxis:
    labels = [label_of(example, axis) for example in examples]
    rows = np.array([row for row, label in enumerate(labels) if label is not None])
    truth = np.array([labels[row] for row in rows])
    model = CalibratedLinear(seed=seed).fit(matrix[rows], truth, groups[rows])
    known = tuple(str(label) for label in model.classes_)
    return TrainedAxis(
        labels=known,
        coef=model.coef_.astype(np.float32),
        intercept=model.intercept_.astype(np.float32),
        answer_from=_answer_from(model, truth, WANTED_PRECISION[axis]),
        alarms=_alarms(axis, known, model.held_out_, truth),
    )


def _answer_from(model: CalibratedLinear, truth: NDArray[Any], wanted: float) -> float:
    """Return the least probability from which held-out answers reach the wanted precision.

    Never under one half: what is likelier wrong than right is in doubt, however few the examples.
    """
    top = model.held_out_.max(axis=1)
    right = model.classes_[model.held_out_.argmax(axis=1)] == truth
    answered = surest(top, right, wanted)
    return max(0.5, float(answered[-1])) if len(answered) else 1.0


def _alarms(
    axis: Axis, labels: tuple[str, ...], held_out: Floats, truth: NDArray[Any]
) -> dict[str, float]:
    if axis not in MOST_FALSE_ALARMS:
        return {}
    column = {label: held_out[:, at] for at, label in enumerate(labels)}
    cases: dict[str, tuple[NDArray[np.bool_], Floats]] = {}
    for label in {YES, str(Urgency.DARURAT)} & column.keys():
        cases[label] = (truth == label, column[label])
    if Urgency.BIASA in column:
        cases[str(Urgency.TINGGI)] = (truth != Urgency.BIASA, 1 - column[Urgency.BIASA])
    return {
        label: _alarm_from(positive, probability, MOST_FALSE_ALARMS[axis])
        for label, (positive, probability) in cases.items()
    }


def _alarm_from(positive: NDArray[np.bool_], probability: Floats, most: float) -> float:
    """Return the highest threshold with the wanted recall, or the lowest with few false alarms.

    Never over one half: an alarm may only add to what the likeliest label says.
    """
    order = np.argsort(-probability, kind="stable")
    hits, alarms = np.cumsum(positive[order]), np.cumsum(~positive[order])
    recall, false_alarms = hits / max(1, hits[-1]), alarms / max(1, alarms[-1])
    enough = int(np.argmax(recall >= WANTED_RECALL))
    few = np.flatnonzero(false_alarms <= most)
    last = min(enough, int(few[-1])) if len(few) else 0
    return float(min(0.5, probability[order][last]))
