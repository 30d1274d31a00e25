"""The first page of a comparison: what changed, whether it matters, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.compare_numbers import (
    MARKED,
    number_cells,
    number_columns,
    number_marks,
    place_of,
)
from generator.compare_overview import overview
from generator.compare_pictures import BASE, HEAD, Sides, drawings, named
from generator.compare_reasons import reasons
from generator.compare_views import ChangeCard, ComparePage, Listing, RuleView, Side
from generator.compare_words import (
    items,
    method_words,
    results,
    whose,
)
from generator.compared import State
from generator.deltas import Chance
from generator.flip_pages import flip_views
from generator.language import many, say, told
from generator.parts import Column, Table
from generator.spoken import reworded_legend
from generator.technique import Legend
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
        sides=(_side(say(BASE), two.base), _side(say(HEAD), two.head)),
        said=overview(two.compared, two.deltas, two.flips),
        rules=tuple(RuleView(v.rule.text, v.kept, v.said) for v in two.verdicts),
        broken=len(two.broken),
        cards=tuple(_card(two, item) for item in two.touched),
        numbers=_numbers(two, moved, "numbers", say("Numbers that moved")),
        steady=_numbers(two, still, "steady", say("Numbers that did not move")),
        reasons=_reasons(two),
        listings=_listings(two),
    )


def _side(role: str, build: Build) -> Side:
    report = build.report
    words = f"{items(len(report.items))}, {results(len(report.runs))}; Salon {report.salon}"
    if report.commit:
        words = say("{words}, commit {commit}", words=words, commit=report.commit)
    return Side(role, build.name, words)


def legend_of(two: TwoBuilds, twin: Twin, panel: str) -> Legend:
    """Return the words of a panel: the head's, else the base's, else its name."""
    for report in (two.head.report, two.base.report):
        method = report.methods.get(twin.place[1])
        if method and panel in method.legends:
            return reworded_legend(method.legends[panel])
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
    drawn = drawings(most[1], most[0], _sides(two, *most)) if most else ()
    if drawn:
        images = tuple((say(one.side), one.image) for one in drawn)
    flipped = [view for twin in twins for view in flip_views(two, twin, "") if view.tiles]
    seen = flipped[0].tiles if flipped and not images else ()
    tiles = tuple((one.side, one.tile) for one in seen)
    words = item_words(two, twins)
    if images:
        names = ", ".join(named(one.side) for one in drawn)
        words = say("{words}. Here: {names}", words=words, names=names)
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
        said.append(
            many(
                "{changed} of {count} result changed",
                "{changed} of {count} results changed",
                len(listed),
                changed=number(len(changed), 0),
                count=number(len(listed), 0),
            )
        )
    if panels:
        said.append(many("{count} panel", "{count} panels", panels, count=number(panels, 0)))
    if flipped:
        said.append(
            many(
                "{count} held-out picture flipped",
                "{count} held-out pictures flipped",
                flipped,
                count=number(flipped, 0),
            )
        )
    return "; ".join((*said, *_failing(listed)))


def _failing(twins: Sequence[Twin]) -> Iterator[str]:
    """Yield how many failed, and how many do no more."""
    broken, mended = (
        sum(twin.settled is state for twin in twins) for state in (State.BROKEN, State.MENDED)
    )
    if broken:
        count = number(broken, 0)
        yield many("{count} result failed", "{count} results failed", broken, count=count)
    if mended:
        count = number(mended, 0)
        yield many("{count} result mended", "{count} results mended", mended, count=count)


def _numbers(two: TwoBuilds, rows: Sequence[Delta], identity: str, title: str) -> Table | None:
    if not rows:
        return None
    touched = set(two.touched)
    marks = number_marks(rows, skipped=2)
    caption = say(
        "Each number beside its counterpart: of the same held-out pictures, or the mean over the "
        "same items. Where zero lies in the interval of the difference, it may be chance. Of "
        "twenty numbers that did not truly move, one will seem to have moved all the same."
    )
    return Table(
        id=identity,
        title=title,
        caption=caption if identity == "numbers" else say("The same on both sides."),
        columns=number_columns(say("Of what")),
        rows=tuple((whose(row, two.compared), *number_cells(row)) for row in rows),
        links=tuple(place_of(two, row, touched) for row in rows),
        folded=identity != "numbers",
        marks=marks,
        key=say(MARKED) if marks else "",
    )


def _reasons(two: TwoBuilds) -> Table | None:
    found = reasons(two.compared)
    if not found:
        return None
    methods = {**two.base.report.methods, **two.head.report.methods}
    return Table(
        id="reasons",
        title=say("Why"),
        caption=say(
            "What led to the results, where it differs between the two builds, and how many "
            "results have changed with it or stayed what they were."
        ),
        columns=(
            Column(say("What differs"), "", "", "", number=False),
            Column(say("Techniques"), "", "", "", number=False),
            Column(say("Changed"), "", say("results that differ"), "", number=True),
            Column(say("Unchanged"), "", say("results that are what they were"), "", number=True),
        ),
        rows=tuple(
            (
                reason.text,
                ", ".join(told(methods[name].title) for name in reason.techniques),
                number(reason.changed, 0),
                number(reason.kept, 0),
            )
            for reason in found
        ),
    )


def _listings(two: TwoBuilds) -> tuple[Listing, ...]:
    """Return what came, went, failed and was mended, each with its name."""
    fates = two.compared.items
    apart = {item.id for item in (*fates.added, *fates.removed)}
    sources = [(item.title, item.problem) for item in fates.broken]
    groups = (
        ("broken", say("Failed"), say("It worked in the base."),
         [*sources, *_places(two, State.BROKEN, set(), failure=True)]),
        ("failing", say("Still failing"), say("It failed in the base, too."),
         _places(two, State.FAILING, set(), failure=True)),
        ("mended", say("Mended"), say("It failed in the base."),
         [*((item.title, "") for item in fates.mended), *_places(two, State.MENDED, set())]),
        ("removed", say("Gone"), say("The head does not have it."),
         [*((item.title, "") for item in fates.removed), *_places(two, State.REMOVED, apart)]),
        ("added", say("New"), say("The base does not have it."),
         [*((item.title, "") for item in fates.added), *_places(two, State.ADDED, apart)]),
    )  # fmt: skip
    return tuple(Listing(*group[:3], tuple(group[3])) for group in groups if group[3])


def _places(
    two: TwoBuilds, state: State, apart: set[str], *, failure: bool = False
) -> list[tuple[str, str]]:
    found = []
    for twin in two.compared.of(state):
        item, technique, variant = twin.place
        if item in apart:
            continue
        method = method_words(technique, variant, two.compared)
        said = f"{two.compared.title(item)} · {method}"
        found.append((said, twin.run.failure if failure else ""))
    return found
