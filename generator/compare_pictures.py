"""The pictures of a comparison: base and head under one range of colours, and their difference.

What a picture is called follows from what it is made of, so pages are made without an array; the
files are made when they are written, one after the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from generator import parts, present, values
from generator.changes import arrays
from generator.compared import Sight
from generator.language import mark, say
from generator.panels import scale, values_name
from generator.stills import content
from generator.technique import STACKS, Legend, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from generator.builds import Build
    from generator.compared import Pair, Twin
    from generator.present import Rendition
    from generator.records import PanelRecord
    from generator.report import Run

BASE, HEAD, DIFFERENCE = mark("Base"), mark("Head"), mark("Difference")
ITSELF = "Picture"
"""The side of what both sides show: the picture itself."""

_INSIDE = {
    BASE: mark("base"),
    HEAD: mark("head"),
    DIFFERENCE: mark("difference"),
    ITSELF: mark("picture"),
}
"""The sides as a sentence has them."""

MAPS = {Role.HEATMAP, Role.SIGNED_MAP}
_RGB = 3


@dataclass(frozen=True)
class Drawing:
    """A picture of the site: how a page names it, and what makes its files when they are due.

    ``shape`` is that of what it shows, and ``values`` the script that holds its values, if the
    viewer may want them.
    """

    side: str
    image: parts.Image
    role: Role
    ends: tuple[float, float] | None
    names: tuple[str, ...]
    make: Callable[[], list[bytes] | None]
    shape: tuple[int, ...] = ()
    values: str = ""


@dataclass(frozen=True)
class Sides:
    """The two builds, and how their panel is called in words."""

    base: Build
    head: Build
    legend: Legend
    root: str = "../"


def named(side: str) -> str:
    """Return what a side is called inside a sentence, or after the title of a panel."""
    return say(_INSIDE[side])


def drawings(pair: Pair, twin: Twin, sides: Sides) -> tuple[Drawing, ...]:
    """Return base, head and, where both have one form, the difference; () where none is had."""
    if pair.sight is Sight.NOTHING or pair.base is None or pair.head is None:
        return ()
    if pair.head.role in STACKS or pair.base.role in STACKS:
        return ()
    if twin.base is None or twin.head is None:
        return ()
    if pair.sight is Sight.PICTURES:
        found = [
            copied(BASE, sides.base, twin.base, pair.name, sides),
            copied(HEAD, sides.head, twin.head, pair.name, sides),
        ]
    else:
        ends = _shared(pair, sides.legend)
        found = [
            panel_drawing(BASE, sides.base, pair.base, ends, sides),
            panel_drawing(HEAD, sides.head, pair.head, ends, sides),
        ]
    whole = tuple(one for one in found if one)
    return (*whole, _difference(pair, twin, sides)) if pair.likeness else whole


def _shared(pair: Pair, legend: Legend) -> tuple[float, float] | None:
    """Return one range of values for both sides, so that equal colours are equal values."""
    found = [scale(panel, legend) for panel in (pair.base, pair.head) if panel]
    ends = [one for one in found if one]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def panel_drawing(
    side: str, build: Build, panel: PanelRecord, ends: tuple[float, float] | None, sides: Sides
) -> Drawing:
    """Return the picture of a finding of ``build``."""
    stem = _stem(content(panel), panel.role.value, ends)
    files = _files(panel.role, panel.shape)
    valued = panel.role not in STACKS
    make = partial(_panel_files, build, panel, ends, files, stem if valued else "")
    drawing = _drawing(side, stem, ends, (panel.role, files), make, sides)
    return _valued(drawing, stem, panel.shape, sides) if valued else drawing


def _valued(drawing: Drawing, stem: str, shape: tuple[int, ...], sides: Sides) -> Drawing:
    """Return ``drawing`` with a script of its values, which is the last of its files."""
    name = f"assets/{values_name(stem)}"
    names = (*drawing.names, name)
    return replace(drawing, names=names, shape=shape, values=f"{sides.root}{name}")


def _panel_files(
    build: Build,
    panel: PanelRecord,
    ends: tuple[float, float] | None,
    files: Sequence[Rendition],
    stem: str,
) -> list[bytes] | None:
    """Return the files of a finding, and the script of its values if ``stem`` names it."""
    array = build.array(panel)
    if array is None:
        return None
    shown = array
    if panel.role is not Role.PICTURE:
        shown = present.colour(array, panel.role, *(ends or (0.0, 1.0)))
    scripts = [values.script(stem, values.grid_of(array))] if stem else []
    return [*present.encode(shown, files), *scripts]


def copied(side: str, build: Build, run: Run, panel: str, sides: Sides) -> Drawing | None:
    """Return the picture that the site of ``build`` shows of a panel, or None where it has none."""
    look = run.looks.get(panel)
    if look is None:
        return None
    name = f"assets/{side.lower()}-{look.file.removeprefix('assets/')}"
    image = parts.Image(f"{sides.root}{name}", look.width, look.height, "")
    stem = name.removeprefix("assets/").rpartition(".")[0]

    def make() -> list[bytes] | None:
        data, array = build.shown(run, panel), build.picture(run, panel)
        if data is None or array is None:
            return None
        return [data, values.script(stem, values.grid_of(array))]

    drawing = Drawing(side, image, Role.PICTURE, None, (name,), make)
    return _valued(drawing, stem, (look.height, look.width), sides)


def _difference(pair: Pair, twin: Twin, sides: Sides) -> Drawing:
    reach = pair.likeness.apart if pair.likeness else 0.0
    ends = (-reach, reach)
    shape: tuple[int, ...] = pair.head.shape[:2] if pair.head else ()
    if pair.sight is Sight.PICTURES and twin.head:
        look = twin.head.looks[pair.name]
        shape = look.height, look.width
    causes = [content(panel) for panel in (pair.base, pair.head) if panel]
    stem = _stem("-".join(causes), f"difference-{pair.sight.value}", ends)
    files = _files(Role.SIGNED_MAP, shape)
    make = partial(_difference_files, pair, twin, sides, reach, files)
    return _drawing(DIFFERENCE, stem, ends, (Role.SIGNED_MAP, files), make, sides)


def _difference_files(
    pair: Pair, twin: Twin, sides: Sides, reach: float, files: Sequence[Rendition]
) -> list[bytes] | None:
    found = arrays(pair, twin, sides.base, sides.head)
    if found is None:
        return None
    before, after = (_values(array) for array in found[:2])
    shown = present.colour(after - before, Role.SIGNED_MAP, -reach, reach)
    return present.encode(shown, files)


def _values(array: NDArray[Any]) -> NDArray[np.float32]:
    """Return what is subtracted: the values of a map, the brightness of a picture."""
    from generator.science.likeness import brightness

    return brightness(array) if array.ndim == _RGB else np.asarray(array, np.float32)


def _files(role: Role, shape: tuple[int, ...]) -> tuple[Rendition, ...]:
    """Return the files of a picture: without AVIF, which takes most of the time."""
    opaque = len(shape) < _RGB or shape[2] == _RGB
    made = present.renditions(role, shape, opaque=opaque)
    return tuple(one for one in made if one.format != "avif")


def _drawing(
    side: str,
    stem: str,
    ends: tuple[float, float] | None,
    form: tuple[Role, Sequence[Rendition]],
    make: Callable[[], list[bytes] | None],
    sides: Sides,
) -> Drawing:
    """Return the picture whose files are called ``stem``; ``form`` is its role and its files."""
    role, files = form
    names = tuple(f"assets/{stem}{one.suffix}" for one in files)
    largest = max(files, key=lambda one: one.width)
    listed = ", ".join(
        f"{sides.root}{name} {one.width}w" for name, one in zip(names, files, strict=True)
    )
    image = parts.Image(
        src=f"{sides.root}assets/{stem}{largest.suffix}",
        width=largest.width,
        height=largest.height,
        alt=f"{sides.legend.title}: {named(side)}",
        fallback=listed if len(files) > 1 else "",
    )
    return Drawing(side, image, role, ends, names, make)


def _stem(*causes: object) -> str:
    return hashlib.sha256(":".join(map(str, causes)).encode()).hexdigest()[:20]
