"""Mixtures of Gaussians with diagonal covariances: how descriptors are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.science.clustering import chunks, cluster, nearest
from generator.science.threads import one_thread, ordered

Values = NDArray[np.float64]

CHUNK = 2048
"""Points at a time, so that what is computed of them stays in the processor's cache."""

TOLERANCE = 1e-3
"""Nats a point that a step must at least gain for another to follow."""

FLOOR = 1e-3
"""Least variance in a direction, as part of that of all points in it."""

TINY = 1e-6
"""Least variance, as part of the mean variance in all directions, or as it is where that is 0."""

RAREST = 1e-6
"""Least weight of a Gaussian before weights are made to sum to 1: none is thrown away."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """K Gaussians in D dimensions."""

    weights: Values
    """(K,), positive, of sum 1."""

    means: Values
    """(K, D)."""

    variances: Values
    """(K, D), positive."""


@dataclass(frozen=True, eq=False)
class Statistics:
    """What points say about a mixture, summed over the points."""

    zeroth: Values
    """(K,), Σγ."""

    first: Values
    """(K, D), Σγx."""

    second: Values
    """(K, D), Σγx²."""

    likelihood: float
    """Σ log p(x), in nats."""


@one_thread()
def log_densities(points: NDArray[Any], mixture: Mixture) -> Values:
    """Return log w_k + log N(x; μ_k, σ_k²), as (T, K) float64, for points (T, D)."""
    return np.asarray(powers(points) @ _coefficients(mixture), np.float64)


def powers(points: NDArray[Any]) -> Values:
    """Return 1, x and x² side by side, (T, 1 + 2D) float64: what densities are linear in."""
    count, dims = np.shape(points)
    found = np.ones((count, 1 + 2 * dims))
    found[:, 1 : 1 + dims] = points
    np.square(found[:, 1 : 1 + dims], out=found[:, 1 + dims :])
    return found


def _coefficients(mixture: Mixture) -> Values:
    """Give what `powers` are multiplied by for logarithms of densities, (1 + 2D, K)."""
    linear = mixture.means / mixture.variances
    constant = mixture.means * linear + np.log(2 * np.pi * mixture.variances)
    constant = np.log(mixture.weights) - constant.sum(axis=1) / 2
    return np.vstack([constant, linear.T, -0.5 / mixture.variances.T])


@one_thread()
def posteriors(points: NDArray[Any], mixture: Mixture) -> Values:
    """Return γ_k(x), as (T, K) float64 of which rows sum to 1, however far a point is from all."""
    return _shared(log_densities(points, mixture))[0]


def statistics(points: NDArray[Any], mixture: Mixture) -> Statistics:
    """Return sums over points (T, D), in memory that does not grow with T.

    Cores share the work, but not the sums: these are the same with any number of them.
    """
    count, dims = mixture.means.shape
    coefficients = _coefficients(mixture)

    def summed(part: slice) -> tuple[Values, float]:
        features = powers(points[part])
        gamma, logs = _shared(features @ coefficients)
        return gamma.T @ features, float(logs.sum())

    sums, likelihood = np.zeros((count, 1 + 2 * dims)), 0.0
    for found, of_part in ordered(summed, list(chunks(len(points), CHUNK))):
        sums += found
        likelihood += of_part
    return Statistics(sums[:, 0], sums[:, 1 : 1 + dims], sums[:, 1 + dims :], likelihood)


def fit_mixture(points: NDArray[Any], count: int, *, seed: int, iterations: int = 100) -> Mixture:
    """Return the mixture that expectation maximisation finds from the centres of k-means.

    Parameters
    ----------
    points : (N, D) float, finite, N at least 1
    count : Gaussians, at least 1; fewer where there are fewer distinct points
    seed : for k-means
    iterations : at most; it ends where a step gains less than a thousandth of a nat a point

    Returns
    -------
    Mixture; variances are at least a thousandth of those of all points

    Raises
    ------
    ValueError
        If points or count are not of that kind.

    References
    ----------
    Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm",
    JRSS B 1977. https://doi.org/10.1111/j.2517-6161.1977.tb01600.x

    """
    values = np.asarray(points, np.float64)
    centres = cluster(points, count, seed=seed).astype(np.float64)
    overall = values.var(axis=0)
    least = np.maximum(FLOOR * overall, TINY * (overall.mean() or 1))
    labels = nearest(values, centres)[0]
    mixture = _from_labels(values, labels, centres, least)
    before = -np.inf
    for _ in range(iterations):
        found = statistics(values, mixture)
        likelihood = found.likelihood / len(values)
        if likelihood < before + TOLERANCE:
            break
        before = likelihood
        mixture = _maximised(found, mixture, least)
    return mixture


def _shared(logs: Values) -> tuple[Values, Values]:
    """Posteriors, in place of `logs`, and the logarithm of the densities' sum.

    Far from every Gaussian no density vanishes.
    """
    peaks = logs.max(axis=1, keepdims=True)
    logs -= peaks
    gamma = np.exp(logs, out=logs)
    sums = gamma.sum(axis=1, keepdims=True)
    gamma /= sums
    return gamma, peaks + np.log(sums)


def _from_labels(
    points: Values, labels: NDArray[np.int64], centres: Values, least: Values
) -> Mixture:
    """Weights and variances of the points of each centre."""
    counts = np.bincount(labels, minlength=len(centres))
    away = (points - centres[labels]) ** 2
    sums = np.stack([np.bincount(labels, column, len(centres)) for column in away.T], axis=1)
    variances = np.maximum(sums / np.maximum(counts, 1)[:, None], least)
    return Mixture(_of_sum_one(counts / len(points)), centres, variances)


def _maximised(found: Statistics, before: Mixture, least: Values) -> Mixture:
    """Weights, means and variances that suit the posteriors best."""
    total = found.zeroth[:, None]
    # What no point belongs to stays where it was.
    held = total > np.finfo(np.float64).eps
    safe = np.where(held, total, 1)
    means = np.where(held, found.first / safe, before.means)
    variances = np.where(held, found.second / safe - means**2, before.variances)
    weights = found.zeroth / found.zeroth.sum()
    return Mixture(_of_sum_one(weights), means, np.maximum(variances, least))


def _of_sum_one(weights: Values) -> Values:
    kept = np.maximum(weights, RAREST)
    return np.asarray(kept / kept.sum(), np.float64)
