"""What the numbers of a finding are, kept with it so that pages can say it in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Facts = dict[str, Any]
"""Plain JSON: numbers, and lists of them. A place is [row, column], fractions of 0 to 1."""

_DIGITS = 6
"""Significant digits kept: enough for any page, too few for the last bit of a sum to show."""

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32) / np.float32(255)
_HALF = 128
_NEARLY_ALL = 0.995


def facts(role: Role, array: NDArray[Any]) -> Facts:
    """Return the facts about ``array``, which has the form that ``role`` fixes.

    Every role but a box and a curve gives ``minimum``, ``maximum`` and ``mean``; the function of
    each role, below, says what else there is. The same array gives the same facts.
    """
    return _FACTS[role](array)


def _picture(array: NDArray[np.uint8]) -> Facts:
    """Add to the spread of brightness (0 to 1): is it flat, is it grey, how much is transparent."""
    found = _spread(array[..., :3] @ _LUMA)
    red, green, blue = array[..., 0], array[..., 1], array[..., 2]
    found["flat"] = bool((array == array[:1, :1]).all())
    found["grey"] = bool(np.array_equal(red, green) and np.array_equal(green, blue))
    has_alpha = array.shape[2] > 3  # noqa: PLR2004 - RGB
    found["transparent"] = _share(array[..., 3] < _HALF) if has_alpha else 0.0
    return found


def _heatmap(array: NDArray[np.float32]) -> Facts:
    """Add where the peak is, and the share of the picture above half of it."""
    found = _spread(array)
    found["peak"] = _place(array == array.max())
    found["above_half"] = _share(array > array.max() / 2)
    return found


def _signed_map(array: NDArray[np.float32]) -> Facts:
    """Add where it is most positive and most negative, the share of each sign, and the reach.

    The reach is the size that all but the largest half percent of values stay below.
    """
    found = _spread(array)
    found["reach"] = _short(np.quantile(np.abs(array), _NEARLY_ALL))
    found["peak"] = _place(array == array.max())
    found["trough"] = _place(array == array.min())
    found["positive"] = _share(array > 0)
    found["negative"] = _share(array < 0)
    return found


def _mask(array: NDArray[np.bool_]) -> Facts:
    """Add the share of the picture inside, and the centroid of that (None if it is empty)."""
    found = _spread(array)
    found["share"] = _share(array)
    found["centroid"] = _centroid(array) if array.any() else None
    return found


def _box(array: NDArray[np.int64]) -> Facts:
    """Give height and width in pixels."""
    top, left, bottom, right = (int(value) for value in array)
    return {"height": bottom - top, "width": right - left}


def _curve(array: NDArray[np.float64]) -> Facts:
    """Give the number of points; of each series the first, last, least and largest value."""
    lines = array[:, 1:]
    return {
        "points": len(lines),
        "first": [_short(value) for value in lines[0]],
        "last": [_short(value) for value in lines[-1]],
        "minimum": [_short(value) for value in lines.min(axis=0)],
        "maximum": [_short(value) for value in lines.max(axis=0)],
    }


def _patches(array: NDArray[Any]) -> Facts:
    """Add how many there are."""
    return _spread(array) | {"count": len(array)}


def _signed_patches(array: NDArray[np.float32]) -> Facts:
    """Add how many there are, and the size that all but the largest half percent stay below."""
    return _patches(array) | {"reach": _short(np.quantile(np.abs(array), _NEARLY_ALL))}


def _spread(array: NDArray[Any]) -> Facts:
    return {
        "minimum": _short(array.min()),
        "maximum": _short(array.max()),
        "mean": _short(array.mean(dtype=np.float64)),
    }


def _share(where: NDArray[np.bool_]) -> float:
    return _short(where.mean())


def _centroid(where: NDArray[np.bool_]) -> list[float]:
    rows, columns = np.nonzero(where)
    return _fractions(rows.mean(), columns.mean(), where.shape)


def _place(where: NDArray[np.bool_]) -> list[float]:
    """Return the pixel of ``where`` that is nearest to the centroid: a plateau has its middle."""
    rows, columns = np.nonzero(where)
    nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    return _fractions(rows[nearest], columns[nearest], where.shape)


def _fractions(row: float, column: float, shape: tuple[int, ...]) -> list[float]:
    """Return a place as fractions of height and width, at the middle of its pixel."""
    return [_short((row + 0.5) / shape[0]), _short((column + 0.5) / shape[1])]


def _short(value: Any) -> float:
    return float(f"{float(value):.{_DIGITS}g}")


_FACTS: dict[Role, Callable[[NDArray[Any]], Facts]] = {
    Role.PICTURE: _picture,
    Role.HEATMAP: _heatmap,
    Role.SIGNED_MAP: _signed_map,
    Role.MASK: _mask,
    Role.BOX: _box,
    Role.CURVE: _curve,
    Role.PATCHES: _patches,
    Role.SIGNED_PATCHES: _signed_patches,
    Role.WORD_PATCHES: _patches,
}
