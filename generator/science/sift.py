"""SIFT at given places and at keypoints, of norm 1, as it is or as its square root."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LENGTH = 128
"""Numbers that describe a patch: 8 directions in 4x4 cells."""

SIZE = 6
"""A patch's side over its keypoint's diameter: each of the 4 cells is 3 radii wide."""


def sift(grey: Bytes, places: NDArray[Any], *, root: bool = False) -> Floats:
    """Return SIFT of upright patches, in one scale of the picture.

    Parameters
    ----------
    grey : (H, W) uint8
    places : (T, 3), row and column of the centre, side in pixels
    root : whether to take the square root of each number over their sum (RootSIFT)

    Returns
    -------
    (T, 128) float32 in [0, 1], of norm 1, or 0 where the picture is quite flat

    """
    if len(places) == 0:
        return np.zeros((0, LENGTH), np.float32)
    sized = np.asarray(places, np.float64) / (1, 1, SIZE)
    points = [cv2.KeyPoint(column, row, size, 0.0) for row, column, size in sized.tolist()]
    return _normalised(cv2.SIFT.create().compute(grey, points)[1], root=root)


def keypoints(grey: Bytes, most: int, *, root: bool = False) -> tuple[Floats, Floats]:
    """Return the strongest keypoints and SIFT there, turned as each keypoint is.

    Parameters
    ----------
    grey : (H, W) uint8
    most : keypoints at most
    root : as in `sift`

    Returns
    -------
    places (T, 3) float32, as in `sift`, the strongest first and of equals the first in reading
    order, and descriptors (T, 128) float32, as in `sift`

    """
    points, values = cv2.SIFT.create().detectAndCompute(grey, None)
    if not points:
        return np.zeros((0, 3), np.float32), np.zeros((0, LENGTH), np.float32)
    table = np.array([(-p.response, p.pt[1], p.pt[0], p.size, p.angle) for p in points])
    order = np.lexsort(table.T[::-1])[:most]
    # A fit to less than a pixel may end just outside the picture.
    inside = np.clip(table[:, 1:3], 0, np.array(grey.shape) - 1)
    places = np.hstack([inside, table[:, 3:4] * SIZE])
    return places[order].astype(np.float32), _normalised(values[order], root=root)


def _normalised(values: Floats, *, root: bool) -> Floats:
    scaled = np.sqrt(values) if root else values
    norms = np.linalg.norm(scaled, axis=1, keepdims=True)
    found = np.divide(scaled, norms, out=np.zeros_like(scaled), where=norms > 0)
    return np.asarray(found, np.float32)
