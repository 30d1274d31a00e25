"""The cosine domain (DCT-II), where a picture mirrored at its borders is blurred by a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from generator.science import multigrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Sums = NDArray[np.float64]


def spectrum(planes: Plane) -> Plane:
    """Return the orthonormal DCT-II (C, H, W) of framed planes (C, H+2, W+2)."""
    from scipy.fft import dctn

    found: Plane = dctn(planes[:, 1:-1, 1:-1], axes=(1, 2), norm="ortho")
    return found


def to_picture(coefficients: Plane) -> Plane:
    """Return the framed planes whose spectrum is ``coefficients``."""
    from scipy.fft import idctn

    return multigrid.frame(idctn(coefficients, axes=(1, 2), norm="ortho"))


def squared_frequency(framed: Plane) -> Plane:
    """Return ω² at every coefficient (H, W) of a framed picture, in radians² a pixel²."""
    rows, columns = _frequencies(framed)
    return np.asarray(rows**2 + columns**2, np.float32)


def gaussian(framed: Plane, sigma: float) -> Plane:
    """Return the factors exp(-σ²ω²/2) (H, W) by which a Gaussian of σ pixels blurs."""
    return np.asarray(np.exp(np.float32(-(sigma**2) / 2) * squared_frequency(framed)))


def laplacian(framed: Plane) -> Plane:
    """Return the eigenvalues (H, W) of DᵀD, for the forward difference D."""
    rows, columns = _frequencies(framed)
    return np.asarray(4 * np.sin(rows / 2) ** 2 + 4 * np.sin(columns / 2) ** 2, np.float32)


def _frequencies(framed: Plane) -> tuple[Sums, Sums]:
    rows, columns = (np.pi * np.arange(n - 2) / (n - 2) for n in framed.shape[-2:])
    return rows[:, np.newaxis], columns
