"""What a method says of one picture, and where methods disagree, in plain sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from generator import wording
from generator.language import many, mark, plural, say
from generator.technique import Better, Role
from generator.wording import capital, listed, number, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.likenesses import Located
    from generator.parts import Score
    from generator.technique import Legend, TableLegend
    from generator.touring import Stop

_GUESS = re.compile(r"(.+), (\d[\d.,]*) %(?: · .*)?")
"""How a network's guess is written under a map: the class, and how sure it is."""
_ORDERS = (
    (0.995, mark("They put the places of this picture in the same order.")),
    (0.8, mark("They put the places of this picture in nearly the same order.")),
    (0.5, mark("They put the places of this picture in a similar order.")),
    (0.2, mark("Only roughly do they put the places of this picture in the same order.")),
    (-0.2, mark("The order in which they put the places of this picture has little in common.")),
    (-0.5, mark("What comes first for one comes rather late for the other.")),
    (-1.0, mark("What comes first for one comes late for the other.")),
)
"""What a rank correlation means, from this value on."""
_MUCH = 1.05
"""From this many times its share on, the subject holds more of a map than chance would give."""
MOST = mark("Most alike are “{one}” and “{other}” (rank correlation {value}).")
LEAST = mark("Least alike are “{one}” and “{other}” (rank correlation {value}).")
ONLY = mark("“{one}” and “{other}” have the rank correlation {value}.")
"""What is said of two maps among several, and of the only two."""
_NEAR = 0.8
"""From this rank correlation on, nobody would speak of a disagreement."""
_PAIR = 2
MINUTES_EACH = 0.55
"""A stop of the tour is read in about half a minute."""


def at(spot: Sequence[float]) -> str:
    """Return where in a picture a place is; (row, column), fractions of 0 to 1.

    >>> at((0.1, 0.1)), at((0.5, 0.5)), at((0.9, 0.5))
    ('in the upper left', 'in the centre', 'at the bottom')
    """
    return wording.at(*spot)


def guessed(label: str) -> str:
    """Return the class that a network named, where a map's label tells of one; else "".

    >>> guessed("espresso, 94 % · head, 7 × 7"), guessed("5 layers")
    ('espresso', '')
    """
    match = _GUESS.fullmatch(label)
    return match[1] if match else ""


def guess(label: str) -> str:
    """Return what a map is about, where its label is a network's guess; "" for other labels.

    >>> guess("espresso, 94 % · head, 7 × 7")
    "The network's guess is “espresso”, and it is 94 % sure."
    """
    match = _GUESS.fullmatch(label)
    if not match:
        return ""
    return say(
        "The network's guess is “{guess}”, and it is {sure} % sure.",
        guess=match[1], sure=match[2],
    )  # fmt: skip


def sureness(label: str) -> float | None:
    """Return how sure a network's guess is, in percent; None for labels that are no guess."""
    match = _GUESS.fullmatch(label)
    return float(match[2].replace(",", ".")) if match else None


def strongest(
    role: Role, facts: Mapping[str, Any], legend: Legend, points: Mapping[str, str]
) -> tuple[str, ...]:
    """Return where a map is strongest, in either direction, and what ``points`` say of it."""
    low, high = facts["minimum"], facts["maximum"]
    if low == high:
        return (say("Its map is the same everywhere here, and so it points at nothing."),)
    if role is Role.HEATMAP:
        much = say(
            "{share} of the picture is at least half as strong.",
            share=capital(share(facts["above_half"])),
        )  # fmt: skip
        return (_most(facts["peak"], legend.high, points.get("peak", "")), much)
    return tuple(
        _most(facts[spot], end, points.get(spot, ""))
        for spot, end, there in (("peak", legend.high, high > 0), ("trough", legend.low, low < 0))
        if there
    )


def _most(spot: Sequence[float], end: str, point: str) -> str:
    """Return where a map is strongest in one direction, which ends in the colour called ``end``."""
    if point:
        return say("{place}: {what}.", place=capital(at(spot)), what=point)
    if end:
        return say("“{end}” is strongest {place}.", end=end, place=at(spot))
    return say("It is strongest {place}.", place=at(spot))


def on_subject(found: Located | None, subject: float | None) -> str:
    """Return how a map lies to the subject, which somebody has outlined; "" where nobody has."""
    if found is None or not subject:
        return ""
    words = (
        mark("The strongest place is on the subject, which fills {subject} of the picture and "
             "holds {inside} of the map's strength.")
        if found.pointed
        else mark("The strongest place is not on the subject, which fills {subject} of the picture "
                  "and holds {inside} of the map's strength.")
    )  # fmt: skip
    chance = (
        mark("That is no more than its size would hold by chance.")
        if found.inside <= subject * _MUCH
        else mark("That is {times} times what its size would hold by chance.")
    )
    told = say(words, inside=share(found.inside), subject=share(subject))
    return f"{told} {say(chance, times=number(found.inside / subject, 1))}"


