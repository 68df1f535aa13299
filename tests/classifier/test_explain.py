import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.axes import Axis
from classifier.explain import Explainer, Weights, strongest
from classifier.features import GramReader, transform
from classifier.predict import Model
from classifier.text import Word, words
from classifier.train import TrainedModel


def test_the_words_that_name_the_matter_are_the_reason(starter: Model) -> None:
    text = "Selamat pagi bapak, PJU depan rumah padam"

    (prediction,) = starter.predict([text])

    shown = {
        text[reason.start : reason.end]
        for reason in prediction.reasons
        if reason.axis is Axis.TOPIC
    }
    assert "PJU" in shown or any("PJU" in words for words in shown)


def weigh(trained: TrainedModel, text: str, coef: NDArray[np.float32]) -> Weights:
    row = transform(trained.features, [text])
    explainer = Explainer(GramReader(trained.features))
    return explainer.weigh(words(text), (row.indices, row.data), coef)


def test_the_words_of_a_text_share_its_whole_score(trained: TrainedModel) -> None:
    text = "lampu pju padam lampu jalan gelap 🙏 gelap"
    row = transform(trained.features, [text])
    coef = trained.axes[Axis.TOPIC].coef

    weights = weigh(trained, text, coef)

    assert weights.sum(axis=0) == pytest.approx((row @ coef.T).ravel(), abs=1e-4)


def test_a_text_without_known_words_has_no_weights(trained: TrainedModel) -> None:
    coef = trained.axes[Axis.KIND].coef

    assert weigh(trained, "", coef).shape == (0, len(coef))


def test_neighbours_are_shown_as_one_span_and_words_against_are_left_out() -> None:
    found = [Word("pju", 0, 3), Word("padam", 4, 9), Word("min", 10, 13), Word("gelap", 14, 19)]

    reasons = strongest(Axis.TOPIC, "x", found, np.array([1.0, 2.0, -3.0, 0.5]))

    assert [(reason.start, reason.end, reason.weight) for reason in reasons] == [
        (0, 9, 3.0),
        (14, 19, 0.5),
    ]


def test_words_that_speak_against_a_label_are_no_reason_for_it() -> None:
    found = [Word("pju", 0, 3), Word("min", 4, 7)]

    (reason,) = strongest(Axis.TOPIC, "x", found, np.array([1.0, -1.0]))

    assert (reason.start, reason.end) == (0, 3)


def test_a_pair_of_words_is_shared_by_both(trained: TrainedModel) -> None:
    pair = trained.features.transformer_list[0][1].vocabulary_["terima kasih"]
    coef = np.zeros_like(trained.axes[Axis.KIND].coef[:1])
    coef[0, pair] = 1
    text = "terima kasih banyak"

    weights = weigh(trained, text, coef)

    assert weights[0, 0] == weights[1, 0] > 0
    assert weights[2, 0] == 0
