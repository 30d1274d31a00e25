"""Numbers drawn small beside their text: a dot, its interval, and what it is measured by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = 100.0
"""All of a percentage, and the length of every scale."""


@dataclass(frozen=True)
class Mark:
    """A number drawn on a scale of 0 to 100: its dot, and the ends of the line through it.

    The line is the interval, or "" where none is known; a bar has no dot. ``guide`` is where what
    it is measured by would be, or "".
    """

    at: str
    low: str
    high: str
    guide: str = ""


@dataclass(frozen=True)
class Estimate:
    """A number, and the ends of the interval that the true one lies in, where they are known."""

    value: float
    ends: tuple[float, float] | None = None

    @property
    def reach(self) -> tuple[float, ...]:
        """Everything that its drawing must have room for."""
        return self.value, *(self.ends or ())


def estimate(value: float, ends: Sequence[float] | None = None) -> Estimate:
    """Return a number with its interval, as records hold them."""
    return Estimate(float(value), (float(ends[0]), float(ends[1])) if ends else None)


def drawn(
    column: Sequence[Estimate | None], *, unit: str = "", guide: float | None = None
) -> tuple[Mark | None, ...]:
    """Return the numbers of ``column`` on one scale; None for each that cannot be drawn.

    Parameters
    ----------
    column
        The numbers. Where none has an interval they become bars from zero, unless all are alike.
    unit
        What they are measured in; percentages have the scale of 0 to 100.
    guide
        What they are measured by, such as the best control; zero without it.

    """
    found = [one if one and all(map(math.isfinite, one.reach)) else None for one in column]
    known = [one for one in found if one]
    whiskers = any(one.ends for one in known)
    if not known or not (whiskers or len({one.value for one in known}) > 1):
        return (None,) * len(found)
    reach = [value for one in known for value in one.reach]
    scale = _Scale(reach, unit, guide, near=whiskers, alone=len(known) == 1)
    draw = scale.whisker if whiskers else scale.bar
    return tuple(draw(one) if one else None for one in found)


class _Scale:
    """From the least to the greatest, with what they are measured by and with zero if it is near.

    Bars need zero in any case, since they begin there. A number that stands alone is seen against
    zero, and against 1 if it may be a share.
    """

    def __init__(
        self, values: Sequence[float], unit: str, guide: float | None, *, near: bool, alone: bool
    ) -> None:
        ends = [*values, *([] if guide is None else [guide])]
        low, high = min(ends), max(ends)
        if unit == "%" and low >= 0 and high <= _WHOLE:
            low, high = 0.0, _WHOLE
        elif not near or alone or min(abs(low), abs(high)) <= high - low:
            share = alone and low >= 0 and high <= 1
            low, high = min(low, 0.0), 1.0 if share else max(high, 0.0)
        self._low, self._high = low, high
        line = guide if guide is not None else 0.0 if low < 0 < high else None
        self._guide = "" if line is None else self._place(line)

    def _place(self, value: float) -> str:
        span = self._high - self._low
        return f"{_WHOLE * (value - self._low) / span if span else _WHOLE / 2:.1f}"

    def whisker(self, one: Estimate) -> Mark:
        low, high = (self._place(end) for end in one.ends) if one.ends else ("", "")
        return Mark(self._place(one.value), low, high, self._guide)

    def bar(self, one: Estimate) -> Mark:
        low, high = sorted((0.0, one.value))
        return Mark("", self._place(low), self._place(high), self._guide)


def key_words(marks: Sequence[Sequence[Mark | None]], *, best_control: bool = False) -> str:
    """Return how to read the ``marks`` of a table, by columns or by rows; "" where there are none.

    The numbers are measured by zero, or by the ``best_control``.
    """
    shown = [mark for line in marks for mark in line if mark]
    if not shown:
        return ""
    line = ""
    if any(mark.guide for mark in shown):
        line = say("; the dotted line is zero")
        if best_control:
            line = say("; the dotted line is the best control")
    if not any(mark.at for mark in shown):
        return say("The bars of a column have one scale, from zero{line}.", line=line)
    return say(
        "Below a number its dot, and the line of its 95 % interval, on one scale for the "
        "column{line}.",
        line=line,
    )
