"""A video as a technique is given it: the frames of a file, or of a road that is drawn."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import SourceError, StoreError
from generator.samples import Footage, Sample
from generator.videos import SYNTHETIC, road

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content import Clip, Item

_ROAD_SIZE = (198, 600)
"""Rows and columns of a drawn frame: three times what a network of the road sees."""


def footage(item: Item, space: Path) -> Footage:
    """Return the frames of the video ``item``; films are written into the folder ``space``.

    Raises
    ------
    SourceError
        If there is no video, or it cannot be read.
    StoreError
        If the file is not the one that was planned for.

    """
    if item.clip is None or item.problem:
        raise SourceError(item.problem or f"{item.id}: expected a video")
    if item.source.startswith(SYNTHETIC):
        return _drawn(item.source, item.clip, space)
    if item.file is None:
        raise SourceError(f"{item.id}: expected a video, got no file")
    _check(item.file.path, item.file.sha256)
    return _read(item.file.path, Path(item.source).name, item.clip, space)


def _check(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror}") from error
    if found != sha256:
        raise StoreError(f"{path.name} changed while the gallery was being built; build again")


def _read(path: Path, name: str, clip: Clip, space: Path) -> Footage:
    from generator import imaging_video

    reading = imaging_video.read(path, clip, name=name)

    def read() -> Iterator[Sample]:
        return (Sample(image) for image in reading)

    return Footage(
        reading.size, reading.rate, reading.expected, read, lambda: tuple(reading.notes), space
    )


def _drawn(source: str, clip: Clip, space: Path) -> Footage:
    from generator.science.road import RATE, Road

    drawn = Road(road(source), _ROAD_SIZE)
    count = int(drawn.seconds * RATE)
    numbers = range(clip.first, count, clip.every)
    numbers = numbers[: clip.frames] if clip.frames else numbers
    if not numbers:
        raise SourceError(
            f"{source}: expected a first frame below {count}, which is how many there are, got "
            f"{clip.first}"
        )

    def read() -> Iterator[Sample]:
        for number in numbers:
            frame = drawn.frame(number / RATE)
            yield Sample(frame.picture, frame.truth, degrees=frame.degrees)

    return Footage(_ROAD_SIZE, Fraction(RATE, clip.every), len(numbers), read, tuple, space)