def best_of(rows: Sequence[Sequence[Any]], legend: TableLegend) -> str:
    """Return which map wins the first test of a table with controls, and whether it beats them."""
    column, metric = next(
        ((n, m) for n, m in enumerate(legend.columns) if m.better is not Better.NEITHER), (0, None)
    )
    values = {str(row[0]): row[column] for row in rows if isinstance(row[column], int | float)}
    blank = [value for name, value in values.items() if name in legend.controls]
    own = {name: value for name, value in values.items() if name not in legend.controls}
    if metric is None or not column or not blank or not own:
        return ""
    choose = max if metric.better is Better.HIGHER else min
    best, bar = choose(own.values()), choose(blank)
    winners = [name for name, value in own.items() if value == best]
    words = (
        plural("In the test “{test}” the best map is {names} with {value}; it beats the best of "
               "the controls, which know nothing, with {bar}.",
               "In the test “{test}” the best maps are {names} with {value}; they beat the best "
               "of the controls, which know nothing, with {bar}.")
        if choose(best, bar) == best != bar
        else plural("In the test “{test}” the best map is {names} with {value}; it does not beat "
                    "the best of the controls, which know nothing, with {bar}.",
                    "In the test “{test}” the best maps are {names} with {value}; they do not "
                    "beat the best of the controls, which know nothing, with {bar}.")
    )  # fmt: skip
    names = listed([say("“{name}”", name=name) for name in winners])
    numbers = {"value": number(best, metric.digits), "bar": number(bar, metric.digits)}
    return many(*words, len(winners), test=metric.name, names=names, **numbers)


def scored(score: Score) -> str:
    """Return a score with what it means and which way is better."""
    unit = f" {score.unit}" if score.unit else ""
    better = f"; {score.better}" if score.better else ""
    return f"{score.name}: {score.value}{unit} ({score.meaning}{better})."


def telling(scores: Sequence[Score], *, located: bool) -> tuple[Score, ...]:
    """Return the scores that are worth a sentence: the first that are better high, or else low.

    Of a map whose place on the subject is told it is one at most, and none of which low is better:
    that is a check of the calculation.
    """
    high, low = say(Better.HIGHER.value), say(Better.LOWER.value)
    ways = (high, *(() if located else (low, "")))
    groups = (tuple(score for score in scores if score.better == way) for way in ways)
    return next((group for group in groups if group), ())[: 1 if located else 2]


def first_sentence(text: str) -> str:
    """Return the first sentence of an explanation.

    >>> first_sentence("Bright is hot. Dark is not.")
    'Bright is hot.'
    """
    whole = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    found = re.match(r".+?[.?!](?= [A-ZÄÖÜ“„]|$)", whole)
    return found[0] if found else whole


def lead(count: int) -> str:
    """Return what the tour is, counted."""
    minutes = max(2, round(count * MINUTES_EACH))
    return say(
        "One picture, {methods}, about {minutes} minutes.",
        methods=many("{count} method", "{count} methods", count), minutes=minutes,
    )  # fmt: skip


def gathered(stops: Sequence[Stop]) -> str:
    """Return whether maps are strongest in the same part of the picture; "" for fewer than two."""
    parts = [at(stop.map.facts["peak"]) for stop in stops if stop.map]
    count = len(parts)
    if count < _PAIR:
        return ""
    most = max(parts, key=lambda one: (parts.count(one), -parts.index(one)))
    same = parts.count(most)
    if count == _PAIR:
        if same == count:
            return say("Both maps are strongest {place}.", place=most)
        return say("The two maps are strongest in different parts of the picture.")
    if same == count:
        return say("All {count} maps are strongest {place}.", count=count, place=most)
    if same == 1:
        return say("No two of the {count} maps are strongest in the same part of it.", count=count)
    return say(
        "{same} of the {count} maps are strongest {place}, the others elsewhere.",
        same=same, count=count, place=most,
    )  # fmt: skip


def alike(words: str, one: str, other: str, value: float) -> str:
    """Return how alike the maps of two methods are, after ``MOST``, ``LEAST`` or ``ONLY``."""
    order = next(text for least, text in _ORDERS if value >= least or least == -1)
    return f"{say(words, one=one, other=other, value=number(value, 2))} {say(order)}"


def why(one: Stop, other: Stop, value: float) -> str:
    """Return what it means that the maps of two methods are the least alike, by ``value``."""
    if value >= _NEAR:
        return say("So on this picture the maps hardly disagree.")
    if one.technique.family is not other.technique.family:
        return say(
            "That is no contradiction, for they answer different questions. One: {one} The other: "
            "{other}",
            one=asks(one), other=asks(other),
        )  # fmt: skip
    return say(
        "Both belong to “{family}”, and still they ask differently. One: {one} The other: {other} "
        "As far as both are taken to show the same, they cannot both be right, and the maps alone "
        "do not say which is.",
        family=say(one.technique.family.value), one=asks(one), other=asks(other),
    )  # fmt: skip


def asks(stop: Stop) -> str:
    """Return the question that a method answers, or what it does where it has none."""
    return stop.technique.question or stop.technique.summary


def tested(title: str, step: int) -> str:
    """Return where the maps themselves are tested."""
    return say(
        "A map that looks convincing need not be right. Step {step}, “{title}”, tests the maps.",
        step=step, title=title,
    )  # fmt: skip
