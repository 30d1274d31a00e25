"""What a synthetic road is made of: seasons, noise, and the shapes of trees and cars.

Colours are RGB from 0 to 255. A shape is (h, w, 4) float32: RGB already multiplied by the fourth
channel, which is how much of a pixel it covers, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Colour = tuple[int, int, int]
    Shape = NDArray[np.float32]

TILE = 256
"""Pixels to a side of a tile of noise."""
SHAPE = 192
"""Rows of the finest picture of a shape."""


@dataclass(frozen=True)
class Season:
    """The colours of a landscape at a time of the year and of the day; `sun` tints everything."""

    zenith: Colour
    horizon: Colour
    grass: tuple[Colour, Colour]
    field: Colour
    gravel: Colour
    asphalt: Colour
    hills: Colour
    leaves: tuple[Colour, Colour]
    shade: float
    sun: tuple[float, float, float] = (1.0, 1.0, 1.0)


SEASONS = (
    Season((72, 126, 196), (196, 219, 236), ((78, 112, 46), (116, 140, 62)), (188, 172, 92),
           (156, 144, 124), (94, 94, 98), (92, 120, 112), ((46, 84, 36), (92, 124, 48)), 0.55),
    Season((142, 152, 166), (212, 214, 214), ((78, 104, 58), (104, 122, 76)), (140, 128, 92),
           (132, 126, 118), (82, 84, 90), (112, 128, 134), ((44, 72, 46), (80, 104, 64)), 0.12),
    Season((96, 118, 176), (252, 214, 170), ((98, 108, 50), (142, 136, 70)), (202, 162, 92),
           (168, 146, 122), (104, 100, 104), (124, 114, 134), ((60, 80, 38), (120, 116, 52)), 0.5,
           (1.08, 0.99, 0.88)),
    Season((98, 142, 192), (222, 226, 224), ((122, 116, 56), (150, 132, 70)), (120, 92, 64),
           (150, 132, 108), (88, 86, 88), (136, 124, 104), ((150, 84, 30), (196, 140, 44)), 0.45),
    Season((70, 128, 204), (226, 222, 204), ((176, 154, 92), (200, 178, 114)), (150, 146, 88),
           (190, 170, 136), (112, 108, 104), (166, 142, 116), ((74, 90, 48), (120, 124, 66)), 0.55,
           (1.05, 1.0, 0.93)),
)  # fmt: skip
"""Summer at noon, an overcast day, evening, autumn, and a dry country."""

PAINTS = ((168, 36, 34), (222, 224, 226), (44, 72, 128), (54, 56, 60), (150, 154, 158),
          (206, 164, 52), (44, 96, 78), (236, 236, 230))  # fmt: skip
"""Colours of cars."""


def tile(rng: np.random.Generator, blur: float) -> NDArray[np.float32]:
    """Return noise that repeats, (TILE, TILE) float32, of mean 0 and deviation 1.

    `blur` is the deviation, in pixels, of the Gaussian that white noise is smoothed with.
    """
    white = rng.normal(size=(TILE, TILE))
    waves = np.fft.fftfreq(TILE)
    damped = np.exp(-2 * (np.pi * blur) ** 2 * (waves[:, None] ** 2 + waves[None, :] ** 2))
    damped[0, 0] = 0
    smooth = np.fft.ifft2(np.fft.fft2(white) * damped).real
    return np.asarray(smooth / smooth.std(), np.float32)


def ridge(rng: np.random.Generator, waves: int) -> NDArray[np.float32]:
    """Return the height of hills all around, (1024,) float32 in [0, 1], by bearing.

    `waves` is how many hills there are, about; each octave above has half the height.
    """
    angle = np.arange(1024) * 2 * np.pi / 1024
    height = sum(
        rng.normal() / 2**octave * np.sin(count * angle + rng.uniform(0, 2 * np.pi))
        for octave in range(6)
        for count in range(waves * 2**octave, 2 * waves * 2**octave, max(1, waves * 2**octave // 4))
    )
    return np.asarray((height - np.min(height)) / np.ptp(height), np.float32)


@lru_cache(maxsize=8)
def trees(season: int) -> tuple[tuple[Shape, ...], ...]:
    """Return six trees and two bushes, each as pictures of halving size; light from the right."""
    leaves = SEASONS[season].leaves
    rng = np.random.default_rng((season, 7))
    shapes = [_crown(rng, leaves, wide=0.62, bare=0.2) for _ in range(3)]
    shapes += [_crown(rng, leaves, wide=0.42, bare=0.12) for _ in range(1)]
    shapes += [_fir(rng) for _ in range(2)]
    shapes += [_crown(rng, leaves, wide=1.3, bare=0.0) for _ in range(2)]
    return tuple(pyramid(shape) for shape in shapes)


@lru_cache(maxsize=32)
def car(paint: int, *, front: bool) -> tuple[Shape, ...]:
    """Return a car from behind or from the front, as pictures of halving size."""
    height, width = SHAPE, round(SHAPE * 1.25)
    canvas = np.zeros((height, width, 4), np.float32)
    body = np.array(PAINTS[paint], np.float32)

    def fill(points: list[tuple[float, float]], colour: object) -> None:
        _polygon(canvas, np.array(points) * (width, height), np.asarray(colour, np.float32))

    for left in (0.08, 0.78):
        fill([(left, 0.72), (left + 0.14, 0.72), (left + 0.14, 1), (left, 1)], (20, 20, 22))
    fill([(0.1, 0.9), (0.9, 0.9), (0.88, 0.8), (0.12, 0.8)], (24, 24, 26))
    cabin = [(0.2, 0.1), (0.27, 0.04), (0.73, 0.04), (0.8, 0.1), (0.9, 0.42), (0.1, 0.42)]
    fill(cabin, body * 0.82)
    fill([(0.24, 0.12), (0.76, 0.12), (0.83, 0.38), (0.17, 0.38)], (46, 58, 70))
    fill([(0.24, 0.12), (0.5, 0.12), (0.36, 0.38), (0.17, 0.38)], (84, 100, 114))
    lower = [(0.08, 0.42), (0.92, 0.42), (0.97, 0.52), (0.97, 0.8), (0.93, 0.86), (0.07, 0.86)]
    fill([*lower, (0.03, 0.8), (0.03, 0.52)], body)
    fill([(0.1, 0.42), (0.9, 0.42), (0.94, 0.48), (0.06, 0.48)], np.minimum(body * 1.18 + 14, 255))
    fill([(0.04, 0.72), (0.96, 0.72), (0.93, 0.86), (0.07, 0.86)], body * 0.62)
    light = (250, 244, 214) if front else (196, 28, 24)
    for left in (0.06, 0.78):
        fill([(left, 0.53), (left + 0.16, 0.53), (left + 0.15, 0.63), (left + 0.01, 0.63)], light)
    middle = (30, 32, 34) if front else body * 0.75
    fill([(0.28, 0.54), (0.72, 0.54), (0.7, 0.68), (0.3, 0.68)], middle)
    fill([(0.4, 0.73), (0.6, 0.73), (0.6, 0.8), (0.4, 0.8)], (228, 228, 220))
    return pyramid(canvas)


def pyramid(shape: Shape) -> tuple[Shape, ...]:
    """Return a shape and its halves, down to a few pixels, so that far ones do not flicker."""
    levels = [np.ascontiguousarray(shape)]
    while min(levels[-1].shape[:2]) >= 2 * 4:
        levels.append(cv2.pyrDown(levels[-1]))
    return tuple(levels)


def _polygon(canvas: Shape, points: NDArray[np.float64], colour: NDArray[np.float32]) -> None:
    """Fill a polygon of (x, y) on `canvas`, with soft edges."""
    cover = np.zeros(canvas.shape[:2], np.uint8)
    fixed = np.rint(16 * (points - 0.5)).astype(np.int32)
    cv2.fillPoly(cover, [fixed], 255, cv2.LINE_AA, shift=4)
    share = cover[:, :, None].astype(np.float32) / 255
    canvas *= 1 - share
    canvas += share * np.append(colour, np.float32(1))


def _crown(
    rng: np.random.Generator, leaves: tuple[Colour, Colour], *, wide: float, bare: float
) -> Shape:
    """Return a tree of tufts, darker below and at the back; `bare` is the trunk's share."""
    height, width = SHAPE, round(SHAPE * wide)
    canvas = np.zeros((height, width, 4), np.float32)
    trunk = np.array([(0.46, 1.0), (0.54, 1.0), (0.52, 0.5), (0.48, 0.5)]) * (width, height)
    if bare:
        _polygon(canvas, trunk, np.array((66, 54, 44), np.float32))
    dark, bright = (np.array(colour, np.float32) for colour in leaves)
    middle = (1 - bare) / 2
    for index in range(90):
        angle, distance = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
        x, y = 0.5 + 0.37 * distance * np.cos(angle), middle * (1 + 0.8 * distance * np.sin(angle))
        lit = 0.25 + 0.5 * (1 - y / (1 - bare)) + 0.3 * (x - 0.5) + 0.25 * index / 90
        colour = (dark + (bright - dark) * lit) * rng.uniform(0.85, 1.12) * (0.55 + 0.5 * lit)
        radius = rng.uniform(0.05, 0.12)
        around = np.linspace(0, 2 * np.pi, 11)[:-1]
        jagged = radius * rng.uniform(0.7, 1.2, (10, 1))
        tuft = np.stack([x + jagged[:, 0] * np.cos(around),
                         y + jagged[:, 0] * np.sin(around)], axis=1)  # fmt: skip
        _polygon(canvas, tuft * (width, height), np.clip(colour, 0, 255).astype(np.float32))
    return canvas


