"""Numbers about predictions: known answers, slow twins, scikit-learn and scipy as oracles."""

import math
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binomtest, false_discovery_control
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score

from generator.science.classifier_metrics import (
    Bin,
    accuracy,
    balanced_accuracy,
    confusion,
    expected_calibration_error,
    holm,
    macro_f1,
    mcnemar,
    reliability,
    sign_test,
    wilson,
)


def predictions(seed, count=50, classes=4):
    rng = random.Random(seed)
    truth = [f"class {rng.randrange(classes)}" for _ in range(count)]
    return truth, [t if rng.random() < 0.6 else f"class {rng.randrange(classes)}" for t in truth]


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("total", [1, 2, 10, 400])
def test_wilson_meets_scipy(total, level):
    for right in {0, 1, total // 3, total - 1, total}:
        oracle = binomtest(right, total).proportion_ci(level, method="wilson")
        assert wilson(right, total, level) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_wilson_knows_that_nobody_is_perfect():
    z = 1.959963984540054
    assert wilson(0, 10) == (0, pytest.approx(z * z / (10 + z * z), abs=1e-12))
    assert wilson(10, 10) == (pytest.approx(10 / (10 + z * z), abs=1e-12), 1)
    assert wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)
    for total in range(1, 60):
        for right in range(total + 1):
            low, high = wilson(right, total)
            assert 0 <= low < high <= 1
            assert low <= right / total <= high
            # Both ends are where the truth would be z standard deviations away.
            for end in {low, high} - {0, 1}:
                distance = (right / total - end) / math.sqrt(end * (1 - end) / total)
                assert abs(distance) == pytest.approx(z, rel=1e-6)


@pytest.mark.parametrize("classes", [2, 4, 30])
def test_accuracies_and_confusion_meet_scikit_learn(classes):
    for seed in range(20):
        truth, predicted = predictions(seed, classes=classes)
        predicted[0] = truth[0]
        assert accuracy(truth, predicted) == pytest.approx(accuracy_score(truth, predicted))
        f1 = f1_score(truth, predicted, average="macro", zero_division=0)
        assert macro_f1(truth, predicted) == pytest.approx(f1)
        known = sorted({*truth, *predicted})
        oracle = confusion_matrix(truth, predicted, labels=known)
        assert np.array_equal(confusion(truth, predicted, known), oracle)
        if {*predicted} <= {*truth}:
            balanced = balanced_accuracy_score(truth, predicted)
            assert balanced_accuracy(truth, predicted) == pytest.approx(balanced)


def test_a_common_class_alone_is_worth_no_more_than_a_guess():
    truth, predicted = ["cat"] * 90 + ["dog"] * 10, ["cat"] * 100
    assert accuracy(truth, predicted) == 0.9
    assert balanced_accuracy(truth, predicted) == 0.5
    assert macro_f1(truth, predicted) == pytest.approx((180 / 190 + 0) / 2)
    # A class that nobody is counts against whoever says it.
    assert balanced_accuracy(["cat"], ["owl"]) == macro_f1(["cat"], ["owl"]) == 0
    assert macro_f1(["cat", "cat"], ["cat", "owl"]) == pytest.approx((2 / 3 + 0) / 2)
    assert balanced_accuracy(["cat", "cat"], ["cat", "owl"]) == 0.5


def test_confusion_has_truth_in_rows_and_the_order_asked_for():
    truth, predicted = ["a", "a", "b"], ["a", "b", "b"]
    assert confusion(truth, predicted, ["b", "a", "c"]) == ((1, 0, 0), (1, 1, 0), (0, 0, 0))
    assert confusion([], [], ["a"]) == ((0,),)
    assert confusion([1, 0], [0, 0], [0, 1]) == ((1, 0), (1, 0))


def test_the_sign_test_meets_scipy():
    for wins in range(14):
        for losses in range(14):
            p = sign_test(wins, losses)
            oracle = binomtest(wins, wins + losses).pvalue if wins + losses else 1
            assert p == pytest.approx(oracle, rel=1e-12)
    assert sign_test(3000, 2800) == pytest.approx(binomtest(3000, 5800).pvalue, rel=1e-9)


def test_known_answers_of_mcnemar():
    assert mcnemar([True] * 5 + [False] * 3, [False] * 8) == 0.0625
    assert mcnemar([False] * 8, [True] * 5 + [False] * 3) == 0.0625
    assert mcnemar([True] * 6, [False] * 6) == 0.03125
    assert mcnemar([True, False], [False, True]) == 1
    assert mcnemar([True, False], [True, False]) == mcnemar([], []) == 1
    a, b = [1, 1, 1, 0, 1, 1], [1, 0, 0, 1, 0, 1]
    expected = 2 * sum(Fraction(math.comb(4, i), 2**4) for i in (0, 1))
    assert mcnemar(a, b) == mcnemar(np.array(a, bool), np.array(b, bool)) == expected


