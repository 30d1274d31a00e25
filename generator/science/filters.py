"""Pictures of what a filter of a network answers to: what keeps them natural, and how they look.

The ascent itself needs a network's gradients and is in ``models.ascent``. Here is what of it is
plain arithmetic, with pictures in *contrast units*: 0 is mid-grey, and 1 is the standard deviation
of a photograph. Yosinski, Clune, Nguyen, Fuchs, Lipson, "Understanding neural networks through
deep visualization", 2015, arXiv:1506.06579; Olah, Mordvintsev, Schubert, "Feature visualization",
Distill 2017, doi:10.23915/distill.00007.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.science.presets import Regularisation

GREY = 117
"""The byte that 0 stands for: about the mean of photographs."""
CONTRAST = 58
"""The bytes that 1 stands for: about the standard deviation of photographs."""

COLOURS = np.array(
    [[1.09, 0.48, 0.05], [1.02, -0.10, -0.14], [0.98, -0.43, 0.09]], np.float32
)  # fmt: skip
"""Red, green, blue (rows) of brightness, orange to blue, and green to magenta (columns).

The principal axes of colour in seven photographs that scikit-image and scikit-learn ship, each
times its deviation in contrast units: three independent waves so mixed have photographs' colours.
"""

_TINY = 1e-8
"""Beside a gradient's RMS: a zero gradient moves nothing and divides nothing by zero."""


def climbed(x: NDArray[Any], gradient: NDArray[Any], step: float) -> NDArray[Any]:
    """Return pictures x (N, h, w, C) after a step of RMS ``step`` up their gradients."""
    rms = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    return np.asarray(x + step * gradient / (rms + _TINY))


def regularised(
    x: NDArray[Any], gradient: NDArray[Any], how: Regularisation, number: int
) -> NDArray[Any]:
    """Return pictures (N, h, w, C) after everything that ``how`` does on step ``number`` (1, …)."""
    x = decay(x, how.decay)
    if number % how.every == 0:
        x = blur(x, how.sigma)
    x = clip_small_norms(x, how.norm_percentile)
    return clip_small_contributions(x, gradient, how.contribution_percentile)


def decay(x: NDArray[Any], share: float) -> NDArray[Any]:
    """Return pictures of which each pixel has lost ``share`` of its distance from grey."""
    return (1 - share) * x


def blur(x: NDArray[Any], sigma: float) -> NDArray[Any]:
    """Return pictures (N, h, w, C) blurred by a Gaussian, mirrored at their edges."""
    rows, columns = (blur_matrix(length, sigma) for length in x.shape[1:3])
    return np.asarray(np.einsum("ri,cj,nijk->nrck", rows, columns, x, optimize=True))


def blur_matrix(length: int, sigma: float) -> NDArray[np.float64]:
    """Return the (length, length) matrix that blurs a line of pixels; its rows sum to 1.

    The Gaussian ends after four deviations; at the edge the line goes on as its mirror image.
    """
    if sigma == 0:
        return np.eye(length)
    radius = int(4 * sigma + 0.5)
    kernel = np.exp(-0.5 * np.square(np.arange(-radius, radius + 1) / sigma))
    mirrored = np.pad(np.eye(length), ((radius, radius), (0, 0)), mode="symmetric")
    return np.asarray(
        sum(
            weight * mirrored[start : start + length]
            for start, weight in enumerate(kernel / kernel.sum())
        )
    )


def clip_small_norms(x: NDArray[Any], percentile: float) -> NDArray[Any]:
    """Return pictures (N, h, w, C) whose faintest pixels are grey: a share ``percentile`` of each.

    Faint is a small norm over the channels. Of equal pixels on the edge all are kept.
    """
    return _kept(x, np.square(x).sum(axis=-1), percentile)


def clip_small_contributions(
    x: NDArray[Any], gradient: NDArray[Any], percentile: float
) -> NDArray[Any]:
    """Return pictures (N, h, w, C) whose least useful pixels are grey: a share ``percentile``.

    |Σ x·gradient| over the channels says, to first order, what a pixel does for the filter.
    """
    return _kept(x, np.abs((x * gradient).sum(axis=-1)), percentile)


