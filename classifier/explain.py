"""Why a label: the words of the original text that spoke for it, from the linear weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.axes import Axis
from classifier.features import GramReader
from classifier.text import Word

Weights = NDArray[np.float64]
Row = tuple[NDArray[np.intp], NDArray[np.float32]]
"""The columns of a text, in order, and its numbers there."""

TOP = 3


@dataclass(frozen=True)
class Reason:
    """A span of the original text (`text[start:end]`) that spoke for a label.

    `weight` is what the span adds to the label's log-probability against the axis' mean label.
    When `rule` names a rule, the rule raised the label and the weight is 0.
    """

    axis: Axis
    label: str
    start: int
    end: int
    weight: float
    rule: str | None = None


class Explainer:
    """Splits a linear score over the words of a text."""

    def __init__(self, reader: GramReader) -> None:
        self._reader = reader

    def weigh(self, found: Sequence[Word], row: Row, coef: NDArray[np.float32]) -> Weights:
        """Return what each word adds to each row of `coef` (words x labels).

        `row` holds the numbers of the same text. A word pair's weight is shared by its two words,
        that of an n-gram standing in several words by all of them.
        """
        known, numbers = row
        if not found or not len(known):
            return np.zeros((len(found), len(coef)))
        owners, columns, shares = self._grams(found)
        at = np.searchsorted(known, columns)
        total = np.bincount(at, weights=shares, minlength=len(known))
        value = shares * numbers[at] / total[at]
        return np.stack(
            [
                np.bincount(owners, weights=value * label[columns], minlength=len(found))
                for label in coef
            ],
            axis=1,
        )

    def _grams(
        self, found: Sequence[Word]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        of_words = [self._reader.columns_of(word.form) for word in found]
        owners = np.repeat(np.arange(len(found)), [len(columns) for columns in of_words])
        columns = np.concatenate(of_words)
        pairs = [
            (after, column)
            for after, (one, two) in enumerate(pairwise(found), 1)
            if (column := self._reader.pair(one.form, two.form)) is not None
        ]
        second = np.array([after for after, _ in pairs], np.intp)
        both = np.array([column for _, column in pairs], np.intp)
        return (
            np.concatenate([owners, second - 1, second]),
            np.concatenate([columns, both, both]),
            np.concatenate([np.ones(len(columns)), np.full(2 * len(pairs), 0.5)]),
        )


def strongest(axis: Axis, label: str, found: Sequence[Word], weights: Weights) -> list[Reason]:
    """Return the `TOP` words with the largest positive weight, neighbours joined, in text order."""
    best = sorted(np.argsort(-weights, kind="stable")[:TOP].tolist())
    reasons: list[Reason] = []
    last = -2
    for at in best:
        weight = float(weights[at])
        if weight <= 0:
            continue
        if at == last + 1 and reasons:
            before = reasons.pop()
            reason = Reason(axis, label, before.start, found[at].end, before.weight + weight)
        else:
            reason = Reason(axis, label, found[at].start, found[at].end, weight)
        reasons.append(reason)
        last = at
    return reasons
