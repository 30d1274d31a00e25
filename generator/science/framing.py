"""Boxes of whole pixels: around a mask, and grown to the shape of a thumbnail."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Box(NamedTuple):
    """A rectangle of whole pixels; `bottom` and `right` are the first row and column outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows inside."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns inside."""
        return self.right - self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the rectangle in an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def bounding_box(mask: npt.NDArray[np.bool_]) -> Box | None:
    """Return the smallest box that holds every True pixel, or None if there is none.

    Parameters
    ----------
    mask : (H, W) bool

    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def grown_to_aspect(box: Box, *, shape: tuple[int, int], aspect: float) -> Box:
    """Return the box grown to width / height = `aspect`, kept inside the picture.

    Parameters
    ----------
    box : inside the picture, not empty
    shape : (H, W) of the picture
    aspect : width over height, positive; right to half a pixel

    Returns
    -------
    Box centred on the old one as far as the border allows. It holds the old one whole, unless no
    window of this aspect in the picture can: then it is the largest such window.

    Raises
    ------
    ValueError
        If `aspect` is not positive and finite.

    """
    if not 0 < aspect < float("inf"):
        message = f"aspect must be positive and finite, got {aspect}"
        raise ValueError(message)
    height = min(max(box.height, box.width / aspect), shape[0], shape[1] / aspect)
    # Rounding may carry a thin window to nothing or past the border by a hair.
    rows = min(max(round(height), 1), shape[0])
    columns = min(max(round(height * aspect), 1), shape[1])
    top = _centred(box.top, box.bottom, length=rows, limit=shape[0])
    left = _centred(box.left, box.right, length=columns, limit=shape[1])
    return Box(top, left, top + rows, left + columns)


def _centred(start: int, stop: int, *, length: int, limit: int) -> int:
    """Start of an interval of `length` in the middle of start to stop, inside 0 to limit."""
    return min(max((start + stop - length) // 2, 0), limit - length)
