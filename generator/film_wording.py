"""What the numbers of a film say, in plain English."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.technique import Role
from generator.wording import number, share

if TYPE_CHECKING:
    from generator.records import FilmRecord

_STEADY = ((0.9, "very steady"), (0.7, "steady"), (0.4, "restless"), (-2.0, "almost new each time"))
"""From which rank correlation on a map is called what."""


def length(film: FilmRecord) -> str:
    """Return how long a film is, and of what size."""
    count, rows, columns = film.shape
    rate = Fraction(film.rate)
    frames = "1 frame" if count == 1 else f"{count} frames"
    return (
        f"{frames}, {number(float(rate), 2)} a second: {number(float(count / rate), 1)} seconds of "
        f"{columns} × {rows} pixels."
    )


def film_finding(film: FilmRecord) -> str:
    """Return what is in a film's maps, in a sentence; "" for pictures, which say it themselves."""
    facts = film.facts
    if film.role is Role.PICTURE:
        return ""
    if film.role is Role.MASK:
        return f"On average {share(facts['mean'])} of the picture is inside."
    low, high = number(facts["minimum"], 3), number(facts["maximum"], 3)
    if facts["minimum"] == facts["maximum"]:
        return f"Every value of every frame is {low}."
    return f"From {low} to {high} over all frames, which share these colours."


def steadiness(film: FilmRecord) -> str:
    """Return how much of a map stays from frame to frame, in words; "" where nobody measured."""
    if "steadiness" not in film.facts:
        return ""
    alike, flicker = film.facts["steadiness"], film.facts["flicker"]
    word = next(word for limit, word in _STEADY if alike >= limit)
    return (
        f"From frame to frame it is {word}: moved along with the picture, a map and the one before "
        f"agree in rank to {number(alike, 2)} (1 is the same order), and the values change by "
        f"{number(100 * flicker, 1)} % of their range."
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
        return labels[0]
    kinds = Counter(_kind(label) for label in labels)
    most, count = min(kinds.items(), key=lambda one: (-one[1], one[0]))
    if 2 * count <= len(labels):
        return ""
    return most if count == len(labels) else f"{most}, in {count} of {len(labels)} frames"


def _kind(label: str) -> str:
    """Return a label without the number that differs from frame to frame."""
    what, dot, where = label.partition(" · ")
    return f"{what.rpartition(', ')[0] or what}{dot}{where}" if what.endswith("%") else label
