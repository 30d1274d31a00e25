"""The contact sheet: every item with what every technique found on it, in small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import panels
from generator.charts import line_chart
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import Run
from generator.content import Kind
from generator.dataset_pages import set_card
from generator.drive_pages import frame
from generator.facets import PICTURES
from generator.guide_views import OverviewCell, OverviewPage, OverviewRow, OverviewSheet
from generator.language import mark, say
from generator.pages import highlight, problem, thumbnail
from generator.panels import smallest
from generator.parts import Link
from generator.technique import STACKS, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content import Item, Use, Wish
    from generator.findings import Findings
    from generator.parts import Chart, Image, Tile
    from generator.records import PanelRecord
    from generator.technique import Technique
    from generator.views import Site

_SHEETS = (
    ("pictures", mark("Pictures and videos"), mark("Picture"), {Kind.IMAGE, Kind.VIDEO}),
    ("sets", mark("Data sets"), mark("Data set"), {Kind.DATASET}),
    ("drives", mark("Drives"), mark("Drive"), {Kind.DRIVE}),
    ("networks", mark("The networks"), mark("Network"), {Kind.MODEL}),
)
"""What stands on one sheet: its id, its title, what its rows are, and their kinds."""
_ONLY_PICTURES = mark("Pictures")


def overview_page(findings: Findings, site: Site) -> OverviewPage:
    """Return a sheet for each kind of item: a row for each, a column for each of its techniques."""
    return OverviewPage(site, tuple(_sheets(findings)))


def _sheets(findings: Findings) -> Iterator[OverviewSheet]:
    for identity, title, head, kinds in _SHEETS:
        wishes = [wish for wish in findings.wishes if wish.item.kind in kinds]
        asked = {use.technique for wish in wishes for use in findings.asked(wish)}
        techniques = [technique for technique in findings.shown() if technique.id in asked]
        films = any(wish.item.kind is Kind.VIDEO for wish in wishes)
        named = _ONLY_PICTURES if Kind.VIDEO in kinds and not films else title
        if wishes:
            yield OverviewSheet(
                id=identity,
                title=say(named),
                head=say(head),
                columns=tuple(Link(f"techniques/{t.id}.html", t.title) for t in techniques),
                rows=tuple(_row(findings, wish, techniques) for wish in wishes),
            )


def _row(findings: Findings, wish: Wish, techniques: list[Technique]) -> OverviewRow:
    item = wish.item
    own = frame(findings, item, "") if item.kind is Kind.DRIVE else thumbnail(findings, item, "")
    tiles = set_card(findings, item).tiles if item.kind is Kind.DATASET else ()
    uses = {use.technique: use for use in findings.asked(wish)}
    return OverviewRow(
        item=Link(f"items/{item.id}.html", item.title),
        image=smallest(own) if own else None,
        tile=tiles[0] if tiles else None,
        cells=tuple(_cell(findings, item, t, uses.get(t.id)) for t in techniques),
    )


def _cell(findings: Findings, item: Item, technique: Technique, use: Use | None) -> OverviewCell:
    if use is None:
        return OverviewCell("", None, say("not asked for"))
    outcome = findings.outcome(item, technique.id, use.variants[0].id)
    run = Run(item, technique, use.variants[0], outcome)
    if problem(findings, item) and not run.record:
        return OverviewCell("", None, say("no picture"))
    page = f"items/{item.id}.html"
    # What was never run has a section on the page of a picture alone.
    sectioned = run.record or item.kind in PICTURES
    href = run.page or (f"{page}#{technique.id}" if sectioned else page)
    if run.record is None:
        failed = bool(outcome and outcome.failure)
        return OverviewCell(href, None, say("failed") if failed else say("nothing yet"))
    image = _image(findings, run)
    tile = None if image else _tile(findings, run)
    chart = None if image or tile else _chart(run)
    words = "" if image or tile or chart else say("numbers")
    return OverviewCell(href, image, words, tile, chart)


def _image(findings: Findings, run: Run) -> Image | None:
    """Return the highlight of ``run``, or the first of its findings that is a picture."""
    found = highlight(findings, run.item, run.technique, run.variant.id, "")
    for panel in () if found else _listed(run):
        legend = run.technique.legends[panel.name]
        found = found or panels.image(panel, legend, findings.look, "", "")
    return smallest(found) if found else None


def _tile(findings: Findings, run: Run) -> Tile | None:
    """Return a held-out picture, or what decided about it, or the first of many small ones."""
    for shot in a_few(run, shots(findings, run, ""), 1):
        return shot.tile.over or shot.tile  # one sheet is enough: both are heavy
    for panel in _listed(run) if run.item.kind is not Kind.MODEL else ():
        if run.record and panel.role in STACKS:  # a sheet of filters is too heavy for one of them
            return panels.tiles_of(run.record, run.technique, panel.name, findings.look, "")[0]
    return None


def _chart(run: Run) -> Chart | None:
    """Return the first curve of ``run``."""
    curve = next((panel for panel in _listed(run) if panel.role is Role.CURVE), None)
    if curve is None:
        return None
    identity = f"sketch-{run.item.id}-{run.technique.id}"
    return line_chart(identity, curve.values, run.technique.legends[curve.name])


def _listed(run: Run) -> Iterator[PanelRecord]:
    """Yield the panels in the order of the page."""
    for name in run.technique.legends:
        panel = run.record.panel(name) if run.record else None
        if panel:
            yield panel
