"""Two reports side by side: what is on both sides, what differs, what came and what went. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from generator.errors import ComparisonError
from generator.language import mark
from generator.stills import Still, seen, told
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.records import PanelRecord
    from generator.report import Place, Report, Run, Shown
    from generator.science.likeness import Likeness

_TOLERANCE = 1e-6
"""Of a number's own size: what sums may differ by from machine to machine."""
_VISIBLE = 1e-3
"""Of a map's range: what its two ends may differ by where two pictures of it are equal."""

_INLINE = {Role.BOX, Role.CURVE}


class State(Enum):
    """What became of a result from the base to the head."""

    SAME = mark("unchanged")
    """The same findings, whatever led to them."""
    CHANGED = mark("changed")
    """Other findings."""
    ADDED = mark("added")
    """Not in the base."""
    REMOVED = mark("removed")
    """Not in the head."""
    BROKEN = mark("failed")
    """It failed in the head, and did not in the base."""
    MENDED = mark("mended")
    """It failed in the base, and does no more."""
    FAILING = mark("still failing")
    """It failed in both."""


class Sight(Enum):
    """What of a panel that differs can be looked at."""

    NOTHING = "nothing"
    ARRAYS = "arrays"
    """What was found, on both sides."""
    PICTURES = "pictures"
    """Only what the two sites show of it, in the same colours."""


@dataclass(frozen=True)
class Pair:
    """A panel that is not the same on both sides; ``base`` or ``head`` is None where it has none.

    Of a film they are the frame that differs most, or the one in the middle as long as nobody has
    looked.

    ``sight`` is what could be had of the two, and ``likeness`` how alike they are, if that can be
    said.
    """

    name: str
    base: PanelRecord | None
    head: PanelRecord | None
    likeness: Likeness | None = None
    sight: Sight = Sight.NOTHING

    @property
    def rounding(self) -> bool:
        """Whether the two differ by no more than rounding does."""
        if self.likeness is None or self.base is None or self.head is None:
            return False
        # Colours are stretched over each side's own range: equal pictures may have unequal values.
        # And a picture of one frame says nothing of the others.
        known = self.sight is Sight.ARRAYS or (
            not isinstance(self.head, Still) and _same_range(self.base, self.head)
        )
        return known and self.likeness.rounding and told(self.base) == told(self.head)


@dataclass(frozen=True)
class Twin:
    """A result on both sides: what of it differs.

    ``pairs`` are the panels and films that differ, ``rounded`` how many others do by rounding only;
    ``series`` are metrics whose values over time differ.
    """

    base: Run | None
    head: Run | None
    state: State
    pairs: tuple[Pair, ...] = ()
    scores: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    notes: bool = False
    rounded: int = 0
    series: tuple[str, ...] = ()

    @property
    def run(self) -> Run:
        """The result in the head, or in the base where the head has none."""
        run = self.head or self.base
        if run is None:
            raise ValueError("a result that is on no side")
        return run

    @property
    def place(self) -> Place:
        """Item, technique and variant."""
        return self.run.place

    @property
    def panels(self) -> int:
        """How many panels and films there are, where both sides have some."""
        if not (self.base and self.base.record and self.head and self.head.record):
            return 0
        return len({p.name for run in (self.base.record, self.head.record) for p in seen(run)})

    @property
    def settled(self) -> State:
        """The state, now that panels were looked at: rounding alone is no change."""
        if self.state is not State.CHANGED or self.pairs or self.scores:
            return self.state
        return State.CHANGED if self.tables or self.notes or self.series else State.SAME


