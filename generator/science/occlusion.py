"""What a network loses when a window of the picture is covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.science.covering import Boxes, Windowed, values_of_boxes
from generator.science.fillings import Fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.science.batching import Picture, Score, Values

Heatmap = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What windows change, pixel by pixel, in units of the network's value."""

    signed: Heatmap
    """(H, W): positive where covering lowers the value, so where the picture speaks for it."""

    magnitude: Heatmap
    """(H, W), not negative: the same of |d|, so what cancels in `signed` still shows."""

    per_size: dict[int, Heatmap]
    """The signed map of each window size in pixels."""

    baseline: float
    """The value of the untouched picture."""

    forwards: int
    """Pictures the network was asked about, the untouched one too; padding is not counted."""


def windows(shape: tuple[int, int], size: int, stride: int) -> Boxes:
    """Return the windows in reading order, cut to the picture.

    They start at -(size-1) already, outside, so that a pixel at the border lies in as many as one
    in the centre, give or take what the stride rounds off.

    Parameters
    ----------
    shape : (H, W) of the picture, at least (1, 1)
    size : pixels a side, at least 1
    stride : pixels between starts, 1 to `size`: beyond that some pixels would lie in no window

    Returns
    -------
    (N, 4) int64: top, left, and the first row (bottom) and column (right) outside; none is empty

    Raises
    ------
    ValueError
        If an argument is out of its range.

    """
    if min(shape) < 1 or not 1 <= stride <= size:
        message = "a picture of at least 1x1 and 1 <= stride <= size were expected, got "
        raise ValueError(message + f"picture {shape}, stride {stride}, size {size}")
    tops, lefts = (np.arange(1 - size, length, stride, dtype=np.int64) for length in shape)
    corners = np.stack(np.meshgrid(tops, lefts, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.hstack([np.maximum(corners, 0), np.minimum(corners + size, shape)])


def fill_picture(
    image: Picture,
    fill: Fill,
    rng: np.random.Generator,
    black: NDArray[Any] | Sequence[float] | float,
) -> Picture:
    """Return the picture from which covered pixels are taken.

    Parameters
    ----------
    image : (H, W, C) float, in the units the network takes
    fill : what covered pixels take
    rng : for noise
    black : (C,) or one number, what black is in those units

    Returns
    -------
    (H, W, C) float32. The blur is a Gaussian with σ a twentieth of the longer side.

    Raises
    ------
    ValueError
        If the picture is not (H, W, C) or is empty.

    """
    _check_picture(image)
    values = np.asarray(image, np.float32)
    if fill is Fill.BLUR:
        return _blurred(values, max(image.shape[:2]) / 20)
    if fill is Fill.NOISE:
        pixels = values.reshape(-1, values.shape[2])
        return pixels[rng.integers(len(pixels), size=len(pixels))].reshape(values.shape)
    colour = black if fill is Fill.BLACK else values.mean(axis=(0, 1), dtype=np.float64)
    return np.broadcast_to(np.asarray(colour, np.float32), values.shape).copy()


def occlusion_map(  # noqa: PLR0913 - a network, a picture, and how it is covered
    score: Score,
    image: Picture,
    *,
    sizes: Sequence[int],
    stride: int,
    filling: Picture,
    batch: int,
    windowed: Windowed | None = None,
) -> Occlusion:
    """Return D(p) = mean over sizes of the mean of y(image) - y(covered) over windows around p.

    Memory is one batch of pictures and a few numbers a window; time beyond the network's grows
    with windows + pixels.

    Parameters
    ----------
    score : (N, H, W, C) float32 to (N,) values, logits or angles; N is the same in every call
    image : (H, W, C) float, in the units the network takes
    sizes : window sides in pixels, each different; the size of what matters is not known before
    stride : pixels between windows, at most the smallest size
    filling : (H, W, C), what covered pixels take: see `fill_picture`
    batch : pictures a call at most
    windowed : a quicker way to the values of many windows, where the network has one

    Raises
    ------
    ValueError
        If shapes do not match, there is no size or one twice, an option is out of its range, or
        the network gives another shape or a value that is not finite.

    References
    ----------
    Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.
    https://doi.org/10.1007/978-3-319-10590-1_53

    """
    found = occlusion_maps(
        score, image, sizes=sizes, stride=stride, filling=filling, batch=batch, windowed=windowed
    )
    if len(found) > 1:
        message = f"one value a picture was expected, got {len(found)}: see `occlusion_maps`"
        raise ValueError(message)
    return found[0]


def occlusion_maps(  # noqa: PLR0913 - as above
    score: Score,
    image: Picture,
    *,
    sizes: Sequence[int],
    stride: int,
    filling: Picture,
    batch: int,
    windowed: Windowed | None = None,
) -> list[Occlusion]:
    """Return `occlusion_map` for K targets at the cost of one; the score gives (N, K) values."""
    _check_picture(image)
    if image.shape != filling.shape or not sizes or len(set(sizes)) < len(sizes):
        message = "a filling like the picture and different sizes were expected, got "
        raise ValueError(message + f"{filling.shape} for {image.shape} and sizes {list(sizes)}")
    boxes = {size: windows(image.shape[:2], size, stride) for size in sizes}
    values = values_of_boxes(score, windowed, image, filling, list(boxes.values()), batch=batch)
    return [
        _occlusion([one[:, target] for one in values], boxes, shape=image.shape[:2])
        for target in range(values[0].shape[1])
    ]


def focus_picture(
    picture: NDArray[np.uint8],
    heat: NDArray[Any],
    percentile: float = 60,
    *,
    sigma: float | None = None,
) -> NDArray[np.uint8]:
    """Return the picture, sharp where the map is high and blurred elsewhere: M I + (1-M)(G_σ * I).

    Parameters
    ----------
    picture : (H, W, 3) uint8
    heat : (H, W) float
    percentile : M is 1 where the map lies above this percentile of itself, else 0, then blurred
        too, so that the two pass into each other
    sigma : pixels, positive; a fortieth of the longer side if None

    Returns
    -------
    (H, W, 3) uint8; blurred throughout where the map is constant, for then nothing stands out

    Raises
    ------
    ValueError
        If the shapes do not match, the map is not finite, or an option is out of its range.

    """
    _check_picture(picture)
    sigma = max(picture.shape[:2]) / 40 if sigma is None else sigma
    if heat.shape != picture.shape[:2] or not np.isfinite(heat).all() or not sigma > 0:
        message = "a finite map like the picture and a positive sigma were expected, got map "
        raise ValueError(message + f"{heat.shape} for {picture.shape} and sigma {sigma}")
    above = (heat > np.percentile(heat, percentile)).astype(np.float32)
    mask = _blurred(above[:, :, np.newaxis], sigma)
    sharp = picture.astype(np.float32)
    mixed = mask * sharp + (1 - mask) * _blurred(sharp, sigma)
    return np.asarray(np.rint(mixed).clip(0, 255), np.uint8)


def _occlusion(
    values: Sequence[Values], boxes: dict[int, Boxes], *, shape: tuple[int, int]
) -> Occlusion:
    """Turn one target's values for each size, the untouched picture's first, into its maps."""
    pairs = [(part, one[0] - one[1:]) for part, one in zip(boxes.values(), values, strict=True)]
    signed = [_mean_around(part, d, shape) for part, d in pairs]
    sized = [_mean_around(part, np.abs(d), shape) for part, d in pairs]
    return Occlusion(
        signed=np.mean(signed, axis=0).astype(np.float32),
        # Sums and differences may leave a hair below zero where all is zero.
        magnitude=np.mean(sized, axis=0).clip(0).astype(np.float32),
        per_size={size: heat.astype(np.float32) for size, heat in zip(boxes, signed, strict=True)},
        baseline=float(values[0][0]),
        forwards=1 + sum(map(len, boxes.values())),
    )


def _mean_around(boxes: Boxes, values: Values, shape: tuple[int, int]) -> Values:
    """Mean at every pixel of the values of the boxes that hold it."""
    total, count = np.zeros((2, shape[0] + 1, shape[1] + 1))
    top, left, bottom, right = boxes.T
    # A box is 1 between its corners once its corners are summed up from the top left.
    for row, column, sign in (
        (top, left, 1),
        (top, right, -1),
        (bottom, left, -1),
        (bottom, right, 1),
    ):
        np.add.at(total, (row, column), sign * values)
        np.add.at(count, (row, column), sign)
    sums, counts = (a.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] for a in (total, count))
    return np.asarray(sums / counts, np.float64)


def _blurred(values: Picture, sigma: float) -> Picture:
    """Blur (H, W, C) by a Gaussian, the border repeated outward."""
    found = cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32).reshape(values.shape)  # one channel loses its axis


def _check_picture(image: NDArray[Any]) -> None:
    if np.ndim(image) != len("HWC") or np.size(image) == 0:
        message = f"a picture (H, W, C) was expected, got {np.shape(image)}"
        raise ValueError(message)
