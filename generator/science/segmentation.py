"""From a coarse guess to an object: the largest region, GrabCut and tidying up."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

ROUNDS = 5
"""GrabCut's rounds of learning colours and cutting; five is customary and enough to settle."""

MINOR = 0.25
"""Pieces smaller than this part of the largest, and holes smaller than this part of the object,
count as mistakes of the cut."""


def largest_region(mask: Mask) -> Mask:
    """Return the connected region (eight neighbours) whose outline encloses the largest area.

    Parameters
    ----------
    mask : (H, W) bool

    Returns
    -------
    (H, W) bool; of equals the first in reading order; all False if the mask is empty

    """
    pixels = mask.astype(np.uint8)
    outlines, _ = cv2.findContours(pixels, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return np.zeros_like(mask)
    _, labels = cv2.connectedComponents(pixels, connectivity=8)
    column, row = max((np.asarray(outline) for outline in outlines), key=_outline_rank)[0, 0]
    return np.asarray(labels == labels[row, column], dtype=np.bool_)


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
    guessed = _object_like(guess)
    if guessed.all() or not guessed.any():
        return guessed
    labels = guess.copy()
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(seed)
    pixels = np.ascontiguousarray(image)
    cv2.grabCut(pixels, labels, (0, 0, 0, 0), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _object_like(labels)


def refined(mask: Mask) -> Mask:
    """Return the mask without its minor pieces and minor holes (see `MINOR`).

    Parameters
    ----------
    mask : (H, W) bool

    Returns
    -------
    (H, W) bool; an empty mask stays empty, a full one full

    """
    pieces, areas = _components(mask, connectivity=8)
    kept = np.isin(pieces, _numbers(areas >= MINOR * areas.max(initial=0)))
    # An object joined at corners (eight neighbours) has holes joined at sides (four).
    gaps, sizes = _components(~kept, connectivity=4)
    border = np.concatenate((gaps[0], gaps[-1], gaps[:, 0], gaps[:, -1]))
    holes = _numbers(sizes <= MINOR * np.count_nonzero(kept))
    return np.asarray(kept | np.isin(gaps, np.setdiff1d(holes, border)), dtype=np.bool_)


def _outline_rank(outline: npt.NDArray[np.integer]) -> tuple[float, int, int, int]:
    """Enclosed area, then length (lines and dots enclose nothing), then first in reading order."""
    column, row = outline[0, 0]
    return cv2.contourArea(outline), len(outline), -int(row), -int(column)


def _object_like(labels: Bytes) -> Mask:
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _components(
    mask: Mask, *, connectivity: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Return each pixel's component number, 0 for none, and the areas of 1, 2 and so on."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=connectivity
    )
    areas = np.asarray(stats)[1:, cv2.CC_STAT_AREA].astype(np.int64)
    return np.asarray(labels, dtype=np.int32), areas


def _numbers(chosen: Mask) -> npt.NDArray[np.int64]:
    """Component numbers, which start at 1, of a choice among the areas."""
    return (np.flatnonzero(chosen) + 1).astype(np.int64)
