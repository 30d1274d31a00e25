"""Outcomes to page values: pure, and made from the manifest, so that every item has its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import film_panels, panels
from generator.content import Kind
from generator.facets import order_leads
from generator.findings import SOURCE, Findings
from generator.language import mark, say
from generator.leads import leading
from generator.parts import Credit, Failure, Image, Link, Section, Variant
from generator.summaries import all_pictures
from generator.viewing import viewer_of
from generator.views import ItemPage, Site
from generator.words import params_of, scores_beside, table_views

if TYPE_CHECKING:
    from generator.content import Item, Use, Wish
    from generator.content import Variant as AskedVariant
    from generator.parts import Table
    from generator.technique import Technique
    from generator.viewer_parts import Ends
    from generator.viewing import Scales
    from generator.worker import Failure as Failed


_MOST_IN_ROWS = 4
"""Maps over one picture that may each have a row: more are shown as a group of their own."""


_MISSING = {
    Kind.IMAGE: mark("This picture is missing"), Kind.MODEL: mark("This network is missing"),
    Kind.DATASET: mark("This data set is missing"), Kind.DRIVE: mark("This drive is missing"),
    Kind.VIDEO: mark("This video is missing"),
}  # fmt: skip
_UNUSABLE = {
    Kind.IMAGE: mark("This picture cannot be used"),
    Kind.MODEL: mark("This network cannot be used"),
    Kind.DATASET: mark("This data set cannot be used"),
    Kind.DRIVE: mark("This drive cannot be used"),
    Kind.VIDEO: mark("This video cannot be used"),
}


def problem(findings: Findings, item: Item) -> Failure | None:
    """Return why the item's own picture cannot be shown, if it cannot."""
    if item.problem:
        return Failure(say(_MISSING[item.kind]), item.problem)
    outcome = findings.original(item)
    if outcome is None or outcome.failure is None:
        return None
    failure = outcome.failure
    return Failure(say(_UNUSABLE[item.kind]), failure.message, failure.detail)


def thumbnail(findings: Findings, item: Item, root: str) -> Image | None:
    """Return the item's own picture, with its alternative text."""
    outcome = findings.original(item)
    record = outcome.record.panel("picture") if outcome and outcome.record else None
    return panels.image(record, None, findings.look, root, item.alt) if record else None


def highlight(
    findings: Findings, item: Item, technique: Technique, variant: str, root: str, name: str = ""
) -> Image | None:
    """Return the panel ``name`` of ``technique`` on ``item``, by default its highlight."""
    name = name or technique.highlight
    outcome = findings.outcome(item, technique.id, variant)
    record = outcome.record.panel(name) if outcome and outcome.record else None
    if record is None:
        return film_panels.poster_of(findings, item, technique, outcome, name, root)
    legend = technique.legends[name]
    alt = f"{legend.title}, {item.title}: {panels.sentence(record)}"
    return panels.image(record, legend, findings.look, root, alt)


def highlights(findings: Findings, wish: Wish, root: str) -> tuple[Image, ...]:
    """Return the highlight of each technique that was asked for, in its first variant."""
    found = (
        highlight(findings, wish.item, findings.catalog[use.technique], use.variants[0].id, root)
        for use in findings.asked(wish)
    )
    return tuple(image for image in found if image)


def item_page(
    findings: Findings,
    index: int,
    site: Site,
    scales: Scales,
    orders: frozenset[str] = frozenset(),
) -> ItemPage:
    """Return the page of the item at ``index`` in the manifest.

    ``scales`` are the gallery's, ``orders`` the addresses of the scores that it can be sorted by.
    """
    wishes = findings.wishes
    wish = wishes[index]
    item = wish.item
    outcome = findings.original(item)
    record = outcome.record if outcome else None
    failure = problem(findings, item)
    source = findings.catalog[SOURCE]
    frame = panels.Frame(item, findings.picture_shape(item), findings.look)
    views = (
        {v.id: v for v in panels.views_of(record, source, frame)} if record and not failure else {}
    )
    asked = () if failure else findings.asked(wish)
    sections = _pointing(tuple(section(findings, item, use, scales, orders) for use in asked))
    return ItemPage(
        site=site,
        id=item.id,
        title=item.title,
        description=item.description,
        alt=item.alt,
        original=views.get("picture"),
        truth=views.get("truth"),
        failure=failure,
        credit=Credit(item.credit, item.licence, item.source),
        tags=item.tags,
        notes=record.notes if record else (),
        sections=sections,
        viewer=viewer_of(views.values(), sections, _first(findings, sections)),
        previous=neighbour(wishes, index, -1),
        following=neighbour(wishes, index, 1),
        network=item.model is not None,
        label=item.label,
        summaries=tuple(
            table
            for technique in (findings.shown() if item.model else ())
            for table in all_pictures(findings, technique, item.id)
        ),
    )


