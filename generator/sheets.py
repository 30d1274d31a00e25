"""The tables of a page as files for spreadsheets: what is read on the page, in plain numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from generator.classifier_views import ClassifierPage, Comparison, Matrix
from generator.compare_views import Course
from generator.film_parts import FilmRun, FilmSection
from generator.guide_views import OverviewCell
from generator.language import say
from generator.ledger_views import CreditsPage, MadePage
from generator.parts import Chart, Section, Table
from generator.views import ScoreTable, Site, Teaser, TechniquePage
from generator.wording import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.parts import Score, Variant

Row = tuple[str, ...]

_PARAMETERS = ("Parameter", "Variant", "Value", "Changed", "Meaning")

TABLES = "data/tables.json"
"""Where every table of every page stands, below the root."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = re.compile(r"[-−]?(?:\d[\d\u202f]*(?:[.,]\d+)?|∞)(?:\u202f×\u202f10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?(?:e-?\d{1,3})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would run as a formula."""


@dataclass(frozen=True)
class Sheet:
    """One table: its name among those of its page, its heads and its rows."""

    name: str
    heads: Row
    rows: tuple[Row, ...]


def sheets(page: Any) -> tuple[Sheet, ...]:
    """Return every table of ``page``, in the order in which its parts hold them."""
    return tuple({sheet.name: sheet for sheet in _walk(page)}.values())


def sheet_path(here: str, name: str) -> str:
    """Return where the table ``name`` of the page called ``here`` stands, below the root.

    >>> sheet_path("items/coffee", "scores")
    'data/items/coffee/scores.csv'
    """
    return f"data/{here}/{name}.csv"


def csv_of(sheet: Sheet, *, marked: bool = True) -> bytes:
    """Return ``sheet`` as CSV in UTF-8; ``marked`` by its first bytes, as spreadsheets want it.

    Text that a spreadsheet would take for a formula is set off by an apostrophe.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_harmless(head) for head in sheet.heads])
    writer.writerows([_harmless(cell) for cell in row] for row in sheet.rows)
    return buffer.getvalue().encode("utf-8-sig" if marked else "utf-8")


def json_of(pages: Mapping[str, Sequence[Sheet]]) -> bytes:
    """Return every table of ``pages``, by the page and by its name, for programs to read."""
    listed = {
        page: {
            sheet.name: {"columns": sheet.heads, "rows": [list(map(_typed, r)) for r in sheet.rows]}
            for sheet in found
        }
        for page, found in pages.items()
        if found
    }
    return f"{json.dumps(listed, indent=1, ensure_ascii=False)}\n".encode()


def _typed(text: str) -> str | float | None:
    """Return a number as one, None for none, and text as it is."""
    if not text:
        return None
    return json.loads(text) if _JSON_NUMBER.fullmatch(text) else text


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _is_plain(text) else text


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain(text: str) -> str:
    """Return a number as programs read it, "" for the dash of a missing one; other text as it is.

    >>> plain("−1.5"), plain("24\u202f441"), plain("2.9\u202f×\u202f10⁻¹"), plain("–")
    ('-1.5', '24441', '2.9e-1', '')
    """
    if text == "–":
        return ""
    if not _NUMBER.fullmatch(text):
        return text
    mantissa, _, power = text.replace("\u202f", "").partition("×10")
    digits = mantissa.replace("−", "-").replace("∞", "inf").replace(",", ".")
    return f"{digits}e{power.translate(_RAISED)}" if power else digits


def _column(head: str, cells: Sequence[str]) -> list[Row]:
    """Return a column of numbers, and beside it the columns of what stands in one cell with them.

    >>> _column("A", ["1 ± 0.5", "–"]), _column("B", ["2 (1 to 3)"])
    ([('A', '1', ''), ('A ±', '0.5', '')], [('B', '2'), ('B, from', '1'), ('B, to', '3')])
    """
    if any(" ± " in cell for cell in cells):
        parts = [cell.partition(" ± ") for cell in cells]
        halves = [half for _, _, half in parts]
        return [_listed(head, [mean for mean, _, _ in parts]), _listed(f"{head} ±", halves)]
    found = [_apart(cell) for cell in cells]
    if not any(low for _, low, _ in found):
        return [_listed(head, cells)]
    heads = head, f"{head}, from", f"{head}, to"
    return [_listed(*pair) for pair in zip(heads, zip(*found, strict=True), strict=True)]


def _apart(cell: str) -> Row:
    """Return a number and the ends of its interval, which stands after it in brackets.

    >>> _apart("2 (1 to 3)"), _apart("2")
    (('2', '1', '3'), ('2', '', ''))
    """
    value, _, rest = cell.removesuffix(")").rpartition(" (")
    low, found, high = rest.partition(say(BETWEEN, low="", high=""))
    return (value, low, high) if value and found and cell.endswith(")") else (cell, "", "")


def _listed(head: str, cells: Sequence[str]) -> Row:
    return (head, *(plain(cell) for cell in cells))


def _sheet(name: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Row]) -> Sheet:
    """Return rows under ``columns``: a head, and whether it stands over numbers."""
    made: list[Row] = []
    for number, (head, numbers) in enumerate(columns):
        cells = [row[number] for row in rows]
        made += _column(head, cells) if numbers else [(head, *cells)]
    heads, *rest = zip(*made, strict=True) if made else ((),)
    return Sheet(name, heads, tuple(rest))


