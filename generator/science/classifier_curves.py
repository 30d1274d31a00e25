"""How good scores are at every threshold, and how sure numbers about classifiers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """What is gained against what it costs, from the strictest threshold to the most lenient."""

    thresholds: Floats
    """(K,), infinity, then every different score, falling: scores at least this are positive."""

    x: Floats
    """(K,) in [0, 1], rising."""

    y: Floats
    """(K,) in [0, 1]."""

    area: float
    """In [0, 1]."""


def roc(scores: NDArray[Any], positive: NDArray[np.bool_]) -> Tradeoff:
    """Return true positive rate (y) against false positive rate (x).

    Parameters
    ----------
    scores : (N,) float, finite, higher for what is more likely positive
    positive : (N,) bool, both of them among the examples

    Returns
    -------
    Tradeoff. Its area is the chance that a positive example has a higher score than a negative
    one, equal scores counting half: ½ for scores that tell nothing.

    Raises
    ------
    ValueError
        If shapes do not match, a score is not finite, or all or none are positive.

    References
    ----------
    Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic
    curve", Radiology 143, 1982. https://doi.org/10.1148/radiology.143.1.7063747

    """
    from scipy.stats import rankdata

    thresholds, hits, alarms = _counted(scores, positive)
    wins = rankdata(scores)[positive].sum() - hits[-1] * (hits[-1] + 1) / 2
    return Tradeoff(
        thresholds, alarms / alarms[-1], hits / hits[-1], float(wins / (hits[-1] * alarms[-1]))
    )


def precision_recall(scores: NDArray[Any], positive: NDArray[np.bool_]) -> Tradeoff:
    """Return precision (y) against recall (x).

    Parameters and errors are those of `roc`.

    Returns
    -------
    Tradeoff, beginning with recall 0 and precision 1. Its area is the average precision: the
    precision at each threshold times the recall gained there. Straight lines between points
    would promise more than can be had. Scores that tell nothing give the share of positives.

    References
    ----------
    Davis and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006.
    https://doi.org/10.1145/1143844.1143874

    """
    thresholds, hits, alarms = _counted(scores, positive)
    recall = hits / hits[-1]
    precision = np.concatenate([[1.0], hits[1:] / (hits + alarms)[1:]])
    return Tradeoff(thresholds, recall, precision, float(np.diff(recall) @ precision[1:]))


@dataclass(frozen=True)
class Intervals:
    """Low and high of each number, in [0, 1]."""

    accuracy: tuple[float, float]
    balanced_accuracy: tuple[float, float]
    macro_f1: tuple[float, float]


def bootstrap(
    truth: Sequence[Hashable],
    predicted: Sequence[Hashable],
    groups: Sequence[str],
    rng: np.random.Generator,
    *,
    samples: int = 1000,
    level: float = 0.95,
) -> Intervals:
    """Return the range of `classifier_metrics` when groups are drawn again with replacement.

    Parameters
    ----------
    truth, predicted : the class of each example, at least one
    groups : the group of each: its examples are drawn together, for they are alike, and ten
        copies tell no more than one; "" is a group of its own
    rng : for the draws
    samples : how many times to draw, at least 1
    level : share of the samples inside the interval, between 0 and 1

    Returns
    -------
    Intervals by percentiles. They are too narrow for few groups, and a single point where all
    are right, as `wilson` never is. A class that a sample does not hold is left out of its means.

    Raises
    ------
    ValueError
        If the lists differ in length or are empty, or an option is out of its range.

    References
    ----------
    Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979.
    https://doi.org/10.1214/aos/1176344552

    """
    if not 0 < len(truth) == len(predicted) == len(groups):
        message = "lists of one length, at least 1, were expected, got "
        raise ValueError(f"{message}{len(truth)}, {len(predicted)} and {len(groups)}")
    if samples < 1 or not 0 < level < 1:
        message = "at least 1 sample and a level between 0 and 1 were expected, got "
        raise ValueError(f"{message}{samples} and {level}")
    numbers: dict[Hashable, int] = {}
    cells = np.array([numbers.setdefault(label, len(numbers)) for label in (*truth, *predicted)])
    cells = cells.reshape(2, -1)
    group = _numbered(groups)
    found = np.array([
        _numbers(cells, len(numbers), np.bincount(drawn, minlength=group.max() + 1)[group])
        for drawn in rng.integers(0, group.max() + 1, (samples, group.max() + 1))
    ])  # fmt: skip
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Intervals(*((float(a), float(b)) for a, b in zip(low, high, strict=True)))


def _counted(scores: NDArray[Any], positive: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Thresholds, and how many positive and negative examples reach each."""
    values, truth = np.asarray(scores, np.float64), np.asarray(positive)
    if values.ndim != 1 or truth.shape != values.shape or truth.dtype != np.bool_:
        message = "scores (N,) and positive (N,) of bool were expected, got "
        raise ValueError(f"{message}{values.shape} and {truth.shape} of {truth.dtype}")
    if not np.isfinite(values).all() or not 0 < truth.sum() < truth.size:
        message = "finite scores of positive and negative examples were expected, got "
        raise ValueError(f"{message}{truth.sum()} positive of {truth.size}")
    order = np.argsort(-values)
    last = np.append(np.flatnonzero(np.diff(values[order])), truth.size - 1)
    hits = np.cumsum(truth[order], dtype=np.float64)[last]
    return (
        np.append(np.inf, values[order][last]), np.append(0, hits), np.append(0, last + 1 - hits)
    )  # fmt: skip


def _numbered(groups: Sequence[str]) -> NDArray[np.intp]:
    """Give groups numbers from 0 up, and each example without a name one of its own."""
    names: dict[tuple[str, int], int] = {}
    keys = [(name, -1 if name else place) for place, name in enumerate(groups)]
    return np.array([names.setdefault(key, len(names)) for key in keys], np.intp)


def _numbers(cells: NDArray[np.intp], classes: int, times: NDArray[np.intp]) -> list[float]:
    """Accuracy, balanced accuracy and macro-F1 of examples that count so many times."""
    truth, predicted = cells
    sizes = np.bincount(truth, times, classes)
    hits = np.bincount(truth, times * (truth == predicted), classes)
    both = sizes + np.bincount(predicted, times, classes)
    return [
        float(hits.sum() / sizes.sum()),
        float((hits[sizes > 0] / sizes[sizes > 0]).mean()),
        float((2 * hits[both > 0] / both[both > 0]).mean()),
    ]
