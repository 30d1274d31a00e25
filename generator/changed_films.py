"""The films of two builds: frame by frame, and which frame differs most."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.compared import Sight
from generator.errors import SalonError
from generator.science.likeness import map_likeness, picture_likeness
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from generator.builds import Build
    from generator.compared import Pair
    from generator.stills import Still

_LEVEL = 1.05 / 255
"""Of the span of values: what rounding may move a value of a film, which is kept as a level."""


@dataclass(frozen=True)
class _Worst:
    """The frame in which two films differ most, on both sides, and how far any frame goes."""

    frame: int
    before: NDArray[Any]
    after: NDArray[Any]
    largest: float


def laid_beside(pair: Pair, sides: tuple[Still, Still], builds: tuple[Build, Build]) -> Pair:
    """Return ``pair``, whose sides are two films, at the frame that differs most.

    Of films of unequal length the frames that both have are compared. What cannot be read on both
    sides is returned as it was.
    """
    before, after = (b.film(s) for b, s in zip(builds, sides, strict=True))
    if before is None or after is None:
        return pair
    worst: _Worst | None = None
    if sides[0].shape != sides[1].shape or sides[0].role is not sides[1].role:
        return replace(pair, sight=Sight.ARRAYS)
    with closing(before), closing(after), suppress(SalonError):
        worst = _worst(before, after)
    if worst is None:
        return pair
    measure = picture_likeness if sides[0].role is Role.PICTURE else map_likeness
    alike = measure(worst.before, worst.after)
    share = worst.largest / _span(sides)
    rounded = share <= _LEVEL and sides[0].role is not Role.MASK
    return replace(
        pair,
        base=sides[0].at(worst.frame),
        head=sides[1].at(worst.frame),
        likeness=replace(alike, largest=0.0 if rounded else share),
        sight=Sight.ARRAYS,
    )


def _worst(before: Generator[NDArray[Any]], after: Generator[NDArray[Any]]) -> _Worst | None:
    """Return the frame whose values differ most in the mean; None where there is no frame."""
    found, most, largest = None, -1.0, 0.0
    for frame, (old, new) in enumerate(zip(before, after, strict=False)):
        apart = np.abs(np.subtract(new, old, dtype=np.float32))
        mean, largest = float(apart.mean()), max(largest, float(apart.max()))
        if mean > most:
            found, most = (frame, old, new), mean
    return _Worst(*found, largest) if found else None


def _span(sides: tuple[Still, Still]) -> float:
    """Return how far the values of both films reach; of pictures, 255."""
    if sides[0].role is Role.PICTURE:
        return 255.0
    low, high = min(side.ends[0] for side in sides), max(side.ends[1] for side in sides)
    return (high - low) or 1.0
