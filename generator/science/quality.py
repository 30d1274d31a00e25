"""How near a picture is to a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def psnr(reference: NDArray[Any], image: NDArray[Any], *, data_range: float = 1.0) -> float:
    """Return the peak signal-to-noise ratio in decibels; infinity for equal pictures.

    Args:
        reference: any shape.
        image: the same shape.
        data_range: the largest value a pixel can have less the smallest.

    Raises:
        ValueError: if the shapes differ.
    """
    _require_same_shape(reference, image)
    error = np.mean(np.square(np.subtract(reference, image, dtype=np.float64)))
    return float(10 * np.log10(data_range**2 / error)) if error > 0 else float("inf")


def ssim(reference: NDArray[Any], image: NDArray[Any], *, data_range: float = 1.0) -> float:
    """Return the mean structural similarity, at most 1, from scikit-image with its 7x7 window.

    Smaller pictures get the largest odd window they hold. Channels are averaged.

    Args:
        reference: (H, W) or (H, W, C).
        image: the same shape.
        data_range: the largest value a pixel can have less the smallest.

    Raises:
        ValueError: if the shapes differ, or the picture is less than 3 pixels high or wide.

    Source: Z. Wang et al., "Image quality assessment: from error visibility to structural
    similarity", IEEE Transactions on Image Processing 13, 2004, doi:10.1109/TIP.2003.819861.
    """
    from skimage.metrics import structural_similarity

    _require_same_shape(reference, image)
    side = min(reference.shape[:2])
    if side < 3:  # noqa: PLR2004 -- the least window that has a neighbourhood
        msg = f"ssim needs at least 3 rows and columns, got shape {reference.shape}"
        raise ValueError(msg)
    return float(
        structural_similarity(
            np.asarray(reference, np.float64),
            np.asarray(image, np.float64),
            data_range=data_range,
            win_size=min(7, side - 1 + side % 2),
            channel_axis=2 if reference.ndim > 2 else None,  # noqa: PLR2004
        )
    )


def nearness(reference: NDArray[Any], image: NDArray[Any]) -> dict[str, float]:
    """Return `psnr` and `ssim` of pictures in [0, 1], leaving out what has no finite value.

    Equal pictures have no PSNR, and pictures less than 3 pixels high or wide have no SSIM.

    Raises:
        ValueError: if the shapes differ.
    """
    found = {}
    ratio = psnr(reference, image)
    if np.isfinite(ratio):
        found["psnr"] = ratio
    if min(np.shape(reference)[:2]) >= 3:  # noqa: PLR2004 -- as in `ssim`
        found["ssim"] = ssim(reference, image)
    return found


def _require_same_shape(reference: NDArray[Any], image: NDArray[Any]) -> None:
    if np.shape(reference) != np.shape(image):
        msg = f"pictures must have one shape, got {np.shape(reference)} and {np.shape(image)}"
        raise ValueError(msg)
