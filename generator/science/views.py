"""What the cells of a layer see of a window that is moved over the picture, along one axis.

A window changes a cell of a layer only by the part of it that lies in the cell's receptive field.
Two windows that show a cell the same part give it the same value, and a window that shows it
nothing leaves it as it was. So a layer has as many values to compute as there are pairs of a cell
and a part, its views, and not as many as cells times windows. For rectangles, a part is an
interval of rows and one of columns, and the two axes can be counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Integers = NDArray[np.int64]
Indices = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Views:
    """The views of one axis of a layer; an interval is (first pixel, first pixel outside)."""

    windows: Integers
    """(W, 2): the windows, as intervals of pixels; they may be empty."""

    fields: Integers
    """(L, 2): the receptive field of each cell, cut to the picture."""

    number: Indices
    """(L, W): which view a cell has of a window."""

    cells: Integers
    """(V,): the cell of each view."""

    parts: Integers
    """(V, 2): the part of a window that is seen; (0, 0) if none is."""

    examples: Integers
    """(V,): a window that is seen so."""

    def __len__(self) -> int:
        """Return how many views there are."""
        return len(self.cells)


def of_pixels(length: int, windows: Integers) -> Views:
    """Return the views of the picture itself: each pixel is covered or is not.

    Parameters
    ----------
    length : pixels of this axis
    windows : (W, 2) intervals within it

    Raises
    ------
    ValueError
        If there is no window, or one is not an interval within the axis.

    """
    ends = np.asarray(windows, np.int64)
    if ends.ndim != len("WE") or ends.shape[1] != len("ab") or len(ends) == 0:
        message = f"windows (W, 2) were expected, got shape {ends.shape}"
        raise ValueError(message)
    if ends.min() < 0 or ends.max() > length or (ends[:, 1] < ends[:, 0]).any():
        message = f"windows within 0 to {length} were expected, got {ends.min(0)} to {ends.max(0)}"
        raise ValueError(message)
    pixels = np.arange(length)
    return _numbered(ends, np.stack([pixels, pixels + 1], axis=1))


def slid(
    views: Views, *, kernel: int, stride: int, dilation: int, before: int, cells: int
) -> tuple[Views, Indices]:
    """Return the views of a layer whose cells read ``kernel`` cells of the layer below.

    Cell c reads the cells ``c * stride - before + i * dilation`` for i from 0; those outside are
    padding.

    Returns
    -------
    The views, and (V, kernel) int32: which view below is read at each place of the kernel. The
    number of views below, so one more than there are, stands for padding.

    """
    read = np.arange(cells)[:, None] * stride - before + np.arange(kernel) * dilation
    outside = (read < 0) | (read >= len(views.fields))
    inside = read.clip(0, len(views.fields) - 1)
    fields = np.where(outside[..., None], 0, views.fields[inside])
    found = _numbered(views.windows, _hulls(fields))
    below = views.number[inside[found.cells], found.examples[:, None]]
    return found, np.where(outside[found.cells], len(views), below).astype(np.int32)


def united(parts: Sequence[Views]) -> tuple[Views, list[Indices]]:
    """Return the views of a layer whose cells read the same cell of several layers.

    Returns
    -------
    The views, and for each of ``parts`` (V,) int32: which of its views is read.

    """
    fields = np.stack([part.fields for part in parts], axis=1)
    found = _numbered(parts[0].windows, _hulls(fields))
    return found, [part.number[found.cells, found.examples] for part in parts]


def _hulls(fields: Integers) -> Integers:
    """Return the smallest interval (L, 2) about the intervals (L, K, 2); padding has empty ones."""
    first, last = fields[..., 0], fields[..., 1]
    far = np.iinfo(np.int64).max
    end = last.max(axis=1)
    return np.stack([np.minimum(np.where(first < last, first, far).min(axis=1), end), end], axis=1)


def _numbered(windows: Integers, fields: Integers) -> Views:
    """Return the views of cells with these receptive fields, ordered by cell."""
    first = np.maximum(fields[:, None, 0], windows[:, 0])
    last = np.minimum(fields[:, None, 1], windows[:, 1])
    empty = last <= first
    first[empty], last[empty] = 0, 0
    base = 1 + int(fields.max(initial=0))
    codes = (np.arange(len(fields))[:, None] * base + first) * base + last
    _, where, number = np.unique(codes, return_index=True, return_inverse=True)
    cells, examples = np.divmod(where, len(windows))
    parts = np.stack([first, last], axis=-1).reshape(-1, 2)[where]
    shape = len(fields), len(windows)
    return Views(windows, fields, number.reshape(shape).astype(np.int32), cells, parts, examples)
