"""Measures of masks: an oracle, slow twins from the papers, and every edge case."""

import warnings

import numpy as np
import pytest

from generator.science.masks import (
    alignment_measure,
    intersection_over_union,
    max_f_measure,
    mean_absolute_error,
    structure_measure,
)

MEASURES = (mean_absolute_error, max_f_measure, structure_measure, alignment_measure)
EMPTY = np.zeros((6, 8), bool)
FULL = np.ones((6, 8), bool)


def cases():
    rng = np.random.default_rng(11)
    for shape in [(23, 31), (40, 17), (5, 6)]:
        rows, columns = np.indices(shape)
        for centre in [(0.5, 0.5), (0.1, 0.9), (1.0, 1.0)]:
            away = np.hypot(rows - centre[0] * shape[0], columns - centre[1] * shape[1])
            truth = away <= 0.3 * max(shape)
            blur = np.clip(1 - away / max(shape) + rng.normal(0, 0.15, shape), 0, 1)
            yield blur, truth
            yield rng.random(shape), truth
            yield (rng.random(shape) < 0.3).astype(float), truth


CASES = list(cases())


def slow_f(heatmap, truth, beta_squared=0.3):
    scores = [0.0]
    for t in range(1, 256):
        found = heatmap >= t / 255
        hits = (found & truth).sum()
        if hits:
            precision, recall = hits / found.sum(), hits / truth.sum()
            above = (1 + beta_squared) * precision * recall
            scores.append(above / (beta_squared * precision + recall))
    return max(scores)


def slow_alignment(heatmap, truth):
    total = 0.0
    for t in range(1, 256):
        found = (heatmap >= t / 255).astype(float)
        a, b = found - found.mean(), truth - truth.mean()
        xi = np.where(a**2 + b**2 > 0, 2 * a * b / np.maximum(a**2 + b**2, 1e-300), 0)
        total += ((1 + xi) ** 2 / 4).mean()
    return total / 255


def slow_structure(heatmap, truth):
    def likeness(values):
        mean = sum(values) / len(values)
        spread = sum((v - mean) ** 2 for v in values) / max(len(values) - 1, 1)
        return 2 * mean / (mean**2 + 1 + spread**0.5)

    share = truth.mean()
    s_o = share * likeness(list(heatmap[truth]))
    s_o += (1 - share) * likeness(list(1 - heatmap[~truth]))
    row, column = (round(float(x)) + 1 for x in np.argwhere(truth).mean(axis=0))
    s_r = 0.0
    quarters = [(0, row, 0, column), (0, row, column, None)]
    quarters += [(row, None, 0, column), (row, None, column, None)]
    for a, b, c, d in quarters:
        x, y = heatmap[a:b, c:d].ravel(), truth[a:b, c:d].ravel().astype(float)
        if x.size > 1:
            (var_x, cov), (_, var_y) = np.cov(x, y)
        else:
            var_x = cov = var_y = 0.0
        above = 4 * x.mean() * y.mean() * cov if x.size else 0.0
        below = (x.mean() ** 2 + y.mean() ** 2) * (var_x + var_y) if x.size else 0.0
        s_r += x.size / truth.size * (above / below if above else float(below == 0))
    return max(0.0, (s_o + s_r) / 2)


@pytest.mark.parametrize(("heatmap", "truth"), CASES)
def test_measures_meet_their_slow_twins(heatmap, truth):
    assert max_f_measure(heatmap, truth) == pytest.approx(slow_f(heatmap, truth), abs=1e-12)
    assert alignment_measure(heatmap, truth) == pytest.approx(
        slow_alignment(heatmap, truth), abs=1e-12
    )
    assert structure_measure(heatmap, truth) == pytest.approx(
        slow_structure(heatmap, truth), abs=1e-12
    )


@pytest.mark.parametrize(("heatmap", "truth"), CASES)
def test_measures_agree_with_pysodmetrics(heatmap, truth):
    oracle = pytest.importorskip("py_sod_metrics")
    measures = ("Fmeasure", "Emeasure", "Smeasure", "MAE")
    results = {}
    with warnings.catch_warnings():
        # It announces a successor of its F-measure, and takes means of empty rectangles.
        warnings.simplefilter("ignore")
        for name in measures:
            measure = getattr(oracle, name)()
            measure.step(heatmap, truth, normalize=False)
            results |= measure.get_results()
    # Its curves run from 255 to 0; 0 keeps every pixel, and ours leaves it out.
    curve = results["fm"]["curve"][:-1]
    assert max_f_measure(heatmap, truth) == pytest.approx(curve.max(), abs=1e-9)
    # It divides by the number of pixels less one.
    curve = results["em"]["curve"][:-1] * (truth.size - 1) / truth.size
    assert alignment_measure(heatmap, truth) == pytest.approx(curve.mean(), abs=1e-9)
    assert mean_absolute_error(heatmap, truth) == pytest.approx(results["mae"], abs=1e-12)
    if not np.isnan(results["sm"]):  # an empty rectangle is nan there
        assert structure_measure(heatmap, truth) == pytest.approx(results["sm"], abs=1e-9)


