"""Histograms of oriented gradients in cells, each weighed against its neighbours (UoCTTI)."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CELL = 8
"""Pixels a side of a cell."""

CELLS = 8
"""Cells a side of a patch."""

SIDE = CELL * CELLS
"""Pixels a side of the patch as it is described; patches of other sides are resized to it."""

DIRECTIONS = 18
"""Signed directions, 20 degrees apart; half as many unsigned."""

LENGTH = CELLS * CELLS * (DIRECTIONS + DIRECTIONS // 2 + 4)
"""Numbers that describe a patch."""

MOST = 0.2
"""No direction counts for more beside its neighbours."""

EPSILON = 1e-4
"""Added to squared norms, for grey levels of 0 to 255."""


def hog(grey: NDArray[np.uint8], places: NDArray[Any]) -> Floats:
    """Return the histograms of gradients of square patches of a picture.

    Each pixel votes with its gradient's length for the nearest of 18 directions, shared linearly
    among the four nearest cells. A cell is divided by the norm of each of the four blocks of 2x2
    cells that hold it, and cut at 0.2: the mean of the four (doubled) gives 18 signed and 9
    unsigned directions, and what each gives in sum four more numbers. Blocks at a patch's border
    repeat its cells, and cells there take votes from up to half a cell outside.

    Parameters
    ----------
    grey : (H, W) uint8; outside, the picture is reflected
    places : (T, 3), row and column of the centre, side in pixels

    Returns
    -------
    (T, 1984) float32, not negative: 8x8 cells of 18 signed, 9 unsigned directions and 4 sums;
    0 for flat patches

    References
    ----------
    Felzenszwalb et al., "Object detection with discriminatively trained part-based models", PAMI
    2010, section 6. https://doi.org/10.1109/TPAMI.2009.167. On grey levels here.

    """
    found = np.zeros((len(places), LENGTH), np.float32)
    for side in np.unique(np.asarray(places)[:, 2]):
        here = np.flatnonzero(places[:, 2] == side)
        cells = _cells(grey, centres=places[here, :2], side=float(side))
        found[here] = _against_neighbours(cells).reshape(len(here), LENGTH)
    return found


def _cells(grey: NDArray[np.uint8], *, centres: NDArray[Any], side: float) -> Floats:
    """Votes (T, 8, 8, 18) for directions in the cells of patches of one side."""
    factor = SIDE / side
    size = [max(round(length * factor), 1) for length in grey.shape]
    # Shrinking averages what it merges; enlarging interpolates.
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    picture = cv2.resize(grey.astype(np.float32), size[::-1], interpolation=kind)
    rim = SIDE // 2 + CELL
    padded = cv2.copyMakeBorder(picture, rim, rim, rim, rim, cv2.BORDER_REFLECT)
    sums = _votes_around(_directions(padded))
    scale = np.divide(size, grey.shape)
    tops = np.ceil((centres + 0.5) * scale - 0.5 - SIDE / 2).astype(np.int64)
    # A cell's centre lies between two pixels, of which its sum is kept at the upper left one.
    inner = np.arange(CELLS) * CELL + CELL // 2 - 1 + rim
    rows, columns = tops[:, :1] + inner, tops[:, 1:] + inner
    return np.asarray(sums[rows[:, :, None], columns[:, None, :]], np.float32)


def _directions(picture: Floats) -> Floats:
    """Gradient's length (H, W, 18) at the direction nearest to the gradient's own, else 0."""
    down = cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=1)
    across = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=1)
    # Within a half turn first: up and down are as near to two directions each, and opposite
    # gradients must take opposite ones.
    below = down < 0
    turns = np.arctan2(np.abs(down), np.where(below, -across, across))
    nearest = np.rint(turns * np.float32(DIRECTIONS / (2 * np.pi))).astype(np.intp)
    nearest = (nearest + below * (DIRECTIONS // 2)) % DIRECTIONS
    maps = np.zeros((*picture.shape, DIRECTIONS), np.float32)
    np.put_along_axis(maps, nearest[:, :, None], np.hypot(across, down)[:, :, None], axis=2)
    return maps


def _votes_around(maps: Floats) -> Floats:
    """Sum up votes: a pixel counts less by its distance, nothing from a cell's side on."""
    half = (np.arange(CELL, dtype=np.float32) + np.float32(0.5)) / CELL
    kernel = np.concatenate([half, half[::-1]])
    anchor = (CELL - 1, CELL - 1)
    return np.asarray(cv2.sepFilter2D(maps, cv2.CV_32F, kernel, kernel, anchor=anchor), np.float32)


def _against_neighbours(cells: Floats) -> Floats:
    """Numbers (T, 8, 8, 31) of each cell, compared with the four blocks that hold it."""
    unsigned = cells[..., : DIRECTIONS // 2] + cells[..., DIRECTIONS // 2 :]
    energy = np.pad((unsigned**2).sum(axis=-1), [(0, 0), (1, 1), (1, 1)], mode="edge")
    rows = energy[:, 1:] + energy[:, :-1]
    factors = 1 / np.sqrt(rows[:, :, 1:] + rows[:, :, :-1] + np.float32(EPSILON))
    signed_sum, unsigned_sum = np.zeros_like(cells), np.zeros_like(unsigned)
    textures = []
    for down, across in ((0, 0), (0, 1), (1, 0), (1, 1)):
        factor = factors[:, down : down + CELLS, across : across + CELLS, None]
        signed = np.minimum(cells * factor, np.float32(MOST))
        signed_sum += signed
        unsigned_sum += np.minimum(unsigned * factor, np.float32(MOST))
        textures.append(signed.sum(axis=-1))
    texture = np.stack(textures, axis=-1) / np.float32(np.sqrt(DIRECTIONS))
    return np.concatenate([signed_sum / 2, unsigned_sum / 2, texture], axis=-1)
