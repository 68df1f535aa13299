import numpy as np
from sklearn.utils.estimator_checks import parametrize_with_checks

from classifier.linear import CalibratedLinear, split


@parametrize_with_checks([CalibratedLinear()])  # type: ignore[untyped-decorator]
def test_it_keeps_the_contract_of_scikit_learn(estimator: object, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def test_probabilities_are_calibrated_where_labels_are_noisy() -> None:
    random = np.random.default_rng(0)
    side = random.integers(0, 2, 4000)
    rows = np.c_[side, 1 - side] + random.normal(0, 0.05, (4000, 2))
    labels = np.where(random.random(4000) < 0.8, side, 1 - side)

    model = CalibratedLinear().fit(rows, labels)

    assert abs(model.predict_proba(rows).max(axis=1).mean() - 0.8) < 0.03


def test_a_rare_class_is_not_made_likely_by_its_balanced_weight() -> None:
    random = np.random.default_rng(0)
    labels = (random.random(2000) < 0.05).astype(int)
    rows = random.normal(0, 1, (2000, 3))

    model = CalibratedLinear().fit(rows, labels)

    assert abs(model.predict_proba(rows)[:, 1].mean() - 0.05) < 0.02


def test_a_group_never_stands_on_both_sides_of_a_split() -> None:
    labels = np.array(list("ab" * 30))
    groups = np.arange(60) // 3

    for inside, outside in split(labels, groups, folds=5, seed=0):
        assert not set(groups[inside]) & set(groups[outside])
