"""How accuracy changes with one choice, as the size of a vocabulary: pure Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

V = TypeVar("V")


@dataclass(frozen=True)
class Row(Generic[V]):
    """One value of the choice, over all seeds; accuracies in [0, 1]."""

    value: V

    train: float
    """Mean accuracy on what was trained on."""

    held_out: float
    """Mean accuracy on what was not."""

    low: float
    """The smallest on what was held out. Seeds share examples: this is no confidence interval."""

    high: float
    """The largest."""


def accuracy_against(
    train_and_score: Callable[[V, int], tuple[float, float]],
    values: Sequence[V],
    seeds: Sequence[int],
) -> tuple[Row[V], ...]:
    """Return a row for each value, in their order.

    Parameters
    ----------
    train_and_score : value and seed to the accuracy on the training and on the held-out examples;
        everything that is learned has to be learned inside it, from the training examples alone
    values : of the choice
    seeds : at least one; the same for every value, so that luck is the same for all

    Raises
    ------
    ValueError
        If there is no seed.

    """
    if not seeds:
        message = "at least one seed was expected, got none"
        raise ValueError(message)
    rows = []
    for value in values:
        scores = [train_and_score(value, seed) for seed in seeds]
        train, held_out = zip(*scores, strict=True)
        means = (sum(train) / len(seeds), sum(held_out) / len(seeds))
        rows.append(Row(value, *means, low=min(held_out), high=max(held_out)))
    return tuple(rows)
