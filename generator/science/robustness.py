"""Whether a heatmap stays when the picture hardly changes, and goes when the network is another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science.agreement import rank_correlation
from generator.science.quality import ssim

if TYPE_CHECKING:
    from collections.abc import Callable

Heatmap = NDArray[Any]
Picture = NDArray[np.float32]


@dataclass(frozen=True)
class Similarity:
    """How alike two maps are; each is 1 for a map and itself."""

    spearman: float
    """Rank correlation of the signed maps, in [-1, 1]."""

    spearman_absolute: float
    """Rank correlation of |map|: a map and its negative are alike here."""

    ssim: float
    """Structural similarity, ≤ 1, of the signed maps, each scaled so that 0 is grey, ½, and its
    largest |value| black or white."""


def stability(
    explain: Callable[[Picture], Heatmap],
    image: Picture,
    rng: np.random.Generator,
    radius: float,
    samples: int,
    *,
    unmoved: Heatmap | None = None,
) -> float:
    """Return the largest ‖S(x+δ) - S(x)‖ / ‖S(x)‖ found: 0 for a map that never moves.

    Parameters
    ----------
    explain : (H, W, C) float32 to a map, the network's input to its explanation
    image : (H, W, C) float, x, in the units the network takes
    rng : for δ, uniform in [-radius, radius] at every value
    radius : in those units, at least 0
    samples : how many δ to try, at least 1; more can only find more
    unmoved : S(x), if it is known already

    Returns
    -------
    float, at least 0. Where S(x) is zero throughout: 0 if it stays so, else infinity.

    Raises
    ------
    ValueError
        If an option is out of its range, or an explanation is not finite or changes its shape.

    References
    ----------
    Yeh et al., "On the (in)fidelity and sensitivity of explanations", NeurIPS 2019, eq. 6.
    https://doi.org/10.48550/arXiv.1901.09392

    """
    if not radius >= 0 or samples < 1:
        message = "a radius of at least 0 and at least 1 sample were expected, got "
        raise ValueError(message + f"{radius} and {samples}")
    x = np.array(image, np.float32)
    # An explanation may be handed out in memory that is used again, and x may be written to.
    still = np.array(_finite(explain(x.copy()) if unmoved is None else unmoved))
    furthest = 0.0
    for _ in range(samples):
        delta = rng.uniform(-radius, radius, x.shape).astype(np.float32)
        moved = _finite(explain(x + delta))
        if moved.shape != still.shape:
            message = f"explanations must keep their shape, got {still.shape} and {moved.shape}"
            raise ValueError(message)
        furthest = max(furthest, float(np.linalg.norm(moved - still)))
    length = float(np.linalg.norm(still))
    if length == 0:
        return float("inf") if furthest > 0 else 0.0
    return furthest / length


def similarity(a: Heatmap, b: Heatmap) -> Similarity:
    """Return how alike two maps are, as for a network with and without its learned weights.

    Parameters
    ----------
    a, b : (H, W) float, finite, signed, any scale: the measures see order and pattern only

    Returns
    -------
    Similarity. In each measure two constant maps are alike, 1, and a constant one is like no
    other, 0. Maps less than 7 pixels high or wide are thickened by their border for `ssim`.

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or a map is not finite.

    References
    ----------
    Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018.
    https://doi.org/10.48550/arXiv.1810.03292

    """
    return Similarity(
        spearman=rank_correlation(a, b),
        spearman_absolute=rank_correlation(np.abs(a), np.abs(b)),
        ssim=_structure(np.asarray(a, np.float64), np.asarray(b, np.float64)),
    )


def _structure(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    constant = [np.ptp(heat) == 0 for heat in (a, b)]
    if any(constant):
        return float(all(constant))
    window = 7
    missing = [max(0, window - n) for n in a.shape]
    # Around 0 the signs of means and of structure would cancel, and a map be like its negative.
    one, other = (
        np.pad(
            (heat / np.abs(heat).max() + 1) / 2,
            [(n // 2, n - n // 2) for n in missing],
            mode="edge",
        )
        for heat in (a, b)
    )
    return ssim(one, other, data_range=1)


def _finite(heat: Heatmap) -> NDArray[np.float64]:
    values = np.asarray(heat, np.float64)
    if not np.isfinite(values).all():
        message = f"a finite explanation was expected, got NaN or infinity in {values.shape}"
        raise ValueError(message)
    return values
