"""From texts to numbers: one TF-IDF pass that all axes share.

Plain scikit-learn parts only, so that a saved model needs no trust in code of ours.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from classifier.text import normalise, words

WORDS = "words"
LETTERS = "letters"

Columns = NDArray[np.intp]

_NOTHING: Columns = np.array([], np.intp)
_CACHED_WORDS = 100_000


def new_features(min_df: int = 2) -> FeatureUnion:
    """Return unfitted features: words and word pairs, and 2 to 5 letters inside a word.

    `min_df` is the number of texts an n-gram must stand in to be known.
    """
    common = {"lowercase": False, "sublinear_tf": True, "min_df": min_df, "dtype": np.float32}
    whole = TfidfVectorizer(ngram_range=(1, 2), **common).set_params(
        token_pattern=r"\S+"  # noqa: S106 -- a pattern, not a password
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
    return FeatureUnion([(WORDS, whole), (LETTERS, letters)])


def fit_features(features: FeatureUnion, texts: Sequence[str]) -> csr_matrix:
    """Learn the vocabulary of `texts` and return their numbers, one row a text."""
    matrix = features.fit_transform([normalise(text) for text in texts])
    for _, part in features.transformer_list:
        # NumPy integers would be written as one file each: a hundred thousand of them.
        part.vocabulary_ = {gram: int(column) for gram, column in part.vocabulary_.items()}
    return csr_matrix(matrix)


class GramReader:
    """Reads texts as fitted features do, and several times as fast.

    The letters' n-grams depend on their word alone, so each word is taken apart once. The numbers
    are those of `FeatureUnion.transform`. Safe to use from several threads.
    """

    def __init__(self, features: FeatureUnion) -> None:
        (_, words), (_, letters) = features.transformer_list
        self._words: dict[str, int] = words.vocabulary_
        self._letters: dict[str, int] = letters.vocabulary_
        self._take_apart = letters.build_analyzer()
        self._idf = np.concatenate([words.idf_, letters.idf_]).astype(np.float32)
        self.columns_of = lru_cache(_CACHED_WORDS)(self._columns)

    def read(self, texts: Sequence[Sequence[str]]) -> csr_matrix:
        """The numbers of texts given as folded words (`classifier.text`), one row a text."""
        rows = [self._row(forms) for forms in texts]
        matrix = csr_matrix(
            (
                np.ones(sum(map(len, rows)), np.float32),
                np.concatenate([_NOTHING, *rows]),
                np.cumsum([0, *map(len, rows)]),
            ),
            shape=(len(rows), len(self._idf)),
        )
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self._idf[matrix.indices]
        # Words and letters each have length 1, as the two vectorizers leave them.
        part = np.repeat(np.arange(len(rows)), np.diff(matrix.indptr)) * 2
        part += matrix.indices >= len(self._words)
        squares = np.bincount(part, matrix.data**2, minlength=2 * len(rows))
        matrix.data /= np.sqrt(squares[part]).astype(np.float32)
        return matrix

    def pair(self, first: str, second: str) -> int | None:
        """The column of a word pair."""
        return self._words.get(f"{first} {second}")

    def _row(self, forms: Sequence[str]) -> Columns:
        pairs = [self.pair(*both) for both in pairwise(forms)]
        known = [column for column in pairs if column is not None]
        return np.concatenate([*map(self.columns_of, forms), np.array(known, np.intp)])

    def _columns(self, form: str) -> Columns:
        """Of a word: its letters' n-grams, as often as they occur, and the word itself."""
        start = len(self._words)
        grams = self._take_apart(form)
        known = [start + self._letters[gram] for gram in grams if gram in self._letters]
        if form in self._words:
            known.append(self._words[form])
        return np.array(known, np.intp)


def transform(features: FeatureUnion, texts: Sequence[str]) -> csr_matrix:
    """Return the numbers of `texts`, one row a text."""
    return GramReader(features).read([[word.form for word in words(text)] for text in texts])
