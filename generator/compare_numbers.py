"""Tables of numbers of two builds: what each moved by, whether by chance, and where it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compare_pictures import BASE, DIFFERENCE, HEAD
from generator.compare_words import digits_of, interval_words, of_words, signed, worse
from generator.compared import State
from generator.deltas import Chance
from generator.language import mark, say, say_as, told
from generator.marks import Estimate, drawn
from generator.parts import Column
from generator.technique import Better
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.compared import Twin
    from generator.deltas import Delta
    from generator.marks import Mark
    from generator.two_builds import TwoBuilds

MARKED = mark(
    "Below a difference its dot, and the line of its 95 % interval. Differences of one number "
    "share a scale; the dotted line is zero."
)
"""How to read what is drawn."""
_FEW = 6
"""Fewer pictures tell nothing of chance."""


def section_id(twin: Twin) -> str:
    """Return the id of a result on its item's page."""
    return "--".join(twin.place[1:])


def place_of(two: TwoBuilds, row: Delta, touched: set[str]) -> str:
    """Return where what changed is: on the page of the item, or of the first that has it."""
    if row.item:
        return f"items/{row.item}.html" if row.item in touched else ""
    twins = (
        twin for twin in two.compared.of(State.CHANGED)
        if twin.place[1:] == (row.technique, row.variant) and twin.place[0] in touched
    )  # fmt: skip
    first = next(twins, None)
    return f"items/{first.place[0]}.html#{section_id(first)}" if first else ""


def number_marks(rows: Sequence[Delta], *, skipped: int) -> tuple[tuple[Mark | None, ...], ...]:
    """Return what draws the differences, in a table that has ``skipped`` columns before "Base".

    Differences of one number have a scale of their own: they are not measured in the same unit.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault((row.technique, row.metric), []).append(place)
    found: list[Mark | None] = [None] * len(rows)
    for places in groups.values():
        column = [
            Estimate(row.difference, row.interval)
            if row.difference is not None and row.interval
            else None
            for row in (rows[place] for place in places)
        ]
        for place, drawing in zip(places, drawn(column, guide=0.0), strict=True):
            found[place] = drawing
    if not any(found):
        return ()
    before, after = (None,) * (skipped + 3), (None,) * 2
    return tuple((*before, drawing, *after) for drawing in found)


def number_columns(first: str) -> tuple[Column, ...]:
    """Return the columns of a table of numbers; the first names what each is of."""
    return (
        *((Column(first, "", "", "", number=False),) if first else ()),
        Column(say_as("a metric", "Number"), "", "", "", number=False),
        Column(say(BASE), "", "", "", number=True),
        Column(say(HEAD), "", "", "", number=True),
        Column(say(DIFFERENCE), "", say("head less base"), "", number=True),
        Column(say("95 % interval"), "", say("where the true difference lies"), "", number=True),
        Column(
            say_as("rests on", "From"), "", say("pictures that both sides have"), "", number=True
        ),
        Column(say("What it means"), "", "", "", number=False),
    )


def number_cells(row: Delta) -> tuple[str, ...]:
    """Return a row of a table of numbers, without what it is of."""
    digits = digits_of(row)
    before = row.then if row.base is None else row.base
    after = row.now if row.head is None else row.head
    return (
        told(row.words.name),
        of_words(before, row.words, digits),
        of_words(after, row.words, digits),
        "–" if row.difference is None else signed(row.difference, digits),
        interval_words(row) or "–",
        _pairs(row),
        meaning(row),
    )


def _pairs(row: Delta) -> str:
    """Return how many pictures a difference rests on."""
    if row.item and row.interval is None:
        return "–"
    count = number(row.count, 0)
    return count if row.paired else say("{count} others", count=count)


def meaning(row: Delta) -> str:
    """Return what a difference means, in a few words."""
    if row.difference is None:
        one_sided = say("new") if row.then is None else say("gone")
        return say("of other items") if None not in {row.then, row.now} else one_sided
    if row.chance is Chance.UNKNOWN:
        if row.item and row.words.better is Better.NEITHER:
            return say("neither better nor worse")
        few = not row.item and row.count < _FEW
        return say("too few pictures to tell") if few else say(Chance.UNKNOWN.value)
    wrong = worse(row)
    if row.chance is Chance.BEYOND and wrong is not None:
        return say("worse, beyond chance") if wrong else say("better, beyond chance")
    return say(row.chance.value)
