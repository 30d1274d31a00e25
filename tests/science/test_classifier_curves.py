"""Curves and intervals: all pairs by definition, scikit-learn as oracle, laws, slow resampling."""

import math

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from generator.science.classifier_curves import bootstrap, precision_recall, roc
from generator.science.classifier_metrics import accuracy, balanced_accuracy, macro_f1, wilson


def scored(count=40, levels=0, seed=0):
    """Scores, in so many levels if there are any, and truth."""
    rng = np.random.default_rng(seed)
    positive = np.arange(count) % 3 == 0
    scores = positive + 1.5 * rng.normal(size=count)
    return (np.round(scores * levels) / levels if levels else scores), positive


@pytest.mark.parametrize("levels", [0, 1, 3])
def test_areas_meet_their_definitions_and_scikit_learn(levels):
    scores, positive = scored(levels=levels)
    wins = [
        (s > t) + (s == t) / 2 for s in scores[positive] for t in scores[~positive]
    ]  # fmt: skip
    assert roc(scores, positive).area == pytest.approx(np.mean(wins))
    assert roc(scores, positive).area == pytest.approx(roc_auc_score(positive, scores))
    average = average_precision_score(positive, scores)
    assert precision_recall(scores, positive).area == pytest.approx(average)


@pytest.mark.parametrize("levels", [0, 1, 3])
def test_points_meet_their_definitions_and_scikit_learn(levels):
    scores, positive = scored(levels=levels)
    curve, other = roc(scores, positive), precision_recall(scores, positive)
    x, y, thresholds = roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_array_equal(curve.thresholds, thresholds)
    np.testing.assert_allclose((curve.x, curve.y), (x, y))
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(curve.area)
    precision, recall, thresholds = precision_recall_curve(positive, scores)
    np.testing.assert_array_equal(other.thresholds[1:], thresholds[::-1])
    np.testing.assert_allclose((other.x, other.y), (recall[::-1], precision[::-1]))
    for i, threshold in enumerate(curve.thresholds):
        said = scores >= threshold
        assert curve.y[i] == other.x[i] == pytest.approx((said & positive).sum() / positive.sum())
        assert curve.x[i] == pytest.approx((said & ~positive).sum() / (~positive).sum())
        if said.any():
            assert other.y[i] == pytest.approx(positive[said].mean())


def test_only_the_order_of_scores_counts():
    scores, positive = scored(levels=3)
    for curve in (roc, precision_recall):
        plain, bent = curve(scores, positive), curve(np.exp(scores), positive)
        np.testing.assert_array_equal((plain.x, plain.y), (bent.x, bent.y))
        assert plain.area == bent.area
        order = np.random.default_rng(1).permutation(scores.size)
        assert curve(scores[order], positive[order]).area == plain.area
    turned = roc(-scores, positive).area
    assert turned == pytest.approx(1 - roc(scores, positive).area)
    assert roc(-scores, ~positive).area == pytest.approx(1 - turned)


def test_perfect_and_silent_scores():
    positive = np.array([False, True, False, True, False])
    for curve in (roc, precision_recall):
        assert curve(positive.astype(int), positive).area == 1
    assert roc(np.zeros(5), positive).area == 0.5
    assert precision_recall(np.zeros(5), positive).area == pytest.approx(0.4)
    assert roc(-positive.astype(int), positive).area == 0
    bytes_ = roc(np.array([0, 255, 3], np.uint8), np.array([True, False, True]))
    assert (bytes_.thresholds.tolist(), bytes_.area) == ([np.inf, 255, 3, 0], 0)


def predictions(count=60, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, count)
    predicted = np.where(rng.random(count) < 0.7, truth, rng.integers(0, 4, count))
    groups = [f"{n // 3}" for n in range(count)]
    return truth.tolist(), predicted.tolist(), groups


