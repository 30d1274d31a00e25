"""The page of an item that changed: base, head and difference of each panel, and who flipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import parts
from generator.charts import line_chart
from generator.compare_cells import cell
from generator.compare_numbers import (
    MARKED,
    number_cells,
    number_columns,
    number_marks,
    section_id,
)
from generator.compare_pages import (
    closest_look,
    item_words,
    legend_of,
)
from generator.compare_pictures import (
    BASE,
    DIFFERENCE,
    HEAD,
    ITSELF,
    Drawing,
    Sides,
    copied,
    drawings,
    named,
    panel_drawing,
)
from generator.compare_reasons import why
from generator.compare_series import series_steps
from generator.compare_viewer import OWN, step_id, viewer_of
from generator.compare_views import ChangedSection, ChangedStep, ComparedItemPage
from generator.compare_words import film_words, method_words
from generator.compared import Sight, State
from generator.deltas import delta_of_one
from generator.findings import SOURCE
from generator.flip_pages import flip_views
from generator.language import many, mark, say, told
from generator.panels import sentence
from generator.technique import STACKS, Legend, Role
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.compared import Pair, Twin
    from generator.deltas import Delta
    from generator.records import PanelRecord
    from generator.two_builds import TwoBuilds
    from generator.views import Site

_PICTURE = mark("The picture")
_BOTH = mark("Both")
_SHOWN = {State.CHANGED, State.BROKEN, State.MENDED}


def item_page(two: TwoBuilds, place: int, site: Site) -> ComparedItemPage:
    """Return the page of the item at ``place`` among those that were touched."""
    items = two.touched
    item = items[place]
    shown = two.head.report.item(item) or two.base.report.item(item)
    twins = [twin for twin in two.compared.twins if twin.place[0] == item]
    sections = tuple(_section(two, twin) for twin in twins if twin.settled in _SHOWN)
    most = closest_look(two, item)
    drawing = original(two, item)
    return ComparedItemPage(
        site=site,
        title=two.compared.title(item),
        lead=f"{item_words(two, twins)}.",
        original=cell(drawing, None, Legend(say(_PICTURE), ""), "original") if drawing else None,
        alt=shown.alt if shown else "",
        credit=parts.Credit(shown.credit if shown else "", shown.licence if shown else "", ""),
        sections=sections,
        viewer=viewer_of(two, twins, *most) if most else None,
        previous=_neighbour(two, place - 1),
        following=_neighbour(two, place + 1),
    )


def _neighbour(two: TwoBuilds, place: int) -> parts.Link | None:
    items = two.touched
    if not 0 <= place < len(items):
        return None
    return parts.Link(f"{items[place]}.html", two.compared.title(items[place]))


def original(two: TwoBuilds, item: str) -> Drawing | None:
    """Return the picture of ``item`` itself, where it can be had."""
    for build in (two.head, two.base):
        for run in build.report.runs:
            if run.item != item or run.technique not in OWN or run.record is None:
                continue
            panel = run.record.panel("picture")
            sides = Sides(two.base, two.head, Legend(say(_PICTURE), ""))
            if panel and build.blob(panel) is not None:
                return panel_drawing(ITSELF, build, panel, None, sides)
            if panel and build.shown(run, "picture") is not None:
                return copied(ITSELF, build, run, "picture", sides)
    return None


def _section(two: TwoBuilds, twin: Twin) -> ChangedSection:
    _, technique, variant = twin.place
    identity = section_id(twin)
    failed = twin.head.failure if twin.head else ""
    return ChangedSection(
        id=identity,
        title=method_words(technique, variant, two.compared),
        state=say(twin.settled.value),
        reasons=why(twin),
        steps=(
            *(_step(two, twin, pair) for pair in twin.pairs if not _stacked(pair)),
            *series_steps(two, twin, identity),
        ),
        numbers=_numbers(two, twin, identity),
        flips=flip_views(two, twin),
        others=tuple(_others(two, twin)),
        failure=parts.Failure(say("It failed in the head"), failed) if failed else None,
    )


def _stacked(pair: Pair) -> bool:
    """Say whether a panel holds many small pictures, which have no difference."""
    panel = pair.head or pair.base
    return panel is not None and panel.role in STACKS


def _step(two: TwoBuilds, twin: Twin, pair: Pair) -> ChangedStep:
    identity = step_id(twin, pair)
    legend = legend_of(two, twin, pair.name)
    panel = pair.head or pair.base
    if panel and panel.role is Role.CURVE:
        cells = tuple(_curves(pair, legend, identity))
        return ChangedStep(identity, legend.title, legend.caption, _step_words(pair), cells)
    if panel and panel.role is Role.BOX:
        return ChangedStep(
            identity, legend.title, legend.caption, _step_words(pair),
            tuple(_boxed(two, twin.place[0], pair, legend, identity)),
        )  # fmt: skip
    drawn = drawings(pair, twin, Sides(two.base, two.head, legend))
    kept = {BASE: pair.base, HEAD: pair.head, DIFFERENCE: pair.head}
    pictures = tuple(
        (say(one.side), cell(one, kept.get(one.side), legend, f"{identity}-{one.side.lower()}"))
        for one in drawn
    )
    return ChangedStep(identity, legend.title, legend.caption, _step_words(pair), pictures)


def _boxed(
    two: TwoBuilds, item: str, pair: Pair, legend: Legend, identity: str
) -> Iterator[tuple[str, parts.Panel]]:
    """Yield the boxes of both sides, each over the picture as its side had it."""
    for side, build, panel in ((BASE, two.base, pair.base), (HEAD, two.head, pair.head)):
        shape = next(
            (own.shape for run in build.report.runs if run.item == item
             and run.technique == SOURCE and run.record
             for own in run.record.panels if own.name == "picture"),
            (),
        )  # fmt: skip
        if panel is None or not shape:
            continue
        top, left, bottom, right = panel.values
        box = parts.Box(left, top, right - left, bottom - top, shape[1], shape[0])
        title = f"{legend.title}: {named(side)}"
        name = f"{identity}-{side.lower()}"
        yield say(side), parts.Panel(name, Role.BOX.value, title, "", sentence(panel), box=box)


def _curves(pair: Pair, legend: Legend, identity: str) -> Iterator[tuple[str, parts.Panel]]:
    """Yield the curves of both sides: in one chart where they have the same x."""
    rows = {side: panel.values for side, panel in ((BASE, pair.base), (HEAD, pair.head)) if panel}
    xs = [[row[0] for row in values] for values in rows.values()]
    if len(rows) > 1 and xs[0] == xs[1]:
        names = legend.series or (say("value"),)
        series = tuple(f"{say(side)}: {name}" for side in rows for name in names)
        merged = tuple(
            (*before, *after[1:]) for before, after in zip(rows[BASE], rows[HEAD], strict=True)
        )
        rows, legend = {_BOTH: merged}, _renamed(legend, series)
    for side, values in rows.items():
        chart = line_chart(f"{identity}-{side.lower()}", values, legend)
        yield say(side), parts.Panel(
            f"{identity}-{side.lower()}", Role.CURVE.value, legend.title, "", chart.summary,
            chart=chart,
        )  # fmt: skip


def _renamed(legend: Legend, series: tuple[str, ...]) -> Legend:
    return Legend(
        legend.title, legend.caption, x=legend.x, y=legend.y, series=series,
        logarithmic=legend.logarithmic, logarithmic_x=legend.logarithmic_x,
    )  # fmt: skip


def _step_words(pair: Pair) -> str:
    """Return how alike the two sides are, or why nobody can say."""
    if pair.base is None or pair.head is None:
        return say("Only in the head.") if pair.base is None else say("Only in the base.")
    if pair.head.role in _SAID:
        return _SAID[pair.head.role](pair.base, pair.head)
    if pair.base.shape != pair.head.shape:
        before, now = (f"{panel.shape[1]} × {panel.shape[0]}" for panel in (pair.base, pair.head))
        return say("Of another size: {before} pixels before, {now} now.", before=before, now=now)
    if pair.likeness is None:
        return say("What was found cannot be had on both sides, so it cannot be shown.")
    return " ".join((*film_words(pair.base, pair.head, pair.sight), _alike(pair)))


def _boxes(base: PanelRecord, head: PanelRecord) -> str:
    return say("From {before} to {now}.", before=_box(base.values), now=_box(head.values))


def _alike(pair: Pair) -> str:
    likeness = pair.likeness
    if likeness is None:
        return ""
    said = []
    if likeness.similarity is not None:
        value = number(likeness.similarity, 3)
        said.append(say("structural similarity {value}", value=value))
    if likeness.correlation is not None:
        said.append(say("rank correlation {value}", value=number(likeness.correlation, 3)))
    value = number(100 * likeness.largest, 1)
    said.append(say("largest difference {value} % of the range", value=value))
    text = "; ".join(said)
    text = f"{text[0].upper()}{text[1:]}."
    if pair.sight is not Sight.PICTURES:
        return text
    seen = say("Seen in the pictures of the sites: what was found is not at hand.")
    return f"{text} {seen}"


def _box(values: tuple[int, ...]) -> str:
    top, left, bottom, right = values
    return say(
        "{width} × {height} pixels at row {row}, column {column}",
        width=right - left, height=bottom - top, row=top, column=left,
    )  # fmt: skip


def _numbers(two: TwoBuilds, twin: Twin, identity: str) -> parts.Table | None:
    """Return the numbers of a result that moved."""
    rows = [row for name in twin.scores if (row := _delta(two, twin, name))]
    if not rows:
        return None
    marks = number_marks(rows, skipped=1)
    return parts.Table(
        id=f"{identity}--numbers",
        title=say("Numbers"),
        caption=say("Those that moved."),
        columns=number_columns(""),
        rows=tuple(number_cells(row) for row in rows),
        marks=marks,
        key=say(MARKED) if marks else "",
    )


def _delta(two: TwoBuilds, twin: Twin, metric: str) -> Delta | None:
    item, technique, variant = twin.place
    for row in two.deltas:
        if (row.item, row.technique, row.variant, row.metric) == (item, technique, variant, metric):
            return row
    method = two.head.report.methods.get(technique) or two.base.report.methods[technique]
    words = method.metrics.get(metric)
    return delta_of_one(twin, metric, words) if words else None


def _others(two: TwoBuilds, twin: Twin) -> Iterator[str]:
    """Yield what else differs, which has no picture and no number of its own."""
    method = two.head.report.methods.get(twin.place[1]) or two.base.report.methods[twin.place[1]]
    stacks = [legend_of(two, twin, pair.name).title for pair in twin.pairs if _stacked(pair)]
    if stacks:
        yield say("Small pictures that differ: {names}.", names=", ".join(stacks))
    for name in twin.tables:
        yield say("The table “{title}” differs.", title=told(method.tables.get(name, name)))
    if twin.notes:
        record = twin.head.record if twin.head else None
        notes = "; ".join(map(told, record.notes)) if record else ""
        yield say("Other notes: {notes}.", notes=notes) if notes else say("Its notes are gone.")
    if twin.rounded:
        yield many(
            "{count} more panel differs by rounding only.",
            "{count} more panels differ by rounding only.",
            twin.rounded,
            count=number(twin.rounded, 0),
        )


_SAID: dict[Role, Callable[[PanelRecord, PanelRecord], str]] = {
    Role.BOX: _boxes,
    Role.CURVE: lambda _base, _head: "",
}
