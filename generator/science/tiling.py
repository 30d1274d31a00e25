"""Many pictures of different sizes as small ones of one size, with the maps that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_BAR = 128
"""What a picture of other proportions is framed with: neither light nor dark."""


def tile_size(shapes: Sequence[tuple[int, ...]], longest: int) -> tuple[int, int]:
    """Return the height and width that fit pictures of these shapes (H, W, ...) best.

    The proportions are the median's; the longer side is `longest`, or that of the largest picture
    if it is smaller.

    Raises
    ------
    ValueError
        If there is no picture.

    """
    if not shapes:
        message = "at least one picture was expected, got none"
        raise ValueError(message)
    sizes = np.array([shape[:2] for shape in shapes], np.float64)
    ratio = float(np.median(sizes[:, 0] / sizes[:, 1]))
    side = min(float(longest), float(sizes.max()))
    height, width = (side, side / ratio) if ratio >= 1 else (side * ratio, side)
    return max(1, round(height)), max(1, round(width))


def tile(picture: Bytes, size: tuple[int, int]) -> Bytes:
    """Return the whole picture (H, W, 3) within `size`, with grey bars where proportions differ."""
    return np.asarray(_within(picture, size, _BAR), np.uint8)


def map_tile(heat: NDArray[Any], size: tuple[int, int]) -> Floats:
    """Return the map (H, W) within `size`, laid as `tile` lays its picture; zero on the bars."""
    return np.asarray(_within(np.asarray(heat, np.float32), size, 0), np.float32)


def word_tile(words: NDArray[np.int16], size: tuple[int, int]) -> NDArray[np.int16]:
    """Return the words (H, W) within `size`, each pixel one of them; -1 on the bars."""
    return np.asarray(_within(words, size, -1, exact=True), np.int16)


def _within(
    array: NDArray[Any], size: tuple[int, int], empty: int, *, exact: bool = False
) -> NDArray[Any]:
    scale = min(size[0] / array.shape[0], size[1] / array.shape[1])
    rows, columns = (max(1, round(scale * n)) for n in array.shape[:2])
    # A pixel more or less is a rounding error, not other proportions.
    rows, columns = (
        want if abs(got - want) <= 1 else got
        for got, want in zip((rows, columns), size, strict=True)
    )
    if exact:
        kind = cv2.INTER_NEAREST
    else:
        kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        kind = kind if array.dtype == np.uint8 or scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(array, (columns, rows), interpolation=kind)
    page = np.full((*size, *array.shape[2:]), empty, array.dtype)
    top, left = (size[0] - rows) // 2, (size[1] - columns) // 2
    page[top : top + rows, left : left + columns] = small
    return page
