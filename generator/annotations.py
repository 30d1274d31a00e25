"""One finding of a technique with numbered marks, and in plain words what each of them shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator import panels, tour_words
from generator.charts import line_chart
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import Run
from generator.content import Kind
from generator.language import mark, say
from generator.pages import examples_of, highlight, thumbnail
from generator.parts import ColourBar, Link
from generator.pointers import corners, percent, pointers
from generator.technique import STACKS, Better, Role
from generator.tour_views import Annotated, Marked
from generator.touring import ranked
from generator.wording import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.content import Item, Use, Variant
    from generator.findings import Findings
    from generator.parts import Image, Line
    from generator.records import PanelRecord, Record
    from generator.technique import Legend, Technique

Says = tuple[tuple[str, str], ...]
_FEW = 4
"""Pictures, small or not, that are numbered."""
_MASK_STOPS = (("0%", "#000"), ("50%", "#000"), ("50%", "#fff"), ("100%", "#fff"))


@dataclass(frozen=True)
class _Found:
    """What a technique found on one item, and the panel that is explained."""

    findings: Findings
    technique: Technique
    item: Item
    variant: Variant
    record: Record
    panel: PanelRecord

    @property
    def legend(self) -> Legend:
        return self.technique.legends[self.panel.name]

    @property
    def original(self) -> Image | None:
        return thumbnail(self.findings, self.item, "../")


def annotated(findings: Findings, technique: Technique) -> Annotated | None:
    """Return the clearest finding of ``technique`` with marks, or None where it points at nothing.

    An item whose truth is known is taken before others.
    """
    found = [
        one
        for item, use in examples_of(findings, technique)
        if (one := _found(findings, technique, item, use))
    ]
    if not found:
        return None
    best = min(found, key=_clarity)
    marked = _BY_ROLE[best.panel.role](best)
    return Annotated(Link(f"../items/{best.item.id}.html", best.item.title), marked)


def _found(findings: Findings, technique: Technique, item: Item, use: Use) -> _Found | None:
    """Return what is explained of an item: the technique's map, or else its highlight."""
    variant = use.variants[0]
    outcome = findings.outcome(item, technique.id, variant.id)
    record = outcome.record if outcome else None
    if record is None or record.failure or item.kind is Kind.VIDEO:
        return None
    panel = ranked(record, technique, findings, item) or record.panel(technique.highlight)
    told = panel and _points(panel)
    return _Found(findings, technique, item, variant, record, panel) if panel and told else None


def _points(panel: PanelRecord) -> bool:
    """Say whether there is a place to point at: none on an even map, none on an empty mask."""
    facts = panel.facts
    if panel.role in {Role.HEATMAP, Role.SIGNED_MAP}:
        return bool(facts["minimum"] != facts["maximum"])
    return panel.role is not Role.MASK or bool(facts["centroid"])


def _clarity(one: _Found) -> tuple[bool, bool, bool, float]:
    """Return what sorts findings: truth first, then a peak that is on it, then what is clearest.

    That is the best score, or else the surest guess, or else the narrowest heat. A picture of one
    colour comes last: nothing can be seen on it.
    """
    metrics, facts = one.technique.metrics, one.panel.facts
    scores = (
        -float(score["value"])
        for score in one.record.scores
        if score["metric"] in metrics and metrics[score["metric"]].better is Better.HIGHER
    )
    sure = tour_words.sureness(one.panel.label)
    width = float(facts.get("above_half", 0) or 0)
    clearest = next(scores, width if sure is None else -sure)
    return bool(facts.get("flat")), one.item.truth is None, _aside(one), clearest


def _aside(one: _Found) -> bool:
    """Say whether a map's peak is off the subject: off the corners of a square of its size."""
    outcome = one.findings.original(one.item)
    truth = outcome.record.panel("truth") if outcome and outcome.record else None
    peak, middle = one.panel.facts.get("peak"), truth.facts["centroid"] if truth else None
    if not truth or not peak or not middle:
        return False
    return math.dist(peak, middle) > math.sqrt(truth.facts["share"] / 2)


