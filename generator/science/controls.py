"""Maps that know nothing of the network, and whether a method does better than all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Heatmap = NDArray[np.float32]


class Better(Enum):
    """Which way a measure improves."""

    HIGHER = "higher"
    """As for insertion and ROAD."""

    LOWER = "lower"
    """As for deletion."""


@dataclass(frozen=True)
class Verdict:
    """Whether a method beats every control, and by how much."""

    informative: bool
    """All controls are beaten."""

    beaten: tuple[bool, ...]
    """Of each control: the lower bound of the gain is above 0."""

    gains: tuple[float, ...]
    """Mean over items of how much better the method is than each control."""

    bounds: tuple[float, ...]
    """Lower bound of each gain, one-sided, at the confidence asked for."""


def controls(image: NDArray[np.uint8], rng: np.random.Generator) -> dict[str, Heatmap]:
    """Return four maps to hold a heatmap against.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB
    rng : for the random map

    Returns
    -------
    (H, W) float32 each, not negative: "random" uniform in [0, 1); "centre" a Gaussian, 1 in the
    middle, with σ a quarter of each side; "edges" the length of Sobel's gradient of the luminance,
    0 where that is flat; "blurred" the luminance in [0, 1], blurred with σ a twentieth of the
    longer side

    Raises
    ------
    ValueError
        If the picture is not (H, W, 3) uint8 or is empty.

    """
    if image.shape[2:] != (3,) or image.size == 0 or image.dtype != np.uint8:
        message = f"an (H, W, 3) uint8 picture was expected, got {image.shape} {image.dtype}"
        raise ValueError(message)
    luminance = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    border = cv2.BORDER_REPLICATE
    down, across = (
        cv2.Sobel(luminance, cv2.CV_32F, dx, 1 - dx, borderType=border) for dx in (0, 1)
    )
    sigma = max(luminance.shape) / 20
    maps = {
        "random": rng.random(luminance.shape, dtype=np.float32),
        "centre": _centred(luminance.shape),
        "edges": np.hypot(down, across),
        "blurred": cv2.GaussianBlur(luminance, (0, 0), sigma, borderType=border),
    }
    return {name: np.asarray(heat, np.float32) for name, heat in maps.items()}


def beats_all(
    values: NDArray[Any],
    controls: NDArray[Any],
    rng: np.random.Generator,
    better: Better = Better.HIGHER,
    confidence: float = 0.95,
    *,
    draws: int = 4000,
) -> Verdict:
    """Return whether a method's measure beats that of every control, by a paired bootstrap.

    Items are drawn with replacement, and a control is beaten where the mean gain over it stays
    above 0 in `confidence` of the draws. All must be beaten, so testing several needs no
    correction. So few items that the method could be ahead in all of them by luck, as a coin
    could with probability 0.5^n > 1 - confidence, prove nothing: with 4 or less at 0.95, where
    the bootstrap would be sure too soon, no control counts as beaten.

    Parameters
    ----------
    values : (n,) float, finite: the method's measure of each item
    controls : (n, K) float, finite: the controls' measures of the same items
    rng : for the draws
    better : which way the measure improves
    confidence : one-sided, in (0, 1)
    draws : bootstrap samples, at least 1

    Raises
    ------
    ValueError
        If shapes do not match or are empty, numbers are not finite or an option is out of its
        range.

    References
    ----------
    Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 13.3.
    https://doi.org/10.1201/9780429246593
    Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24, 1982,
    on why all being beaten needs no correction. https://doi.org/10.1080/00401706.1982.10487790

    """
    gains = _gains(values, controls, better)
    if not 0 < confidence < 1 or draws < 1:
        message = "a confidence in (0, 1) and at least 1 draw were expected, got "
        raise ValueError(message + f"{confidence} and {draws}")
    count = len(gains)
    # How often each item is drawn says all about a sample: no need to copy the items.
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    bounds = np.quantile(drawn @ gains / count, 1 - confidence, axis=0)
    enough = 0.5**count <= 1 - confidence
    beaten = tuple(bool(enough and bound > 0) for bound in bounds)
    return Verdict(all(beaten), beaten, tuple(gains.mean(axis=0).tolist()), tuple(bounds.tolist()))


def _centred(shape: tuple[int, int]) -> NDArray[np.float64]:
    """Gaussian around the middle of the picture, its sides in proportion."""
    rows, columns = (((np.arange(n) + 0.5) / n - 0.5) / 0.25 for n in shape)
    heights = np.exp(-(np.square(rows)[:, np.newaxis] + np.square(columns)) / 2)
    return np.asarray(heights, np.float64)


def _gains(values: NDArray[Any], controls: NDArray[Any], better: Better) -> NDArray[np.float64]:
    """How much better the method is than each control on each item, (n, K)."""
    own, theirs = np.asarray(values, np.float64), np.asarray(controls, np.float64)
    if own.ndim != 1 or theirs.ndim != len("nK") or len(own) != len(theirs) or theirs.size == 0:
        message = f"values (n,) and controls (n, K) were expected, got {own.shape} and "
        raise ValueError(message + f"{theirs.shape}")
    if not (np.isfinite(own).all() and np.isfinite(theirs).all()):
        message = "finite values were expected, got NaN or infinity"
        raise ValueError(message)
    gains = own[:, np.newaxis] - theirs
    return gains if better is Better.HIGHER else -gains
