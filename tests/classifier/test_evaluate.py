import numpy as np
import pytest

from classifier.axes import Axis
from classifier.corpus import Example
from classifier.evaluate import calibration_error, evaluate, evaluate_model
from classifier.predict import Model
from classifier.sureness import answered_at
from classifier.taxonomy import Kind, Topic, Urgency


def test_scores_of_a_model_count_right_and_wrong_answers(model: Model) -> None:
    lamp = "lampu pju padam di gang gelap sekali"
    examples = [
        Example(lamp, Kind.PENGADUAN, Topic.PENERANGAN_JALAN, Urgency.BIASA, False),
        Example(lamp + " malam", Kind.PENGADUAN, Topic.KESEHATAN, Urgency.BIASA, False),
    ]

    scores = evaluate_model(model, examples)

    assert scores.folds == 0
    assert scores.axes[Axis.KIND].accuracy == 1
    assert scores.axes[Axis.TOPIC].accuracy == 0.5
    lights = scores.axes[Axis.TOPIC].labels["penerangan_jalan"]
    assert (lights.precision, lights.recall, lights.rows) == (0.5, 1.0, 1)


def test_rows_without_a_topic_do_not_count_for_it(model: Model) -> None:
    thanks = Example("makasih min", Kind.BUKAN_LAPORAN, None, Urgency.BIASA, False)

    assert evaluate_model(model, [thanks]).axes[Axis.TOPIC].rows == 0


def test_urgency_is_scored_with_its_rules(model: Model) -> None:
    cry = Example("saya mau bunuh diri", Kind.PENGADUAN, None, Urgency.DARURAT, True)

    scores = evaluate_model(model, [cry])

    assert scores.axes[Axis.URGENCY].labels["darurat"].recall == 1
    assert scores.axes[Axis.SENSITIVE].labels["ya"].recall == 1


def test_every_row_is_scored_by_a_model_that_has_not_seen_it(examples: list[Example]) -> None:
    scores = evaluate(examples, folds=3)

    assert scores.folds == 3
    assert scores.axes[Axis.KIND].rows == len(examples)
    assert scores.axes[Axis.KIND].accuracy < 1


def test_copies_of_a_text_do_not_flatter_the_scores() -> None:
    """Labels drawn by lot cannot be learnt, unless a copy of the row stands in training."""
    random = np.random.default_rng(0)
    syllables = ["ka", "lu", "mi", "ro", "sa", "te", "bu", "do"]
    examples = []
    for _ in range(60):
        text = " ".join("".join(random.choice(syllables, 4)) for _ in range(8))
        kind = random.choice(list(Kind)[:2])
        topic = random.choice(list(Topic)[:2])
        urgency = random.choice(list(Urgency))
        copy = Example(text, Kind(kind), Topic(topic), Urgency(urgency), bool(random.integers(2)))
        examples += [copy] * 3

    scores = evaluate(examples, folds=3)

    assert scores.axes[Axis.KIND].accuracy < 0.7


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    assert calibration_error(np.array([0.9] * 10), np.array([True] * 9 + [False])) == 0
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, False])) == 0.5
    assert calibration_error(np.array([]), np.array([], bool)) == pytest.approx(0)


def test_scores_turn_into_plain_rounded_values(model: Model, examples: list[Example]) -> None:
    plain = evaluate_model(model, examples).to_json()

    assert plain["folds"] == 0
    assert isinstance(plain["axes"], dict)
    assert set(plain["axes"]["kind"]) >= {"accuracy", "macro_f1", "calibration_error", "labels"}


def test_the_surest_answers_are_given_until_too_many_are_wrong() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])

    assert answered_at(confidence, right, 0.75) == pytest.approx(4 / 5)
    assert answered_at(confidence, right, 1.0) == pytest.approx(2 / 5)
