"""A data set as it is: what is in it, how much of each, and what could not be read."""

from typing import TYPE_CHECKING

from generator.content import Kind
from generator.technique import (
    Cell,
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Params,
    Result,
    Role,
    Score,
    Table,
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.samples import Album, Arrays

_SHOWN = 8
"""Pictures of each class and side."""

_SIDE = 96
"""Pixels a side of a small picture."""


def run(album: "Album", _: Params) -> Result:
    """Return some pictures of every class and side, and how many there are."""
    import numpy as np

    from generator.assessed import unreadable
    from generator.errors import SourceError
    from generator.science.tiling import tile, tile_size

    sizes = [_size(kept) for kept in album.steps.each(measured, album, {})]
    sound = [index for index, size in enumerate(sizes) if size]
    if not sound:
        raise SourceError(f"none of the {len(album)} pictures can be read")
    chosen = _chosen(album, sound)
    pictures = [picture for picture in map(album.read, chosen) if picture is not None]
    size = tile_size([picture.shape for picture in pictures], _SIDE)
    rows = [
        (str(index), album.classes[album.labels[index]], _side(album.held_out[index]), float(at))
        for at, index in enumerate(chosen)
    ]
    counts: list[tuple[Cell, ...]] = [
        (name, *(float(sum(1 for i in sound if (album.labels[i], album.held_out[i]) == (k, side)))
                 for side in (False, True)))
        for k, name in enumerate(album.classes)
    ]  # fmt: skip
    heights, widths = (sorted(size[axis] for size in sizes if size) for axis in (0, 1))
    middle = len(sound) // 2
    return Result(
        (Panel("examples", Role.PATCHES, np.stack([tile(p, size) for p in pictures])),),
        (
            Score("examples", len(sound)),
            Score("held-out", sum(album.held_out[i] for i in sound)),
            Score("height", heights[middle]),
            Score("width", widths[middle]),
        ),
        unreadable(len(album), sound),
        (Table("balance", tuple(counts)), Table("examples", tuple(rows))),
    )


def _size(kept: "Arrays | None") -> tuple[int, int] | None:
    return (int(kept["size"][0]), int(kept["size"][1])) if kept else None


def _side(held_out: bool) -> str:  # noqa: FBT001
    return "held out" if held_out else "train"


def _chosen(album: "Album", sound: list[int]) -> list[int]:
    """Return examples spread evenly over each class and side, class by class."""
    found = []
    for label in range(len(album.classes)):
        for side in (False, True):
            own = [i for i in sound if (album.labels[i], album.held_out[i]) == (label, side)]
            step = max(1, -(-len(own) // _SHOWN))
            found += own[::step][:_SHOWN]
    return found


def measured(picture: "NDArray[np.uint8]") -> "dict[str, NDArray[np.int64]]":
    """Return height and width of ``picture``."""
    import numpy as np

    return {"size": np.array(picture.shape[:2], np.int64)}


TECHNIQUE = Technique(
    id="data-set",
    title="The data set",
    family=Family.SOURCE,
    summary="The pictures as they came, with their labels.",
    explanation=Explanation("The pictures as they came, with their labels.", "", "", ""),
    papers=(),
    params=Params,
    run=run,
    legends={
        "examples": Legend("Examples", "Some pictures of each class: those the classifiers learn "
                           "from, and those they are tested on."),
    },
    highlight="examples",
    metrics={
        "examples": Metric("Pictures", "that can be read", digits=0),
        "held-out": Metric("Held out", "kept from the classifiers, to test them", digits=0),
        "height": Metric("Height", "of the middle one", "pixels", 0),
        "width": Metric("Width", "of the middle one", "pixels", 0),
    },
    tables={
        "balance": TableLegend(
            "How many of each", "Classes of very different size make accuracy easy to misread.",
            (
                Metric("Class", "what the pictures show"),
                Metric("To learn from", "pictures the classifiers see", digits=0),
                Metric("Held out", "pictures they are tested on", digits=0),
            ),
        ),
        "examples": TableLegend(
            "The pictures above", "Which examples are shown.",
            (
                Metric("Picture", "number of the example"),
                Metric("Shows", "its label"),
                Metric("Side", "whether the classifiers learn from it"),
                Metric("Place", "among the pictures shown, from 0", digits=0),
            ),
            folded=True,
        ),
    },
    libraries=("numpy", "opencv-python-headless"),
    accepts=frozenset({Kind.DATASET}),
)  # fmt: skip
