"""What two builds say of each other, in sentences for a person who must decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compared import Sight, State
from generator.deltas import Chance
from generator.stills import Still
from generator.technique import Better
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.compared import Compared
    from generator.deltas import Delta
    from generator.flips import Flip
    from generator.records import PanelRecord
    from generator.technique import Metric

_MORE = 4
"""Decimals that are added at most where two numbers look the same and are not."""
_TOLD = 5
"""Numbers that the overview tells one by one."""


def counted(count: int, noun: str, many: str = "") -> str:
    """Return a count and what is counted.

    >>> counted(1, "picture"), counted(2, "picture")
    ('1 picture', '2 pictures')
    """
    return f"{number(count, 0)} {noun if count == 1 else many or f'{noun}s'}"


def of_words(value: float | None, metric: Metric, digits: int | None = None) -> str:
    """Return a number of ``metric`` with its unit, or a dash."""
    if value is None:
        return "–"
    return f"{number(value, metric.digits if digits is None else digits)} {metric.unit}".rstrip()


def signed(value: float, digits: int) -> str:
    """Return a difference with its sign; what rounds to nothing has none."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and text != "0" else text


def frame_words(panel: PanelRecord | None) -> str:
    """Return which frame of a film is seen, after a comma; "" of what is no film."""
    return f", frame {panel.frame}" if isinstance(panel, Still) else ""


def film_words(base: PanelRecord, head: PanelRecord, sight: Sight) -> str:
    """Return how long two films are if that differs, and which frame of them is seen."""
    if not isinstance(base, Still) or not isinstance(head, Still):
        return ""
    length = ""
    if base.frames != head.frames:
        length = f"Of another length: {counted(base.frames, 'frame')} before, {head.frames} now. "
    if sight is Sight.PICTURES:
        return f"{length}Only the frame in the middle was looked at. "
    return f"{length}Frame {head.frame} differs most. "


def whose(delta: Delta, compared: Compared) -> str:
    """Return what a number is about: technique, variant, and the item where it is of one."""
    said = method_words(delta.technique, delta.variant, compared)
    return f"{said} on {compared.title(delta.item)}" if delta.item else said


def method_words(technique: str, variant: str, compared: Compared) -> str:
    """Return the titles of a technique and its variant."""
    methods = {**compared.base.methods, **compared.head.methods}
    for report in (compared.head, compared.base):
        for run in report.runs:
            if (run.technique, run.variant) == (technique, variant):
                title = methods[technique].title
                return f"{title}: {run.title}" if run.title else title
    return technique


def interval_words(delta: Delta) -> str:
    """Return the interval of the difference, or "" where there is none."""
    if delta.interval is None:
        return ""
    low, high = (signed(end, digits_of(delta)) for end in delta.interval)
    return f"{low} to {high}"


def digits_of(delta: Delta) -> int:
    """Return with how many decimals the two numbers of a delta are told apart."""
    digits = delta.words.digits
    if delta.base is None or delta.head is None or delta.chance is Chance.SAME:
        return digits
    for more in range(digits, digits + _MORE):
        if number(delta.base, more) != number(delta.head, more):
            return more
    return digits


def course_words(delta: Delta) -> str:
    """Return how a number moved, and whether that may be chance."""
    if delta.difference is None:
        return "is new" if delta.base is None else "is gone"
    digits = digits_of(delta)
    before, after = (of_words(value, delta.words, digits) for value in (delta.base, delta.head))
    if delta.chance is Chance.SAME:
        return f"stayed at {after}"
    verb = "rose" if delta.difference > 0 else "fell"
    if before == after:
        return f"{verb} by less than is shown, at {after}"
    said = f"{verb} from {before} to {after}"
    if delta.chance is Chance.UNKNOWN:
        return f"{said}; whether by chance cannot be told"
    return f"{said}, {delta.chance.value}"


def worse(delta: Delta) -> bool | None:
    """Say whether the number moved the wrong way; None where there is no such way."""
    if not delta.difference or delta.words.better is Better.NEITHER:
        return None
    return (delta.difference < 0) == (delta.words.better is Better.HIGHER)


