"""How good predictions are, in numbers a page can make from what was stored: pure Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from operator import itemgetter
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def wilson(right: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval that holds the true accuracy with this much confidence.

    Parameters
    ----------
    right : how many of the examples, from 0 to `total`
    total : how many independent examples there are, at least 1
    level : of confidence, between 0 and 1

    Returns
    -------
    low and high, each in [0, 1]; never a single point, even if all or none are right

    Raises
    ------
    ValueError
        If an argument is out of its range.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22, 1927. https://doi.org/10.2307/2276774

    """
    if not 0 <= right <= total or total < 1:
        message = "a number right of at least 1 example was expected, got "
        raise ValueError(f"{message}{right} of {total}")
    if not 0 < level < 1:
        message = f"a level of confidence between 0 and 1 was expected, got {level}"
        raise ValueError(message)
    weight = NormalDist().inv_cdf((1 + level) / 2) ** 2 / total

    def low(share: float) -> float:
        spread = sqrt(weight * share * (1 - share) + weight * weight / 4)
        return (share + weight / 2 - spread) / (1 + weight)

    # The mirror image, so that either end is exact where all or none are right.
    return low(right / total), 1 - low((total - right) / total)


def accuracy(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Return the share of examples, at least one, that are predicted right, in [0, 1].

    Raises
    ------
    ValueError
        If the lists differ in length or are empty.

    """
    _check(truth, predicted)
    return sum(t == p for t, p in zip(truth, predicted, strict=True)) / len(truth)


def balanced_accuracy(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Return the mean over the true classes of the share predicted right of each, in [0, 1].

    A classifier that always says the same class gets one part in the number of classes, however
    common that class is.

    Raises
    ------
    ValueError
        As `accuracy` does.

    """
    _check(truth, predicted)
    sizes, hits = Counter(truth), _hits(truth, predicted)
    return _mean([hits[label] / size for label, size in sizes.items()])


def macro_f1(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Return the mean over classes of 2 right / (true + predicted), in [0, 1].

    Classes that are predicted but never true count as well, with 0.

    Raises
    ------
    ValueError
        As `accuracy` does.

    """
    _check(truth, predicted)
    sizes, hits = Counter(truth) + Counter(predicted), _hits(truth, predicted)
    return _mean([2 * hits[label] / size for label, size in sizes.items()])


def confusion(
    truth: Sequence[Hashable], predicted: Sequence[Hashable], classes: Sequence[Hashable]
) -> tuple[tuple[int, ...], ...]:
    """Return how many of each true class (rows) are predicted as each (columns).

    Parameters
    ----------
    truth, predicted : the class of each example; may be empty
    classes : in the order of rows and columns, each once, all that occur among them

    Raises
    ------
    ValueError
        If the lists differ in length, a class is listed twice or one is missing.

    """
    _check_lengths(truth, predicted)
    unknown = {*truth, *predicted} - {*classes}
    if unknown or len({*classes}) < len(classes):
        message = f"every class once was expected, got {list(classes)}"
        names = sorted(map(str, unknown))
        raise ValueError(f"{message} without {', '.join(names)}" if names else message)
    pairs = Counter(zip(truth, predicted, strict=True))
    return tuple(tuple(pairs[row, column] for column in classes) for row in classes)


def sign_test(wins: int, losses: int) -> float:
    """Return the chance that a fair coin falls at least as unevenly, in (0, 1]; 1 for no throw.

    Exact and two-sided: 2 Σ_{i ≤ min} (n over i) / 2ⁿ, at most 1. Below about 1e-308 it is 0.

    Raises
    ------
    ValueError
        If a count is negative.

    """
    if min(wins, losses) < 0:
        message = f"counts of at least 0 were expected, got {wins} and {losses}"
        raise ValueError(message)
    n, term, tail = wins + losses, 1, 0
    for i in range(min(wins, losses) + 1):
        tail += term
        term = term * (n - i) // (i + 1)  # n over i + 1, without starting anew
    return float(min(1, 2 * tail / (1 << n)))


def mcnemar(right_a: Sequence[bool], right_b: Sequence[bool]) -> float:
    """Return p of McNemar's exact test that two classifiers are right equally often, in [0, 1].

    Only examples count that one has right and the other wrong: if neither is better, each of
    them is a throw of a fair coin.

    Parameters
    ----------
    right_a, right_b : whether each has the same example right, in the same order

    Raises
    ------
    ValueError
        If the lists differ in length.

    References
    ----------
    McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12, 1947. https://doi.org/10.1007/BF02295996

    """
    _check_lengths(right_a, right_b)
    pairs = Counter(zip(right_a, right_b, strict=True))
    return sign_test(pairs[True, False], pairs[False, True])


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p of each test as if it were the only one made, in the order they came.

    The smallest is multiplied by the number of tests, the next by one less, and so on; none is
    less than a smaller one's, nor more than 1.

    Raises
    ------
    ValueError
        If one is not in [0, 1].

    References
    ----------
    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 1979. https://www.jstor.org/stable/4615733

    """
    if not all(0 <= p <= 1 for p in ps):
        message = f"numbers in [0, 1] were expected, got {tuple(ps)}"
        raise ValueError(message)
    found, least = [0.0] * len(ps), 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda place: ps[place])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        found[place] = least
    return tuple(found)


@dataclass(frozen=True)
class Bin:
    """Examples of about the same confidence."""

    count: int
    """At least 1."""

    confidence: float
    """Their mean, in [0, 1]."""

    accuracy: float
    """The share that is right, in [0, 1]: equal to the confidence if that can be believed."""


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> tuple[Bin, ...]:
    """Return examples sorted by confidence in bins of about equally many, the least sure first.

    Parameters
    ----------
    confidences : the probability that each prediction was given, in [0, 1]
    right : whether it was right
    bins : at most so many, at least 1. Examples of equal confidence stay together, in the bin
        that the middle of them falls in, and empty bins are left out.

    Raises
    ------
    ValueError
        If the lists differ in length or are empty, or an argument is out of its range.

    """
    _check(confidences, right)
    if bins < 1 or not all(0 <= confidence <= 1 for confidence in confidences):
        message = "confidences in [0, 1] and at least 1 bin were expected, got "
        raise ValueError(f"{message}{min(confidences)} to {max(confidences)} and {bins}")
    sure = sorted(zip(confidences, right, strict=True))
    members: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    before = 0
    for _, alike in groupby(sure, key=itemgetter(0)):
        one = list(alike)
        members[bins * (2 * before + len(one)) // (2 * len(sure))] += one
        before += len(one)
    return tuple(
        Bin(len(one), _mean([value for value, _ in one]), _mean([hit for _, hit in one]))
        for one in members.values()
    )


def expected_calibration_error(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> float:
    """Return how far confidence is from accuracy, mean over the bins of `reliability`, in [0, 1].

    Each bin counts by its examples. Few examples give more than 0 even where confidence is right.

    Raises
    ------
    ValueError
        As `reliability` does.

    References
    ----------
    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI 2015. https://doi.org/10.1609/aaai.v29i1.9602

    """
    found = reliability(confidences, right, bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in found) / len(right)


def _hits(truth: Sequence[Hashable], predicted: Sequence[Hashable]) -> Counter[Hashable]:
    return Counter(t for t, p in zip(truth, predicted, strict=True) if t == p)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _check(one: Sequence[object], other: Sequence[object]) -> None:
    _check_lengths(one, other)
    if not len(one):
        message = "at least one example was expected, got none"
        raise ValueError(message)


def _check_lengths(one: Sequence[object], other: Sequence[object]) -> None:
    if len(one) != len(other):
        message = f"lists of one length were expected, got {len(one)} and {len(other)}"
        raise ValueError(message)
