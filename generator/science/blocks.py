"""Frames that train and frames that test, apart in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Split:
    """Which frames train and which are held out, each (n,) int64, ascending."""

    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def blocks(count: int, *, held_out: float = 0.2, blocks: int = 10, gap: int = 10) -> Split:
    """Return frames that train and frames that are held out, in contiguous blocks of time.

    Neighbouring frames look alike, so that a split by frames would show a network what it is then
    tested on. The drive is cut into `blocks` equal parts, of which some, evenly spread, are held
    out; and of the parts that train, frames nearer than `gap` to a held-out one are dropped.

    Parameters
    ----------
    count : frames of the drive
    held_out : share of the blocks that is held out, in (0, 1); at least one is, and one is not
    blocks : at least 2
    gap : frames between the last that trains and the first that is held out, at least 0

    Raises
    ------
    ValueError
        If these are out of range, or the drive is too short for them.

    """
    if not (0 < held_out < 1 and 2 <= blocks <= count and gap >= 0):  # noqa: PLR2004 - one of each
        raise ValueError(
            "a share in (0, 1), 2 blocks or more, a frame for each and a gap of 0 or more were "
            f"expected, got held_out={held_out}, blocks={blocks}, count={count}, gap={gap}"
        )
    held = min(max(1, round(held_out * blocks)), blocks - 1)
    chosen = [int((index + 0.5) * blocks / held) for index in range(held)]
    block = np.arange(count) * blocks // count
    out = np.isin(block, chosen)
    near = np.convolve(out, np.ones(2 * gap + 1), "full")[gap : gap + count] > 0
    train = np.flatnonzero(~near)
    if not train.size:
        raise ValueError(f"{count} frames in {blocks} blocks leave none between gaps of {gap}")
    return Split(train.astype(np.int64), np.flatnonzero(out).astype(np.int64))
