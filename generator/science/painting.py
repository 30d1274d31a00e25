"""What patches say, painted on the pixels that they cover.

A place is (row, column, side): the centre pixel of a square patch and its side in pixels. The
pixel (0, 0) has its centre at (0, 0), and a square that does not fall on whole pixels is moved up
and left by less than one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Heatmap = NDArray[np.float32]
Labels = NDArray[np.int16]


def squares(places: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.int64]:
    """Return the pixels of each place's square, cut to the picture.

    Parameters
    ----------
    places : (T, 3), row and column of the centre, inside the picture, and side in pixels, above 0
    shape : (H, W) of the picture

    Returns
    -------
    (T, 4) int64: top, left, and the first row (bottom) and column (right) outside; none is empty

    Raises
    ------
    ValueError
        If the places are not (T, 3) and finite, a side is not positive, or a centre lies outside.

    """
    if np.ndim(places) != len("TP") or np.shape(places)[1] != len("RCS"):
        message = f"places (T, 3) of row, column and side were expected, got {np.shape(places)}"
        raise ValueError(message)
    values = np.asarray(places, np.float64)
    centres, sides = values[:, :2], values[:, 2:]
    outside = (np.rint(centres) < 0) | (np.rint(centres) >= shape)
    if not np.isfinite(values).all() or outside.any() or (sides <= 0).any():
        message = f"finite places inside {shape} with sides above 0 were expected, got "
        wrong = ~np.isfinite(values).all(axis=1) | outside.any(axis=1) | (sides[:, 0] <= 0)
        raise ValueError(message + f"{values[wrong][0]}")
    starts = np.ceil(centres - sides / 2).astype(np.int64)
    ends = starts + np.rint(sides).astype(np.int64)
    # What is less than a pixel, or rounds out of the picture, keeps a pixel.
    starts = np.clip(starts, 0, np.array(shape) - 1)
    return np.hstack([starts, np.clip(ends, starts + 1, shape)])


def paint(shares: NDArray[Any], places: NDArray[Any], shape: tuple[int, int]) -> Heatmap:
    """Return a map on which each share lies spread evenly over its patch.

    What would fall outside the picture lies on the part of the patch that is inside, so the map
    sums to what the shares sum to. Time grows with patches + pixels.

    Parameters
    ----------
    shares : (T,) finite numbers of either sign
    places : (T, 3), as in `squares`
    shape : (H, W) of the picture

    Returns
    -------
    (H, W) float32; 0 where no patch lies

    Raises
    ------
    ValueError
        If the shares are not (T,) and finite, or the places are not as `squares` expects.

    """
    if np.shape(shares) != np.shape(places)[:1] or not np.isfinite(shares).all():
        message = f"one finite share a place was expected, got {np.shape(shares)} for "
        raise ValueError(message + f"{np.shape(places)}")
    top, left, bottom, right = squares(places, shape).T
    density = np.asarray(shares, np.float64) / ((bottom - top) * (right - left))
    total, cover = np.zeros((2, shape[0] + 1, shape[1] + 1))
    # A square is 1 between its corners once its corners are summed up from the top left.
    for row, column, sign in (
        (top, left, 1),
        (top, right, -1),
        (bottom, left, -1),
        (bottom, right, 1),
    ):
        np.add.at(total, (row, column), sign * density)
        np.add.at(cover, (row, column), sign)
    heat, covered = (a.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] for a in (total, cover))
    # Where nothing lies, sums and differences may leave a hair.
    return np.where(covered > 0, heat, 0).astype(np.float32)


def paint_units(
    assign: NDArray[Any],
    places: NDArray[Any],
    shape: tuple[int, int],
    closeness: NDArray[Any],
) -> Labels:
    """Return at each pixel the unit of the patch on top: the smallest, of equals the closest.

    Parameters
    ----------
    assign : (T,) int, the unit of each patch
    places : (T, 3), as in `squares`
    shape : (H, W) of the picture
    closeness : (T,), larger where a patch is nearer to its unit

    Returns
    -------
    (H, W) int16; -1 where no patch lies

    Raises
    ------
    ValueError
        If lengths differ, a unit is negative or above 32767, a closeness is NaN, or the places are
        not as `squares` expects.

    """
    count = np.shape(places)[:1]
    if np.shape(assign) != count or np.shape(closeness) != count:
        message = f"one unit and closeness a place were expected, got {np.shape(assign)} and "
        raise ValueError(message + f"{np.shape(closeness)} for {np.shape(places)}")
    units, near = np.asarray(assign), np.asarray(closeness)
    if np.isnan(near).any() or ((units < 0) | (units > np.iinfo(np.int16).max)).any():
        message = "units from 0 to 32767 and closeness without NaN were expected, got "
        raise ValueError(message + f"units {units} and closeness {near}")
    boxes = squares(places, shape)
    labels = np.full(shape, -1, np.int16)
    sides = np.asarray(places)[:, 2]
    # Of patches that are equal in both, the first lies on top.
    for i in np.lexsort((-np.arange(len(near)), near, -sides)):
        top, left, bottom, right = boxes[i]
        labels[top:bottom, left:right] = units[i]
    return labels
