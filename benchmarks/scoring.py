"""Scores that the classifier is measured by, from labels and probabilities."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

Labels = NDArray[np.str_]
ROUNDS = 1000


def macro_f1(truth: Labels, found: Labels) -> float:
    """The mean F1 over the labels that occur."""
    labels = np.unique(truth)
    return float(f1_score(truth, found, labels=labels, average="macro", zero_division=0))


def accuracy(truth: Labels, found: Labels) -> float:
    """The share that is right."""
    return float((truth == found).mean())


def recall(truth: Sequence[object], found: Sequence[object], label: object) -> float:
    """Of those that have the label, the share that was given it; 0 if none has."""
    given = [one == label for one, true in zip(found, truth, strict=True) if true == label]
    return sum(given) / len(given) if given else 0.0


def precision(truth: Sequence[object], found: Sequence[object], label: object) -> float:
    """Of those that were given the label, the share that has it; 0 if none was."""
    return recall(found, truth, label)


def gain_interval(
    truth: Labels, ours: Labels, theirs: Labels, seed: int = 0
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The 95 % intervals of what we gain in macro-F1 and in accuracy, by paired bootstrap."""
    random = np.random.default_rng(seed)
    gains = np.empty((ROUNDS, 2))
    for round_ in range(ROUNDS):
        rows = random.integers(len(truth), size=len(truth))
        gains[round_] = [
            score(truth[rows], ours[rows]) - score(truth[rows], theirs[rows])
            for score in (macro_f1, accuracy)
        ]
    low, high = np.percentile(gains, (2.5, 97.5), axis=0)
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))
