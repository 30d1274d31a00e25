"""The first page of a comparison: what changed, whether it matters, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compare_numbers import MARKED, number_cells, number_columns, number_marks, place_of
from generator.compare_pictures import Sides, drawings
from generator.compare_reasons import reasons
from generator.compare_views import ChangeCard, ComparePage, Listing, RuleView, Side
from generator.compare_words import (
    counted,
    method_words,
    overview,
    whose,
)
from generator.compared import State
from generator.deltas import Chance
from generator.flip_pages import flip_views
from generator.parts import Column, Table
from generator.technique import Legend
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.builds import Build
    from generator.compared import Pair, Twin
    from generator.deltas import Delta
    from generator.parts import Image
    from generator.two_builds import TwoBuilds
    from generator.views import Site


def compare_page(two: TwoBuilds, site: Site) -> ComparePage:
    """Return the overview of a comparison."""
    moved = [row for row in two.deltas if row.chance is not Chance.SAME]
    still = [row for row in two.deltas if row.chance is Chance.SAME]
    return ComparePage(
        site=site,
        title=two.head.report.title,
        sides=(_side("Base", two.base), _side("Head", two.head)),
        said=overview(two.compared, two.deltas, two.flips),
        rules=tuple(RuleView(v.rule.text, v.kept, v.said) for v in two.verdicts),
        broken=len(two.broken),
        cards=tuple(_card(two, item) for item in two.touched),
        numbers=_numbers(two, moved, "numbers", "Numbers that moved"),
        steady=_numbers(two, still, "steady", "Numbers that did not move"),
        reasons=_reasons(two),
        listings=_listings(two),
    )


def _side(role: str, build: Build) -> Side:
    report = build.report
    commit = f", commit {report.commit}" if report.commit else ""
    items, runs = counted(len(report.items), "item"), counted(len(report.runs), "result")
    return Side(role, build.name, f"{items}, {runs}; Salon {report.salon}{commit}")


def legend_of(two: TwoBuilds, twin: Twin, panel: str) -> Legend:
    """Return the words of a panel: the head's, else the base's, else its name."""
    for report in (two.head.report, two.base.report):
        method = report.methods.get(twin.place[1])
        if method and panel in method.legends:
            return method.legends[panel]
    return Legend(panel, "")


def closest_look(two: TwoBuilds, item: str) -> tuple[Twin, Pair] | None:
    """Return the panel of ``item`` that changed most, of those that can be shown."""
    found = [
        (pair.likeness.similarity if pair.likeness.similarity is not None else 1.0, twin, pair)
        for twin in two.compared.of(State.CHANGED)
        if twin.place[0] == item
        for pair in twin.pairs
        if pair.likeness
    ]
    shown = [one for one in found if drawings(one[2], one[1], _sides(two, one[1], one[2]))]
    least = min(shown, key=lambda one: one[0], default=None)
    return (least[1], least[2]) if least else None


def _sides(two: TwoBuilds, twin: Twin, pair: Pair, root: str = "") -> Sides:
    return Sides(two.base, two.head, legend_of(two, twin, pair.name), root)


def _card(two: TwoBuilds, item: str) -> ChangeCard:
    twins = [twin for twin in two.compared.twins if twin.place[0] == item]
    most = closest_look(two, item)
    images: tuple[tuple[str, Image], ...] = ()
    if most:
        drawn = drawings(most[1], most[0], _sides(two, *most))
        images = tuple((one.side, one.image) for one in drawn)
    flipped = [view for twin in twins for view in flip_views(two, twin, "") if view.tiles]
    tiles = flipped[0].tiles if flipped and not images else ()
    words = item_words(two, twins)
    return ChangeCard(f"items/{item}.html", two.compared.title(item), words, images, tiles)


def item_words(two: TwoBuilds, twins: Iterable[Twin]) -> str:
    """Return what changed of an item, in a sentence."""
    listed = list(twins)
    changed = [twin for twin in listed if twin.settled is State.CHANGED]
    panels = sum(len(twin.pairs) for twin in changed)
    places = {twin.place for twin in changed}
    flipped = sum((f.item, f.technique, f.variant) in places for f in two.flips)
    said = []
    if changed:
        said.append(f"{number(len(changed), 0)} of {counted(len(listed), 'result')} changed")
    if panels:
        said.append(counted(panels, "panel"))
    if flipped:
        said.append(f"{counted(flipped, 'held-out picture')} flipped")
    for state in (State.BROKEN, State.MENDED):
        count = sum(twin.settled is state for twin in listed)
        if count:
            said.append(f"{counted(count, 'result')} {state.value}")
    return "; ".join(said)


def _numbers(two: TwoBuilds, rows: Sequence[Delta], identity: str, title: str) -> Table | None:
    if not rows:
        return None
    touched = set(two.touched)
    marks = number_marks(rows, skipped=2)
    caption = (
        "Each number beside its counterpart: of the same held-out pictures, or the mean over the "
        "same items. Where zero lies in the interval of the difference, it may be chance. Of "
        "twenty numbers that did not truly move, one will seem to have moved all the same."
    )
    return Table(
        id=identity,
        title=title,
        caption=caption if identity == "numbers" else "The same on both sides.",
        columns=number_columns("Of what"),
        rows=tuple((whose(row, two.compared), *number_cells(row)) for row in rows),
        links=tuple(place_of(two, row, touched) for row in rows),
        folded=identity != "numbers",
        marks=marks,
        key=MARKED if marks else "",
    )


def _reasons(two: TwoBuilds) -> Table | None:
    found = reasons(two.compared)
    if not found:
        return None
    methods = {**two.base.report.methods, **two.head.report.methods}
    return Table(
        id="reasons",
        title="Why",
        caption="What led to the results, where it differs between the two builds, and how many "
        "results have changed with it or stayed what they were.",
        columns=(
            Column("What differs", "", "", "", number=False),
            Column("Techniques", "", "", "", number=False),
            Column("Changed", "", "results that differ", "", number=True),
            Column("Unchanged", "", "results that are what they were", "", number=True),
        ),
        rows=tuple(
            (
                reason.text,
                ", ".join(methods[name].title for name in reason.techniques),
                number(reason.changed, 0),
                number(reason.kept, 0),
            )
            for reason in found
        ),
    )


def _listings(two: TwoBuilds) -> tuple[Listing, ...]:
    """Return what came, went, failed and was mended, each with its name."""
    items = two.compared.items
    apart = {item.id for item in (*items.added, *items.removed)}
    sources = [f"{item.title}: {item.problem}" for item in items.broken]
    groups = (
        ("broken", "Failed", "It worked in the base.",
         [*sources, *_places(two, State.BROKEN, set(), failure=True)]),
        ("failing", "Still failing", "It failed in the base, too.",
         _places(two, State.FAILING, set(), failure=True)),
        ("mended", "Mended", "It failed in the base.",
         [*(item.title for item in items.mended), *_places(two, State.MENDED, set())]),
        ("removed", "Gone", "The head does not have it.",
         [*(item.title for item in items.removed), *_places(two, State.REMOVED, apart)]),
        ("added", "New", "The base does not have it.",
         [*(item.title for item in items.added), *_places(two, State.ADDED, apart)]),
    )  # fmt: skip
    return tuple(Listing(*group[:3], tuple(group[3])) for group in groups if group[3])


def _places(two: TwoBuilds, state: State, apart: set[str], *, failure: bool = False) -> list[str]:
    found = []
    for twin in two.compared.of(state):
        item, technique, variant = twin.place
        if item in apart:
            continue
        method = method_words(technique, variant, two.compared)
        said = f"{two.compared.title(item)} · {method}"
        found.append(f"{said}: {twin.run.failure}" if failure else said)
    return found
