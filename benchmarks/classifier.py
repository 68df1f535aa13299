"""`make bench-classifier`: how good and how fast the classifier is, in results/classifier.json.

`shipped` measures the starter model: on the corpus' test part, which no model was trained on, and
on real complaints where there are some (`dev_data`). `folds` trains on those complaints
themselves, beside what an analyst would otherwise take: word and letter TF-IDF with a linear SVM.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from benchmarks.dev_data import HOW, DevData, load_dev_data
from benchmarks.figures import RESULTS, Figure, above, add, at_least, at_most, read
from benchmarks.scoring import (
    Labels,
    accuracy,
    gain_interval,
    macro_f1,
    precision,
    recall,
)
from classifier.axes import YES, Axis
from classifier.corpus import TEST_PART, Example, load_corpus
from classifier.evaluate import evaluate_model
from classifier.linear import Floats
from classifier.predict import Model
from classifier.registry import load_model
from classifier.starter import STARTER
from classifier.sureness import answered_at
from classifier.taxonomy import Kind, Urgency
from classifier.trial import PRECISION, Trial, score, try_labels

RESULT = RESULTS / "classifier.json"
FOLDS, BATCH, SINGLES = 5, 256, 400
DANGER = "danger.jsonl"
"""The file of the test part that holds far more danger than real posts do."""


def main() -> None:
    """Measure, add to the result, and print it."""
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "shipped": measure_shipped,
        "folds": measure_folds,
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classifier", description=__doc__)
    parser.add_argument("part", nargs="?", choices=parts, help="only this one")
    wanted = parser.parse_args().part
    for name, measure in parts.items():
        if wanted in (None, name):
            add(RESULT, list(measure()))
    print(*read(RESULT).values(), sep="\n")


# ------------------------------------------------------------------ the starter model


def measure_shipped() -> Iterator[Figure]:
    """The starter model on texts that it has never seen."""
    model = load_model(STARTER)
    files = sorted(TEST_PART.glob("*.jsonl"))
    everyday = load_corpus([file for file in files if file.name != DANGER])
    yield from _test_part(model, everyday, load_corpus(TEST_PART))
    yield from _speed(model, [example.text for example in everyday])
    if dev := load_dev_data():
        yield from _real(model, dev)
    else:
        print(HOW, file=sys.stderr)


def _test_part(
    model: Model, everyday: Sequence[Example], everything: Sequence[Example]
) -> Iterator[Figure]:
    urgency = evaluate_model(model, everything).axes[Axis.URGENCY]
    yield at_least("test part: darurat recall", urgency.labels[Urgency.DARURAT].recall, 0.97)
    yield from _pressing(model, everything)

    axes = evaluate_model(model, everyday).axes
    sensitive, none = axes[Axis.SENSITIVE].labels[YES], axes[Axis.KIND].labels[Kind.BUKAN_LAPORAN]
    yield at_least("test part: sensitive recall", sensitive.recall, 0.97)
    yield at_least("test part: sensitive precision", sensitive.precision, 0.50)
    yield at_least("test part: bukan_laporan precision", none.precision, 0.93)
    yield at_least("test part: bukan_laporan recall", none.recall, 0.90)
    yield at_least("test part: kind accuracy", axes[Axis.KIND].accuracy, 0.88)
    yield Figure("test part: topic macro-F1", axes[Axis.TOPIC].macro_f1)
    for axis in (Axis.KIND, Axis.URGENCY, Axis.SENSITIVE):
        error = axes[axis].calibration_error
        yield at_most(f"test part: calibration error of {axis}", error, 0.04)


def _pressing(model: Model, examples: Sequence[Example]) -> Iterator[Figure]:
    """How well what presses is told from what can wait, whichever of the two it is called."""
    said = model.predict([example.text for example in examples])
    truth = [one.urgency is not Urgency.BIASA for one in examples]
    found = [one.urgency is not Urgency.BIASA for one in said]
    yield Figure("test part: tinggi or darurat recall", recall(truth, found, True))
    yield Figure("test part: tinggi or darurat precision", precision(truth, found, True))


def _real(model: Model, dev: DevData) -> Iterator[Figure]:
    said = model.predict(dev.texts)
    found = np.array([said[row].top(Axis.TOPIC, 1)[0][0] for row in dev.rows])
    yield at_least("real complaints: topic macro-F1", macro_f1(dev.topics, found), 0.62)
    yield Figure("real complaints: topic accuracy", accuracy(dev.topics, found))
    alarms = 100 * float(np.mean([one.urgency == "darurat" for one in said]))
    yield at_most("real complaints: alarms of darurat in 100", alarms, 3)
    taken = 100 * float(np.mean([one.kind == "bukan_laporan" for one in said]))
    yield Figure("real complaints: taken for no report in 100", taken)


def _speed(model: Model, texts: Sequence[str]) -> Iterator[Figure]:
    model.predict(texts[:BATCH])
    began = time.perf_counter()
    for start in range(0, len(texts), BATCH):
        model.predict(texts[start : start + BATCH])
    yield Figure("texts a second, all axes", round(len(texts) / (time.perf_counter() - began)))
    singles = []
    for text in texts[:SINGLES]:
        began = time.perf_counter()
        model.predict([text])
        singles.append(1000 * (time.perf_counter() - began))
    yield at_most("one text, p99 in ms", round(float(np.percentile(singles, 99)), 2), 3)
    began = time.perf_counter()
    load_model(STARTER)
    yield at_most("load in s", round(time.perf_counter() - began, 2), 0.5)
    size = sum(file.stat().st_size for file in STARTER.iterdir()) / 1e6
    yield at_most("size in MB", round(size, 1), 20)


# ------------------------------------------------------------------ trained on real complaints


def measure_folds() -> Iterator[Figure]:
    """Our trainer and the usual one, on the same folds of the same texts."""
    dev = load_dev_data()
    if dev is None:
        print(HOW, file=sys.stderr)
        return
    texts, truth = dev.with_topic, dev.topics
    ours = try_labels(texts, truth.tolist(), folds=FOLDS)
    theirs, usual = np.zeros_like(ours.probabilities), np.empty_like(truth)
    for inside, outside in ours.parts:
        seen, unseen = [texts[row] for row in inside], [texts[row] for row in outside]
        theirs[outside], usual[outside] = _usual_way(seen, truth[inside], unseen)
    yield from _compared(truth, ours.found, usual)
    yield from _sureness(ours, theirs)


def _usual_way(
    seen: Sequence[str], truth: Labels, unseen: Sequence[str]
) -> tuple[NDArray[np.float64], Labels]:
    """Probabilities by sigmoids, and the labels that the SVM itself gives."""
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)),
            (
                "letters",
                TfidfVectorizer(
                    analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
                ),
            ),
        ]
    )
    svm = CalibratedClassifierCV(
        LinearSVC(C=0.5, class_weight="balanced"), method="sigmoid", ensemble=False
    )
    svm.fit(features.fit_transform(seen), truth)
    matrix = features.transform(unseen)
    return svm.predict_proba(matrix), svm.calibrated_classifiers_[0].estimator.predict(matrix)


def _compared(truth: Labels, found: Labels, usual: Labels) -> Iterator[Figure]:
    (f1_low, _), (accuracy_low, _) = gain_interval(truth, found, usual)
    yield Figure("folds: macro-F1", macro_f1(truth, found))
    yield Figure("folds: accuracy", accuracy(truth, found))
    gain = 100 * (macro_f1(truth, found) - macro_f1(truth, usual))
    yield at_least("folds: points of macro-F1 above the linear SVM", gain, 1.5)
    yield above("folds: the same, lower end of 95 %", 100 * f1_low, 0)
    gain = 100 * (accuracy(truth, found) - accuracy(truth, usual))
    yield at_least("folds: points of accuracy above the linear SVM", gain, 1.0)
    yield above("folds: the same of accuracy, lower end of 95 %", 100 * accuracy_low, 0)


def _sureness(ours: Trial, theirs: Floats) -> Iterator[Figure]:
    scored = score(ours)
    right = ours.labels[theirs.argmax(axis=1)] == ours.truth
    others = answered_at(theirs.max(axis=1), right, PRECISION)
    yield Figure("folds: share answered at a precision of .95", scored.answered)
    yield at_least("folds: points of it above the linear SVM", 100 * (scored.answered - others), 8)
    yield at_most("folds: calibration error of topic", scored.calibration_error, 0.04)


if __name__ == "__main__":
    main()