def rank(percentile: float, pixels: int) -> int:
    """Return how many of ``pixels`` lie below a percentile; at least one never does."""
    return min(int(percentile / 100 * pixels), pixels - 1)


def _kept(x: NDArray[Any], amount: NDArray[Any], percentile: float) -> NDArray[Any]:
    flat = amount.reshape(len(x), -1)
    threshold = np.sort(flat, axis=1)[:, rank(percentile, flat.shape[1])]
    return np.where((amount < threshold[:, None, None])[..., None], 0, x)


def wave_scale(height: int, width: int) -> NDArray[np.float64]:
    """Return what each wave of a real (height, width) picture is scaled by, (height, width//2 + 1).

    One over its frequency, as in photographs, but never more than for one wave across the longer
    side. White noise so scaled is a picture of deviation about 1.
    """
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    scale = 1 / np.maximum(np.hypot(rows, columns), 1 / max(height, width))
    # Parseval: all waves together then carry the energy of white noise of deviation 1.
    energy = np.square(scale).sum() * 2 - np.square(scale[:, 0]).sum()
    return np.asarray(scale * (height * width) / np.sqrt(2 * energy))


def shown(x: NDArray[Any]) -> NDArray[np.uint8]:
    """Return pictures (N, h, w, C) in contrast units as tiles (N, h, w, 3) uint8 for people.

    Each is centred on its own mean and scaled by its own deviation, so that faint and glaring
    ones can be seen side by side; a flat one is grey.
    """
    centred = x - x.mean(axis=(1, 2, 3), keepdims=True)
    deviation = centred.std(axis=(1, 2, 3), keepdims=True)
    units = np.divide(centred, deviation, out=np.zeros_like(centred), where=deviation > _TINY)
    tiles = np.clip(np.rint(128 + 52 * units), 0, 255).astype(np.uint8)
    return np.repeat(tiles, 3, axis=-1) if x.shape[-1] == 1 else tiles


def contact_sheet(tiles: NDArray[np.uint8], columns: int, gap: int = 4) -> NDArray[np.uint8]:
    """Return tiles (N, h, w, 3) uint8 in rows of ``columns``, white between them: (H, W, 3) uint8.

    Raises
    ------
    ValueError
        If there are no tiles of that form, or ``columns`` is less than 1.

    """
    if tiles.ndim != len("NHWC") or not tiles.size or tiles.shape[-1] != len("RGB") or columns < 1:
        raise ValueError(
            f"tiles (N, h, w, 3) and a column were expected, got {tiles.shape}, {columns}"
        )
    count, height, width = tiles.shape[:3]
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        sheet[top : top + height, left : left + width] = tile
    return sheet


def diversity(pictures: NDArray[Any]) -> float:
    """Return how unlike pictures (R, h, w, C) are: 0 for the same texture, about 1 for strangers.

    One minus the correlation of their amplitude spectra, the mean of all pairs; where in the
    picture a thing lies does not matter. One picture, or flat ones, give 0.
    """
    if len(pictures) < 2:  # noqa: PLR2004 - a pair
        return 0.0
    spectra = np.abs(np.fft.rfft2(pictures, axes=(1, 2)))
    spectra[:, 0, 0] = 0  # the mean colour
    flat = spectra.reshape(len(pictures), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(flat, axis=1, keepdims=True)
    units = np.divide(flat, norms, out=np.zeros_like(flat), where=norms > _TINY)
    first, second = np.triu_indices(len(pictures), 1)
    alike = (units[first] * units[second]).sum(axis=1)
    both_flat = (norms[first, 0] <= _TINY) & (norms[second, 0] <= _TINY)
    return float(1 - np.mean(np.where(both_flat, 1.0, alike)))


def relative(values: NDArray[Any], peaks: NDArray[Any]) -> NDArray[Any]:
    """Return values (…, F) over peaks (F,), of the filters whose peak is positive.

    Without such a peak there is nothing to compare with, and the values come back as they are.
    """
    positive = peaks > 0
    return values[..., positive] / peaks[positive] if positive.any() else values


def frames(steps: int) -> tuple[int, ...]:
    """Return the steps at which a climb is shown: 0, 2, four times as many each time, and all."""
    marks = [0]
    while (mark := 2 * 4 ** (len(marks) - 1)) < steps:
        marks.append(mark)
    return (*marks, steps)
