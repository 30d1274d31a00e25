"""A steered angle explained and drawn: what turns the wheel which way, and the wheel itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from generator.science.attribution import (
    Heatmap,
    Turn,
    elementwise_grad_cam,
    grad_cam,
    regression_maps,
    regression_target,
)
from generator.science.placement import ROAD, Fit, place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

STILL = 0.1
"""Degrees within which a wheel counts as straight, so that nothing can bring it nearer to it."""
SMALLEST = 32
"""Rows and columns that a picture needs for a wheel to be drawn on it."""

_SPOKES = (90.0, 180.0, 270.0)
"""Degrees clockwise from the top, of a wheel that is held straight."""
_FINE = 4
"""Bits behind the point in the coordinates that OpenCV is given."""
_SAID, _TRUE = (255, 176, 0), (86, 180, 233)
"""Amber and sky blue, which also those tell apart who see no red or no green."""


@dataclass(frozen=True, eq=False)
class Reasons:
    """What moves a steered angle.

    `signed` (h, w) float32 is the map: positive turns right, negative left. `maps` has the parts
    that turn right, left, and to the centre, each not negative; that to the centre is None where
    the wheel is straight. `chosen` is the part that the rule picks, and `note` says what is
    missing, or "".
    """

    signed: Heatmap
    maps: dict[str, Heatmap | None]
    chosen: Turn
    note: str

    @property
    def heat(self) -> Heatmap | None:
        """The chosen part, None where it is undefined."""
        return self.maps[self.chosen]


def reasons(
    activations: NDArray[Any],
    gradients: NDArray[Any],
    degrees: float,
    *,
    threshold: float = 5.0,
    still: float = STILL,
    elementwise: bool = False,
) -> Reasons:
    """Return Grad-CAM for a steered angle, in its three parts.

    Parameters
    ----------
    activations, gradients : (h, w, K) float of one layer, A and ∂y/∂A, with y the angle in any
        unit, positive to the right
    degrees : the angle that the network gave
    threshold : beyond it the rule picks right or left, within it the centre; at least 0
    still : within it the centre is undefined, as sign(y) then says nothing; at least 0
    elementwise : each place keeps its own gradient, in place of the mean over places. Where dense
        layers follow the maps, as in PilotNet, what a map says depends on the place, and the mean
        cancels it

    Raises
    ------
    ValueError
        If shapes do not match, or a number is out of range.

    """
    if not (threshold >= 0 and still >= 0):
        message = f"a threshold and a still angle of at least 0 were expected, got {threshold} "
        raise ValueError(f"{message}and {still}")
    signed = (elementwise_grad_cam if elementwise else grad_cam)(activations, gradients)
    chosen = regression_target(degrees, threshold)
    straight = abs(degrees) <= still
    maps = regression_maps(signed, 0.0 if straight else degrees)
    note = f"at {degrees:.2f}° the wheel is straight: nothing leads to the centre"
    return Reasons(signed, maps, chosen, note if straight else "")


def steady(degrees: NDArray[Any], *, deviation: float) -> NDArray[np.float64]:
    """Return angles over time without the taps of a driver at a keyboard.

    Parameters
    ----------
    degrees : (n,) finite, one a frame
    deviation : of the Gaussian that they are smoothed with, in frames; 0 changes nothing. Held-out
        frames should be farther than three deviations from those that train

    Returns
    -------
    (n,) float64; the ends are continued by mirroring

    Raises
    ------
    ValueError
        If there are no angles, one is not finite, or the deviation is negative.

    """
    angles = np.asarray(degrees, np.float64)
    if angles.ndim != 1 or not angles.size or not np.isfinite(angles).all() or not deviation >= 0:
        message = "finite angles (n,) and a deviation of at least 0 were expected, got "
        raise ValueError(f"{message}{angles.shape} and {deviation}")
    if deviation == 0:
        return angles.copy()
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(angles, deviation, mode="reflect"), np.float64)


def road_part(
    picture: Picture, size: tuple[int, int], *, top: float = ROAD[0], bottom: float = ROAD[1]
) -> Picture:
    """Return the part of a camera's picture that shows the road, at a network's size.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    size : (h, w) of the network's input
    top, bottom : shares of the height between which the road is; what lies above is sky, below the
        car's own bonnet. The defaults suit the pictures of the Udacity simulator.

    Raises
    ------
    ValueError
        If the picture is not (H, W, 3) uint8, or not 0 <= top < bottom <= 1.

    """
    if not 0 <= top < bottom <= 1:
        message = f"0 <= top < bottom <= 1 was expected, got {top} and {bottom}"
        raise ValueError(message)
    first, last = round(top * len(picture)), round(bottom * len(picture))
    return place(picture[first:last], size, Fit.STRETCH)[0]


def wheel(picture: Picture, degrees: float, truth: float | None = None) -> Picture:
    """Return a picture with a steering wheel in its lower right corner.

    Parameters
    ----------
    picture : (H, W, 3) uint8 RGB, at least SMALLEST by SMALLEST; not written to
    degrees : the predicted angle, positive to the right: the solid wheel, marked in amber
    truth : the true angle: a ghost behind it, marked in blue outside of the rim; a red arc leads
        from there to the predicted angle

    Returns
    -------
    (H, W, 3) uint8

    Raises
    ------
    ValueError
        If the picture has another form, or an angle is not finite.

    """
    if picture.dtype != np.uint8 or picture.shape[2:] != (3,) or min(picture.shape[:2]) < SMALLEST:
        message = f"(H, W, 3) uint8 of at least {SMALLEST} by {SMALLEST} was expected, got "
        raise ValueError(f"{message}{picture.shape} {picture.dtype}")
    if not math.isfinite(degrees) or not math.isfinite(truth or 0):
        message = f"finite angles were expected, got {degrees} and {truth}"
        raise ValueError(message)
    height, width = picture.shape[:2]
    radius = min(0.28 * height, 0.07 * width + 6)
    centre = (width - 1.5 * radius, height - 1.5 * radius)
    drawn = np.ascontiguousarray(picture)
    disc = drawn.copy()
    _disc(disc, centre, 1.42 * radius, (16, 18, 22))
    drawn = cv2.addWeighted(drawn, 0.45, disc, 0.55, 0)
    if truth is not None:
        ghost = drawn.copy()
        _wheel(ghost, centre, radius, truth, (214, 220, 226), _TRUE)
        drawn = cv2.addWeighted(drawn, 0.5, ghost, 0.5, 0)
        _arc(drawn, centre, 1.25 * radius, (truth, degrees), (236, 84, 66))
        _mark(drawn, centre, 1.25 * radius, truth, _TRUE)
    _wheel(drawn, centre, radius, degrees, (244, 244, 242), _SAID)
    return np.asarray(drawn, np.uint8)


Point = tuple[float, float]
Colour = tuple[int, int, int]


def _wheel(
    canvas: Picture, centre: Point, radius: float, degrees: float, body: Colour, mark: Colour
) -> None:
    """Draw rim, spokes, hub and the mark that is at the top of a straight wheel."""
    thick = max(2, round(0.14 * radius))
    for spoke in _SPOKES:
        end = _around(centre, 0.95 * radius, spoke + degrees)
        cv2.line(canvas, _fixed(centre), _fixed(end), body, max(2, thick - 1), cv2.LINE_AA, _FINE)
    x, y = _fixed(centre)
    cv2.circle(canvas, (x, y), round(radius * 2**_FINE), body, thick, cv2.LINE_AA, _FINE)
    _disc(canvas, centre, 0.26 * radius, body)
    _mark(canvas, centre, radius, degrees, mark)


def _mark(canvas: Picture, centre: Point, radius: float, degrees: float, colour: Colour) -> None:
    thick = max(2, round(0.2 * radius))
    _arc(canvas, centre, radius, (degrees - 11, degrees + 11), colour, thick)


def _arc(
    canvas: Picture, centre: Point, radius: float, ends: tuple[float, float], colour: Colour,
    thick: int = 0,
) -> None:  # fmt: skip
    """Draw the arc between two angles, clockwise from the top."""
    low, high = sorted(ends)
    points = [_around(centre, radius, turn) for turn in np.linspace(low, min(high, low + 360), 40)]
    fixed = np.array([_fixed(point) for point in points], np.int32)
    thick = thick or max(1, round(0.1 * radius))
    cv2.polylines(canvas, [fixed], False, colour, thick, cv2.LINE_AA, _FINE)  # noqa: FBT003


def _disc(canvas: Picture, centre: Point, radius: float, colour: Colour) -> None:
    cv2.circle(canvas, _fixed(centre), round(radius * 2**_FINE), colour, -1, cv2.LINE_AA, _FINE)


def _around(centre: Point, radius: float, degrees: float) -> Point:
    turn = math.radians(degrees)
    return centre[0] + radius * math.sin(turn), centre[1] - radius * math.cos(turn)


def _fixed(point: Point) -> tuple[int, int]:
    return round(point[0] * 2**_FINE), round(point[1] * 2**_FINE)
