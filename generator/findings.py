"""Everything that a site is made from: the plan, what became of it, and the techniques."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.technique import Family

if TYPE_CHECKING:
    from generator.catalog import Catalog
    from generator.content import Item, Use, Wish
    from generator.execute import Outcome
    from generator.plan import Plan
    from generator.technique import Technique

SOURCE = "original"
"""The technique that keeps the picture itself."""
FOOTAGE = "footage"
"""The technique that keeps a video itself."""
DATA_SET = "data-set"
"""The technique that keeps pictures of a data set."""
DRIVE = "drive"
"""The technique that keeps frames of a drive."""


@dataclass(frozen=True)
class Findings:
    """Everything that pages are made from: the plan, what became of it, and the techniques."""

    plan: Plan
    outcomes: dict[str, Outcome]
    catalog: Catalog
    look: str

    def outcome(self, item: Item, technique: str, variant: str) -> Outcome | None:
        """Return what became of this run, or None where it was never planned."""
        task = self.plan.task(item.id, technique, variant)
        return self.outcomes.get(task.key) if task else None

    def original(self, item: Item) -> Outcome | None:
        """Return the outcome that holds the item's own picture."""
        return self.outcome(item, FOOTAGE if item.clip else SOURCE, "default")

    def picture_shape(self, item: Item) -> tuple[int, int]:
        """Return the rows and columns of the item's picture; (0, 0) where it is not there."""
        outcome = self.original(item)
        record = outcome.record.panel("picture") if outcome and outcome.record else None
        return (record.shape[0], record.shape[1]) if record else (0, 0)

    def examples(self, item: Item) -> Outcome | None:
        """Return the outcome that holds pictures of the data set ``item``."""
        return self.outcome(item, DATA_SET, "default")

    def drive(self, item: Item) -> Outcome | None:
        """Return the outcome that holds frames of the drive ``item``."""
        return self.outcome(item, DRIVE, "default")

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The items and what was asked for them, in the manifest's order."""
        return self.plan.gallery.wishes

    def asked(self, wish: Wish) -> tuple[Use, ...]:
        """Return what is asked of an item and can be run on it, but for keeping its picture."""
        return tuple(
            use
            for use in wish.uses
            if self.catalog[use.technique].family is not Family.SOURCE
            and self.catalog[use.technique].takes(wish.item)
        )

    def shown(self) -> list[Technique]:
        """Return the techniques that have pages of their own: all that some item asks for."""
        asked = {use.technique for wish in self.wishes for use in self.asked(wish)}
        return [t for t in self.catalog.techniques if t.id in asked]

    def variant(self, technique: str, variant: str) -> str:
        """Return what a reader sees of a variant, "" where it has no name."""
        found = (v for use in self.plan.gallery.uses if use.technique == technique
                 for v in use.variants if v.id == variant)  # fmt: skip
        return next((one.title for one in found), "")
