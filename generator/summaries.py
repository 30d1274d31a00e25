"""Tables over many pictures: means with intervals, and which methods beat every control."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING, Any

from generator.content import Kind
from generator.language import say, told
from generator.leads import leading
from generator.marks import Estimate, drawn, key_words
from generator.parts import Column, Link, Table
from generator.sample_words import PICTURES, Samples, nouns_of
from generator.technique import Better
from generator.verdicts import Cells, deserved, verdicts_of
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.content import Item
    from generator.findings import Findings
    from generator.marks import Mark
    from generator.records import Record
    from generator.technique import Metric, TableLegend, Technique

_SIDES = NormalDist().inv_cdf(0.975)


def summaries(findings: Findings, technique: Technique, model: str = "") -> tuple[Table, ...]:
    """Return the mean of each table that can be averaged, over the pictures of each variant.

    ``model`` limits it to the runs on one network. A variant with one picture has no mean.
    """
    found = []
    for variant, title in variants_of(findings, technique).items():
        records = {
            item.id: record for item, record in records_of(findings, technique, variant, model)
        }
        for name, legend in technique.tables.items():
            if legend.averaged and len(records) > 1:
                words = f"{legend.title}: {title}" if title else legend.title
                identity = f"{technique.id}-{variant}-{name}-mean"
                found.append(_mean(identity, words, legend, records, name))
    return tuple(found)


def ranking(findings: Findings, technique: Technique, root: str, model: str = "") -> Table | None:
    """Return the pictures with the technique's first score, lowest first, or None without any."""
    metric_name, metric = next(iter(technique.metrics.items()), ("", None))
    rows: list[tuple[float, Item]] = []
    for variant in variants_of(findings, technique):
        for item, record in records_of(findings, technique, variant, model):
            rows += [
                (float(score["value"]), item)
                for score in record.scores
                if score["metric"] == metric_name
            ]
    if metric is None or not rows:
        return None
    rows.sort(key=lambda row: row[0])
    return Table(
        id=f"{technique.id}-ranking",
        title=say("{measure}, lowest first", measure=metric.name),
        caption=f"{metric.meaning[:1].upper()}{metric.meaning[1:]}.",
        columns=(Column(say("Picture"), "", "", "", number=False), _column(metric)),
        rows=tuple((item.title, number(value, metric.digits)) for value, item in rows),
        links=tuple(f"{root}items/{item.id}.html#{technique.id}" for _, item in rows),
    )


def all_pictures(findings: Findings, technique: Technique, model: str) -> tuple[Table, ...]:
    """Return what a technique's tables come to over all pictures, and the pictures in order."""
    found = summaries(findings, technique, model)
    order = ranking(findings, technique, "../", model) if found and model else None
    if order:
        behind = Link(f"#{order.id}", say("the pictures one by one"))
        return (*(leading(table, behind) for table in found), order)
    if Kind.IMAGE not in technique.accepts:
        return found
    place = f"../index.html?technique={technique.id}#gallery"
    return tuple(leading(table, Link(place, say("the pictures in the gallery"))) for table in found)


def variants_of(findings: Findings, technique: Technique) -> dict[str, str]:
    """Return the title of each variant of a technique that some item asks for, by its id."""
    uses = (use for wish in findings.wishes for use in findings.asked(wish))
    return {v.id: v.title for use in uses if use.technique == technique.id for v in use.variants}


def records_of(
    findings: Findings, technique: Technique, variant: str, model: str
) -> Iterable[tuple[Item, Record]]:
    """Yield each item with what a variant of a technique found on it; ``model`` limits it."""
    for task in findings.plan.tasks:
        outcome = findings.outcomes.get(task.key)
        asked = not model or any(m.id == model for m in task.models)
        if (task.technique, task.variant) == (technique.id, variant) and asked:
            record = outcome.record if outcome else None
            if record and not record.failure:
                yield task.item, record


def sampled(table: dict[str, Any], legend: TableLegend, identity: str) -> Table:
    """Return the means of a ``sampled`` table over its samples, and what they show in a sentence.

    The second column of the table names the sample, such as a frame.
    """
    cells: Cells = {}
    samples = set()
    for label, sample, *values in table["rows"]:
        samples.add(sample)
        found = cells.setdefault(str(label), {})
        for place, value in enumerate(values, 2):
            if isinstance(value, int | float):
                found.setdefault(place, {})[str(sample)] = float(value)
    over = Samples(2, len(samples), nouns_of(legend.columns[1].name))
    return _means(identity, legend.title, legend, cells, over)


