"""Numbered marks stand inside the picture, off each other, at whatever width it is shown."""

from __future__ import annotations

import itertools

import pytest

from generator.pointers import RADIUS, corners, percent, pointers

CROWD = [(0.5, 0.5)] * 6
EDGES = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.0), (0.0, 0.5)]
MIXED = [(0.49, 0.5), (0.5, 0.5), (0.51, 0.5), (0.5, 0.51), (0.9, 0.9), (0.02, 0.5), (0.3, 0.7)]


def discs(places, ratio, width):
    """Where the middle of each number's disc is, in pixels."""
    return [
        (column * width + pin.across, row * width * ratio + pin.down)
        for (row, column), pin in zip(places, pointers(places, ratio), strict=True)
    ]


@pytest.mark.parametrize("width", [280, 420, 640, 900])
@pytest.mark.parametrize("places", [CROWD, EDGES, MIXED])
def test_numbers_lie_off_each_other_and_inside_the_picture(places, width):
    ratio = 0.75
    found = discs(places, ratio, width)
    for (x, y), (u, v) in itertools.combinations(found, 2):
        assert (x - u) ** 2 + (y - v) ** 2 >= (2 * RADIUS) ** 2
    for x, y in found:
        assert RADIUS - 1 <= x <= width - RADIUS + 1
        assert RADIUS - 1 <= y <= width * ratio - RADIUS + 1


def test_each_points_at_its_place_and_has_its_number():
    first, second = pointers([(0.25, 0.5), (1 / 3, 0.125)], 1.0)
    assert (first.number, first.x, first.y) == (1, "50%", "25%")
    assert (second.number, second.x, second.y) == (2, "12.5%", "33.33%")
    assert (first.across, first.down) != (0, 0)


def test_the_same_places_give_the_same_marks_and_none_gives_none():
    assert pointers(MIXED, 0.5) == pointers(MIXED, 0.5)
    assert pointers([], 1.0) == ()


@pytest.mark.parametrize("ratio", [0.0001, 10_000.0])
def test_a_needle_has_its_mark_too(ratio):
    (pin,) = pointers([(0.5, 0.5)], ratio)
    assert (pin.x, pin.y) == ("50%", "50%")


def test_the_corners_of_a_line_are_those_of_its_path():
    assert corners("M64.0 236.0L264.0 16.0L464.0 100.5") == ((64, 236), (264, 16), (464, 100.5))
    assert percent(0) == "0%"
