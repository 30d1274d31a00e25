"""From findings to a written site: every page by its path, and the files beside them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import __version__, render
from generator.classifier_pages import classifier_page
from generator.classifier_runs import runs_on
from generator.content import Kind
from generator.dataset_pages import dataset_page
from generator.drive_pages import drive_page
from generator.facets import sortable
from generator.film_pages import video_page
from generator.glossary_pages import glossary_page
from generator.index_pages import index_page
from generator.language import english, say, speaking
from generator.ledger import blobs_of, credits_page, exported, made_page, reported
from generator.likenesses import likenesses, on_pages
from generator.overview_pages import overview_page
from generator.pages import highlights, item_page, thumbnail
from generator.parts import Link
from generator.publishing import Card, published
from generator.replacing import check_replaceable
from generator.report import REPORT, to_json
from generator.results import result_files
from generator.social_card import MOST, SIZE, social_card
from generator.spoken import spoken
from generator.stamp import note_report
from generator.technique_pages import technique_page
from generator.tour_pages import PATH, invitation, tour_page
from generator.viewing import gallery_scales
from generator.views import MissingPage, Site
from generator.vocabulary_pages import vocabulary_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generator.content import Item
    from generator.findings import Findings
    from generator.likenesses import Likenesses
    from generator.store import Store


@dataclass(frozen=True)
class Place:
    """Where a site goes, what it is made from, and what was there when last written."""

    manifest: Path
    out: Path
    templates: tuple[Path, ...]
    languages: tuple[Path, ...]
    commit: str
    listing: dict[str, str]


def write(
    place: Place,
    findings: Findings,
    store: Store,
    seconds: dict[str, float] | None,
    pictures: Callable[[], dict[str, str]],
) -> dict[str, str]:
    """Write the site and return its listing.

    ``pictures`` makes what is missing among the picture files and returns their blobs; it is
    called once it is sure that the place may be written.
    """
    check_replaceable(place.out)
    made = pictures()
    alike = likenesses(findings, made, store)
    sizes = store.sizes(blobs_of(findings))
    url = findings.plan.gallery.url
    report = to_json(reported(findings, place.commit)).encode()
    files = result_files(findings) | {REPORT: report}
    numbers = exported(findings)
    with speaking(findings.plan.gallery.language, place.languages):
        own = render.own_assets(place.templates)
        card, files_of_card = _card(findings, made, store) if url else (None, {})

        def pages() -> Iterator[tuple[str, render.Page]]:
            listed = _pages(findings, own, place.commit, sizes, seconds, alike)
            return published(listed, url, card)

        plain = () if english() else pages()
        files |= files_of_card
        content = render.Content(pages(), on_pages(made), own, numbers, url, files, plain)
        listed = render.write_site(place.out, content, place.templates, store, place.listing)
    note_report(place.manifest, report, store)
    return listed


def _card(
    findings: Findings, made: Mapping[str, str], store: Store
) -> tuple[Card | None, dict[str, bytes]]:
    """Return the card that stands for the site, made of its first pictures, and its file."""
    pairs = [
        (original, *highlights(findings, wish, ""))
        for wish in findings.wishes
        if wish.item.kind is Kind.IMAGE and (original := thumbnail(findings, wish.item, ""))
    ][: MOST // 2]
    images = [*(pair[0] for pair in pairs), *(pair[1] for pair in pairs if len(pair) > 1)]
    if not images:
        return None, {}
    data = social_card([store.read(made[image.src.removeprefix("assets/")]) for image in images])
    name = f"assets/card-{hashlib.sha256(data).hexdigest()[:12]}.jpg"
    words = say("Pictures of the gallery, and what was found in them.")
    return Card(name, *SIZE, words), {name: data}


def _pages(
    findings: Findings,
    own: render.Assets,
    commit: str,
    sizes: dict[str, int],
    seconds: dict[str, float] | None,
    alike: Likenesses,
) -> Iterator[tuple[str, render.Page]]:
    findings = spoken(findings)
    top, below = _site(findings, own, ""), _site(findings, own, "../")
    yield "index.html", index_page(findings, top)
    tour = tour_page(findings, alike, top)
    if tour:
        yield PATH, tour
    scales, orders = gallery_scales(findings), sortable(findings)
    for index, wish in enumerate(findings.wishes):
        path = f"items/{wish.item.id}.html"
        if wish.item.kind is Kind.DATASET:
            yield path, dataset_page(findings, index, below, seconds)
            yield from _classifiers(findings, wish.item, below)
        elif wish.item.kind is Kind.DRIVE:
            yield path, drive_page(findings, index, below)
        elif wish.item.kind is Kind.VIDEO:
            yield path, video_page(findings, index, below, orders)
        else:
            yield path, item_page(findings, index, below, scales, orders)
    for technique in findings.shown():
        yield f"techniques/{technique.id}.html", technique_page(findings, technique, below)
    yield "overview.html", overview_page(findings, top)
    yield "glossary.html", glossary_page(findings, top)
    yield "made.html", made_page(findings, top, commit, sizes, seconds)
    yield "credits.html", credits_page(findings, top)
    yield "404.html", MissingPage(top)


def _classifiers(findings: Findings, item: Item, below: Site) -> Iterator[tuple[str, render.Page]]:
    """Yield the page of each classifier of a data set, and that of its vocabulary."""
    for run in runs_on(findings, item):
        if run.page:
            yield run.page, classifier_page(findings, run, below)
        if run.vocabulary:
            yield run.vocabulary, vocabulary_page(findings, run, below)


def _site(findings: Findings, own: render.Assets, root: str) -> Site:
    gallery = findings.plan.gallery
    return Site(
        title=gallery.title,
        description=gallery.description.strip(),
        language=gallery.language,
        root=root,
        stylesheet=own.stylesheet,
        script=own.script,
        icon=own.icon,
        viewer_stylesheet=own.viewer_stylesheet,
        viewer_script=own.viewer_script,
        texts=own.texts,
        techniques=tuple(Link(f"{root}techniques/{t.id}.html", t.title) for t in findings.shown()),
        tour=f"{root}{PATH}" if invitation(findings) else "",
        generator=f"Salon {__version__}",
    )
