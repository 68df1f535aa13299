import numpy as np
import pytest

from classifier.corpus import TEST_PART, load_corpus
from classifier.features import GramReader, transform
from classifier.predict import Model
from classifier.text import normalise

ODD = ["", "🙏", "a", "pju pju pju", "TOLOOONG jl. 12x @lapor1708", "xyzzyq plughh", "\u202e\u200b"]


def test_texts_are_read_exactly_as_the_fitted_vectorizers_read_them(model: Model) -> None:
    texts = ODD + [example.text for example in load_corpus(TEST_PART / "danger.jsonl")]
    features = model.trained.features

    difference = transform(features, texts) - features.transform([normalise(one) for one in texts])

    assert abs(difference).max() < 1e-5


def test_a_word_is_taken_apart_once(model: Model) -> None:
    reader = GramReader(model.trained.features)

    reader.read([["lampu", "padam"], ["lampu", "mati"]])

    assert reader.columns_of.cache_info()[:2] == (1, 3)


@pytest.mark.parametrize("text", ODD)
def test_the_columns_of_a_text_stand_in_order_and_once(model: Model, text: str) -> None:
    row = transform(model.trained.features, [text])

    assert np.all(np.diff(row.indices) > 0)
