"""Words and tables around the panels: parameters, scores, papers and formulae."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from generator.language import point, say, told
from generator.marks import Estimate, drawn, estimate, key_words
from generator.parts import Column, Link, Param, Score, Table
from generator.summaries import sampled
from generator.technique import Better, Metric
from generator.views import Reference
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.marks import Mark
    from generator.records import Record
    from generator.technique import Paper, Params, TableLegend, Technique

_SET_OFF = Markup('<span class="formula" tabindex="0" role="group" aria-label="{}">{}</span>')
"""A formula on a line of its own, which keys can scroll where it is wider than the page."""
_MANY = 40
"""Rows from which on a table has no bars."""
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of ``text``, which empty lines separate."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part)


def formulae(text: str) -> tuple[Markup, ...]:
    """Return the paragraphs of ``text`` as safe HTML, LaTeX between dollars as MathML."""
    return _formulae(text, say("Formula"))


@lru_cache(maxsize=256)
def _formulae(text: str, named: str) -> tuple[Markup, ...]:
    from latex2mathml.converter import convert

    def markup(paragraph: str) -> Markup:
        parts, end = [], 0
        for match in _FORMULA.finditer(paragraph):
            parts.append(escape(paragraph[end : match.start()]))
            display = match.group(1) is not None
            latex = match.group(1) or match.group(2)
            made = Markup(convert(latex, display="block" if display else "inline"))  # noqa: S704 - our own text
            parts.append(_SET_OFF.format(named, made) if display else made)
            end = match.end()
        parts.append(escape(paragraph[end:]))
        return Markup("").join(parts)

    return tuple(markup(paragraph) for paragraph in paragraphs(text))


def cite(paper: Paper) -> Reference:
    """Return ``paper`` as one line, and the address of its DOI."""
    text = f"{paper.authors} ({paper.year}). {paper.title}. {paper.venue}."
    return Reference(text, f"https://doi.org/{paper.doi}" if paper.doi else "")


def params_of(technique: Technique, params: Params) -> tuple[Param, ...]:
    """Return every parameter with its value, and whether it differs from the default."""
    default = technique.params()
    return tuple(
        Param(
            name=name.replace("_", " "),
            value=shown(getattr(params, name)),
            meaning=told(field.description or ""),
            changed=getattr(params, name) != getattr(default, name),
        )
        for name, field in technique.params.model_fields.items()
    )


def shown(value: Any) -> str:
    """Return a parameter's value as a person would write it."""
    value = getattr(value, "value", value)
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if value is None:
        return say("chosen automatically")
    if isinstance(value, float):
        return f"{value:g}".replace(".", point())
    if isinstance(value, tuple | list):
        return ", ".join(shown(part) for part in value)
    return str(value)


def score_views(
    record: Record, technique: Technique, leads: Mapping[str, Link] | None = None
) -> tuple[Score, ...]:
    """Return the scores of ``record``, formatted, in the technique's order.

    ``leads`` says where the pictures behind a score are, by its name.
    """
    return scores_beside([record], technique, [leads or {}])[0]


def scores_beside(
    records: Sequence[Record | None],
    technique: Technique,
    leads: Sequence[Mapping[str, Link]],
) -> tuple[tuple[Score, ...], ...]:
    """Return the scores of each of ``records``, which stand side by side: one scale for a score."""
    found = [{s["metric"]: s for s in record.scores} if record else {} for record in records]
    listed: list[list[Score]] = [[] for _ in records]
    for name, metric in technique.metrics.items():
        column = [
            estimate(own[name]["value"], own[name].get("interval")) if name in own else None
            for own in found
        ]
        told = any(one and one.ends for one in column)
        marks = drawn(column, unit=metric.unit) if told else [None] * len(column)
        for scores, one, mark, lead in zip(listed, column, marks, leads, strict=True):
            if one:
                scores.append(_score(metric, one, mark, lead.get(name)))
    return tuple(map(tuple, listed))


def _score(metric: Metric, one: Estimate, mark: Mark | None, lead: Link | None) -> Score:
    return Score(
        metric.name,
        number(one.value, metric.digits),
        metric.unit,
        metric.meaning,
        told(metric.better.value),
        interval_words(one.ends, metric.digits),
        mark,
        lead,
        tuple(number(end, metric.digits) for end in one.ends or ()),
    )


def interval_words(interval: Sequence[float] | None, digits: int) -> str:
    """Return where the true number lies, or "" where nobody knows.

    >>> interval_words((84.0, 95.31), 1)
    '95 % interval 84 to 95.3'
    """
    if not interval:
        return ""
    low, high = (number(float(end), digits) for end in interval)
    return say("95 % interval {low} to {high}", low=low, high=high)


def table_views(record: Record, technique: Technique, identity: str) -> tuple[Table, ...]:
    """Return the tables of ``record``, formatted, in the technique's order."""
    found = {table["name"]: table for table in record.tables if table["rows"]}
    return tuple(
        table_view(found[name], legend, f"{identity}-{name}")
        for name, legend in technique.tables.items()
        if name in found
    )


def table_view(table: dict[str, Any], legend: TableLegend, identity: str) -> Table:
    """Return a record's ``table``, formatted: the legend's columns, then one for each head."""
    if legend.sampled:
        return sampled(table, legend, identity)
    rows, heads = table["rows"], table.get("heads") or []
    each = legend.each or Metric("", "")
    metrics = (*legend.columns, *(replace(each, name=head) for head in heads))
    marks = _marks(rows, metrics, bars=not legend.folded and len(rows) < _MANY)
    return Table(
        id=identity,
        title=legend.title,
        caption=legend.caption,
        folded=legend.folded,
        columns=tuple(_column(metric, place, rows) for place, metric in enumerate(metrics)),
        rows=tuple(
            tuple(_cell(cell, m.digits) for cell, m in zip(row, metrics, strict=False))
            for row in rows
        ),
        marks=marks,
        key=key_words(marks),
        names=tuple(str(row[0]) for row in rows),
    )


def _marks(
    rows: list[list[Any]], metrics: Sequence[Metric], *, bars: bool
) -> tuple[tuple[Mark | None, ...], ...]:
    """Return what draws each number that has an interval, or that is better high or low."""
    columns = []
    for place, metric in enumerate(metrics):
        found = _estimates(rows, metrics, place)
        better = bars and metric.better is not Better.NEITHER
        wanted = better or any(one and one.ends for one in found)
        columns.append(drawn(found if wanted else [None] * len(rows), unit=metric.unit))
    marks = tuple(zip(*columns, strict=True))
    return marks if any(mark for row in marks for mark in row) else ()


def _estimates(
    rows: list[list[Any]], metrics: Sequence[Metric], place: int
) -> list[Estimate | None]:
    """Return a column, with the intervals that the columns after it hold, if they do."""
    after = [metric.name for metric in metrics[place + 1 : place + 3]]
    found: list[Estimate | None] = []
    for row in rows:
        value, *ends = row[place : place + 3]
        if not isinstance(value, int | float):
            found.append(None)
        elif after[:1] == ["±"] and isinstance(ends[0], int | float):
            found.append(estimate(value, (value - ends[0], value + ends[0])))
        elif after == ["From", "To"] and None not in ends:
            found.append(estimate(value, ends))
        else:
            found.append(estimate(value))
    return found


def _column(metric: Metric, place: int, rows: list[list[Any]]) -> Column:
    numbers = any(isinstance(row[place], int | float) for row in rows)
    return Column(metric.name, metric.unit, metric.meaning, told(metric.better.value), numbers)


def _cell(cell: str | float | None, digits: int) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number(float(cell), digits)
