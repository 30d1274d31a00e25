"""The page of one classifier on one data set: its numbers, and the pictures behind each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import panels
from generator.classifier_leads import class_leads, home_of, score_leads
from generator.classifier_runs import PREDICTIONS, VOCABULARY, name_of
from generator.classifier_views import Cell, ClassifierPage, Group, Matrix, Shot
from generator.classifier_wording import (
    believed,
    headline,
    percent,
    pictures,
    quoted,
    shot_words,
    verdict,
)
from generator.comparison import span
from generator.language import many, say
from generator.leads import leading
from generator.parts import Link, Variant
from generator.wording import number
from generator.words import params_of, score_views, table_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.classifier_runs import Prediction, Run
    from generator.findings import Findings
    from generator.parts import Table
    from generator.views import Site

_LEVELS = 8
"""Strengths of the matrix's shading, besides none: by the root of a row's share, so that a few
mistakes are seen beside many that are right."""
_FEW = 6
"""Classes up to which a matrix spells out its zeros."""
_ON_A_SHEET = 10
_TESTS, _DECISION, _CONFUSION, _EVIDENCE = "tests", "decision", "confusion", "evidence"
_CLASSES = "classes"
_OWN = {_CONFUSION, _EVIDENCE, PREDICTIONS, VOCABULARY}
"""Tables that are shown in a way of their own."""

Shots = dict[int, Shot]
"""By the number of the example: those held-out pictures that are kept as pictures."""


def classifier_page(findings: Findings, run: Run, site: Site) -> ClassifierPage:
    """Return the page of ``run``.

    Raises
    ------
    ValueError
        If it has predicted nothing: then it has no page.

    """
    record, outcome = run.record, run.outcome
    if record is None or outcome is None or not run.predictions:
        raise ValueError(f"expected a classifier with predictions, got {run.id!r} without any")
    shown = shots(findings, run)
    frame = panels.Frame(run.item, (0, 0), findings.look)
    views = {panel.id: panel for panel in panels.views_of(record, run.technique, frame)}
    sheets = _sheets(run.predictions, shown)
    tables = _tables(findings, run, "#sheets" if sheets else "#cells")
    return ClassifierPage(
        site=site,
        id=run.id,
        title=run.title,
        item=Link(f"../items/{run.item.id}.html", run.item.title),
        technique=Link(f"../techniques/{run.technique.id}.html", run.technique.title),
        vocabulary=f"../{run.vocabulary}" if run.vocabulary else "",
        headline=headline(run),
        verdict=verdict(run),
        span=span(run),
        run=Variant(
            id="run",
            title="",
            panels=(),
            scores=score_views(record, run.technique, score_leads(run, home_of(findings, run))),
            params=params_of(run.technique, outcome.task.params),
            notes=record.notes,
            key=record.key,
        ),
        matrix=_matrix(run),
        sheets=sheets,
        cells=_cells(run, shown),
        decision=views.get(_DECISION),
        curves=tuple(panel for panel in views.values() if panel.chart),
        evidence=tables.get(_EVIDENCE),
        believed=believed(run),
        tables=tuple(table for name, table in tables.items() if name not in _OWN),
        predictions=_named(run),
    )


def shots(findings: Findings, run: Run, root: str = "../") -> Shots:
    """Return the held-out pictures that are kept, each under the map of what decided."""
    record = run.record
    tests = record.panel(_TESTS) if record else None
    if record is None or tests is None:
        return {}
    sheet = panels.sheet_of(tests, run.technique.legends.get(_TESTS), findings.look, root)
    decision = record.panel(_DECISION)
    over = (
        panels.sheet_of(decision, run.technique.legends.get(_DECISION), findings.look, root)
        if decision
        else None
    )
    found = {}
    for one in run.predictions:
        if one.tile is None:
            continue
        name = name_of(run.examples, one.example)
        alt = shot_words(name, one.truth, one.named)
        tile = sheet.tile(one.tile, alt)
        found[one.example] = Shot(
            tile=over.tile(one.tile, alt, tile) if over and one.tile < len(over) else tile,
            name=name,
            truth=one.truth,
            named=one.named,
            probability="" if one.probability is None else percent(one.probability),
            right=one.right,
        )
    return found


def a_few(run: Run, shown: Shots, count: int) -> tuple[Shot, ...]:
    """Return at most ``count`` pictures, of as many classes as there are."""
    by_class: dict[str, list[Shot]] = defaultdict(list)
    for one in _surest(run.predictions):
        if one.example in shown:
            by_class[one.truth].append(shown[one.example])
    longest = max(map(len, by_class.values()), default=0)
    turns = (listed[turn] for turn in range(longest) for listed in by_class.values()
             if turn < len(listed))  # fmt: skip
    return tuple(shot for shot, _ in zip(turns, range(count), strict=False))


def _surest(listed: Iterable[Prediction]) -> list[Prediction]:
    def order(one: Prediction) -> tuple[float, float, int]:
        return -(one.probability or 0.0), -(one.margin or 0.0), one.example

    return sorted(listed, key=order)


def _sheets(listed: Sequence[Prediction], shown: Shots) -> tuple[Group, ...]:
    """Return the best and the worst: the surest right ones, the surest mistakes, the doubtful."""
    order = [one for one in _surest(listed) if one.example in shown]
    groups = (
        ("sure-right", say("Surest, and right"), say("What it knows best."),
         [one for one in order if one.right]),
        ("sure-wrong", say("Surest, and wrong"), say("The mistakes that nothing warns of."),
         [one for one in order if not one.right]),
        ("unsure", say("Least sure"), say("Here it could as well have said something else."),
         order[::-1]),
    )  # fmt: skip
    return tuple(
        Group(identity, title, words, tuple(shown[one.example] for one in chosen[:_ON_A_SHEET]))
        for identity, title, words, chosen in groups
        if chosen
    )


def _pairs(listed: Sequence[Prediction]) -> Mapping[tuple[str, str], list[Prediction]]:
    """Return the predictions by truth and name: mistakes first, the commonest before all."""
    found: dict[tuple[str, str], list[Prediction]] = defaultdict(list)
    for one in _surest(listed):
        found[one.truth, one.named].append(one)

    def order(pair: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
        right = pair[0] == pair[1]
        return right, 0 if right else -len(found[pair]), pair

    return {pair: found[pair] for pair in sorted(found, key=order)}


def _cells(run: Run, shown: Shots) -> tuple[Group, ...]:
    """Return the pictures of each cell of the matrix that has any."""
    groups = []
    for (truth, named), listed in _pairs(run.predictions).items():
        kept = tuple(shown[one.example] for one in listed if one.example in shown)
        right = truth == named
        groups.append(
            Group(
                id=run.anchor(truth, named),
                title=say("{truth}, named rightly", truth=quoted(truth)) if right
                else say("{truth} taken for {named}", truth=quoted(truth), named=quoted(named)),
                words=pictures(len(listed)),
                shots=kept,
                missing=_missing(len(listed) - len(kept)),
                right=right,
            )
        )  # fmt: skip
    return tuple(groups)


def _missing(count: int) -> str:
    if not count:
        return ""
    return many(
        "One of them is not kept as a picture; the table of every held-out picture names all.",
        "{count} of them are not kept as a picture; the table of every held-out picture names all.",
        count,
        count=number(count, 0),
    )


def _matrix(run: Run) -> Matrix | None:
    legend, table = run.technique.tables.get(_CONFUSION), run.table(_CONFUSION)
    if legend is None or not table.get("rows"):
        return None
    there = Counter((one.truth, one.named) for one in run.predictions)
    heads = tuple(str(head) for head in table["heads"])
    rows = []
    for truth, *counts in table["rows"]:
        total = sum(count or 0 for count in counts)
        cells = tuple(
            Cell(
                text=number(count or 0, 0) if count or len(heads) <= _FEW else "",
                level=math.ceil(_LEVELS * math.sqrt(count / total)) if count else 0,
                right=truth == named,
                href=f"#{run.anchor(truth, named)}" if there[truth, named] else "",
                words=say(
                    "{count} of {truth} taken for {named}",
                    count=number(count or 0, 0),
                    truth=truth,
                    named=named,
                ),
            )
            for named, count in zip(heads, counts, strict=True)
        )
        rows.append((str(truth), cells))
    empty = "" if len(heads) <= _FEW else say("An empty cell is none.")
    caption = f"{legend.caption} {empty}".rstrip()
    return Matrix("confusion", legend.title, caption, heads, tuple(rows))


def _named(run: Run) -> Table:
    """Return the table of every prediction, with the examples' names, each leading to its cell."""
    legend, table = run.technique.tables[PREDICTIONS], run.table(PREDICTIONS)
    shown = replace(legend, columns=legend.columns[:-1])
    rows = [[name_of(run.examples, int(row[0])), *row[1:-1]] for row in table["rows"]]
    links = tuple(f"#{run.anchor(one.truth, one.named)}" for one in run.predictions)
    return replace(table_view({"rows": rows}, shown, PREDICTIONS), links=links)


def _tables(findings: Findings, run: Run, decided: str) -> dict[str, Table]:
    """Return the tables that hold anything, each number leading to its pictures.

    ``decided`` is where these are seen with what decided.
    """
    tables = {
        name: table_view(table, legend, name)
        for name, legend in run.technique.tables.items()
        if (table := run.table(name)).get("rows")
    }
    if _CLASSES in tables:
        tables[_CLASSES] = class_leads(findings, run, tables[_CLASSES])
    if _EVIDENCE in tables:
        behind = Link(decided, say("pictures with what decided"))
        tables[_EVIDENCE] = leading(tables[_EVIDENCE], behind)
    return tables
