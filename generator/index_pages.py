"""The gallery's first page: every technique, network, data set and picture in a few lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator import panels
from generator.charts import line_chart
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import Run
from generator.content import Kind
from generator.dataset_pages import set_card
from generator.drive_pages import drive_card, frame
from generator.facets import facets
from generator.language import many, plural, say
from generator.pages import examples_of, highlight, highlights, problem, thumbnail
from generator.standouts import remarks
from generator.technique import Role
from generator.tour_pages import invitation
from generator.views import Card, Choice, IndexPage, Teaser
from generator.wording import listed, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.content import Wish
    from generator.facets import Facets
    from generator.findings import Findings
    from generator.parts import Chart, Image, Tile
    from generator.technique import Technique
    from generator.views import Site


def index_page(findings: Findings, site: Site) -> IndexPage:
    """Return the gallery's first page."""
    sorting = facets(findings)
    made = [
        (wish.item.kind, _card(findings, wish, sorting))
        for wish in findings.wishes
        if wish.item.kind not in {Kind.DATASET, Kind.DRIVE}
    ]
    cards = tuple(card for kind, card in made if kind in {Kind.IMAGE, Kind.VIDEO})
    return IndexPage(
        site=site,
        cards=cards,
        tags=_choices(tag for card in cards for tag in card.tags),
        labels=_choices(card.label for card in cards if card.label),
        scores=sorting.groups,
        remarks=remarks(findings),
        holds=_holds(findings),
        tally=_tally(cards),
        tour=invitation(findings),
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
        drives=tuple(
            drive_card(findings, wish.item)
            for wish in findings.wishes
            if wish.item.kind is Kind.DRIVE
        ),
        teasers=tuple(_teaser(findings, technique) for technique in findings.shown()),
        problems=sum(1 for card in cards if card.problem),
    )


def _choices(values: Iterable[str]) -> tuple[Choice, ...]:
    """Return each value to filter by, in the order of the alphabet."""
    return tuple(Choice(value, value, count) for value, count in sorted(Counter(values).items()))


def _tally(cards: tuple[Card, ...]) -> str:
    """Return how many cards of pictures and of videos there are."""
    films = sum(card.film for card in cards)
    others = len(cards) - films
    said = [many("{count} picture", "{count} pictures", others)] if others or not films else []
    if films:
        said.append(many("{count} video", "{count} videos", films))
    return listed(said)


_KINDS = {
    Kind.IMAGE: plural("{count} picture", "{count} pictures"),
    Kind.VIDEO: plural("{count} video", "{count} videos"),
    Kind.DATASET: plural("{count} data set", "{count} data sets"),
    Kind.DRIVE: plural("{count} drive", "{count} drives"),
    Kind.MODEL: plural("{count} network", "{count} networks"),
}


def _holds(findings: Findings) -> str:
    """Return what the gallery shows, counted, in a sentence."""
    kinds = Counter(wish.item.kind for wish in findings.wishes)
    counted = [_counted(kinds[kind], *forms) for kind, forms in _KINDS.items() if kinds[kind]]
    if not counted:
        return ""
    techniques = _counted(len(findings.shown()), *plural("{count} technique", "{count} techniques"))
    return say(
        "{things}, looked at by {techniques}.", things=listed(counted), techniques=techniques
    )


def _counted(count: int, one: str, other: str) -> str:
    return many(one, other, count, count=number(count, 0))


def _card(findings: Findings, wish: Wish, sorting: Facets) -> Card:
    item = wish.item
    failure = problem(findings, item)
    outcomes = [
        findings.outcome(item, use.technique, variant.id)
        for use in findings.asked(wish)
        for variant in use.variants
    ]
    failed = 0 if failure else sum(o is not None and o.failure is not None for o in outcomes)
    words = failure.title if failure else say("{count} failed", count=failed) if failed else ""
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
        label=item.label,
        scores=sorting.scores.get(item.id, ""),
        film=item.kind is Kind.VIDEO,
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
    if not any(pair):
        driven = (one for one, _ in examples_of(findings, technique) if one.kind is Kind.DRIVE)
        pair = (None, next((frame(findings, item, "") for item in driven), None))
    href = f"techniques/{technique.id}.html"
    cut = () if any(pair) else _cut(findings, technique)
    chart = None if any(pair) or cut else _drawn(findings, technique)
    family = say(technique.family.value)
    return Teaser(technique.title, href, technique.summary, *pair, cut, chart, family)


def _drawn(findings: Findings, technique: Technique) -> Chart | None:
    """Return the first chart of a technique whose highlight is one."""
    for item, use in examples_of(findings, technique):
        outcome = findings.outcome(item, technique.id, use.variants[0].id)
        panel = outcome.record.panel(technique.highlight) if outcome and outcome.record else None
        if panel and panel.role is Role.CURVE:
            legend = technique.legends[panel.name]
            return line_chart(f"sketch-{technique.id}", panel.values, legend)
    return None


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
