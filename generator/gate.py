"""The gate: each rule beside two builds, kept or broken, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.compare_words import course_words, of_words, whose
from generator.compared import Sight, State
from generator.deltas import Chance, delta_of_one
from generator.errors import ComparisonError
from generator.language import mark, say, told
from generator.rules import COUNTED, LEAST, SHARED, Course
from generator.technique import Role
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.compared import Compared, Twin
    from generator.deltas import Delta
    from generator.flips import Flip
    from generator.rules import Rule

_ON_BOTH = (State.SAME, State.CHANGED)


@dataclass(frozen=True)
class Found:
    """What one number or one count says of a rule."""

    kept: bool
    said: str


@dataclass(frozen=True)
class Verdict:
    """A rule, whether the head keeps it, and why."""

    rule: Rule
    found: tuple[Found, ...]

    @property
    def kept(self) -> bool:
        """Whether everything that the rule speaks of keeps it."""
        return all(one.kept for one in self.found)

    @property
    def said(self) -> str:
        """What was found: of a broken rule what breaks it, else everything."""
        chosen = [one.said for one in self.found if self.kept or not one.kept]
        return "; ".join(chosen)


def judged(
    rules: Iterable[Rule], compared: Compared, deltas: Sequence[Delta], flips: Sequence[Flip]
) -> tuple[Verdict, ...]:
    """Return the verdict on each of ``rules``."""
    return tuple(Verdict(rule, _found(rule, compared, deltas, flips)) for rule in rules)


def _found(
    rule: Rule, compared: Compared, deltas: Sequence[Delta], flips: Sequence[Flip]
) -> tuple[Found, ...]:
    if rule.subject in LEAST:
        return (_least(rule, compared),)
    if rule.subject in COUNTED:
        return (_counted(rule, compared, flips),)
    rows = _rows(rule, compared, deltas)
    if not rows:
        said = say("no result of either build has {subject}", subject=rule.subject)
        return (Found(kept=False, said=said),)
    return tuple(_metric(rule, row, compared) for row in rows)


def _rows(rule: Rule, compared: Compared, deltas: Sequence[Delta]) -> list[Delta]:
    rows = [
        row
        for row in deltas
        if row.metric == rule.subject
        and rule.technique in {"", row.technique}
        and rule.variant in {"", row.variant}
        and rule.item in {"", row.item}
    ]
    return rows if rows or not rule.item else _of_one(rule, compared)


def _of_one(rule: Rule, compared: Compared) -> list[Delta]:
    """Return the numbers of a single picture, which are part of a mean otherwise."""
    found: list[Delta] = []
    for twin in _chosen(rule, compared):
        methods = {**compared.base.methods, **compared.head.methods}
        words = methods[twin.run.technique].metrics.get(rule.subject)
        one = delta_of_one(twin, rule.subject, words) if words else None
        found += [one] if one else []
    return found


def _metric(rule: Rule, row: Delta, compared: Compared) -> Found:
    what = f"{whose(row, compared)}: {told(row.words.name)}"
    if row.now is None:
        return Found(kept=False, said=say("{what} is not there any more", what=what))
    if rule.course is Course.VALUE:
        kept = rule.holds(row.now, row.words.unit)
        value = of_words(row.now, row.words)
        return Found(kept, say("{what} is {value}", what=what, value=value))
    if row.difference is None:
        return Found(kept=True, said=say("{what} is new", what=what))
    moved = {
        Course.DROP: -row.difference,
        Course.RISE: row.difference,
        Course.CHANGE: abs(row.difference),
    }[rule.course]
    kept = rule.holds(moved, row.words.unit)
    excused = not kept and rule.chance and row.chance is Chance.WITHIN
    return Found(kept or excused, course_words(what, row))


def _chosen(rule: Rule, compared: Compared) -> list[Twin]:
    return [
        twin
        for twin in compared.twins
        if rule.item in {"", twin.place[0]}
        and rule.technique in {"", twin.place[1]}
        and rule.variant in {"", twin.place[2]}
    ]


def _counted(rule: Rule, compared: Compared, flips: Sequence[Flip]) -> Found:
    count, total = _count(rule, compared, flips)
    said = say(_COUNTS[rule.subject], count=number(count, 0), all=number(total, 0))
    if rule.subject in SHARED and rule.percent:
        share = 100 * count / total if total else 0.0
        return Found(rule.holds(share, "%"), f"{said}, {number(share, 1)} %")
    return Found(rule.holds(count), said)


def _count(rule: Rule, compared: Compared, flips: Sequence[Flip]) -> tuple[int, int]:
    """Return how many there are of what ``rule`` counts, and of how many."""
    twins = _chosen(rule, compared)
    whole = not rule.technique
    there = [twin for twin in twins if twin.settled in _ON_BOTH]
    if rule.subject == "changed panels":
        return sum(len(twin.pairs) for twin in there), sum(twin.panels for twin in there)
    if rule.subject == "changed results":
        return sum(twin.settled is State.CHANGED for twin in there), len(there)
    if rule.subject == "lost results":
        return sum(twin.settled in {State.REMOVED, State.BROKEN} for twin in twins), len(twins)
    if rule.subject == "worse pictures":
        places = {twin.place for twin in twins}
        worse = [f for f in flips if not f.mended and (f.item, f.technique, f.variant) in places]
        return len(worse), len(flips)
    items = compared.items
    if rule.subject == "lost items":
        lost = [item for item in (*items.removed, *items.broken) if rule.item in {"", item.id}]
        return len(lost), len(compared.base.items)
    if rule.subject not in {"failures", "new failures"}:
        raise ComparisonError(f"nobody counts {rule.subject}")
    new = rule.subject == "new failures"
    states = {State.BROKEN} if new else {State.BROKEN, State.FAILING}
    added = [t for t in twins if t.settled is State.ADDED and t.head and t.head.failure]
    listed = items.broken if new else [item for item in compared.head.items if item.problem]
    sources = [item for item in listed if whole and rule.item in {"", item.id}]
    return sum(t.settled in states for t in twins) + len(added) + len(sources), len(twins)


def _least(rule: Rule, compared: Compared) -> Found:
    """Judge the least alike of the changed panels; one that cannot be looked at breaks the rule."""
    least, worst = 1.0, ""
    for twin in _chosen(rule, compared):
        for pair in twin.pairs:
            panel = pair.head or pair.base
            if panel is None or panel.role not in _MEASURED[rule.subject]:
                continue
            place = f"{compared.title(twin.place[0])}, {twin.place[1]}/{twin.place[2]}: {pair.name}"
            value = getattr(pair.likeness, rule.subject) if pair.likeness else None
            pictured = pair.sight is Sight.PICTURES and rule.subject == "correlation"
            if value is None and not pictured:
                said = say("{place} cannot be laid over what it was", place=place)
                return Found(kept=False, said=said)
            if value is not None and value < least:
                least, worst = value, place
    said = f"{say(_LEAST[rule.subject])} {number(least, 3)}"
    return Found(rule.holds(least), f"{said} ({worst})" if worst else said)


_COUNTS = {
    "changed panels": mark("{count} of {all} panels changed"),
    "changed results": mark("{count} of {all} results changed"),
    "failures": mark("{count} failures"),
    "new failures": mark("{count} new failures"),
    "lost items": mark("{count} lost items"),
    "lost results": mark("{count} lost results"),
    "worse pictures": mark("{count} worse pictures"),
}
_LEAST = {"similarity": mark("similarity"), "correlation": mark("correlation")}
_MEASURED = {
    "similarity": {Role.PICTURE, Role.HEATMAP, Role.SIGNED_MAP, Role.MASK},
    "correlation": {Role.HEATMAP, Role.SIGNED_MAP},
}
