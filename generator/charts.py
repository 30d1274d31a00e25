"""Line charts laid out at build time: values in, SVG coordinates and words out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from generator.language import say
from generator.parts import Chart, Line, Tick
from generator.wording import number, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.technique import Legend

WIDTH, HEIGHT = 480, 280
LEFT, TOP, RIGHT, BOTTOM = 64, 16, 464, 236
_TICKS = 5
_DIGITS = 4


def line_chart(identity: str, rows: Sequence[Sequence[float]], legend: Legend) -> Chart:
    """Return the chart of ``rows`` (x, then one value for each series) under ``legend``'s words."""
    xs = [row[0] for row in rows]
    columns = [[row[1 + s] for row in rows] for s in range(len(rows[0]) - 1)]
    logarithmic = legend.logarithmic and all(v > 0 for column in columns for v in column)
    x_scale = _Scale(xs, LEFT, RIGHT, logarithmic=legend.logarithmic_x and min(xs) > 0, own=True)
    y_scale = _Scale([v for c in columns for v in c], BOTTOM, TOP, logarithmic=logarithmic)
    spare = (say("series {place}", place=i + 1) for i in range(len(legend.series), len(columns)))
    names = (*legend.series, *spare)[: len(columns)]
    lines = tuple(
        Line(
            name,
            _path([x_scale(x) for x in xs], [y_scale(y) for y in column], dots=legend.dots),
            tuple((_said(x), _said(y)) for x, y in zip(xs, column, strict=True)),
            dots=legend.dots,
        )
        for name, column in zip(names, columns, strict=True)
    )
    summary = "; ".join(_sentence(n, c) for n, c in zip(names, columns, strict=True))
    return Chart(
        id=identity, width=WIDTH, height=HEIGHT, left=LEFT, top=TOP, right=RIGHT, bottom=BOTTOM,
        x=legend.x, y=legend.y, x_ticks=x_scale.ticks(), y_ticks=y_scale.ticks(), lines=lines,
        summary=f"{summary}.",
    )  # fmt: skip


def _sentence(name: str, values: Sequence[float]) -> str:
    first, last = values[0], values[-1]
    told = {"name": name, "first": _said(first), "last": _said(last)}
    if first == last:
        return say("{name} stays at {last}", **told)
    if last < first:
        return say("{name} falls from {first} to {last}", **told)
    return say("{name} rises from {first} to {last}", **told)


def _said(value: float) -> str:
    """Return ``value`` with four significant digits."""
    before = math.floor(math.log10(abs(value))) + 1 if value else 1
    return number(value, max(0, _DIGITS - max(before, -1)))


def _path(xs: Sequence[float], ys: Sequence[float], *, dots: bool = False) -> str:
    """Return a line through the points; or a dot at each, a line of no length with a round end."""
    points = [f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True)]
    return "".join(f"M{point}h0" for point in points) if dots else "M" + "L".join(points)


class _Scale:
    """A map from values to SVG units, linear or logarithmic, with round ticks."""

    def __init__(
        self,
        values: Sequence[float],
        start: float,
        end: float,
        *,
        logarithmic: bool,
        own: bool = False,
    ) -> None:
        """Span ``values``; ``own`` ticks are the values themselves, or whole where those are."""
        self._log = logarithmic
        low, high = min(values), max(values)
        whole = own and low < high and all(float(value).is_integer() for value in values)
        self._ticks = _decades(low, high) if logarithmic else _round_steps(low, high, least=whole)
        if logarithmic and own:
            self._ticks = _thinned(sorted(set(values)))
        elif logarithmic:
            low, high = min(low, self._ticks[0]), max(high, self._ticks[-1])
        self._low, self._high = self._of(low), self._of(high)
        if self._low / 2 == self._high / 2:
            slack = max(1.0, abs(self._low) / 2)
            self._low, self._high = self._low - slack, self._high + slack
        self._start, self._end = start, end

    def _of(self, value: float) -> float:
        return math.log10(value) if self._log else value

    def __call__(self, value: float) -> float:
        share = (self._of(value) / 2 - self._low / 2) / (self._high / 2 - self._low / 2)
        return self._start + share * (self._end - self._start)

    def ticks(self) -> tuple[Tick, ...]:
        inside = [
            one for one in self._ticks if self._low - 1e-9 <= self._of(one) <= self._high + 1e-9
        ]
        return tuple(Tick(f"{self(one):.1f}", tick(one)) for one in inside)


def _round_steps(low: float, high: float, *, least: float = 0) -> list[float]:
    """Return about five round values between ``low`` and ``high``, at least ``least`` apart."""
    rough = max(least, high / _TICKS - low / _TICKS)
    if not rough:
        return [low]
    size = 10 ** math.floor(math.log10(rough))
    step = size * min((m for m in (1, 2, 5, 10) if m * size >= rough), default=10)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def _thinned(values: Sequence[float]) -> list[float]:
    """Return every so-manyth of ``values``, at most seven."""
    return list(values[:: -(-len(values) // (_TICKS + 2))])


def _decades(low: float, high: float) -> list[float]:
    """Return powers of ten around ``low`` and ``high``; at most six of them."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    stride = -(-(last - first) // _TICKS)
    return [10.0 ** min(max(i, -307), 308) for i in range(first, last + stride, stride)]
