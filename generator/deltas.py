"""How every metric differs between two builds, and whether that is chance.

Classifiers are compared on the held-out pictures that both were tested on, everything else on the
items that both sides have: each number has its counterpart, and the interval is that of pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from statistics import fmean
from typing import TYPE_CHECKING, Any

from generator.flips import predictions
from generator.language import mark

if TYPE_CHECKING:
    from generator.compared import Compared, Twin
    from generator.report import Run
    from generator.science.paired import Change
    from generator.technique import Metric

_TOLERANCE = 1e-6
"""Of a number's own size: what sums may differ by from machine to machine."""
_BY_ITEM = {"dataset", "model", "drive", "video"}
"""Kinds of items that stand for themselves; numbers of pictures are averaged over the pictures."""
_POINTS = 100.0
"""Accuracy is kept in percent."""


class Chance(Enum):
    """Whether a difference may be chance."""

    SAME = mark("unchanged")
    WITHIN = mark("within chance")
    """Zero lies in the interval."""
    BEYOND = mark("beyond chance")
    UNKNOWN = mark("cannot be told")
    """Too few pairs, or a number without any."""


@dataclass(frozen=True)
class Delta:
    """One metric on both sides.

    ``item`` is "" where it is the mean over pictures. ``base`` and ``head`` are over the
    ``count`` pictures that both sides have; ``now`` and ``then`` over all that each has.
    """

    technique: str
    variant: str
    item: str
    metric: str
    words: Metric
    then: float | None
    now: float | None
    base: float | None = None
    head: float | None = None
    interval: tuple[float, float] | None = None
    count: int = 0
    paired: bool = True
    own: tuple[float, float] | None = None

    @property
    def difference(self) -> float | None:
        """The head less the base, or None where one is missing."""
        if self.base is None or self.head is None:
            return None
        return self.head - self.base

    @property
    def chance(self) -> Chance:
        """Whether the difference may be chance."""
        if self.difference is None:
            return Chance.UNKNOWN
        size = max(abs(self.base or 0.0), abs(self.head or 0.0), 1.0)
        if abs(self.difference) <= _TOLERANCE * size:
            return Chance.SAME
        if self.interval is None:
            return Chance.UNKNOWN
        return Chance.WITHIN if self.interval[0] <= 0 <= self.interval[1] else Chance.BEYOND


def delta_of_one(twin: Twin, metric: str, words: Metric) -> Delta | None:
    """Return a metric of one result on both sides, or None where neither has it."""
    scores = [run.score(metric) if run else None for run in (twin.base, twin.head)]
    before, after = (float(score["value"]) if score else None for score in scores)
    if before is None and after is None:
        return None
    item, technique, variant = twin.place
    return Delta(technique, variant, item, metric, words, before, after, before, after, count=1)


def deltas(compared: Compared) -> tuple[Delta, ...]:
    """Return every metric of every technique and variant, in the order of the head."""
    found: list[Delta] = []
    kinds = {item.id: item.kind for side in (compared.base, compared.head) for item in side.items}
    groups: dict[tuple[str, str, str], dict[str, list[Run]]] = {}
    for side, report in (("base", compared.base), ("head", compared.head)):
        for run in report.runs:
            item = run.item if kinds[run.item] in _BY_ITEM else ""
            sides = groups.setdefault((run.technique, run.variant, item), {"base": [], "head": []})
            sides[side].append(run)
    methods = {**compared.base.methods, **compared.head.methods}
    order = {name: place for place, name in enumerate(methods)}
    for key in sorted(groups, key=lambda key: order[key[0]]):
        sides = groups[key]
        for metric, words in methods[key[0]].metrics.items():
            delta = _delta(compared, key, metric, words, sides)
            found += [delta] if delta else []
    return tuple(found)


def _delta(
    compared: Compared,
    key: tuple[str, str, str],
    metric: str,
    words: Metric,
    sides: dict[str, list[Run]],
) -> Delta | None:
    before, after = (_values(sides[side], metric) for side in ("base", "head"))
    if not before and not after:
        return None
    then, now = (fmean(values.values()) if values else None for values in (before, after))
    technique, variant, item = key
    alone = Delta(technique, variant, item, metric, words, then, now, own=_own(sides, metric))
    shared = [name for name in after if name in before]
    if not shared:
        return alone
    old, new = [before[name] for name in shared], [after[name] for name in shared]
    found = None
    if item:
        found = _classified(compared, sides["base"][0], sides["head"][0], metric, (old[0], new[0]))
    if found:
        return found.on(alone)
    interval = None if item or old == new else _mean_change(old, new).interval
    return _Found(fmean(old), fmean(new), interval, len(shared)).on(alone)


