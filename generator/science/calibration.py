"""How margins become probabilities that can be taken at their word."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RANGE: Final = (1e-6, 1000.0)
"""Of the temperature. Margins are about 1, unless a small cost has left them all alike."""


def softmax(scores: Floats) -> Floats:
    """Return e^s / Σ e^s along the last axis of scores (..., C): at least 0, summing to 1."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float64)


def temperature(margins: Floats, labels: NDArray[Any]) -> float:
    """Return T, from 1e-6 to 1000, for which softmax(margins / T) fits the labels best.

    One number for all classes, rather than a curve for each, has nothing to overfit with where
    classes are small, keeps the order of classes, and needs no second normalisation.

    Parameters
    ----------
    margins : (N, C) float, finite, of N examples, at least 1, that were not trained on
    labels : (N,) int from 0 to C - 1

    Returns
    -------
    float, of the least cross-entropy. The true class's target is (N + 1) / (N + C), that of each
    other 1 / (N + C), or margins without an error would call for certainty. Margins no better
    than chance give 1000: no class is likelier than another.

    Raises
    ------
    ValueError
        If shapes do not match or are empty.

    References
    ----------
    Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2.
    https://doi.org/10.48550/arXiv.1706.04599
    Platt, "Probabilistic outputs for support vector machines and comparisons to regularized
    likelihood methods", Advances in Large Margin Classifiers, 1999: the targets, for two classes.

    """
    from scipy.optimize import brentq

    if np.ndim(margins) != len("NC") or margins.size == 0 or labels.shape != margins.shape[:1]:
        message = "margins (N, C) and labels (N,) were expected, got "
        raise ValueError(f"{message}{np.shape(margins)} and {np.shape(labels)}")
    count, classes = margins.shape
    target = np.full(margins.shape, 1 / (count + classes))
    target[np.arange(count), labels] = (count + 1) / (count + classes)

    def slope(logarithm: float) -> float:
        """Give the derivative of the cross-entropy by 1/T at T = e^logarithm: it falls with T."""
        return float(((softmax(margins * np.exp(-logarithm)) - target) * margins).sum())

    least, most = np.log(RANGE)
    if slope(most) >= 0:
        return RANGE[1]
    return RANGE[0] if slope(least) <= 0 else float(np.exp(brentq(slope, least, most)))
