"""A linear classifier whose probabilities were calibrated on texts it had not seen."""

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.floating[Any]]
Codes = NDArray[np.intp]


class CalibratedLinear(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A balanced linear SVM, one against the rest, and a softmax fitted on held-out folds.

    Before each class's SVM, features are scaled by how telling they are for it (NBSVM). The softmax
    on top has one scale for all classes and one shift a class (vector scaling with a tied scale:
    Guo et al., "On Calibration of Modern Neural Networks", 2017). All of it is folded into `coef_`
    and `intercept_`, so that a weight is an addend of a class's log-probability.

    Attributes: `classes_`; `coef_` (classes x features); `intercept_` (classes);
    `held_out_` (rows x classes), the probabilities of each training row by folds without it.

    >>> model = CalibratedLinear().fit([[0.0], [0.1], [0.2], [1.0], [1.1], [1.2]], list("aaabbb"))
    >>> model.predict([[0.05], [1.05]]).tolist()
    ['a', 'b']
    """

    def __init__(self, C: float = 0.5, folds: int = 5, seed: int = 0) -> None:  # noqa: N803
        self.C = C
        self.folds = folds
        self.seed = seed

    def fit(self, X: Any, y: ArrayLike, groups: ArrayLike | None = None) -> Self:  # noqa: N803
        """Fit on rows `X` with labels `y`; rows of one group never stand in two folds."""
        matrix, labels = validate_data(self, X, y, accept_sparse="csr")
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier needs two classes, found {len(self.classes_)} class")
        together = np.arange(len(codes)) if groups is None else np.asarray(groups)

        scores = self._held_out_scores(matrix, codes, together)
        scale, shift = _calibrate(scores, codes)
        coef, intercept = self._fit_linear(matrix, codes)
        self.held_out_ = softmax(scores * scale + shift, axis=1)
        self.coef_ = coef * scale
        self.intercept_ = intercept * scale + shift
        return self

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Return a row of probabilities for each row of `X`, in the order of `classes_`."""
        check_is_fitted(self)
        matrix = validate_data(self, X, accept_sparse="csr", reset=False)
        return np.asarray(softmax(matrix @ self.coef_.T + self.intercept_, axis=1))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return the likeliest class of each row."""
        probabilities = self.predict_proba(X)
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _fit_linear(self, matrix: Any, codes: Codes) -> tuple[Floats, Floats]:
        """Return coefficients and intercepts with one row for every class, missing ones too."""
        matrix, present = csr_array(matrix, dtype=float), np.unique(codes)
        coef = np.zeros((len(self.classes_), matrix.shape[1]))
        # A class that a fold lacks scores what the rest scores at their margin.
        intercept = np.full(len(self.classes_), -1.0)
        if len(present) == 1:
            intercept[present] = 1.0
            return coef, intercept
        sizes, squares = abs(matrix), np.asarray(matrix.power(2).mean(axis=0)).ravel()
        counts = (codes == present[:, np.newaxis]).astype(float) @ sizes
        total = counts.sum(axis=0)
        # Two classes are one question.
        first = 1 if len(present) == 2 else 0
        for code, mine in zip(present[first:], counts[first:], strict=True):
            telling = _how_telling(mine, total - mine, squares)
            scaled = matrix.copy()
            scaled.data *= telling[matrix.indices]
            svm = LinearSVC(
                C=self.C, class_weight="balanced", tol=1e-2, random_state=self.seed, max_iter=5000
            )
            svm.fit(scaled, codes == code)
            coef[code], intercept[code] = svm.coef_[0] * telling, svm.intercept_[0]
        if len(present) == 2:
            coef[present[0]], intercept[present[0]] = -coef[present[1]], -intercept[present[1]]
        return coef, intercept

    def _held_out_scores(self, matrix: Any, codes: Codes, groups: NDArray[Any]) -> Floats:
        scores = np.empty((len(codes), len(self.classes_)))
        for inside, outside in split(codes, groups, self.folds, self.seed):
            coef, intercept = self._fit_linear(matrix[inside], codes[inside])
            scores[outside] = matrix[outside] @ coef.T + intercept
        return scores


def split(
    labels: NDArray[Any], groups: NDArray[Any], folds: int, seed: int
) -> list[tuple[Codes, Codes]]:
    """Cut rows into (inside, outside) pairs; labels are spread evenly, a group stays whole.

    With fewer groups than two there is nothing to hold out: everything is inside and outside.
    """
    rows = np.arange(len(labels))
    possible = min(folds, len(np.unique(groups)))
    _, sizes = np.unique(labels, return_counts=True)
    if possible < 2 or sizes.max() < 2:
        return [(rows, rows)]
    splitter = StratifiedGroupKFold(min(possible, sizes.max()), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class rarer than the folds is expected in small corpora and handled above.
        warnings.filterwarnings("ignore", message="The least populated class")
        return list(splitter.split(rows, labels, groups))


def _how_telling(inside: Floats, outside: Floats, squares: Floats) -> Floats:
    """How strongly each feature speaks for or against a class, from its sums inside and outside.

    The log-count ratio of Wang and Manning, "Baselines and Bigrams" (2012); its square root keeps
    rare features from taking over. Scaled so that rows (`squares`: the features' mean squares)
    keep their mean length.
    """
    ratio = np.log((inside + _SMOOTHING) / (inside + _SMOOTHING).sum())
    ratio -= np.log((outside + _SMOOTHING) / (outside + _SMOOTHING).sum())
    telling = np.sqrt(np.abs(ratio))
    length = np.sqrt(telling**2 @ squares)
    return telling / length if length else np.ones_like(telling)


def _calibrate(scores: Floats, codes: Codes) -> tuple[float, Floats]:
    """Return the scale and the shifts that make the held-out labels likeliest."""
    rows, classes = scores.shape
    # Few rows prove little: as if each class had been met once more right and once wrong (Platt
    # 1999, "Probabilistic Outputs for Support Vector Machines").
    wrong = 1 / (np.bincount(codes, minlength=classes) + 2)[codes, np.newaxis]
    mine = np.eye(classes)[codes]
    truth = mine * (1 - wrong) + (1 - mine) * wrong / (classes - 1)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scale, shift = np.exp(parameters[0]), parameters[1:]
        logits = scores * scale + shift
        error = (softmax(logits, axis=1) - truth) / rows
        gradient = np.r_[(error * scores).sum() * scale, error.sum(axis=0) + _RIDGE * shift]
        fit = -(log_softmax(logits, axis=1) * truth).sum() / rows
        return float(fit + _RIDGE * (shift**2).sum() / 2), gradient

    bounds = [(-3.0, 5.0)] + [(None, None)] * classes
    found = minimize(loss, np.zeros(classes + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return float(np.exp(found.x[0])), np.asarray(found.x[1:])


_SMOOTHING = 0.03
"""What every feature is taken to have been met with on top, so that one unmet has a ratio."""

_RIDGE = 1e-3
"""Keeps the shift of a class with a handful of rows from running away."""
