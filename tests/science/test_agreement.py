"""Rank correlation between maps: scipy as the oracle, a slow twin, laws, maps without an order."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from generator.science.agreement import agreement, mean_agreement, rank_correlation

H, W = 7, 13


def heat(seed=0, shape=(H, W)):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def slow_spearman(a, b):
    def ranks(values):
        flat = values.ravel().tolist()
        return [sum(v < x for v in flat) + (sum(v == x for v in flat) - 1) / 2 for x in flat]

    x, y = (np.array(ranks(v)) for v in (a, b))
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())


@pytest.mark.parametrize("levels", [2, 5, 1000])
def test_rank_correlation_meets_its_slow_twin_and_scipy(levels):
    rng = np.random.default_rng(levels)
    a = rng.integers(0, levels, (H, W)).astype(float)
    b = a + rng.integers(0, levels, (H, W))
    found = rank_correlation(a, b)
    assert found == pytest.approx(slow_spearman(a, b), abs=1e-12)
    assert found == pytest.approx(spearmanr(a, b, axis=None).statistic, abs=1e-12)


def test_order_is_all_that_counts():
    a = heat()
    assert rank_correlation(a, a) == pytest.approx(1)
    assert rank_correlation(a, -a) == pytest.approx(-1)
    assert rank_correlation(a, np.exp(2 * a) - 9) == pytest.approx(1)
    assert rank_correlation(a, heat(1)) == rank_correlation(heat(1), a)
    flipped = rank_correlation(a[::-1], heat(1)[::-1])
    assert flipped == pytest.approx(rank_correlation(a, heat(1)), abs=1e-12)


def test_rounding_never_leads_past_one():
    maps = [heat(seed, (5 + seed, 9)) for seed in range(40)]
    assert max(rank_correlation(a, 2 * a) for a in maps) <= 1
    assert min(rank_correlation(a, -a) for a in maps) >= -1


@pytest.mark.parametrize("value", [0.0, 0.1, -1e30])
@pytest.mark.parametrize("longest", [None, 3])
def test_constant_maps_are_alike_and_like_no_other(value, longest):
    constant = np.full((H, W), value)
    assert rank_correlation(constant, np.zeros((H, W)), longest=longest) == 1
    assert rank_correlation(constant, heat(), longest=longest) == 0
    assert rank_correlation(np.zeros((1, 1)), np.ones((1, 1))) == 1


def test_grain_counts_less_on_maps_averaged_down():
    broad = np.add.outer(np.arange(40.0), np.arange(60.0))
    a, b = (broad + 40 * heat(seed, (40, 60)) for seed in (1, 2))
    assert rank_correlation(a, b, longest=10) > rank_correlation(a, b) + 0.3
    assert rank_correlation(a, b, longest=60) == rank_correlation(a, b)
    means = [m.reshape(10, 4, 15, 4).mean(axis=(1, 3)) for m in (a, b)]
    expected = rank_correlation(*means)
    assert rank_correlation(a, b, longest=15) == pytest.approx(expected, abs=1e-9)
    assert rank_correlation(heat(1, (1, 18)), heat(1, (1, 18)), longest=4) == pytest.approx(1)


def test_the_matrix_holds_every_pair():
    maps = {"grad": heat(1), "nothing": np.zeros((H, W)), "cam": heat(2), "flat": np.ones((H, W))}
    names, matrix = agreement(maps)
    assert names == ("grad", "nothing", "cam", "flat")
    assert (matrix.dtype, matrix.shape) == (np.float64, (4, 4))
    for i, one in enumerate(maps.values()):
        for j, other in enumerate(maps.values()):
            assert matrix[i, j] == pytest.approx(rank_correlation(one, other), abs=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 1)
    pairs = [matrix[i, j] for i in range(4) for j in range(4) if i != j]
    assert mean_agreement(matrix) == pytest.approx(sum(pairs) / 12)


def test_a_single_map_agrees_with_itself():
    names, matrix = agreement({"alone": heat()})
    assert (names, matrix.tolist(), mean_agreement(matrix)) == (("alone",), [[1]], 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rank_correlation(heat(), heat(0, (W, H))), r"\(13, 7\)"),
        (lambda: rank_correlation(heat()[0], heat()[0]), r"\(13,\)"),
        (lambda: rank_correlation(heat()[:0], heat()[:0]), r"\(0, 13\)"),
        (lambda: agreement({"good": heat(), "bad": heat() * np.nan}), "infinity in bad"),
        (lambda: rank_correlation(heat(), heat(), longest=0), "got 0"),
        (lambda: agreement({}), "got none"),
        (lambda: mean_agreement(np.ones((2, 3))), r"\(2, 3\)"),
        (lambda: mean_agreement(np.ones((0, 0))), r"\(0, 0\)"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
