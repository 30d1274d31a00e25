"""What two builds say of each other, in sentences for a person who must decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compared import Sight
from generator.deltas import Chance
from generator.language import many, say, told
from generator.stills import Still
from generator.technique import Better
from generator.wording import number

if TYPE_CHECKING:
    from generator.compared import Compared
    from generator.deltas import Delta
    from generator.records import PanelRecord
    from generator.technique import Metric

_MORE = 4
"""Decimals that are added at most where two numbers look the same and are not."""


def items(count: int) -> str:
    """Return how many items there are."""
    return many("{count} item", "{count} items", count, count=number(count, 0))


def results(count: int) -> str:
    """Return how many results there are."""
    return many("{count} result", "{count} results", count, count=number(count, 0))


def frames(count: int) -> str:
    """Return how many frames there are."""
    return many("{count} frame", "{count} frames", count, count=number(count, 0))


def of_words(value: float | None, metric: Metric, digits: int | None = None) -> str:
    """Return a number of ``metric`` with its unit, or a dash."""
    if value is None:
        return "–"
    said = number(value, metric.digits if digits is None else digits)
    return f"{said} {told(metric.unit)}".rstrip()


def signed(value: float, digits: int) -> str:
    """Return a difference with its sign; what rounds to nothing has none."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and text != "0" else text


def frame_words(title: str, panel: PanelRecord | None) -> str:
    """Return the title of a panel, and which frame of it is seen if it is a film."""
    if not isinstance(panel, Still):
        return title
    return say("{title}, frame {frame}", title=title, frame=panel.frame)


def film_words(base: PanelRecord, head: PanelRecord, sight: Sight) -> tuple[str, ...]:
    """Return how long two films are if that differs, and which frame of them is seen."""
    if not isinstance(base, Still) or not isinstance(head, Still):
        return ()
    seen = say("Frame {frame} differs most.", frame=head.frame)
    if sight is Sight.PICTURES:
        seen = say("Only the frame in the middle was looked at.")
    if base.frames == head.frames:
        return (seen,)
    before, now = frames(base.frames), head.frames
    return say("Of another length: {before} before, {now} now.", before=before, now=now), seen


def whose(delta: Delta, compared: Compared) -> str:
    """Return what a number is about: technique, variant, and the item where it is of one."""
    said = method_words(delta.technique, delta.variant, compared)
    if not delta.item:
        return said
    return say("{method} on {item}", method=said, item=compared.title(delta.item))


def method_words(technique: str, variant: str, compared: Compared) -> str:
    """Return the titles of a technique and its variant."""
    methods = {**compared.base.methods, **compared.head.methods}
    for report in (compared.head, compared.base):
        for run in report.runs:
            if (run.technique, run.variant) == (technique, variant):
                title = told(methods[technique].title)
                return f"{title}: {run.title}" if run.title else title
    return technique


def interval_words(delta: Delta) -> str:
    """Return the interval of the difference, or "" where there is none."""
    if delta.interval is None:
        return ""
    low, high = (signed(end, digits_of(delta)) for end in delta.interval)
    return say("{low} to {high}", low=low, high=high)


def digits_of(delta: Delta) -> int:
    """Return with how many decimals the two numbers of a delta are told apart."""
    digits = delta.words.digits
    if delta.base is None or delta.head is None or delta.chance is Chance.SAME:
        return digits
    for more in range(digits, digits + _MORE):
        if number(delta.base, more) != number(delta.head, more):
            return more
    return digits


def course_words(what: str, delta: Delta) -> str:
    """Return how the number that is called ``what`` moved, and whether that may be chance."""
    if delta.difference is None:
        gone = delta.base is not None
        return say("{what} is gone", what=what) if gone else say("{what} is new", what=what)
    digits = digits_of(delta)
    before, after = (of_words(value, delta.words, digits) for value in (delta.base, delta.head))
    if delta.chance is Chance.SAME:
        return say("{what} stayed at {after}", what=what, after=after)
    rose = delta.difference > 0
    if before == after and rose:
        return say("{what} rose by less than is shown, at {after}", what=what, after=after)
    if before == after:
        return say("{what} fell by less than is shown, at {after}", what=what, after=after)
    values = {"what": what, "before": before, "after": after}
    said = (
        say("{what} rose from {before} to {after}", **values)
        if rose
        else say("{what} fell from {before} to {after}", **values)
    )
    if delta.chance is Chance.UNKNOWN:
        return say("{said}; whether by chance cannot be told", said=said)
    return f"{said}, {say(delta.chance.value)}"


def worse(delta: Delta) -> bool | None:
    """Say whether the number moved the wrong way; None where there is no such way."""
    if not delta.difference or delta.words.better is Better.NEITHER:
        return None
    return (delta.difference < 0) == (delta.words.better is Better.HIGHER)
