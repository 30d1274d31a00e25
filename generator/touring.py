"""Which picture the guided tour leads through, and what each method found on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content import Kind
from generator.panels import comparable
from generator.technique import Family, Role

if TYPE_CHECKING:
    from generator.content import Item, Use, Variant, Wish
    from generator.findings import Findings
    from generator.records import PanelRecord, Record
    from generator.technique import Legend, Technique

_FEWEST = 2
"""With fewer methods there is nothing to set beside each other."""
_FIRST = (Family.SALIENCY, Family.NETWORKS, Family.STEERING, Family.RESTORATION)
"""What asks the picture alone comes before what asks a network, and what changes it comes last."""
_RANKED = frozenset({Role.HEATMAP, Role.SIGNED_MAP})


@dataclass(frozen=True)
class Stop:
    """One method on the picture: what it was asked for, and what it found.

    ``shown`` is the panel that stands for it; ``map`` the one that says how much of something
    there is in each place, or None.
    """

    technique: Technique
    use: Use
    record: Record
    shown: PanelRecord
    map: PanelRecord | None

    @property
    def variant(self) -> Variant:
        """The variant that is shown: the first of those that were asked for."""
        return self.use.variants[0]

    @property
    def legend(self) -> Legend | None:
        """The words for its map."""
        return self.technique.legends[self.map.name] if self.map else None

    @property
    def tests(self) -> bool:
        """Whether it sets maps against controls."""
        return any(legend.controls for legend in self.technique.tables.values())

    @property
    def ranks(self) -> bool:
        """Whether its map has an order: one that is the same everywhere has none."""
        return bool(self.map and self.map.facts["maximum"] != self.map.facts["minimum"])

    @property
    def peaks(self) -> bool:
        """Whether its map has a place that is strongest: one that is nowhere positive has none."""
        return self.ranks and bool(self.map and self.map.facts["maximum"] > 0)


def toured(findings: Findings) -> Wish | None:
    """Return the picture of the tour: the one that was chosen, or the one with most methods.

    None where no picture has two methods that found something.
    """
    pictures = [wish for wish in findings.wishes if wish.item.kind is Kind.IMAGE]
    chosen = [wish for wish in pictures if wish.item.id == findings.plan.gallery.tour] or pictures
    found = [
        (sum(_shown(findings, wish.item, use) is not None for use in findings.asked(wish)), wish)
        for wish in chosen
    ]
    most = max((count for count, _ in found), default=0)
    return next((wish for count, wish in found if count == most), None) if most >= _FEWEST else None


def stops(findings: Findings, wish: Wish) -> tuple[Stop, ...]:
    """Return what each method found on a picture, in the order of the tour."""
    made = (_stop(findings, wish.item, use) for use in findings.asked(wish))
    return tuple(sorted((stop for stop in made if stop), key=_order))


def _order(stop: Stop) -> tuple[bool, int, str]:
    family = stop.technique.family
    place = _FIRST.index(family) if family in _FIRST else len(_FIRST)
    return stop.tests, place, stop.technique.id  # tests of the others: last


def _stop(findings: Findings, item: Item, use: Use) -> Stop | None:
    found = _shown(findings, item, use)
    if found is None:
        return None
    technique, (record, shown) = findings.catalog[use.technique], found
    return Stop(technique, use, record, shown, ranked(record, technique, findings, item))


def _shown(findings: Findings, item: Item, use: Use) -> tuple[Record, PanelRecord] | None:
    """Return what a method found on ``item`` and the panel that stands for it, if it did."""
    outcome = findings.outcome(item, use.technique, use.variants[0].id)
    record = outcome.record if outcome and findings.original(item) else None
    if record is None or record.failure:
        return None
    panel = record.panel(findings.catalog[use.technique].highlight)
    return (record, panel) if panel else None


def ranked(
    record: Record, technique: Technique, findings: Findings, item: Item
) -> PanelRecord | None:
    """Return the map of ``record`` that says how much of something each place of ``item`` has.

    It is looked for among the panels by which the technique shows itself.
    """
    names = (technique.highlight, *technique.examples, *technique.filmed)
    listed = (record.panel(name) for name in dict.fromkeys(names))
    shape = findings.picture_shape(item)
    maps = (panel for panel in listed if panel and panel.role in _RANKED)
    return next((panel for panel in maps if comparable(panel, shape)), None)
