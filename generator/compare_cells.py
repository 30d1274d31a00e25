"""What a page shows of a comparison's pictures: each side with its key, and its pane."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import parts
from generator.colours import stops
from generator.compare_pictures import DIFFERENCE, MAPS, named
from generator.language import mark, say
from generator.panels import comparable, sentence
from generator.stills import Still
from generator.technique import Legend, Role
from generator.viewer_parts import Pane
from generator.wording import number

if TYPE_CHECKING:
    from generator.compare_pictures import Drawing
    from generator.records import PanelRecord

_LESS = (mark("less in the head"), mark("more in the head"))
_MOVED = {
    Role.PICTURE: (mark("darker in the head"), mark("brighter in the head")),
    Role.MASK: (mark("only in the base"), mark("only in the head")),
}
"""What the two ends of a difference's colours mean."""


def cell(drawing: Drawing, panel: PanelRecord | None, legend: Legend, identity: str) -> parts.Panel:
    """Return a picture as a page shows it, with the key to its colours.

    ``panel`` is the finding that is shown; of a difference, the head's.
    """
    difference = drawing.side == DIFFERENCE
    said = _finding(panel) if panel and not difference else ""
    return parts.Panel(
        id=identity,
        role=drawing.role.value,
        title=f"{legend.title}: {named(drawing.side)}",
        caption="",
        finding=said,
        image=drawing.image,
        bar=_bar(drawing, legend, identity, panel),
        label=panel.label if panel and not difference else "",
    )


def _finding(panel: PanelRecord) -> str:
    """Return what the numbers of a finding say; those of a film are not of one frame."""
    return "" if isinstance(panel, Still) else sentence(panel)


def _bar(
    drawing: Drawing, legend: Legend, identity: str, panel: PanelRecord | None
) -> parts.ColourBar | None:
    if drawing.ends is None or drawing.role not in MAPS:
        return None
    low, high = legend.low, legend.high
    if drawing.side == DIFFERENCE:
        low, high = map(say, _MOVED.get(panel.role if panel else drawing.role, _LESS))
    return parts.ColourBar(
        id=f"{identity}-bar",
        stops=stops(drawing.role),
        low=low,
        high=high,
        minimum=number(drawing.ends[0], 3),
        maximum=number(drawing.ends[1], 3),
        unit=legend.unit,
    )


def pane(
    drawing: Drawing, panel: PanelRecord, legend: Legend, identity: str, form: tuple[int, int]
) -> Pane | None:
    """Return what the viewer shows of a side, or None where it has not the ``form`` of the rest."""
    if not drawing.values or not comparable(replace(panel, shape=drawing.shape), form):
        return None
    return Pane(
        id=identity,
        title=f"{legend.title}: {named(drawing.side)}",
        role=drawing.role.value,
        image=drawing.image,
        values=drawing.values,
        rows=drawing.shape[0],
        columns=drawing.shape[1],
        caption=legend.caption,
        finding="" if drawing.role is Role.PICTURE else _finding(panel),
        label=panel.label,
        low=legend.low,
        high=legend.high,
        unit=legend.unit,
        ends=drawing.ends if drawing.role in MAPS else None,
        shared=drawing.ends if drawing.role in MAPS else None,
    )
