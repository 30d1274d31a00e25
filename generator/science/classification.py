"""A linear classifier on feature vectors whose cost is chosen without the held-out examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science import one_against_rest
from generator.science.calibration import softmax, temperature
from generator.science.heads import Head
from generator.science.splitting import folds as folds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Features = NDArray[Any]
Floats = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Linear:
    """A trained classifier: L features to C classes."""

    weights: Floats
    """(L, C); those of two classes are -w and w."""

    bias: Floats
    """(C,)"""

    cost: float
    """Chosen by cross-validation."""

    temperature: float
    """What margins are divided by before they become probabilities."""

    validation: tuple[tuple[float, float], ...]
    """Every cost that was tried, ascending, and its accuracy in cross-validation, in [0, 1]."""

    def margins(self, features: Features) -> Floats:
        """Return how far on the side of each class (N, C) features (N, L) are, if positive.

        Raises
        ------
        ValueError
            If there are not L features, or one is not finite.

        """
        x = _finite(features)
        if x.shape[1] != len(self.weights):
            message = f"features (N, {len(self.weights)}) were expected, got {x.shape}"
            raise ValueError(message)
        # One by one and without BLAS, whose last digits change with the batch and the threads.
        rows = np.ascontiguousarray(self.weights.T)
        return np.array([(rows * one).sum(axis=1) for one in x]).reshape(-1, len(rows)) + self.bias

    def probabilities(self, features: Features) -> Floats:
        """Return the probability of each class (N, C): softmax of margins over the temperature.

        Raises
        ------
        ValueError
            As `margins` does.

        """
        return softmax(self.margins(features) / self.temperature)

    def predict(self, features: Features) -> Labels:
        """Return the class (N,) with the highest margin, the first of equal ones.

        Raises
        ------
        ValueError
            As `margins` does.

        """
        return np.asarray(self.margins(features).argmax(axis=1), np.intp)


def train(  # noqa: PLR0913 -- three lists of one length, and how to choose among costs
    features: Features,
    labels: NDArray[Any],
    *,
    groups: Sequence[str],
    costs: Sequence[float] = (0.01, 0.1, 1, 10, 100),
    folds: int = 3,
    seed: int = 0,
    head: Head = Head.SVM,
) -> Linear:
    """Return the classifier of all examples, at the cost that did best on left-out folds.

    Parameters
    ----------
    features : (N, L) float, finite. They are not scaled here, and the costs suit lengths ‖x‖ of
        about 1: features s times as long want costs s² times as small.
    labels : (N,) int from 0 to C - 1: two classes or more, each with an example
    groups : the group of each example, never in two folds; "" is a group of its own
    costs : C of `one_against_rest` to try, above 0; of equally good ones the smallest is taken
    folds : of the cross-validation, at least 2; no more are made than there are groups
    seed : for the folds
    head : the loss

    Returns
    -------
    Linear; its temperature is fitted on the margins of left-out folds at the chosen cost. A class
    with a single group is never right there: nothing of it is left to train on.

    Raises
    ------
    ValueError
        If shapes do not match, a feature is not finite, there are less than two classes or
        groups, a class has no example, or an option is out of its range.

    References
    ----------
    Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995.
    https://doi.org/10.1007/BF00994018

    """
    from threadpoolctl import threadpool_limits

    x = _finite(features)
    y = _classes(labels, len(x))
    if not costs or not all(0 < cost < np.inf for cost in costs):
        message = f"at least one cost, all finite and above 0, was expected, got {tuple(costs)}"
        raise ValueError(message)
    count = min(folds, len(set(groups) - {""}) + sum(not group for group in groups))
    fold = np.array(folds_of([str(label) for label in y], groups, count, seed))
    # With more threads BLAS adds up in another order, and the last digits differ.
    with threadpool_limits(limits=1, user_api="blas"):
        asked = one_against_rest.problem(x, y, head)
        tried = {
            cost: one_against_rest.left_out(asked, fold, cost) for cost in sorted(map(float, costs))
        }
        right = {cost: float((m.argmax(axis=1) == y).mean()) for cost, m in tried.items()}
        best = max(right, key=lambda cost: right[cost])
        weights, bias = one_against_rest.trained(asked, best)
    return Linear(weights, bias, best, temperature(tried[best], y), tuple(right.items()))


def _finite(features: Features) -> Floats:
    x = np.asarray(features, np.float64)
    if x.ndim != len("NL") or x.shape[1] == 0:
        message = f"features (N, L) were expected, got {x.shape}"
        raise ValueError(message)
    broken = np.flatnonzero(~np.isfinite(x).all(axis=1))
    if broken.size:
        message = "finite features were expected, got NaN or infinity in "
        raise ValueError(f"{message}{broken.size} of {len(x)} examples, the first at {broken[0]}")
    return x


def _classes(labels: NDArray[Any], count: int) -> Labels:
    y = np.asarray(labels)
    if y.shape != (count,) or not np.issubdtype(y.dtype, np.integer):
        message = f"labels ({count},) of int were expected, got {y.shape} of {y.dtype}"
        raise ValueError(message)
    present = np.unique(y)
    if len(present) < 2:  # noqa: PLR2004
        message = f"at least two classes were expected, got {present.tolist()}"
        raise ValueError(message)
    if not np.array_equal(present, np.arange(len(present))):
        message = f"classes from 0 up, each with an example, were expected, got {present.tolist()}"
        raise ValueError(message)
    return y.astype(np.intp)
