"""How steady a map is from frame to frame, once what the picture's own motion moved is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from generator.science.agreement import rank_correlation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LONGEST = 160
"""Pixels of the longer side at which motion is measured and maps are compared."""


def small(array: NDArray[Any], shape: tuple[int, int]) -> Floats:
    """Return a frame or a map at the size at which `shape` is compared, its values kept.

    Parameters
    ----------
    array : (H, W) real, or (H, W, 3) uint8 RGB, of which the brightness is taken
    shape : (H, W) of the video's frames

    Returns
    -------
    (h, w) float32 with a longer side of at most 160 pixels

    """
    scale = min(1.0, LONGEST / max(shape))
    rows, columns = (max(1, round(side * scale)) for side in shape)
    if array.ndim > len("HW"):
        array = cv2.cvtColor(np.ascontiguousarray(array[..., :3]), cv2.COLOR_RGB2GRAY)
    values = np.ascontiguousarray(array, np.float32)
    return np.asarray(cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA))


def motion(previous: Floats, current: Floats) -> Floats:
    """Return where each pixel of a frame was in the frame before: (h, w, 2), columns and rows.

    Parameters
    ----------
    previous, current : (h, w) float32, brightness from 0 to 255, as `small` gives it

    Returns
    -------
    (h, w, 2) float32 offsets in pixels, by dense inverse search. A frame of less than 12 pixels a
    side has none: zeros.

    References
    ----------
    Kroeger et al., "Fast optical flow using dense inverse search", ECCV 2016.
    https://doi.org/10.1007/978-3-319-46493-0_29

    """
    if min(current.shape) < 12:  # noqa: PLR2004 - the patches that are searched for have eight
        return np.zeros((*current.shape, 2), np.float32)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    before, now = (np.clip(np.rint(f), 0, 255).astype(np.uint8) for f in (previous, current))
    return np.asarray(search.calc(now, before, None), np.float32)


def followed(heatmap: Floats, flow: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the previous frame's map moved along with the picture, and where it is known.

    Parameters
    ----------
    heatmap : (h, w) float32 of the previous frame
    flow : (h, w, 2), as `motion` gives it

    Returns
    -------
    (h, w) float32, and (h, w) bool: false where what is seen now was outside the frame before

    """
    rows, columns = np.indices(heatmap.shape, np.float32)
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    height, width = heatmap.shape
    known = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)  # noqa: PLR2004
    moved = cv2.remap(heatmap, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32), known


def steadiness(previous: Floats, current: Floats, flow: Floats) -> tuple[float, float]:
    """Return how alike two maps in a row are, the picture's motion undone: correlation and change.

    Parameters
    ----------
    previous, current : (h, w) float32, finite
    flow : (h, w, 2), as `motion` gives it; zeros leave everything where it is

    Returns
    -------
    Spearman's rank correlation of the map with the one before, moved along the flow: 1 says that
    the same things stand out in the same order, 0 that nothing is left of it; two constant maps
    are alike, 1. And the mean absolute difference of the two, in the maps' unit; over the range of
    all maps it is the flicker. Both are taken over the places whose past is known; where there is
    none, (1, 0).

    References
    ----------
    Correlation after warping follows Lai et al., "Learning blind video temporal consistency",
    ECCV 2018, who take the squared difference. https://doi.org/10.1007/978-3-030-01267-0_11

    """
    moved, known = followed(previous, flow)
    if not known.any():
        return 1.0, 0.0
    before, now = moved[known], current[known]
    return rank_correlation(before[None], now[None]), float(np.abs(now - before).mean())
