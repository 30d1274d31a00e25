"""Solve a diffusion equation on a picture: conjugate gradients, preconditioned by multigrid.

The operator is A = diag(mass) + Dᵀ diag(weight) D, in other words u ↦ mass·u - div(weight·∇u).
Each weight sits on the edge between two neighbouring pixels, D is the forward difference across
that edge and the divergence is -Dᵀ. So A is symmetric, and positive definite where mass > 0. No
flux leaves the picture (Neumann borders).

Arrays here are float32, channels first, and framed by one ghost pixel on every side. Weights that
lead into the frame are zero, so the kernels know no borders, odd sizes or single rows.

Pixels are coloured like a checkerboard. A red pixel has black neighbours only, so red is
eliminated exactly and conjugate gradients run on the black half, where the system is better
conditioned (L. A. Hageman and D. M. Young, "Applied Iterative Methods", Academic Press, 1981).

The preconditioner is one symmetric V-cycle. Every grid eliminates its red pixels, smooths black
once before and once after by Jacobi's method, and passes what is left to the next. Coarse pixels
are blocks of 2x2; a correction is constant on its block (P) and residuals are added up over it
(Pᵀ). Constant corrections make the Galerkin operator PᵀAP twice too stiff in two dimensions, so
coarse weights are halved (Braess, "Towards algebraic multigrid for elliptic problems of second
order", Computing 55, 1995, doi:10.1007/BF02238488). Whatever the weights, the cycle stays
symmetric positive definite: with S = B - C, B diagonal and C ≥ 0, the two Jacobi sweeps alone
amount to B⁻¹(B + C)B⁻¹ > 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.science import checkerboard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Sums = NDArray[np.float64]


@checkerboard.jit
def _apply_row(
    mass: Plane, right: Plane, down: Plane, u: Plane, y: int, row: Plane
) -> None:  # pragma: no cover
    """Write row y of A u into `row`."""
    m, east, west = mass[y, 1:], right[y, 1:], right[y]
    south, north = down[y, 1:], down[y - 1, 1:]
    here, after, before = u[y, 1:], u[y, 2:], u[y]
    below, above = u[y + 1, 1:], u[y - 1, 1:]
    for x in range(u.shape[1] - 2):
        h = here[x]
        row[x] = (
            m[x] * h
            + east[x] * (h - after[x])
            + west[x] * (h - before[x])
            + south[x] * (h - below[x])
            + north[x] * (h - above[x])
        )


@dataclass(frozen=True)
class Level:
    """One grid: its operator with red eliminated, as `checkerboard` has it, and room to work in."""

    weights: Plane
    red_inverse: Plane
    black_inverse: Plane
    black_mass: Plane
    framed: Plane
    residual: Plane
    correction: Plane
    dots: Sums


@dataclass(frozen=True)
class Solution:
    """What `solve` found: u, its iterations, and ‖b - A u‖/‖b‖ of the channel worst off."""

    values: Plane
    iterations: int
    residual: float


def frame(planes: NDArray[Any]) -> Plane:
    """Return planes (..., row, column) as float32 with one ghost pixel of zero on every side."""
    height, width = planes.shape[-2:]
    framed = np.zeros((*planes.shape[:-2], height + 2, width + 2), np.float32)
    framed[..., 1:-1, 1:-1] = planes
    return framed


def multigrid(mass: Plane, right: Plane, down: Plane, *, channels: int) -> tuple[Level, ...]:
    """Return the grids for A = diag(mass) - div(weight grad), the picture's own first.

    Args:
        mass: framed (H+2, W+2) float32, > 0 inside, 0 in the frame.
        right: framed; the weight ≥ 0 between a pixel and its right neighbour, 0 in the last column.
        down: framed; the same between a pixel and the one below, 0 in the last row.
        channels: how many right-hand sides are solved together.

    It stops at one pixel, or where mass rules everywhere: there Jacobi is all but exact.
    """
    levels: list[Level] = []
    while True:
        flow = _flow(right, down)
        levels.append(_level(mass, right, down, mass + flow, channels, finest=not levels))
        if bool(np.all(flow <= mass / 4)):
            return tuple(levels)
        mass, right, down = _coarsen(mass, right, down)


def _level(
    mass: Plane, right: Plane, down: Plane, diagonal: Plane, channels: int, *, finest: bool
) -> Level:
    west, north = np.zeros((2, *mass.shape), np.float32)
    west[:, 1:], north[1:] = right[:, :-1], down[:-1]
    weights = np.stack([checkerboard.red(plane) for plane in (west, right, north, down)])
    inverse = np.divide(1, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
    return Level(
        weights,
        checkerboard.red(inverse),
        checkerboard.black(inverse),
        checkerboard.black(mass),
        framed=np.zeros((0 if finest else channels, *mass.shape), np.float32),
        residual=np.zeros((channels, *weights.shape[1:]), np.float32),
        correction=np.zeros((channels, *weights.shape[1:]), np.float32),
        dots=np.zeros(channels),
    )


def _flow(right: Plane, down: Plane) -> Plane:
    """Sum the weights of the four edges at every pixel."""
    flow = right + down
    flow[:, 1:] += right[:, :-1]
    flow[1:] += down[:-1]
    flow[0] = flow[-1] = 0
    flow[:, 0] = flow[:, -1] = 0
    return flow


def _coarsen(mass: Plane, right: Plane, down: Plane) -> tuple[Plane, Plane, Plane]:
    """Add up mass in 2x2 blocks, and half the weights that cross from block to block."""
    height, width = mass.shape[0] - 2, mass.shape[1] - 2
    even = np.s_[1 : 1 + height + height % 2, 1 : 1 + width + width % 2]  # may reach the frame
    m, r, d = mass[even], right[even], down[even]
    half = np.float32(0.5)
    return (
        frame(m[::2, ::2] + m[::2, 1::2] + m[1::2, ::2] + m[1::2, 1::2]),
        frame(half * (r[::2, 1::2] + r[1::2, 1::2])),
        frame(half * (d[1::2, ::2] + d[1::2, 1::2])),
    )


def precondition(levels: tuple[Level, ...], b: Plane) -> Plane:
    """Return u ≈ A⁻¹b, framed like b, by one V-cycle: linear and symmetric positive definite."""
    u = b.copy()
    _approximate(levels, u)
    return u


def _approximate(levels: tuple[Level, ...], u: Plane) -> None:
    """Turn the right side u into an answer, in place."""
    level = levels[0]
    checkerboard.reduce(level.weights, level.red_inverse, u, level.residual)
    z, _ = cycle(levels, level.residual)
    checkerboard.recover(level.weights, level.red_inverse, z, u)


def cycle(levels: tuple[Level, ...], r: Plane) -> tuple[Plane, Sums]:
    """Return z ≈ S⁻¹r for black pixels by one V-cycle, and r·z of each channel.

    Both are room of the first level: the next call writes over them.
    """
    level, *rest = levels
    if not rest:
        np.multiply(level.black_inverse, r, out=level.correction)
        level.dots[:] = np.einsum("cyx,cyx->c", level.correction, r, dtype=np.float64)
        return level.correction, level.dots
    operator = level.weights, level.red_inverse, level.black_inverse
    coarse = rest[0].framed
    checkerboard.descend(*operator, r, coarse)
    _approximate(tuple(rest), coarse)
    checkerboard.ascend(*operator, r, coarse, level.correction, level.dots)
    return level.correction, level.dots


def solve(
    levels: tuple[Level, ...], b: Plane, u: Plane, *, tolerance: float, limit: int = 1000
) -> Solution:
    """Solve A u = b by conjugate gradients on black, every channel with its own step lengths.

    `b` and u are framed (C, H+2, W+2) float32. u is the first guess and becomes the solution, in
    place, never worse than the guess in the norm of A. It stops once ‖b - A u‖ ≤ tolerance·‖b‖ in
    every channel, where the residual is the recurrence's, before float32 rounds u (red has none);
    or after `limit` steps.
    """
    level = levels[0]
    norms = np.einsum("cyx,cyx->c", b, b, dtype=np.float64)
    norms[norms == 0] = 1
    checkerboard.reduce(level.weights, level.red_inverse, b, level.residual)
    x = checkerboard.black(u)
    iterations, residual = _iterate(levels, x, norms, tolerance, limit)
    np.copyto(u, b)
    checkerboard.recover(level.weights, level.red_inverse, x, u)
    return Solution(u, iterations, residual)


def _iterate(
    levels: tuple[Level, ...], x: Plane, norms: Sums, tolerance: float, limit: int
) -> tuple[int, float]:
    """Bring x to the solution of S x = the first level's residual; tell iterations and residual."""
    level = levels[0]
    operator, r = (level.weights, level.red_inverse, level.black_mass), level.residual
    p, z, none = np.zeros_like(x), level.correction, np.zeros(len(x))
    squares, curvature, old = none.copy(), none.copy(), none.copy()
    z[:] = x
    checkerboard.search(*operator, none, p, z, curvature)  # p = x, z = S x
    checkerboard.step(none + 1, p, z, p, r, squares)  # r -= S x; p begins anew anyway
    iterations = 0
    while (residual := float(np.sqrt(ratio(squares, norms)).max())) > tolerance:
        if iterations == limit:
            break
        z, dots = cycle(levels, r)
        checkerboard.search(*operator, ratio(dots, old), p, z, curvature)
        checkerboard.step(ratio(dots, curvature), p, z, x, r, squares)
        old[:] = dots
        iterations += 1
    return iterations, residual


def ratio(a: Sums, b: Sums) -> Sums:
    """Divide; zero where there is nothing to divide by (a channel that is solved, or black)."""
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


@checkerboard.jit
def _apply(
    mass: Plane, right: Plane, down: Plane, u: Plane, image: Plane
) -> None:  # pragma: no cover
    channels, height, _ = u.shape
    for y in range(1, height - 1):
        for c in range(channels):
            _apply_row(mass, right, down, u[c], y, image[c, y, 1:])


def product(mass: Plane, right: Plane, down: Plane, u: Plane) -> Plane:
    """Return A u, framed, for framed planes u (C, H+2, W+2)."""
    image = np.zeros_like(u)
    _apply(mass, right, down, u, image)
    return image
