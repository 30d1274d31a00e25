"""A drive as it is: some of its frames, how far the wheel is turned, and what is held out."""

from typing import TYPE_CHECKING

from generator.content import Kind
from generator.technique import (
    Cell,
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Params,
    Result,
    Role,
    Score,
    Table,
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.samples import Drive

_SHOWN = 24
"""Frames on the sheet."""
_POINTS = 400
"""Points of a line over time."""
_ENLARGED = 3
"""How many times as high and wide the one large frame is."""


def run(drive: "Drive", _: Params) -> Result:
    """Return a sheet of frames with their wheels, the angle over time, and how often it is what."""
    import numpy as np

    from generator.science import steering_errors

    sheet, rows = _sheet(drive)
    places = steering_errors.thinned(len(drive), _POINTS)
    train, held_out = drive.split.train, drive.split.held_out
    size = np.abs(drive.degrees)
    panels = (
        Panel("picture", Role.PICTURE, _bend(drive)),
        Panel("frames", Role.PATCHES, sheet),
        Panel("angles", Role.CURVE, np.column_stack([places, drive.degrees[places]]).astype(float)),
        Panel("spread", Role.CURVE, steering_errors.histogram(drive.degrees, (train, held_out))),
    )
    scores = (
        Score("frames", len(drive)),
        Score("train", len(train)),
        Score("held-out", len(held_out)),
        Score("largest", float(size.max())),
        Score("straight", float(size[held_out].mean())),
    )
    tables = (Table("stretches", tuple(_stretches(drive))), Table("shown", tuple(rows)))
    return Result(panels, scores, tuple(_notes(drive)), tables)


def _sheet(drive: "Drive") -> tuple["NDArray[np.uint8]", list[tuple[Cell, ...]]]:
    """Return frames spread over the drive, with wheels, and which they are."""
    import numpy as np

    from generator.errors import SourceError
    from generator.science import steering, steering_errors

    pictures: list[NDArray[np.uint8]] = []
    rows: list[tuple[Cell, ...]] = []
    for frame in steering_errors.thinned(len(drive), _SHOWN).tolist():
        picture = drive.read(frame)
        if picture is not None:
            degrees = float(drive.degrees[frame])
            pictures.append(steering.wheel(picture, degrees))
            rows.append((str(frame), degrees, _side(drive, frame), float(len(rows))))
    if not pictures:
        raise SourceError(f"none of {_SHOWN} pictures spread over the drive can be read")
    return np.stack(pictures), rows


def _bend(drive: "Drive") -> "NDArray[np.uint8]":
    """Return the frame, large, that is steered most of those that can be read."""
    import numpy as np

    from generator.science.steering_pictures import steered

    for frame in np.argsort(-np.abs(drive.degrees), kind="stable").tolist():
        picture = drive.read(frame)
        if picture is not None:
            return steered(picture, float(drive.degrees[frame]), scale=_ENLARGED)
    raise AssertionError  # _sheet has read some


def _side(drive: "Drive", frame: int) -> str:
    if frame in drive.split.held_out:
        return "held out"
    return "train" if frame in drive.split.train else "between"


def _stretches(drive: "Drive") -> list[tuple[Cell, ...]]:
    """Return each stretch of frames on one side: from where to where, and how it is steered."""
    import numpy as np

    from generator.science.steering_errors import stretches

    rows: list[tuple[Cell, ...]] = []
    for side in (drive.split.train, drive.split.held_out):
        numbers = stretches(side)
        for number in range(int(numbers[-1]) + 1):
            frames = side[numbers == number]
            degrees = drive.degrees[frames]
            rows.append((
                f"{frames[0]} to {frames[-1]}", _side(drive, int(frames[0])), float(len(frames)),
                float(degrees.mean()), float(np.abs(degrees).mean()),
            ))  # fmt: skip
    return sorted(rows, key=lambda row: int(str(row[0]).split(" ", 1)[0]))


def _notes(drive: "Drive") -> list[str]:
    """Return what a reader must know of the drive."""
    import numpy as np

    notes = []
    if drive.synthetic:
        notes.append(
            "this drive is synthetic: a program drew its roads, and their geometry gives the angle"
        )
    if drive.smoothing:
        notes.append(f"the angles are smoothed over {drive.smoothing:g} frames, by a Gaussian")
    if not np.any(drive.degrees):
        notes.append("every angle is 0: there is nothing to learn but to drive straight on")
    between = len(drive) - len(drive.split.train) - len(drive.split.held_out)
    if between:
        notes.append(
            f"{between} frames next to held-out ones are not used, as neighbours look alike"
        )
    return notes


TECHNIQUE = Technique(
    id="drive",
    title="The drive",
    family=Family.SOURCE,
    summary="The frames as they came, with the angle of the steering wheel.",
    explanation=Explanation("The frames as they came, with their angles.", "", "", ""),
    papers=(),
    params=Params,
    run=run,
    legends={
        "picture": Legend("The sharpest bend", "The frame that is steered most. The mark at the "
                          "wheel's rim is at the top when one drives straight on."),
        "frames": Legend("Frames", "Spread over the drive, each with the wheel at its true angle."),
        "angles": Legend(
            "The angle over time", "Positive is to the right. Blocks of time are held out, for "
            "neighbouring frames look alike.", x="frame", y="angle, °", series=("true angle",),
        ),
        "spread": Legend(
            "How often each angle occurs", "A drive that is mostly straight teaches little else; "
            "both sides should look alike.", x="angle, °", y="frames",
            series=("learned from", "held out"),
        ),
    },
    highlight="picture",
    metrics={
        "frames": Metric("Frames", "of the drive", digits=0),
        "train": Metric("To learn from", "frames that a network sees", digits=0),
        "held-out": Metric("Held out", "frames it is tested on", digits=0),
        "largest": Metric("Largest angle", "to either side", "°", 1),
        "straight": Metric("Error of driving straight", "mean angle, whichever side, of the "
                           "held-out frames: what always saying 0 is off by", "°", 2),
    },
    tables={
        "stretches": TableLegend(
            "What is learned from, and what is held out",
            "Whole blocks of time are held out, away from what is learned from.",
            (
                Metric("Frames", "from the first to the last"),
                Metric("Side", "whether a network learns from them"),
                Metric("How many", "frames", digits=0),
                Metric("Mean angle", "positive to the right", "°", 1),
                Metric("Mean size", "of the angle, whichever side", "°", 1),
            ),
            folded=True,
        ),
        "shown": TableLegend(
            "The frames above", "Which frames are shown, and how each is steered.",
            (
                Metric("Frame", "its number"),
                Metric("Angle", "true, positive to the right", "°", 1),
                Metric("Side", "whether a network learns from it"),
                Metric("Place", "among the frames shown, from 0", digits=0),
            ),
            folded=True,
        ),
    },
    libraries=("numpy", "scipy", "opencv-python-headless"),
    accepts=frozenset({Kind.DRIVE}),
)  # fmt: skip