def _map(one: _Found) -> Marked:
    """Mark a map where it is strongest, in either direction, and the ends of its colours."""
    facts, legend = one.panel.facts, one.legend
    bar = panels.colour_bar(one.panel.role, panels.scale(one.panel, legend), legend, "annotated")
    listed = list(_spots(one.panel.role, facts, one.technique, legend))
    says = (*(told for _, told in listed), *_ends(bar))
    return _over(one, [spot for spot, _ in listed], says, bar)


def _spots(
    role: Role, facts: dict[str, Any], technique: Technique, legend: Legend
) -> Iterator[tuple[tuple[float, float], tuple[str, str]]]:
    """Yield each place that a map is strongest in, and what is said of it."""
    points = technique.points
    if role is Role.HEATMAP:
        title = say("Strongest here, {place}:", place=tour_words.at(facts["peak"]))
        yield facts["peak"], (title, _sentence(points.get("peak") or legend.caption))
        return
    for name, end, there in (
        ("peak", legend.high, facts["maximum"] > 0),
        ("trough", legend.low, facts["minimum"] < 0),
    ):
        if there:
            where = tour_words.at(facts[name])
            title = say("Strongest “{end}” here, {place}:", end=end, place=where)
            yield facts[name], (title, _sentence(points.get(name) or legend.caption))


def _sentence(words: str) -> str:
    return f"{words.removesuffix('.')}."


def _ends(bar: ColourBar) -> Says:
    """Return what the two ends of the colours mean."""
    unit = f" {bar.unit}" if bar.unit else ""
    return tuple(
        (say("This end means “{name}”:", name=name) if name else say("This end means:"),
         f"{value}{unit}.")
        for value, name in ((bar.minimum, bar.low), (bar.maximum, bar.high))
    )  # fmt: skip


def _over(
    one: _Found, spots: list[tuple[float, float]], says: Says, bar: ColourBar | None
) -> Marked:
    """Return a finding over its picture, where it covers one, under marks at ``spots``."""
    image = highlight(
        one.findings, one.item, one.technique, one.variant.id, "../", one.panel.name
    )  # fmt: skip
    rows, columns = one.panel.shape[:2]
    pins = pointers([(row, column) for row, column in spots], rows / columns)
    label = tour_words.guess(one.panel.label) or one.panel.label
    return Marked(says, pins, image, one.original, bar=bar, label=label)


def _mask(one: _Found) -> Marked:
    """Mark the middle of what is inside; white and black are the ends of a bar of two colours."""
    facts = one.panel.facts
    inside, outside = share(facts["share"]), share(1 - facts["share"])
    bar = ColourBar(
        "annotated-bar", _MASK_STOPS, say("outside"), say("inside"), "", "", ""
    )  # fmt: skip
    ends = (
        (say("Black is outside:"), say("{share} of the picture.", share=outside)),
        (say("White is inside:"), say("{share} of the picture.", share=inside)),
    )
    where = tour_words.at(facts["centroid"])
    title = say("The middle of all that is white, {place}:", place=where)
    return _over(one, [facts["centroid"]], ((title, one.legend.caption), *ends), bar)


def _box(one: _Found) -> Marked:
    """Mark two corners of a box over the original."""
    rows, columns = one.findings.picture_shape(one.item)
    top, left, bottom, right = one.panel.values
    spots = [(top / rows, left / columns), (bottom / rows, right / columns)]
    height, width = one.panel.facts["height"], one.panel.facts["width"]
    says = (
        (say("The box begins here:"), one.legend.caption),
        (say("And ends here:"),
         say("{width} pixels wide and {height} pixels high.", width=width, height=height)),
    )  # fmt: skip
    frame = tuple(
        percent(part)
        for part in (left / columns, top / rows, (right - left) / columns, (bottom - top) / rows)
    )
    return Marked(says, pointers(spots, rows / columns), one.original, frame=frame)


