"""Numbered marks over a picture: where each points, and where its number stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RADIUS = 12
"""Of the disc that holds a number, in pixels of the page."""
_WIDTHS = (260, 420, 640, 900)
"""Widths at which a picture may be shown; no disc lies on another at any of them."""
_AWAY = (24, 40, 58)
"""How far from its place a number may stand, in pixels."""
_ASIDE = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (1, 0), (-1, 0), (0, 1))
"""Directions in which it may stand, the best first: upper right, upper left, ..."""
_SLANT = 0.7071


@dataclass(frozen=True)
class Pointer:
    """A number and the place that it points at.

    ``x`` and ``y`` are the place, in percent of the picture; ``across`` and ``down`` lead from
    there to the middle of the number's disc, in pixels of the page.
    """

    number: int
    x: str
    y: str
    across: int
    down: int


def pointers(places: Sequence[tuple[float, float]], ratio: float) -> tuple[Pointer, ...]:
    """Return a mark for each of ``places``, numbered from 1.

    A place is (row, column), fractions of the picture; ``ratio`` is the picture's height over its
    width. Numbers stand beside their places, inside the picture and off each other where there is
    room, whatever the width at which the picture is shown.
    """
    offsets: list[tuple[int, int]] = []
    for place in places:
        taken = list(zip(places, offsets, strict=False))
        offsets.append(min(_offsets(), key=lambda away: _cost(place, away, taken, ratio)))
    return tuple(
        Pointer(number, percent(column), percent(row), across, down)
        for number, ((row, column), (across, down)) in enumerate(
            zip(places, offsets, strict=True), 1
        )
    )


def percent(fraction: float) -> str:
    """Return a fraction as an attribute of SVG has it.

    >>> percent(0.25), percent(1 / 3)
    ('25%', '33.33%')
    """
    return f"{100 * fraction:.4g}%"


def _offsets() -> Iterator[tuple[int, int]]:
    for away in _AWAY:
        for across, down in _ASIDE:
            length = away * (_SLANT if across and down else 1)
            yield round(across * length), round(down * length)


def _cost(
    place: tuple[float, float],
    away: tuple[int, int],
    taken: Sequence[tuple[tuple[float, float], tuple[int, int]]],
    ratio: float,
) -> float:
    """Return by how many pixels a number would lie outside, or on others or their places."""
    cost = 0.0
    for width in _WIDTHS:
        x, y = _spot(place, away, width, ratio)
        for value, end in ((x, width), (y, width * ratio)):
            cost += max(0.0, RADIUS - value) + max(0.0, value - end + RADIUS)
        for other, aside in taken:
            cost += _overlap((x, y), _spot(other, aside, width, ratio), 2 * RADIUS + 2)
            cost += _overlap((x, y), _spot(other, (0, 0), width, ratio), RADIUS + 4)
            own = _spot(place, (0, 0), width, ratio)
            cost += _overlap(own, _spot(other, aside, width, ratio), RADIUS + 4) / 8
    return round(cost, 6)


def _spot(
    place: tuple[float, float], away: tuple[int, int], width: int, ratio: float
) -> tuple[float, float]:
    return place[1] * width + away[0], place[0] * width * ratio + away[1]


def _overlap(one: tuple[float, float], other: tuple[float, float], room: float) -> float:
    apart = ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
    return float(max(0.0, room - apart))


def corners(path: str) -> tuple[tuple[float, float], ...]:
    """Return the points of a chart's line, as (x, y) in its units.

    >>> corners("M1.0 2.0L3.0 4.5"), corners("M1.0 2.0h0M3.0 4.0h0")
    (((1.0, 2.0), (3.0, 4.5)), ((1.0, 2.0), (3.0, 4.0)))
    """
    listed = path.replace("h0", "").replace("L", "M").split("M")[1:]
    return tuple((float(x), float(y)) for x, y in (point.split() for point in listed))
