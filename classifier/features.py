"""From texts to numbers: one TF-IDF pass that all axes share.

Plain scikit-learn parts only, so that a saved model needs no trust in code of ours.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from classifier.text import normalise

WORDS = "words"
LETTERS = "letters"


def new_features(min_df: int = 2) -> FeatureUnion:
    """Return unfitted features: words and word pairs, and 2 to 5 letters inside a word.

    `min_df` is the number of texts an n-gram must stand in to be known.
    """
    common = {"lowercase": False, "sublinear_tf": True, "min_df": min_df, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, 2), **common).set_params(
        token_pattern=r"\S+"  # noqa: S106 -- a pattern, not a password
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
    return FeatureUnion([(WORDS, words), (LETTERS, letters)])


def fit_features(features: FeatureUnion, texts: Sequence[str]) -> csr_matrix:
    """Learn the vocabulary of `texts` and return their numbers, one row a text."""
    matrix = features.fit_transform([normalise(text) for text in texts])
    for _, part in features.transformer_list:
        # NumPy integers would be written as one file each: a hundred thousand of them.
        part.vocabulary_ = {gram: int(column) for gram, column in part.vocabulary_.items()}
    return csr_matrix(matrix)


def transform(features: FeatureUnion, texts: Sequence[str]) -> csr_matrix:
    """Return the numbers of `texts`, one row a text."""
    return csr_matrix(features.transform([normalise(text) for text in texts]))
