"""Signed square root and unit norm: how sums over descriptors become a vector to be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def rooted(sums: NDArray[Any]) -> NDArray[np.float32]:
    """Return sgn(g)√|g|, divided by its norm: what is frequent does not rule.

    Parameters
    ----------
    sums : (L,) float, g

    Returns
    -------
    (L,) float32 of norm 1; 0 where all sums are 0

    References
    ----------
    Perronnin, Sanchez and Mensink, "Improving the Fisher kernel for large-scale image
    classification", ECCV 2010. https://doi.org/10.1007/978-3-642-15561-1_11

    """
    values = np.asarray(sums, np.float64)
    size = np.sqrt(np.abs(values).sum())
    if size == 0:
        return np.zeros(values.shape, np.float32)
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)) / size, np.float32)


def per_sum(sums: NDArray[Any], weights: NDArray[Any]) -> Values:
    """Return what each unit of a sum adds to each linear score: w / (√|g| · norm).

    As φ = g/√|g|/norm, and g is a sum over descriptors, each descriptor's part of g times this
    is its part of the score, and the parts sum to the score. Where a sum is close to 0 because
    its parts cancel, they cancel in the score too, but each may be large.

    Parameters
    ----------
    sums : (L,) float, g
    weights : (L, C) float

    Returns
    -------
    (L, C) float64; 0 where g is 0, as φ is 0 there

    Raises
    ------
    ValueError
        If the weights do not have one row a sum.

    """
    if np.ndim(weights) != len("LC") or len(weights) != len(sums):
        message = f"weights ({len(sums)}, C) were expected, got {np.shape(weights)}"
        raise ValueError(message)
    roots = np.sqrt(np.abs(np.asarray(sums, np.float64))) * np.sqrt(np.abs(sums).sum())
    factors = np.divide(1, roots, out=np.zeros_like(roots), where=roots > 0)
    return np.asarray(weights * factors[:, None], np.float64)
