"""The guided tour: one picture, what each method says of it, and where they disagree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import panels, tour_words
from generator.glossary import linked
from generator.language import mark, say
from generator.pages import highlight, thumbnail
from generator.parts import Column, Credit, Link, Table
from generator.pointers import pointers
from generator.tour_views import Disagreement, Invitation, Marked, TourPage, TourStop
from generator.touring import stops, toured
from generator.wording import listed, number
from generator.words import score_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content import Item
    from generator.findings import Findings
    from generator.likenesses import Likenesses
    from generator.parts import Image, Panel
    from generator.touring import Stop
    from generator.views import Site

PATH = "tour.html"
_CAPTION = mark(
    "Rank correlation between the maps: 1 is the same order everywhere, 0 is chance. A map with "
    "two directions is ordered from one to the other."
)


def invitation(findings: Findings) -> Invitation | None:
    """Return what leads to the tour from the first page, or None where there is no tour."""
    wish = toured(findings)
    image = thumbnail(findings, wish.item, "") if wish else None
    if wish is None or image is None:
        return None
    found = stops(findings, wish)
    title, words = say("New here? Take the tour"), tour_words.lead(len(found))
    for stop in found:
        guess = tour_words.guessed(stop.map.label) if stop.map else ""
        after = _image(findings, wish.item, stop) if guess else None
        if after and after.covers:
            caption = say("Right, in colour: what made a network say “{guess}”.", guess=guess)
            return Invitation(PATH, title, words, image, after, caption)
    return Invitation(PATH, title, words, image)


def _image(findings: Findings, item: Item, stop: Stop) -> Image | None:
    return highlight(findings, item, stop.technique, stop.variant.id, "")


def tour_page(findings: Findings, likenesses: Likenesses, site: Site) -> TourPage | None:
    """Return the tour, or None where no picture has two methods that found something."""
    wish = toured(findings)
    image = thumbnail(findings, wish.item, "") if wish else None
    if wish is None or image is None:
        return None
    item, found = wish.item, stops(findings, wish)
    made = tuple(_stop(findings, item, stop, likenesses) for stop in found)
    return TourPage(
        site=site,
        title=item.title,
        alt=item.alt,
        description=item.description,
        lead=tour_words.lead(len(found)),
        item=Link(f"items/{item.id}.html", item.title),
        image=image,
        credit=Credit(item.credit, item.licence, item.source),
        stops=_linked(made, site.root),
        disagreement=_disagreement(found, likenesses, image),
    )


def _stop(findings: Findings, item: Item, stop: Stop, likenesses: Likenesses) -> TourStop:
    technique = stop.technique
    return TourStop(
        id=technique.id,
        title=technique.title,
        variant=stop.variant.title,
        family=say(technique.family.value),
        asks=tour_words.asks(stop),
        said=_said(stop, likenesses),
        look=tour_words.first_sentence(technique.explanation.reading),
        panels=_panels(findings, item, stop),
        page=Link(f"techniques/{technique.id}.html", say("How to read it")),
        all=Link(f"items/{item.id}.html#{technique.id}", say("Everything that it found here")),
    )


def _linked(made: tuple[TourStop, ...], root: str) -> tuple[TourStop, ...]:
    """Return the stops with the first use of each word of the glossary as a link to it."""
    texts = tuple(text for stop in made for text in (*stop.said, stop.look))
    whole = iter(linked(texts, root))
    return tuple(
        replace(stop, said=tuple(next(whole) for _ in stop.said), look=next(whole)) for stop in made
    )


def _said(stop: Stop, likenesses: Likenesses) -> tuple[str, ...]:
    """Return what the numbers of a method say of the picture."""
    said = []
    located = likenesses.located.get(stop.technique.id)
    if stop.map and stop.legend:
        said += [tour_words.guess(stop.map.label)]
        facts, points = stop.map.facts, stop.technique.points
        said += tour_words.strongest(stop.map.role, facts, stop.legend, points)
        said += [tour_words.on_subject(located, likenesses.subject)]
    tables = {table["name"]: table["rows"] for table in stop.record.tables}
    for name, legend in stop.technique.tables.items():
        said += [tour_words.best_of(tables.get(name, ()), legend)]
    scores = score_views(stop.record, stop.technique)
    said += map(tour_words.scored, tour_words.telling(scores, located=bool(stop.map)))
    return tuple(filter(None, said))


def _panels(findings: Findings, item: Item, stop: Stop) -> tuple[Panel, ...]:
    """Return what is shown of a method: what it began with, its highlight, and its map."""
    names = (stop.technique.before, stop.shown.name, stop.map.name if stop.map else "")
    shape = findings.picture_shape(item)
    frame = panels.Frame(item, shape, findings.look, f"{stop.technique.id}-", root="")
    views = {view.id: view for view in panels.views_of(stop.record, stop.technique, frame)}
    found = (views.get(f"{stop.technique.id}-{name}") for name in dict.fromkeys(names) if name)
    return tuple(replace(view, pane=None, finding="", size="") for view in found if view)


def _disagreement(
    found: Sequence[Stop], likenesses: Likenesses, image: Image
) -> Disagreement | None:
    """Return where the maps disagree; None with fewer than two that have an order."""
    if not likenesses.pairs:
        return None
    by_id = {stop.technique.id: stop for stop in found if stop.ranks}
    names = {name: stop.technique.title for name, stop in by_id.items()}
    peaked = [stop for stop in found if stop.peaks]
    pairs = sorted(likenesses.pairs.items(), key=lambda pair: pair[1])
    (one, other), least = pairs[0]
    said = [tour_words.gathered(peaked)]
    if len(pairs) > 1:
        (first, second), most = max(pairs, key=lambda pair: pair[1])
        said.append(tour_words.alike(tour_words.MOST, names[first], names[second], most))
    words = tour_words.LEAST if len(pairs) > 1 else tour_words.ONLY
    said.append(tour_words.alike(words, names[one], names[other], least))
    return Disagreement(
        marked=_marked(found, peaked, likenesses, image),
        said=tuple(filter(None, said)),
        means=(tour_words.why(by_id[one], by_id[other], least), *_more(found)),
        table=_table(names, likenesses),
    )


def _more(found: Sequence[Stop]) -> list[str]:
    """Return what else there is to know: who tests the maps, and who is not among them."""
    said = [
        tour_words.tested(stop.technique.title, step)
        for step, stop in enumerate(found, 1)
        if stop.tests
    ][:1]
    silent = [stop for stop in found if not stop.ranks and not stop.tests]
    if silent:
        names = _named(silent)
        said.append(say("{names}: here there is no map that points anywhere.", names=names))
    against = [stop for stop in found if stop.ranks and not stop.peaks]
    if against:
        names = _named(against)
        said.append(
            say("{names}: nothing on the map speaks for it, so no mark is set.", names=names)
        )
    return said


def _named(found: Sequence[Stop]) -> str:
    return listed([say("“{name}”", name=stop.technique.title) for stop in found])


def _marked(
    found: Sequence[Stop], pointing: Sequence[Stop], likenesses: Likenesses, image: Image
) -> Marked:
    """Return the picture with a mark where each map is strongest."""
    places = [tuple(stop.map.facts["peak"]) for stop in pointing if stop.map]
    says = tuple(
        (stop.technique.title, _spot(stop, likenesses, found.index(stop) + 1)) for stop in pointing
    )
    return Marked(says, pointers(places, image.height / image.width), image=image)


def _spot(stop: Stop, likenesses: Likenesses, step: int) -> str:
    spot = tour_words.at(stop.map.facts["peak"]) if stop.map else ""
    located = likenesses.located.get(stop.technique.id)
    if located is None:
        return say("{place} (step {step})", place=spot, step=step)
    where = say("on the subject") if located.pointed else say("not on the subject")
    return say("{place}, {where} (step {step})", place=spot, where=where, step=step)


def _table(names: dict[str, str], likenesses: Likenesses) -> Table:
    """Return the rank correlation of every pair."""
    both = {**likenesses.pairs, **{(b, a): v for (a, b), v in likenesses.pairs.items()}}
    head = Column(say("Map"), "", "", "", number=False)
    return Table(
        id="alike",
        title=say("How alike each two of them are"),
        caption=say(_CAPTION),
        columns=(head, *(Column(name, "", "", "", number=True) for name in names.values())),
        rows=tuple(
            (name, *("–" if own == other else number(both[own, other], 2) for other in names))
            for own, name in names.items()
        ),
        folded=True,
    )
