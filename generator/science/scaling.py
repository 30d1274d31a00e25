"""Pictures at the size that is worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shrunk(image: NDArray[np.uint8], *, long_side: int) -> NDArray[np.uint8]:
    """Return ``image`` with its longer side at most ``long_side``, each pixel a mean of areas.

    Parameters
    ----------
    image : (H, W) or (H, W, C) uint8; not written to
    long_side : pixels, at least 1

    Returns
    -------
    The same array if it is small enough; else a smaller one, aspect ratio kept to half a pixel
    and no side below one.

    """
    scale = long_side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    pixels = np.ascontiguousarray(image)
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
