"""The course of a synthetic road, how a car drives along it, and how its wheel should be turned.

The ground is flat. World coordinates are metres, x to the east and y to the north; headings are
radians, clockwise from north, so that a positive curvature turns right. A point beside the road is
given by `along`, metres of its middle line, and `aside`, metres to the right of that line.

The true angle is pure pursuit: the rear axle steers for the point of the lane's centre line that
lies AHEAD metres away. With x that point's distance to the right of the car's axis,

    angle = RATIO · atan(2 · WHEELBASE · x / AHEAD²)

which on a circle of radius R, driven in the middle of the lane, is RATIO · atan(WHEELBASE / R).

Source: Coulter, "Implementation of the pure pursuit path tracking algorithm", CMU-RI-TR-92-01,
1992.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AHEAD = 12.0
"""Metres to the point that the driver steers for."""
WHEELBASE = 2.7
"""Metres between the axles."""
RATIO = 15.0
"""Degrees of the steering wheel for one of the front wheels, as in an ordinary car."""

STEP = 0.5
"""Metres between samples of the middle line."""
LENGTH = 4000.0
"""Metres of road."""
MARGIN = 20.0
"""Metres of road behind the first place."""
SIGHT = 170.0
"""Metres of road that can be seen."""

_TRANSITION = 10.0
"""Standard deviation, in metres, of the blur that turns corners of the curvature into spirals."""
_REACH = 100
"""Metres to either side within which the road is looked for."""


@dataclass(frozen=True)
class Pose:
    """Where the camera stands and looks: metres along the road, east and north; radians."""

    along: float
    x: float
    y: float
    heading: float

    def place(self, x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return world points as metres to the right of the camera and ahead of it."""
        sine, cosine = math.sin(self.heading), math.cos(self.heading)
        east, north = x - self.x, y - self.y
        return east * cosine - north * sine, east * sine + north * cosine

    def world(self, right: NDArray[Any], ahead: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return points to the right of the camera and ahead of it as world points."""
        sine, cosine = math.sin(self.heading), math.cos(self.heading)
        return self.x + right * cosine + ahead * sine, self.y - right * sine + ahead * cosine


@dataclass(frozen=True, eq=False)
class Track:
    """A road's middle line, and the line that a car takes on it.

    Parameters
    ----------
    curvature, heading, x, y : (N,) float64, the middle line every STEP metres; 1/m, radians, m
    lane : metres from the middle line to the centre of the car's lane, negative to the left
    waves : (k, 3) float64: amplitude in m, length in m and phase of the waves that sum to the
        camera's distance to the right of its lane's centre
    speed : metres a second

    """

    curvature: Floats
    heading: Floats
    x: Floats
    y: Floats
    lane: float
    waves: Floats
    speed: float

    def point(self, along: Any, aside: Any) -> tuple[Any, Any, Any]:
        """Return the world points beside the road at `along` and `aside`, and its heading there."""
        grid = np.arange(self.x.size) * STEP
        x, y, heading = (np.interp(along, grid, line) for line in (self.x, self.y, self.heading))
        return x + aside * np.cos(heading), y - aside * np.sin(heading), heading

    def offset(self, along: float) -> tuple[float, float]:
        """Return how far the camera is to the right of its lane's centre, and the slope of that."""
        size, length, phase = self.waves.T
        angle = 2 * np.pi * along / length + phase
        slope = size * 2 * np.pi / length * np.cos(angle)
        return float((size * np.sin(angle)).sum()), float(slope.sum())

    def pose(self, seconds: float) -> Pose:
        """Return where the camera is after some seconds, looking where the car drives."""
        along = MARGIN + self.speed * seconds
        offset, slope = self.offset(along)
        aside = self.lane + offset
        x, y, heading = self.point(along, aside)
        bend = float(np.interp(along, np.arange(self.x.size) * STEP, self.curvature))
        return Pose(along, float(x), float(y), float(heading + math.atan2(slope, 1 - bend * aside)))

    def steering(self, pose: Pose) -> float:
        """Return the true angle of the steering wheel in degrees, positive to the right."""
        along = pose.along + np.arange(0, 2 * AHEAD, STEP)
        x, y, _ = self.point(along, self.lane)
        right, ahead = pose.place(x, y)
        distance = np.hypot(right, ahead)
        far = int(np.argmax(distance >= AHEAD))
        share = (AHEAD - distance[far - 1]) / (distance[far] - distance[far - 1])
        target = right[far - 1] + share * (right[far] - right[far - 1])
        return RATIO * math.degrees(math.atan(2 * WHEELBASE * float(target) / AHEAD**2))

    def beside(
        self, pose: Pose, right: NDArray[np.float32], ahead: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return where points of the ground lie beside the road.

        Parameters
        ----------
        pose : the camera's
        right, ahead : (h, w) float32, metres from the camera

        Returns
        -------
        along, aside and the road's heading against the camera's, each (h, w) float32; aside is
        infinite beyond SIGHT and far to the sides

        """
        first = max(0, int(pose.along / STEP) - round(MARGIN / STEP))
        part = slice(first, first + round((SIGHT + MARGIN) / STEP))
        middle = [line.astype(np.float32) for line in pose.place(self.x[part], self.y[part])]
        heading = (self.heading[part] - pose.heading).astype(np.float32)
        bend = self.curvature[part].astype(np.float32)
        sine, cosine = np.sin(heading), np.cos(heading)
        index = _nearest(middle[0], middle[1], right, ahead)
        # Each step goes along the tangent to the foot of the point, on a circle of that curvature.
        for _ in range(3):
            east, north = right - middle[0][index], ahead - middle[1][index]
            aside = east * cosine[index] - north * sine[index]
            rest = east * sine[index] + north * cosine[index]
            shift = rest / np.clip(1 - bend[index] * aside, 0.3, 3) / np.float32(STEP)
            index = np.clip(index + np.rint(shift).astype(np.int32), 0, bend.size - 1)
        east, north = right - middle[0][index], ahead - middle[1][index]
        rest = east * sine[index] + north * cosine[index]
        aside = east * cosine[index] - north * sine[index] - bend[index] * rest**2 / 2
        unseen = (np.abs(right) > _REACH) | (ahead > SIGHT) | (np.abs(rest) > 2 * STEP)
        along = np.float32(first * STEP) + index.astype(np.float32) * np.float32(STEP) + rest
        return along, np.where(unseen, np.float32(np.inf), aside), heading[index]


def lay(
    rng: np.random.Generator, *, lane: float, bends: float, wander: float, mirrored: bool
) -> Track:
    """Return a track of LENGTH metres: straights and arcs of 35 to 250 m radius, with spirals.

    Parameters
    ----------
    rng : decides the sections, the line that the car takes and its speed
    lane : metres from the middle line to the lane's centre, to the right
    bends : factor of the curvature; 0 is a straight road
    wander : factor of the camera's distance from the lane's centre; 0 is the centre itself
    mirrored : whether left and right are exchanged

    """
    count = round(LENGTH / STEP) + 1
    side = -1.0 if mirrored else 1.0
    curvature = side * bends * _sections(rng, count)
    heading = np.concatenate([[0.0], np.cumsum((curvature[1:] + curvature[:-1]) / 2 * STEP)])
    middle = (heading[1:] + heading[:-1]) / 2
    x = np.concatenate([[0.0], np.cumsum(np.sin(middle) * STEP)])
    y = np.concatenate([[0.0], np.cumsum(np.cos(middle) * STEP)])
    lengths = rng.uniform((40, 70, 120), (60, 110, 200))
    sizes = side * wander * np.array([0.12, 0.3, 0.35]) * rng.uniform(0.7, 1.3, 3)
    waves = np.stack([sizes, lengths, rng.uniform(0, 2 * np.pi, 3)], axis=1)
    return Track(curvature, heading, x, y, side * lane, waves, float(rng.uniform(10, 14)))


def _sections(rng: np.random.Generator, count: int) -> Floats:
    """Curvature of straights and arcs, with spirals between them, (count,)."""
    pieces: list[Floats] = []
    while sum(piece.size for piece in pieces) < count:
        radius = math.exp(rng.uniform(math.log(35), math.log(250)))
        sign = rng.choice([-1.0, 0.0, 1.0], p=[0.37, 0.26, 0.37])
        # A turn of more than a radian and a half hides what comes after it.
        longest = 80.0 if sign == 0 else min(80.0, 1.5 * radius)
        pieces.append(np.full(round(rng.uniform(0.5, 1) * longest / STEP), sign / radius))
    steps = np.concatenate(pieces)[None, :count]
    return np.asarray(cv2.GaussianBlur(steps, (0, 0), _TRANSITION / STEP)[0], np.float64)


def _nearest(
    x: NDArray[np.float32],
    z: NDArray[np.float32],
    right: NDArray[np.float32],
    ahead: NDArray[np.float32],
) -> NDArray[np.int32]:
    """Index of the sample of the line (x, z) nearest to each point, to about a metre.

    A distance transform of a plan, one cell a square metre, finds it for all points at once.
    """
    plan = np.full((round(SIGHT) + 1, 2 * _REACH + 1), 255, np.uint8)
    rows, columns = np.rint(z).astype(np.int32), np.rint(x).astype(np.int32) + _REACH
    inside = (rows >= 0) & (rows < plan.shape[0]) & (columns >= 0) & (columns < plan.shape[1])
    rows, columns = rows[inside], columns[inside]
    plan[rows, columns] = 0
    _, labels = cv2.distanceTransformWithLabels(
        plan, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    sample = np.zeros(int(labels.max()) + 1, np.int32)
    sample[labels[rows, columns]] = np.flatnonzero(inside)
    row = np.clip(np.rint(ahead), 0, plan.shape[0] - 1).astype(np.int32)
    column = np.clip(np.rint(right), -_REACH, _REACH).astype(np.int32) + _REACH
    return np.asarray(sample[labels[row, column]], np.int32)
