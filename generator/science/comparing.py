"""Whether one classifier is better than another on the same examples: pure Python."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from generator.science.classifier_metrics import holm, sign_test

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Pair:
    """Two classifiers on the same examples."""

    first: str
    second: str

    both: int
    """How many examples both have right."""

    only_first: int
    """How many the first has right and the second wrong."""

    only_second: int

    neither: int

    p: float
    """Of McNemar's exact test, in [0, 1]."""

    adjusted: float
    """p by Holm's correction for all the pairs that were compared."""

    def better(self, level: float = 0.05) -> str | None:
        """Return the one that is better if `adjusted` is at most this level, else None."""
        if self.adjusted > level or self.only_first == self.only_second:
            return None
        return self.first if self.only_first > self.only_second else self.second

    @property
    def least(self) -> float:
        """The smallest p that so few disagreements can give: if it is large, nothing was asked."""
        return sign_test(self.only_first + self.only_second, 0)


def compare(right: Mapping[str, Sequence[bool]]) -> tuple[Pair, ...]:
    """Return every pair of classifiers, in the order of their names in the mapping.

    Parameters
    ----------
    right : for each classifier, whether it has each example right; the same examples, held out
        from all of them, in the same order

    Raises
    ------
    ValueError
        If the numbers of examples differ or there are none.

    References
    ----------
    Those of `mcnemar` and `holm` in `classifier_metrics`.

    """
    sizes = {name: len(hits) for name, hits in right.items()}
    if len(set(sizes.values())) > 1 or 0 in sizes.values():
        listed = ", ".join(f"{size} of {name}" for name, size in sizes.items())
        message = f"the same examples, at least one, were expected for all, got {listed}"
        raise ValueError(message)
    counted = [
        (names, _counts(right[names[0]], right[names[1]])) for names in combinations(right, 2)
    ]
    ps = [sign_test(only_first, only_second) for _, (_, only_first, only_second, _) in counted]
    return tuple(
        Pair(*names, *counts, p=p, adjusted=adjusted)
        for (names, counts), p, adjusted in zip(counted, ps, holm(ps), strict=True)
    )


def _counts(a: Sequence[bool], b: Sequence[bool]) -> tuple[int, int, int, int]:
    """Count examples both, only the first, only the second and neither have right."""
    both = sum(1 for x, y in zip(a, b, strict=True) if x and y)
    first, second = (sum(map(bool, hits)) for hits in (a, b))
    return both, first - both, second - both, len(a) - first - second + both
