"""A classifier trained on one side of a data set and tried on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science.classification import Linear, train
from generator.science.heads import Head

if TYPE_CHECKING:
    from collections.abc import Sequence

Labels = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Assessment:
    """What a classifier says about the held-out examples, T of them, and of C classes."""

    linear: Linear
    known: Labels
    """(K,) classes that it was trained on, in the order of its columns."""

    learned: Labels
    """(N,) rows of the features that it was trained on."""

    tests: Labels
    """(T,) rows of the features that it was not."""

    truth: Labels
    """(T,) classes."""

    predicted: Labels
    """(T,) classes."""

    probabilities: Floats
    """(T, C), 0 for a class that it was never trained on."""

    margins: Floats
    """(T,) of the predicted class."""

    training_accuracy: float

    def column(self, test: int) -> int:
        """Return the classifier's column for the class that example ``test`` was taken for."""
        return int(np.flatnonzero(self.known == self.predicted[test])[0])


def assess(  # noqa: PLR0913 - lists of one length, and how to train
    features: NDArray[Any],
    labels: Sequence[int],
    held_out: Sequence[bool],
    groups: Sequence[str],
    *,
    classes: int,
    costs: Sequence[float],
    head: Head = Head.SVM,
    seed: int = 0,
) -> Assessment:
    """Return how a classifier that is trained on the rest does on what is held out.

    A class without an example to train on is never named; its held-out examples count as wrong.

    Parameters
    ----------
    features : (N, L) float, finite
    labels : (N,) from 0 to `classes` - 1
    held_out : (N,) True for what is tested on
    groups : (N,) for the inner cross-validation: see `classification.train`
    classes : how many there are
    costs : of mistakes in training, to choose from

    Raises
    ------
    ValueError
        If nothing is held out, less than two classes can be trained on, or a feature is not finite.

    """
    side = np.asarray(held_out, bool)
    truth = np.asarray(labels, np.intp)
    learned, tests = np.flatnonzero(~side), np.flatnonzero(side)
    if not tests.size:
        message = "at least one held-out picture was expected, got none"
        raise ValueError(message)
    known, places = np.unique(truth[learned], return_inverse=True)
    if len(known) < 2:  # noqa: PLR2004
        message = f"at least two classes to learn from were expected, got {len(known)}"
        raise ValueError(message)
    linear = train(
        features[learned], places, groups=[groups[i] for i in learned], costs=costs, head=head,
        seed=seed,
    )  # fmt: skip
    margins = linear.margins(features[tests])
    found = np.zeros((len(tests), classes))
    found[:, known] = linear.probabilities(features[tests])
    best = margins.argmax(axis=1)
    right = linear.predict(features[learned]) == places
    return Assessment(
        linear=linear,
        known=known.astype(np.intp),
        learned=learned,
        tests=tests,
        truth=truth[tests],
        predicted=known[best].astype(np.intp),
        probabilities=found,
        margins=margins[np.arange(len(tests)), best],
        training_accuracy=float(right.mean()),
    )


def worth_showing(found: Assessment, most: int) -> list[int]:
    """Return up to `most` of the tests (0 to T - 1): mistakes first, then what is sure or unsure.

    Every cell of the confusion matrix gets its turn before one gets a second, the surest first;
    half of what is left goes to the least sure.
    """
    sure = found.probabilities[np.arange(len(found.tests)), found.predicted]
    cells: dict[tuple[int, int], list[int]] = {}
    for test in np.argsort(-sure, kind="stable"):
        cell = (int(found.truth[test]), int(found.predicted[test]))
        cells.setdefault(cell, []).append(int(test))
    wrong = [cells[cell] for cell in sorted(cells) if cell[0] != cell[1]]
    right = [_ends(cells[cell]) for cell in sorted(cells) if cell[0] == cell[1]]
    chosen = _in_turn(wrong)[: most // 2]
    chosen += _in_turn(right)[: most - len(chosen)]
    chosen += [t for t in _in_turn(wrong) if t not in chosen][: most - len(chosen)]
    return chosen


def a_few(tests: Sequence[int], count: int) -> list[int]:
    """Return `count` of the tests at most, evenly spread."""
    return list(tests[:: max(1, len(tests) // max(count, 1))][:count])


def _ends(listed: list[int]) -> list[int]:
    """Return the surest, the least sure, the second surest, and so on."""
    back = listed[::-1]
    order = [one for pair in zip(listed, back, strict=True) for one in pair]
    return list(dict.fromkeys(order))


def _in_turn(lists: list[list[int]]) -> list[int]:
    longest = max(map(len, lists), default=0)
    return [one[k] for k in range(longest) for one in lists if k < len(one)]
