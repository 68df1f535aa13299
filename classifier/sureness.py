"""How far answers can be trusted when the surest are given first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.linear import Floats


def surest(confidence: Floats, right: NDArray[Any], wanted: float) -> Floats:
    """Return the confidences of the most answers, surest first, of which this share is right.

    >>> surest(np.array([0.6, 0.9, 0.7]), np.array([False, True, True]), 0.9)
    array([0.9, 0.7])
    """
    order = np.argsort(-confidence, kind="stable")
    held = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(held >= wanted)
    return np.asarray(confidence[order][: reached[-1] + 1 if len(reached) else 0])


def answered_at(confidence: Floats, right: NDArray[Any], wanted: float) -> float:
    """The largest share of answers, surest first, that is right this often."""
    return len(surest(confidence, right, wanted)) / max(1, len(confidence))
