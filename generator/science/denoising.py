"""Noise, and four ways to take it out: Mumford-Shah and three filters of scikit-image.

The weights of every filter are proportional to the noise in the way that its theory asks for, and
the one free factor of each was tuned once, on the same photographs at noise 0.1, for the highest
mean PSNR (`benchmarks/denoising.py` repeats the search). So no filter is favoured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.science.mumford_shah import mumford_shah

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.float32]

TOTAL_VARIATION = 0.8
"""Weight of total variation, in units of the noise."""

NL_MEANS = 0.5
"""Filter strength h of non-local means, in units of the noise."""

BILATERAL = (4.0, 3.0)
"""Width of the bilateral filter in colour, in units of the noise, and in space, in pixels."""


def with_noise(image: Picture, noise: float, *, rng: np.random.Generator) -> Picture:
    """Return ``image`` in [0, 1] with Gaussian noise added, cut to [0, 1] again.

    Parameters
    ----------
    image : (H, W, C) float32 in [0, 1]
    noise : standard deviation, white being 1
    rng : where the grain comes from

    """
    grain = rng.normal(0.0, noise, image.shape)
    return np.clip(image + grain, 0, 1).astype(np.float32)


def by_mumford_shah(noisy: Picture, **weights: Any) -> Picture:
    """Return the smooth part of ``noisy``; ``weights`` are those of ``mumford_shah``."""
    return mumford_shah(noisy, **weights).smooth


def by_total_variation(noisy: Picture, *, noise: float) -> Picture:
    """Return ``noisy`` filtered by total variation (Chambolle 2004)."""
    from skimage.restoration import denoise_tv_chambolle

    weight = TOTAL_VARIATION * noise
    return _clipped(denoise_tv_chambolle(noisy, weight=weight, channel_axis=-1))


def by_nl_means(noisy: Picture, *, noise: float) -> Picture:
    """Return ``noisy`` filtered by non-local means (Buades, Coll and Morel 2005)."""
    from skimage.restoration import denoise_nl_means

    found = denoise_nl_means(
        noisy, patch_size=5, patch_distance=6, h=NL_MEANS * noise, sigma=noise, fast_mode=True,
        channel_axis=-1,
    )  # fmt: skip
    return _clipped(np.reshape(found, noisy.shape))  # it drops a side of one pixel


def by_bilateral(noisy: Picture, *, noise: float) -> Picture:
    """Return ``noisy`` filtered by colour and distance (Tomasi and Manduchi 1998)."""
    import cv2

    colour, space = BILATERAL
    return _clipped(cv2.bilateralFilter(noisy, -1, colour * noise, space))


def _clipped(picture: NDArray[Any]) -> Picture:
    return np.clip(picture, 0, 1).astype(np.float32)
