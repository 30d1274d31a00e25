"""Tune each denoising filter once, on the same photographs at noise 0.1, and compare them.

    python benchmarks/denoising.py

Every filter gets a grid over its free factors; the highest mean PSNR wins. These are the numbers
in ``generator/science/denoising.py`` and the defaults of the denoising technique.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generator.science import denoising
from generator.science.quality import psnr, ssim

if TYPE_CHECKING:
    from collections.abc import Callable

NOISE = 0.1
NAMES = ("astronaut", "chelsea", "coffee", "camera", "rocket", "brick")


def photographs() -> list[Any]:
    """Return six photographs of 256 pixels height, as (H, W, 3) in [0, 1]."""
    import skimage.data
    from skimage.transform import resize

    found = []
    for name in NAMES:
        picture = getattr(skimage.data, name)()
        picture = np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture
        width = round(256 * picture.shape[1] / picture.shape[0])
        found.append(resize(picture, (256, width), anti_aliasing=True).astype(np.float32))
    return found


def filters() -> dict[str, tuple[Callable[..., Any], dict[str, tuple[float, ...]]]]:
    """Return each filter as a function of noisy picture and factors, with the grid of factors."""
    from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

    def bilateral(noisy: Any, colour: float, space: float) -> Any:
        import cv2

        return cv2.bilateralFilter(noisy, -1, colour * NOISE, space)

    return {
        "noisy": (lambda noisy: noisy, {}),
        "Mumford-Shah": (
            lambda noisy, alpha, beta, epsilon: denoising.by_mumford_shah(
                noisy, alpha=alpha, beta=beta, epsilon=epsilon, alternations=3
            ),
            {
                "alpha": (1, 2, 4, 8, 16),
                "beta": (0.01, 0.03, 0.1, 0.3, 1.0),
                "epsilon": (0.05, 0.2, 0.5, 1.0),
            },
        ),
        "total variation": (
            lambda noisy, weight: denoise_tv_chambolle(
                noisy, weight=weight * NOISE, channel_axis=-1
            ),
            {"weight": (0.6, 0.8, 1.0, 1.2, 1.5, 2.0)},
        ),
        "non-local means": (
            lambda noisy, strength: denoise_nl_means(
                noisy, patch_size=5, patch_distance=6, h=strength * NOISE, sigma=NOISE,
                fast_mode=True, channel_axis=-1,
            ),
            {"strength": (0.4, 0.5, 0.6, 0.7, 0.8, 1.0)},
        ),
        "bilateral": (
            bilateral,
            {"colour": (2.0, 3.0, 4.0, 5.0), "space": (1.0, 1.5, 2.0, 3.0, 5.0)},
        ),
    }  # fmt: skip


def main() -> None:
    rng = np.random.default_rng(0)
    pairs = [(clean, denoising.with_noise(clean, NOISE, rng=rng)) for clean in photographs()]
    for name, (function, grid) in filters().items():
        best: tuple[float, float, dict[str, float]] = (0.0, 0.0, {})
        for values in itertools.product(*grid.values()):
            factors = dict(zip(grid, values, strict=True))
            found = [(clean, np.clip(function(noisy, **factors), 0, 1)) for clean, noisy in pairs]
            decibels = fmean(psnr(*pair) for pair in found)
            if decibels > best[0]:
                best = decibels, fmean(ssim(*pair) for pair in found), factors
        print(f"{name:16} PSNR {best[0]:.2f} dB, SSIM {best[1]:.3f}, {best[2]}")


if __name__ == "__main__":
    main()
