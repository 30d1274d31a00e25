"""Values of many pictures from a network that takes them by batches of one size."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

Picture = NDArray[np.float32]
Values = NDArray[np.float64]
Score = Callable[[NDArray[np.float32]], NDArray[Any]]
"""From pictures (N, H, W, C) to one value each, (N,), or to several, (N, K)."""


def score_pictures(
    score: Score, pictures: Iterable[Picture], *, shape: tuple[int, ...], batch: int
) -> Values:
    """Return the values of the pictures, in their order, with one batch of them in memory.

    The last batch is filled up with its first picture, so that the network sees one shape only: a
    compiled one would compile again for another. Batches share their memory; a network may write
    into it but must not keep it.

    Parameters
    ----------
    score : the network
    pictures : at least one, each `shape`; read before the next is asked for, so that they too may
        share memory
    shape : (H, W, C)
    batch : pictures a call, at least 1

    Returns
    -------
    (N,) or (N, K) float64, as the network gives them

    Raises
    ------
    ValueError
        If the batch is less than 1, there is no picture, or the network gives another number of
        values than of pictures or a value that is not finite.

    """
    if batch < 1:
        message = f"a batch holds at least 1 picture, got {batch}"
        raise ValueError(message)
    remaining, found = iter(pictures), []
    room = np.empty((batch, *shape), np.float32)
    while count := _filled(room, islice(remaining, batch)):
        room[count:] = room[0]
        # The network may hand out memory that it will use again, hence the copy.
        found.append(checked(score(room), batch)[:count].copy())
        if count < batch:
            break
    if not found:
        message = "at least one picture was expected, got none"
        raise ValueError(message)
    return np.concatenate(found)


def even(count: int, batch: int) -> int:
    """Return the smallest batch that takes no more calls for `count` pictures than `batch` does.

    With it the last batch needs the least filling up, which costs as much as pictures do.
    """
    calls = -(-count // max(batch, 1))
    return min(batch, -(-count // max(calls, 1)))


def _filled(room: Picture, pictures: Iterable[Picture]) -> int:
    """Write the pictures into the room and count them."""
    count = 0
    for picture in pictures:
        room[count] = picture
        count += 1
    return count


def checked(values: NDArray[Any], batch: int) -> Values:
    """Return a network's values of ``batch`` pictures, (N,) or (N, K), as float64.

    Raises
    ------
    ValueError
        If there is another number of them, or one is not finite.

    """
    found = np.asarray(values, np.float64)
    if found.ndim not in {1, 2} or len(found) != batch:
        message = f"the network must give {batch} values, or {batch} rows of them, for {batch} "
        raise ValueError(message + f"pictures, got shape {found.shape}")
    if not np.isfinite(found).all():
        message = "the network must give finite values, got NaN or infinity"
        raise ValueError(message)
    return found
