"""Words and tables around the panels: parameters, scores, papers and formulae."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from statistics import fmean
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from generator.classifier_runs import PREDICTIONS, address
from generator.language import many, point, say, told
from generator.parts import Column, Link, Param, Score, Table
from generator.summaries import sampled
from generator.technique import Better, Metric
from generator.views import Reference, ScoreColumn, ScoreRow, ScoreTable
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.execute import Outcome
    from generator.plan import Plan, Task
    from generator.records import Record
    from generator.technique import Paper, Params, TableLegend, Technique

Scores = dict[str, tuple[float, "Sequence[float] | None"]]
"""Values by metric, each with the interval it lies in, if that is known."""

_SET_OFF = Markup('<span class="formula" tabindex="0" role="group" aria-label="{}">{}</span>')
"""A formula on a line of its own, which keys can scroll where it is wider than the page."""
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


def score_views(record: Record, technique: Technique) -> tuple[Score, ...]:
    """Return the scores of ``record``, formatted, in the technique's order."""
    found = {score["metric"]: score for score in record.scores}
    return tuple(
        Score(
            metric.name,
            number(float(found[name]["value"]), metric.digits),
            metric.unit,
            metric.meaning,
            told(metric.better.value),
            interval_words(found[name].get("interval"), metric.digits),
        )
        for name, metric in technique.metrics.items()
        if name in found
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
    )


def _column(metric: Metric, place: int, rows: list[list[Any]]) -> Column:
    numbers = any(isinstance(row[place], int | float) for row in rows)
    return Column(metric.name, metric.unit, metric.meaning, told(metric.better.value), numbers)


def _cell(cell: str | float | None, digits: int) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number(float(cell), digits)


def score_table(
    plan: Plan, outcomes: dict[str, Outcome], technique: Technique
) -> ScoreTable | None:
    """Return every score of ``technique``, with the mean of each variant, or None without any."""
    found: list[tuple[Link, str, Scores]] = []
    titles = _titles(plan, technique.id)
    for task in plan.tasks:
        outcome = outcomes.get(task.key)
        if task.technique != technique.id or not outcome or not outcome.record:
            continue
        values = {
            s["metric"]: (float(s["value"]), s.get("interval")) for s in outcome.record.scores
        }
        if values:
            link = Link(f"../{_place(task, outcome.record)}", task.item.title)
            found.append((link, titles.get(task.variant, task.variant), values))
    used = [name for name in technique.metrics if any(name in values for _, _, values in found)]
    if not used:
        return None
    metrics = {name: technique.metrics[name] for name in used}
    return ScoreTable(
        columns=tuple(
            ScoreColumn(m.name, m.unit, m.meaning, told(m.better.value)) for m in metrics.values()
        ),
        rows=tuple(ScoreRow(i, variant, _row(values, metrics)) for i, variant, values in found),
        means=_means(found, metrics),
        intervals=any(ends for _, _, values in found for _, ends in values.values()),
    )


def _place(task: Task, record: Record) -> str:
    """Return the page that tells most about a run: a classifier's own, or that of the item."""
    if any(table["name"] == PREDICTIONS and table["rows"] for table in record.tables):
        return address(*task.place)
    return f"items/{task.item.id}.html"


def _titles(plan: Plan, technique: str) -> dict[str, str]:
    """Return the title of each of the technique's variants."""
    uses = (*plan.gallery.uses, *(use for wish in plan.gallery.wishes for use in wish.uses))
    return {v.id: v.title for use in uses if use.technique == technique for v in use.variants}


def _row(values: Scores, metrics: dict[str, Metric]) -> tuple[str, ...]:
    return tuple(
        _with_interval(*values[name], metric.digits) if name in values else ""
        for name, metric in metrics.items()
    )


def _with_interval(value: float, ends: Sequence[float] | None, digits: int) -> str:
    if not ends:
        return number(value, digits)
    low, high = (number(float(end), digits) for end in ends)
    return say("{value} ({low} to {high})", value=number(value, digits), low=low, high=high)


def _means(
    found: list[tuple[Link, str, Scores]], metrics: dict[str, Metric]
) -> tuple[ScoreRow, ...]:
    rows = []
    for variant in dict.fromkeys(variant for _, variant, _ in found):
        group = [values for _, other, values in found if other == variant]
        values: Scores = {
            name: (fmean(v[name][0] for v in group if name in v), None)
            for name, metric in metrics.items()
            if metric.better is not Better.NEITHER and any(name in v for v in group)
        }
        if not values:  # nothing of it is better high or low, and so no mean tells anything
            continue
        count = many("its one item", "mean of {count}", len(group))
        rows.append(ScoreRow(Link("", count), variant, _row(values, metrics)))
    return tuple(rows)
