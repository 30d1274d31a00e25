"""The teaching of a steering network as a step that is kept: done once, whoever asks first."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import SourceError
from generator.science.blocks import Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.samples import Arrays, Drive
    from generator.science.lessons import Lesson


@dataclass(frozen=True, eq=False)
class Schooled:
    """A taught network, and how it came about.

    `weights` are the bytes of a ``.keras`` file whose output is radians. `history` (epochs, 2) are
    the mean absolute errors on frames that train and on held-out ones, in degrees. `train` and
    `held_out` number the frames that could be read, and `said` has the network's angle for each
    frame of the drive, in degrees; nan where it was not asked.
    """

    weights: bytes
    history: NDArray[np.float64]
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    said: NDArray[np.float64]


def school(drive: Drive, split: Split, lesson: Lesson) -> Schooled:
    """Return PilotNet, taught on the frames of ``drive`` that ``split`` names: kept, or made now.

    Raises
    ------
    SourceError
        If no frame that trains, or none that is held out, can be read.

    """
    causes = {"frames": _digest(drive, split), "taught": lesson.causes}
    kept = drive.steps.once(taught, causes, {"drive": drive, "split": split, "lesson": lesson})
    said = np.full(len(drive), np.nan)
    frames = kept["frames"]
    said[frames] = kept["said"]
    return Schooled(
        kept["weights"].tobytes(),
        kept["history"],
        split.train[np.isin(split.train, frames)],
        split.held_out[np.isin(split.held_out, frames)],
        said,
    )


def taught(drive: Drive, split: Split, lesson: Lesson, **_: Any) -> Arrays:
    """Return the arrays of a training: weights, history, the frames it could read, and angles."""
    from generator.models.steering_training import teach

    frames, pictures = _read(drive, split)
    seen = Split(
        np.flatnonzero(np.isin(frames, split.train)),
        np.flatnonzero(np.isin(frames, split.held_out)),
    )
    if not (seen.train.size and seen.held_out.size):
        raise SourceError(
            f"expected pictures to learn from and to test on, got {seen.train.size} and "
            f"{seen.held_out.size} that can be read, of {len(drive)}"
        )
    found = teach(pictures, drive.degrees[frames], seen, lesson)
    return {
        "weights": np.frombuffer(found.weights, np.uint8),
        "history": np.array([[epoch.train, epoch.held_out] for epoch in found.history]),
        "frames": frames,
        "said": found.predictions.astype(np.float64),
    }


def _read(drive: Drive, split: Split) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the numbers of the frames that can be read, and their pictures."""
    frames, pictures = [], []
    for frame in np.union1d(split.train, split.held_out):
        picture = drive.read(int(frame))
        if picture is not None:
            frames.append(int(frame))
            pictures.append(picture)
    if not frames:
        raise SourceError(f"none of the {len(drive)} pictures of the drive can be read")
    return np.array(frames), np.stack(pictures)


def _digest(drive: Drive, split: Split) -> str:
    """Return the hash of what the network is taught on, and of what it is tested on."""
    document = [
        drive.digests,
        drive.degrees.tolist(),
        split.train.tolist(),
        split.held_out.tolist(),
    ]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()
