"""How far steered angles are off: means, how sure one can be of them, and what is drawn of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def stretches(frames: Integers) -> Integers:
    """Return for each frame (n,) the number, from 0, of the stretch without gaps that it is in.

    >>> stretches(np.array([3, 4, 5, 9, 10])).tolist()
    [0, 0, 0, 1, 1]
    """
    return np.cumsum(np.diff(frames, prepend=frames[:1]) > 1).astype(np.int64)


def mean_interval(
    errors: Floats, stretch: Integers, rng: np.random.Generator, *, draws: int = 2000
) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean over frames, by a bootstrap over whole stretches of them.

    Neighbouring frames are off alike, so that frames drawn one by one would be sure too soon.

    Parameters
    ----------
    errors : (n,) of each frame
    stretch : (n,) which stretch each frame is in, from 0 on
    rng : draws the stretches
    draws : samples of the bootstrap

    Returns
    -------
    The lower and the upper end, or None if there is but one stretch.

    References
    ----------
    Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 8.6.
    https://doi.org/10.1201/9780429246593

    """
    counts = np.bincount(stretch)
    if len(counts) < 2:  # noqa: PLR2004 - one says nothing of the next
        return None
    sums = np.bincount(stretch, errors)
    drawn = rng.integers(0, len(counts), (draws, len(counts)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def histogram(degrees: Floats, sides: tuple[Integers, ...], *, bins: int = 24) -> Floats:
    """Return how many frames of each side are steered how far.

    Parameters
    ----------
    degrees : (n,) of all frames
    sides : the frames of each side
    bins : over the range that is even about 0

    Returns
    -------
    (bins, 1 + sides) : the middle of each bin in degrees, and the frames in it

    """
    reach = float(np.abs(degrees).max()) or 1.0
    edges = np.linspace(-reach, reach, bins + 1)
    counts = [np.histogram(degrees[side], edges)[0] for side in sides]
    return np.column_stack([(edges[:-1] + edges[1:]) / 2, *counts]).astype(np.float64)


def thinned(count: int, most: int) -> Integers:
    """Return at most so many places among ``count``, evenly spread, the first and last with them.

    >>> thinned(10, 4).tolist()
    [0, 3, 6, 9]
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).round()).astype(np.int64)
