"""Two builds set beside each other: read, compared, looked into, and judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.changes import measured
from generator.compared import State, compare
from generator.deltas import deltas
from generator.flips import flips
from generator.gate import judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.builds import Build
    from generator.compared import Compared
    from generator.deltas import Delta
    from generator.flips import Flip
    from generator.gate import Verdict
    from generator.rules import Rule

_SHOWN = (State.CHANGED, State.BROKEN, State.MENDED)


@dataclass(frozen=True)
class TwoBuilds:
    """Base and head, what differs between them, and the rules of the gate."""

    base: Build
    head: Build
    compared: Compared
    deltas: tuple[Delta, ...]
    flips: tuple[Flip, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the gate says, in the language that is spoken."""
        return judged(self.rules, self.compared, self.deltas, self.flips)

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The rules that the head breaks."""
        return tuple(verdict for verdict in self.verdicts if not verdict.kept)

    @property
    def touched(self) -> tuple[str, ...]:
        """The items that have a page of their own: something of them differs."""
        items = (twin.place[0] for twin in self.compared.of(*_SHOWN))
        return tuple(dict.fromkeys(items))


def set_beside(base: Build, head: Build, rules: Iterable[Rule], *, jobs: int = 1) -> TwoBuilds:
    """Return what differs from ``base`` to ``head``, and whether ``rules`` are kept.

    Raises
    ------
    ComparisonError
        If the two cannot be compared.

    """
    compared = measured(compare(base.report, head.report), base, head, jobs=jobs)
    numbers, flipped = deltas(compared), flips(compared)
    return TwoBuilds(base, head, compared, numbers, flipped, tuple(rules))
