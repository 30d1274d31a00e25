"""k-means: a few points that stand for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from generator.science.threads import ordered

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float32]

CHUNK = 8192
"""Points at a time: what they need beside themselves stays small, however many there are."""

SEEDED = 20_000
"""Points among which the first centres are sought; more change little and take long."""

TOLERANCE = 1e-4
"""Part of the energy that a step must at least take away for another to follow."""


def cluster(points: NDArray[Any], count: int, *, seed: int, iterations: int = 100) -> Floats:
    """Return the centres of k-means, begun by k-means++.

    Parameters
    ----------
    points : (N, D) float, finite, at least one
    count : centres, at least 1
    seed : for the first centres
    iterations : at most; it ends where a step lowers the energy by less than a ten-thousandth

    Returns
    -------
    (K, D) float32; K is `count`, or less where there are fewer distinct points: then these are it

    Raises
    ------
    ValueError
        If the points are not (N, D), finite and at least one, or an option is not positive.

    References
    ----------
    Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    https://doi.org/10.5555/1283383.1283494

    """
    values = checked(points)
    if len(values) == 0 or count < 1 or iterations < 1:
        message = "at least one point, centre and iteration were expected, got "
        raise ValueError(message + f"{len(values)}, {count} and {iterations}")
    rng = np.random.default_rng(seed)
    centres = _first(values, count, rng)
    if len(centres) < count:
        return centres
    before = np.inf
    for _ in range(iterations):
        labels, squares = nearest(values, centres)
        energy = float(squares.sum(dtype=np.float64))
        if energy >= before * (1 - TOLERANCE):
            break
        before = energy
        centres = _means(values, labels, squares, count)
    return centres


def nearest(
    points: NDArray[Any], centres: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the nearest centre of each point and the squared distance to it.

    Parameters
    ----------
    points : (T, D) float
    centres : (K, D) float, K at least 1

    Returns
    -------
    labels (T,) int64, of equals the first, and squared distances (T,) float32, 0 for a point that
    is its centre

    """
    norms = (centres**2).sum(axis=1)

    def found(part: slice) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        here = points[part]
        labels = (norms - 2 * here @ centres.T).argmin(axis=1)
        # From differences, not norms and products: what is equal is at distance 0.
        away = here - centres[labels]
        return labels, np.asarray(np.einsum("nd,nd->n", away, away), np.float32)

    nothing = np.zeros(0, np.int64), np.zeros(0, np.float32)
    parts = [nothing, *ordered(found, list(chunks(len(points))))]
    labels, squares = (np.concatenate(column) for column in zip(*parts, strict=True))
    return labels, squares


def checked(points: NDArray[Any]) -> Floats:
    """Return points as float32, or raise ValueError unless they are (N, D) and finite."""
    if np.ndim(points) != len("ND"):
        message = f"descriptors (N, D) were expected, got {np.shape(points)}"
        raise ValueError(message)
    if not np.isfinite(points).all():
        rows = int((~np.isfinite(points)).any(axis=1).sum())
        message = f"finite descriptors were expected, got NaN or infinity in {rows} of "
        raise ValueError(message + f"{len(points)}")
    return np.asarray(points, np.float32)


def chunks(count: int, size: int = CHUNK) -> Iterator[slice]:
    """Yield slices that cover `count` points in order."""
    for start in range(0, count, size):
        yield slice(start, start + size)


def _first(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Centres among a sample; among all where the sample has not enough distinct points."""
    if len(points) > SEEDED:
        some = np.sort(rng.choice(len(points), SEEDED, replace=False))
        centres = _plus_plus(points[some], count, rng)
        if len(centres) == count:
            return centres
    return _plus_plus(points, count, rng)


def _plus_plus(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Points of which each is drawn in proportion to its squared distance from those before."""
    chosen = [int(rng.integers(len(points)))]
    away = np.full(len(points), np.inf)
    while True:
        apart = points - points[chosen[-1]]
        away = np.minimum(away, np.einsum("nd,nd->n", apart, apart))
        if len(chosen) == count or not away.any():
            return points[chosen]
        reach = np.cumsum(away)
        drawn = np.searchsorted(reach, rng.random() * reach[-1], side="right")
        # Rounding may end just beyond the last point that has a distance.
        chosen.append(min(int(drawn), int(np.flatnonzero(away)[-1])))


def _means(
    points: Floats, labels: NDArray[np.int64], squares: NDArray[np.float32], count: int
) -> Floats:
    """Mean of each centre's points; a centre without any goes to a point that is far from its."""
    sums = np.zeros((count, points.shape[1]))
    for part in chunks(len(points)):
        here = labels[part]
        ends = np.arange(len(here) + 1)
        member = csr_array((np.ones(len(here)), here, ends), shape=(len(here), count))
        sums += member.T @ points[part].astype(np.float64)
    counts = np.bincount(labels, minlength=count)
    empty = np.flatnonzero(counts == 0)
    centres = sums / np.maximum(counts, 1)[:, None]
    centres[empty] = points[np.argsort(-squares, kind="stable")[: len(empty)]]
    return np.asarray(centres, np.float32)
