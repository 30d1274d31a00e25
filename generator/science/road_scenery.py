"""What lies and stands along a synthetic road: lines, ground, hills, trees and other cars.

Nothing here has a say in the steering. Trees stand off the road. Cars ahead and oncoming cars keep
to the road, so where one is seen tells which way the road goes; parked cars take that back: they
stand where the road would be if it turned the other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.science.road_look import PAINTS, SEASONS, ridge, tile
from generator.science.road_track import LENGTH, MARGIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.science.road_look import Colour
    from generator.science.road_track import Pose, Track

LANES = (1.65, 1.85)
"""Metres from the road's middle to the centre of a lane, from narrow to wide."""

_WHITE, _YELLOW = (238, 238, 232), (226, 186, 66)
_BUSHES = 6
"""The first kind of tree that is a bush."""
_PARKED = 160
"""Cars beside the road: so many that they weigh against those on it."""
_CLEAR = 7.0
"""Metres around the road's middle where nothing stands."""


@dataclass(frozen=True)
class Line:
    """A painted line: metres right of the middle, metres wide, and of each period what is paint."""

    aside: float
    width: float
    period: float
    painted: float
    colour: Colour


@dataclass(frozen=True, eq=False)
class Scenery:
    """All that is seen along a road.

    Parameters
    ----------
    season : index into SEASONS
    side : -1 where left and right are exchanged, else 1
    lane, edge, gravel : metres from the middle to the lane's centre, to the edge of the asphalt,
        and from there to the grass
    lines : the paint
    tiles : (4, TILE, TILE) float32 noise, from fine to coarse
    ridges : (2, 1024) float32, hills far and near
    trees : (n, 4) float64: x, y, kind, height in m
    cars : (m, 5) float64: metres along the road at first, metres a second, metres to the right of
        the middle, paint, and whether the front is seen
    light : factor of all light; shadows : where noise above this throws a shadow
    ahead : the mean distance in m of a car that drives ahead, and its phase; None without

    """

    season: int
    side: float
    lane: float
    edge: float
    gravel: float
    lines: tuple[Line, ...]
    tiles: NDArray[np.float32]
    ridges: NDArray[np.float32]
    trees: NDArray[np.float64]
    cars: NDArray[np.float64]
    light: float
    shadows: float
    ahead: tuple[float, float] | None

    def traffic(self, seconds: float, pose: Pose) -> NDArray[np.float64]:
        """Return along, aside, paint and front of every car at a time, (m, 4)."""
        along = self.cars[:, 0] + seconds * self.cars[:, 1]
        cars = np.column_stack([along, self.cars[:, 2:]])
        if self.ahead:
            mean, phase = self.ahead
            gap = mean * (1 + 0.6 * np.sin(0.09 * seconds + phase))
            first = self.cars[:1, 3] if len(self.cars) else np.zeros(1)
            leader = [pose.along + gap, self.side * self.lane, float(first[0]), 0.0]
            cars = np.vstack([cars, leader])
        return np.asarray(cars[(cars[:, 0] > 0) & (cars[:, 0] < LENGTH)])


def furnish(
    rng: np.random.Generator, track: Track, *, lane: float, mirrored: bool, cars: bool
) -> Scenery:
    """Return a scenery for `track`, whose lane's centre is `lane` metres right of the middle."""
    side = -1.0 if mirrored else 1.0
    edge = 2 * lane + float(rng.uniform(0.25, 0.7))
    tiles = np.stack([tile(rng, blur) for blur in (0.7, 1.2, 2.0, 3.0)])
    ridges = np.stack([ridge(rng, 3), ridge(rng, 20)])
    return Scenery(
        season=int(rng.integers(len(SEASONS))),
        side=side,
        lane=lane,
        edge=edge,
        gravel=float(rng.uniform(0.4, 1.6)),
        lines=_lines(rng, lane, side),
        tiles=tiles,
        ridges=ridges,
        light=float(rng.uniform(0.84, 1.08)),
        shadows=float(rng.uniform(0.5, 2.2)),
        trees=_trees(rng, track, side),
        # Cars come last, or a road without them would be another road.
        ahead=(float(rng.uniform(28, 46)), float(rng.uniform(0, 2 * np.pi))) if cars else None,
        cars=_cars(rng, track, lane, side) if cars else np.zeros((0, 5)),
    )


