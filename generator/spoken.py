"""What was found, and the words about it, in the language of the page.

Techniques are written in English, and so is what results keep; here both are translated as a
whole, so that what makes the pages asks no language. Reports and results stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generator.catalog import Catalog
from generator.content import Kind
from generator.findings import DATA_SET
from generator.language import english, say, say_as, told
from generator.words import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.content import DataSet, Item, Wish
    from generator.execute import Outcome
    from generator.findings import Findings
    from generator.plan import Plan
    from generator.records import Record
    from generator.technique import Explanation, Legend, Metric, TableLegend, Technique

    Said = Callable[[str], str]

_NAMES = frozenset({"Class", "Shows", "Taken for", "Picture", "Photograph", "Layer", "Word"})
"""Columns that hold names: those of classes, files and layers are said as they are."""
_CODES = {DATA_SET: frozenset({"examples"})}
"""Tables that pages look things up in, and do not show."""
_SAMPLE = "sample:"
"""How the source of a data set begins that an installed package ships."""
_RANGE = re.compile(r"(\d+) to (\d+)")


def spoken(findings: Findings) -> Findings:
    """Return ``findings`` with every word of theirs in the language of the page."""
    if english():
        return findings
    entries = {
        name: replace(entry, technique=reworded(entry.technique, _said))
        for name, entry in findings.catalog.entries.items()
    }
    return replace(
        findings,
        plan=_plan(findings.plan),
        outcomes={
            key: _outcome(outcome, findings.catalog[outcome.task.technique])
            for key, outcome in findings.outcomes.items()
        },
        catalog=Catalog(entries),
    )


def _said(text: str) -> str:
    """Return ``text`` in the language of the page; "" is no text."""
    return say(text) if text else ""


def reworded(technique: Technique, said: Said) -> Technique:
    """Return ``technique`` with every word about it as ``said`` has it."""
    return replace(
        technique,
        title=said(technique.title),
        summary=said(technique.summary),
        question=said(technique.question),
        points={place: said(words) for place, words in technique.points.items()},
        explanation=_explanation(technique.explanation, said),
        legends={name: _legend(one, said) for name, one in technique.legends.items()},
        metrics={name: _metric(one, said) for name, one in technique.metrics.items()},
        tables={name: _table_legend(one, said) for name, one in technique.tables.items()},
    )


def reworded_legend(legend: Legend) -> Legend:
    """Return the words of a panel in the language of the page."""
    return _legend(legend, _said)


def _explanation(explanation: Explanation, said: Said) -> Explanation:
    """Return the parts of an explanation; a paragraph is said as a whole."""

    def part(text: str) -> str:
        return "\n\n".join(said(paragraph) for paragraph in paragraphs(text))

    return replace(
        explanation,
        what=part(explanation.what),
        reading=part(explanation.reading),
        limits=part(explanation.limits),
        mathematics=part(explanation.mathematics),
    )


def _legend(legend: Legend, said: Said) -> Legend:
    return replace(
        legend,
        title=said(legend.title),
        caption=said(legend.caption),
        low=said(legend.low),
        high=said(legend.high),
        unit=said(legend.unit),
        x=said(legend.x),
        y=said(legend.y),
        series=tuple(said(name) for name in legend.series),
    )


def _metric(metric: Metric, said: Said) -> Metric:
    return replace(
        metric, name=said(metric.name), meaning=said(metric.meaning), unit=said(metric.unit)
    )


def _table_legend(legend: TableLegend, said: Said) -> TableLegend:
    return replace(
        legend,
        title=said(legend.title),
        caption=said(legend.caption),
        columns=tuple(_metric(column, said) for column in legend.columns),
        controls=tuple(said(name) for name in legend.controls),
        each=_metric(legend.each, said) if legend.each else None,
    )


def _plan(plan: Plan) -> Plan:
    """Return ``plan`` with the words that items have of Salon, and not of the manifest."""
    items = {wish.item.id: _item(wish.item) for wish in plan.gallery.wishes}
    wishes: Iterator[Wish] = (replace(w, item=items[w.item.id]) for w in plan.gallery.wishes)
    tasks = (replace(task, item=items.get(task.item.id, task.item)) for task in plan.tasks)
    return replace(plan, gallery=replace(plan.gallery, wishes=tuple(wishes)), tasks=tuple(tasks))


def _item(item: Item) -> Item:
    """Return ``item``; a picture's words are those of the manifest, all of them."""
    if item.kind is Kind.IMAGE:
        return item
    model = item.kind is Kind.MODEL
    return replace(
        item,
        title=told(item.title) if model else item.title,
        description=told(item.description) if model else item.description,
        alt=told(item.alt),
        credit=told(item.credit),
        licence=told(item.licence),
        data=item.data and _data_set(item.data, samples=item.source.startswith(_SAMPLE)),
    )


def _data_set(data: DataSet, *, samples: bool) -> DataSet:
    """Return ``data``; only the names of samples are Salon's."""
    names = (told(one.name) if samples else one.name for one in data.examples)
    examples = tuple(
        replace(one, name=name) for one, name in zip(data.examples, names, strict=True)
    )
    return replace(data, examples=examples, problems=tuple(map(told, data.problems)))


def _outcome(outcome: Outcome, technique: Technique) -> Outcome:
    return replace(outcome, record=outcome.record and told_record(outcome.record, technique))


def told_record(record: Record, technique: Technique) -> Record:
    """Return what was kept of a run of ``technique`` in the language of the page."""
    return replace(
        record,
        panels=tuple(replace(panel, label=told(panel.label)) for panel in record.panels),
        films=tuple(
            replace(film, labels=tuple(map(told, film.labels))) for film in record.films
        ),
        notes=tuple(map(told, record.notes)),
        tables=tuple(
            table
            if table["name"] in _CODES.get(technique.id, ())
            else _table(table, technique.tables.get(table["name"]))
            for table in record.tables
        ),
    )  # fmt: skip


def _table(table: dict[str, Any], legend: TableLegend | None) -> dict[str, Any]:
    """Return a table whose cells are told, but for names."""
    named = {place for place, one in enumerate(legend.columns if legend else ())
             if one.name in _NAMES}  # fmt: skip
    rows = [
        [cell if place in named else _cell(cell) for place, cell in enumerate(row)]
        for row in table["rows"]
    ]
    return {**table, "rows": rows}


def _cell(cell: str | float | None) -> str | float | None:
    """Return a cell: a number as it is, a word, or several with commas between, in the language."""
    if not isinstance(cell, str) or cell.isdigit():
        return cell
    ends = _RANGE.fullmatch(cell)
    if ends:
        return say_as("numbers", "{first} to {last}", first=ends[1], last=ends[2])
    whole = told(cell)
    return whole if whole != cell else ", ".join(told(part) for part in cell.split(", "))
