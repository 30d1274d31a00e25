"""A chart shows every finite curve: inside its frame, with round ticks and true words."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise

import pytest

from generator.charts import BOTTOM, LEFT, RIGHT, TOP, line_chart
from generator.technique import Legend

LEGEND = Legend("Energy", "Falls.", x="round", y="energy", series=("energy",))


RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def value(label):
    """Return the number that a tick says."""
    text = label.replace("−", "-").replace("\u202f", "")
    if "10" in text and any(c in text for c in "⁰¹²³⁴⁵⁶⁷⁸⁹"):
        mantissa, _, power = text.rpartition("10")
        sign = -1 if mantissa.startswith("-") else 1
        size = float(mantissa.strip("-×") or 1)
        return float(f"{sign * size}e{power.translate(RAISED)}")
    return float(text)


def points(line) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", line.path)[1:]]


def drawn(rows, legend=LEGEND):
    chart = line_chart("c", rows, legend)
    for line in chart.lines:
        assert len(line.points) == len(points(line)) == len(rows)
        for x, y in points(line):
            assert LEFT <= x <= RIGHT
            assert TOP <= y <= BOTTOM
    for tick in chart.x_ticks:
        assert LEFT - 0.1 <= float(tick.position) <= RIGHT + 0.1
    for tick in chart.y_ticks:
        assert TOP - 0.1 <= float(tick.position) <= BOTTOM + 0.1
    return chart


def test_up_is_up_and_right_is_right():
    (line,) = drawn([[0, 1], [1, 3], [2, 2]]).lines
    (x0, y0), (x1, y1), (x2, y2) = points(line)
    assert x0 == LEFT < x1 < x2 == RIGHT
    assert y0 == BOTTOM
    assert y1 == TOP
    assert y2 == (TOP + BOTTOM) / 2


def test_the_summary_says_where_each_line_goes():
    legend = Legend("t", "c", series=("up", "down", "level"))
    assert drawn([[0, 1, 5, 2], [1, 3, 4, 2]], legend).summary == (
        "up rises from 1 to 3; down falls from 5 to 4; level stays at 2."
    )


def test_a_logarithmic_curve_has_ticks_at_powers_of_ten():
    legend = Legend("t", "c", logarithmic=True)
    chart = drawn([[0, 2000], [1, 0.5]], legend)
    assert [value(tick.label) for tick in chart.y_ticks] == [0.1, 1, 10, 100, 1000, 10000]


def test_a_curve_that_touches_zero_is_not_drawn_logarithmically():
    legend = Legend("t", "c", logarithmic=True)
    assert [t.label for t in drawn([[0, 0], [1, 10]], legend).y_ticks] == [
        "0",
        "2",
        "4",
        "6",
        "8",
        "10",
    ]


@pytest.mark.parametrize("series", [(), ("one",), ("one", "two"), ("one", "two", "three")])
def test_names_and_lines_may_differ_in_number(series):
    chart = drawn([[0, 1, 2], [1, 2, 3]], Legend("t", "c", series=series))
    assert [line.label for line in chart.lines] == [
        *series[:2],
        *("series 1", "series 2")[len(series) :],
    ]


EXTREMES = [0.0, 5e-324, 1e-300, 1e-13, 1.0, 1.0 + 2**-52, 1e17, 1e17 + 16, 1e300, 1.7e308]


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("low", [*EXTREMES, *(-value for value in EXTREMES[1:])])
def test_every_finite_range_can_be_drawn(low, logarithmic):
    for high in EXTREMES:
        chart = drawn([[low, high], [high, low]], Legend("t", "c", logarithmic=logarithmic))
        assert len(chart.y_ticks) <= 12
        assert len(chart.x_ticks) <= 12


def test_ticks_are_round_inside_and_not_too_many_whatever_the_range():
    rng = random.Random(0)
    for _ in range(500):
        low = rng.uniform(-1, 1) * 10.0 ** rng.randint(-14, 14)
        high = low + 10.0 ** rng.randint(-2, 2) * (abs(low) + 1e-14)
        chart = drawn([[0, low], [1, high]])
        values = [value(tick.label) for tick in chart.y_ticks]
        assert 1 <= len(values) <= 11
        assert values == sorted(values)
        if high - low > 0.1 * abs(low):  # otherwise four digits cannot tell neighbours apart
            assert len(set(values)) == len(values) >= 2
            steps = [b - a for a, b in pairwise(values)]
            assert max(steps) == pytest.approx(min(steps), rel=0.02)
            assert math.isfinite(sum(values))


@pytest.mark.parametrize(
    ("xs", "said"),
    [
        ((1, 2), ["1", "2"]),
        ((0, 1, 2, 3), ["0", "1", "2", "3"]),
        ((0, 0.5, 1), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ((0, 30), ["0", "10", "20", "30"]),
    ],
)
def test_what_is_counted_has_no_ticks_between_two_whole_numbers(xs, said):
    assert [tick.label for tick in drawn([[x, x / 3] for x in xs]).x_ticks] == said


def test_dots_are_lines_of_no_length_where_the_points_are():
    legend = Legend("Dots", "", x="x", y="y", series=("said", "true"), dots=True)
    rows = [(0.0, 1.0, 0.0), (1.0, 3.0, 1.0), (2.0, 2.0, 2.0)]
    dotted = line_chart("c", rows, legend)
    joined = line_chart("c", rows, Legend("Line", "", x="x", y="y", series=("said", "true")))
    for dots, line in zip(dotted.lines, joined.lines, strict=True):
        assert dots.dots
        assert not line.dots
        assert dots.path == "".join(f"M{point}h0" for point in line.path[1:].split("L"))
        assert dots.points == line.points
