"""What the numbers of a finding are, kept with it so that pages can say it in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.technique import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIGITS = 6
"""Significant digits kept: enough for any page, too few for the last bit of a sum to show."""


def facts(role: Role, array: NDArray[Any]) -> dict[str, Any]:
    """Return the facts of ``array`` in its ``role``, as plain JSON values.

    A map has minimum, maximum, mean, the peak as fractions of (height, width), and the share of
    pixels above half of the peak; a mask has the share inside and its centroid. A picture, a box
    and a curve say themselves.
    """
    if role in {Role.HEATMAP, Role.SIGNED_MAP}:
        return _map_facts(array)
    if role is Role.MASK:
        return _mask_facts(array)
    return {}


def _map_facts(array: NDArray[np.float32]) -> dict[str, Any]:
    size = np.abs(array)
    top = float(size.max())
    row, column = np.unravel_index(int(size.argmax()), array.shape)
    return {
        "minimum": _short(array.min()),
        "maximum": _short(array.max()),
        "mean": _short(array.mean(dtype=np.float64)),
        "peak": _place(float(row), float(column), array.shape),
        "above_half": _short((size > top / 2).mean()) if top > 0 else 0.0,
    }


def _mask_facts(array: NDArray[np.bool_]) -> dict[str, Any]:
    rows, columns = np.nonzero(array)
    if rows.size == 0:
        return {"share": 0.0}
    place = _place(float(rows.mean()), float(columns.mean()), array.shape)
    return {"share": _short(array.mean()), "centroid": place}


def _place(row: float, column: float, shape: tuple[int, ...]) -> list[float]:
    """Return the place as fractions of height and width, at the middle of its pixel."""
    return [_short((row + 0.5) / shape[0]), _short((column + 0.5) / shape[1])]


def _short(value: Any) -> float:
    return float(f"{float(value):.{_DIGITS}g}")
