"""What changed between two builds and whether it matters, in a sentence or two each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compare_words import course_words, results, whose, worse
from generator.compared import State
from generator.deltas import Chance
from generator.language import many, plural, say, told
from generator.technique import Better
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.compared import Compared
    from generator.deltas import Delta
    from generator.flips import Flip

_TOLD = 5
"""Numbers that the overview tells one by one."""
_GONE = plural("{count} item gone: {names}", "{count} items gone: {names}")
_NEW = plural("{count} new item: {names}", "{count} new items: {names}")
_LOST = plural(
    "{count} result gone on items that stayed", "{count} results gone on items that stayed"
)
_CAME = plural(
    "{count} result new on items that stayed", "{count} results new on items that stayed"
)


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


def _changed(compared: Compared) -> str:
    both = compared.of(State.SAME, State.CHANGED)
    changed = compared.of(State.CHANGED)
    there = len({twin.place[0] for twin in both})
    if not both:
        return say("No result can be compared: none was found on both sides.")
    if not changed:
        return many(
            "Nothing changed: {results} {of_items} is what it was.",
            "Nothing changed: {results} {of_items} are what they were.",
            len(both),
            results=results(len(both)),
            of_items=_of_items(there),
        )
    touched = len({twin.place[0] for twin in changed})
    return say(
        "{touched} {of_items} changed: {changed} {of_results}.",
        touched=number(touched, 0),
        of_items=_of_items(there),
        changed=number(len(changed), 0),
        of_results=_of_results(len(both)),
    )


def _failed(compared: Compared) -> str:
    broken, mended = compared.of(State.BROKEN), compared.of(State.MENDED)
    parts = []
    if broken:
        parts.append(
            many(
                "{count} result failed that did not fail before",
                "{count} results failed that did not fail before",
                len(broken),
                count=number(len(broken), 0),
            )
        )
    if compared.items.broken:
        parts.append(
            many(
                "the source of {count} item cannot be had any more",
                "the source of {count} items cannot be had any more",
                len(compared.items.broken),
                count=number(len(compared.items.broken), 0),
            )
        )
    if mended:
        parts.append(
            many(
                "{count} result failed before and did not now",
                "{count} results failed before and did not now",
                len(mended),
                count=number(len(mended), 0),
            )
        )
    return _sentence(parts)


def _moved(compared: Compared, deltas: Sequence[Delta]) -> str:
    moved = telling(deltas)
    courses: dict[str, list[str]] = {}
    for row in moved[:_TOLD]:
        courses.setdefault(whose(row, compared), []).append(course_words(told(row.words.name), row))
    said = [f"{name}: {'; '.join(listed)}." for name, listed in courses.items()]
    if len(moved) > _TOLD:
        said.append(
            many(
                "{count} more number moved; the table has them all.",
                "{count} more numbers moved; the table has them all.",
                len(moved) - _TOLD,
                count=number(len(moved) - _TOLD, 0),
            )
        )
    return " ".join(said)


def _flipped(flips: Sequence[Flip]) -> str:
    if not flips:
        return ""
    right = sum(flip.mended for flip in flips)
    return many(
        "{count} held-out picture flipped: {right} right now, {wrong} wrong now.",
        "{count} held-out pictures flipped: {right} right now, {wrong} wrong now.",
        len(flips),
        count=number(len(flips), 0),
        right=right,
        wrong=len(flips) - right,
    )


def _came(compared: Compared) -> str:
    gone, new = compared.items.removed, compared.items.added
    apart = {item.id for item in (*gone, *new)}
    lost, came = (
        sum(twin.place[0] not in apart for twin in compared.of(state))
        for state in (State.REMOVED, State.ADDED)
    )
    counts = (
        (len(gone), _GONE, _named(gone)),
        (len(new), _NEW, _named(new)),
        (lost, _LOST, ""),
        (came, _CAME, ""),
    )
    return _sentence(
        [many(*forms, n, count=number(n, 0), names=names) for n, forms, names in counts if n]
    )


def _rounded(compared: Compared) -> str:
    rounded = sum(twin.rounded for twin in compared.twins)
    if not rounded:
        return ""
    return many(
        "{count} panel differs by no more than rounding does, and is counted as unchanged.",
        "{count} panels differ by no more than rounding does, and are counted as unchanged.",
        rounded,
        count=number(rounded, 0),
    )


def _named(items: Sequence[object]) -> str:
    titles = [str(getattr(item, "title", item)) for item in items]
    names = ", ".join(titles[:_TOLD])
    if len(titles) <= _TOLD:
        return names
    return say("{names} and {count} more", names=names, count=number(len(titles) - _TOLD, 0))


def _sentence(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def _of_items(count: int) -> str:
    return many("of {count} item", "of {count} items", count, count=number(count, 0))


def _of_results(count: int) -> str:
    return many("of {count} result", "of {count} results", count, count=number(count, 0))
