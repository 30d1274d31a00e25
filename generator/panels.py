"""From a stored finding to the panel on a page: its picture's names, its key, its sentence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from generator import parts
from generator.charts import line_chart
from generator.colours import stops
from generator.language import say
from generator.present import Rendition, renditions
from generator.technique import STACKS, Legend, Role
from generator.tiles import Sheet, tiles
from generator.viewer_parts import Pane
from generator.wording import finding, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.content import Item
    from generator.records import PanelRecord, Record
    from generator.technique import Technique
    from generator.viewer_parts import Ends

MAPS = {Role.HEATMAP, Role.SIGNED_MAP, Role.SIGNED_PATCHES}
_DRAWN = {Role.BOX, Role.CURVE}
_SAME_FORM = 0.02
"""How much the proportions of a panel may differ from the picture's and still be laid over it."""


def scale(panel: PanelRecord, legend: Legend | None) -> Ends | None:
    """Return the values at the two ends of a map's colours, or None where there are none."""
    if panel.role not in MAPS:
        return None
    return ends_of(panel.role, panel.facts, legend)


def ends_of(role: Role, facts: dict[str, Any], legend: Legend | None) -> tuple[float, float]:
    """Return the values at the two ends of the colours of a map with these ``facts``."""
    low, high = float(facts["minimum"]), float(facts["maximum"])
    if legend and legend.range:
        return legend.range
    if role in {Role.SIGNED_MAP, Role.SIGNED_PATCHES}:
        reach = max(abs(low), abs(high))
        if legend and legend.robust and facts["reach"]:
            reach = float(facts["reach"])
        return -reach, reach
    return 0.0, high


def asset_stem(panel: PanelRecord, legend: Legend | None, look: str) -> str:
    """Return the name of a panel's files: the hash of what is in them and how it is shown."""
    causes = f"{panel.blob}:{panel.role.value}:{scale(panel, legend)}:{look}"
    return hashlib.sha256(causes.encode()).hexdigest()[:20]


def values_name(stem: str) -> str:
    """Return the name of the script that holds the values behind the files called ``stem``."""
    return f"{stem}.js"


def files(panel: PanelRecord) -> tuple[Rendition, ...]:
    """Return the files that show ``panel``; none for what is drawn on the page itself."""
    if panel.role in _DRAWN:
        return ()
    if panel.role in STACKS:
        return renditions(panel.role, panel.shape)
    opaque = len(panel.shape) < 3 or panel.shape[2] == 3  # noqa: PLR2004 - RGB
    return renditions(panel.role, panel.shape, opaque=opaque)


def image(
    panel: PanelRecord, legend: Legend | None, look: str, root: str, alt: str
) -> parts.Image | None:
    """Return the picture of ``panel`` with every file it has, for the browser to choose from.

    What is drawn has none, and neither have many small pictures: see ``sheet_of``.
    """
    made = files(panel)
    if not made or panel.role in STACKS:
        return None
    covers = panel.role.value if legend and legend.covers and panel.role in MAPS else ""
    return image_of(made, f"{root}assets/{asset_stem(panel, legend, look)}", alt, covers)


def image_of(made: tuple[Rendition, ...], stem: str, alt: str, covers: str = "") -> parts.Image:
    """Return the picture whose files begin with ``stem`` and are ``made``."""
    avif = [r for r in made if r.format == "avif"]
    others = [r for r in made if r.format != "avif"]
    largest = max(others, key=lambda r: r.width)
    return parts.Image(
        src=f"{stem}{largest.suffix}",
        width=largest.width,
        height=largest.height,
        alt=alt,
        avif=_srcset(stem, avif),
        fallback=_srcset(stem, others) if len(others) > 1 else "",
        covers=covers,
    )


def smallest(image: parts.Image) -> parts.Image:
    """Return ``image`` with the narrowest of its files alone, for where it is shown very small."""
    avif, others = (text.split(", ")[0] for text in (image.avif, image.fallback))
    src, _, width = (others or f"{image.src} {image.width}w").partition(" ")
    narrow = int(width.removesuffix("w"))
    height = max(1, round(image.height * narrow / image.width))
    return replace(image, src=src, width=narrow, height=height, avif=avif, fallback="")


def sheet_of(panel: PanelRecord, legend: Legend | None, look: str, root: str) -> Sheet:
    """Return the sheet of the small pictures that ``panel`` holds."""
    src = f"{root}assets/{asset_stem(panel, legend, look)}{files(panel)[0].suffix}"
    return Sheet(src, panel.shape, panel.role.value if legend and legend.over else "")


def tiles_of(
    record: Record, technique: Technique, name: str, look: str, root: str
) -> tuple[parts.Tile, ...]:
    """Return every small picture of the panel ``name``, over the picture that it is about."""
    panel = record.panel(name)
    if panel is None or panel.role not in STACKS:
        return ()
    legend = technique.legends[name]
    beneath = record.panel(legend.over) if legend.over else None
    under = (
        sheet_of(beneath, technique.legends.get(legend.over), look, root)
        if beneath and beneath.role in STACKS
        else None
    )
    count = panel.shape[0]
    alts = [
        say("{title}, {place} of {count}", title=legend.title, place=place, count=count)
        for place in range(1, count + 1)
    ]
    return tiles(sheet_of(panel, legend, look, root), alts, under)


