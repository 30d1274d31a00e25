"""Hyperplanes that part each class from all others.

For a class, minimise over weights w and bias b

    (P)  ½‖w‖² + C Σ_i loss(y_i (w·x_i + b))        y_i = 1 for the class, -1 for the rest

with the hinge loss max(0, 1 - m) or the logistic loss log(1 + e^-m). Only products of examples
count, so with more features L than examples N all of it happens in N coordinates: eight thousand
features of a few hundred pictures become a few hundred, once for every class, fold and cost.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from generator.science.heads import Head

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]

STEPS: Final = {Head.SVM: 200_000, Head.LOGISTIC: 1000}
"""Of the solver, at most: a cost far too large for its features stops here, with what it has."""

NEGLIGIBLE: Final = 1e-12
"""Part of the largest squared extent below which a direction is rounding."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Examples in as few coordinates as they need, and (P) on any of them."""

    z: Floats
    """(N, D) coordinates of the examples less their mean, which moves nothing but the bias."""

    gram: Floats | None
    """(N, N) products of examples, for an SVM."""

    basis: Floats | None
    """(L, D), coordinates as features; None where they are the features."""

    mean: Floats
    """(L,)"""

    labels: Labels
    """(N,) from 0 to C - 1, C at least 2."""


def problem(features: Floats, labels: Labels, head: Head) -> Problem:
    """Return (P) for features (N, L), finite, and labels (N,) from 0 to C - 1."""
    mean = features.mean(axis=0)
    x = features - mean
    basis = None
    if x.shape[1] > x.shape[0]:
        squares, axes = np.linalg.eigh(x @ x.T)
        real = squares > NEGLIGIBLE * squares[-1]
        real[-1] = True  # something has to remain where all examples are alike
        extents = np.sqrt(np.maximum(squares[real], 0))
        basis = x.T @ (axes[:, real] / np.where(extents > 0, extents, 1))
        x = axes[:, real] * extents
    gram = x @ x.T if head is Head.SVM else None
    return Problem(z=x, gram=gram, basis=basis, mean=mean, labels=labels)


def left_out(asked: Problem, fold: NDArray[Any], cost: float) -> Floats:
    """Return the margins (N, C) of each example from those in other folds than its own (N,)."""
    found = np.empty((len(fold), asked.labels.max() + 1))
    for number in np.unique(fold):
        out = fold == number
        w, b = _planes(asked, np.flatnonzero(~out), cost)
        found[out] = asked.z[out] @ w + b
    return found


def trained(asked: Problem, cost: float) -> tuple[Floats, Floats]:
    """Return weights (L, C) and bias (C,) for features as they came, from all examples."""
    w, b = _planes(asked, np.arange(len(asked.z)), cost)
    weights = w if asked.basis is None else asked.basis @ w
    return weights, b - asked.mean @ weights


def _planes(asked: Problem, rows: Labels, cost: float) -> tuple[Floats, Floats]:
    """Weights (D, C) and bias (C,) for the coordinates, from some of the examples."""
    classes = int(asked.labels.max()) + 1
    if classes == 2:  # noqa: PLR2004 -- the other's problem is the same with all signs turned
        w, b = _plane(asked, rows, 1, cost)
        return np.stack([-w, w], axis=1), np.array([-b, b])
    planes = [_plane(asked, rows, label, cost) for label in range(classes)]
    return np.stack([w for w, _ in planes], axis=1), np.array([b for _, b in planes])


def _plane(asked: Problem, rows: Labels, label: int, cost: float) -> tuple[Floats, float]:
    positive = asked.labels[rows] == label
    if positive.all() or not positive.any():
        # No hinge loss is left with this, and the logistic loss has no minimum.
        return np.zeros(asked.z.shape[1]), 1.0 if positive.all() else -1.0
    with warnings.catch_warnings():
        from sklearn.exceptions import ConvergenceWarning

        warnings.simplefilter("ignore", ConvergenceWarning)
        if asked.gram is None:
            return _logistic(asked.z[rows], positive, cost)
        return _svm(asked.z[rows], asked.gram[np.ix_(rows, rows)], positive, cost)


def _svm(z: Floats, gram: Floats, positive: NDArray[np.bool_], cost: float) -> tuple[Floats, float]:
    from sklearn.svm import SVC

    model = SVC(kernel="precomputed", C=cost, max_iter=STEPS[Head.SVM]).fit(gram, positive)
    return model.dual_coef_[0] @ z[model.support_], float(model.intercept_[0])


def _logistic(z: Floats, positive: NDArray[np.bool_], cost: float) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=cost, tol=1e-6, max_iter=STEPS[Head.LOGISTIC]).fit(z, positive)
    return model.coef_[0], float(model.intercept_[0])
