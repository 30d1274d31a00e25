"""The page of a data set: what it holds, and how well each classifier tells its classes apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from generator import panels
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import examples_of, is_classifier, name_of, runs_on
from generator.classifier_views import ClassifierCard, DataSetPage, Shelf
from generator.classifier_wording import headline, pictures
from generator.comparison import best_words, comparison
from generator.findings import DATA_SET
from generator.language import many, say, told
from generator.pages import neighbour, problem, section
from generator.parts import Credit, Failure
from generator.views import SetCard
from generator.wording import number
from generator.words import table_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.classifier_runs import Run
    from generator.content import Item, Use
    from generator.findings import Findings
    from generator.parts import Table, Tile
    from generator.records import Record
    from generator.views import Site

_ON_A_CARD = 4
_LONG = 12
"""Classes from which on the table of their sizes is folded: their pictures come with it."""
_UNEVEN = 3
"""How many times as large the largest class must be to be worth a sentence."""
_SIDES = ("train", "held out")


def dataset_page(
    findings: Findings, index: int, site: Site, seconds: Mapping[str, float] | None
) -> DataSetPage:
    """Return the page of the data set at ``index`` in the manifest.

    ``seconds`` gives what a run took by its key; without it no time is told.
    """
    wish = findings.wishes[index]
    item = wish.item
    outcome = findings.examples(item)
    record = outcome.record if outcome else None
    runs = tuple(run for run in runs_on(findings, item) if run.outcome)
    shelves = _shelves(findings, item, record, "../") if record else ()
    return DataSetPage(
        site=site,
        id=item.id,
        title=item.title,
        description=item.description,
        words=_holds(item, record),
        failure=_failure(findings, item),
        credit=Credit(item.credit, item.licence, item.source),
        tags=item.tags,
        problems=item.data.problems if item.data else (),
        notes=record.notes if record else (),
        shelves=shelves,
        balance=_balance(findings, record) if record else None,
        comparison=comparison(runs, seconds, "#pictures" if shelves else ""),
        sections=tuple(
            section(findings, item, use, {})
            for use in findings.asked(wish)
            if _ran(findings, item, use) and not is_classifier(findings.catalog[use.technique])
        ),
        classifiers=tuple(_card(findings, run) for run in runs),
        previous=neighbour(findings.wishes, index, -1),
        following=neighbour(findings.wishes, index, 1),
    )


def set_card(findings: Findings, item: Item) -> SetCard:
    """Return the data set in a few lines, for the index."""
    outcome = findings.examples(item)
    record = outcome.record if outcome else None
    failure = _failure(findings, item)
    counts = _counts(item, record)
    total = sum(side.train + side.held_out for side in counts.values())
    runs = runs_on(findings, item)
    failed = sum(run.outcome is not None and run.outcome.failure is not None for run in runs)
    shelves = _shelves(findings, item, record, "") if record else ()
    rounds = zip_longest(*((*shelf.train, *shelf.held_out) for shelf in shelves))
    spread = [tile for turn in rounds for tile in turn if tile]
    return SetCard(
        id=item.id,
        href=f"items/{item.id}.html",
        title=item.title,
        tiles=tuple(spread[:_ON_A_CARD]),
        words=f"{pictures(total)}, {_classes(len(counts))}" if counts else "",
        best=best_words(runs),
        problem=failure.title if failure else say("{count} failed", count=failed) if failed else "",
        description=item.description,
    )


def _classes(count: int) -> str:
    return many("{count} class", "{count} classes", count, count=number(count, 0))


def _failure(findings: Findings, item: Item) -> Failure | None:
    """Return why there is nothing to see, unless its pictures are kept from an earlier build."""
    outcome = findings.examples(item)
    if outcome is None:
        return problem(findings, item)
    failed = outcome.failure
    return (
        Failure(say("Its pictures cannot be shown"), failed.message, failed.detail)
        if failed
        else None
    )


def _ran(findings: Findings, item: Item, use: Use) -> bool:
    return any(findings.outcome(item, use.technique, v.id) for v in use.variants)


@dataclass(frozen=True)
class _Side:
    """How many pictures of one class there are on each side."""

    train: int
    held_out: int

    @property
    def words(self) -> str:
        return say(
            "{train} to learn from, {held_out} held out",
            train=number(self.train, 0),
            held_out=number(self.held_out, 0),
        )


def _counts(item: Item, record: Record | None) -> dict[str, _Side]:
    """Return the pictures of each class on both sides, from the manifest or from the record."""
    if item.data:
        found = Counter((e.label, e.held_out) for e in item.data.examples)
        return {name: _Side(found[name, False], found[name, True]) for name in item.data.classes}
    tables = record.tables if record else ()
    rows = next((table["rows"] for table in tables if table["name"] == "balance"), ())
    return {str(name): _Side(int(train), int(held_out)) for name, train, held_out in rows}


def _holds(item: Item, record: Record | None) -> tuple[str, ...]:
    """Return what is in the data set, in sentences."""
    counts = _counts(item, record)
    if not counts:
        return ()
    train = sum(side.train for side in counts.values())
    held_out = sum(side.held_out for side in counts.values())
    said = say(
        "{pictures} of {classes}. The classifiers learn from {train} and are tested on the other "
        "{held_out}, which they never see before.",
        pictures=pictures(train + held_out),
        classes=_classes(len(counts)),
        train=number(train, 0),
        held_out=number(held_out, 0),
    )
    return tuple(text for text in (said, _drawn(item), _uneven(counts), _grouped(item)) if text)


def _drawn(item: Item) -> str:
    """Return who decided which pictures are held out."""
    if item.data is None:
        return ""
    if item.data.drawn is None:
        return say("The source itself says which pictures are held out.")
    share, seed = item.data.drawn
    return say(
        "Which are held out was drawn by lot, {share} % of each class (seed {seed}): all "
        "classifiers are tested on the same pictures.",
        share=number(100 * share, 0),
        seed=seed,
    )


def _uneven(counts: Mapping[str, _Side]) -> str:
    """Return what the sizes of the classes warn of."""
    if len(counts) == 1:
        return say("With one class there is nothing to tell apart.")
    sizes = [side.train + side.held_out for side in counts.values()]
    if max(sizes) < _UNEVEN * min(sizes):
        return ""
    return say(
        "The largest class has {most} pictures, the smallest {least}: look at the balanced "
        "accuracy, in which each class counts the same.",
        most=number(max(sizes), 0),
        least=number(min(sizes), 0),
    )


def _grouped(item: Item) -> str:
    """Return whether pictures that belong together are on one side."""
    sides: dict[str, set[bool]] = defaultdict(set)
    for example in item.data.examples if item.data else ():
        if example.group:
            sides[example.group].add(example.held_out)
    if not sides:
        return ""
    torn = sum(len(both) > 1 for both in sides.values())
    if not torn:
        return many(
            "In {count} group are pictures that belong together, such as parts of one photograph; "
            "each group is on one side as a whole.",
            "In {count} groups are pictures that belong together, such as parts of one photograph; "
            "each group is on one side as a whole.",
            len(sides),
            count=number(len(sides), 0),
        )
    said = many(
        "In {count} group are pictures that belong together, such as parts of one photograph.",
        "In {count} groups are pictures that belong together, such as parts of one photograph.",
        len(sides),
        count=number(len(sides), 0),
    )
    warned = many(
        "{count} of them is on both sides: that makes the tests too easy.",
        "{count} of them are on both sides: that makes the tests too easy.",
        torn,
        count=number(torn, 0),
    )
    return f"{said} {warned}"


def _balance(findings: Findings, record: Record) -> Table | None:
    legend = findings.catalog[DATA_SET].tables.get("balance")
    table = next((table for table in record.tables if table["name"] == "balance"), None)
    if not table or not table["rows"] or not legend:
        return None
    folded = len(table["rows"]) > _LONG
    shown = bool(record.panel("examples"))
    links = tuple(f"#class-{place}" for place in range(len(table["rows"]))) if shown else ()
    return replace(table_view(table, legend, "balance"), folded=folded, links=links)


def _shelves(findings: Findings, item: Item, record: Record, root: str) -> tuple[Shelf, ...]:
    """Return the pictures that are kept of each class, on both sides."""
    panel = record.panel("examples")
    rows = next((table["rows"] for table in record.tables if table["name"] == "examples"), ())
    if panel is None:
        return ()
    legend = findings.catalog[DATA_SET].legends.get("examples")
    sheet = panels.sheet_of(panel, legend, findings.look, root)
    known = examples_of(item, record)
    found: dict[tuple[str, str], list[Tile]] = {}
    for example, label, side, tile in rows:
        if tile is not None:
            alt = f"{label}, {told(str(side))}: {name_of(known, int(example))}"
            found.setdefault((str(label), str(side)), []).append(sheet.tile(int(tile), alt))
    return tuple(
        Shelf(
            f"class-{place}",
            name,
            side.words,
            *(tuple(found.get((name, which), ())) for which in _SIDES),
        )
        for place, (name, side) in enumerate(_counts(item, record).items())
    )


def _card(findings: Findings, run: Run) -> ClassifierCard:
    failed = run.outcome.failure if run.outcome else None
    shown = a_few(run, shots(findings, run), _ON_A_CARD) if run.page else ()
    return ClassifierCard(
        id=f"{run.technique.id}-{run.variant.id}",
        title=run.title,
        href=f"../{run.page}" if run.page else "",
        summary=run.technique.summary,
        headline=headline(run) if run.page else "",
        tiles=tuple(shot.tile for shot in shown),
        vocabulary=f"../{run.vocabulary}" if run.vocabulary else "",
        failure=Failure(
            say("{technique} failed here", technique=run.technique.title),
            failed.message,
            failed.detail,
        )
        if failed
        else None,
    )
