"""What the benchmarks say must be true: the form of their results, and the scores themselves."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.dev_data import load_dev_data
from benchmarks.figures import RESULTS, Figure, at_least, at_most, read, write
from benchmarks.scoring import accuracy, gain_interval, macro_f1, precision, recall


def test_results_say_what_was_measured_where_and_whether_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "results" / "some.json"

    write(path, [at_least("found", 0.9, 0.95), at_most("alarms", 2, 3), Figure("told", 7)])

    kept = json.loads(path.read_text())
    assert set(kept) == {"commit", "machine", "date", "figures"}
    assert [one["holds"] for one in kept["figures"]] == [False, True, None]
    assert read(path)["found"] == Figure("found", 0.9, 0.95, False)


def test_there_are_no_earlier_figures_without_a_file(tmp_path: Path) -> None:
    assert read(tmp_path / "none.json") == {}


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_no_committed_figure_claims_more_than_its_bar(path: Path) -> None:
    for figure in read(path).values():
        assert (figure.bar is None) == (figure.holds is None), figure.name


def test_recall_and_precision_look_from_both_sides() -> None:
    truth, found = ["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"]

    assert recall(truth, found, "a") == 0.5
    assert precision(truth, found, "b") == pytest.approx(2 / 3)
    assert recall(truth, found, "c") == 0


def test_a_rare_label_counts_as_much_as_a_common_one() -> None:
    truth, found = np.array(list("aaaab")), np.array(list("aaaaa"))

    assert accuracy(truth, found) == pytest.approx(0.8)
    assert macro_f1(truth, found) == pytest.approx((8 / 9 + 0) / 2)


def test_what_is_surely_better_has_its_whole_interval_above_nothing() -> None:
    truth = np.array(list("ab") * 200)
    half_wrong = np.where(np.arange(400) % 4 < 2, truth, "a")

    (f1_low, f1_high), (low, high) = gain_interval(truth, truth, half_wrong)

    assert 0 < f1_low < f1_high
    assert 0 < low < 0.25 < high


def test_without_real_complaints_nothing_is_measured_on_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LAPOR_DEV_DATA", str(tmp_path / "none.csv"))
    assert load_dev_data() is None

    some = tmp_path / "some.csv"
    some.write_text("text,topic_18\nlampu mati,penerangan_jalan\napa ini,\n")
    monkeypatch.setenv("LAPOR_DEV_DATA", str(some))
    dev = load_dev_data()
    assert dev is not None
    assert (dev.texts, dev.with_topic) == (["lampu mati", "apa ini"], ["lampu mati"])
