"""Shares and units painted on pixels: pixel by pixel from the definition, and laws."""

import math

import numpy as np
import pytest

from generator.science.painting import paint, paint_units, squares

SHAPE = 11, 17


def random_places(count=40, seed=0, shape=SHAPE):
    rng = np.random.default_rng(seed)
    centres = rng.random((count, 2)) * (np.array(shape) - 1)
    sides = rng.choice([0.3, 1, 2, 3, 4.5, 8, 40], (count, 1))
    return np.hstack([np.where(rng.random((count, 1)) < 0.5, np.rint(centres), centres), sides])


def slow_square(place, shape=SHAPE):
    """Pixels inside a square, the square moved up and left to whole pixels."""
    row, column, side = place
    pixels = max(round(side), 1)
    top, left = math.ceil(row - side / 2), math.ceil(column - side / 2)
    inside = [
        (r, c)
        for r in range(top, top + pixels)
        for c in range(left, left + pixels)
        if 0 <= r < shape[0] and 0 <= c < shape[1]
    ]
    return inside or [(min(top, shape[0] - 1), min(left, shape[1] - 1))]


def slow_paint(shares, places, shape=SHAPE):
    heat = np.zeros(shape)
    for share, place in zip(shares, places, strict=True):
        pixels = slow_square(place, shape)
        for pixel in pixels:
            heat[pixel] += share / len(pixels)
    return heat


def slow_units(assign, places, closeness, shape=SHAPE):
    labels = np.full(shape, -1)
    for pixel in np.ndindex(shape):
        over = [i for i, place in enumerate(places) if pixel in slow_square(place, shape)]
        if over:
            labels[pixel] = assign[min(over, key=lambda i: (places[i][2], -closeness[i], i))]
    return labels


@pytest.mark.parametrize("seed", range(8))
def test_paint_meets_its_slow_twin(seed):
    places = random_places(seed=seed)
    shares = np.random.default_rng(seed).normal(size=len(places))
    heat = paint(shares, places, SHAPE)
    assert heat.shape == SHAPE
    assert heat.dtype == np.float32
    np.testing.assert_allclose(heat, slow_paint(shares, places), atol=1e-6)
    assert heat.sum() == pytest.approx(shares.sum(), abs=1e-5)


def test_where_no_patch_lies_the_map_is_nothing():
    # Pixels after patches of very different shares: what differences leave must not show.
    places = [[2, 2, 4], [2, 5, 4], [3, 3, 3]]
    heat = paint([1e9, 1e-9, 1 / 3], places, SHAPE)
    assert not heat[6:].any()
    assert not heat[:, 9:].any()
    assert heat[2, 2] > 0


def test_a_patch_lies_around_its_centre():
    assert squares(np.array([[5, 7, 3]]), SHAPE).tolist() == [[4, 6, 7, 9]]
    # Of an even side, the half pixel goes to the upper left.
    assert squares(np.array([[5, 7, 4]]), SHAPE).tolist() == [[3, 5, 7, 9]]
    # A centre between pixels is where an even side fits.
    assert squares(np.array([[5.5, 7.5, 4]]), SHAPE).tolist() == [[4, 6, 8, 10]]
    assert squares(np.array([[0, 16, 5]]), SHAPE).tolist() == [[0, 14, 3, 17]]


def test_every_square_holds_a_pixel():
    corners = [[r, c, s] for r in (-0.5, 0, 10, 10.5) for c in (-0.5, 16.5) for s in (1e-3, 0.5, 1)]
    top, left, bottom, right = squares(np.array(corners), SHAPE).T
    assert ((bottom > top) & (right > left)).all()
    assert ((top >= 0) & (bottom <= 11) & (left >= 0) & (right <= 17)).all()


@pytest.mark.parametrize("seed", range(4))
def test_units_meet_their_slow_twin(seed):
    places = random_places(25, seed)
    rng = np.random.default_rng(seed)
    assign, closeness = rng.integers(0, 9, 25), -rng.integers(0, 3, 25).astype(float)
    found = paint_units(assign, places, SHAPE, closeness)
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, slow_units(assign, places, closeness))


def test_small_patches_lie_on_large_ones_and_near_ones_on_far():
    places = [[5, 5, 9], [5, 5, 3], [5, 6, 3]]
    found = paint_units(np.array([4, 2, 7]), places, SHAPE, np.array([0.0, -5, -1]))
    assert found[1, 1] == 4
    assert found[5, 4] == 2
    assert found[5, 5] == 7
    assert found[10, 16] == -1


def test_no_patches_at_all():
    none = np.zeros((0, 3))
    assert not paint(np.zeros(0), none, SHAPE).any()
    assert (paint_units(np.zeros(0, int), none, SHAPE, np.zeros(0)) == -1).all()


def test_order_is_irrelevant():
    places, order = random_places(), np.random.default_rng(1).permutation(40)
    shares = np.arange(40.0)
    np.testing.assert_allclose(
        paint(shares, places, SHAPE), paint(shares[order], places[order], SHAPE), atol=1e-5
    )
    units, near = np.arange(40), -np.arange(40.0)
    np.testing.assert_array_equal(
        paint_units(units, places, SHAPE, near),
        paint_units(units[order], places[order], SHAPE, near[order]),
    )


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([[1, 2]], r"\(1, 2\)"),
        ([1, 2, 3], r"\(3,\)"),
        ([[5, 5, 3], [1, np.nan, 3]], r"nan"),
        ([[11, 3, 3]], r"inside \(11, 17\).*\[11"),
        ([[3, -1, 3]], r"inside \(11, 17\).*-1"),
        ([[3, 3, 0]], "above 0"),
    ],
)
def test_wrong_places_are_refused_in_words(places, words):
    with pytest.raises(ValueError, match=words):
        squares(np.array(places), SHAPE)


def test_wrong_shares_and_units_are_refused():
    places = random_places(3)
    with pytest.raises(ValueError, match=r"\(2,\) for \(3, 3\)"):
        paint(np.zeros(2), places, SHAPE)
    with pytest.raises(ValueError, match="finite share"):
        paint(np.array([0, np.inf, 0]), places, SHAPE)
    with pytest.raises(ValueError, match=r"\(3,\) and \(2,\)"):
        paint_units(np.zeros(3, int), places, SHAPE, np.zeros(2))
    for units, near in (
        ([-1, 0, 0], [0, 0, 0]),
        ([40000, 0, 0], [0, 0, 0]),
        ([0] * 3, [np.nan] * 3),
    ):
        with pytest.raises(ValueError, match="0 to 32767"):
            paint_units(np.array(units), places, SHAPE, np.array(near))
