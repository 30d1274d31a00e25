"""Visual words: votes of descriptors, and the histogram of a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.science.clustering import nearest
from generator.science.describing import Votes
from generator.science.rooting import per_sum
from generator.science.threads import one_thread

Floats = NDArray[np.float32]
Values = NDArray[np.float64]


def spread(descriptors: NDArray[Any], words: NDArray[Any]) -> float:
    """Return the median distance of descriptors from their nearest words.

    Parameters
    ----------
    descriptors : (N, D) float, those that the words were learned from
    words : (K, D) float

    Returns
    -------
    float, the scale of soft votes: see `describing.WIDTH`; 0 where most descriptors are words

    """
    return float(np.median(np.sqrt(nearest(descriptors, words)[1])))


@one_thread()
def votes(
    descriptors: NDArray[Any], words: NDArray[Any], kind: Votes, sigma: float = 0.0
) -> Floats:
    """Return how much of each descriptor's vote each word gets.

    Parameters
    ----------
    descriptors : (T, D) float
    words : (K, D) float, K at least 1
    kind : hard, or shared in proportion to exp(-d²/2σ²)
    sigma : width of soft votes in units of the descriptors, at least 0; 0 gives hard votes

    Returns
    -------
    (T, K) float32, not negative; rows sum to 1

    Raises
    ------
    ValueError
        If descriptors and words differ in length, or sigma is negative.

    References
    ----------
    van Gemert et al., "Visual word ambiguity", PAMI 2010 (codeword uncertainty).
    https://doi.org/10.1109/TPAMI.2009.132

    """
    if np.shape(descriptors)[1:] != np.shape(words)[1:] or len(words) == 0:
        message = "descriptors (T, D) and words (K, D) were expected, got "
        raise ValueError(message + f"{np.shape(descriptors)} and {np.shape(words)}")
    if not sigma >= 0:
        message = f"a sigma of at least 0 was expected, got {sigma}"
        raise ValueError(message)
    if kind is Votes.HARD or sigma == 0:
        labels = nearest(descriptors, words)[0]
        return np.asarray(labels[:, None] == np.arange(len(words)), np.float32)
    points, centres = (np.asarray(values, np.float64) for values in (descriptors, words))
    # Squared distances but for the descriptor's own norm, which is the same for all words.
    squares = (centres**2).sum(axis=1) - 2 * points @ centres.T
    squares -= squares.min(axis=1, keepdims=True)
    with np.errstate(over="ignore"):  # what is infinitely far has no vote
        kernels = np.exp(-squares / sigma / sigma / 2)
    return np.asarray(kernels / kernels.sum(axis=1, keepdims=True), np.float32)


@one_thread()
def histogram(
    voted: NDArray[Any], places: NDArray[Any], shape: tuple[int, int], levels: int = 0
) -> Values:
    """Return how many votes each word gets in each cell of a pyramid.

    Level l divides the picture into 2^l x 2^l cells, in each of which votes are counted apart.
    With L the last level, level 0 weighs 1/2^L and level l above it 1/2^(L-l+1), so that what
    also lies in the same place counts for more.

    Parameters
    ----------
    voted : (T, K), from `votes`
    places : (T, 3), row and column of the centre first
    shape : (H, W) of the picture
    levels : the last level, 0 to 2

    Returns
    -------
    (K (1 + 4 + 16),) float64, weighted votes: level by level, cell by cell in reading order

    Raises
    ------
    ValueError
        If the last level is not 0, 1 or 2.

    References
    ----------
    Lazebnik, Schmid and Ponce, "Beyond bags of features", CVPR 2006.
    https://doi.org/10.1109/CVPR.2006.68

    """
    if levels not in range(3):
        message = f"0, 1 or 2 were expected as the last level, got {levels}"
        raise ValueError(message)
    counts = [
        weight * (member.T @ voted) for weight, member in _pyramid(places, shape, levels=levels)
    ]
    return np.asarray(np.concatenate(counts).ravel(), np.float64)


@one_thread()
def histogram_shares(
    voted: NDArray[Any],
    places: NDArray[Any],
    shape: tuple[int, int],
    weights: NDArray[Any],
    levels: int = 0,
) -> Values:
    """Return what each descriptor adds to each linear score of the rooted histogram.

    Parameters
    ----------
    voted, places, shape, levels : as in `histogram`
    weights : (L, C) float, a column for each score, a row for each bin of the histogram

    Returns
    -------
    (T, C) float64; columns sum to the scores, weights.T @ rooted(histogram)

    """
    sums = histogram(voted, places, shape, levels)
    parts = per_sum(sums, weights).reshape(-1, np.shape(voted)[1], np.shape(weights)[1])
    shares = np.zeros((len(voted), parts.shape[2]))
    start = 0
    for weight, member in _pyramid(places, shape, levels=levels):
        for cell, inside in enumerate(member.T.astype(bool)):
            shares[inside] += weight * (voted[inside] @ parts[start + cell])
        start += member.shape[1]
    return shares


def even_histogram(levels: int) -> Values:
    """Return a word's bins (1 + 4 + 16,) in the histogram of a picture evenly full of it."""
    weights = (weight for weight, _ in _pyramid(np.zeros((0, 3)), (1, 1), levels=levels))
    return np.concatenate([np.full(4**level, w / 4**level) for level, w in enumerate(weights)])


def _pyramid(
    places: NDArray[Any], shape: tuple[int, int], *, levels: int
) -> list[tuple[float, Values]]:
    """Each level's weight, and which cell of it each place lies in (T, cells), as 0 and 1."""
    found = []
    for level in range(levels + 1):
        side = 2**level
        lines = (np.asarray(places)[:, :2] + 0.5) * side / shape
        rows, columns = np.clip(lines.astype(np.int64), 0, side - 1).T
        member = (rows * side + columns)[:, None] == np.arange(side * side)
        weight = 2.0 ** (level - levels - 1) if level else 2.0**-levels
        found.append((weight, member.astype(np.float64)))
    return found
