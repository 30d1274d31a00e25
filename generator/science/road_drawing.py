"""A synthetic road as a camera sees it: every pixel below the horizon is looked up on the ground.

The camera stands HEIGHT metres above the flat ground, looks PITCH radians down, and sees FIELD
radians from left to right; pixels are square, and taller pictures see more above and below.
Edges are drawn by how much of a pixel they cover, so that nothing is jagged at any size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from generator.science.road_look import SEASONS, TILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.science.road_scenery import Line, Scenery
    from generator.science.road_track import Pose, Track

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]

HEIGHT = 1.4
PITCH = math.radians(5.2)
FIELD = math.radians(70)

CLEAR = 60.0
"""Metres within which edges and lines count as seen: farther off they are less than a pixel."""

_FAR = 400.0
HAZE = 190.0
"""Metres after which 1/e of a colour is left."""
_EDGE = 0.12
"""Metres to either side of the edge of the asphalt that belong to it."""


@dataclass(frozen=True)
class Camera:
    """A pinhole camera with pictures of `size` (H, W)."""

    size: tuple[int, int]

    @property
    def focal(self) -> float:
        """Pixels to a radian, at the centre of the picture."""
        return self.size[1] / 2 / math.tan(FIELD / 2)

    @property
    def horizon(self) -> float:
        """The horizon's distance in pixels from the picture's upper edge."""
        return self.size[0] / 2 - self.focal * math.tan(PITCH)

    def project(self, right: float, ahead: float, up: float = 0.0) -> tuple[float, float, float]:
        """Return column, row and pixels to a metre of a point before the camera, in metres."""
        below = HEIGHT - up
        depth = ahead * math.cos(PITCH) + below * math.sin(PITCH)
        drop = below * math.cos(PITCH) - ahead * math.sin(PITCH)
        scale = self.focal / depth
        return self.size[1] / 2 + scale * right, self.size[0] / 2 + scale * drop, scale


@lru_cache(maxsize=4)
def _rays(camera: Camera) -> tuple[int, Floats, Floats]:
    """Return the first row that sees ground, and what its pixels see: metres right and ahead."""
    height, width = camera.size
    first = max(0, math.ceil(camera.horizon - 0.5 + 1e-6))
    down = ((np.arange(first, height) + 0.5 - height / 2) / camera.focal)[:, None]
    side = ((np.arange(width) + 0.5 - width / 2) / camera.focal)[None, :]
    drop = math.sin(PITCH) + down * math.cos(PITCH)
    scale = np.minimum(HEIGHT / drop, _FAR)
    ahead = np.broadcast_to(scale * (math.cos(PITCH) - down * math.sin(PITCH)), (len(down), width))
    return first, (scale * side).astype(np.float32), ahead.astype(np.float32)


def ground(camera: Camera, pose: Pose, track: Track, scenery: Scenery) -> tuple[Floats, Mask]:
    """Return what is seen of the ground.

    Returns
    -------
    (h, W, 3) float32, RGB of the picture's last h rows; and (h, W) bool, paint and edges of the
    asphalt within CLEAR, at least a pixel wide

    """
    _, right, ahead = _rays(camera)
    along, aside, heading = track.beside(pose, right, ahead)
    across, lengthwise, deep = _reach(camera, right, ahead, heading)
    x, y = pose.world(right, ahead)
    noise = _noises(scenery, np.float32(scenery.side) * x, y, deep)
    colour = _land(scenery, aside, noise)
    road = np.abs(aside)
    _blend(colour, SEASONS[scenery.season].gravel, 1 + 0.1 * noise[0] + 0.05 * noise[1],
           _cover(scenery.edge + scenery.gravel + 0.2 * noise[1] - road, across))  # fmt: skip
    worn = np.exp(-(((np.abs(road - scenery.lane) - 0.75) / 0.35) ** 2))
    grain = 1 + 0.05 * noise[0] + 0.04 * noise[1] + 0.03 * noise[2] - 0.07 * worn
    _blend(colour, SEASONS[scenery.season].asphalt, grain, _cover(scenery.edge - road, across))
    truth = np.abs(road - scenery.edge) <= np.maximum(_EDGE, across / 2)
    for line in scenery.lines:
        paint = _paint(line, along, aside, across, lengthwise)
        _blend(colour, line.colour, 1 + 0.03 * noise[0], paint * (0.86 + 0.07 * noise[1]))
        truth |= _is_paint(line, along, aside, across)
    colour *= _shadow(scenery, along, aside, ahead, noise)[:, :, None]
    far = np.array(SEASONS[scenery.season].horizon, np.float32)
    colour = far + (colour - far) * np.exp(-np.minimum(ahead, 150) / np.float32(HAZE))[:, :, None]
    return colour, truth & (ahead < CLEAR)


def _reach(
    camera: Camera, right: Floats, ahead: Floats, heading: Floats
) -> tuple[Floats, Floats, Floats]:
    """Metres that a pixel sees across the road, along it, and ahead."""
    sine, cosine, slope = np.sin(heading), np.cos(heading), right / ahead
    wide, deep = ahead / camera.focal, ahead**2 / (HEIGHT * camera.focal)
    # One column on is `wide` to the right; one row up is `deep` ahead, and further to the side.
    across = np.hypot(cosine * wide, (cosine * slope - sine) * deep)
    return across, np.hypot(sine * wide, (sine * slope + cosine) * deep), deep


def above(camera: Camera, pose: Pose, scenery: Scenery) -> Floats:
    """Return sky and hills, (h, W, 3) float32, for the rows down to the first that sees ground."""
    season = SEASONS[scenery.season]
    first = _rays(camera)[0]
    rows = np.arange(first, dtype=np.float32)[:, None] + np.float32(0.5)
    side = (np.arange(camera.size[1]) + 0.5 - camera.size[1] / 2) / camera.focal
    bearing = scenery.side * (pose.heading + np.arctan(side))
    rise = ((camera.horizon - rows) / camera.focal).astype(np.float32)
    share = np.clip(rise / 0.5, 0, 1)[:, :, None] ** np.float32(0.6)
    horizon, zenith = np.array(season.horizon, np.float32), np.array(season.zenith, np.float32)
    colour = np.repeat(horizon + (zenith - horizon) * share, camera.size[1], axis=1)
    distance = 1 / np.maximum(rise, 0.02)
    cloud = _lookup(scenery.tiles[3], 12 * distance * np.sin(bearing).astype(np.float32)[None, :],
                    4 * distance * np.cos(bearing).astype(np.float32)[None, :])  # fmt: skip
    _blend(colour, (250, 248, 246), np.float32(1),
           np.clip(0.5 * cloud - 0.1, 0, 0.75) * np.clip(rise / 0.12, 0, 1))  # fmt: skip
    for profile, tall, hazy, tint in (
        (0, 0.11, 0.62, season.hills),
        (1, 0.03, 0.3, season.leaves[0]),
    ):
        steps = bearing / (2 * np.pi) * 1024
        height = np.interp(steps, np.arange(1024), scenery.ridges[profile], period=1024)
        top = camera.horizon - camera.focal * tall * (0.15 + height)
        hill = np.array(tint, np.float32) * (1 - hazy) + horizon * hazy
        _blend(
            colour, hill, np.float32(1), np.clip(rows + 0.5 - top[None, :].astype(np.float32), 0, 1)
        )
    return colour


def paste(
    canvas: Floats,
    levels: tuple[Floats, ...],
    box: tuple[float, float, float, float],
    *,
    mirrored: bool = False,
    fade: Floats,
    solid: float = 1.0,
) -> tuple[tuple[slice, slice], Floats] | None:
    """Draw a shape on `canvas` (H, W, 3) and return where, and how much it covers there.

    Parameters
    ----------
    canvas : is written to
    levels : the shape as pictures of halving size
    box : left, top, width and height in pixels; None is returned where it is out of the picture
    mirrored : whether left and right of the shape are exchanged
    fade : RGB of the haze and its share, (4,) float32
    solid : factor of how much the shape covers

    """
    left, top, width, height = box
    lo, hi = max(0, math.floor(left)), min(canvas.shape[1], math.ceil(left + width))
    up, low = max(0, math.floor(top)), min(canvas.shape[0], math.ceil(top + height))
    if lo >= hi or up >= low:
        return None
    finest = levels[0].shape[0]
    level = int(np.clip(math.floor(math.log2(max(finest / height, 1))), 0, len(levels) - 1))
    shape = levels[level]
    across, down = shape.shape[1] / width, shape.shape[0] / height
    start = (lo + 0.5 - left) * across - 0.5
    if mirrored:
        start, across = shape.shape[1] - 1 - start, -across
    matrix = np.array([[across, 0, start], [0, down, (up + 0.5 - top) * down - 0.5]])
    drawn = cv2.warpAffine(
        shape, matrix, (hi - lo, low - up), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    drawn *= np.float32(solid)
    cover = drawn[:, :, 3:]
    colour = drawn[:, :, :3] * (1 - fade[3]) + cover * (fade[:3] * fade[3])
    place = (slice(up, low), slice(lo, hi))
    canvas[place] = canvas[place] * (1 - cover) + colour
    return place, cover[:, :, 0]


def _noises(scenery: Scenery, x: Floats, y: Floats, deep: Floats) -> list[Floats]:
    """Noise of the ground at four scales, each gone where a pixel sees a whole grain of it."""
    grains = (0.07, 0.28, 1.3, 7.0)
    return [
        _lookup(scenery.tiles[index], x / np.float32(grain), y / np.float32(grain))
        * np.clip(4 * (index + 1) * grain / deep, 0, 1)
        for index, grain in enumerate(grains)
    ]


def _lookup(noise: Floats, x: NDArray[Any], y: NDArray[Any]) -> Floats:
    """Noise at any place, as if its tile were repeated for ever."""
    x, y = np.broadcast_arrays(x, y)
    turns = [np.asarray(part, np.float32) / np.float32(TILE) for part in (x, y)]
    column, row = ((part - np.floor(part)) * np.float32(TILE) for part in turns)
    found = cv2.remap(noise, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(found, np.float32)


def _land(scenery: Scenery, aside: Floats, noise: list[Floats]) -> Floats:
    """Grass of two colours, and fields that begin some way from the road, (h, W, 3)."""
    season = SEASONS[scenery.season]
    dull, fresh = np.array(season.grass, np.float32)
    mixed = np.clip(0.5 + 0.35 * noise[2] + 0.1 * noise[1], 0, 1)[:, :, None]
    colour: Floats = dull + (fresh - dull) * mixed
    colour *= (1 + 0.1 * noise[0] + 0.06 * noise[1])[:, :, None]
    _blend(colour, season.field, 1 + 0.05 * noise[1],
           np.clip(5 * noise[3] - 2, 0, 1) * np.clip(np.abs(aside) / 3 - 4, 0, 1))  # fmt: skip
    return colour


def _paint(line: Line, along: Floats, aside: Floats, across: Floats, lengthwise: Floats) -> Floats:
    """How much of each pixel is the paint of a line, 0 to 1."""
    width = np.float32(line.width)
    paint = _cover(width / 2 - np.abs(aside - np.float32(line.aside)), across)
    np.minimum(paint, width / across, out=paint)
    return np.asarray(paint * _dash(line, along, lengthwise), np.float32)


def _is_paint(line: Line, along: Floats, aside: Floats, across: Floats) -> Mask:
    """Whether pixels show a line, which is nowhere thinner than a pixel."""
    near = np.abs(aside - np.float32(line.aside)) <= np.maximum(line.width, across) / 2
    return np.asarray(near & (np.mod(along, np.float32(line.period)) <= line.painted))


def _dash(line: Line, along: Floats, lengthwise: Floats) -> NDArray[Any]:
    """How much of each pixel lies along the painted parts of a line, 0 to 1."""
    if line.painted == line.period:
        return np.ones_like(along)
    phase = np.mod(along, np.float32(line.period))
    # Metres into the paint; behind its end it is nearer to the next dash from the middle on.
    inside = np.minimum(phase, np.float32(line.painted) - phase)
    dash = _cover(np.maximum(inside, phase - np.float32(line.period)), lengthwise)
    mean = np.float32(line.painted / line.period)
    return np.asarray(dash + (mean - dash) * np.clip(lengthwise / line.painted - 0.5, 0, 1))


def _shadow(
    scenery: Scenery, along: Floats, aside: Floats, ahead: Floats, noise: list[Floats]
) -> Floats:
    """Light that is left under the shadows of trees, which lie across the road."""
    right = np.float32(scenery.side) * np.clip(aside, -60, 60)
    where = _lookup(scenery.tiles[2], (along + np.float32(0.7) * right) / np.float32(1.1),
                    right / np.float32(3.5))  # fmt: skip
    dark = np.clip(2.2 * (where + 0.25 * noise[1] - scenery.shadows), 0, 1)
    dark = SEASONS[scenery.season].shade * dark * np.clip(2 - ahead / 40, 0, 1)
    return np.asarray(1 - dark, np.float32)


def _cover(inside: NDArray[Any], reach: Floats) -> Floats:
    """How much of a pixel lies on the inner side of an edge `inside` metres away, 0 to 1."""
    return np.asarray(np.clip(inside / reach + np.float32(0.5), 0, 1), np.float32)


def _blend(colour: Floats, other: object, factor: Floats | np.float32, share: Floats) -> None:
    """Lay `other` RGB, of brightness `factor`, over `colour` (h, W, 3) where `share` says."""
    tinted = np.asarray(other, np.float32) * np.asarray(factor, np.float32)[..., None]
    colour += (tinted - colour) * share[..., None]
