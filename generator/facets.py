"""What the gallery can be sorted and narrowed by: the scores that several pictures have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content import Kind
from generator.guide_views import ScoreChoice, ScoreGroup
from generator.language import say
from generator.parts import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.findings import Findings
    from generator.technique import Metric, Technique

PICTURES = frozenset({Kind.IMAGE, Kind.VIDEO})
"""What has a card in the gallery."""
_FEWEST = 2
"""A score that fewer pictures have puts nothing in order."""


def address(technique: str, variant: str, metric: str) -> str:
    """Return the name of a score in the address of the gallery."""
    return f"{technique}.{variant}.{metric}"


def order_of(technique: str, variant: str, name: str, metric: Metric) -> Link:
    """Return where the pictures are in the order of a score, from a page below the root."""
    place = f"../index.html?sort={address(technique, variant, name)}#gallery"
    return Link(place, say("all pictures in the order of {score}", score=metric.name))


def order_leads(technique: Technique, variant: str, orders: frozenset[str]) -> dict[str, Link]:
    """Return where the gallery stands in the order of each score that it can be sorted by.

    ``orders`` are the addresses of these scores.
    """
    return {
        name: order_of(technique.id, variant, name, metric)
        for name, metric in technique.metrics.items()
        if address(technique.id, variant, name) in orders
    }


@dataclass(frozen=True)
class Measured:
    """One score of one variant over the gallery: its value for each item that has one."""

    technique: Technique
    variant: str
    title: str
    name: str
    metric: Metric
    values: Mapping[str, float]

    @property
    def address(self) -> str:
        """Its name in an address."""
        return address(self.technique.id, self.variant, self.name)


@dataclass(frozen=True)
class Facets:
    """The scores in groups, and those of each item in the same order, "-" where it has none."""

    groups: tuple[ScoreGroup, ...]
    scores: Mapping[str, str]


def measured(findings: Findings) -> Iterator[Measured]:
    """Yield every score of every variant of every technique, with its values by item."""
    for technique in findings.shown():
        for variant, title in _variants(findings, technique).items():
            found = _values(findings, technique, variant)
            for name, metric in technique.metrics.items():
                values = {item: scores[name] for item, scores in found.items() if name in scores}
                if values:
                    yield Measured(technique, variant, title, name, metric, values)


def sortable(findings: Findings) -> frozenset[str]:
    """Return the addresses of the scores that the gallery can be sorted by."""
    return frozenset(one.address for one in measured(findings) if len(one.values) >= _FEWEST)


def facets(findings: Findings) -> Facets:
    """Return the scores that two or more pictures have."""
    listed = [one for one in measured(findings) if len(one.values) >= _FEWEST]
    groups: dict[str, list[ScoreChoice]] = {}
    for column, one in enumerate(listed):
        groups.setdefault(one.technique.title, []).append(_choice(one, column))
    pictures = [wish.item.id for wish in findings.wishes if wish.item.kind in PICTURES]
    return Facets(
        groups=tuple(ScoreGroup(title, tuple(made)) for title, made in groups.items()),
        scores={
            item: " ".join(
                _short(one.values[item]) if item in one.values else "-" for one in listed
            )
            for item in pictures
        },
    )


def _choice(one: Measured, column: int) -> ScoreChoice:
    ends = min(one.values.values()), max(one.values.values())
    unit = f" ({one.metric.unit})" if one.metric.unit else ""
    variant = f", {one.title}" if one.title else ""
    title = f"{one.metric.name}{unit}{variant}"
    return ScoreChoice(one.address, title, column, *(_short(end) for end in ends))


def _short(value: float) -> str:
    """Return a number as briefly as order and comparison allow."""
    return f"{value:.5g}"


def _variants(findings: Findings, technique: Technique) -> dict[str, str]:
    uses = (use for wish in findings.wishes for use in wish.uses if use.technique == technique.id)
    return {variant.id: variant.title for use in uses for variant in use.variants}


def _values(findings: Findings, technique: Technique, variant: str) -> dict[str, dict[str, float]]:
    """Return the scores of each picture by their names."""
    found: dict[str, dict[str, float]] = {}
    for wish in findings.wishes:
        outcome = findings.outcome(wish.item, technique.id, variant)
        record = outcome.record if outcome and wish.item.kind in PICTURES else None
        scores = record.scores if record and not record.failure else ()
        values = {score["metric"]: float(score["value"]) for score in scores}
        sound = {name: value for name, value in values.items() if math.isfinite(value)}
        if sound:
            found[wish.item.id] = sound
    return found
