"""What the corpus must be, whoever extends it: form tells no label, and its test part is apart."""

import re
from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifier.corpus import CORPUS, TEST_PART, Example, load_corpus
from classifier.taxonomy import Kind, Urgency
from classifier.text import normalise

GREETING = re.compile(
    r"^\W*(?:@\w+\s+)?(?:selamat|assala\w*|aslm\w*|ass|halo|hai|met|mlm|pagi|siang|sore|malam)\b",
    re.IGNORECASE,
)
MOST_ALIKE = 0.3


def form(text: str) -> list[float]:
    """Everything about a text but its words: length, capitals, punctuation, signs, greeting."""
    letters = [one for one in text if one.isalpha()] or ["a"]
    return [
        np.log1p(len(text)),
        float(np.mean([one.isupper() for one in letters])),
        float(letters[0].isupper()),
        *(text.count(sign) / len(text) for sign in ".,!?#"),
        float("..." in text),
        float(text.startswith("@")),
        text.count("@"),
        float(any(ord(one) > 0x2000 for one in text)),
        float(bool(GREETING.search(text))),
    ]


def told_by_form(pairs: list[Example], truth: NDArray[np.bool_]) -> float:
    """How well form alone tells it, on held-out pairs: an AUC, .5 is not at all."""
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    groups = [example.pair for example in pairs]
    shapes = np.array([form(example.text) for example in pairs])
    said = cross_val_predict(
        model, shapes, truth, groups=groups, cv=GroupKFold(5), method="predict_proba"
    )
    return float(roc_auc_score(truth, said[:, 1]))


def test_form_tells_neither_kind_nor_urgency() -> None:
    pairs = load_corpus(CORPUS / "pairs.jsonl")

    assert told_by_form(pairs, np.array([one.kind == "bukan_laporan" for one in pairs])) < 0.6
    assert told_by_form(pairs, np.array([one.urgency != "biasa" for one in pairs])) < 0.6


def test_there_are_a_thousand_pairs_of_one_voice() -> None:
    together: dict[str | None, list[Example]] = defaultdict(list)
    for example in load_corpus(CORPUS / "pairs.jsonl"):
        together[example.pair].append(example)

    full = [pair for pair in together.values() if len(pair) == 2]
    assert len(full) >= 1000
    lengths = [sorted(len(one.text) for one in pair) for pair in full]
    assert np.mean([short / long for short, long in lengths]) > 0.8


def test_the_test_part_has_the_proportions_of_real_posts() -> None:
    everyday = load_corpus(TEST_PART / "everyday.jsonl")
    urgency = Counter(example.urgency for example in everyday)
    kinds = Counter(example.kind for example in everyday)

    assert len(everyday) >= 1400
    assert 0.005 <= urgency[Urgency.DARURAT] / len(everyday) <= 0.03
    assert 0.03 <= urgency[Urgency.TINGGI] / len(everyday) <= 0.09
    assert 0.05 <= kinds[Kind.PERMINTAAN_INFORMASI] / len(everyday) <= 0.09


def test_no_text_of_the_test_part_is_like_one_that_is_trained_on() -> None:
    trained, tested = load_corpus(), load_corpus(TEST_PART)
    counter = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.float32)
    shingles = counter.fit_transform([normalise(one.text) for one in [*tested, *trained]])
    ours, theirs = shingles[: len(tested)], shingles[len(tested) :]
    common = (ours @ theirs.T).toarray()
    either = np.asarray(ours.sum(axis=1)) + np.asarray(theirs.sum(axis=1)).T - common

    assert (common / either).max() <= MOST_ALIKE
