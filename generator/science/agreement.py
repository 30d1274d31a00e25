"""How alike heatmaps rank the places of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Heatmap = NDArray[Any]
Floats = NDArray[np.float64]


def rank_correlation(a: Heatmap, b: Heatmap, *, longest: int | None = None) -> float:
    """Return Spearman's rank correlation of two maps: 1 the same order, -1 the opposite.

    Parameters
    ----------
    a, b : (H, W) float, finite, any scale
    longest : average the maps down until their longer side has at most so many pixels, so that
        fine grain does not count as disagreement; None takes every pixel

    Returns
    -------
    float in [-1, 1], equal values sharing their mean rank. A constant map has no order: two of
    them are alike, 1, and one beside a map that is not constant tells nothing of it, 0.

    Raises
    ------
    ValueError
        If the shapes differ or are empty, a map is not finite, or `longest` is less than 1.

    References
    ----------
    Spearman, "The proof and measurement of association between two things", 1904.
    https://doi.org/10.2307/1412159

    """
    return float(agreement({"a": a, "b": b}, longest=longest)[1][0, 1])


def agreement(
    maps: Mapping[str, Heatmap], *, longest: int | None = None
) -> tuple[tuple[str, ...], Floats]:
    """Return the names of the maps, as they came, and the rank correlation of every pair.

    Parameters
    ----------
    maps : at least one, all of one shape; otherwise as in `rank_correlation`
    longest : as in `rank_correlation`

    Returns
    -------
    n names and an (n, n) float64 matrix, symmetric, with 1 on its diagonal

    Raises
    ------
    ValueError
        If there is no map, or as in `rank_correlation`.

    """
    if not maps:
        message = "at least one map was expected, got none"
        raise ValueError(message)
    _check(maps, longest)
    ranks = np.stack([_ranks(_shrunk(heat, longest)) for heat in maps.values()])
    found = np.clip(ranks @ ranks.T, -1, 1)
    silent = ~ranks.any(axis=1)
    found[np.ix_(silent, silent)] = 1
    np.fill_diagonal(found, 1)
    return tuple(maps), found


def mean_agreement(matrix: Floats) -> float:
    """Return the mean over all pairs of different maps; 1 for a single map.

    Parameters
    ----------
    matrix : (n, n), from `agreement`

    Raises
    ------
    ValueError
        If the matrix is not square or is empty.

    """
    if matrix.ndim != len("nn") or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        message = f"a matrix (n, n) was expected, got {matrix.shape}"
        raise ValueError(message)
    pairs = matrix[np.triu_indices(len(matrix), k=1)]
    return float(pairs.mean()) if pairs.size else 1.0


def _ranks(heat: Floats) -> Floats:
    """Ranks with mean 0 and length 1, so that their product is the correlation; 0 if constant."""
    from scipy.stats import rankdata

    ranks = rankdata(heat, axis=None)
    ranks -= ranks.mean()
    length = np.linalg.norm(ranks)
    return np.asarray(ranks / length if length > 0 else ranks, np.float64)


def _shrunk(heat: Heatmap, longest: int | None) -> Floats:
    """Map with its longer side averaged down to at most `longest` pixels."""
    values = np.asarray(heat, np.float64)
    if longest is None or max(values.shape) <= longest:
        return values
    height, width = (max(1, round(n * longest / max(values.shape))) for n in values.shape)
    small = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
    # A constant map must stay one; its averages may differ by a hair.
    return np.full_like(small, values[0, 0]) if np.ptp(values) == 0 else small


def _check(maps: Mapping[str, Heatmap], longest: int | None) -> None:
    shapes = [np.shape(heat) for heat in maps.values()]
    if len(set(shapes)) > 1 or len(shapes[0]) != len("HW") or 0 in shapes[0]:
        message = f"maps of one shape (H, W) were expected, got {shapes}"
        raise ValueError(message)
    broken = [name for name, heat in maps.items() if not np.isfinite(heat).all()]
    if broken:
        message = f"finite maps were expected, got NaN or infinity in {', '.join(broken)}"
        raise ValueError(message)
    if longest is not None and longest < 1:
        message = f"longest must be at least 1 pixel, got {longest}"
        raise ValueError(message)
