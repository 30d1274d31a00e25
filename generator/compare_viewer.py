"""The viewer of an item that changed: base and head of each panel under one zoom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.compare_cells import pane
from generator.compare_numbers import section_id
from generator.compare_pages import legend_of
from generator.compare_pictures import Sides, drawings
from generator.compare_words import frame_words, method_words
from generator.findings import DRIVE, FOOTAGE, SOURCE
from generator.technique import Role
from generator.viewer_parts import PaneGroup, Viewer
from generator.viewing import packed_colours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.compared import Pair, Twin
    from generator.two_builds import TwoBuilds
    from generator.viewer_parts import Pane

OWN = frozenset({SOURCE, FOOTAGE, DRIVE})
"""The techniques that keep a picture of the item itself."""


def step_id(twin: Twin, pair: Pair) -> str:
    """Return the id of a panel that differs."""
    return f"{section_id(twin)}--{pair.name}"


def viewer_of(two: TwoBuilds, twins: list[Twin], most: Twin, widest: Pair) -> Viewer | None:
    """Return the viewer of every panel that has the form of the picture.

    It opens with ``widest`` if that has it.
    """
    form = _form(two, most.place[0])
    if form is None:
        drawn = drawings(widest, most, Sides(two.base, two.head, legend_of(two, most, widest.name)))
        form = drawn[0].shape[0], drawn[0].shape[1]
    groups: list[PaneGroup] = []
    start: tuple[tuple[str, Pane], ...] = ()
    for twin in twins:
        listed: list[Pane] = []
        for pair in twin.pairs:
            panes = tuple(_panes(two, twin, pair, form))
            listed += panes
            if panes and (pair is widest or not start):
                start = tuple((pane.title, pane) for pane in panes)
        if listed:
            groups.append(PaneGroup(method_words(*twin.place[1:], two.compared), tuple(listed)))
    if not start:
        return None
    colours = packed_colours(Role.HEATMAP), packed_colours(Role.SIGNED_MAP)
    return Viewer(tuple(groups), start, colours)


def _form(two: TwoBuilds, item: str) -> tuple[int, int] | None:
    """Return the rows and columns of the picture of ``item``, or None where it has none."""
    for build in (two.head, two.base):
        for run in build.report.runs:
            if run.item == item and run.technique in OWN and run.record:
                panel = run.record.panel("picture")
                if panel:
                    return panel.shape[0], panel.shape[1]
    return None


def _panes(two: TwoBuilds, twin: Twin, pair: Pair, form: tuple[int, int]) -> Iterator[Pane]:
    """Yield base and head of a panel, where both can be looked at."""
    if pair.likeness is None or pair.base is None or pair.head is None:
        return
    legend = legend_of(two, twin, pair.name)
    legend = replace(legend, title=frame_words(legend.title, pair.head))
    drawn = drawings(pair, twin, Sides(two.base, two.head, legend))
    for one, panel in zip(drawn, (pair.base, pair.head), strict=False):
        found = pane(one, panel, legend, f"{step_id(twin, pair)}-{one.side.lower()}", form)
        if found:
            yield found
