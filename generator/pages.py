"""Outcomes to page values: pure, and made from the manifest, so that every item has its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import panels
from generator.content import Kind
from generator.findings import SOURCE, Findings
from generator.parts import Credit, Failure, Image, Link, Section, Variant
from generator.summaries import all_pictures
from generator.views import Card, Choice, IndexPage, ItemPage, Site, Teaser
from generator.words import (
    params_of,
    score_views,
    table_views,
)

if TYPE_CHECKING:
    from generator.content import Item, Use, Wish
    from generator.content import Variant as AskedVariant
    from generator.technique import Technique


_MOST_IN_ROWS = 4
"""Maps over one picture that may each have a row: more are shown as a group of their own."""


def problem(findings: Findings, item: Item) -> Failure | None:
    """Return why the item's own picture cannot be shown, if it cannot."""
    if item.problem:
        what = "network" if item.model else "picture"
        return Failure(f"This {what} is missing", item.problem)
    outcome = findings.original(item)
    if outcome is None or outcome.failure is None:
        return None
    return Failure("This picture cannot be used", outcome.failure.message, outcome.failure.detail)


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
        return None
    legend = technique.legends[name]
    alt = f"{legend.title}, {item.title}: {panels.sentence(record)}"
    return panels.image(record, legend, findings.look, root, alt)


def index_page(findings: Findings, site: Site) -> IndexPage:
    """Return the gallery's first page."""
    made = [(wish.item.kind, _card(findings, wish)) for wish in findings.wishes]
    cards = tuple(card for kind, card in made if kind is not Kind.MODEL)
    tags = sorted({tag for card in cards for tag in card.tags})
    return IndexPage(
        site=site,
        cards=cards,
        tags=tuple(Choice(t, t, sum(t in card.tags for card in cards)) for t in tags),
        techniques=tuple(
            Choice(t.id, t.title, sum(t.id in card.techniques for card in cards))
            for t in findings.shown()
        ),
        networks=tuple(card for kind, card in made if kind is Kind.MODEL),
        teasers=tuple(_teaser(findings, technique) for technique in findings.shown()),
        problems=sum(1 for card in cards if card.problem),
    )


def _card(findings: Findings, wish: Wish) -> Card:
    item = wish.item
    failure = problem(findings, item)
    shown, failed = [], 0
    for use in findings.asked(wish):
        technique = findings.catalog[use.technique]
        image = highlight(findings, item, technique, use.variants[0].id, "")
        shown += [image] if image else []
        outcomes = [findings.outcome(item, technique.id, v.id) for v in use.variants]
        failed += 0 if failure else sum(o is not None and o.failure is not None for o in outcomes)
    words = failure.title if failure else f"{failed} failed" if failed else ""
    return Card(
        id=item.id,
        href=f"items/{item.id}.html",
        title=item.title,
        alt=item.alt,
        image=thumbnail(findings, item, ""),
        findings=tuple(shown),
        tags=item.tags,
        techniques=tuple(use.technique for use in findings.asked(wish)),
        problem=words,
        description=item.description,
        search=" ".join((item.title, item.alt, item.description, *item.tags)).casefold(),
    )


def _teaser(findings: Findings, technique: Technique) -> Teaser:
    """Return ``technique`` with the first picture of the gallery that it has a finding for."""
    pair: tuple[Image | None, Image | None] = (None, None)
    for item, use in examples_of(findings, technique):
        variant = use.variants[0].id
        after = highlight(findings, item, technique, variant, "")
        if after:
            before = technique.before
            pair = (
                highlight(findings, item, technique, variant, "", before)
                if before
                else thumbnail(findings, item, ""),
                after,
            )
            break
    href = f"techniques/{technique.id}.html"
    return Teaser(technique.title, href, technique.summary, *pair)


def item_page(findings: Findings, index: int, site: Site) -> ItemPage:
    """Return the page of the item at ``index`` in the manifest."""
    wishes = findings.wishes
    wish = wishes[index]
    item = wish.item
    outcome = findings.original(item)
    record = outcome.record if outcome else None
    failure = problem(findings, item)
    source = findings.catalog[SOURCE]
    shape = picture_shape(findings, item)
    views = (
        {v.id: v for v in panels.views_of(record, source, panels.Frame(item, shape, findings.look))}
        if record and not failure
        else {}
    )
    asked = () if failure else findings.asked(wish)
    sections = tuple(_section(findings, item, use) for use in asked)
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
        first=_first(findings, sections),
        previous=_neighbour(wishes, index, -1),
        following=_neighbour(wishes, index, 1),
        network=item.model is not None,
        label=item.label,
        summaries=tuple(
            table
            for technique in (findings.shown() if item.model else ())
            for table in all_pictures(findings, technique, item.id)
        ),
    )


def _first(findings: Findings, sections: tuple[Section, ...]) -> str:
    """Return the id of the first highlight that can be laid over the original."""
    for section in sections:
        name = findings.catalog[section.id].highlight
        for variant in section.variants:
            for panel in variant.panels:
                if panel.overlay and panel.id == f"{variant.id}-{name}":
                    return panel.id
    return ""


def picture_shape(findings: Findings, item: Item) -> tuple[int, int]:
    """Return the rows and columns of the item's picture; (0, 0) where it is not there."""
    outcome = findings.original(item)
    record = outcome.record.panel("picture") if outcome and outcome.record else None
    return (record.shape[0], record.shape[1]) if record else (0, 0)


def _neighbour(wishes: tuple[Wish, ...], index: int, step: int) -> Link | None:
    """Return the item before or after, of the same kind."""
    if not 0 <= index + step < len(wishes):
        return None
    item = wishes[index + step].item
    if item.kind is not wishes[index].item.kind:
        return None
    return Link(f"{item.id}.html", item.title)


def _section(findings: Findings, item: Item, use: Use) -> Section:
    technique = findings.catalog[use.technique]
    return Section(
        id=technique.id,
        title=technique.title,
        family=technique.family.value,
        summary=technique.summary,
        href=f"../techniques/{technique.id}.html",
        variants=tuple(_variant(findings, item, technique, v) for v in use.variants),
        matched=sum(legend.covers for legend in technique.legends.values()) <= _MOST_IN_ROWS,
    )


def _variant(findings: Findings, item: Item, technique: Technique, asked: AskedVariant) -> Variant:
    outcome = findings.outcome(item, technique.id, asked.id)
    task = findings.plan.task(item.id, technique.id, asked.id)
    record = outcome.record if outcome else None
    failed = outcome.failure if outcome else None
    identity = f"{technique.id}-{asked.id}"
    shape = picture_shape(findings, item)
    frame = panels.Frame(item, shape, findings.look, f"{identity}-")
    return Variant(
        id=identity,
        title=asked.title,
        panels=panels.views_of(record, technique, frame) if record else (),
        scores=score_views(record, technique) if record else (),
        tables=table_views(record, technique, identity) if record else (),
        params=params_of(technique, task.params if task else technique.params()),
        notes=record.notes if record else (),
        key=task.key if task else "",
        failure=Failure(f"{technique.title} failed here", failed.message, failed.detail)
        if failed
        else None,
    )


def examples_of(findings: Findings, technique: Technique) -> list[tuple[Item, Use]]:
    """Return the items that ``technique`` was asked for, in order."""
    return [
        (wish.item, use)
        for wish in findings.wishes
        for use in findings.asked(wish)
        if use.technique == technique.id
    ]
