"""Words and tables around the panels: parameters, scores, papers and formulae."""

from __future__ import annotations

import re
from functools import lru_cache
from statistics import fmean
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from generator.parts import Column, Link, Param, Score, Table
from generator.technique import Better
from generator.views import Reference, ScoreColumn, ScoreRow, ScoreTable
from generator.wording import number

if TYPE_CHECKING:
    from generator.execute import Outcome
    from generator.plan import Plan
    from generator.records import Record
    from generator.technique import Metric, Paper, Params, Technique

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of ``text``, which empty lines separate."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part)


@lru_cache(maxsize=256)
def formulae(text: str) -> tuple[Markup, ...]:
    """Return the paragraphs of ``text`` as safe HTML, LaTeX between dollars as MathML."""
    from latex2mathml.converter import convert

    def markup(paragraph: str) -> Markup:
        parts, end = [], 0
        for match in _FORMULA.finditer(paragraph):
            parts.append(escape(paragraph[end : match.start()]))
            display = match.group(1) is not None
            latex = match.group(1) or match.group(2)
            parts.append(Markup(convert(latex, display="block" if display else "inline")))  # noqa: S704 - our own text
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
            meaning=field.description or "",
            changed=getattr(params, name) != getattr(default, name),
        )
        for name, field in technique.params.model_fields.items()
    )


def shown(value: Any) -> str:
    """Return a parameter's value as a person would write it."""
    value = getattr(value, "value", value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "chosen automatically"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(shown(part) for part in value)
    return str(value)


def score_views(record: Record, technique: Technique) -> tuple[Score, ...]:
    """Return the scores of ``record``, formatted, in the technique's order."""
    values = {score["metric"]: float(score["value"]) for score in record.scores}
    return tuple(
        Score(
            metric.name,
            number(values[name], metric.digits),
            metric.unit,
            metric.meaning,
            metric.better.value,
        )
        for name, metric in technique.metrics.items()
        if name in values
    )


def table_views(record: Record, technique: Technique, identity: str) -> tuple[Table, ...]:
    """Return the tables of ``record``, formatted, in the technique's order."""
    found = {table["name"]: table["rows"] for table in record.tables}
    return tuple(
        Table(
            id=f"{identity}-{name}",
            title=legend.title,
            caption=legend.caption,
            folded=legend.folded,
            columns=tuple(_column(m, place, found[name]) for place, m in enumerate(legend.columns)),
            rows=tuple(
                tuple(_cell(cell, m.digits) for cell, m in zip(row, legend.columns, strict=False))
                for row in found[name]
            ),
        )
        for name, legend in technique.tables.items()
        if found.get(name)
    )


def _column(metric: Metric, place: int, rows: list[list[Any]]) -> Column:
    numbers = any(isinstance(row[place], int | float) for row in rows)
    return Column(metric.name, metric.unit, metric.meaning, metric.better.value, numbers)


def _cell(cell: str | float | None, digits: int) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else number(float(cell), digits)


def score_table(
    plan: Plan, outcomes: dict[str, Outcome], technique: Technique
) -> ScoreTable | None:
    """Return every score of ``technique``, with the mean of each variant, or None without any."""
    found: list[tuple[Link, str, dict[str, float]]] = []
    titles = _titles(plan, technique.id)
    for task in plan.tasks:
        outcome = outcomes.get(task.key)
        if task.technique != technique.id or not outcome or not outcome.record:
            continue
        values = {s["metric"]: float(s["value"]) for s in outcome.record.scores}
        if values:
            link = Link(f"../items/{task.item.id}.html", task.item.title)
            found.append((link, titles.get(task.variant, task.variant), values))
    used = [name for name in technique.metrics if any(name in values for _, _, values in found)]
    if not used:
        return None
    metrics = {name: technique.metrics[name] for name in used}
    return ScoreTable(
        columns=tuple(
            ScoreColumn(m.name, m.unit, m.meaning, m.better.value) for m in metrics.values()
        ),
        rows=tuple(ScoreRow(i, variant, _row(values, metrics)) for i, variant, values in found),
        means=_means(found, metrics),
    )


def _titles(plan: Plan, technique: str) -> dict[str, str]:
    """Return the title of each of the technique's variants."""
    uses = (*plan.gallery.uses, *(use for wish in plan.gallery.wishes for use in wish.uses))
    return {v.id: v.title for use in uses if use.technique == technique for v in use.variants}


def _row(values: dict[str, float], metrics: dict[str, Metric]) -> tuple[str, ...]:
    return tuple(
        number(values[name], metric.digits) if name in values else ""
        for name, metric in metrics.items()
    )


def _means(
    found: list[tuple[Link, str, dict[str, float]]], metrics: dict[str, Metric]
) -> tuple[ScoreRow, ...]:
    rows = []
    for variant in dict.fromkeys(variant for _, variant, _ in found):
        group = [values for _, other, values in found if other == variant]
        values = {
            name: fmean(v[name] for v in group if name in v)
            for name, metric in metrics.items()
            if metric.better is not Better.NEITHER and any(name in v for v in group)
        }
        count = f"mean of {len(group)}" if len(group) > 1 else "its one item"
        rows.append(ScoreRow(Link("", count), variant, _row(values, metrics)))
    return tuple(rows)
