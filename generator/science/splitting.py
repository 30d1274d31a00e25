"""Who trains and who is held out: shares of classes kept, groups never torn apart.

Pictures of one source are alike, so a classifier that trained on one knows the other. Every group
goes to one side whole. Groups are dealt out largest first, each to the part that is furthest
behind its share of the group's classes, so that no order of the list decides who is tested.
Large groups of a class therefore train, and the held-out examples come from many small ones.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TRAIN, HELD = 0, 1


@dataclass(frozen=True)
class _Group:
    """Examples that stay together: their places in the list, and how many of each class."""

    places: tuple[int, ...]
    classes: dict[str, int]


def split(
    labels: Sequence[str], groups: Sequence[str], *, test: float = 0.2, seed: int = 0
) -> tuple[bool, ...]:
    """Return for each example whether it is held out.

    Parameters
    ----------
    labels : the class of each example
    groups : the group of each, never on both sides; "" is a group of its own
    test : part of each class to hold out, between 0 and 1
    seed : which of equally good splits to take

    Returns
    -------
    one bool an example. Every class is among those that train; a class with a single group is
    nowhere else. A class with two groups or more is on both sides. Where groups hold several
    classes that may be impossible for all at once: a class is then missing from those held out,
    never from those that train. A named group's side does not depend on the order of examples;
    of those without a group, the same number of each class is held out in any order.

    Raises
    ------
    ValueError
        If the lists differ in length or `test` is out of its range.

    """
    if not 0 < test < 1:
        message = f"a part to hold out between 0 and 1 was expected, got {test}"
        raise ValueError(message)
    whole = _groups(labels, groups, seed)
    sides = _dealt(whole, (1 - test, test))
    of_class = _by_class(whole)
    for label in of_class:
        _ensure(TRAIN, of_class[label], whole, sides, lambda _: True)
    for label in of_class:
        _ensure(HELD, of_class[label], whole, sides, lambda one: _is_spare(one, of_class, sides))
    return tuple(side == HELD for side in _by_place(whole, sides))


def folds(
    labels: Sequence[str], groups: Sequence[str], count: int, seed: int = 0
) -> tuple[int, ...]:
    """Return the fold of each example, from 0 to count - 1, for cross-validation.

    Parameters
    ----------
    labels, groups, seed : as in `split`
    count : how many folds, at least 2 and at most as many as there are groups

    Returns
    -------
    one int an example; each fold has an equal share of each class, as nearly as groups allow. A
    class with a single group has no example to train on while its own fold is left out.

    Raises
    ------
    ValueError
        If the lists differ in length or there cannot be so many folds.

    """
    whole = _groups(labels, groups, seed)
    if not 2 <= count <= len(whole):  # noqa: PLR2004 -- one to train, one to test
        message = f"from 2 folds to one a group ({len(whole)}) were expected, got {count}"
        raise ValueError(message)
    return tuple(_by_place(whole, _dealt(whole, (1 / count,) * count)))


def _groups(labels: Sequence[str], groups: Sequence[str], seed: int) -> list[_Group]:
    """Gather groups, largest first, equal ones shuffled whatever the order of examples."""
    if len(labels) != len(groups):
        message = "a label and a group for each example were expected, got "
        raise ValueError(f"{message}{len(labels)} labels and {len(groups)} groups")
    named = defaultdict(list)
    for place, group in enumerate(groups):
        if group:
            named[group].append(place)
    alone = sorted((labels[place], place) for place, group in enumerate(groups) if not group)
    members = [named[name] for name in sorted(named)] + [[place] for _, place in alone]
    # Sorted, so that sums over classes round alike whatever the order of examples.
    whole = [
        _Group(tuple(m), dict(sorted(Counter(labels[place] for place in m).items())))
        for m in members
    ]
    random.Random(seed).shuffle(whole)  # noqa: S311 -- no secret
    return sorted(whole, key=lambda one: -len(one.places))


def _dealt(whole: list[_Group], shares: tuple[float, ...]) -> list[int]:
    """Part of each group, of parts that should get these shares of every class.

    A part that took a group of m of a class's n would stand at (load + m/2) / (share n): the
    lowest takes it. With groups of one this is the apportionment of Sainte-Laguë, which rounds
    every class's share to the nearest number. A group of several classes weighs them by m.
    """
    sizes: Counter[str] = Counter()
    for one in whole:
        sizes.update(one.classes)
    loads: list[Counter[str]] = [Counter() for _ in shares]
    totals = [0.0] * len(shares)
    parts = []
    for one in whole:
        weights = [(label, m, m / sizes[label]) for label, m in one.classes.items()]

        def height(part: int, weights: list[tuple[str, int, float]] = weights) -> float:
            load = loads[part]
            return sum((load[label] + m / 2) * w for label, m, w in weights) / shares[part]

        part = min(range(len(shares)), key=lambda p: (height(p), totals[p], p))
        loads[part].update(one.classes)
        totals[part] += len(one.places) / shares[part]
        parts.append(part)
    return parts


def _by_class(whole: list[_Group]) -> dict[str, list[int]]:
    """List the groups of each class, smallest first."""
    found = defaultdict(list)
    for number, one in reversed(list(enumerate(whole))):
        for label in one.classes:
            found[label].append(number)
    return dict(sorted(found.items()))


def _ensure(
    side: int,
    numbers: Sequence[int],
    whole: list[_Group],
    sides: list[int],
    allowed: Callable[[_Group], bool],
) -> None:
    """Move the smallest allowed group of a class that has none on this side."""
    if any(sides[number] == side for number in numbers):
        return
    for number in numbers:
        if allowed(whole[number]):
            sides[number] = side
            return


def _is_spare(one: _Group, of_class: dict[str, list[int]], sides: list[int]) -> bool:
    """Whether every class of a group that trains has another that does."""
    return all(
        sum(sides[number] == TRAIN for number in of_class[label]) > 1 for label in one.classes
    )


def _by_place(whole: list[_Group], parts: list[int]) -> list[int]:
    found = [(place, part) for one, part in zip(whole, parts, strict=True) for place in one.places]
    return [part for _, part in sorted(found)]
