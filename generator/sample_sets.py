"""Data sets of real photographs that can be made from what installed packages ship."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.content import Example, Part
from generator.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.content import Located

    Locate = Callable[[str, Path], Located]


@dataclass(frozen=True)
class Surface:
    """A kind of surface: the photograph, and where in it one trains and where one tests.

    The two rectangles (top, left, bottom, right) do not touch.
    """

    picture: str
    train: tuple[int, int, int, int]
    test: tuple[int, int, int, int]


_TEXTURES = {
    name: Surface(f"{name}.png", (0, 0, 512, 240), (0, 272, 512, 512))
    for name in ("brick", "grass", "gravel")
}
_SURFACES = {
    "brick": Surface("brick.png", (0, 0, 512, 240), (0, 272, 512, 512)),
    "cat": Surface("chelsea.png", (40, 30, 300, 190), (40, 222, 300, 326)),
    "grass": Surface("grass.png", (0, 0, 512, 240), (0, 272, 512, 512)),
    "gravel": Surface("gravel.png", (0, 0, 512, 240), (0, 272, 512, 512)),
    "lawn": Surface("camera.png", (280, 320, 376, 512), (408, 320, 504, 512)),
    "wood": Surface("coffee.png", (130, 0, 400, 96), (100, 504, 400, 600)),
}


def _crops(
    surfaces: dict[str, Surface], side: int, most: int, tests: int
) -> Callable[..., list[Example]]:
    """Return what makes a set of square crops, at most ``most`` of each class to learn from.

    Those overlap by half; the at most ``tests`` held-out ones do not, for each is to tell something
    new.
    """

    def made(locate: Locate, folder: Path) -> list[Example]:
        found = []
        for label, surface in surfaces.items():
            file = locate(f"sample:skimage/{surface.picture}", folder)
            for held_out, area in ((False, surface.train), (True, surface.test)):
                places = _tiles(area, side, side if held_out else side // 2)
                count = min(tests if held_out else most, len(places))
                chosen = random.Random(0).sample(places, count)  # noqa: S311 - no secret
                name = "test" if held_out else "train"
                found += [
                    Example(
                        f"{label}, {name} half, row {top}, column {left}", label, file,
                        Part(box=(top, left, side, side), grey=True),
                        f"{label}, {name} half, band {_band(top, area)}", held_out,
                    )
                    for top, left in sorted(chosen)
                ]  # fmt: skip
        return found

    return made


def _band(row: int, area: tuple[int, int, int, int]) -> int:
    """Return in which of four bands, from top to bottom, a row lies: neighbours are a group."""
    return (row - area[0]) * _BANDS // (area[2] - area[0]) + 1


def _tiles(area: tuple[int, int, int, int], side: int, step: int) -> list[tuple[int, int]]:
    top, left, bottom, right = area
    return [
        (row, column)
        for row in range(top, bottom - side + 1, step)
        for column in range(left, right - side + 1, step)
    ]


_BANDS = 4

_FACES, _EACH = "sample:skimage/lfw_subset.npy", 100


def _faces(locate: Locate, folder: Path) -> list[Example]:
    file = locate(_FACES, folder)
    return [
        Example(f"number {row}", "face" if row < _EACH else "not a face", file, Part(row=row))
        for row in range(2 * _EACH)
    ]


SETS: dict[str, tuple[Callable[[Locate, Path], list[Example]], bool]] = {
    "sample:skimage/textures": (_crops(_TEXTURES, 64, 50, 20), True),
    "sample:skimage/surfaces": (_crops(_SURFACES, 32, 40, 18), True),
    "sample:skimage/faces": (_faces, False),
}
"""By source: what makes the set, and whether it says itself what is held out."""


def examples(source: str, locate: Locate, folder: Path) -> tuple[list[Example], bool]:
    """Return the examples of a set, and whether they say on which side they are.

    Raises
    ------
    SourceError
        If there is no such set, or if the package is not installed.

    """
    if source not in SETS:
        raise SourceError(f"expected one of {', '.join(SETS)}, got {source!r}")
    make, split = SETS[source]
    return make(locate, folder), split
