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

LONGEST = 160
"""Cells on the long side of a grid, at most; a smaller array is its own grid."""

_EIGHT, _SIXTEEN = 255, 65535
"""The largest steps of eight and of sixteen bits."""


@dataclass(frozen=True)
class Grid:
    """Values in steps: (channels, rows, columns) uint8 or uint16, from ``low`` to ``high``."""

    steps: NDArray[Any]
    low: float
    high: float


def grid_shape(rows: int, columns: int) -> tuple[int, int]:
    """Return the rows and columns of the grid of an array.

    >>> grid_shape(427, 640), grid_shape(12, 20), grid_shape(10_000, 1)
    ((107, 160), (12, 20), (160, 1))
    """
    scale = min(1.0, LONGEST / max(rows, columns))
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def grid_of(array: NDArray[Any]) -> Grid:
    """Return the means of ``array`` over the cells of its grid, in steps.

    Parameters
    ----------
    array
        (H, W) float32 becomes 65,536 steps between the least and the greatest mean. A picture,
        (H, W, 3 or 4) uint8, keeps steps of 1 from 0 to 255. A mask, (H, W) bool, becomes the
        share of each cell that is inside, in 256 steps.

    """
    planes = array[None] if array.ndim == 2 else np.moveaxis(array, 2, 0)  # noqa: PLR2004 - a map
    means = _means(planes.astype(np.float64), grid_shape(*array.shape[:2]))
    if array.dtype == np.uint8:
        return Grid(np.rint(means).astype(np.uint8), 0.0, float(_EIGHT))
    if array.dtype == np.bool_:
        return Grid(np.rint(means * _EIGHT).astype(np.uint8), 0.0, 1.0)
    low, high = float(means.min()), float(means.max())
    span = high - low
    steps = (means - low) / span * _SIXTEEN if span > 0 else np.zeros_like(means)
    return Grid(np.rint(steps).astype(np.uint16), low, high)


def grid_of_photo(data: bytes) -> Grid:
    """Return the grid of the photograph in ``data``, a file's bytes, without decoding all of it.

    Raises
    ------
    SourceError
        If the file cannot be read.

    """
    from PIL.Image import Resampling

    picture = imaging.upright(data, name="", at_least=(LONGEST, LONGEST))[0]
    rows, columns = grid_shape(picture.height, picture.width)
    return grid_of(np.asarray(picture.resize((columns, rows), Resampling.BOX)))


def script(name: str, grid: Grid) -> bytes:
    """Return a script that puts ``grid`` into ``window.salonValues`` under ``name``.

    Steps are written as the difference from the one before, high bytes before low bytes, deflated,
    in base 64. The same grid gives the same bytes.
    """
    channels, rows, columns = grid.steps.shape
    steps = grid.steps.reshape(channels, -1)
    changes = np.diff(steps, axis=1, prepend=steps.dtype.type(0))  # wraps around, and back again
    kept = changes.astype(">u2").view(np.uint8).reshape(-1, 2).T if steps.itemsize > 1 else changes
    packed = zlib.compress(np.ascontiguousarray(kept).tobytes(), 9)
    about = {
        "bits": 8 * steps.itemsize,
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
