import numpy as np
import pytest

from classifier.axes import LABELS, YES, Axis, label_of
from classifier.corpus import Example
from classifier.taxonomy import Kind, Topic, Urgency
from classifier.train import TrainedModel, TrainingError, _alarm_from, train


def test_training_twice_gives_the_same_numbers(
    examples: list[Example], trained: TrainedModel
) -> None:
    again = train(examples)

    for axis in Axis:
        assert np.array_equal(again.axes[axis].coef, trained.axes[axis].coef)
        assert again.axes[axis].answer_from == trained.axes[axis].answer_from


def test_progress_is_told_from_first_to_last_step(examples: list[Example]) -> None:
    told: list[tuple[str, int, int]] = []

    train(examples, progress=lambda what, done, steps: told.append((what, done, steps)))

    assert [done for _, done, _ in told] == [0, 1, 2, 3, 4, 5]
    assert told[-1] == ("done", 5, 5)


def test_the_model_never_learns_a_label_that_only_people_give(examples: list[Example]) -> None:
    other = Example("syarat haji", Kind.PENGADUAN, Topic.LAINNYA, Urgency.BIASA, False)

    trained = train([*examples, other, other])

    assert Topic.LAINNYA not in trained.axes[Axis.TOPIC].labels
    assert Topic.LAINNYA not in LABELS[Axis.TOPIC]


def test_a_topic_is_learnt_from_reports_alone() -> None:
    thanks = Example("makasih", Kind.BUKAN_LAPORAN, Topic.KESEHATAN, Urgency.BIASA, False)

    assert label_of(thanks, Axis.TOPIC) is None
    assert label_of(thanks, Axis.KIND) == "bukan_laporan"


def test_examples_of_one_label_are_refused_with_what_is_missing(examples: list[Example]) -> None:
    calm = [example for example in examples if example.urgency is Urgency.BIASA]

    with pytest.raises(TrainingError, match="axis urgency needs examples of two labels"):
        train(calm)


def test_no_examples_are_refused() -> None:
    with pytest.raises(TrainingError, match="axis kind"):
        train([])


def test_alarms_never_ask_for_more_than_one_half(trained: TrainedModel) -> None:
    assert set(trained.axes[Axis.URGENCY].alarms) == {"darurat", "tinggi"}
    assert set(trained.axes[Axis.SENSITIVE].alarms) == {YES}
    for axis in (Axis.URGENCY, Axis.SENSITIVE):
        assert all(0 <= alarm <= 0.5 for alarm in trained.axes[axis].alarms.values())


def test_an_alarm_that_could_be_high_stays_at_one_half() -> None:
    probability = np.array([0.99, 0.98, 0.01, 0.02])

    assert _alarm_from(np.array([True, True, False, False]), probability, 0.03) == 0.5


def test_an_alarm_is_as_low_as_the_wanted_recall_asks() -> None:
    probability = np.array([0.9, 0.8, 0.3, 0.2, 0.1])

    assert _alarm_from(np.array([True, True, True, False, False]), probability, 0.03) == 0.3


def test_an_alarm_does_not_go_so_low_that_many_harmless_texts_raise_it() -> None:
    probability = np.linspace(0.4, 0.01, 72)
    positive = np.array([True] + [False] * 70 + [True])

    # Three in a hundred harmless texts may: two of these seventy.
    assert _alarm_from(positive, probability, 0.03) == pytest.approx(probability[2])