def telling(deltas: Sequence[Delta]) -> list[Delta]:
    """Return the numbers that moved, those first that are beyond chance and for the worse."""
    moved = [
        d for d in deltas
        if d.words.better is not Better.NEITHER and d.chance is not Chance.SAME
        and d.difference is not None
    ]  # fmt: skip
    return sorted(moved, key=lambda d: (d.chance is not Chance.BEYOND,
                                        d.chance is Chance.BEYOND and not worse(d)))  # fmt: skip


def overview(compared: Compared, deltas: Sequence[Delta], flips: Sequence[Flip]) -> tuple[str, ...]:
    """Return what changed and whether it matters, a sentence or two each."""
    said = (
        _changed(compared), _failed(compared), _moved(compared, deltas), _flipped(flips),
        _came(compared), _rounded(compared),
    )  # fmt: skip
    return tuple(text for text in said if text)


def headline(compared: Compared) -> str:
    """Return the first sentence: how much changed."""
    return _changed(compared)


def _changed(compared: Compared) -> str:
    both = compared.of(State.SAME, State.CHANGED)
    changed = compared.of(State.CHANGED)
    items = len({twin.place[0] for twin in both})
    if not changed:
        results = counted(len(both), "result")
        return f"Nothing changed: {results} of {counted(items, 'item')} are what they were."
    touched = len({twin.place[0] for twin in changed})
    return (
        f"{number(touched, 0)} of {counted(items, 'item')} changed: "
        f"{number(len(changed), 0)} of {counted(len(both), 'result')}."
    )


def _failed(compared: Compared) -> str:
    broken, mended = compared.of(State.BROKEN), compared.of(State.MENDED)
    parts = []
    if broken:
        parts.append(f"{counted(len(broken), 'result')} failed that did not fail before")
    if compared.items.broken:
        lost = counted(len(compared.items.broken), "item")
        parts.append(f"the source of {lost} cannot be had any more")
    if mended:
        parts.append(f"{counted(len(mended), 'result')} failed before and did not now")
    return _sentence(parts)


def _moved(compared: Compared, deltas: Sequence[Delta]) -> str:
    moved = telling(deltas)
    told: dict[str, list[str]] = {}
    for row in moved[:_TOLD]:
        told.setdefault(whose(row, compared), []).append(f"{row.words.name} {course_words(row)}")
    said = [f"{name}: {'; '.join(courses)}." for name, courses in told.items()]
    if len(moved) > _TOLD:
        more = number(len(moved) - _TOLD, 0)
        said.append(f"{more} more numbers moved; the table has them all.")
    return " ".join(said)


def _flipped(flips: Sequence[Flip]) -> str:
    if not flips:
        return ""
    right = sum(flip.mended for flip in flips)
    pictures = counted(len(flips), "held-out picture")
    return f"{pictures} flipped: {right} right now, {len(flips) - right} wrong now."


def _came(compared: Compared) -> str:
    items = compared.items
    parts = []
    if items.removed:
        parts.append(f"{counted(len(items.removed), 'item')} gone: {_named(items.removed)}")
    if items.added:
        parts.append(f"{counted(len(items.added), 'new item')}: {_named(items.added)}")
    apart = {item.id for item in (*items.removed, *items.added)}
    for state, word in ((State.REMOVED, "gone"), (State.ADDED, "new")):
        count = sum(twin.place[0] not in apart for twin in compared.of(state))
        if count:
            parts.append(f"{counted(count, 'result')} {word} on items that stayed")
    return _sentence(parts)


def _rounded(compared: Compared) -> str:
    rounded = sum(twin.rounded for twin in compared.twins)
    if not rounded:
        return ""
    if rounded == 1:
        return "1 panel differs by no more than rounding does, and is counted as unchanged."
    panels = counted(rounded, "panel")
    return f"{panels} differ by no more than rounding does, and are counted as unchanged."


def _named(items: Sequence[object]) -> str:
    titles = [str(getattr(item, "title", item)) for item in items]
    more = f" and {number(len(titles) - _TOLD, 0)} more" if len(titles) > _TOLD else ""
    return ", ".join(titles[:_TOLD]) + more


def _sentence(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."
