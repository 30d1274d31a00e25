"""The synthetic road by seed and frame: which road a frame is on, and how it is drawn.

Frame 250 of the drive of seed 3 is always the same frame, however long the drive is. Nothing heavy
is loaded before something is drawn: a build with nothing to do reads this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.science.road import Frame

FRAMES = 2000
"""Frames of a drive where nobody says how many."""
EACH = 100
"""Frames on one road, ten seconds of it, before the next begins."""
ROADS = 1000
"""Roads that belong to one seed."""
SIZE = (198, 600)
"""Rows and columns of a still: three times what a network sees, to be looked at."""

_CHUNK = 8
"""Bits of truth to a byte."""


def still(seed: int, number: int, size: tuple[int, int]) -> Frame:
    """Return frame ``number`` of the drive of ``seed``, at ``size`` (H, W)."""
    from generator.science.road import RATE, Road

    return Road(seed * ROADS + number // EACH, size).frame(number % EACH / RATE)


def drawn(seed: int, frames: int) -> dict[str, NDArray[np.generic]]:
    """Return the frames of a drive.

    Returns
    -------
    pictures : (n, 66, 200, 3) uint8
    degrees : (n,) float64, positive to the right
    truth : (n, 66, 25) uint8, what should decide, eight pixels of a row to a byte

    """
    import numpy as np

    from generator.science.road import RATE, SIZE, Road

    pictures = np.empty((frames, *SIZE, 3), np.uint8)
    truth = np.empty((frames, SIZE[0], SIZE[1] // _CHUNK), np.uint8)
    degrees = np.empty(frames)
    for number in range(frames):
        if number % EACH == 0:
            road = Road(seed * ROADS + number // EACH)
        frame = road.frame(number % EACH / RATE)
        pictures[number], degrees[number] = frame.picture, frame.degrees
        truth[number] = np.packbits(frame.truth, axis=1)
    return {"pictures": pictures, "degrees": degrees, "truth": truth}


def mask(truth: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return what should decide in one frame, (66, 200) bool, from its bytes."""
    import numpy as np

    return np.unpackbits(truth, axis=1).astype(bool)
