"""The numbers over time of a video, on both sides: a chart of each that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import parts
from generator.charts import line_chart
from generator.compare_pictures import BASE, HEAD
from generator.compare_views import ChangedStep
from generator.language import say, told
from generator.technique import Legend, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.compared import Twin
    from generator.technique import Metric
    from generator.two_builds import TwoBuilds

_Values = tuple[float | None, ...]


def series_steps(two: TwoBuilds, twin: Twin, section: str) -> Iterator[ChangedStep]:
    """Yield a step for each number over time that differs; ``section`` begins their ids."""
    methods = {**two.base.report.methods, **two.head.report.methods}
    metrics = methods[twin.place[1]].metrics
    for name in twin.series:
        sides = {
            side: run.series[name]
            for side, run in ((BASE, twin.base), (HEAD, twin.head))
            if run and name in run.series
        }
        identity = f"{section}--{name}-time"
        cells = tuple(_cells(identity, sides, metrics.get(name), name))
        alone = say("Only in the head.") if HEAD in sides else say("Only in the base.")
        words = "" if len(sides) > 1 else alone
        called = told(metrics[name].name) if name in metrics else name
        title = say("{number}, frame by frame", number=called)
        caption = told(metrics[name].meaning) if name in metrics else ""
        yield ChangedStep(identity, title, caption, words, cells)


def _cells(
    identity: str, sides: dict[str, _Values], metric: Metric | None, name: str
) -> Iterator[tuple[str, parts.Panel]]:
    """Yield the chart of the frames that have a number on every side; nothing if none has."""
    rows = [
        (float(frame), *(value for value in values if value is not None))
        for frame, values in enumerate(zip(*sides.values(), strict=False))
        if None not in values
    ]
    if not rows:
        return
    title, unit = (told(metric.name), told(metric.unit)) if metric else (name, "")
    axis = f"{title}, {unit}" if unit else title
    legend = Legend(title, "", x=say("frame"), y=axis, series=tuple(map(say, sides)))
    chart = line_chart(identity, rows, legend)
    side = say("Both") if len(sides) > 1 else say(next(iter(sides)))
    panel = parts.Panel(
        f"{identity}-chart", Role.CURVE.value, title, "", chart.summary, chart=chart
    )
    yield side, panel
