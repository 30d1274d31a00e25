"""From a coarse guess to an object: the largest region, GrabCut and tidying up."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

ROUNDS = 5
"""GrabCut's rounds of learning colours and cutting; five is customary and enough to settle."""


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
    def area(self) -> int:
        """Pixels inside."""
        return self.height * self.width

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the rectangle in an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


class Initialisation(Enum):
    """What GrabCut is told before its first cut."""

    RECTANGLE = "rectangle"
    """Only the box: all inside may be the object. What was found inside the box is ignored."""

    MASK = "mask"
    """The thresholded saliency is probably the object, the rest of the box probably not."""


def largest_region(mask: Mask) -> Mask:
    """Return the connected region (eight neighbours) whose outline encloses the largest area.

    Parameters
    ----------
    mask : (H, W) bool

    Returns
    -------
    (H, W) bool; of equals the first in reading order; all False if the mask is empty

    """
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not outlines:
        return np.zeros_like(mask)
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    column, row = max(outlines, key=_outline_rank)[0, 0]
    return np.asarray(labels == labels[row, column], dtype=np.bool_)


def _outline_rank(outline: npt.NDArray[np.int32]) -> tuple[float, int, int, int]:
    """Enclosed area, then length (lines and dots enclose nothing), then first in reading order."""
    column, row = outline[0, 0]
    return cv2.contourArea(outline), len(outline), -int(row), -int(column)


def bounding_box(mask: Mask) -> Box | None:
    """Return the smallest box that holds every True pixel, or None if there is none.

    Parameters
    ----------
    mask : (H, W) bool

    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def grab_cut(image: Bytes, guess: Bytes, *, seed: int = 0) -> Mask:
    """Return the object that GrabCut cuts out of the picture.

    Parameters
    ----------
    image : (H, W, 3) uint8
    guess : (H, W) uint8 of cv2.GC_BGD, GC_FGD, GC_PR_BGD and GC_PR_FGD; not written to
    seed : for the random start of the colour models

    Returns
    -------
    (H, W) bool; the guess itself where it leaves nothing to decide (all object or all background)

    References
    ----------
    Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004. https://doi.org/10.1145/1015706.1015720

    """
    object_like = np.isin(guess, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if object_like.all() or not object_like.any():
        return object_like
    labels = guess.copy()
    cv2.setRNGSeed(seed)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(
        image,
        labels,
        None,
        background,
        foreground,
        ROUNDS,
        cv2.GC_INIT_WITH_MASK,
    )
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