def _fir(rng: np.random.Generator) -> Shape:
    """Return a conifer: tiers of branches, brighter on the side of the light."""
    height, width = SHAPE, round(SHAPE * 0.42)
    canvas = np.zeros((height, width, 4), np.float32)
    trunk = np.array([(0.46, 1.0), (0.54, 1.0), (0.52, 0.6), (0.48, 0.6)]) * (width, height)
    _polygon(canvas, trunk, np.array((62, 50, 42), np.float32))
    needles = np.array((40, 70, 48)) * rng.uniform(0.85, 1.15)
    for tier in range(9):
        base, half = 0.93 - 0.1 * tier, 0.46 * (1 - tier / 9.5)
        for left, right, light in ((-1, 1, 0.8), (0.05, 0.95, 1.1)):
            xs = np.linspace(left * half, right * half, 9)
            ys = base + rng.uniform(-0.025, 0.02, 9) - 0.05 * np.abs(xs)
            edge = np.append(np.stack([0.5 + xs, ys], axis=1), [(0.5, base - 0.2)], axis=0)
            _polygon(canvas, edge * (width, height), (needles * light).astype(np.float32))
    return canvas


@lru_cache(maxsize=1)
def shadow() -> tuple[Shape, ...]:
    """Return a soft dark ellipse, for what lies under a car or a tree."""
    x, y = np.meshgrid(np.linspace(-1, 1, 64), np.linspace(-1, 1, 32))
    canvas = np.zeros((32, 64, 4), np.float32)
    canvas[:, :, 3] = 0.55 * np.clip(1.6 * (1 - np.hypot(x, y)), 0, 1)
    return pyramid(canvas)
