"""Every number of a report for programs: one row a score, and every table of every run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator import __version__
from generator.sheets import Sheet, csv_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.findings import Findings
    from generator.plan import Task
    from generator.records import Record
    from generator.technique import Metric

HEADS = ("item", "technique", "variant", "metric", "value", "low", "high", "unit")
"""The columns of the rows; low and high are the ends of the interval, where it is known."""


def result_files(findings: Findings) -> dict[str, bytes]:
    """Return the report's numbers as CSV and as JSON, by their place below the site's root."""
    rows = [row for task, record in _runs(findings) for row in _rows(findings, task, record)]
    runs = [_run(findings, task, record) for task, record in _runs(findings)]
    whole = {
        "salon": __version__,
        "title": findings.plan.gallery.title,
        "results": [dict(zip(HEADS, row, strict=True)) for row in rows],
        "runs": runs,
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


def _rows(findings: Findings, task: Task, record: Record) -> Iterator[tuple[Any, ...]]:
    metrics = findings.catalog[task.technique].metrics
    for score in record.scores:
        low, high = map(float, score["interval"]) if score.get("interval") else (None, None)
        metric = metrics.get(score["metric"])
        unit = metric.unit if metric else ""
        yield *task.place, score["metric"], float(score["value"]), low, high, unit


def _run(findings: Findings, task: Task, record: Record) -> dict[str, Any]:
    """Return how a run was made, and its tables with the names that pages give their columns."""
    legends = findings.catalog[task.technique].tables
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
    item, technique, variant = task.place
    return {
        "item": item,
        "technique": technique,
        "variant": variant,
        "key": task.key,
        "params": task.params.model_dump(mode="json"),
        "notes": list(record.notes),
        "tables": tables,
    }


def _named(metric: Metric) -> dict[str, str]:
    return {"name": metric.name, "unit": metric.unit}
