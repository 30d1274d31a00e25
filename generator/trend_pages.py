"""The page of a history: every metric over the commits, with its interval and the commit's link."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import __version__, render
from generator.charts import line_chart
from generator.compare_views import Course, TrendPage, TrendRow
from generator.language import english, many, point, say, tag, told
from generator.marks import drawn, estimate
from generator.parts import Link
from generator.replacing import check_replaceable
from generator.technique import Legend
from generator.views import Site
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.history import Entry, Measured
    from generator.parts import Chart

_MORE = 4
"""Decimals that are added at most where two numbers look the same and are not."""
_LEAST = 2
"""Commits that a line needs."""


def write(
    out: Path,
    entries: Sequence[Entry],
    problems: Sequence[str],
    templates: Sequence[Path],
    locks: Path,
) -> None:
    """Write the page at ``out``.

    Raises
    ------
    OutputError
        If the place cannot be written, or holds something that Salon did not write.

    """
    check_replaceable(out)
    own = render.own_assets(templates)
    site = Site(
        title=say("Trend"),
        description=say("Every number over the commits."),
        language=tag(),
        root="",
        here="index",
        stylesheet=own.stylesheet,
        script=own.script,
        icon=own.icon,
        viewer_stylesheet=own.viewer_stylesheet,
        viewer_script=own.viewer_script,
        texts=own.texts,
        techniques=(),
        generator=f"Salon {__version__}",
    )

    def pages() -> Iterator[tuple[str, render.Page]]:
        yield "index.html", trend_page(entries, problems, site)

    numbers = {"salon": __version__, "commits": [entry.commit for entry in entries]}
    plain = () if english() else pages()
    render.write_paper(out, render.Paper(pages(), (), own, numbers, plain), templates, locks)


def trend_page(entries: Sequence[Entry], problems: Sequence[str], site: Site) -> TrendPage:
    """Return the page of ``entries``, which are in the order of time."""
    series: dict[tuple[str, str, str, str], list[tuple[Entry, Measured]]] = {}
    for entry in entries:
        for one in entry.metrics:
            series.setdefault(one.place, []).append((entry, one))
    moving = sorted(series, key=lambda place: _still([one for _, one in series[place]]))
    courses = tuple(_course(place, series[place]) for place in moving)
    return TrendPage(
        site=site,
        title=say("How the numbers went"),
        lead=f"{_commits(len(entries))}, {_numbers(len(courses))}.",
        courses=courses,
        problems=tuple(problems),
    )


def _commits(count: int) -> str:
    return many("{count} commit", "{count} commits", count, count=number(count, 0))


def _numbers(count: int) -> str:
    return many("{count} number", "{count} numbers", count, count=number(count, 0))


def _course(place: tuple[str, str, str, str], listed: Sequence[tuple[Entry, Measured]]) -> Course:
    last = listed[-1][1]
    identity = re.sub(r"[^a-z0-9]+", "-", "--".join(place).lower()).strip("-")
    title = f"{_method(last)}: {told(last.name)}"
    values = [one for _, one in listed]
    marks = drawn([estimate(one.value, one.interval) for one in values], unit=last.unit)
    return Course(
        id=f"course-{identity}",
        title=title,
        words=_words(values),
        chart=_chart(f"chart-{identity}", values) if len(values) >= _LEAST else None,
        rows=tuple(
            replace(_row(entry, one), mark=mark if one.interval else None)
            for (entry, one), mark in reversed([*zip(listed, marks, strict=True)])
        ),
    )


def _method(one: Measured) -> str:
    """Return what a number is of, which a history has in English: technique, variant, item."""
    method, on, item = one.title.partition(" on ") if one.item else (one.title, "", "")
    technique, colon, variant = method.partition(": ")
    said = f"{told(technique)}{colon}{variant}"
    return say("{method} on {item}", method=said, item=item) if on else said


def _still(values: Sequence[Measured]) -> bool:
    """Say whether a number has never moved; such numbers come last."""
    return len({one.value for one in values}) == 1


def _words(values: Sequence[Measured]) -> str:
    first, last = values[0], values[-1]
    digits = next(
        (more for more in range(last.digits, last.digits + _MORE)
         if number(first.value, more) != number(last.value, more)),
        last.digits,
    )  # fmt: skip
    now = _value(last, digits)
    if len(values) < _LEAST:
        return say("{now} at the only commit.", now=now)
    count = {"count": number(len(values), 0)}
    if first.value == last.value:
        return many(
            "{now}, as at the first of {count} commit.",
            "{now}, as at the first of {count} commits.",
            len(values),
            now=now,
            **count,
        )
    before = _value(first, digits)
    if last.value > first.value:
        return many(
            "{now}, up from {before} over {count} commit.",
            "{now}, up from {before} over {count} commits.",
            len(values),
            now=now,
            before=before,
            **count,
        )
    return many(
        "{now}, down from {before} over {count} commit.",
        "{now}, down from {before} over {count} commits.",
        len(values),
        now=now,
        before=before,
        **count,
    )


def _value(one: Measured, digits: int | None = None) -> str:
    said = number(one.value, one.digits if digits is None else digits)
    return f"{said} {told(one.unit)}".rstrip()


def _chart(identity: str, values: Sequence[Measured]) -> Chart:
    ranged = all(one.interval for one in values)
    rows = [
        (float(place), one.value, *((one.interval or ()) if ranged else ()))
        for place, one in enumerate(values, 1)
    ]
    names = (say("value"), say("lower end"), say("upper end")) if ranged else (say("value"),)
    name, unit = told(values[-1].name), told(values[-1].unit)
    axis = f"{name}, {unit}" if unit else name
    legend = Legend(name, "", x=say("commit"), y=axis, series=names)
    chart = line_chart(identity, rows, legend)
    whole = tuple(tick for tick in chart.x_ticks if point() not in tick.label)
    return replace(chart, x_ticks=whole)


def _row(entry: Entry, one: Measured) -> TrendRow:
    when = time.strftime("%Y-%m-%d", time.gmtime(entry.time))
    interval = ""
    if one.interval:
        low, high = (number(end, one.digits) for end in one.interval)
        interval = say("{low} to {high}", low=low, high=high)
    return TrendRow(Link(entry.link, entry.commit[:12]), when, _value(one), interval)
