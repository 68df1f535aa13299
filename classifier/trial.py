"""Our way of training on anybody's labels: how good it is on texts that it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.duplicates import group_duplicates
from classifier.evaluate import LabelScore, calibration_error, label_scores
from classifier.features import fit_features, new_features, transform
from classifier.linear import CalibratedLinear, Codes, Floats, split
from classifier.sureness import answered_at
from classifier.train import Progress, TrainingError

PRECISION = 0.95


@dataclass(frozen=True)
class Trial:
    """What held-out folds said.

    `parts` are the rows (inside, outside) of each fold. `labels` are sorted; `probabilities` (texts
    x labels) come from trainings that had not seen the text nor its near-duplicates; `truth`
    (texts) are the labels that were given.
    """

    parts: list[tuple[Codes, Codes]]
    labels: NDArray[np.str_]
    truth: NDArray[np.str_]
    probabilities: Floats

    @property
    def found(self) -> NDArray[np.str_]:
        """The likeliest label of each text."""
        return np.asarray(self.labels[self.probabilities.argmax(axis=1)])


@dataclass(frozen=True)
class TrialScore:
    """All between 0 and 1; `answered` is the share, surest first, with a precision of 0.95."""

    texts: int
    folds: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    answered: float
    labels: dict[str, LabelScore]


def try_labels(
    texts: Sequence[str],
    truth: Sequence[str],
    *,
    folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Trial:
    """Train on all folds but one and predict that one, near-duplicates together.

    Raises `TrainingError` with fewer than two labels to tell apart in a fold.
    """
    given = np.array(truth, dtype=np.str_)
    labels = np.unique(given)
    groups = group_duplicates(texts)
    parts = split(given, groups, folds, seed)
    if any(len(np.unique(given[inside])) < 2 for inside, _ in parts) or len(parts) < 2:
        raise TrainingError(
            f"two labels or more are needed, each with texts that differ: found {len(labels)} "
            f"labels and {len(np.unique(groups))} texts that are not nearly the same"
        )
    probabilities = np.zeros((len(given), len(labels)))
    for step, (inside, outside) in enumerate(parts):
        if progress:
            progress("fold", step, len(parts))
        features = new_features()
        matrix = fit_features(features, [texts[row] for row in inside])
        model = CalibratedLinear(seed=seed).fit(matrix, given[inside], groups[inside])
        unseen = transform(features, [texts[row] for row in outside])
        known = np.searchsorted(labels, model.classes_)
        probabilities[np.ix_(outside, known)] = model.predict_proba(unseen)
    if progress:
        progress("fold", len(parts), len(parts))
    return Trial(parts, labels, given, probabilities)


def score(trial: Trial) -> TrialScore:
    """The figures of a trial."""
    right, confidence = trial.found == trial.truth, trial.probabilities.max(axis=1)
    labels = label_scores(trial.truth, trial.found)
    return TrialScore(
        texts=len(right),
        folds=len(trial.parts),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([one.f1 for one in labels.values()])),
        calibration_error=calibration_error(confidence, right),
        answered=answered_at(confidence, right, PRECISION),
        labels=labels,
    )