def slow_holm(ps):
    """By its procedure: the smallest level at which each test would be rejected."""
    found = []
    for p in ps:
        smaller = [q for q in ps if q <= p]
        found.append(min(1, max(q * (len(ps) - sum(r < q for r in ps)) for q in smaller)))
    return found


def test_holm_meets_its_slow_twin_and_known_answers():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()
    assert holm([0.3]) == (0.3,)
    for seed in range(50):
        rng = random.Random(seed)
        ps = [rng.choice([0.001, 0.02, 0.5, rng.random() ** 4]) for _ in range(rng.randrange(1, 9))]
        assert holm(ps) == pytest.approx(slow_holm(ps))
        # Never less strict than one that allows a share of false alarms.
        assert all(np.array(holm(ps)) >= false_discovery_control(ps) - 1e-12)


@pytest.mark.parametrize("bins", [1, 4, 10])
def test_reliability_meets_scikit_learn(bins):
    rng = np.random.default_rng(bins)
    confidences = rng.random(200)
    right = rng.random(200) < confidences
    found = reliability(confidences.tolist(), right.tolist(), bins)
    truth, mean = calibration_curve(right, confidences, n_bins=bins, strategy="quantile")
    assert [b.count for b in found] == [200 // bins] * bins
    np.testing.assert_allclose([b.confidence for b in found], mean)
    np.testing.assert_allclose([b.accuracy for b in found], truth)


def test_equal_confidences_share_a_bin_whatever_their_order():
    assert reliability([0.5] * 6, [True, False] * 3) == (Bin(6, 0.5, 0.5),)
    # Places 0 to 2 and 3 of four: their middles are in the first and the last quarter.
    assert reliability([0.1, 0.1, 0.1, 1], [False] * 3 + [True], 4) == (
        Bin(3, pytest.approx(0.1), 0), Bin(1, 1, 1)
    )  # fmt: skip
    assert [b.count for b in reliability([0, 1, 1, 1], [True] * 4, 2)] == [1, 3]
    rng = random.Random(0)
    pairs = [(rng.choice([0.2, 0.5, 0.7, 0.71, 0.9]), rng.random() < 0.5) for _ in range(40)]
    before = reliability(*zip(*pairs, strict=True), 5)
    rng.shuffle(pairs)
    assert reliability(*zip(*pairs, strict=True), 5) == before
    assert sum(b.count for b in before) == 40


def test_calibration_error_is_the_mean_distance_of_bins():
    confidences = [0.5] * 4 + [0.9] * 4
    assert expected_calibration_error(confidences, [1, 1, 0, 0, 1, 1, 1, 0], 2) == pytest.approx(
        (4 * 0 + 4 * 0.15) / 8
    )
    assert expected_calibration_error([0.6, 0.6, 1], [1, 0, 1], 2) == pytest.approx(0.2 / 3)
    assert expected_calibration_error([1, 1], [True, True]) == 0
    assert expected_calibration_error([0.5, 0.5], [True, True]) == 0.5
    assert expected_calibration_error([1, 1], [False, False]) == 1
    rng = random.Random(1)
    honest = [rng.random() for _ in range(20_000)]
    assert expected_calibration_error(honest, [rng.random() < c for c in honest]) < 0.02
    assert expected_calibration_error(honest, [rng.random() < c / 2 for c in honest]) > 0.2


def test_numbers_for_pages_need_no_heavy_library():
    code = (
        "import sys, generator.science.comparing, generator.science.classifier_metrics\n"
        "print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wilson(3, 2), "got 3 of 2"),
        (lambda: wilson(-1, 2), "got -1 of 2"),
        (lambda: wilson(0, 0), "got 0 of 0"),
        (lambda: wilson(1, 2, 0), "got 0"),
        (lambda: wilson(1, 2, 1), "got 1"),
        (lambda: accuracy(["a"], []), "got 1 and 0"),
        (lambda: accuracy([], []), "got none"),
        (lambda: balanced_accuracy([], []), "got none"),
        (lambda: balanced_accuracy(["a"], []), "got 1 and 0"),
        (lambda: macro_f1([], []), "got none"),
        (lambda: macro_f1(["a"], []), "got 1 and 0"),
        (lambda: confusion(["a"], [], ["a"]), "got 1 and 0"),
        (lambda: confusion(["a", "d"], ["c", "a"], ["a"]), r"\['a'\] without c, d"),
        (lambda: confusion([], [], ["a", "a"]), "every class once"),
        (lambda: sign_test(3, -1), "3 and -1"),
        (lambda: mcnemar([True], []), "got 1 and 0"),
        (lambda: holm([0.5, 1.5]), r"1\.5"),
        (lambda: holm([float("nan")]), "nan"),
        (lambda: reliability([], []), "got none"),
        (lambda: reliability([0.5], []), "got 1 and 0"),
        (lambda: reliability([0.5, 1.5], [True, True]), r"0\.5 to 1\.5"),
        (lambda: reliability([0.5], [True], 0), "and 0"),
        (lambda: expected_calibration_error([], []), "got none"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