def _lines(rng: np.random.Generator, lane: float, side: float) -> tuple[Line, ...]:
    """Paint of one of four countries: the middle dashed, solid or double; edges solid or dashed."""
    middle = _YELLOW if rng.random() < 0.35 else _WHITE  # noqa: PLR2004 - a weighted coin
    width = float(rng.uniform(0.12, 0.17))
    period = float(rng.choice([9.0, 12.0]))
    kind = int(rng.integers(4))
    if kind == 0:
        lines = [Line(-0.13, width, 1, 1, middle), Line(0.13, width, 1, 1, middle)]
    elif kind == 1:
        lines = [Line(0.0, width, 1, 1, middle)]
    else:
        lines = [Line(0.0, width, period, period / 3, middle)]
    dashed = rng.random() < 0.25  # noqa: PLR2004 - a weighted coin
    for edge in (-2 * lane, 2 * lane):
        painted = 3.0 if dashed else 6.0
        lines.append(Line(edge, width, 6.0, painted, _WHITE))
    return tuple(Line(side * n.aside, n.width, n.period, n.painted, n.colour) for n in lines)


def _trees(rng: np.random.Generator, track: Track, side: float) -> NDArray[np.float64]:
    """Trees in groves of varying density, none on the road, (n, 4)."""
    count = 1700
    along = np.sort(rng.uniform(0, LENGTH, count))
    aside = rng.choice([-1.0, 1.0], count) * (_CLEAR + 42 * rng.uniform(0, 1, count) ** 1.6)
    groves = np.sin(along / 37 + rng.uniform(0, 6)) + np.sin(along / 91 + rng.uniform(0, 6))
    kept = groves * np.sign(aside) + rng.normal(0, 0.8, count) > -0.6  # noqa: PLR2004 - density
    wood = np.sin(along / 110 + rng.uniform(0, 6)) + 0.5 * np.sin(along / 23) > 0
    kind = rng.integers(0, 4, count) + 4 * (wood ^ (rng.random(count) < 0.2))  # noqa: PLR2004
    low = rng.uniform(0.8, 2.2, count)
    height = np.where(kind >= _BUSHES, low, rng.uniform(4.5, 11, count))
    x, y, _ = track.point(along, side * aside)
    rows = np.column_stack([x, y, kind, height])
    return np.asarray(rows[kept & _off_road(track, along, x, y)])


def _off_road(
    track: Track, along: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether points come nowhere near the road, which may turn back to them, (n,) bool."""
    near = np.clip(along[:, None] + np.arange(-160, 161, 4), 0, LENGTH)
    east, north, _ = track.point(near, 0.0)
    return np.asarray(np.hypot(east - x[:, None], north - y[:, None]).min(axis=1) > _CLEAR - 1)


def _cars(rng: np.random.Generator, track: Track, lane: float, side: float) -> NDArray[np.float64]:
    """Oncoming cars, and parked ones that say the opposite of what those say, (m, 5)."""
    count = 60
    start = MARGIN + np.cumsum(rng.uniform(90, 250, count))
    paint = rng.integers(0, len(PAINTS), (2, _PARKED)).astype(float)
    jitter = rng.uniform(-0.3, 0.3, count)
    coming = np.column_stack(
        [start, np.full(count, -11.0), side * (jitter - lane), paint[0, :count], np.ones(count)]
    )
    seen = np.linspace(MARGIN, LENGTH - 200, _PARKED) + rng.uniform(0, 20, _PARKED)
    ahead, spread = rng.uniform(25, 75, _PARKED), rng.uniform(-1, 1, _PARKED)
    parked = np.zeros((_PARKED, 5))
    for index in range(_PARKED):
        pose = track.pose((seen[index] - MARGIN) / track.speed)
        x, y, _ = track.point(pose.along + ahead[index], 0.0)
        right, _ = pose.place(np.asarray(x), np.asarray(y))
        opposite = -2 * float(right) + side * 9 * float(spread[index])
        aside = opposite if abs(opposite) > _CLEAR else float(np.copysign(_CLEAR, opposite))
        front = aside * side < 0
        parked[index] = (pose.along + ahead[index], 0, aside, paint[1, index], front)
    x, y, _ = track.point(parked[:, 0], parked[:, 2])
    return np.vstack([coming, parked[_off_road(track, parked[:, 0], x, y)]])
