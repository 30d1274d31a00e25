"""Held-out pictures of two builds by what they are, and which of them flipped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.classifier_runs import PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.compared import Compared
    from generator.report import Report, Run

_CELLS = 6
"""Columns of a table of predictions."""


@dataclass(frozen=True)
class Flip:
    """A held-out picture that one side has right and the other wrong.

    ``before`` and ``after`` are the rows of the tables of predictions. ``name`` is "" where the
    report does not know the examples.
    """

    item: str
    technique: str
    variant: str
    name: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    @property
    def number(self) -> int:
        """Its place among the examples of the head."""
        return int(self.after[0])

    @property
    def mended(self) -> bool:
        """Whether it is right now."""
        return bool(self.after[1] == self.after[2])


def predictions(report: Report, run: Run) -> dict[Any, tuple[Any, ...]]:
    """Return the rows of a classifier's predictions by what the picture is.

    That is its content where the report knows the examples, and how often it has stood there
    before; else its number and the hash of all examples, so that only equal sets share any.
    """
    item, seen = report.item(run.item), Counter[str]()
    examples = item.examples if item else ()
    whole = str(run.causes.get("content"))
    found: dict[Any, tuple[Any, ...]] = {}
    for row in run.table(PREDICTIONS).get("rows", ()):
        if len(row) != _CELLS:
            return {}
        number = int(row[0])
        if 0 <= number < len(examples):
            digest = examples[number][1]
            seen[digest] += 1
            found[digest, seen[digest]] = tuple(row)
        else:
            found[whole, number] = tuple(row)
    return found


def flips(compared: Compared) -> tuple[Flip, ...]:
    """Return the held-out pictures that are right on one side and wrong on the other."""
    return tuple(flip for twin in compared.twins for flip in _flips(compared, twin.base, twin.head))


def _flips(compared: Compared, base: Run | None, head: Run | None) -> Iterator[Flip]:
    if base is None or head is None:
        return
    before, after = predictions(compared.base, base), predictions(compared.head, head)
    item = compared.head.item(head.item)
    examples = item.examples if item else ()
    for name, row in after.items():
        old = before.get(name)
        if old is not None and (old[1] == old[2]) != (row[1] == row[2]):
            number = int(row[0])
            called = examples[number][0] if 0 <= number < len(examples) else ""
            yield Flip(*head.place, called, old, row)
