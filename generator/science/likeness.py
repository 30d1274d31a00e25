"""How alike two findings of one kind are: two pictures, two maps, two masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.science.agreement import rank_correlation
from generator.science.quality import ssim

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 512
"""Maps are ranked at no more pixels than this along their longer side."""

_ROUNDING = 1e-4
"""Of the span of values: what the last bits of sums may differ by from machine to machine."""

_LEAST = 3
"""Pixels of the least window of structural similarity."""


@dataclass(frozen=True)
class Likeness:
    """How alike two findings of one shape are."""

    largest: float
    """The largest difference of two values, as a share of the span of both."""

    mean: float
    """The mean difference, likewise."""

    similarity: float | None
    """Structural similarity, 1 for equal ones; None for less than 3 rows or columns."""

    correlation: float | None
    """Rank correlation of two maps; None for pictures and masks."""

    apart: float = 0.0
    """The largest difference in the findings' own unit; of pictures, of 0 to 1."""

    @property
    def rounding(self) -> bool:
        """Whether they differ by no more than rounding does."""
        return self.largest <= _ROUNDING


def picture_likeness(before: NDArray[Any], after: NDArray[Any]) -> Likeness:
    """Return how alike two pictures are; one level of 255 is rounding.

    Parameters
    ----------
    before, after : (H, W, C) uint8 of one shape

    Raises
    ------
    ValueError
        If the shapes differ or are empty.

    """
    _check(before, after)
    apart = np.abs(np.subtract(after, before, dtype=np.float64)) / 255
    largest = float(apart.max())
    if largest <= 1 / 255:
        largest = 0.0
    similarity = _similarity(before, after, 255.0)
    return Likeness(largest, float(apart.mean()), similarity, None, float(apart.max()))


def map_likeness(before: NDArray[Any], after: NDArray[Any]) -> Likeness:
    """Return how alike two maps are.

    Parameters
    ----------
    before, after : (H, W) float, finite, of one shape; or (H, W) bool, two masks

    Raises
    ------
    ValueError
        If the shapes differ or are empty.

    """
    _check(before, after)
    masks = before.dtype == np.bool_ and after.dtype == np.bool_
    one, two = (np.asarray(part, np.float64) for part in (before, after))
    span = max(one.max(), two.max()) - min(one.min(), two.min())
    if span == 0:
        return Likeness(0.0, 0.0, 1.0, None if masks else 1.0)
    apart = np.abs(two - one) / span
    correlation = None if masks else rank_correlation(one, two, longest=_LONGEST)
    similarity, largest = _similarity(one, two, float(span)), float(apart.max())
    return Likeness(largest, float(apart.mean()), similarity, correlation, largest * float(span))


def stack_likeness(before: NDArray[Any], after: NDArray[Any]) -> Likeness:
    """Return how far two stacks of small pictures or maps differ, (N, H, W, ...) of one shape.

    Raises
    ------
    ValueError
        If the shapes differ or are empty.

    """
    _check(before, after)
    one, two = (np.asarray(part, np.float64) for part in (before, after))
    span = max(one.max(), two.max()) - min(one.min(), two.min())
    apart = np.abs(two - one) / span if span else np.zeros(1)
    return Likeness(float(apart.max()), float(apart.mean()), None, None)


def brightness(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the brightness of a picture (H, W, 3 or 4) uint8, 0 to 1, what is clear as black."""
    light = picture[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32) / np.float32(255)
    if picture.shape[2] > 3:  # noqa: PLR2004 - RGB
        light = light * (picture[..., 3] / np.float32(255))
    return np.asarray(light, np.float32)


def _similarity(before: NDArray[Any], after: NDArray[Any], span: float) -> float | None:
    if min(before.shape[:2]) < _LEAST:
        return None
    return ssim(before, after, data_range=span)


def _check(before: NDArray[Any], after: NDArray[Any]) -> None:
    if before.shape != after.shape or before.size == 0:
        message = f"two findings of one shape were expected, got {before.shape} and {after.shape}"
        raise ValueError(message)