def _curve(one: _Found) -> Marked:
    """Mark where the first line that is no control begins, is lowest, and ends."""
    chart = line_chart("annotated", one.panel.values, one.legend)
    blank = {name for table in one.technique.tables.values() for name in table.controls}
    line = next((line for line in chart.lines if line.label not in blank), chart.lines[0])
    at = corners(line.path)
    worth = [row[1 + chart.lines.index(line)] for row in one.panel.values]
    lowest = worth.index(min(worth))
    told = {0: mark("“{line}” begins here:"), len(at) - 1: mark("“{line}” ends here:")}
    told.setdefault(lowest, mark("“{line}” is lowest here:"))
    places = sorted(told)
    says = tuple((say(told[n], line=line.label), _point(line, n, one.legend)) for n in places)
    spots = [(at[n][1] / chart.height, at[n][0] / chart.width) for n in places]
    pins = pointers(spots, chart.height / chart.width)
    return Marked(says, pins, chart=chart, label=one.legend.caption)


def _point(line: Line, place: int, legend: Legend) -> str:
    x, y = line.points[place]
    return f"{legend.y}: {y}; {legend.x}: {x}."


def _stack(one: _Found) -> Marked:
    """Give numbers to the first small pictures; a classifier's say what they were taken for."""
    outcome = one.findings.outcome(one.item, one.technique.id, one.variant.id)
    run = Run(one.item, one.technique, one.variant, outcome)
    shown = shots(one.findings, run)
    few = a_few(run, {n: shot for n, shot in shown.items() if shot.right}, _FEW - 1)
    few += a_few(run, {n: shot for n, shot in shown.items() if not shot.right}, _FEW - len(few))
    if few:
        says = tuple(
            (say("It shows “{truth}”", truth=shot.truth), _taken(shot.named, right=shot.right))
            for shot in few
        )
        bar = _decided(one)
        says += _ends(bar) if bar else ()
        return Marked(says, tiles=tuple(shot.tile for shot in few), bar=bar)
    look = one.findings.look
    cut = panels.tiles_of(one.record, one.technique, one.panel.name, look, "../")[:_FEW]
    says = tuple(
        (say("Number {number} of {count}:", number=n, count=one.panel.shape[0]), one.legend.caption)
        for n in range(1, len(cut) + 1)
    )
    return Marked(says, tiles=cut)


def _decided(one: _Found) -> ColourBar | None:
    """Return the key to the maps that lie over small pictures, or None without any."""
    for name, legend in one.technique.legends.items():
        panel = one.record.panel(name)
        if panel and legend.over == one.panel.name and panel.role is Role.SIGNED_PATCHES:
            return panels.colour_bar(panel.role, panels.scale(panel, legend), legend, "annotated")
    return None


def _taken(named: str, *, right: bool) -> str:
    if right:
        return say("and is taken for that, rightly.")
    return say("but is taken for “{named}”: a mistake.", named=named)


def _picture(one: _Found) -> Marked:
    """Give numbers to what the technique began with and to what it made of it."""
    technique = one.technique
    examples = technique.examples or (technique.highlight,)
    names = dict.fromkeys((technique.before, *examples, technique.highlight))
    shown = [
        (technique.legends[name], image)
        for name in names
        if name and (panel := one.record.panel(name)) and panel.role is Role.PICTURE
        and (image := highlight(one.findings, one.item, technique, one.variant.id, "../", name))
    ]  # fmt: skip
    says = [(f"{legend.title}:", legend.caption) for legend, _ in shown]
    pictures = [image for _, image in shown]
    if one.original and not technique.before and one.item.kind is Kind.IMAGE:
        says = [(say("The original:"), say("the picture as it came.")), *says]
        pictures = [one.original, *pictures]
    return Marked(tuple(says[:_FEW]), pictures=tuple(pictures[:_FEW]))


_BY_ROLE: dict[Role, Callable[[_Found], Marked]] = {
    Role.HEATMAP: _map,
    Role.SIGNED_MAP: _map,
    Role.MASK: _mask,
    Role.BOX: _box,
    Role.CURVE: _curve,
    Role.PICTURE: _picture,
    **dict.fromkeys(STACKS, _stack),
}
