"""Descriptors of patches: what a picture looks like in many small places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.science.describing import Descriptor, Where
from generator.science.hog import LENGTH as HOG_LENGTH
from generator.science.hog import SIDE, hog
from generator.science.painting import squares
from generator.science.sift import LENGTH as SIFT_LENGTH
from generator.science.sift import keypoints, sift
from generator.science.threads import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDES = (16, 24, 32)
"""Pixels a side of the patches of a grid of SIFT."""

SMALLEST = 6
"""Pixels a side of a patch at least: of smaller ones, OpenCV 4.10 writes beyond its memory."""

CONTRAST = 2.0
"""Grey levels of standard deviation below which a patch of a grid counts as flat."""


@dataclass(frozen=True, eq=False)
class Described:
    """The descriptors of one picture, and where they come from."""

    descriptors: Floats
    """(T, D) float32, 0 where a patch is flat."""

    places: Floats
    """(T, 3) float32: row and column of the centre, and side in pixels of the square patch that
    the descriptor saw. The pixel (0, 0) has its centre at (0, 0)."""

    shape: tuple[int, int]
    """(H, W) of the picture."""


def length(descriptor: Descriptor) -> int:
    """Return how many numbers describe a patch."""
    return HOG_LENGTH if descriptor is Descriptor.HOG else SIFT_LENGTH


def describe(
    image: Bytes,
    where: Where,
    descriptor: Descriptor,
    *,
    step: int = 8,
    sides: Sequence[int] | None = None,
    most: int = 2000,
) -> Described:
    """Return the descriptors of a picture.

    On a grid, patches stand upright and lie wholly in the picture. Where the picture's shorter
    side is less than twice the largest patch's, sides and step shrink with it, down to 6 and 1
    pixels. Patches whose grey levels deviate by less than 2 of 255 get the zero descriptor.

    At keypoints, SIFT takes the detector's size and direction, so that the square of `places` has
    the right side but stands upright; HOG takes upright patches of one side, each place once.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB, or (H, W) uint8; not written to
    where : keypoints or a grid
    descriptor : what is written down
    step : pixels between the patches of a grid, at least 1
    sides : pixels a side of the patches of a grid, each at least 6; HOG at keypoints takes the
        first. By default 16, 24 and 32 for SIFT, 64 for HOG.
    most : keypoints at most, the strongest; of equals the first in reading order

    Returns
    -------
    Described; T is 0 where nothing is found, as in pictures of less than 6 pixels a side

    Raises
    ------
    ValueError
        If the picture is not (H, W, 3) or (H, W) uint8 with at least one pixel, or an option is
        out of its range.

    References
    ----------
    Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004.
    https://doi.org/10.1023/B:VISI.0000029664.99615.94
    Arandjelovic and Zisserman, "Three things everyone should know to improve object retrieval",
    CVPR 2012 (RootSIFT). https://doi.org/10.1109/CVPR.2012.6248018

    """
    if sides is None:
        sides = (SIDE,) if descriptor is Descriptor.HOG else SIDES
    _check(image, step=step, sides=sides, most=most)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == len("HWC") else image
    scale = min(1.0, min(grey.shape) / (2 * max(sides)))
    if where is Where.DENSE:
        places = _grid(grey.shape, step=step, sides=sides, scale=scale)
        values = _at(grey, places, descriptor)
    elif descriptor is Descriptor.HOG:
        side = max(SMALLEST, round(sides[0] * scale))
        places = _without_twins(keypoints(grey, most)[0], side=side)
        values = hog(grey, places)
    else:
        places, values = keypoints(grey, most, root=descriptor is Descriptor.ROOTSIFT)
    return Described(values, places, grey.shape)


def describe_all(
    read: Callable[[int], Bytes | None],
    count: int,
    describing: Callable[[Bytes], Described],
    *,
    threads: int = 1,
) -> Iterator[Described | None]:
    """Yield the descriptors of many pictures, in order, and None where there is no picture.

    At most two pictures a thread are held. OpenCV works with one thread of its own meanwhile, so
    `threads` is what it says; what is found does not depend on it.

    Parameters
    ----------
    read : the picture of a number from 0 to `count` - 1, or None; called from several threads
    count : pictures
    describing : the descriptors of a picture, such as a `partial` of `describe`
    threads : at least 1

    Raises
    ------
    ValueError
        If there is less than one thread.
    Exception
        What `read` or `describing` raises, when its picture's turn comes.

    """
    if threads < 1:
        message = f"at least 1 thread was expected, got {threads}"
        raise ValueError(message)

    def described(number: int) -> Described | None:
        image = read(number)
        return None if image is None else describing(image)

    return ordered(described, range(count), threads=threads)


def patch(image: Bytes, place: NDArray[Any] | Sequence[float], side: int = 32) -> Bytes:
    """Return the square patch of a place, resized.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB, or (H, W) uint8; outside, it is reflected
    place : (3,), row and column of the centre, side in pixels
    side : pixels a side of what is returned

    Returns
    -------
    (side, side, 3) uint8

    Raises
    ------
    ValueError
        If picture, place or side are not of that kind.

    """
    _check_picture(image)
    row, column, pixels = np.asarray(place, np.float64)
    if not np.isfinite([row, column, pixels]).all() or pixels <= 0 or side < 1:
        message = "a finite place with a side above 0 and a patch of at least 1 pixel were "
        raise ValueError(message + f"expected, got {tuple(place)} and {side}")
    across = max(round(pixels), 1)
    rows, columns = (
        _reflected(np.ceil(centre - pixels / 2) + np.arange(across), size)
        for centre, size in zip((row, column), image.shape, strict=False)
    )
    cut = image[rows[:, None], columns]
    kind = cv2.INTER_AREA if across > side else cv2.INTER_LINEAR
    resized = cv2.resize(cut, (side, side), interpolation=kind)
    colour = resized if image.ndim == len("HWC") else np.repeat(resized[:, :, None], 3, axis=2)
    return np.asarray(colour, np.uint8)


def _check_picture(image: Bytes) -> None:
    kind = image.ndim >= len("HW") and image.shape[2:] in {(), (3,)} and image.dtype == np.uint8
    if not kind or image.size == 0:
        message = "a picture (H, W, 3) or (H, W) uint8 was expected, got "
        raise ValueError(message + f"{image.shape} {image.dtype}")


def _check(image: Bytes, *, step: int, sides: Sequence[int], most: int) -> None:
    _check_picture(image)
    if step < 1 or most < 1 or not sides or min(sides) < SMALLEST:
        message = f"a step and a most of at least 1 and sides of at least {SMALLEST} were expected"
        raise ValueError(message + f", got step {step}, most {most}, sides {tuple(sides)}")


def _grid(shape: tuple[int, int], *, step: int, sides: Sequence[int], scale: float) -> Floats:
    """Places by side, row and column; what the steps leave over is shared among both borders."""
    step = max(1, round(step * scale))
    found = []
    for side in sorted({max(SMALLEST, round(side * scale)) for side in sides}):
        spare = [(size - side) % step // 2 for size in shape]
        rows, columns = (
            np.arange(start, size - side + 1, step) + side // 2
            for start, size in zip(spare, shape, strict=True)
        )
        grid = np.meshgrid(rows, columns, side, indexing="ij")
        found.append(np.stack(grid, axis=-1).reshape(-1, 3))
    return np.asarray(np.concatenate(found), np.float32)


def _at(grey: Bytes, places: Floats, descriptor: Descriptor) -> Floats:
    """Descriptors of upright patches, 0 where they are flat."""
    if descriptor is Descriptor.HOG:
        values = hog(grey, places)
    else:
        values = sift(grey, places, root=descriptor is Descriptor.ROOTSIFT)
    values[_deviations(grey, places) < CONTRAST] = 0
    return values


def _deviations(grey: Bytes, places: Floats) -> NDArray[np.float64]:
    """Return the standard deviation of the grey levels in each patch."""
    top, left, bottom, right = squares(places, grey.shape).T
    level, power = (
        (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
        / ((bottom - top) * (right - left))
        for sums in cv2.integral2(grey, sdepth=cv2.CV_64F)
    )
    return np.asarray(np.sqrt(np.maximum(power - level**2, 0)), np.float64)


def _without_twins(places: Floats, *, side: int) -> Floats:
    """Give each place once, with one side for all: keypoints differ in direction alone."""
    first = np.unique(places[:, :2], axis=0, return_index=True)[1]
    found = places[np.sort(first)]
    found[:, 2] = side
    return found


def _reflected(numbers: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Rows or columns outside a picture become those inside, the border's own repeated."""
    turn = np.asarray(numbers, np.int64) % (2 * size)
    return np.asarray(np.minimum(turn, 2 * size - 1 - turn), np.int64)