def _srcset(stem: str, made: list[Rendition]) -> str:
    return ", ".join(f"{stem}{r.suffix} {r.width}w" for r in made)


def sentence(panel: PanelRecord) -> str:
    """Return what the numbers of ``panel`` say, in a sentence."""
    return finding(panel.role, panel.facts)


@dataclass(frozen=True)
class Frame:
    """What a panel is seen against: the item, and its picture's (rows, columns).

    ``prefix`` begins the panels' ids on the page; the original's own panels have none. ``scales``
    are the ends of the colours of each map over the whole gallery, by its name. ``root`` leads from
    the page to the root of the site.
    """

    item: Item
    shape: tuple[int, int]
    look: str
    prefix: str = ""
    scales: Mapping[str, Ends] = field(default_factory=dict)
    root: str = "../"


def views_of(record: Record, technique: Technique, frame: Frame) -> tuple[parts.Panel, ...]:
    """Return the panels of ``record`` in the order of the technique's legends."""
    listed = [(name, record.panel(name)) for name in technique.legends]
    return tuple(
        replace(
            _view(panel, technique.legends[name], frame),
            tiles=tiles_of(record, technique, name, frame.look, frame.root),
        )
        for name, panel in listed
        if panel is not None
    )


def _view(panel: PanelRecord, legend: Legend, frame: Frame) -> parts.Panel:
    identity = f"{frame.prefix}{panel.name}"
    said = sentence(panel)
    alt = frame.item.alt
    if frame.prefix:
        words = say("{finding} of {item}.", finding=legend.title, item=frame.item.title)
        alt = f"{words} {said}"
    shown = image(panel, legend, frame.look, frame.root, alt)
    chart = line_chart(identity, panel.values, legend) if panel.role is Role.CURVE else None
    return parts.Panel(
        id=identity,
        role=panel.role.value,
        title=legend.title,
        caption=legend.caption,
        finding=_worth_saying(panel, said, chart),
        image=shown,
        box=_box(panel, frame.shape) if panel.role is Role.BOX else None,
        bar=colour_bar(panel.role, scale(panel, legend), legend, identity)
        if panel.role in MAPS
        else None,
        chart=chart,
        size=_size(panel),
        pane=_pane(panel, legend, frame, shown, said) if comparable(panel, frame.shape) else None,
        label=panel.label,
    )


def _worth_saying(panel: PanelRecord, said: str, chart: parts.Chart | None) -> str:
    """Return what a caption adds: a chart names its lines, and a picture says itself."""
    if panel.role is Role.PICTURE or panel.role in STACKS:
        return ""
    return chart.summary if chart else said


def _size(panel: PanelRecord) -> str:
    if panel.role in _DRAWN:
        return ""
    if panel.role in STACKS:
        count, height, width = panel.shape[:3]
        return say("{count} of {width} × {height} pixels", count=count, width=width, height=height)
    height, width = panel.shape[:2]
    return say("{width} × {height} pixels", width=width, height=height)


def comparable(panel: PanelRecord, picture: tuple[int, int]) -> bool:
    """Say whether ``panel`` can be laid over a picture of these rows and columns."""
    if panel.role in _DRAWN | STACKS or 0 in picture:
        return False
    rows, columns = panel.shape[:2]
    slack = max(_SAME_FORM, 1 / rows, 1 / columns)
    return abs((columns / rows) / (picture[1] / picture[0]) - 1) <= slack


def _pane(
    panel: PanelRecord, legend: Legend, frame: Frame, shown: parts.Image | None, said: str
) -> Pane | None:
    if shown is None:
        return None
    ends = scale(panel, legend)
    return Pane(
        id=f"{frame.prefix}{panel.name}",
        title=legend.title,
        role=panel.role.value,
        image=shown,
        values=f"{frame.root}assets/{values_name(asset_stem(panel, legend, frame.look))}",
        rows=panel.shape[0],
        columns=panel.shape[1],
        caption=legend.caption,
        finding="" if panel.role is Role.PICTURE else said,
        label=panel.label,
        low=legend.low,
        high=legend.high,
        unit=legend.unit,
        ends=ends,
        shared=frame.scales.get(panel.name, ends),
    )


def _box(panel: PanelRecord, shape: tuple[int, int]) -> parts.Box:
    top, left, bottom, right = panel.values
    return parts.Box(left, top, right - left, bottom - top, shape[1], shape[0])


def colour_bar(
    role: Role, ends: tuple[float, float] | None, legend: Legend, identity: str
) -> parts.ColourBar:
    """Return the key to a map whose colours end at the values ``ends``."""
    low, high = ends or (0.0, 0.0)
    return parts.ColourBar(
        id=f"{identity}-bar",
        stops=stops(role),
        low=legend.low,
        high=legend.high,
        minimum=number(low, 3),
        maximum=number(high, 3),
        unit=legend.unit,
    )