def slow_bootstrap(truth, predicted, groups, rng, samples, level):
    """Examples gathered group by group; the numbers from `classifier_metrics`."""
    names = list(dict.fromkeys(groups))
    found = []
    for drawn in rng.integers(0, len(names), (samples, len(names))):
        places = [i for n in drawn for i, group in enumerate(groups) if group == names[n]]
        lists = [truth[i] for i in places], [predicted[i] for i in places]
        found.append([measure(*lists) for measure in (accuracy, balanced_accuracy, macro_f1)])
    ends = [(1 - level) / 2, (1 + level) / 2]
    return np.quantile(found, ends, axis=0).T


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_intervals_meet_their_slow_twin(level):
    truth, predicted, groups = predictions()
    options = {"samples": 50, "level": level}
    found = bootstrap(truth, predicted, groups, np.random.default_rng(3), **options)
    expected = slow_bootstrap(truth, predicted, groups, np.random.default_rng(3), **options)
    np.testing.assert_allclose(
        [found.accuracy, found.balanced_accuracy, found.macro_f1], expected, rtol=1e-12
    )


def test_classes_may_have_any_name_and_samples_may_miss_some():
    truth, predicted, groups = predictions(7)
    names = {0: "cat", 1: "dog", 2: "owl", 3: "yak"}
    named = [[names[label] for label in labels] for labels in (truth, predicted)]
    found = bootstrap(*named, groups, np.random.default_rng(3), samples=50)
    assert found == bootstrap(truth, predicted, groups, np.random.default_rng(3), samples=50)
    expected = slow_bootstrap(truth, predicted, groups, np.random.default_rng(3), 50, 0.95)
    np.testing.assert_allclose(found.macro_f1, expected[2])
    np.testing.assert_allclose(found.balanced_accuracy, expected[1])


def test_copies_in_a_group_tell_nothing_new_but_those_without_a_group_count():
    truth, predicted, _ = predictions(40)
    groups = [f"{n}" for n in range(40)]
    many = [labels * 25 for labels in (truth, predicted, groups)]
    once = bootstrap(truth, predicted, groups, np.random.default_rng(0))
    assert bootstrap(*many, np.random.default_rng(0)) == once
    assert bootstrap(truth, predicted, [""] * 40, np.random.default_rng(0)) == once
    loose = bootstrap(*many[:2], [""] * 1000, np.random.default_rng(0), samples=200)
    assert np.ptp(loose.accuracy) < np.ptp(once.accuracy) / 3


def test_the_interval_of_accuracy_is_about_wilsons():
    right = [True] * 300 + [False] * 100
    found = bootstrap([True] * 400, right, [""] * 400, np.random.default_rng(0))
    assert found.accuracy == pytest.approx(wilson(300, 400), abs=0.01)


def test_all_right_is_a_single_point():
    found = bootstrap(["a", "b"], ["a", "b"], ["", ""], np.random.default_rng(0))
    assert found.accuracy == found.balanced_accuracy == found.macro_f1 == (1, 1)


RNG = np.random.default_rng(0)
SCORES, TRUTH = np.array([1.0, 2.0]), np.array([True, False])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: roc(SCORES, TRUTH[:1]), r"\(2,\) and \(1,\)"),
        (lambda: roc(SCORES[None], TRUTH[None]), r"\(1, 2\)"),
        (lambda: roc(SCORES, TRUTH.astype(int)), "int64"),
        (lambda: roc(SCORES, TRUTH | True), "2 positive of 2"),
        (lambda: precision_recall(SCORES, TRUTH & False), "0 positive of 2"),
        (lambda: precision_recall(SCORES * math.nan, TRUTH), "finite"),
        (lambda: bootstrap(["a"], ["a"], [], RNG), "got 1, 1 and 0"),
        (lambda: bootstrap(["a"], [], [""], RNG), "got 1, 0 and 1"),
        (lambda: bootstrap([], [], [], RNG), "got 0, 0 and 0"),
        (lambda: bootstrap(["a"], ["a"], [""], RNG, samples=0), "got 0 and"),
        (lambda: bootstrap(["a"], ["a"], [""], RNG, level=1), "and 1"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
