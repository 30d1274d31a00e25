"""The contact sheet: every picture with what every technique found on it, in small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content import Kind
from generator.guide_views import OverviewCell, OverviewPage, OverviewRow
from generator.language import say
from generator.pages import highlight, problem, thumbnail
from generator.panels import smallest
from generator.parts import Link

if TYPE_CHECKING:
    from generator.content import Item, Use, Wish
    from generator.findings import Findings
    from generator.technique import Technique
    from generator.views import Site


def overview_page(findings: Findings, site: Site) -> OverviewPage:
    """Return a row for each picture and a column for each technique that any was asked for."""
    wishes = [wish for wish in findings.wishes if wish.item.kind is Kind.IMAGE]
    asked = {use.technique for wish in wishes for use in findings.asked(wish)}
    techniques = [technique for technique in findings.shown() if technique.id in asked]
    return OverviewPage(
        site=site,
        columns=tuple(Link(f"techniques/{t.id}.html", t.title) for t in techniques),
        rows=tuple(_row(findings, wish, techniques) for wish in wishes),
    )


def _row(findings: Findings, wish: Wish, techniques: list[Technique]) -> OverviewRow:
    item = wish.item
    own = thumbnail(findings, item, "")
    uses = {use.technique: use for use in findings.asked(wish)}
    return OverviewRow(
        item=Link(f"items/{item.id}.html", item.title),
        image=smallest(own) if own else None,
        cells=tuple(_cell(findings, item, t, uses.get(t.id)) for t in techniques),
    )


def _cell(findings: Findings, item: Item, technique: Technique, use: Use | None) -> OverviewCell:
    if use is None or problem(findings, item):
        return OverviewCell("", None, say("not asked for") if use is None else say("no picture"))
    href = f"items/{item.id}.html#{technique.id}"
    image = highlight(findings, item, technique, use.variants[0].id, "")
    if image:
        return OverviewCell(href, smallest(image), "")
    outcome = findings.outcome(item, technique.id, use.variants[0].id)
    words = say("failed") if outcome and outcome.failure else say("numbers")
    return OverviewCell(href, None, words)
