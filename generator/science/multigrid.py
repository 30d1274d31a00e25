"""Solve a diffusion equation on a picture: conjugate gradients, preconditioned by multigrid.

The operator is A = diag(mass) + Dᵀ diag(weight) D, in other words u ↦ mass·u - div(weight·∇u).
Each weight sits on the edge between two neighbouring pixels, D is the forward difference across
that edge and the divergence is -Dᵀ. So A is symmetric, and positive definite where mass > 0. No
flux leaves the picture (Neumann borders).

Arrays here are float32, channels first, and framed by one ghost pixel on every side. Weights that
lead into the frame are zero, so the kernels know no borders, odd sizes or single rows. Sums are
float32 along a row and float64 over rows, in one order: the same input gives the same bytes.

The preconditioner is one symmetric V-cycle. Coarse pixels are blocks of 2x2; a correction is
constant on its block (P) and residuals are added up over it (Pᵀ). Constant corrections make the
Galerkin operator PᵀAP twice too stiff in two dimensions, so coarse weights are halved (Braess,
"Towards algebraic multigrid for elliptic problems of second order", Computing 55, 1995,
doi:10.1007/BF02238488). Whatever the weights, the cycle stays symmetric positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Sums = NDArray[np.float64]

_jit: Any = njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "arcp"}
)

DAMPING: Final = np.float32(1.1)
"""Jacobi divides by mass + DAMPING·Σ weight: any ≥ 1 converges, 1.1 needed fewest cycles."""


@_jit
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


@_jit
def _search(
    mass: Plane, right: Plane, down: Plane, z: Plane, beta: Sums, p: Plane, q: Plane, dots: Sums
) -> None:  # pragma: no cover
    """Set p = z + beta p, q = A p and dots = p·q, in one pass over memory."""
    channels, height, width = p.shape
    for y in range(height - 1):
        for c in range(channels):
            b = np.float32(beta[c])
            below, z_below = p[c, y + 1], z[c, y + 1]
            for x in range(width):
                below[x] = z_below[x] + b * below[x]
            if y == 0:
                dots[c] = 0.0
                continue
            row, here = q[c, y, 1:], p[c, y, 1:]
            _apply_row(mass, right, down, p[c], y, row)
            total = np.float32(0)
            for x in range(width - 2):
                total += row[x] * here[x]
            dots[c] += total


@_jit
def _step(
    alpha: Sums, p: Plane, q: Plane, u: Plane, r: Plane, squares: Sums
) -> None:  # pragma: no cover
    """Set u += alpha p, r -= alpha q and squares = r·r."""
    channels, height, width = p.shape
    for c in range(channels):
        a = np.float32(alpha[c])
        squares[c] = 0.0
        for y in range(1, height - 1):
            p_row, q_row, u_row, r_row = p[c, y], q[c, y], u[c, y], r[c, y]
            total = np.float32(0)
            for x in range(1, width - 1):
                u_row[x] += a * p_row[x]
                rest = r_row[x] - a * q_row[x]
                r_row[x] = rest
                total += rest * rest
            squares[c] += total


@_jit
def _descend(
    mass: Plane, right: Plane, down: Plane, inverse: Plane, b: Plane, z: Plane, coarse: Plane
) -> None:  # pragma: no cover
    """Smooth once from zero, z = M⁻¹b, and restrict what is left, coarse = Pᵀ(b - A z)."""
    channels, height, width = b.shape
    row = np.zeros(width, np.float32)
    for y in range(height - 1):
        for c in range(channels):
            below, b_below, i_below = z[c, y + 1], b[c, y + 1], inverse[y + 1]
            for x in range(width):
                below[x] = i_below[x] * b_below[x]
            if y == 0:
                continue
            _apply_row(mass, right, down, z[c], y, row)
            b_row, out = b[c, y, 1:], coarse[c, (y + 1) // 2, 1:]
            for x in range(width - 2):
                row[x] = b_row[x] - row[x]
            keep = np.float32(1 - y % 2)  # an odd row is the first of its block
            for x in range(coarse.shape[2] - 2):
                out[x] = keep * out[x] + row[2 * x] + row[2 * x + 1]


@_jit
def _ascend(
    mass: Plane,
    right: Plane,
    down: Plane,
    inverse: Plane,
    b: Plane,
    z: Plane,
    coarse: Plane,
    out: Plane,
    dots: Sums,
) -> None:  # pragma: no cover
    """Correct, z += P coarse, and smooth once, out = z + M⁻¹(b - A z); dots = b·out."""
    channels, height, width = b.shape
    row = np.zeros(width, np.float32)
    for y in range(height - 1):
        for c in range(channels):
            if y < height - 2:
                below, c_below = z[c, y + 1, 1:], coarse[c, (y + 2) // 2, 1:]
                for x in range(coarse.shape[2] - 2):
                    below[2 * x] += c_below[x]
                    below[2 * x + 1] += c_below[x]
            if y == 0:
                dots[c] = 0.0
                continue
            _apply_row(mass, right, down, z[c], y, row)
            b_row, z_row, i_row, o_row = b[c, y, 1:], z[c, y, 1:], inverse[y, 1:], out[c, y, 1:]
            total = np.float32(0)
            for x in range(width - 2):
                better = z_row[x] + i_row[x] * (b_row[x] - row[x])
                o_row[x] = better
                total += better * b_row[x]
            dots[c] += total


@dataclass(frozen=True)
class Level:
    """One grid: its operator, the inverse of Jacobi's diagonal, and room to work in."""

    mass: Plane
    right: Plane
    down: Plane
    inverse: Plane
    right_side: Plane
    guess: Plane
    better: Plane
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
        diagonal = mass + DAMPING * flow
        inverse = np.divide(1, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
        guess, better = np.zeros((2, channels, *mass.shape), np.float32)
        right_side = np.zeros_like(guess) if levels else guess  # the first has its own b
        levels.append(
            Level(mass, right, down, inverse, right_side, guess, better, np.zeros(channels))
        )
        if bool(np.all(flow <= mass / 4)):
            return tuple(levels)
        mass, right, down = _coarsen(mass, right, down)


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


def precondition(levels: tuple[Level, ...], b: Plane) -> tuple[Plane, Sums]:
    """Return z ≈ A⁻¹b by one V-cycle, linear and symmetric positive definite, and each b·z.

    Both are room of the first level: the next call writes over them.
    """
    level, *rest = levels
    if not rest:
        np.multiply(level.inverse, b, out=level.better)
        level.dots[:] = np.einsum("cyx,cyx->c", level.better, b, dtype=np.float64)
        return level.better, level.dots
    operator = level.mass, level.right, level.down, level.inverse
    below = rest[0].right_side
    _descend(*operator, b, level.guess, below)
    correction, _ = precondition(tuple(rest), below)
    _ascend(*operator, b, level.guess, correction, level.better, level.dots)
    return level.better, level.dots


def solve(
    levels: tuple[Level, ...], b: Plane, start: Plane, *, tolerance: float, limit: int = 1000
) -> Solution:
    """Solve A u = b by conjugate gradients, every channel with its own step lengths.

    `b` and the first guess `start` are framed (C, H+2, W+2) float32; u is never worse than the
    guess in the norm of A. It stops once ‖b - A u‖ ≤ tolerance·‖b‖ in every channel, where the
    residual is the recurrence's, before float32 rounds u; or after `limit` iterations.
    """
    first = levels[0]
    operator = first.mass, first.right, first.down
    u, r, p, q = start.copy(), b.copy(), np.zeros_like(b), np.zeros_like(b)
    none = np.zeros(len(b))
    norms, squares, curvature, old = none.copy(), none.copy(), none.copy(), none.copy()
    _step(none, p, q, u, r, norms)  # a step of length 0: only b·b
    norms[norms == 0] = 1
    _search(*operator, start, none, p, q, curvature)  # p = u, q = A u
    _step(none + 1, np.zeros_like(p), q, u, r, squares)  # r = b - A u
    iterations = 0
    while (residual := float(np.sqrt(ratio(squares, norms)).max())) > tolerance:
        if iterations == limit:
            break
        z, dots = precondition(levels, r)
        _search(*operator, z, ratio(dots, old), p, q, curvature)
        _step(ratio(dots, curvature), p, q, u, r, squares)
        old[:] = dots
        iterations += 1
    return Solution(u, iterations, residual)


def ratio(a: Sums, b: Sums) -> Sums:
    """Divide; zero where there is nothing to divide by (a channel that is solved, or black)."""
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


def product(mass: Plane, right: Plane, down: Plane, u: Plane) -> Plane:
    """Return A u, framed, for framed planes u (C, H+2, W+2)."""
    nothing = np.zeros(len(u))
    image = np.zeros_like(u)
    _search(mass, right, down, u, nothing, np.zeros_like(u), image, nothing.copy())
    return image