@pytest.mark.parametrize("truth", [case[1] for case in CASES[::3]])
def test_a_perfect_mask_is_perfect_and_its_opposite_is_not(truth):
    assert mean_absolute_error(truth, truth) == 0
    assert mean_absolute_error(~truth, truth) == 1
    assert intersection_over_union(~truth, truth) == 0
    for measure in (max_f_measure, structure_measure, alignment_measure):
        assert measure(truth, truth) == pytest.approx(1)
        # Rectangles in which neither varies count as alike, so the S-measure may keep a little.
        assert 0 <= measure(~truth, truth) < 0.5
    assert intersection_over_union(truth, truth) == 1


def test_overlap_by_hand():
    mask, truth = np.zeros((2, 4, 6), bool)
    mask[1, 1:4] = True
    truth[1, 3:6] = True
    assert intersection_over_union(mask, truth) == 1 / 5
    assert max_f_measure(mask, truth) == pytest.approx(1 / 3)
    assert mean_absolute_error(mask, truth) == 4 / 24


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_an_empty_truth(value):
    heatmap = np.full(EMPTY.shape, value)
    assert mean_absolute_error(heatmap, EMPTY) == value
    assert structure_measure(heatmap, EMPTY) == 1 - value
    assert alignment_measure(heatmap, EMPTY) == pytest.approx(1 - int(value * 255) / 255)
    assert max_f_measure(heatmap, EMPTY) == (value == 0)
    assert intersection_over_union(heatmap == 1, EMPTY) == (value != 1)


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_a_full_truth(value):
    heatmap = np.full(FULL.shape, value)
    assert mean_absolute_error(heatmap, FULL) == 1 - value
    assert structure_measure(heatmap, FULL) == value
    assert alignment_measure(heatmap, FULL) == pytest.approx(int(value * 255) / 255)
    assert max_f_measure(heatmap, FULL) == pytest.approx(float(value > 0))
    assert intersection_over_union(heatmap == 1, FULL) == (value == 1)


def test_a_flat_map_scores_no_better_than_chance():
    truth = CASES[0][1]
    black, white = np.zeros(truth.shape), np.ones(truth.shape)
    assert max_f_measure(black, truth) == 0
    share = truth.mean()
    assert max_f_measure(white, truth) == pytest.approx(1.3 * share / (0.3 * share + 1))
    # One mean is the value itself, so xi is 0 everywhere.
    assert alignment_measure(black, truth) == alignment_measure(white, truth) == 0.25
    assert structure_measure(black, truth) < 0.7


@pytest.mark.parametrize("truth", [np.zeros((1, 1), bool), np.ones((1, 1), bool)])
def test_one_pixel(truth):
    for measure in MEASURES:
        assert measure(truth, truth) == (0 if measure is mean_absolute_error else 1)
    assert intersection_over_union(truth, truth) == 1


def test_one_pixel_of_truth_in_a_corner():
    truth = np.zeros((5, 5), bool)
    truth[4, 4] = True
    for measure in MEASURES:
        assert measure(truth, truth) == pytest.approx(0 if measure is mean_absolute_error else 1)


def test_float32_bytes_are_read_as_the_bytes_they_were():
    levels = np.arange(256, dtype=np.float32).reshape(16, 16) / np.float32(255)
    exact = np.arange(256).reshape(16, 16) / 255
    truth = np.arange(256).reshape(16, 16) % 3 == 0
    assert alignment_measure(levels, truth) == alignment_measure(exact, truth)
    truth = np.arange(256).reshape(16, 16) >= 200
    assert max_f_measure(levels, truth) == pytest.approx(1)
    for level in range(1, 256):
        exact = np.arange(256).reshape(16, 16) >= level
        assert max_f_measure(levels, exact) == pytest.approx(1)


def test_flipping_both_changes_nothing_that_counts_pixels():
    heatmap, truth = CASES[0]
    for measure in (mean_absolute_error, max_f_measure, alignment_measure):
        assert measure(heatmap[:, ::-1], truth[:, ::-1]) == pytest.approx(measure(heatmap, truth))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("heatmap", "truth", "words"),
    [
        (
            np.zeros((2, 3)),
            np.zeros((3, 2), bool),
            r"one shape \(H, W\), got \(2, 3\) and \(3, 2\)",
        ),
        (np.zeros((0, 3)), np.zeros((0, 3), bool), "one shape"),
        (np.zeros((2, 2, 1)), np.zeros((2, 2, 1), bool), "one shape"),
        (np.zeros((2, 2)), np.zeros((2, 2)), "truth must be bool, got float64"),
        (np.full((2, 2), 2.0), np.zeros((2, 2), bool), r"stay in \[0, 1\], got 2 to 2"),
        (np.full((2, 2), -0.1), np.zeros((2, 2), bool), r"stay in \[0, 1\]"),
        (np.full((2, 2), np.nan), np.zeros((2, 2), bool), r"stay in \[0, 1\], got nan"),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, heatmap, truth, words):
    with pytest.raises(ValueError, match=words):
        measure(heatmap, truth)


def test_overlap_wants_a_mask():
    with pytest.raises(ValueError, match="a mask of bool was expected, got float64"):
        intersection_over_union(np.zeros((2, 2)), np.zeros((2, 2), bool))


def test_inputs_are_left_alone():
    heatmap, truth = (array.copy() for array in CASES[0])
    for measure in MEASURES:
        measure(heatmap, truth)
    np.testing.assert_array_equal(heatmap, CASES[0][0])
    np.testing.assert_array_equal(truth, CASES[0][1])
