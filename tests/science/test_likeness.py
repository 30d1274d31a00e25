"""Likeness of findings: equal ones, rounding, shifts and laws."""

from __future__ import annotations

import numpy as np
import pytest

from generator.science.likeness import brightness, map_likeness, picture_likeness


def bump(row: int = 20, column: int = 20) -> np.ndarray:
    rows, columns = np.mgrid[:48, :64]
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 50).astype(np.float32)


def test_equal_findings_are_as_alike_as_can_be():
    found = map_likeness(bump(), bump())
    assert (found.largest, found.mean, found.rounding) == (0, 0, True)
    assert (found.similarity, found.correlation) == pytest.approx((1, 1))
    flat = np.zeros((8, 8), np.float32)
    assert map_likeness(flat, flat).similarity == 1


def test_a_shifted_map_is_less_alike_the_further_it_goes():
    found = [map_likeness(bump(), bump(column=20 + shift)) for shift in (1, 5, 20)]
    for measure in ("similarity", "correlation"):
        values = [getattr(one, measure) for one in found]
        assert values == sorted(values, reverse=True)
        assert values[-1] < 0.8
    assert not found[0].rounding


def test_the_last_bits_of_sums_are_rounding():
    noise = np.random.default_rng(0).normal(0, 1e-6, (48, 64)).astype(np.float32)
    assert map_likeness(bump(), bump() + noise).rounding
    assert not map_likeness(bump(), bump() + 1000 * noise).rounding


def test_scale_does_not_matter():
    one, two = map_likeness(bump(), bump(25)), map_likeness(1000 * bump(), 1000 * bump(25))
    assert one.largest == pytest.approx(two.largest)
    assert one.similarity == pytest.approx(two.similarity, rel=1e-4)


def test_one_level_of_a_picture_is_rounding_and_two_are_not():
    picture = np.full((8, 8, 3), 100, np.uint8)
    other = picture.copy()
    other[0, 0, 0] = 101
    assert picture_likeness(picture, other).rounding
    other[0, 0, 0] = 102
    assert not picture_likeness(picture, other).rounding


def test_one_pixel_of_a_mask_is_a_change():
    mask = bump() > 0.5
    other = mask.copy()
    other[0, 0] = True
    found = map_likeness(mask, other)
    assert (found.largest, found.correlation, found.rounding) == (1, None, False)


def test_small_ones_have_no_similarity_and_other_shapes_no_likeness():
    assert map_likeness(np.zeros((2, 9)), np.ones((2, 9))).similarity is None
    with pytest.raises(ValueError, match="one shape"):
        map_likeness(np.zeros((2, 9)), np.zeros((9, 2)))


def test_what_is_clear_is_black():
    white = np.full((1, 2, 4), 255, np.uint8)
    white[0, 1, 3] = 0
    assert brightness(white).tolist() == [[1, 0]]
