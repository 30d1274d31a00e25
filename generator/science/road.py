"""A synthetic road to learn steering on, drawn frame by frame, whose truth is known exactly.

A road is all that a seed says: its course, its country, season and light, the line that the camera
takes, and the other cars. The same seed gives the same bytes. What should decide, the edges and the
paint of the road, is marked in every frame; the angle follows from geometry alone (`road_track`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from generator.science import road_drawing as drawing
from generator.science import road_look as look
from generator.science.road_scenery import LANES, Scenery, furnish
from generator.science.road_track import LENGTH, MARGIN, SIGHT, Track, lay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from generator.science.road_track import Pose

    Floats = NDArray[np.float32]

SIZE = (66, 200)
"""Rows and columns of a frame, as PilotNet sees them."""
RATE = 10
"""Frames a second."""

_ROADS = 1000
"""Roads that belong to one seed of a drive."""
_NEAR, _TREES, _CARS = 3.5, 115.0, 70.0
"""Metres from which things are drawn, and up to which trees and cars are."""
_RISING = 10.0
"""Metres before that limit within which a thing comes out of the haze."""
_HIDDEN = 0.5
"""How much of a pixel a thing must cover to hide what is behind it."""
_LONG = 60.0
"""Metres within which things throw a shadow that can be seen."""


@dataclass(frozen=True, eq=False)
class Frame:
    """What the camera saw, (H, W, 3) uint8 RGB; the angle in degrees; what decides, (H, W) bool."""

    picture: NDArray[np.uint8]
    degrees: float
    truth: NDArray[np.bool_]


@dataclass(frozen=True)
class Road:
    """A road of four kilometres, the drive along it, and all that is seen on the way.

    Parameters
    ----------
    seed : at least 0; decides everything else
    size : (H, W) of the frames in pixels, at least (32, 96); the field of view across stays
    bends : factor of the curvature, 0 to 1; 0 is straight
    wander : factor of the camera's way off the centre of its lane, 0 to 1.5; 0 is always centred
    cars : whether there are others
    mirrored : whether left and right are exchanged, traffic rules and all

    Raises
    ------
    ValueError
        If one of these is out of its range.

    """

    seed: int
    size: tuple[int, int] = SIZE
    bends: float = 1.0
    wander: float = 1.0
    cars: bool = True
    mirrored: bool = False

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"a seed of at least 0 was expected, got {self.seed}")
        if self.size[0] < 32 or self.size[1] < 96:  # noqa: PLR2004 - as the docstring says
            raise ValueError(f"a size of at least (32, 96) was expected, got {self.size}")
        if not (0 <= self.bends <= 1 and 0 <= self.wander <= 1.5):  # noqa: PLR2004 - as above
            raise ValueError(
                f"bends in [0, 1] and wander in [0, 1.5] were expected, got {self.bends} and "
                f"{self.wander}"
            )

    @property
    def seconds(self) -> float:
        """How long the drive takes."""
        return (LENGTH - MARGIN - SIGHT - 10) / self.track.speed

    @cached_property
    def track(self) -> Track:
        """The course, and the camera's line on it."""
        return lay(
            np.random.default_rng((self.seed, 1)),
            lane=self._lane,
            bends=self.bends,
            wander=self.wander,
            mirrored=self.mirrored,
        )

    @cached_property
    def scenery(self) -> Scenery:
        """What lies and stands along the road."""
        rng = np.random.default_rng((self.seed, 2))
        return furnish(rng, self.track, lane=self._lane, mirrored=self.mirrored, cars=self.cars)

    @property
    def _lane(self) -> float:
        return float(np.random.default_rng((self.seed, 0)).uniform(*LANES))

    def degrees(self, seconds: float) -> float:
        """Return the true angle of the wheel after some seconds, positive to the right."""
        return self.track.steering(self._pose(seconds))

    def frame(self, seconds: float) -> Frame:
        """Return what is seen after some seconds of driving.

        Raises
        ------
        ValueError
            If the road does not last so long.

        """
        pose = self._pose(seconds)
        camera = drawing.Camera(self.size)
        land, truth = drawing.ground(camera, pose, self.track, self.scenery)
        sky = drawing.above(camera, pose, self.scenery)
        canvas = np.concatenate([sky, land])
        marks = np.concatenate([np.zeros(sky.shape[:2], bool), truth])
        for thing in sorted(self._things(seconds, pose), key=lambda thing: -thing.ahead):
            _draw(camera, canvas, marks, thing, self.scenery)
        exposure = self.scenery.light * (1 + 0.1 * math.sin(0.31 * seconds + self.seed))
        canvas *= np.array(look.SEASONS[self.scenery.season].sun, np.float32) * exposure
        picture = np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
        return Frame(picture, self.track.steering(pose), marks)

    def _pose(self, seconds: float) -> Pose:
        if not 0 <= seconds <= self.seconds:
            raise ValueError(f"0 to {self.seconds:.1f} seconds were expected, got {seconds}")
        return self.track.pose(seconds)

    def _things(self, seconds: float, pose: Pose) -> list[_Thing]:
        """All trees and cars that are before the camera and near enough."""
        scenery, found = self.scenery, []
        shapes = look.trees(scenery.season)
        right, ahead = pose.place(scenery.trees[:, 0], scenery.trees[:, 1])
        for index in _seen(right, ahead, _TREES):
            _, _, kind, height = scenery.trees[index]
            levels = shapes[int(kind)]
            found.append(_Thing(right[index], ahead[index], height, levels, _TREES, lit=True))
        cars = scenery.traffic(seconds, pose)
        x, y, _ = self.track.point(cars[:, 0], cars[:, 1])
        right, ahead = pose.place(x, y)
        for index in _seen(right, ahead, _CARS):
            levels = look.car(int(cars[index, 2]), front=bool(cars[index, 3]))
            found.append(_Thing(right[index], ahead[index], 1.45, levels, _CARS, lit=False))
        return found


