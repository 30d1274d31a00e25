"""Which maps beat every control, in which tests, and what that says in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.technique import Better

if TYPE_CHECKING:
    from generator.technique import TableLegend

Cells = dict[str, dict[int, dict[str, float]]]
"""Numbers by row label, place of the column, and item."""

_FEW = 5
"""From fewer pictures nothing is concluded."""

_CONTROL, _NOTHING, _TOO_FEW = "control", "nothing", "too few"
"""What is said in place of the tests that a map wins."""

_ALIKE = 0.5
"""From this rank correlation on, a map shows the picture as well as the network."""

_NAMED = 2
"""Maps that win nothing are named if they are so few."""


def verdicts_of(
    cells: Cells, legend: TableLegend, measured: list[int], noun: str
) -> dict[str, str]:
    """Return for each method in which measures it beats every control, in words."""
    if not legend.controls:
        return {}
    said = {}
    for label, found in cells.items():
        if label in legend.controls:
            said[label] = _CONTROL
            continue
        judged = {p: _beats(found[p], cells, legend, p) for p in measured if p in found}
        judged = {place: beats for place, beats in judged.items() if beats is not None}
        won = [legend.columns[place].name for place, beats in judged.items() if beats]
        if not judged:
            said[label] = f"{_TOO_FEW} {noun}"
        else:
            said[label] = ", ".join(won) or _NOTHING
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


def deserving(verdicts: dict[str, str], kept: dict[str, float]) -> str:
    """Return which maps are worth trust, from the tests in which each beats every control.

    ``kept`` is how alike each map stays when the network's weights are shuffled.

    >>> deserving({"a": "Insertion, Deletion", "b": "nothing", "Random": "control"}, {"a": 0.1})
    'Worth most trust: “a”, which beats all controls in 2 tests; “b” beats them in none.'
    """
    won = {
        name: 0 if text == _NOTHING else text.count(",") + 1
        for name, text in verdicts.items()
        if text != _CONTROL and not text.startswith(_TOO_FEW)
    }
    if not won:
        return ""
    most = max(won.values())
    if not most:
        return "None of them beats all controls in any test, so none is worth trust here."
    best = [name for name, count in won.items() if count == most]
    tests = "1 test" if most == 1 else f"{most} tests"
    beat = "beats" if len(best) == 1 else "beat"
    others = _others([name for name, count in won.items() if not count])
    alike = [name for name in best if kept.get(name, 0) >= _ALIKE]
    doubt = (
        f" But {_listed(alike)} {'stays' if len(alike) == 1 else 'stay'} much the same when the "
        f"weights are shuffled, and so {'shows' if len(alike) == 1 else 'show'} the picture as "
        "well as the network."
        if alike
        else ""
    )
    return (
        f"Worth most trust: {_listed(best)}, which {beat} all controls in {tests}{others}.{doubt}"
    )


def _others(lost: list[str]) -> str:
    if not lost:
        return ""
    if len(lost) > _NAMED:
        return f"; {len(lost)} others beat them in none"
    return f"; {_listed(lost)} {'beat' if len(lost) > 1 else 'beats'} them in none"


def _listed(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " and ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
