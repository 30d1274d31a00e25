"""The values of a finding on a grid that a page can afford: what the viewer says under the cursor.

A colour cannot be read back into the number that it stands for, so the numbers themselves travel,
in a script, which a page can load from the disk. Nothing is written here: arrays come in, bytes
go out.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator import imaging

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 640
"""Cells on the long side of a grid, at most; a smaller array is its own grid."""

LONGEST_OF_PICTURES = 160
"""The same of pictures: their colours can be seen, and would weigh ten times as much as a map."""

_FEW = 160 * 160
"""A map of no more values than this is kept in 16 bits; a larger one in 8, like its colours."""


@dataclass(frozen=True)
class Grid:
    """Values in steps: (channels, rows, columns) uint8 or uint16, from ``low`` to ``high``."""

    steps: NDArray[Any]
    low: float
    high: float


def grid_shape(rows: int, columns: int, longest: int = LONGEST) -> tuple[int, int]:
    """Return the rows and columns of the grid of an array.

    >>> grid_shape(854, 1280), grid_shape(12, 20), grid_shape(10_000, 1)
    ((427, 640), (12, 20), (640, 1))
    """
    scale = min(1.0, longest / max(rows, columns))
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def grid_of(array: NDArray[Any]) -> Grid:
    """Return the means of ``array`` over the cells of its grid, in steps.

    Parameters
    ----------
    array
        A map, (H, W) float32, becomes 256 steps between the least and the greatest mean, or 65,536
        if it is small. A mask, (H, W) bool, becomes the share of each cell that is inside. A
        picture, (H, W, 3 or 4) uint8, keeps steps of 1 from 0 to 255.

    """
    rows, columns = array.shape[:2]
    if array.dtype == np.uint8:
        shape = grid_shape(rows, columns, LONGEST_OF_PICTURES)
        means = _means(np.moveaxis(array, 2, 0).astype(np.float64), shape)
        return Grid(np.rint(means).astype(np.uint8), 0.0, 255.0)
    means = _means(array[None].astype(np.float64), grid_shape(rows, columns))
    inside = array.dtype == np.bool_
    low, high = (0.0, 1.0) if inside else (float(means.min()), float(means.max()))
    dtype = np.uint16 if means.size <= _FEW and not inside else np.uint8
    shares = (means - low) / (high - low) if high > low else np.zeros_like(means)
    return Grid(np.rint(shares * np.iinfo(dtype).max).astype(dtype), low, high)


def grid_of_photo(data: bytes) -> Grid:
    """Return the grid of the photograph in ``data``, a file's bytes, without decoding all of it.

    Raises
    ------
    SourceError
        If the file cannot be read.

    """
    enough = 4 * LONGEST_OF_PICTURES  # a decoder's own smaller picture is not quite the mean
    return grid_of(np.asarray(imaging.upright(data, name="", at_least=(enough, enough))[0]))


def script(name: str, grid: Grid) -> bytes:
    """Return a script that puts ``grid`` into ``window.salonValues`` under ``name``.

    Written are differences from the step before, of differences from the row before; high bytes
    come before low bytes; all is deflated, in base 64. The same grid gives the same bytes.
    """
    channels, rows, columns = grid.steps.shape
    changes = grid.steps
    for axis in (2, 1):
        changes = np.diff(changes, axis=axis, prepend=grid.steps.dtype.type(0))  # wraps around
    if changes.itemsize > 1:
        changes = changes.astype(">u2").view(np.uint8).reshape(-1, 2).T
    packed = zlib.compress(np.ascontiguousarray(changes).tobytes(), 9)
    about = {
        "bits": 8 * grid.steps.itemsize,
        "channels": channels,
        "columns": columns,
        "data": base64.b64encode(packed).decode("ascii"),
        "high": grid.high,
        "low": grid.low,
        "rows": rows,
    }
    text = json.dumps(about, separators=(",", ":"), allow_nan=False)
    return f"(window.salonValues??={{}})[{json.dumps(name)}]={text};\n".encode("ascii")


def _means(planes: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the means of (C, H, W) over ``shape`` cells; each holds whole pixels."""
    for axis, cells in ((1, shape[0]), (2, shape[1])):
        size = planes.shape[axis]
        edges = np.arange(cells + 1) * size // cells
        counts = np.diff(edges)
        sums = np.add.reduceat(planes, edges[:-1], axis=axis)
        planes = sums / counts.reshape((-1, 1) if axis == 1 else (-1,))
    return planes
