"""Piecewise smooth pictures and their edges: Mumford-Shah by Ambrosio and Tortorelli.

For a picture g the energy, with one edge map v shared by all channels, is

    E(f, v) = ½ Σ_c ∫(f_c-g_c)² + α ∫ v² Σ_c|∇f_c|² + β ∫( ε|∇v|² + (v-1)²/4ε )

f and v both live on pixels, differences on the edges between neighbours. At a pixel, |∇f|² is
half the sum of the squared differences across its (up to four) edges: the mean of the forward and
the backward difference. So a diffusion weight is the mean of v² over the two pixels of an edge,
nothing prefers a direction, and E does not change when picture and edges are flipped or
transposed together. A checkerboard is all gradient. ∫|∇v|² counts every edge once.

Where E is stationary in v and in f:

    (V)  (α Σ_c|∇f_c|² + β/4ε) v - βε Δv = β/4ε
    (F)  f_c - 2α div(v² ∇f_c) = g_c

Each is linear, symmetric and positive definite, so they are solved in turn and E never rises.

Source: L. Ambrosio and V. M. Tortorelli, "Approximation of functionals depending on jumps by
elliptic functionals via Γ-convergence", Communications on Pure and Applied Mathematics 43, 1990,
doi:10.1002/cpa.3160430805.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.science import multigrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Convergence:
    """How the alternation went; every tuple has one entry an alternation.

    `energy` is E after both solves. A residual is relative, ‖b - A u‖/‖b‖, for (F) that of the
    channel worst off.
    """

    energy: tuple[float, ...] = ()
    residual_v: tuple[float, ...] = ()
    residual_f: tuple[float, ...] = ()
    iterations_v: tuple[int, ...] = ()
    iterations_f: tuple[int, ...] = ()

    def after(
        self, energy: float, edges: multigrid.Solution, smooth: multigrid.Solution
    ) -> Convergence:
        """Return this with one more alternation at its end."""
        return Convergence(
            (*self.energy, energy),
            (*self.residual_v, edges.residual),
            (*self.residual_f, smooth.residual),
            (*self.iterations_v, edges.iterations),
            (*self.iterations_f, smooth.iterations),
        )


@dataclass(frozen=True)
class Segmentation:
    """The smooth picture, its edges, and how well the two equations were solved.

    `smooth`: float32 in the picture's shape, in [min g, max g] of its channel, with g's mean.
    `edges`: v, (H, W) float32 in (0, 1], near 0 on edges.
    """

    smooth: Plane
    edges: Plane
    convergence: Convergence = field(repr=False)


@dataclass(frozen=True)
class Weights:
    """The three weights of E, all > 0: α smooths, β prices edges, ε is their width in pixels."""

    alpha: float
    beta: float
    epsilon: float

    def __post_init__(self) -> None:
        """Raise ValueError unless every weight is positive and finite."""
        for name, value in vars(self).items():
            if not 0 < value < np.inf:
                msg = f"{name} must be positive and finite, got {value}"
                raise ValueError(msg)

    @property
    def calm(self) -> float:
        """β/4ε, what (V) puts against the gradient: v = ½ where α|∇f|² equals it."""
        return self.beta / (4 * self.epsilon)


def mumford_shah(
    image: NDArray[Any],
    *,
    alpha: float = 1000.0,
    beta: float = 0.01,
    epsilon: float = 0.01,
    alternations: int = 5,
    tolerance: float = 1e-3,
) -> Segmentation:
    """Return the piecewise smooth picture near `image` and its edges.

    An edge is drawn where the gradient is above about √(β/4εα). A constant picture comes back as
    it is with v = 1, black included, and so does a single pixel. Scaling the picture by s and β by
    s² scales the result by s and leaves the edges.

    Args:
        image: (H, W) or (H, W, C), finite, meant to be in [0, 1].
        alpha: how strongly to smooth; flat regions average over about √(2α) pixels.
        beta: the price of edges.
        epsilon: the width of edges in pixels.
        alternations: how often to solve (V) and then (F), at least 1.
        tolerance: the relative residual to which each is solved.

    Raises:
        ValueError: for another number of axes, an empty or non-finite picture, or a weight ≤ 0.
    """
    weights = Weights(alpha, beta, epsilon)
    planes = to_planes(image)
    _require_positive(alternations=alternations, tolerance=tolerance)
    smooth, history = planes.copy(), Convergence()
    edges = multigrid.frame(np.ones((1, *np.shape(image)[:2]), np.float32))
    slopes = squared_gradient(smooth)
    for _ in range(alternations):
        v = solve_edges(slopes, edges, weights, tolerance=tolerance)
        edges = v.values
        del slopes  # room for the grids
        f = _solve_picture(edges[0], planes, smooth, alpha=alpha, tolerance=tolerance)
        _bring_within(smooth, planes)
        slopes = squared_gradient(smooth)
        total = _misfit(smooth, planes) + penalty(slopes, edges[0], weights)
        history = history.after(total, v, f)
    return Segmentation(from_planes(smooth, image), edges[0, 1:-1, 1:-1].copy(), history)


def _solve_picture(
    edges: Plane, planes: Plane, smooth: Plane, *, alpha: float, tolerance: float
) -> multigrid.Solution:
    """Solve (F) in place; its mass and weights are gone when the iterations begin."""
    levels = multigrid.multigrid(
        multigrid.frame(np.ones_like(edges[1:-1, 1:-1])),
        *diffusion_weights(edges, alpha),
        channels=len(planes),
    )
    return multigrid.solve(levels, planes, smooth, tolerance=tolerance)


def energy(
    image: NDArray[Any],
    smooth: NDArray[Any],
    edges: NDArray[Any],
    *,
    alpha: float,
    beta: float,
    epsilon: float,
) -> float:
    """Return E(smooth, edges) for the picture `image`, as the module defines it.

    Args:
        image: g, (H, W) or (H, W, C).
        smooth: f, in the same shape.
        edges: v, (H, W).
        alpha: weight of the gradient.
        beta: weight of the edges.
        epsilon: width of the edges in pixels.

    Raises:
        ValueError: if the shapes do not fit each other.
    """
    planes, f = to_planes(image), to_planes(smooth)
    if f.shape != planes.shape or np.shape(edges) != np.shape(image)[:2]:
        msg = (
            f"image, smooth and edges must fit, got {np.shape(image)}, {np.shape(smooth)} "
            f"and {np.shape(edges)}"
        )
        raise ValueError(msg)
    v = multigrid.frame(np.asarray(edges))
    return _misfit(f, planes) + penalty(squared_gradient(f), v, Weights(alpha, beta, epsilon))


def to_planes(image: NDArray[Any]) -> Plane:
    """Return `image` as framed (C, H+2, W+2) float32; raise ValueError if it is not a picture."""
    pixels = np.asarray(image)
    if pixels.ndim not in {2, 3} or 0 in pixels.shape:
        msg = f"image must be (H, W) or (H, W, C) and not empty, got shape {pixels.shape}"
        raise ValueError(msg)
    planes = multigrid.frame(np.moveaxis(np.atleast_3d(pixels), -1, 0))
    if not np.isfinite(planes).all():
        msg = f"image must be finite, got nan or infinity in shape {pixels.shape}"
        raise ValueError(msg)
    return planes


def from_planes(planes: Plane, image: NDArray[Any]) -> Plane:
    """Return framed planes in the shape of `image`, as a new array."""
    inside = np.moveaxis(planes[:, 1:-1, 1:-1], 0, -1)
    return np.ascontiguousarray(inside).reshape(np.shape(image))


def squared_gradient(planes: Plane) -> Plane:
    """Return Σ_c|∇f_c|² at every pixel, framed: half the sum over its edges."""
    slopes = np.zeros(planes.shape[1:], np.float32)
    inside = slopes[1:-1, 1:-1]
    for plane in planes[:, 1:-1, 1:-1]:
        across = np.diff(plane, axis=1)
        across *= across
        inside[:, :-1] += across
        inside[:, 1:] += across
        along = np.diff(plane, axis=0)
        along *= along
        inside[:-1] += along
        inside[1:] += along
    slopes *= np.float32(0.5)
    return slopes


def diffusion_weights(edges: Plane, alpha: float) -> tuple[Plane, Plane]:
    """Return 2α·(mean of v² over the two pixels) for edges to the right and edges down, framed."""
    right, down = np.zeros_like(edges), np.zeros_like(edges)
    squares = np.float32(alpha) * edges[1:-1, 1:-1] ** 2
    np.add(squares[:, :-1], squares[:, 1:], out=right[1:-1, 1:-2])
    np.add(squares[:-1], squares[1:], out=down[1:-2, 1:-1])
    return right, down


def solve_edges(
    slopes: Plane, start: Plane, weights: Weights, *, tolerance: float
) -> multigrid.Solution:
    """Solve (V) from the squared gradient and a first guess of v, both framed.

    The exact v is at least β/4ε over the largest coefficient and at most 1; cutting to that range
    takes nothing from the solution and only lowers E.
    """
    calm = np.float32(weights.calm)
    mass = np.zeros_like(slopes)
    mass[1:-1, 1:-1] = np.float32(weights.alpha) * slopes[1:-1, 1:-1] + calm
    right, down = np.zeros_like(slopes), np.zeros_like(slopes)
    right[1:-1, 1:-2] = weights.beta * weights.epsilon
    down[1:-2, 1:-1] = weights.beta * weights.epsilon
    levels = multigrid.multigrid(mass, right, down, channels=1)
    b = np.zeros_like(start)
    b[:, 1:-1, 1:-1] = calm
    found = multigrid.solve(levels, b, start.copy(), tolerance=tolerance)
    inside = found.values[:, 1:-1, 1:-1]
    np.clip(inside, calm / mass.max(), 1, out=inside)
    return found


def penalty(slopes: Plane, edges: Plane, weights: Weights) -> float:
    """Return E without its data term, from the squared gradient and v, both framed."""
    v = edges[1:-1, 1:-1]
    drawn = np.sum(v * v * slopes[1:-1, 1:-1], dtype=np.float64)
    length = _square(np.diff(v, axis=0)) + _square(np.diff(v, axis=1))
    area = _square(v - 1)
    return float(
        weights.alpha * drawn + weights.beta * weights.epsilon * length + weights.calm * area
    )


def _square(values: Plane) -> float:
    return float(np.square(values).sum(dtype=np.float64))


def _misfit(smooth: Plane, planes: Plane) -> float:
    return 0.5 * sum(_square(f - g) for f, g in zip(smooth, planes, strict=True))


def _bring_within(smooth: Plane, planes: Plane) -> None:
    """Give every channel g's mean and cut it to g's range; the exact f has both, so E falls."""
    for f, g in zip(smooth[:, 1:-1, 1:-1], planes[:, 1:-1, 1:-1], strict=True):
        missing = np.float32(g.mean(dtype=np.float64) - f.mean(dtype=np.float64))
        np.add(f, missing, out=f)
        np.clip(f, g.min(), g.max(), out=f)


def _require_positive(**options: float) -> None:
    for name, value in options.items():
        if not value > 0:
            msg = f"{name} must be above zero, got {value}"
            raise ValueError(msg)
