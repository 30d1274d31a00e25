"""Values of a picture with one box after another covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science.batching import Picture, Score, Values, checked, even, score_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Boxes = NDArray[np.int64]
"""(N, 4): top, left, and the first row (bottom) and column (right) outside; one may be empty."""

Windowed = Callable[[Picture, Picture, Boxes], "NDArray[Any] | None"]
"""From a picture, a filling and boxes to the values (N,) or (N, K) of the picture with each box
covered, in one go; None where passes of the whole network cost no more.
"""

_UNTOUCHED = np.zeros((1, 4), np.int64)


def values_of_boxes(
    score: Score,
    windowed: Windowed | None,
    image: Picture,
    filling: Picture,
    grids: Sequence[Boxes],
    *,
    batch: int,
) -> list[Values]:
    """Return for each of ``grids`` the values (1 + N, K), the untouched picture's first.

    Parameters
    ----------
    score : values of pictures, (N,) or (N, K)
    windowed : a quicker way to the same values, or None
    image, filling : (H, W, C)
    grids : boxes (N, 4) each; what ``windowed`` leaves is taken together
    batch : pictures a call of ``score`` at most

    Raises
    ------
    ValueError
        If there is another number of values than asked for, or one is not finite.

    """
    found = [_windowed(windowed, image, filling, grid) for grid in grids]
    left = [grid for grid, values in zip(grids, found, strict=True) if values is None]
    if left:
        every = np.concatenate([_UNTOUCHED, *left])
        pictures = _covered(image, filling, every)
        values = score_pictures(score, pictures, shape=image.shape, batch=even(len(every), batch))
        parts = iter(np.split(values[1:], np.cumsum([len(grid) for grid in left])[:-1]))
        found = [np.concatenate([values[:1], next(parts)]) if one is None else one for one in found]
    return [one.reshape(len(one), -1) for one in found if one is not None]


def _windowed(
    windowed: Windowed | None, image: Picture, filling: Picture, boxes: Boxes
) -> Values | None:
    asked = np.concatenate([_UNTOUCHED, boxes])
    values = windowed(image, filling, asked) if windowed else None
    return None if values is None else checked(values, len(asked))


def _covered(image: Picture, filling: Picture, boxes: Boxes) -> Iterator[Picture]:
    """Picture after picture with its box covered, all in one memory."""
    picture = image.copy()
    for top, left, bottom, right in boxes:
        box = np.s_[top:bottom, left:right]
        picture[box] = filling[box]
        yield picture
        picture[box] = image[box]
