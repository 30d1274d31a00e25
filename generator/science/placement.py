"""How a picture is laid into the input of a network, and how maps of that input are laid back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from generator.science.framing import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Fit(Enum):
    """What becomes of a picture whose shape is not the input's."""

    STRETCH = "stretch"
    """All of it is seen, and its proportions change."""
    CROP = "crop"
    """Its proportions stay, and what stands out at the long sides is not seen."""
    ROAD = "road"
    """Of another shape's picture, the rows between sky and bonnet are seen, and stretched."""


ROAD = (0.375, 0.85)
"""Shares of the height between which the road is, in the pictures of the Udacity simulator."""

_ALIKE = 0.02
"""How much the proportions of a picture may differ from a network's, to be seen whole."""


@dataclass(frozen=True)
class Placement:
    """Where the input of a network lies in a picture.

    `shape` is the picture's (H, W), `box` the part of it that fills the input, and `size` the
    input's (h, w). The edges of the box are the edges of the input, and a pixel is a square whose
    value stands at its centre; so row r of the input is centred at
    box.top + (r + ½)·box.height/h - ½ of the picture.
    """

    shape: tuple[int, int]
    box: Box
    size: tuple[int, int]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """The part of the picture that the network sees, (H, W) bool."""
        seen = np.zeros(self.shape, bool)
        seen[self.box.slices] = True
        return seen

    def back(self, heatmap: NDArray[Any]) -> NDArray[np.float32]:
        """Return a map of the input as a map of the picture.

        Parameters
        ----------
        heatmap : (h', w') real, of any resolution; its edges are those of the input, as they are
            for the activations of a layer

        Returns
        -------
        (H, W) float32: bilinear between the centres of the map's cells, held constant from the
        outermost centres to the edge, and 0 where the network does not see.

        Raises
        ------
        ValueError
            If the map has not two axes, or is empty.

        """
        _check_map(heatmap)
        whole = np.zeros(self.shape, np.float32)
        whole[self.box.slices] = cv2.resize(
            np.ascontiguousarray(heatmap, np.float32),
            (self.box.width, self.box.height),
            interpolation=cv2.INTER_LINEAR,
        )
        return whole

    def forward(self, heatmap: NDArray[Any]) -> NDArray[np.float32]:
        """Return a map of the picture as a map of the input, resized as the picture was.

        Parameters
        ----------
        heatmap : (H, W) real

        Returns
        -------
        (h, w) float32

        Raises
        ------
        ValueError
            If the map has not the picture's shape.

        """
        _check_map(heatmap)
        if heatmap.shape != self.shape:
            raise ValueError(f"a map of shape {self.shape} was expected, got {heatmap.shape}")
        part = np.asarray(heatmap[self.box.slices], np.float32)
        return np.asarray(_resized(part, self.size), np.float32)

    def forward_mask(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return a mask of the picture as a mask of the input: at least half of a pixel counts.

        Parameters
        ----------
        mask : (H, W) bool

        Returns
        -------
        (h, w) bool

        Raises
        ------
        ValueError
            If it is no mask, or has not the picture's shape.

        """
        if mask.dtype != np.bool_:
            raise ValueError(f"a mask of bool was expected, got {mask.dtype}")
        # Areas are added up in single precision, so that a half may come out a hair below.
        return self.forward(mask) >= 0.5 - 1e-5


def place(
    image: NDArray[np.uint8],
    size: tuple[int, int],
    fit: Fit,
    *,
    share: float = 1.0,
    road: tuple[float, float] = ROAD,
) -> tuple[NDArray[np.uint8], Placement]:
    """Return the picture at the size of a network's input, and where it lies in the picture.

    Each axis that shrinks takes means of areas, each that grows is interpolated linearly.

    Parameters
    ----------
    image : (H, W, 3) uint8; not written to
    size : (h, w) of the input, in pixels
    fit : what becomes of a picture of another shape
    share : of the height and the width that would be used, how much is: in (0, 1], about the
        middle. Networks for ImageNet are tested with 0.875 of the crop (224 of 256 pixels).
    road : shares of the height between which Fit.ROAD looks

    Returns
    -------
    (h, w, 3) uint8 of its own memory, and its placement. The proportions of a crop are right to
    half a pixel of the picture.

    Raises
    ------
    ValueError
        If the picture is empty or not (H, W, 3) uint8, `size` is not positive or `share` is not
        in (0, 1].

    """
    if image.dtype != np.uint8 or image.shape[2:] != (3,) or not image.size:
        raise ValueError(f"(H, W, 3) uint8 was expected, got {image.shape} {image.dtype}")
    if min(size) < 1 or not 0 < share <= 1:
        raise ValueError(f"a positive size and a share in (0, 1] were expected: {size}, {share}")
    height, width = image.shape[:2]
    box = _box((height, width), size, fit, share)
    if fit is Fit.ROAD and abs(height * size[1] / (width * size[0]) - 1) > _ALIKE:
        first, last = (min(round(part * height), height) for part in road)
        box = Box(first, 0, last, width) if first < last else box
    pixels = np.array(image[box.slices])  # a copy, as nothing is resized if the sizes agree
    return np.asarray(_resized(pixels, size), np.uint8), Placement((height, width), box, size)


def _box(shape: tuple[int, int], size: tuple[int, int], fit: Fit, share: float) -> Box:
    """Part of the picture that fills the input, centred to half a pixel."""
    scales = [side / length for side, length in zip(shape, size, strict=True)]
    if fit is Fit.CROP:
        scales = [min(scales)] * 2
    rows, columns = (
        min(max(round(share * scale * length), 1), side)
        for scale, length, side in zip(scales, size, shape, strict=True)
    )
    top, left = (shape[0] - rows) // 2, (shape[1] - columns) // 2
    return Box(top, left, top + rows, left + columns)


def _resized(array: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return the array at another size; OpenCV takes areas only if both axes shrink."""
    height, width = (min(new, old) for new, old in zip(size, array.shape[:2], strict=True))
    smaller = cv2.resize(np.ascontiguousarray(array), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(smaller, size[::-1], interpolation=cv2.INTER_LINEAR))


def _check_map(heatmap: NDArray[Any]) -> None:
    if heatmap.ndim != len("HW") or not heatmap.size:
        raise ValueError(f"a map of shape (rows, columns) was expected, got {heatmap.shape}")