@dataclass(frozen=True, eq=False)
class _Thing:
    """A shape on the ground: metres to the right, ahead, high, and from where it is out of sight.

    `lit` is whether its picture has a bright and a dark side.
    """

    right: float
    ahead: float
    height: float
    levels: tuple[Floats, ...]
    limit: float
    lit: bool

    @property
    def solid(self) -> float:
        """How far the thing has come out of the haze, 0 to 1."""
        return min(1.0, (self.limit - self.ahead) / _RISING)


def drive(
    frames: int, seed: int, *, tracks: int = 8, size: tuple[int, int] = SIZE
) -> Iterator[Frame]:
    """Yield the frames of a drive, RATE a second, track after track.

    Parameters
    ----------
    frames : at least 1
    seed : at least 0; tracks of different seeds have nothing in common
    tracks : on how many roads, up to 1000; each has an equal part of the frames, contiguous in time
    size : (H, W) of the frames

    Raises
    ------
    ValueError
        If there are fewer frames than tracks, or more than the roads are long.

    """
    if not 1 <= tracks <= min(frames, _ROADS):
        raise ValueError(f"1 to {_ROADS} tracks and a frame for each were expected, got {frames} "
                         f"frames and {tracks} tracks")  # fmt: skip
    starts = [index * frames // tracks for index in range(tracks + 1)]
    for index in range(tracks):
        road = Road(seed * _ROADS + index, size)
        for number in range(starts[index + 1] - starts[index]):
            yield road.frame(number / RATE)


def _seen(right: NDArray[np.float64], ahead: NDArray[np.float64], limit: float) -> NDArray[np.intp]:
    return np.flatnonzero((ahead > _NEAR) & (ahead < limit) & (np.abs(right) < 0.7 * ahead + 5))


def _draw(
    camera: drawing.Camera,
    canvas: Floats,
    marks: NDArray[np.bool_],
    thing: _Thing,
    scenery: Scenery,
) -> None:
    """Draw a thing and its shadow, and take from `marks` what it hides."""
    column, row, scale = camera.project(thing.right, thing.ahead)
    tall = thing.height * scale
    wide = tall * thing.levels[0].shape[1] / thing.levels[0].shape[0]
    flat = max(1.5, 0.16 * wide)
    shadow = (column - 0.6 * wide, row - flat / 2, 1.2 * wide, flat)
    hidden = 1 - math.exp(-thing.ahead / drawing.HAZE)
    fade = np.array([*look.SEASONS[scenery.season].horizon, hidden], np.float32)
    if thing.ahead < _LONG:
        drawing.paste(canvas, look.shadow(), shadow, fade=fade)
    box = (column - wide / 2, row - tall, wide, tall)
    mirrored = thing.lit and scenery.side < 0
    found = drawing.paste(
        canvas, thing.levels, box, mirrored=mirrored, fade=fade, solid=thing.solid
    )
    if found:
        place, cover = found
        marks[place] &= cover < _HIDDEN
