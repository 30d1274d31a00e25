"""From a drive of the manifest to its frames, their angles, and which of them are held out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from generator import imaging
from generator.errors import SourceError
from generator.samples import Drive
from generator.science.blocks import Split, blocks
from generator.science.steering import road_part, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from generator.journeys import Journey
    from generator.samples import Arrays, Steps

    Read = Callable[[str, str, str], bytes]

SIZE = (66, 200)
"""Rows and columns of a frame, as PilotNet sees them."""

_GAP, _FAR = 10, 4
"""Frames between those that train and those held out; and as many deviations of the smoothing."""


def of_road(journey: Journey, drawn: Arrays, steps: Steps) -> Drive:
    """Return a synthetic drive, of the arrays that ``synthetic.drawn`` gives."""
    pictures, truth = drawn["pictures"], drawn["truth"]
    return Drive(
        degrees=np.asarray(drawn["degrees"], np.float64),
        split=_split(journey, np.arange(journey.frames)),
        digests=journey.digests,
        read=lambda index: np.asarray(pictures[index], np.uint8),
        truth=lambda index: np.unpackbits(truth[index], axis=1).astype(bool),
        steps=steps,
        synthetic=True,
    )


def of_log(journey: Journey, read: Read, steps: Steps) -> Drive:
    """Return the drive of a log; ``read`` gives the bytes of a file, as for an example."""

    def picture(index: int) -> NDArray[np.uint8] | None:
        moment = journey.moments[index]
        try:
            data = read(str(moment.file.path), moment.file.sha256, moment.name)
            return _road(imaging.decode(data, name=moment.name).image, journey.road)
        except SourceError:
            return None

    numbers = np.array([moment.number for moment in journey.moments])
    return Drive(
        degrees=_angles(journey, numbers),
        split=_split(journey, numbers),
        digests=journey.digests,
        read=picture,
        truth=lambda _: None,
        steps=steps,
        smoothing=journey.smoothing,
    )


def _road(picture: NDArray[np.uint8], shares: tuple[float, float]) -> NDArray[np.uint8]:
    """Return the part that shows the road, (66, 200, 3) uint8; of too flat a picture, all of it."""
    top, bottom = shares
    if round(top * len(picture)) >= round(bottom * len(picture)):
        top, bottom = 0.0, 1.0
    return road_part(picture, SIZE, top=top, bottom=bottom)


def _angles(journey: Journey, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the angle of each frame; what a camera at the side adds is not smoothed away."""
    aside = np.array([moment.aside for moment in journey.moments])
    steered = np.array([moment.degrees for moment in journey.moments]) - aside
    _, first = np.unique(numbers, return_index=True)
    smooth = steady(steered[first], deviation=journey.smoothing)
    return np.asarray(smooth[numbers] + aside, np.float64)


def _split(journey: Journey, numbers: NDArray[np.int64]) -> Split:
    """Return the sides of the frames; pictures of one moment are on one side.

    Raises
    ------
    SourceError
        If the drive is too short to be cut so.

    """
    gap = max(_GAP, math.ceil(_FAR * journey.smoothing))
    try:
        found = blocks(
            int(numbers[-1]) + 1, held_out=journey.held_out, blocks=journey.blocks, gap=gap
        )
    except ValueError as error:
        raise SourceError(f"the drive is too short to be split: {error}") from None
    return Split(
        np.flatnonzero(np.isin(numbers, found.train)),
        np.flatnonzero(np.isin(numbers, found.held_out)),
    )
