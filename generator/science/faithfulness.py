"""Whether a heatmap names the pixels that a network's value depends on: take them away and see.

A score takes pictures (N, H, W, C) float32 and gives N values, and is always called with one N.
Pixels leave in the order of the map, highest first; equal ones in reading order. Only the order
of a map matters here, so maps need no scaling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science.batching import Picture, Score, Values, even, score_pictures
from generator.science.imputation import noisy_linear_imputation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Curve", "Road", "deletion", "insertion", "noisy_linear_imputation", "road"]

Heatmap = NDArray[Any]
Order = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A value against the part of the pixels that are gone (deletion) or back (insertion)."""

    fractions: Values
    """(n,) float64 from 0 to 1, both included."""

    values: Values
    """(n,) float64."""

    area: float
    """Under the curve, by trapezoids."""


@dataclass(frozen=True, eq=False)
class Road:
    """Values after a part of the pixels was replaced by what their neighbours tell."""

    fractions: Values
    """(n,) float64."""

    most: Values
    """(n,) with the most relevant pixels gone first (MoRF)."""

    least: Values
    """(n,) with the least relevant gone first (LeRF)."""

    combined: float
    """Mean of (least - most) / 2: higher is better, about 0 for a map that says nothing."""


def deletion(  # noqa: PLR0913 -- three arrays belong to every such question
    score: Score,
    image: Picture,
    heat: Heatmap,
    baseline: Picture,
    steps: int = 20,
    *,
    batch: int = 16,
    relative: bool = False,
) -> Curve:
    """Return the value as pixels give way to the baseline, highest first: less area is better.

    Parameters
    ----------
    score : the network
    image : (H, W, C) float, x
    heat : (H, W) float, finite, any scale
    baseline : (H, W, C) float, x_n: a mean colour or the blurred picture
    steps : pixels leave in so many equal parts, at least 1
    batch : pictures a call at most
    relative : take |f(x_k) - f(x)| / |f(x_n) - f(x)| for the value f(x_k), as suits a regressed
        one: from 0 to 1, so that here more area is better; zeros if f(x_n) = f(x)

    Raises
    ------
    ValueError
        If shapes do not match, an option is out of its range, the map is not finite, or the
        network gives a wrong shape or a value that is not finite.

    References
    ----------
    Petsiuk, Das and Saenko, "RISE", BMVC 2018, section 4.2.
    https://doi.org/10.48550/arXiv.1806.07421

    """
    curve = _curve(score, (image, baseline), heat, steps=steps, batch=batch)
    return _relative(curve, whole=0) if relative else curve


def insertion(  # noqa: PLR0913 -- three arrays belong to every such question
    score: Score,
    image: Picture,
    heat: Heatmap,
    baseline: Picture,
    steps: int = 20,
    *,
    batch: int = 16,
    relative: bool = False,
) -> Curve:
    """Return the value as pixels come back to the baseline, highest first: more area is better.

    Parameters, errors and source are those of `deletion`. `relative` values fall from 1 to 0 here,
    so that less area is better.
    """
    curve = _curve(score, (baseline, image), heat, steps=steps, batch=batch)
    return _relative(curve, whole=-1) if relative else curve


def road(
    score: Score,
    image: Picture,
    heat: Heatmap,
    rng: np.random.Generator,
    fractions: Sequence[float] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    batch: int = 16,
) -> Road:
    """Return the values with the most and the least relevant pixels gone, and half their gap.

    Parameters
    ----------
    score : the network; for a regressed value f take -|f - f(image)|, since one that goes up is
        no better kept than one that goes down
    image : (H, W, C) float
    heat : (H, W) float, finite, any scale
    rng : for the noise of `noisy_linear_imputation`
    fractions : parts of the pixels to replace, each in [0, 1]
    batch : pictures a call at most

    Raises
    ------
    ValueError
        As `deletion` does.

    References
    ----------
    Rong et al., "A consistent and efficient evaluation strategy for attribution methods", ICML
    2022. https://doi.org/10.48550/arXiv.2202.00449

    """
    _check(image, heat)
    parts = np.asarray(fractions, np.float64)
    if parts.ndim != 1 or parts.size == 0 or not ((parts >= 0) & (parts <= 1)).all():
        message = f"at least one fraction, all in [0, 1], was expected, got {tuple(fractions)}"
        raise ValueError(message)
    counts = np.rint(parts * heat.size).astype(np.int64)

    def imputed() -> Iterator[Picture]:
        for order in (_order(heat), _order(np.negative(heat))):
            for count in counts:
                mask = np.zeros(heat.size, np.bool_)
                mask[order[:count]] = True
                yield noisy_linear_imputation(image, mask.reshape(heat.shape), rng)

    size = even(2 * len(counts), batch)
    values = _single(score_pictures(score, imputed(), shape=image.shape, batch=size))
    most, least = np.split(values, 2)
    return Road(parts, most, least, float((least - most).mean() / 2))


def _curve(
    score: Score, ends: tuple[Picture, Picture], heat: Heatmap, *, steps: int, batch: int
) -> Curve:
    """Value on the way from the first picture to the second, pixel by pixel."""
    first, last = ends
    _check(first, heat)
    if first.shape != last.shape or steps < 1:
        message = "a baseline like the picture and at least 1 step were expected, got "
        raise ValueError(message + f"{first.shape}, {last.shape} and {steps} steps")
    counts = np.rint(np.linspace(0, heat.size, steps + 1)).astype(np.int64)
    pictures = _exchanged(first, last, _order(heat), counts)
    size = even(len(counts), batch)
    values = _single(score_pictures(score, pictures, shape=first.shape, batch=size))
    fractions = counts / heat.size
    return Curve(fractions, values, float(np.trapezoid(values, fractions)))


def _exchanged(first: Picture, last: Picture, order: Order, counts: Order) -> Iterator[Picture]:
    """Yield the first picture with more and more pixels of the last, all in one memory."""
    pixels = np.array(first, np.float32).reshape(len(order), -1)
    target = np.asarray(last, np.float32).reshape(pixels.shape)
    for start, stop in zip([0, *counts], counts, strict=False):
        pixels[order[start:stop]] = target[order[start:stop]]
        yield pixels.reshape(first.shape)


def _relative(curve: Curve, *, whole: int) -> Curve:
    """Distance from the value of the whole picture, as part of that of the bare baseline."""
    distance = np.abs(curve.values - curve.values[whole])
    furthest = distance[-1 - whole]
    values = distance / furthest if furthest > 0 else np.zeros_like(distance)
    return Curve(curve.fractions, values, float(np.trapezoid(values, curve.fractions)))


def _order(heat: Heatmap) -> Order:
    """Places in the flat picture, highest first, equal ones in reading order."""
    return np.argsort(np.negative(heat, dtype=np.float64).ravel(), kind="stable")


def _single(values: Values) -> Values:
    if values.ndim > 1:
        message = f"one value a picture was expected, got {values.shape[1]}"
        raise ValueError(message)
    return values


def _check(image: Picture, heat: Heatmap) -> None:
    if np.ndim(image) != len("HWC") or np.size(image) == 0 or heat.shape != image.shape[:2]:
        message = "a picture (H, W, C) and a map (H, W) were expected, got "
        raise ValueError(f"{message}{np.shape(image)} and {heat.shape}")
    if not np.isfinite(heat).all():
        message = "a finite map was expected, got NaN or infinity"
        raise ValueError(message)
