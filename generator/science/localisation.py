"""Whether a heatmap points at what a mask says is there.

Maps are signed, (H, W) float, and only what is positive speaks for the target. Masks are (H, W)
bool and hold at least one pixel: where nothing is, nothing can be found. All raise ValueError if
the shapes differ or are empty, the map is not finite, or the mask is not bool or holds nothing.

Sources: Zhang et al., "Top-down neural attention by excitation backprop", ECCV 2016 (pointing),
https://doi.org/10.1007/978-3-319-46493-0_33; Wang et al., "Score-CAM", CVPR Workshops 2020
(energy), https://doi.org/10.1109/CVPRW50498.2020.00020; Arras, Osman and Samek, "CLEVR-XAI",
Information Fusion 81, 2022 (rank), https://doi.org/10.1016/j.inffus.2021.11.008.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Heatmap = NDArray[Any]
Mask = NDArray[np.bool_]


def pointing_hit(heat: Heatmap, mask: Mask, tolerance: float = 15) -> bool:
    """Return whether the map's highest place lies at most `tolerance` pixels from the mask.

    Parameters
    ----------
    heat : (H, W) float
    mask : (H, W) bool
    tolerance : pixels, at least 0; 15 suits pictures of about 200 to 500

    Returns
    -------
    bool; the first of equal places in reading order counts, and a map that is nowhere positive
    points at nothing, so it misses

    """
    _check(heat, mask)
    if not tolerance >= 0:
        message = f"a tolerance of at least 0 pixels was expected, got {tolerance}"
        raise ValueError(message)
    place = np.unravel_index(int(np.argmax(heat)), heat.shape)
    if not heat[place] > 0:
        return False
    away = np.argwhere(mask) - np.array(place)
    return bool(np.hypot(*away.T).min() <= tolerance)


def energy_inside(heat: Heatmap, mask: Mask) -> float:
    """Return Σ S⁺ inside the mask / Σ S⁺: 1 if all that speaks for the target lies inside.

    Parameters
    ----------
    heat : (H, W) float
    mask : (H, W) bool

    Returns
    -------
    float in [0, 1]; chance is the mask's part of the picture, and a map that is nowhere positive
    gives 0

    """
    _check(heat, mask)
    energy = np.maximum(heat, 0).astype(np.float64)
    peak = energy.max()
    if peak == 0:
        return 0.0
    energy /= peak  # or the sum may overflow
    return float(energy[mask].sum() / energy.sum())


def top_k_inside(heat: Heatmap, mask: Mask) -> float:
    """Return |the K highest pixels ∩ mask| / K, with K the size of the mask.

    Parameters
    ----------
    heat : (H, W) float, of either sign: only the order matters
    mask : (H, W) bool

    Returns
    -------
    float in [0, 1]. Where equal pixels contend for the last places each has the same share in
    them, so that a constant map gives chance, the mask's part of the picture.

    """
    _check(heat, mask)
    k = int(np.count_nonzero(mask))
    values = np.asarray(heat, np.float64)
    least = np.partition(values, values.size - k, axis=None)[values.size - k]
    above, level = values > least, values == least
    share = (k - np.count_nonzero(above)) / np.count_nonzero(level)
    inside = np.count_nonzero(above & mask) + share * np.count_nonzero(level & mask)
    return float(inside / k)


def _check(heat: Heatmap, mask: Mask) -> None:
    if np.ndim(heat) != len("HW") or np.size(heat) == 0 or np.shape(heat) != np.shape(mask):
        message = f"map and mask must have one shape (H, W), got {np.shape(heat)} and "
        raise ValueError(message + f"{np.shape(mask)}")
    if mask.dtype != np.bool_ or not mask.any():
        message = f"a mask of bool with a pixel in it was expected, got {mask.dtype}, "
        raise ValueError(message + f"{np.count_nonzero(mask)} pixels")
    if not np.isfinite(heat).all():
        message = f"a finite map was expected, got NaN or infinity in {heat.shape}"
        raise ValueError(message)
