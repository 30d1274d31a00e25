"""What a classifier's numbers say, in sentences for a person who must decide."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.classifier_runs import Prediction, Run

_MUCH = 5.0
"""Points, of 100, from which a difference is worth a sentence."""
_TRUE, _FALSE = 0.05, 0.15
"""Calibration errors below the first are small, above the second large."""
_FEW = 30
"""Fewer held-out pictures say little."""


def percent(value: float) -> str:
    """Return a share in percent as a sentence has it.

    >>> percent(95.04), percent(100.0)
    ('95.0 %', '100 %')
    """
    return f"{number(round(value, 1), 1)} %"


def pictures(count: int, adjective: str = "") -> str:
    """Return how many pictures there are.

    >>> pictures(1), pictures(2, "held-out")
    ('1 picture', '2 held-out pictures')
    """
    said = f"{adjective} " if adjective else ""
    return f"{number(count, 0)} {said}picture{'' if count == 1 else 's'}"


def quoted(name: str) -> str:
    """Return a name that somebody gave, set apart: it may run from right to left."""
    return f"“\u2068{name}\u2069”"


def headline(run: Run) -> str:
    """Return how often the classifier is right, against guessing."""
    listed = run.predictions
    right = sum(one.right for one in listed)
    share = percent(100 * right / len(listed))
    said = f"It names {number(right, 0)} of {pictures(len(listed), 'held-out')} rightly, {share}"
    guess = run.score("guess")
    return f"{said}; guessing would give {percent(guess[0])}." if guess else f"{said}."


def verdict(run: Run) -> tuple[str, ...]:
    """Return what the scores say about trusting the classifier, a paragraph each."""
    said = (_sure(run), _learned(run), _uneven(run), _probable(run), _mistaken(run.predictions))
    return tuple(text for text in said if text)


def _sure(run: Run) -> str:
    accuracy, guess = run.score("accuracy"), run.score("guess")
    if not accuracy or not accuracy[1]:
        return ""
    low, high = accuracy[1]
    said = (
        f"{pictures(len(run.predictions)).capitalize()} are a sample: among many more of the same "
        f"kind, between {percent(low)} and {percent(high)} would be named rightly."
    )
    if len(run.predictions) < _FEW:
        said += " With so few pictures that is all that can be said."
    if guess and low <= guess[0]:
        return f"{said} It may be no better than guessing."
    return f"{said} It is better than guessing, and not by chance." if guess else said


def _learned(run: Run) -> str:
    """Say whether it has learned by heart: it is better on what it knows than chance allows."""
    train, accuracy = run.score("train"), run.score("accuracy")
    if not train or not accuracy:
        return ""
    known, more = percent(train[0]), train[0] - accuracy[0]
    said = f"Of the pictures that it learned from it names {known} rightly"
    top = accuracy[1][1] if accuracy[1] else accuracy[0]
    if more >= _MUCH and train[0] > top:
        points = number(round(more), 0)
        return f"{said}, {points} points more: part of what it knows it has learned by heart."
    return f"{said}: no sign that it has learned them by heart."


def _uneven(run: Run) -> str:
    balanced, accuracy = run.score("balanced"), run.score("accuracy")
    if not balanced or not accuracy or accuracy[0] - balanced[0] < _MUCH:
        return ""
    return (
        "It does better on the large classes than on the small ones: when each class counts the "
        f"same, {percent(balanced[0])} are named rightly."
    )


def _probable(run: Run) -> str:
    error = run.score("calibration")
    if not error:
        return ""
    off = f"on average {number(round(100 * error[0]), 0)} points off"
    if error[0] <= _TRUE:
        return f"When it says how sure it is, it can be believed: {off}."
    if error[0] <= _FALSE:
        return f"When it says how sure it is, take that roughly: {off}."
    return f"When it says how sure it is, do not believe it: {off}."


def _mistaken(listed: Sequence[Prediction]) -> str:
    """Return the most common mistake; the first in order of the alphabet where there are more."""
    wrong = Counter((one.truth, one.named) for one in listed if not one.right)
    if not wrong:
        return "It makes no mistake on these pictures."
    (truth, named), count = min(wrong.items(), key=lambda pair: (-pair[1], pair[0]))
    of = sum(one.truth == truth for one in listed)
    return (
        f"Its most common mistake is to take {quoted(truth)} for {quoted(named)}: "
        f"{number(count, 0)} of {pictures(of)}."
    )


def believed(run: Run) -> str:
    """Say whether the painted decision may be believed, from the first row of its evidence."""
    rows = run.table("evidence").get("rows", ())
    if not rows:
        return ""
    found = str(rows[0][-1] or "")
    if found.lower() in {"", "–", "nothing"}:
        return (
            "Do not believe the painted decision: in no measure does it find what matters better "
            "than maps that never saw the classifier."
        )
    if found.lower().startswith("too few"):
        return "There are too few pictures to say whether the painted decision can be believed."
    return (
        "The painted decision tells something about the classifier: it finds what matters better "
        f"than every map that never saw it, measured by {found}."
    )
