"""Saliency by histogram back-projection: what is rare in hue and saturation stands out."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

HUES = 180
"""OpenCV halves the hue so that it fits a byte: [0, 180)."""

SATURATIONS = 256

MARGIN = 32
"""Pixels mirrored around a picture before mean shift: two of the coarsest level's, 16 each."""


def abstraction(image: Bytes) -> Bytes:
    """Return the picture with small texture smoothed away and edges kept.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB

    Returns
    -------
    (H, W, 3) uint8, RGB

    Notes
    -----
    Mean shift with spatial radius 2 and colour radius 10 on a pyramid of four halvings.

    References
    ----------
    Comaniciu and Meer, "Mean shift: a robust approach toward feature space analysis", PAMI 2002.
    https://doi.org/10.1109/34.1000236

    """
    return _mean_shift(image, spatial_radius=2, colour_radius=10, halvings=4)


def hue_saturation_histogram(image: Bytes, *, bins: int = 2) -> npt.NDArray[np.int64]:
    """Return how many pixels fall into each cell of hue and saturation.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB
    bins : cells along hue and along saturation each, 1 to 180

    Returns
    -------
    (bins, bins) int64, rows are hue and columns saturation; the sum is H * W

    Raises
    ------
    ValueError
        If `bins` is outside 1 to 180.

    """
    cells = _cells(image, bins=bins)
    return np.bincount(cells.ravel(), minlength=bins * bins).reshape(bins, bins).astype(np.int64)


def back_project(image: Bytes, *, bins: int = 2) -> Bytes:
    """Return for every pixel how common its hue and saturation are in the same picture.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB
    bins : cells along hue and along saturation each, 1 to 180; more bins, more detail

    Returns
    -------
    (H, W) uint8, 0 for the rarest colour and 255 for the commonest; all 0 where every pixel falls
    into one cell (grey and flat pictures), since nothing is rarer than anything else

    Raises
    ------
    ValueError
        If `bins` is outside 1 to 180.

    References
    ----------
    Swain and Ballard, "Color indexing", IJCV 1991. https://doi.org/10.1007/BF00130487

    """
    counts = hue_saturation_histogram(image, bins=bins)
    commonness = _stretched(counts).ravel()
    return _stretched(commonness[_cells(image, bins=bins)])


def rarity(commonness: Bytes) -> Bytes:
    """Return the saliency: the back-projection smoothed, equalised and inverted.

    Parameters
    ----------
    commonness : (H, W) uint8, from `back_project`

    Returns
    -------
    (H, W) uint8, 255 where the colour is rarest; all 0 for a flat input

    Notes
    -----
    Mean shift with spatial radius 20 and colour radius 200 on a pyramid of two halvings.
    Equalising makes the value a rank: v says that about v / 255 of the picture is more common.

    """
    planes = np.repeat(commonness[:, :, None], 3, axis=2)
    smooth = _mean_shift(planes, spatial_radius=20, colour_radius=200, halvings=2)
    # The three planes stay equal, so the first is the grey picture.
    grey = np.ascontiguousarray(smooth[:, :, 0])
    if grey.min() == grey.max():
        return np.zeros_like(grey)
    return 255 - np.asarray(cv2.equalizeHist(grey), dtype=np.uint8)


def _mean_shift(image: Bytes, *, spatial_radius: int, colour_radius: int, halvings: int) -> Bytes:
    height, width = image.shape[:2]
    # OpenCV smears the last rows and columns, more so where a size is no multiple of 2^halvings:
    # a mirrored margin takes the damage and is cut off again. It also feeds tiny pictures.
    padded = cv2.copyMakeBorder(
        np.ascontiguousarray(image),
        MARGIN,
        MARGIN + -height % 16,
        MARGIN,
        MARGIN + -width % 16,
        cv2.BORDER_REFLECT_101,
    )
    smooth = cv2.pyrMeanShiftFiltering(padded, spatial_radius, colour_radius, maxLevel=halvings)
    inner = smooth[MARGIN : MARGIN + height, MARGIN : MARGIN + width]
    return np.ascontiguousarray(inner, dtype=np.uint8)


def _cells(image: Bytes, *, bins: int) -> npt.NDArray[np.int64]:
    """Return the number of the histogram cell of every pixel, hue-major."""
    if not 1 <= bins <= HUES:
        message = f"bins must be from 1 to {HUES}, got {bins}"
        raise ValueError(message)
    hsv = cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HSV)
    hue, saturation = np.asarray(hsv, dtype=np.int64)[:, :, :2].transpose(2, 0, 1)
    cells = (hue * bins // HUES) * bins + saturation * bins // SATURATIONS
    return np.asarray(cells, dtype=np.int64)


def _stretched(values: npt.NDArray[np.integer]) -> Bytes:
    """Values moved to 0..255, rounded; a flat array has no range to stretch and gives 0."""
    low, high = int(values.min()), int(values.max())
    if low == high:
        return np.zeros(values.shape, dtype=np.uint8)
    return np.rint((values.astype(np.float64) - low) * (255.0 / (high - low))).astype(np.uint8)