def _mean_change(old: list[float], new: list[float]) -> Change:
    import numpy as np

    from generator.science.paired import mean_change

    return mean_change(old, new, np.random.default_rng(0))


def _values(runs: list[Run], metric: str) -> dict[str, float]:
    found = {run.item: run.score(metric) for run in runs if not run.failure}
    return {item: float(score["value"]) for item, score in found.items() if score}


def _own(sides: dict[str, list[Run]], metric: str) -> tuple[float, float] | None:
    """Return the interval of the head's number, where it is one number and has one."""
    scores = [score for run in sides["head"] if (score := run.score(metric))]
    ends = scores[0].get("interval") if len(scores) == 1 else None
    return (float(ends[0]), float(ends[1])) if ends else None


@dataclass(frozen=True)
class _Found:
    """What two tables of predictions say of a metric."""

    base: float
    head: float
    interval: tuple[float, float] | None
    count: int
    paired: bool = True

    def on(self, delta: Delta) -> Delta:
        return replace(
            delta, base=self.base, head=self.head, interval=self.interval, count=self.count,
            paired=self.paired,
        )  # fmt: skip


def _classified(
    compared: Compared, base: Run, head: Run, metric: str, scores: tuple[float, float]
) -> _Found | None:
    """Return base, head, interval and count of a classifier's ``metric``, or None.

    A metric that only bears the name of one of ours is told by its value, and left alone.
    """
    if metric not in {"accuracy", "balanced", "f1"}:
        return None
    before, after = (predictions(*side) for side in ((compared.base, base), (compared.head, head)))
    if not before or not after:
        return None
    if not _tells(before, metric, scores[0]) or not _tells(after, metric, scores[1]):
        return None
    shared = [name for name in after if name in before]
    if not shared:
        return _separate(list(before.values()), list(after.values()), metric)
    return _paired([before[name] for name in shared], [after[name] for name in shared], metric)


def _tells(rows: dict[Any, tuple[Any, ...]], metric: str, value: float) -> bool:
    return math.isclose(_number(list(rows.values()), metric), value, rel_tol=1e-6, abs_tol=1e-6)


def _number(rows: list[tuple[Any, ...]], metric: str) -> float:
    from generator.science.classifier_metrics import accuracy, balanced_accuracy, macro_f1

    truth, named = [row[1] for row in rows], [row[2] for row in rows]
    if metric == "f1":
        return macro_f1(truth, named)
    return _POINTS * (accuracy if metric == "accuracy" else balanced_accuracy)(truth, named)


def _separate(
    before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], metric: str
) -> _Found | None:
    """Compare two classifiers that were tested on other pictures, as far as that can be done."""
    from generator.science.paired import separate_shares

    if metric != "accuracy":
        return None
    right = [sum(row[1] == row[2] for row in side) for side in (before, after)]
    ends = separate_shares(right[0], len(before), right[1], len(after)).interval
    return _Found(
        _number(before, metric), _number(after, metric), _times(ends, _POINTS),
        len(before) + len(after), paired=False,
    )  # fmt: skip


def _times(ends: tuple[float, float] | None, factor: float) -> tuple[float, float] | None:
    return (factor * ends[0], factor * ends[1]) if ends else None


def _paired(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], metric: str) -> _Found:
    import numpy as np

    from generator.science.paired import class_changes, share_change

    count = len(after)
    values = _number(before, metric), _number(after, metric)
    if metric == "accuracy":
        change = share_change(*([row[1] == row[2] for row in side] for side in (before, after)))
    elif [row[1] for row in before] != [row[1] for row in after]:
        return _Found(*values, None, count)  # labels were changed: no classes to be means over
    else:
        truth, old, new = [r[1] for r in after], [r[2] for r in before], [r[2] for r in after]
        both = class_changes(truth, old, new, np.random.default_rng(0))
        change = both.balanced if metric == "balanced" else both.f1
    return _Found(*values, _times(change.interval, 1.0 if metric == "f1" else _POINTS), count)
