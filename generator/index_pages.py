"""The gallery's first page: every technique, network, data set and picture in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import panels
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import Run
from generator.content import Kind
from generator.dataset_pages import set_card
from generator.pages import examples_of, highlight, highlights, problem, thumbnail
from generator.views import Card, Choice, IndexPage, Teaser

if TYPE_CHECKING:
    from generator.content import Wish
    from generator.findings import Findings
    from generator.parts import Image, Tile
    from generator.technique import Technique
    from generator.views import Site


def index_page(findings: Findings, site: Site) -> IndexPage:
    """Return the gallery's first page."""
    made = [
        (wish.item.kind, _card(findings, wish))
        for wish in findings.wishes
        if wish.item.kind is not Kind.DATASET
    ]
    cards = tuple(card for kind, card in made if kind is Kind.IMAGE)
    tags = sorted({tag for card in cards for tag in card.tags})
    return IndexPage(
        site=site,
        cards=cards,
        tags=tuple(Choice(t, t, sum(t in card.tags for card in cards)) for t in tags),
        techniques=tuple(
            Choice(t.id, t.title, count)
            for t in findings.shown()
            if (count := sum(t.id in card.techniques for card in cards))
        ),
        networks=tuple(card for kind, card in made if kind is Kind.MODEL),
        datasets=tuple(
            set_card(findings, wish.item)
            for wish in findings.wishes
            if wish.item.kind is Kind.DATASET
        ),
        teasers=tuple(_teaser(findings, technique) for technique in findings.shown()),
        problems=sum(1 for card in cards if card.problem),
    )


def _card(findings: Findings, wish: Wish) -> Card:
    item = wish.item
    failure = problem(findings, item)
    outcomes = [
        findings.outcome(item, use.technique, variant.id)
        for use in findings.asked(wish)
        for variant in use.variants
    ]
    failed = 0 if failure else sum(o is not None and o.failure is not None for o in outcomes)
    words = failure.title if failure else f"{failed} failed" if failed else ""
    return Card(
        id=item.id,
        href=f"items/{item.id}.html",
        title=item.title,
        alt=item.alt,
        image=thumbnail(findings, item, ""),
        findings=highlights(findings, wish, ""),
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
    cut = () if any(pair) else _cut(findings, technique)
    return Teaser(technique.title, href, technique.summary, *pair, cut)


def _cut(findings: Findings, technique: Technique) -> tuple[Tile, ...]:
    """Return two small pictures of a technique whose highlight is a sheet of them."""
    for item, use in examples_of(findings, technique):
        outcome = findings.outcome(item, technique.id, use.variants[0].id)
        run = Run(item, technique, use.variants[0], outcome)
        found = [shot.tile for shot in a_few(run, shots(findings, run, ""), 2)]
        if not found and run.record:
            named = technique.highlight
            found = [*panels.tiles_of(run.record, technique, named, findings.look, "")[:2]]
        if found:
            return tuple(found)
    return ()