@dataclass(frozen=True)
class Items:
    """The items that only one side has, and those whose source cannot be had any more."""

    added: tuple[Shown, ...] = ()
    removed: tuple[Shown, ...] = ()
    broken: tuple[Shown, ...] = ()
    mended: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Two builds side by side."""

    base: Report
    head: Report
    twins: tuple[Twin, ...]
    items: Items = field(default_factory=Items)

    def of(self, *states: State) -> tuple[Twin, ...]:
        """Return the results in one of ``states``."""
        return tuple(twin for twin in self.twins if twin.settled in states)

    @property
    def failures(self) -> int:
        """How much failed in the head: results, and items whose source cannot be had."""
        return len(self.of(State.BROKEN, State.FAILING)) + sum(
            bool(item.problem) for item in self.head.items
        )

    def title(self, item: str) -> str:
        """Return what an item is called."""
        found = self.head.item(item) or self.base.item(item)
        return found.title if found else item


def compare(base: Report, head: Report) -> Compared:
    """Return what differs from ``base`` to ``head``, without looking into any array.

    Raises
    ------
    ComparisonError
        If the two have no item in common: they are builds of other content.

    """
    mine, theirs = ({item.id for item in one.items} for one in (base, head))
    if mine and theirs and not mine & theirs:
        raise ComparisonError(
            f"expected two builds of one gallery, got {base.title!r} and {head.title!r}, which "
            "have no item in common; compare builds of the same manifest"
        )
    befores = {run.place: run for run in base.runs}
    afters = {run.place: run for run in head.runs}
    places = [*afters, *(place for place in befores if place not in afters)]
    twins = tuple(_twin(befores.get(place), afters.get(place)) for place in places)
    return Compared(base, head, twins, _items(base, head))


def _items(base: Report, head: Report) -> Items:
    befores = {item.id: item for item in base.items}
    afters = {item.id: item for item in head.items}
    both = [(befores[name], item) for name, item in afters.items() if name in befores]
    return Items(
        added=tuple(item for name, item in afters.items() if name not in befores),
        removed=tuple(item for name, item in befores.items() if name not in afters),
        broken=tuple(item for old, item in both if item.problem and not old.problem),
        mended=tuple(item for old, item in both if old.problem and not item.problem),
    )


def _twin(base: Run | None, head: Run | None) -> Twin:
    if base is None or head is None:
        return Twin(base, head, State.ADDED if base is None else State.REMOVED)
    if base.failure or head.failure:
        states = {(False, True): State.BROKEN, (True, False): State.MENDED}
        return Twin(base, head, states.get((bool(base.failure), bool(head.failure)), State.FAILING))
    if base.record is None or head.record is None or base.record == head.record:
        return Twin(base, head, State.SAME)
    pairs = tuple(_pairs(seen(base.record), seen(head.record)))
    scores = tuple(_scores(base, head))
    names = sorted({table["name"] for run in (base.record, head.record) for table in run.tables})
    tables = tuple(name for name in names if not alike(base.table(name), head.table(name)))
    notes = base.record.notes != head.record.notes
    series = tuple(_series(base, head))
    changed = pairs or scores or tables or notes or series
    state = State.CHANGED if changed else State.SAME
    return Twin(base, head, state, pairs, scores, tables, notes, series=series)


def _pairs(base: Iterable[PanelRecord], head: Iterable[PanelRecord]) -> Iterator[Pair]:
    befores, afters = ({panel.name: panel for panel in side} for side in (base, head))
    for name in [*afters, *(name for name in befores if name not in afters)]:
        old, new = befores.get(name), afters.get(name)
        if old is None or new is None or not _same(old, new):
            yield Pair(name, old, new)


def _same(old: PanelRecord, new: PanelRecord) -> bool:
    if (old.role, old.shape, told(old)) != (new.role, new.shape, told(new)):
        return False
    if isinstance(old, Still) and isinstance(new, Still) and not alike(old.ends, new.ends):
        return False
    if old.role in _INLINE:
        return alike(list(old.values), list(new.values))
    return old.blob == new.blob


def _scores(base: Run, head: Run) -> Iterator[str]:
    both = [{score["metric"]: score["value"] for score in run.record.scores}
            for run in (base, head) if run.record]  # fmt: skip
    for name in dict.fromkeys([*both[1], *both[0]]):
        if not alike(both[0].get(name), both[1].get(name)):
            yield name


def _series(base: Run, head: Run) -> Iterator[str]:
    for name in dict.fromkeys([*head.series, *base.series]):
        if not alike(base.series.get(name), head.series.get(name)):
            yield name


def _same_range(base: PanelRecord, head: PanelRecord) -> bool:
    """Say whether the colours of both stand for the same values; those of a picture always do."""
    if base.role is Role.PICTURE:
        return True
    low, high = ([float(one.facts[end]) for one in (base, head)] for end in ("minimum", "maximum"))
    span = max(map(abs, (*low, *high)))
    return max(abs(low[1] - low[0]), abs(high[1] - high[0])) <= _VISIBLE * span


def alike(one: Any, other: Any) -> bool:
    """Say whether two values of JSON are the same but for the last bits of numbers.

    >>> alike([1.0, "a", None], [1.0000000001, "a", None]), alike(1.0, 1.1), alike(1.0, None)
    (True, False, False)
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return bool(one == other)
