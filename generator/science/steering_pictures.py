"""Frames of a drive with their steering wheels, large and side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from generator.science.steering import wheel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_BETWEEN, _PAPER = 6, 128
"""Pixels between pictures, and the grey of them."""


def steered(
    picture: Picture, degrees: float, truth: float | None = None, *, scale: int = 2
) -> Picture:
    """Return a frame so many times as large, with the wheel on it.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    degrees, truth : the angle said and the true one, as `wheel` takes them
    scale : at least 1, and enough for a wheel

    """
    height, width = picture.shape[:2]
    size = (scale * width, scale * height)
    large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    return wheel(np.asarray(large, np.uint8), degrees, truth)


def side_by_side(pictures: Sequence[Picture], columns: int) -> Picture:
    """Return pictures of one size (H, W, 3) in rows of so many, from left to right.

    Raises
    ------
    ValueError
        If there is no picture, or they differ in size.

    """
    shapes = {picture.shape for picture in pictures}
    if len(shapes) != 1 or columns < 1:
        raise ValueError(f"pictures of one size and a column were expected, got {shapes}")
    height, width = shapes.pop()[:2]
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    high, wide = height + _BETWEEN, width + _BETWEEN
    page = np.full((rows * high - _BETWEEN, columns * wide - _BETWEEN, 3), _PAPER, np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * high, place % columns * wide
        page[top : top + height, left : left + width] = picture
    return page
