"""Which maps beat every control, in which tests, and what that says in a sentence."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from generator.language import many, mark, say, told
from generator.technique import Better
from generator.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.technique import TableLegend

Cells = dict[str, dict[int, dict[str, float]]]
"""Numbers by row label, place of the column, and item."""

_FEW = 5
"""From fewer pictures nothing is concluded."""

CONTROL, NOTHING, TOO_FEW = mark("control"), mark("nothing"), "too few"
"""What is said in place of the tests that a map wins."""

Verdict = str | tuple[str, ...]
"""The tests in which a map beats every control, or ``CONTROL`` or ``TOO_FEW``."""

SHUFFLED = mark("Random weights")
"""The column that says how alike a map stays when the network knows nothing any more."""

_ALIKE = 0.5
"""From this rank correlation on, a map shows the picture as well as the network."""

_NAMED = 2
"""Maps that win nothing are named if they are so few."""


def verdicts_of(cells: Cells, legend: TableLegend, measured: list[int]) -> dict[str, Verdict]:
    """Return for each method the measures in which it beats every control."""
    if not legend.controls:
        return {}
    said: dict[str, Verdict] = {}
    for label, found in cells.items():
        if label in legend.controls:
            said[label] = CONTROL
            continue
        judged = {p: _beats(found[p], cells, legend, p) for p in measured if p in found}
        judged = {place: beats for place, beats in judged.items() if beats is not None}
        won = tuple(legend.columns[place].name for place, beats in judged.items() if beats)
        said[label] = won if judged else TOO_FEW
    return said


def _beats(values: dict[str, float], cells: Cells, legend: TableLegend, place: int) -> bool | None:
    """Say whether ``values`` beat those of all controls; None where that cannot be asked."""
    import numpy as np

    from generator.science import controls

    better = legend.columns[place].better
    others = [cells.get(name, {}).get(place, {}) for name in legend.controls]
    shared = [item for item in values if all(item in other for other in others)]
    if better is Better.NEITHER or len(shared) < _FEW:
        return None
    return controls.beats_all(
        np.array([values[item] for item in shared]),
        np.array([[other[item] for other in others] for item in shared]),
        np.random.default_rng(0),
        controls.Better(better.name.lower()),
    ).informative


def deserved(
    cells: Cells, legend: TableLegend, measured: list[int], verdicts: Mapping[str, Verdict]
) -> str:
    """Return which maps are worth trust, given in which tests each of them beats every control."""
    shuffled = next((p for p in measured if legend.columns[p].name == say(SHUFFLED)), -1)
    kept = {
        label: fmean(found[shuffled].values())
        for label, found in cells.items()
        if shuffled in found
    }
    return deserving(verdicts, kept)


def deserving(verdicts: Mapping[str, Verdict], kept: dict[str, float]) -> str:
    """Return which maps are worth trust, from the tests in which each beats every control.

    ``kept`` is how alike each map stays when the network's weights are shuffled.

    >>> deserving({"a": ("Insertion", "Deletion"), "b": (), "Random": "control"}, {"a": 0.1})
    'Worth most trust: “a”, which beats all controls in 2 tests; “b” beats them in none.'
    """
    won = {name: len(tests) for name, tests in verdicts.items() if isinstance(tests, tuple)}
    if not won:
        return ""
    most = max(won.values())
    if not most:
        return say("None of them beats all controls in any test, so none is worth trust here.")
    best = [name for name, count in won.items() if count == most]
    alike = [name for name in best if kept.get(name, 0) >= _ALIKE]
    words = many(
        "Worth most trust: {names}, which beats all controls in {tests}{others}.",
        "Worth most trust: {names}, which beat all controls in {tests}{others}.",
        len(best),
        names=_named(best),
        tests=many("{count} test", "{count} tests", most),
        others=_others([name for name, count in won.items() if not count]),
    )
    return f"{words} {_doubt(alike)}" if alike else words


def _doubt(alike: list[str]) -> str:
    """Return what speaks against maps that stay alike when the weights are shuffled."""
    return many(
        "But {names} stays much the same when the weights are shuffled, and so shows the picture "
        "as well as the network.",
        "But {names} stay much the same when the weights are shuffled, and so show the picture as "
        "well as the network.",
        len(alike),
        names=_named(alike),
    )


def _others(lost: list[str]) -> str:
    if not lost:
        return ""
    if len(lost) > _NAMED:
        return say("; {count} others beat them in none", count=len(lost))
    return many(
        "; {names} beats them in none", "; {names} beat them in none", len(lost), names=_named(lost)
    )


def _named(names: list[str]) -> str:
    return listed([say("“{name}”", name=told(name)) for name in names])
