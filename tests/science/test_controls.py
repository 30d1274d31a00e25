"""Controls: what each map is, by definition; and a verdict that luck rarely gives."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from generator.science.controls import Better, beats_all, controls

H, W = 17, 33


def photo(shape=(H, W), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)


def maps(image, seed=0):
    return controls(image, np.random.default_rng(seed))


def verdict(values, others, **options):
    return beats_all(np.array(values), np.array(others), np.random.default_rng(0), **options)


@pytest.mark.parametrize("shape", [(H, W), (1, 1), (1, 18), (2, 5)])
def test_four_maps_that_are_not_negative(shape):
    found = maps(photo(shape))
    assert list(found) == ["random", "centre", "edges", "blurred"]
    for heat in found.values():
        assert (heat.dtype, heat.shape) == (np.float32, shape)
        assert np.isfinite(heat).all()
        assert heat.min() >= 0


def test_each_map_meets_its_definition():
    image = photo()
    found = maps(image)
    luminance = np.rint(image @ [0.299, 0.587, 0.114]) / 255
    padded = np.pad(luminance, 1, mode="edge")
    for row, column in np.ndindex(H, W):
        part = padded[row : row + 3, column : column + 3]
        across = (part[:, 2] - part[:, 0]) @ [1, 2, 1]
        down = (part[2] - part[0]) @ [1, 2, 1]
        assert found["edges"][row, column] == pytest.approx(np.hypot(across, down), abs=0.03)
        y, x = (row + 0.5) / H - 0.5, (column + 0.5) / W - 0.5
        assert found["centre"][row, column] == pytest.approx(np.exp(-8 * (y * y + x * x)), abs=1e-6)
    blurred = gaussian_filter(luminance, W / 20, mode="nearest")
    np.testing.assert_allclose(found["blurred"], blurred, atol=0.01)


def test_only_the_random_map_is_random():
    one, same, other = maps(photo(), 1), maps(photo(), 1), maps(photo(), 2)
    for name, heat in one.items():
        np.testing.assert_array_equal(heat, same[name])
        assert (heat == other[name]).all() == (name != "random")
    assert one["random"].mean() == pytest.approx(0.5, abs=0.05)
    assert one["random"].std() == pytest.approx(12**-0.5, abs=0.03)


def test_a_flat_picture_has_no_edges():
    found = maps(np.full((H, W, 3), 90, np.uint8))
    assert not found["edges"].any()
    np.testing.assert_allclose(found["blurred"], 90 / 255, rtol=1e-5)


def test_a_clear_lead_is_seen_and_a_tie_is_not():
    rng = np.random.default_rng(1)
    others = rng.normal(size=(20, 4))
    ahead = verdict(others.max(axis=1) + 0.1, others)
    assert ahead.informative
    assert ahead.beaten == (True,) * 4
    assert min(ahead.bounds) > 0
    behind_one = others[:, :3].max(axis=1) + 0.1
    shifted = np.column_stack([others[:, :3], behind_one + 1])
    found = verdict(behind_one, shifted)
    assert not found.informative
    assert found.beaten == (True, True, True, False)
    tie = verdict(others[:, 0], others[:, :1])
    assert not tie.informative
    assert tie.gains == tie.bounds == (0.0,)


def test_gains_are_means_of_differences_whichever_way_is_better():
    values, others = [0.1, 0.3, 0.2, 0.5, 0.1, 0.4], np.full((6, 2), [0.6, 0.2])
    found = verdict(values, others, better=Better.LOWER)
    np.testing.assert_allclose(found.gains, [0.6 - 1.6 / 6, 0.2 - 1.6 / 6])
    assert found.beaten == (True, False)
    other = verdict([-v for v in values], -others)
    assert (other.beaten, other.gains) == (found.beaten, pytest.approx(found.gains))


def test_the_bound_meets_a_slow_bootstrap():
    rng = np.random.default_rng(5)
    values, others = rng.normal(0.3, 1, 30), rng.normal(size=(30, 2))
    for confidence in (0.8, 0.95):
        found = verdict(values, others, confidence=confidence)
        for k, bound in enumerate(found.bounds):
            means = []
            for _ in range(4000):
                drawn = rng.integers(30, size=30)
                means.append(np.mean([values[i] - others[i, k] for i in drawn]))
            assert bound == pytest.approx(np.quantile(means, 1 - confidence), abs=0.03)


def test_pairs_are_kept():
    # Items differ far more than method and control do, and still the lead shows.
    items = np.random.default_rng(2).normal(0, 100, 12)
    lead = np.random.default_rng(3).uniform(0.5, 1, 12)
    assert verdict(items + lead, items[:, None]).informative
    assert not verdict(np.roll(items, 1) + lead, items[:, None]).informative


@pytest.mark.parametrize(("count", "informative"), [(1, False), (4, False), (5, True)])
def test_too_few_items_prove_nothing(count, informative):
    assert verdict(np.ones(count), np.zeros((count, 4))).informative is informative
    assert verdict(np.ones(count), np.zeros((count, 4)), confidence=0.5).informative


def test_luck_rarely_wins():
    rng = np.random.default_rng(6)
    wins = [
        beats_all(rng.normal(size=12), rng.normal(size=(12, 1)), rng, draws=400).informative
        for _ in range(400)
    ]
    assert 0.01 < np.mean(wins) < 0.12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: maps(np.zeros((4, 5), np.uint8)), r"\(4, 5\)"),
        (lambda: maps(np.zeros((4, 5, 3))), "float64"),
        (lambda: maps(np.zeros((0, 5, 3), np.uint8)), r"\(0, 5, 3\)"),
        (lambda: verdict([1, 2], [[1], [2], [3]]), r"\(3, 1\)"),
        (lambda: verdict([1, 2], [1, 2]), r"\(2,\) and \(2,\)"),
        (lambda: verdict([], np.zeros((0, 4))), r"\(0, 4\)"),
        (lambda: verdict([1, np.nan], [[1], [2]]), "finite"),
        (lambda: verdict([1, 2], [[1], [np.inf]]), "finite"),
        (lambda: verdict([1, 2], [[1], [2]], confidence=1), "got 1 and"),
        (lambda: verdict([1, 2], [[1], [2]], draws=0), "and 0"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
