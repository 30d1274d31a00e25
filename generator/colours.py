"""The colours of findings: those of a map's values, and those that tell words apart."""

from __future__ import annotations

from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SEQUENTIAL = (
    (0.16, 0.060, 285.0),
    (0.28, 0.210, 285.0),
    (0.46, 0.260, 325.0),
    (0.62, 0.280, 385.0),
    (0.75, 0.240, 420.0),
    (0.88, 0.190, 450.0),
    (0.97, 0.060, 465.0),
)
"""From dark violet over red and orange to pale yellow: OKLCh lightness, chroma, hue (degrees)."""

_NEUTRAL = (0.96, 0.0, 0.0)
_NEGATIVE = (_NEUTRAL, (0.82, 0.100, 245.0), (0.58, 0.170, 255.0), (0.36, 0.120, 262.0))
_POSITIVE = (_NEUTRAL, (0.82, 0.120, 60.0), (0.58, 0.200, 42.0), (0.36, 0.110, 32.0))
"""The arms of the signed maps; both have the same lightness at the same distance from zero."""

_GAMUT = 0.5001
"""How far light, of 0 to 1, may be from the middle: a little more than sRGB can show."""

_GOLDEN = 0.6180339887498949
"""The turn between the colours of two words that follow each other."""

_LINEAR = 0.0031308
"""sRGB is a straight line below this light, a power above."""


def word_colours(array: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Return a colour (RGBA) for each word, neighbours in number far apart; none is clear."""
    number = np.maximum(array, 0).astype(np.float64)
    angle = 2 * np.pi * ((number * _GOLDEN) % 1)
    lab = np.stack(
        [0.62 + 0.12 * (array % 3 - 1), 0.14 * np.cos(angle), 0.14 * np.sin(angle)], axis=-1
    )
    light = _shown(_linear(lab.reshape(-1, 3)).clip(0, 1)).reshape(lab.shape)
    alpha = np.where(array >= 0, 255, 0)[..., None]
    return np.asarray(np.concatenate([light, alpha], axis=-1), np.uint8)


def word_colour(number: int) -> str:
    """Return the colour of one word, "#rrggbb"."""
    return "#" + bytes(word_colours(np.array([number], np.int16))[0, :3]).hex()


@cache
def palette(role: Role) -> NDArray[np.uint8]:
    """Return the colours of a role's values from the least to the greatest, (N, 3) uint8 sRGB.

    A heatmap has 256, equally far apart to the eye. A signed map has 255, the middle one neutral.
    """
    if role in {Role.SIGNED_MAP, Role.SIGNED_PATCHES}:
        arms = [_curve(arm, np.linspace(0, 1, 128)) for arm in (_NEGATIVE, _POSITIVE)]
        colours = np.concatenate([arms[0][:0:-1], arms[1]])
    else:
        time = np.linspace(0, 1, 4096)
        steps = np.linalg.norm(np.diff(_curve(_SEQUENTIAL, time), axis=0), axis=1)
        length = np.concatenate([[0.0], np.cumsum(steps)])
        colours = _curve(_SEQUENTIAL, np.interp(np.linspace(0, length[-1], 256), length, time))
    made = _shown(_linear(colours).clip(0, 1))
    made.flags.writeable = False
    return made


def _shown(light: NDArray[Any]) -> NDArray[np.uint8]:
    """Return linear light, 0 to 1, as sRGB."""
    shown = np.where(light <= _LINEAR, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * shown), np.uint8)


@cache
def stops(role: Role, n: int = 9) -> tuple[tuple[str, str], ...]:
    """Return ``n`` colours of a role's palette for a gradient: (offset in percent, "#rrggbb")."""
    colours = palette(role)
    at = [round(i * (len(colours) - 1) / (n - 1)) for i in range(n)]
    return tuple(
        (f"{100 * i / (len(colours) - 1):.2f}%", "#" + bytes(colours[i]).hex()) for i in at
    )


def _curve(points: Sequence[tuple[float, float, float]], time: NDArray[Any]) -> NDArray[Any]:
    """Return the Bézier curve through OKLab (N, 3) that ``points``, in OKLCh, control.

    Its lightness is monotone because theirs is: the curve has no more turns than its polygon.
    Where it leaves sRGB, chroma is reduced until it is back.
    """
    lightness, chroma, hue = np.array(points).T
    angle = np.radians(hue)
    corners = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1)
    last = len(points) - 1
    weights = [comb(last, i) * time**i * (1 - time) ** (last - i) for i in range(last + 1)]
    lab = np.stack(weights, axis=1) @ corners
    kept = np.zeros((len(lab), 1))  # share of the chroma, found by bisection
    for step in 0.5 ** np.arange(1, 17):
        linear = _linear(lab * np.hstack([np.ones_like(kept), kept + step, kept + step]))
        kept += step * (np.abs(linear - 0.5) <= _GAMUT).all(axis=1, keepdims=True)
    return np.asarray(lab * np.hstack([np.ones_like(kept), kept, kept]))


def _linear(lab: NDArray[Any]) -> NDArray[Any]:
    """Return OKLab colours (N, 3) as linear sRGB, 0 to 1.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    to_cones = [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
                [1, -0.0894841775, -1.2914855480]]  # fmt: skip
    to_light = [[4.0767416621, -3.3077115913, 0.2309699292],
                [-1.2684380046, 2.6097574011, -0.3413193965],
                [-0.0041960863, -0.7034186147, 1.7076147010]]  # fmt: skip
    cones: NDArray[Any] = (lab @ np.transpose(to_cones)) ** 3
    return np.asarray(cones @ np.transpose(to_light))
