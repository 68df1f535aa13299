"""Our way of training, tried on labels that are none of ours."""

import numpy as np
import pytest

from classifier.train import TrainingError
from classifier.trial import score, try_labels

THINGS = {
    "Dinas Kucing": ["kucing", "meong", "cakar", "kumis"],
    "Dinas Hujan": ["hujan", "payung", "awan", "basah"],
    "Dinas Roti": ["roti", "tepung", "oven", "manis"],
}
PLACES = ["pasar", "kantor", "sekolah", "kebun", "stasiun", "pantai", "gudang", "taman"]


def rows() -> list[tuple[str, str]]:
    return [
        (f"{one} {two} di {place}", label)
        for label, words in THINGS.items()
        for one in words
        for two in words
        for place in PLACES
        if one != two
    ]


def test_labels_that_words_tell_are_found_on_unseen_texts() -> None:
    texts, labels = zip(*rows(), strict=True)
    steps: list[tuple[str, int, int]] = []

    trial = try_labels(texts, labels, progress=lambda *step: steps.append(step))

    scored = score(trial)
    assert scored.accuracy > 0.95
    assert scored.answered > 0.95
    assert set(scored.labels) == set(THINGS)
    assert trial.probabilities.sum(axis=1) == pytest.approx(np.ones(len(texts)))
    assert steps[-1] == ("fold", 5, 5)


def test_labels_that_nothing_tells_are_not_found() -> None:
    texts, labels = zip(*rows(), strict=True)
    shuffled = np.random.default_rng(1).permutation(labels).tolist()

    scored = score(try_labels(texts, shuffled))

    assert scored.accuracy < 0.5
    assert scored.answered < 0.1


def test_near_duplicates_never_stand_on_both_sides() -> None:
    # Every text thrice, nearly; what tells the label is in no other text.
    names = [one + two for one in "bcdfghjklm" for two in "nprstw"]
    texts = [f"{name}a{name}i {name}u{name}e {name}o{name}a {name}e{name}i" for name in names]
    labels = np.random.default_rng(1).choice(["a", "b", "c"], len(texts)).tolist()
    thrice = [" ".join([text] * times) for times in (1, 2, 3) for text in texts]

    scored = score(try_labels(thrice, labels * 3))

    assert scored.accuracy < 0.6


def test_a_label_of_a_single_text_does_no_harm() -> None:
    texts, labels = zip(*rows(), ("satu saja", "Dinas Tunggal"), strict=True)

    scored = score(try_labels(texts, labels))

    assert scored.labels["Dinas Tunggal"].rows == 1
    assert scored.accuracy > 0.9


def test_one_label_alone_cannot_be_tried() -> None:
    with pytest.raises(TrainingError, match="two labels or more"):
        try_labels(["lampu mati", "jalan rusak"], ["sama", "sama"])


def test_labels_whose_texts_are_all_nearly_the_same_cannot_be_tried() -> None:
    texts = [f"lampu nomor {number} mati di gang dekat pasar" for number in range(20)]

    with pytest.raises(TrainingError, match="1 texts that are not nearly the same"):
        try_labels(texts, ["a", "b"] * 10)