def _walk(part: Any) -> Iterator[Sheet]:
    """Yield the tables of ``part`` and of everything that it holds."""
    if isinstance(part, tuple):
        for one in part:
            yield from _walk(one)
    # What is sketched is a chart of another page.
    elif is_dataclass(part) and not isinstance(part, Site | Teaser | OverviewCell | type):
        for kind, make in _MAKERS.items():
            if isinstance(part, kind):
                yield from make(part)
        for field in fields(part):
            yield from _walk(getattr(part, field.name))


def _head(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _table(table: Table) -> Iterator[Sheet]:
    columns = [(_head(column.name, column.unit), column.number) for column in table.columns]
    yield _sheet(table.id, columns, table.rows)


def _score_table(table: ScoreTable) -> Iterator[Sheet]:
    heads = [("Item", False), ("Variant", False)]
    heads += [(_head(column.name, column.unit), True) for column in table.columns]
    yield _sheet(
        "numbers", heads, [(row.item.title, row.variant, *row.values) for row in table.rows]
    )


def _scores(runs: Sequence[Variant | FilmRun]) -> Iterator[Sheet]:
    rows = tuple(_score_row(run.title, score) for run in runs for score in run.scores)
    if rows:
        heads = ("Score", "Variant", "Value", "From", "To", "Unit")
        yield Sheet(f"{runs[0].id}-scores", heads, rows)


def _score_row(title: str, score: Score) -> Row:
    low, high = score.ends or ("", "")
    return score.name, title, plain(score.value), plain(low), plain(high), score.unit


def _section(section: Section) -> Iterator[Sheet]:
    groups = [section.variants] if section.abreast else [(run,) for run in section.variants]
    for runs in groups:
        yield from _run(runs)


def _run(runs: Sequence[Variant | FilmRun]) -> Iterator[Sheet]:
    """Yield the scores and the parameters of runs that share a table."""
    yield from _scores(runs)
    listed = [(run.title, param) for run in runs for param in run.params]
    rows = [
        (param.name, title, param.value, "changed" if param.changed else "", param.meaning)
        for title, param in listed
    ]
    rows += [("key", run.title, run.key, "", "") for run in runs]
    yield Sheet(f"{runs[0].id}-params", _PARAMETERS, tuple(rows))


def _parameters(page: TechniquePage) -> Iterator[Sheet]:
    rows = (
        (param.name, title, param.value, "changed" if param.changed else "", param.meaning)
        for title, params in (("default", page.params), *page.variants)
        for param in params
    )
    yield Sheet("parameters", _PARAMETERS, tuple(rows))


def _course(course: Course) -> Iterator[Sheet]:
    rows = []
    for row in course.rows:
        low, _, high = row.interval.partition(say(BETWEEN, low="", high=""))
        rows.append((row.commit.title, row.when, *map(plain, (row.value, low, high))))
    yield Sheet(f"{course.id}-commits", ("Commit", "Date", "Value", "From", "To"), tuple(rows))


def _chart(chart: Chart) -> Iterator[Sheet]:
    points = [line.points for line in chart.lines]
    rows = [(row[0][0], *(value for _, value in row)) for row in zip(*points, strict=True)]
    heads = [(chart.x, True), *((line.label, True) for line in chart.lines)]
    yield _sheet(f"{chart.id}-values", heads, rows)


def _comparison(comparison: Comparison) -> Iterator[Sheet]:
    heads = [("Classifier", False), *((name, True) for name in ("Accuracy (%)", "From", "To"))]
    heads += [(_head(name, unit), True) for name, unit, _ in comparison.columns]
    rows = []
    for rival in comparison.rivals:
        low, _, high = rival.interval.partition(say(BETWEEN, low="", high=""))
        rows.append((rival.link.title, rival.accuracy, low, high, *rival.values))
    yield _sheet("comparison", heads, rows)


def _matrix(matrix: Matrix) -> Iterator[Sheet]:
    heads = [("Shows", False), *((head, True) for head in matrix.heads)]
    yield _sheet(
        matrix.id, heads, [(name, *(c.text for c in cells)) for name, cells in matrix.rows]
    )


def _credits(page: CreditsPage) -> Iterator[Sheet]:
    heads = "Picture", "Made by", "Licence", "Source"
    rows = ((r.item.title, r.credit.credit, r.credit.licence, r.credit.source) for r in page.rows)
    yield Sheet("credits", heads, tuple(rows))


def _made(page: MadePage) -> Iterator[Sheet]:
    heads = ["Technique", "Runs", "Failed", "Panels", "Megapixels read", "Kept", "Seconds"]
    costs = [
        (c.title, str(c.runs), str(c.failures), str(c.panels), c.megapixels, c.kept, c.seconds)
        for c in page.costs
    ]
    yield _sheet("costs", [(head, head != "Technique") for head in heads], costs)
    traces = ((t.item.title, t.technique, t.variant, t.state, t.key) for t in page.traces)
    yield Sheet("keys", ("Picture", "Technique", "Variant", "State", "Key"), tuple(traces))


_MAKERS: dict[type, Callable[[Any], Iterator[Sheet]]] = {
    Table: _table,
    ScoreTable: _score_table,
    Section: _section,
    ClassifierPage: lambda page: _run((page.run,)),
    FilmSection: lambda section: _run(section.runs),
    TechniquePage: _parameters,
    Course: _course,
    Chart: _chart,
    Comparison: _comparison,
    Matrix: _matrix,
    CreditsPage: _credits,
    MadePage: _made,
}
"""What is a table on a page, and how it becomes rows."""