def _pointing(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return ``sections`` with rows about a method leading to its maps, elsewhere on the page.

    Only where a variant has no picture of its own: it measures what others have drawn.
    """
    places: dict[str, str] = {}
    for one in sections:
        places.setdefault(_letters(one.id), one.id)
        for variant in one.variants:
            for panel in variant.panels:
                places.setdefault(_letters(panel.id.removeprefix(f"{variant.id}-")), panel.id)

    def pointed(table: Table) -> Table:
        if any(table.links) or table.leads:
            return table
        found = (places.get(_letters(name), "") for name in table.names)
        links = tuple(f"#{place}" if place else "" for place in found)
        return replace(table, links=links)

    return tuple(
        replace(
            one,
            variants=tuple(
                replace(variant, tables=tuple(map(pointed, variant.tables)))
                for variant in one.variants
            ),
        )
        for one in sections
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _first(findings: Findings, sections: tuple[Section, ...]) -> str:
    """Return the id of the first highlight that can be laid over the original."""
    for section in sections:
        name = findings.catalog[section.id].highlight
        for variant in section.variants:
            for panel in variant.panels:
                if panel.pane and panel.id == f"{variant.id}-{name}":
                    return panel.id
    return ""


def neighbour(wishes: tuple[Wish, ...], index: int, step: int) -> Link | None:
    """Return the item before or after, of the same kind."""
    if not 0 <= index + step < len(wishes):
        return None
    item = wishes[index + step].item
    if item.kind is not wishes[index].item.kind:
        return None
    return Link(f"{item.id}.html", item.title)


def section(
    findings: Findings,
    item: Item,
    use: Use,
    scales: Scales,
    orders: frozenset[str] = frozenset(),
) -> Section:
    """Return what a technique found on an item, in each of its variants."""
    technique = findings.catalog[use.technique]
    outcomes = [findings.outcome(item, technique.id, v.id) for v in use.variants]
    scores = scores_beside(
        [outcome.record if outcome else None for outcome in outcomes],
        technique,
        [order_leads(technique, v.id, orders) for v in use.variants],
    )
    return Section(
        id=technique.id,
        title=technique.title,
        family=say(technique.family.value),
        summary=technique.summary,
        href=f"../techniques/{technique.id}.html",
        variants=tuple(
            _led(
                replace(
                    _variant(findings, item, technique, v, scales.get((technique.id, v.id), {})),
                    scores=own,
                )
            )
            for v, own in zip(use.variants, scores, strict=True)
        ),
        matched=sum(legend.covers for legend in technique.legends.values()) <= _MOST_IN_ROWS,
    )


def _led(variant: Variant) -> Variant:
    """Return ``variant`` with its numbers leading to its own pictures, if it has any.

    A row about a class leads to the map of this class; a score that puts the gallery in order
    leads there.
    """
    shown = [panel for panel in variant.panels if panel.image or panel.tiles]
    if not shown:
        return variant
    first = Link(f"#{shown[0].id}", shown[0].title)

    def link(name: str) -> str:
        own = (panel.id for panel in shown if name and panel.label.split(",")[0] == name)
        return next((f"#{identity}" for identity in own), "")

    return replace(
        variant,
        scores=tuple(replace(score, lead=score.lead or first) for score in variant.scores),
        tables=tuple(
            leading(replace(table, links=tuple(link(row[0]) for row in table.rows)), first)
            for table in variant.tables
        ),
    )


def _variant(
    findings: Findings,
    item: Item,
    technique: Technique,
    asked: AskedVariant,
    scales: dict[str, Ends],
) -> Variant:
    outcome = findings.outcome(item, technique.id, asked.id)
    task = findings.plan.task(item.id, technique.id, asked.id)
    record = outcome.record if outcome else None
    failed = outcome.failure if outcome else None
    identity = f"{technique.id}-{asked.id}"
    shape = findings.picture_shape(item)
    frame = panels.Frame(item, shape, findings.look, f"{identity}-", scales)
    return Variant(
        id=identity,
        title=asked.title,
        panels=panels.views_of(record, technique, frame) if record else (),
        scores=(),
        tables=table_views(record, technique, identity) if record else (),
        params=params_of(technique, task.params if task else technique.params()),
        notes=record.notes if record else (),
        key=task.key if task else "",
        failure=_failed(technique, failed) if failed else None,
    )


def _failed(technique: Technique, failure: Failed) -> Failure:
    title = say("{technique} failed here", technique=technique.title)
    return Failure(title, failure.message, failure.detail)


def examples_of(findings: Findings, technique: Technique) -> list[tuple[Item, Use]]:
    """Return the items that ``technique`` was asked for, in order."""
    return [
        (wish.item, use)
        for wish in findings.wishes
        for use in findings.asked(wish)
        if use.technique == technique.id
    ]
