"""What the numbers of a film say, in plain words."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.language import many, mark, say, told
from generator.technique import Role
from generator.wording import number, share

if TYPE_CHECKING:
    from generator.records import FilmRecord

_STEADY = (
    (0.9, mark("very steady")),
    (0.7, mark("steady")),
    (0.4, mark("restless")),
    (-2.0, mark("almost new each time")),
)
"""From which rank correlation on a map is called what."""


def length(film: FilmRecord) -> str:
    """Return how long a film is, and of what size."""
    count, rows, columns = film.shape
    rate = Fraction(film.rate)
    return many(
        "{count} frame, {rate} a second: {seconds} seconds of {columns} × {rows} pixels.",
        "{count} frames, {rate} a second: {seconds} seconds of {columns} × {rows} pixels.",
        count,
        rate=number(float(rate), 2),
        seconds=number(float(count / rate), 1),
        columns=columns,
        rows=rows,
    )


def film_finding(film: FilmRecord) -> str:
    """Return what is in a film's maps, in a sentence; "" for pictures, which say it themselves."""
    facts = film.facts
    if film.role is Role.PICTURE:
        return ""
    if film.role is Role.MASK:
        return say("On average {share} of the picture is inside.", share=share(facts["mean"]))
    low, high = number(facts["minimum"], 3), number(facts["maximum"], 3)
    if facts["minimum"] == facts["maximum"]:
        return say("Every value of every frame is {value}.", value=low)
    return say(
        "From {low} to {high} over all frames, which share these colours.", low=low, high=high
    )


def steadiness(film: FilmRecord) -> str:
    """Return how much of a map stays from frame to frame, in words; "" where nobody measured."""
    if "steadiness" not in film.facts:
        return ""
    alike, flicker = film.facts["steadiness"], film.facts["flicker"]
    word = next(word for limit, word in _STEADY if alike >= limit)
    return say(
        "From frame to frame it is {steady}: moved along with the picture, a map and the one "
        "before agree in rank to {alike} (1 is the same order), and the values change by {flicker} "
        "% of their range.",
        steady=say(word),
        alike=number(alike, 2),
        flicker=number(100 * flicker, 1),
    )


def label_of(labels: tuple[str, ...]) -> str:
    """Return what most frames' maps are about, and in how many of them; "" where they differ.

    >>> label_of(("cat, 9 % · head", "cat, 8 % · head", "dog, 7 % · head"))
    'cat · head, in 2 of 3 frames'
    >>> label_of(("4 pixels", "4 pixels")), label_of(("3° left", "2° left", "1° left"))
    ('4 pixels', '')
    """
    if not labels:
        return ""
    if len(set(labels)) == 1:
        return told(labels[0])
    kinds = Counter(_kind(label) for label in labels)
    most, count = min(kinds.items(), key=lambda one: (-one[1], one[0]))
    if 2 * count <= len(labels):
        return ""
    if count == len(labels):
        return told(most)
    return say("{what}, in {count} of {all} frames", what=told(most), count=count, all=len(labels))


def _kind(label: str) -> str:
    """Return a label without the number that differs from frame to frame."""
    what, dot, where = label.partition(" · ")
    return f"{what.rpartition(', ')[0] or what}{dot}{where}" if what.endswith("%") else label
