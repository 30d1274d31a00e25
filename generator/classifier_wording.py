"""What a classifier's numbers say, in sentences for a person who must decide."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.language import many, say, told
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


def pictures(count: int) -> str:
    """Return how many pictures there are.

    >>> pictures(1), pictures(2)
    ('1 picture', '2 pictures')
    """
    return many("{count} picture", "{count} pictures", count, count=number(count, 0))


def quoted(name: str) -> str:
    """Return a name that somebody gave, set apart: it may run from right to left."""
    return say("“{name}”", name=f"\u2068{name}\u2069")


def shot_words(name: str, truth: str, named: str) -> str:
    """Return what a held-out picture shows, and what it was taken for."""
    return say("{name}: shows {truth}, taken for {named}", name=name, truth=truth, named=named)


def headline(run: Run) -> str:
    """Return how often the classifier is right, against guessing."""
    listed = run.predictions
    right = sum(one.right for one in listed)
    values = {
        "count": number(len(listed), 0),
        "right": number(right, 0),
        "share": percent(100 * right / len(listed)),
    }
    guess = run.score("guess")
    if not guess:
        return many(
            "It names {right} of {count} held-out picture rightly, {share}.",
            "It names {right} of {count} held-out pictures rightly, {share}.",
            len(listed),
            **values,
        )
    return many(
        "It names {right} of {count} held-out picture rightly, {share}; guessing would give "
        "{guess}.",
        "It names {right} of {count} held-out pictures rightly, {share}; guessing would give "
        "{guess}.",
        len(listed),
        **values,
        guess=percent(guess[0]),
    )


def verdict(run: Run) -> tuple[str, ...]:
    """Return what the scores say about trusting the classifier, a paragraph each."""
    said = (_sure(run), _learned(run), _uneven(run), _probable(run), _mistaken(run.predictions))
    return tuple(text for text in said if text)


def _sure(run: Run) -> str:
    accuracy, guess = run.score("accuracy"), run.score("guess")
    if not accuracy or not accuracy[1]:
        return ""
    low, high = accuracy[1]
    said = [
        many(
            "{count} picture is a sample: among many more of the same kind, between {low} and "
            "{high} would be named rightly.",
            "{count} pictures are a sample: among many more of the same kind, between {low} and "
            "{high} would be named rightly.",
            len(run.predictions),
            count=number(len(run.predictions), 0),
            low=percent(low),
            high=percent(high),
        )
    ]
    if len(run.predictions) < _FEW:
        said.append(say("With so few pictures that is all that can be said."))
    if guess and low <= guess[0]:
        said.append(say("It may be no better than guessing."))
    elif guess:
        said.append(say("It is better than guessing, and not by chance."))
    return " ".join(said)


def _learned(run: Run) -> str:
    """Say whether it has learned by heart: it is better on what it knows than chance allows."""
    train, accuracy = run.score("train"), run.score("accuracy")
    if not train or not accuracy:
        return ""
    known, more = percent(train[0]), train[0] - accuracy[0]
    top = accuracy[1][1] if accuracy[1] else accuracy[0]
    if more >= _MUCH and train[0] > top:
        return say(
            "Of the pictures that it learned from it names {known} rightly, {points} points more: "
            "part of what it knows it has learned by heart.",
            known=known,
            points=number(round(more), 0),
        )
    return say(
        "Of the pictures that it learned from it names {known} rightly: no sign that it has "
        "learned them by heart.",
        known=known,
    )


def _uneven(run: Run) -> str:
    balanced, accuracy = run.score("balanced"), run.score("accuracy")
    if not balanced or not accuracy or accuracy[0] - balanced[0] < _MUCH:
        return ""
    return say(
        "It does better on the large classes than on the small ones: when each class counts the "
        "same, {share} are named rightly.",
        share=percent(balanced[0]),
    )


def _probable(run: Run) -> str:
    error = run.score("calibration")
    if not error:
        return ""
    points = number(round(100 * error[0]), 0)
    if error[0] <= _TRUE:
        return say(
            "When it says how sure it is, it can be believed: on average {points} points off.",
            points=points,
        )
    if error[0] <= _FALSE:
        return say(
            "When it says how sure it is, take that roughly: on average {points} points off.",
            points=points,
        )
    return say(
        "When it says how sure it is, do not believe it: on average {points} points off.",
        points=points,
    )


def _mistaken(listed: Sequence[Prediction]) -> str:
    """Return the most common mistake; the first in order of the alphabet where there are more."""
    wrong = Counter((one.truth, one.named) for one in listed if not one.right)
    if not wrong:
        return say("It makes no mistake on these pictures.")
    (truth, named), count = min(wrong.items(), key=lambda pair: (-pair[1], pair[0]))
    of = sum(one.truth == truth for one in listed)
    return many(
        "Its most common mistake is to take {truth} for {named}: {wrong} of {count} picture.",
        "Its most common mistake is to take {truth} for {named}: {wrong} of {count} pictures.",
        of,
        truth=quoted(truth),
        named=quoted(named),
        wrong=number(count, 0),
        count=number(of, 0),
    )


def believed(run: Run) -> str:
    """Say whether the painted decision may be believed, from the first row of its evidence."""
    rows = run.table("evidence").get("rows", ())
    if not rows:
        return ""
    found = str(rows[0][-1] or "")
    if found.lower() in {"", "–", "nothing", told("nothing")}:
        return say(
            "Do not believe the painted decision: in no measure does it find what matters better "
            "than maps that never saw the classifier."
        )
    if found.lower().startswith("too few"):
        return say(
            "There are too few pictures to say whether the painted decision can be believed."
        )
    return say(
        "The painted decision tells something about the classifier: it finds what matters better "
        "than every map that never saw it, measured by {measures}.",
        measures=told(found),
    )
