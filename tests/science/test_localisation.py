"""Does a map point at the mask: definitions written plainly, known answers, laws, odd maps."""

import math

import numpy as np
import pytest

from generator.science.localisation import energy_inside, pointing_hit, top_k_inside

H, W = 7, 13
BOX = np.zeros((H, W), bool)
BOX[2:5, 8:12] = True


def heat(seed=0):
    return np.random.default_rng(seed).normal(size=(H, W))


def slow_hit(values, mask, tolerance):
    best = max(np.ndindex(H, W), key=lambda place: values[place])
    near = [math.dist(best, place) <= tolerance for place in np.ndindex(H, W) if mask[place]]
    return any(near)


def slow_energy(values, mask):
    positive = {place: max(values[place], 0) for place in np.ndindex(H, W)}
    return sum(v for place, v in positive.items() if mask[place]) / sum(positive.values())


def slow_top(values, mask):
    k = int(mask.sum())
    top = sorted(np.ndindex(H, W), key=lambda place: -values[place])[:k]
    return sum(bool(mask[place]) for place in top) / k


@pytest.mark.parametrize("seed", range(30))
def test_measures_meet_their_slow_twins(seed):
    values, mask = heat(seed), heat(seed + 100) > 1
    for tolerance in (0, 1, 1.5, 4, 15):
        assert pointing_hit(values, mask, tolerance) == slow_hit(values, mask, tolerance)
    assert energy_inside(values, mask) == pytest.approx(slow_energy(values, mask))
    assert top_k_inside(values, mask) == pytest.approx(slow_top(values, mask))


def test_a_perfect_map_and_its_opposite():
    perfect = BOX.astype(np.float32)
    assert pointing_hit(perfect, BOX, 0)
    assert energy_inside(perfect, BOX) == top_k_inside(perfect, BOX) == 1
    wrong = 1 - perfect
    assert not pointing_hit(wrong, BOX, 1)
    assert energy_inside(wrong, BOX) == top_k_inside(wrong, BOX) == 0


def test_a_hit_may_miss_by_the_tolerance():
    values = np.zeros((60, 90))
    mask = np.zeros((60, 90), bool)
    mask[30, 50], values[39, 62] = True, 1  # 9 down, 12 across: 15 away
    assert pointing_hit(values, mask) is True
    assert pointing_hit(values, mask, 14.9) is False


def test_a_map_of_zeros_finds_nothing_and_a_flat_one_finds_by_chance():
    zeros, part = np.zeros((H, W)), BOX.mean()
    for values in (zeros, zeros - 3):
        assert not pointing_hit(values, BOX)
        assert energy_inside(values, BOX) == 0
        assert top_k_inside(values, BOX) == pytest.approx(part)
    assert energy_inside(zeros + 2, BOX) == pytest.approx(part)
    everywhere = np.ones((H, W), bool)
    assert top_k_inside(zeros, everywhere) == energy_inside(heat(), everywhere) == 1


def test_equal_pixels_share_the_last_places():
    values = np.zeros((1, 4))
    values[0, 0] = 1
    mask = np.array([[True, True, False, False]])
    # The first is in; one of three equal ones takes the second place.
    assert top_k_inside(values, mask) == pytest.approx((1 + 1 / 3) / 2)


@pytest.mark.parametrize("seed", range(5))
def test_the_highest_pixels_of_a_larger_map(seed):
    rng = np.random.default_rng(seed)
    values, mask = rng.normal(size=(60, 90)), rng.random((60, 90)) < 0.3
    top = np.argsort(-values, axis=None)[: mask.sum()]
    assert top_k_inside(values, mask) == pytest.approx(mask.ravel()[top].mean())


def test_scale_and_flips_are_irrelevant():
    values = heat()
    for measure in (pointing_hit, energy_inside, top_k_inside):
        expected = pytest.approx(measure(values, BOX))
        assert measure(values * 1e-30, BOX) == expected
        assert measure(values * 5e307, BOX) == expected
        assert measure(values[::-1, ::-1], BOX[::-1, ::-1]) == expected


def test_one_pixel():
    one, mask = np.ones((1, 1)), np.ones((1, 1), bool)
    assert pointing_hit(one, mask)
    assert energy_inside(one, mask) == top_k_inside(one, mask) == 1


@pytest.mark.parametrize("measure", [pointing_hit, energy_inside, top_k_inside])
@pytest.mark.parametrize(
    ("values", "mask", "words"),
    [
        (heat(), BOX.T, r"\(13, 7\)"),
        (heat()[0], BOX[0], r"\(13,\)"),
        (heat()[:0], BOX[:0], r"\(0, 13\)"),
        (heat(), BOX.astype(float), "float64"),
        (heat(), BOX & False, "0 pixels"),
        (heat() * np.nan, BOX, "finite"),
    ],
)
def test_wrong_arguments_are_refused_in_words(measure, values, mask, words):
    with pytest.raises(ValueError, match=words):
        measure(values, mask)


@pytest.mark.parametrize("tolerance", [-1, np.nan])
def test_a_wrong_tolerance_is_refused(tolerance):
    with pytest.raises(ValueError, match="at least 0"):
        pointing_hit(heat(), BOX, tolerance)
