"""Sharpen a picture that a Gaussian has blurred, of known or of unknown width.

Mumford-Shah with a blur h in the data term; v and the gradient are as in `mumford_shah`:

    E(f, v, h) = ½ Σ_c‖h∗f_c - g_c‖² + α ∫ v² Σ_c|∇f_c|² + β ∫( ε|∇v|² + (v-1)²/4ε ) + γ ∫|∇h|²

    (F)  h(-x)∗(h∗f_c - g_c) - 2α div(v² ∇f_c) = 0          (V) as before

The picture is mirrored at its borders. There a Gaussian is diagonal in the cosine transform
(DCT-II), with the factor exp(-σ²ω²/2) at frequency ω, so h is exactly its own adjoint and keeps
the mean. (F) is solved by conjugate gradients in the cosine domain, preconditioned by the operator
that has the mean of v² everywhere, for that one is diagonal too. Its residual here is the
preconditioned one, ‖M⁻¹(b - A f)‖/‖f‖, about the relative error of f: where h has taken everything
a wrong f leaves next to no plain residual.

A Gaussian has ∂h/∂σ = σΔh and ∫|∇h|² = 1/4πσ⁴, so E is stationary in σ where

    (σ)  Σ_c⟨h∗f_c - g_c, σΔh∗f_c⟩ = γ/πσ⁵

γ is counted for each pixel and channel, so that it does not depend on the size of the picture.
No one γ suits all pictures: without noise in f the left side is nearly flat up to the true σ, and
what is balanced against it differs a hundredfold between σ = 1 and 3 and with contrast and noise.
So unless γ is given, σ starts from the spectrum of the picture, and γ is the one that balances (σ)
there.

Source: L. Bar, N. Sochen and N. Kiryati, "Semi-blind image restoration via Mumford-Shah
regularization", IEEE Transactions on Image Processing 15, 2006, doi:10.1109/TIP.2005.863120.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from generator.science import cosine, multigrid
from generator.science.mumford_shah import (
    Convergence,
    Segmentation,
    Weights,
    diffusion_weights,
    from_planes,
    penalty,
    solve_edges,
    squared_gradient,
    to_planes,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Sums = NDArray[np.float64]

SIGMAS: Final = (0.3, 8.0)
"""Where an unknown σ is looked for, in pixels; blur below 0.3 does not show on a pixel grid."""

FALL: Final = 2.8
"""Power spectra of photographs fall about like 1/ω^2.8, which six of them agreed on best."""

STEPS: Final = 500


@dataclass(frozen=True)
class BlindSegmentation(Segmentation):
    """A segmentation, the σ it was made with in pixels, and σ from first guess to last."""

    sigma: float
    path: tuple[float, ...]


@dataclass(frozen=True)
class _State:
    """Where an alternation stands: f and g in the cosine domain, v framed, and the record."""

    spectrum: Plane
    target: Plane
    edges: Plane
    convergence: Convergence


def deblur(
    image: NDArray[Any],
    sigma: float,
    *,
    alpha: float = 0.002,
    beta: float = 1e-4,
    epsilon: float = 0.3,
    alternations: int = 4,
    tolerance: float = 1e-3,
) -> Segmentation:
    """Return `image` without its Gaussian blur, and its edges.

    Unlike `mumford_shah` this may leave the range of the picture, for it overshoots at edges; the
    mean is kept. A constant picture comes back as it is. The defaults suit noise of up to 0.01.

    Args:
        image: (H, W) or (H, W, C), finite, meant to be in [0, 1].
        sigma: width of the blur in pixels, ≥ 0.
        alpha: how strongly to smooth; more for a noisier picture.
        beta: the price of edges. If it is too low for the noise, noise is taken for edges and
            comes back magnified.
        epsilon: the width of edges in pixels.
        alternations: how often to solve for the picture and then for the edges, at least 1.
        tolerance: the relative residual to which each is solved.

    Raises:
        ValueError: for another number of axes, an empty or non-finite picture, or an option out
            of its range.
    """
    weights = Weights(alpha, beta, epsilon)
    _require(alternations, tolerance, sigma)
    state = _begin(image)
    for _ in range(alternations):
        state = _alternate(state, sigma, weights, tolerance)
    return Segmentation(*_found(state, image))


def estimate_and_deblur(
    image: NDArray[Any],
    *,
    alpha: float = 0.002,
    beta: float = 1e-4,
    epsilon: float = 0.3,
    gamma: float | None = None,
    alternations: int = 4,
    tolerance: float = 1e-3,
) -> BlindSegmentation:
    """Return `image` without its Gaussian blur, its edges, and the σ of the blur.

    The estimate is of all the blur there is, the camera's and the resizing's included. It fails
    where the spectrum is not that of a photograph (text, drawings, one regular texture), and on
    strong noise. A constant picture shows no blur: σ is the least of `SIGMAS`.

    Args:
        image: (H, W) or (H, W, C), finite, meant to be in [0, 1].
        alpha: see `deblur`.
        beta: see `deblur`.
        epsilon: see `deblur`.
        gamma: the price of a narrow blur, ≥ 0; None to balance it by the picture's spectrum.
        alternations: how often to solve for picture, edges and σ, at least 1.
        tolerance: see `deblur`.

    Raises:
        ValueError: as for `deblur`.
    """
    weights = Weights(alpha, beta, epsilon)
    _require(alternations, tolerance, gamma or 0)
    state = _begin(image)
    sigma = estimate_sigma(image)
    path = [sigma]
    for _ in range(alternations):
        state = _alternate(state, sigma, weights, tolerance)
        if gamma is None:
            gamma = max(0.0, _pull(state, sigma) * np.pi * sigma**5)
        sigma = _bisect(state, gamma)
        path.append(sigma)
    state = _alternate(state, sigma, weights, tolerance)
    return BlindSegmentation(*_found(state, image), sigma, tuple(path))


def blur(image: NDArray[Any], sigma: float) -> Plane:
    """Return `image` blurred by a Gaussian of `sigma` pixels, mirrored at its borders, as float32.

    Raises:
        ValueError: for another number of axes, an empty or non-finite picture, or a negative σ.
    """
    _require(1, 1, sigma)
    planes = to_planes(image)
    return from_planes(
        cosine.to_picture(cosine.gaussian(planes, sigma) * cosine.spectrum(planes)), image
    )


def estimate_sigma(image: NDArray[Any]) -> float:
    """Return the σ in `SIGMAS` that best explains the power spectrum of `image`.

    Power at frequency ω is taken to be K(exp(-σ²ω²)/ω^2.8 + ρ): a photograph, blurred, under white
    noise. σ and ρ are searched for on a grid, K is in closed form, and what is maximised is
    Whittle's likelihood of the mean power on rings of equal ω (P. Whittle, "Estimation and
    information in stationary time series", Arkiv för Matematik 2, 1953, doi:10.1007/BF02590998).

    Raises:
        ValueError: for another number of axes or an empty or non-finite picture.
    """
    planes = to_planes(image)
    power = np.square(cosine.spectrum(planes)).mean(axis=0, dtype=np.float64)
    frequency = np.sqrt(cosine.squared_frequency(planes))
    ring = np.ceil(frequency * (80 / np.pi)).astype(int)
    used = (ring > 1) & (ring <= 80)  # noqa: PLR2004 -- neither the mean nor the corners
    count = np.bincount(ring[used], minlength=81)
    kept = count > 0
    n = count[kept].astype(np.float64)
    if not power[used].sum() > 1e-9 * planes[0].size:
        return SIGMAS[0]
    mean = np.bincount(ring[used], power[used], minlength=81)[kept] / n
    omega = np.bincount(ring[used], frequency[used], minlength=81)[kept] / n
    sigmas = np.geomspace(*SIGMAS, 160)
    noise = np.geomspace(1e-9, 10, 90)[:, np.newaxis]
    shape = np.exp(-np.square(sigmas[:, np.newaxis, np.newaxis] * omega)) / omega**FALL + noise
    level = (n * mean / shape).sum(axis=-1) / n.sum()
    cost = n.sum() * np.log(level) + (n * np.log(shape)).sum(axis=-1)
    return float(sigmas[np.unravel_index(np.argmin(cost), cost.shape)[0]])


def _begin(image: NDArray[Any]) -> _State:
    spectrum = cosine.spectrum(to_planes(image))
    edges = multigrid.frame(np.ones((1, *np.shape(image)[:2]), np.float32))
    return _State(spectrum, spectrum, edges, Convergence())


def _alternate(state: _State, sigma: float, weights: Weights, tolerance: float) -> _State:
    """Solve for the picture, then for the edges: a blurred picture has no edges to begin with."""
    f = _solve_picture(state, sigma, weights, tolerance)
    slopes = squared_gradient(cosine.to_picture(f.values))
    v = solve_edges(slopes, state.edges, weights, tolerance=tolerance)
    misfit = cosine.gaussian(v.values, sigma) * f.values - state.target
    total = 0.5 * float(_dot(misfit, misfit).sum()) + penalty(slopes, v.values[0], weights)
    return _State(f.values, state.target, v.values, state.convergence.after(total, v, f))


def _solve_picture(
    state: _State, sigma: float, weights: Weights, tolerance: float
) -> multigrid.Solution:
    """Solve (F) in the cosine domain, from the f that the state holds."""
    right, down = diffusion_weights(state.edges[0], weights.alpha)
    massless = np.zeros_like(right)
    h = cosine.gaussian(right, sigma)
    mean = (right.sum(dtype=np.float64) + down.sum(dtype=np.float64)) / max(1, 2 * h.size)
    inverse = 1 / (h * h + np.float32(mean) * cosine.laplacian(right) + np.float32(1e-9))

    def apply(x: Plane) -> Plane:
        return h * h * x + cosine.spectrum(
            multigrid.product(massless, right, down, cosine.to_picture(x))
        )

    x = state.spectrum.copy()
    r = h * state.target - apply(x)
    z = inverse * r
    p, old, iterations = np.zeros_like(x), np.zeros(len(x)), 0
    scale = _dot(x, x)
    scale[scale == 0] = 1
    while (residual := float(np.sqrt(_dot(z, z) / scale).max())) > tolerance:
        if iterations == STEPS:
            break
        slope = _dot(r, z)
        p = z + multigrid.ratio(slope, old).astype(np.float32)[:, np.newaxis, np.newaxis] * p
        q = apply(p)
        step = multigrid.ratio(slope, _dot(p, q)).astype(np.float32)[:, np.newaxis, np.newaxis]
        x += step * p
        r -= step * q
        z, old, iterations = inverse * r, slope, iterations + 1
    return multigrid.Solution(x, iterations, residual)


def _pull(state: _State, sigma: float) -> float:
    """Return the left side of (σ) for each pixel and channel: above 0 where σ is too wide."""
    squared = cosine.squared_frequency(state.edges)
    blurred = cosine.gaussian(state.edges, sigma) * state.spectrum
    product = _dot(blurred - state.target, squared * blurred)
    return float(-sigma * product.sum() / blurred.size)


def _bisect(state: _State, gamma: float) -> float:
    """Return the σ in SIGMAS that solves (σ), or the end of the interval beyond which it lies."""
    low, high = SIGMAS
    for _ in range(40):
        sigma = (low + high) / 2
        if _pull(state, sigma) < gamma / (np.pi * sigma**5):
            low = sigma
        else:
            high = sigma
    return (low + high) / 2


def _found(state: _State, image: NDArray[Any]) -> tuple[Plane, Plane, Convergence]:
    smooth = from_planes(cosine.to_picture(state.spectrum), image)
    return smooth, state.edges[0, 1:-1, 1:-1].copy(), state.convergence


def _dot(a: Plane, b: Plane) -> Sums:
    return np.asarray(np.sum(a * b, axis=(1, 2), dtype=np.float64))


def _require(alternations: int, tolerance: float, width: float) -> None:
    if not (alternations >= 1 and tolerance > 0 and 0 <= width < np.inf):
        msg = (
            "alternations must be at least 1, tolerance above 0, and sigma or gamma finite and "
            f"not negative, got {alternations}, {tolerance} and {width}"
        )
        raise ValueError(msg)
