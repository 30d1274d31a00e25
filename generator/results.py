"""Everything that a report found for programs: scores, tables, curves, words; but no picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator import __version__
from generator.sheets import Sheet, csv_of
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content import Item
    from generator.findings import Findings
    from generator.plan import Task
    from generator.records import FilmRecord, PanelRecord, Record
    from generator.technique import Legend, Metric

HEADS = ("item", "technique", "variant", "metric", "value", "low", "high", "unit")
"""The columns of the rows; low and high are the ends of the interval, where it is known."""


def result_files(findings: Findings) -> dict[str, bytes]:
    """Return the report's numbers as CSV and as JSON, by their place below the site's root."""
    rows = [row for task, record in _runs(findings) for row in _rows(findings, task, record)]
    runs = [_run(findings, task, record) for task, record in _runs(findings)]
    whole = {
        "salon": __version__,
        "title": findings.plan.gallery.title,
        "items": [_item(wish.item) for wish in findings.wishes],
        "results": [dict(zip(HEADS, row, strict=True)) for row in rows],
        "runs": runs,
        "failures": list(_failures(findings)),
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
    sheet = Sheet("results", HEADS, tuple(tuple(map(_cell, row)) for row in rows))
    return {
        "data/results.csv": csv_of(sheet, marked=False),
        "data/results.json": f"{text}\n".encode(),
    }


def _cell(value: str | float | None) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _runs(findings: Findings) -> Iterator[tuple[Task, Record]]:
    for task in findings.plan.tasks:
        outcome = findings.outcomes.get(task.key)
        if outcome and outcome.record and not outcome.record.failure:
            yield task, outcome.record


def _item(item: Item) -> dict[str, Any]:
    """Return what the manifest says of an item."""
    names = "id", "title", "description", "alt", "credit", "licence", "source", "label", "problem"
    kind, tags = item.kind.value, list(item.tags)
    return {**{name: getattr(item, name) for name in names}, "kind": kind, "tags": tags}


def _failures(findings: Findings) -> Iterator[dict[str, str]]:
    for task in findings.plan.tasks:
        outcome = findings.outcomes.get(task.key)
        if outcome and outcome.failure:
            item, technique, variant = task.place
            yield {"item": item, "technique": technique, "variant": variant,
                   "message": outcome.failure.message}  # fmt: skip


def _rows(findings: Findings, task: Task, record: Record) -> Iterator[tuple[Any, ...]]:
    metrics = findings.catalog[task.technique].metrics
    for score in record.scores:
        low, high = map(float, score["interval"]) if score.get("interval") else (None, None)
        metric = metrics.get(score["metric"])
        unit = metric.unit if metric else ""
        yield *task.place, score["metric"], float(score["value"]), low, high, unit


def _run(findings: Findings, task: Task, record: Record) -> dict[str, Any]:
    """Return how a run was made, and its tables with the names that pages give their columns."""
    technique = findings.catalog[task.technique]
    legends = technique.tables
    tables = [
        {
            "name": table["name"],
            "columns": [_named(metric) for metric in legends[table["name"]].columns]
            + [{"name": head, "unit": ""} for head in table.get("heads") or ()],
            "rows": table["rows"],
        }
        for table in record.tables
        if table["name"] in legends
    ]
    return {
        **dict(zip(("item", "technique", "variant"), task.place, strict=True)),
        "key": task.key,
        "params": task.params.model_dump(mode="json"),
        "notes": list(record.notes),
        "tables": tables,
        "panels": [_panel(panel, technique.legends.get(panel.name)) for panel in record.panels],
        "films": [_film(film, technique.legends.get(film.name)) for film in record.films],
        "series": list(record.series),
    }


def _panel(panel: PanelRecord, legend: Legend | None) -> dict[str, Any]:
    """Return what is known of a panel; the points of a curve, which are drawn on its page."""
    told = {
        "name": panel.name,
        "title": legend.title if legend else panel.name,
        "role": panel.role.value,
        "shape": list(panel.shape),
        "label": panel.label,
        "facts": panel.facts,
    }
    if panel.role is Role.CURVE and legend:
        series = (*legend.series, *(f"series {n}" for n in range(len(legend.series) + 1, 99)))
        heads = [legend.x, *series][: panel.shape[1]]
        return told | {"columns": heads, "y": legend.y, "rows": list(panel.values)}
    return told | ({"values": list(panel.values)} if panel.values else {})


def _film(film: FilmRecord, legend: Legend | None) -> dict[str, Any]:
    return {
        "name": film.name,
        "title": legend.title if legend else film.name,
        "role": film.role.value,
        "shape": list(film.shape),
        "rate": film.rate,
        "labels": list(film.labels),
        "facts": film.facts,
    }


def _named(metric: Metric) -> dict[str, str]:
    return {"name": metric.name, "unit": metric.unit}
