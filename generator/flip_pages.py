"""Held-out pictures that flipped, as both classifiers saw them, under what decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classifier_wording import percent, shot_words
from generator.compare_pictures import BASE, HEAD, Drawing, Sides, copied, panel_drawing
from generator.compare_views import FlipView, Shown
from generator.language import say, told
from generator.panels import scale
from generator.spoken import reworded_legend
from generator.technique import STACKS, Legend
from generator.tiles import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from generator.builds import Build
    from generator.compared import Twin
    from generator.flips import Flip
    from generator.parts import Tile
    from generator.report import Run
    from generator.two_builds import TwoBuilds

TESTS, DECISION = "tests", "decision"
"""The panels of a classifier that hold its held-out pictures, and what decided in each."""


def flip_views(two: TwoBuilds, twin: Twin, root: str = "../") -> tuple[FlipView, ...]:
    """Return the pictures of a result that flipped; first those that are wrong now."""
    mine = [f for f in two.flips if (f.item, f.technique, f.variant) == twin.place]
    if not mine:
        return ()
    sheets = {side: _sheets(two, twin, side, root) for side in (BASE, HEAD)}
    ordered = sorted(mine, key=lambda f: (f.mended, f.name, f.number))
    return tuple(_view(flip, sheets) for flip in ordered)


def flip_drawings(two: TwoBuilds, twin: Twin) -> tuple[Drawing, ...]:
    """Return the sheets that the flipped pictures of a result are cut out of."""
    mine = [f for f in two.flips if (f.item, f.technique, f.variant) == twin.place]
    sides = [
        side
        for side, place in ((BASE, "before"), (HEAD, "after"))
        if any(_tile(getattr(flip, place)) is not None for flip in mine)
    ]
    return tuple(one.drawing for side in sides for one in _sheets(two, twin, side, "").values())


@dataclass(frozen=True)
class _Held:
    """A sheet of small pictures, and what makes its file."""

    sheet: Sheet
    drawing: Drawing


def _sheets(two: TwoBuilds, twin: Twin, side: str, root: str) -> dict[str, _Held]:
    """Return the sheets of held-out pictures and of what decided, where they can be had."""
    build, run = (two.base, twin.base) if side == BASE else (two.head, twin.head)
    if run is None:
        return {}
    found, methods = {}, build.report.methods
    for name in (TESTS, DECISION):
        legend = reworded_legend(methods[run.technique].legends.get(name, Legend(name, "")))
        held = _held(build, run, name, side, Sides(two.base, two.head, legend, root))
        if held:
            found[name] = held
    return found


def _held(build: Build, run: Run, name: str, side: str, sides: Sides) -> _Held | None:
    panel = run.record.panel(name) if run.record else None
    if panel is None or panel.role not in STACKS:
        return None
    legend = sides.legend
    drawing: Drawing | None = None
    if build.blob(panel) is not None:
        drawing = panel_drawing(side, build, panel, scale(panel, legend), sides)
    elif build.shown(run, name) is not None:
        drawing = copied(side, build, run, name, sides)
    if drawing is None:
        return None
    covers = panel.role.value if legend.over else ""
    return _Held(Sheet(drawing.image.src, panel.shape, covers), drawing)


def _view(flip: Flip, sheets: dict[str, dict[str, _Held]]) -> FlipView:
    truth = str(flip.after[1])
    name = told(flip.name or f"number {flip.number}")
    tiles = []
    for side, row in ((BASE, flip.before), (HEAD, flip.after)):
        alt = shot_words(name, str(row[1]), str(row[2]))
        tile = _cut(sheets[side], _tile(row), alt)
        tiles += [Shown(say(side), tile, wrong=row[1] != row[2])] if tile else []
    said = [_said(flip.before), _said(flip.after)]
    return FlipView(name, truth, flip.mended, said[0], said[1], tuple(tiles))


def _cut(held: dict[str, _Held], place: int | None, alt: str) -> Tile | None:
    if place is None or TESTS not in held or place >= len(held[TESTS].sheet):
        return None
    under = held[TESTS].sheet.tile(place, alt)
    over = held.get(DECISION)
    return over.sheet.tile(place, alt, under) if over and place < len(over.sheet) else under


def _tile(row: Sequence[Any]) -> int | None:
    return None if row[5] is None else int(row[5])


def _said(row: Sequence[Any]) -> str:
    """Return what a picture was taken for, and how surely."""
    sure = f", {percent(float(row[3]))}" if row[3] is not None else ""
    return f"{row[2]}{sure}"
