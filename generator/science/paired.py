"""How much a number differs between two builds, and whether chance alone could do that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.science.classifier_metrics import sign_test, wilson

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

_LEVEL = 0.95
_FEWEST = 6
"""With fewer pairs even a change of all of them in one direction could be chance: 2 / 2⁵ > 0.05."""


@dataclass(frozen=True)
class Change:
    """The second number less the first, and the interval that the true difference lies in.

    ``interval`` is None where so few pairs tell nothing of chance.
    """

    difference: float
    interval: tuple[float, float] | None
    count: int
    """How many pairs it rests on, or examples of both sides where they are not the same."""

    @property
    def within_chance(self) -> bool | None:
        """Whether zero lies in the interval; None where nobody can say."""
        return None if self.interval is None else self.interval[0] <= 0 <= self.interval[1]


def share_change(before: Sequence[bool], after: Sequence[bool]) -> Change:
    """Return how the share of true values changed, the same examples on both sides, in order.

    Exact: of the m examples that changed, how many changed for the better is a throw of coins,
    and Clopper and Pearson's interval of that share, times m / n, is the interval of the change.
    It holds zero exactly where McNemar's exact test finds nothing at 0.05. Without any example
    that changed it is the single point 0.

    Parameters
    ----------
    before, after : whether each example is right, at least one

    Raises
    ------
    ValueError
        If the lists differ in length or are empty.

    References
    ----------
    Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26, 1934. https://doi.org/10.1093/biomet/26.4.404
    McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12, 1947. https://doi.org/10.1007/BF02295996

    """
    _check(before, after)
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    changed, n = gained + lost, len(before)
    if not changed:
        return Change(0.0, (0.0, 0.0), n)
    low, high = _clopper_pearson(gained, changed)
    interval = (2 * low - 1) * changed / n, (2 * high - 1) * changed / n
    if sign_test(gained, lost) > 1 - _LEVEL:  # the two agree but for the last bit of a quantile
        interval = min(interval[0], 0.0), max(interval[1], 0.0)
    return Change((gained - lost) / n, interval, n)


def separate_shares(right_before: int, before: int, right_after: int, after: int) -> Change:
    """Return how a share changed between two samples that have nothing to do with each other.

    Parameters
    ----------
    right_before, right_after : how many of each sample are right
    before, after : sizes of the samples, at least 1

    References
    ----------
    Newcombe, "Interval estimation for the difference between independent proportions: comparison
    of eleven methods", Statistics in Medicine 17, 1998, method 10.
    https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I

    """
    first, second = right_before / before, right_after / after
    (low_1, high_1), (low_2, high_2) = wilson(right_before, before), wilson(right_after, after)
    difference = second - first
    return Change(
        difference,
        (
            difference - math.hypot(second - low_2, high_1 - first),
            difference + math.hypot(high_2 - second, first - low_1),
        ),
        before + after,
    )


def mean_change(
    before: Sequence[float], after: Sequence[float], rng: np.random.Generator, *, draws: int = 4000
) -> Change:
    """Return how the mean over items changed, by a paired bootstrap over the items.

    Parameters
    ----------
    before, after : the number of each item, the same items in the same order, at least one
    rng : for the draws
    draws : bootstrap samples, at least 1

    Returns
    -------
    Change whose interval is by percentiles, and None with less than six items

    Raises
    ------
    ValueError
        If the lists differ in length or are empty, or a number is not finite.

    References
    ----------
    Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 13.3.
    https://doi.org/10.1201/9780429246593

    """
    _check(before, after)
    gains = np.subtract(after, before, dtype=np.float64)
    if not np.isfinite(gains).all():
        message = "finite numbers were expected, got NaN or infinity"
        raise ValueError(message)
    n, mean = len(gains), float(gains.mean())
    if n < _FEWEST:
        return Change(mean, None, n)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=draws) @ gains / n
    return Change(mean, _percentiles(drawn), n)


@dataclass(frozen=True)
class ClassChanges:
    """How the two means over classes changed."""

    balanced: Change
    f1: Change


def class_changes(
    truth: Sequence[Hashable],
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    rng: np.random.Generator,
    *,
    draws: int = 1000,
) -> ClassChanges:
    """Return how balanced accuracy and macro-F1 changed, by a paired bootstrap over examples.

    Parameters
    ----------
    truth : the class of each example, at least one
    before, after : what each was taken for by the two classifiers, in the same order
    rng : for the draws
    draws : bootstrap samples, at least 1

    Raises
    ------
    ValueError
        If the lists differ in length or are empty.

    References
    ----------
    As for `mean_change`.

    """
    _check(truth, before)
    _check(truth, after)
    names: dict[Hashable, int] = {}
    codes = [
        np.array([names.setdefault(label, len(names)) for label in labels])
        for labels in (truth, before, after)
    ]
    hot = [np.eye(len(names))[code] for code in codes]
    n = len(truth)
    once = np.ones((1, n))
    many = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)
    found = []
    for place in (0, 1):
        point, sampled = (
            (_class_means(w, hot[0], hot[2]) - _class_means(w, hot[0], hot[1]))[:, place]
            for w in (once, many)
        )
        interval = _percentiles(sampled) if n >= _FEWEST else None
        found.append(Change(float(point[0]), interval, n))
    return ClassChanges(*found)


def _class_means(
    weights: NDArray[np.float64], truth: NDArray[np.float64], named: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return balanced accuracy and macro-F1 of each row of weights, (S, 2)."""
    there, said, hits = weights @ truth, weights @ named, weights @ (truth * named)
    with np.errstate(invalid="ignore"):
        recall, f1 = hits / there, 2 * hits / (there + said)
    return np.stack([np.nanmean(recall, axis=1), np.nanmean(f1, axis=1)], axis=1)


def _clopper_pearson(hits: int, n: int) -> tuple[float, float]:
    from scipy.stats import beta

    tail = (1 - _LEVEL) / 2
    low = float(beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0
    return low, high


def _percentiles(drawn: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def _check(one: Sequence[object], other: Sequence[object]) -> None:
    if not 0 < len(one) == len(other):
        message = f"lists of one length, at least 1, were expected, got {len(one)} and {len(other)}"
        raise ValueError(message)
