"""Every score of one technique in one table: a row for each run, and the mean of each variant."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from generator.classifier_runs import PREDICTIONS, address
from generator.facets import PICTURES, order_of
from generator.language import many, told
from generator.marks import drawn, estimate, key_words
from generator.parts import Link
from generator.technique import Better
from generator.views import ScoreColumn, ScoreRow, ScoreTable
from generator.wording import with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.execute import Outcome
    from generator.marks import Mark
    from generator.plan import Plan, Task
    from generator.records import Record
    from generator.technique import Metric, Technique

Scores = dict[str, tuple[float, "Sequence[float] | None"]]
"""Values by metric, each with the interval it lies in, if that is known."""


def score_table(
    plan: Plan, outcomes: dict[str, Outcome], technique: Technique
) -> ScoreTable | None:
    """Return every score of ``technique``, with the mean of each variant, or None without any."""
    found: list[tuple[Task, Link, Scores]] = []
    for task in plan.tasks:
        outcome = outcomes.get(task.key)
        if task.technique != technique.id or not outcome or not outcome.record:
            continue
        values = {
            s["metric"]: (float(s["value"]), s.get("interval")) for s in outcome.record.scores
        }
        if values:
            link = Link(f"../{_place(task, outcome.record)}", task.item.title)
            found.append((task, link, values))
    metrics = {
        name: metric
        for name, metric in technique.metrics.items()
        if any(name in values for _, _, values in found)
    }
    if not metrics:
        return None
    titles = _titles(plan, technique.id)
    rows = [
        ScoreRow(link, titles.get(task.variant, task.variant), _row(values, metrics))
        for task, link, values in found
    ]
    marks = _score_marks([values for _, _, values in found], metrics)
    return ScoreTable(
        columns=tuple(
            ScoreColumn(m.name, m.unit, m.meaning, told(m.better.value)) for m in metrics.values()
        ),
        rows=tuple(replace(row, marks=own) for row, own in zip(rows, marks, strict=True)),
        means=_means(found, metrics, titles),
        intervals=any(ends for _, _, values in found for _, ends in values.values()),
        key=key_words(marks),
    )


def _score_marks(
    found: Sequence[Scores], metrics: dict[str, Metric]
) -> list[tuple[Mark | None, ...]]:
    """Return what draws the scores of each row."""
    columns = []
    for name, metric in metrics.items():
        column = [estimate(*values[name]) if name in values else None for values in found]
        told = any(one and one.ends for one in column) or metric.better is not Better.NEITHER
        columns.append(drawn(column if told else [None] * len(found), unit=metric.unit))
    return list(zip(*columns, strict=True))


def _place(task: Task, record: Record) -> str:
    """Return the page that tells most about a run: a classifier's own, or that of the item."""
    if any(table["name"] == PREDICTIONS and table["rows"] for table in record.tables):
        return address(*task.place)
    return f"items/{task.item.id}.html#{task.technique}"


def _titles(plan: Plan, technique: str) -> dict[str, str]:
    """Return the title of each of the technique's variants."""
    uses = (*plan.gallery.uses, *(use for wish in plan.gallery.wishes for use in wish.uses))
    return {v.id: v.title for use in uses if use.technique == technique for v in use.variants}


def _row(values: Scores, metrics: dict[str, Metric]) -> tuple[str, ...]:
    return tuple(
        with_interval(*values[name], metric.digits) if name in values else ""
        for name, metric in metrics.items()
    )


def _means(
    found: list[tuple[Task, Link, Scores]], metrics: dict[str, Metric], titles: dict[str, str]
) -> tuple[ScoreRow, ...]:
    technique = found[0][0].technique
    rows = []
    for variant in dict.fromkeys(task.variant for task, _, _ in found):
        group = [(task, values) for task, _, values in found if task.variant == variant]
        values: Scores = {
            name: (fmean(v[name][0] for _, v in group if name in v), None)
            for name, metric in metrics.items()
            if metric.better is not Better.NEITHER and any(name in v for _, v in group)
        }
        if not values:  # nothing of it is better high or low, and so no mean tells anything
            continue
        count = many("its one item", "mean of {count}", len(group))
        pictures = all(task.item.kind in PICTURES for task, _ in group)
        leads = tuple(
            order_of(technique, variant, name, metric)
            if pictures and sum(name in v for _, v in group) > 1
            else None
            for name, metric in metrics.items()
        )
        title = titles.get(variant, variant)
        rows.append(ScoreRow(Link("", count), title, _row(values, metrics), leads=leads))
    return tuple(rows)
