"""Fisher vectors and VLAD: what the descriptors of a picture differ in from what is usual.

Sums over descriptors; `rooting.rooted` makes vectors of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.science.clustering import chunks, nearest
from generator.science.mixture import CHUNK, Mixture, posteriors, powers, statistics
from generator.science.rooting import per_sum
from generator.science.threads import one_thread, ordered

Values = NDArray[np.float64]


def fisher_sums(points: NDArray[Any], mixture: Mixture) -> Values:
    """Return how a mixture's weights, means and deviations would change to suit the points better.

    With S0 = Σγ, S1 = Σγx and S2 = Σγx² over the T points:
    G_w = (S0 - Tw)/(T√w), G_μ = (S1 - μS0)/(T√w σ), G_σ = (S2 - 2μS1 + (μ²-σ²)S0)/(T√(2w) σ²).

    Parameters
    ----------
    points : (T, D) float
    mixture : K Gaussians in D dimensions

    Returns
    -------
    (K (1 + 2D),) float64: G_w, then G_μ and G_σ Gaussian by Gaussian; about 0 for points drawn
    from the mixture, and 0 without points

    References
    ----------
    Sanchez et al., "Image classification with the Fisher vector", IJCV 2013, equations 16 to 18.
    https://doi.org/10.1007/s11263-013-0636-x

    """
    weights, means, variances = mixture.weights, mixture.means, mixture.variances
    count = len(points)
    if count == 0:
        return np.zeros(len(weights) + 2 * means.size)
    found = statistics(points, mixture)
    roots = np.sqrt(weights)
    zeroth = found.zeroth[:, None]
    of_weights = (found.zeroth - count * weights) / (count * roots)
    of_means = (found.first - means * zeroth) / (count * roots[:, None] * np.sqrt(variances))
    moved = found.second - 2 * means * found.first + (means**2 - variances) * zeroth
    of_deviations = moved / (count * np.sqrt(2) * roots[:, None] * variances)
    return np.concatenate([of_weights, of_means.ravel(), of_deviations.ravel()])


def fisher_shares(points: NDArray[Any], mixture: Mixture, weights: NDArray[Any]) -> Values:
    """Return what each point adds to each linear score of the rooted Fisher vector.

    Parameters
    ----------
    points : (T, D) float
    mixture : K Gaussians in D dimensions
    weights : (K (1 + 2D), C) float, a column for each score

    Returns
    -------
    (T, C) float64; columns sum to the scores, weights.T @ rooted(fisher_sums)

    """
    parts = per_sum(fisher_sums(points, mixture), weights)
    (count, dims), scores = mixture.means.shape, parts.shape[1]
    ends = (count, count + count * dims)
    of_weights, of_means, of_deviations = np.split(parts, ends)
    roots = np.sqrt(mixture.weights)[:, None] * max(len(points), 1)
    means, variances = mixture.means[..., None], mixture.variances[..., None]
    shape = (count, dims, scores)
    by_mean = of_means.reshape(shape) / (roots[..., None] * np.sqrt(variances))
    by_variance = of_deviations.reshape(shape) / (roots[..., None] * np.sqrt(2) * variances)
    # All that γ multiplies, as a polynomial of x.
    constant = (by_variance * (means**2 - variances) - by_mean * means).sum(axis=1)
    constant += of_weights / roots
    slope = (by_mean - 2 * means * by_variance).transpose(1, 0, 2)
    polynomial = np.concatenate([constant[None], slope, by_variance.transpose(1, 0, 2)])
    always = (mixture.weights[:, None] * of_weights / roots).sum(axis=0)

    def shared(part: slice) -> Values:
        gains = np.tensordot(powers(points[part]), polynomial, axes=1)
        gamma = posteriors(points[part], mixture)
        return np.asarray(np.einsum("nk,nkc->nc", gamma, gains) - always, np.float64)

    found = ordered(shared, list(chunks(len(points), CHUNK)))
    return np.concatenate([np.zeros((0, scores)), *found])


@one_thread()
def vlad_sums(points: NDArray[Any], words: NDArray[Any]) -> Values:
    """Return for each word the sum of what separates its points from it.

    Parameters
    ----------
    points : (T, D) float
    words : (K, D) float

    Returns
    -------
    (K D,) float64, word by word

    References
    ----------
    Jegou et al., "Aggregating local image descriptors into compact codes", PAMI 2012.
    https://doi.org/10.1109/TPAMI.2011.235

    """
    labels = nearest(points, words)[0]
    member = labels[:, None] == np.arange(len(words))
    counts = member.sum(axis=0)[:, None]
    return np.asarray((member.T.astype(np.float64) @ points - counts * words).ravel(), np.float64)


@one_thread()
def vlad_shares(points: NDArray[Any], words: NDArray[Any], weights: NDArray[Any]) -> Values:
    """Return what each point adds to each linear score of the rooted VLAD.

    Parameters
    ----------
    points : (T, D) float
    words : (K, D) float
    weights : (K D, C) float, a column for each score

    Returns
    -------
    (T, C) float64; columns sum to the scores, weights.T @ rooted(vlad_sums)

    """
    parts = per_sum(vlad_sums(points, words), weights).reshape(*words.shape, -1)
    labels = nearest(points, words)[0]
    shares = np.zeros((len(points), parts.shape[2]))
    for word in np.unique(labels):
        here = labels == word
        shares[here] = (points[here] - words[word]) @ parts[word]
    return shares
