"""Why a label: the words of the original text that spoke for it, from the linear weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from classifier.axes import Axis
from classifier.text import Word

Weights = NDArray[np.float64]

TOP = 3
_CACHED_WORDS = 50_000


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

    def __init__(self, features: FeatureUnion) -> None:
        (_, words), (_, letters) = features.transformer_list
        self._words: dict[str, int] = words.vocabulary_
        self._letters: dict[str, int] = letters.vocabulary_
        self._letter_grams = letters.build_analyzer()
        self._columns_of = lru_cache(_CACHED_WORDS)(self._columns)

    def weigh(self, found: Sequence[Word], row: csr_matrix, coef: NDArray[np.float32]) -> Weights:
        """Return what each word adds to each row of `coef` (words x labels).

        `row` holds the numbers of the same text. A word pair's weight is shared by its two words,
        that of an n-gram standing in several words by all of them.
        """
        if not found or not row.nnz:
            return np.zeros((len(found), len(coef)))
        owners, columns, shares = self._grams(found)
        order = np.argsort(row.indices)
        at = order[np.searchsorted(row.indices, columns, sorter=order)]
        total = np.bincount(at, weights=shares, minlength=row.nnz)
        value = shares * row.data[at] / total[at]
        return np.stack(
            [
                np.bincount(owners, weights=value * label[columns], minlength=len(found))
                for label in coef
            ],
            axis=1,
        )

    def _columns(self, form: str) -> tuple[int, ...]:
        grams = self._letter_grams(form)
        known = [len(self._words) + self._letters[gram] for gram in grams if gram in self._letters]
        if form in self._words:
            known.append(self._words[form])
        return tuple(known)

    def _grams(
        self, found: Sequence[Word]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        owners: list[int] = []
        columns: list[int] = []
        shares: list[float] = []
        for owner, word in enumerate(found):
            known = self._columns_of(word.form)
            owners += [owner] * len(known)
            columns += known
            shares += [1.0] * len(known)
            pair = self._words.get(f"{found[owner - 1].form} {word.form}") if owner else None
            if pair is not None:
                owners += [owner - 1, owner]
                columns += [pair, pair]
                shares += [0.5, 0.5]
        return np.array(owners, np.intp), np.array(columns, np.intp), np.array(shares)


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