def _mean(
    identity: str, title: str, legend: TableLegend, records: dict[str, Record], name: str
) -> Table:
    samples = Samples(1, len(records), PICTURES)
    return _means(identity, title, legend, cells_of(records, name), samples)


def _means(identity: str, title: str, legend: TableLegend, cells: Cells, samples: Samples) -> Table:
    places = range(samples.first, len(legend.columns))
    measured = [p for p in places if any(len(found.get(p, {})) > 1 for found in cells.values())]
    columns = [legend.columns[place] for place in measured]
    verdicts = verdicts_of(cells, legend, measured)
    rows = tuple(
        (told(label), *(_said(found.get(p, {}), legend.columns[p].digits) for p in measured),
         *([samples.verdict(verdicts[label])] if verdicts else []))
        for label, found in cells.items()
    )  # fmt: skip
    head = Column(legend.columns[0].name, "", legend.columns[0].meaning, "", number=False)
    verdict = Column(say("Beats all controls in"), "", say(samples.nouns.over), "", number=False)
    marks = _marks(cells, legend, measured, spare=bool(verdicts))
    words = [legend.caption, say("Means, with half of the 95 % interval.")]
    if verdicts and legend.sampled:
        words.append(deserved(cells, legend, measured, verdicts))
    return Table(
        id=identity,
        title=_asking(title, samples.counted),
        caption=" ".join(filter(None, words)),
        columns=(head, *(_column(metric) for metric in columns), *([verdict] if verdicts else [])),
        rows=rows,
        marks=marks,
        key=key_words(marks, best_control=bool(legend.controls)),
    )


def _marks(
    cells: Cells, legend: TableLegend, measured: list[int], *, spare: bool
) -> tuple[tuple[Mark | None, ...], ...]:
    """Return what draws each mean, beside the best control where one is to be beaten.

    The rows begin with a name, and end with a ``spare`` cell for the verdict.
    """
    columns = []
    for place in measured:
        metric = legend.columns[place]
        found = {label: _estimate(own.get(place, {})) for label, own in cells.items()}
        known = [one.value for name in legend.controls if (one := found.get(name))]
        best = {Better.HIGHER: max, Better.LOWER: min}.get(metric.better)
        guide = best(known) if best and known else None
        column = drawn(list(found.values()), unit=metric.unit, guide=guide)
        if legend.controls and guide is None:  # the key says that a line is the best control
            column = tuple(one and replace(one, guide="") for one in column)
        columns.append(column)
    end = (None,) * spare
    return tuple((None, *row, *end) for row in zip(*columns, strict=True))


def _estimate(values: dict[str, float]) -> Estimate | None:
    listed = list(values.values())
    if not listed:
        return None
    mean = fmean(listed)
    if len(listed) == 1:
        return Estimate(mean)
    return Estimate(mean, (mean - _half(listed), mean + _half(listed)))


def _half(listed: list[float]) -> float:
    """Return half of the interval that the mean lies in."""
    return float(_SIDES * stdev(listed) / len(listed) ** 0.5)


def _asking(title: str, samples: str) -> str:
    """Return a title that goes on with a number of samples."""
    if title.endswith("?"):
        return say("{question} Over {samples}", question=title, samples=samples)
    return say("{title}, over {samples}", title=title, samples=samples)


def cells_of(records: dict[str, Record], name: str) -> Cells:
    """Return the numbers in the table ``name`` of each item's record."""
    cells: Cells = {}
    for item, record in records.items():
        rows: list[list[Any]] = next((t["rows"] for t in record.tables if t["name"] == name), [])
        for row in rows:
            found = cells.setdefault(str(row[0]), {})
            for place, cell in enumerate(row[1:], 1):
                if isinstance(cell, int | float):
                    found.setdefault(place, {})[item] = float(cell)
    return cells


def _said(values: dict[str, float], digits: int) -> str:
    listed = list(values.values())
    if not listed:
        return "–"
    digits = max(digits, 2)
    mean = number(round(fmean(listed), digits), digits)
    if len(listed) == 1:
        return mean
    return f"{mean} ± {number(round(_half(listed), digits), digits)}"


def _column(metric: Metric) -> Column:
    return Column(metric.name, metric.unit, metric.meaning, told(metric.better.value), number=True)
