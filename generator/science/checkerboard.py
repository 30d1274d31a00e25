"""Kernels for a diffusion operator whose red pixels are eliminated (see `multigrid`).

Pixels are coloured like a checkerboard: black where row plus column is even, red elsewhere, each
counted from 0. Every neighbour of a red pixel is black and the other way round, so in

    A = [ B  -Wᵀ ]      B, R: mass plus the four weights, diagonal
        [ -W   R ]      W: at a red pixel the weights to its four neighbours

the red half of A u = b is solved exactly, red = R⁻¹(b_red + W black), and what remains is a system
for the black half alone: S = B - WᵀR⁻¹W, with b_black + WᵀR⁻¹b_red on its right.

A colour is packed in planes (H+2, n+2), n = (W+1)//2, with a frame of zeros: column k of row y is
the pixel of that colour in columns 2k-2 and 2k-1 of the picture. So a neighbour above or below
stands in the same column, one beside it in the same or the next, and loops run over unbroken
memory. Weights are (4, H+2, n+2), of red pixels to the west, east, north and south. Sums over
pixels are float32 along a row and float64 over rows, in one order: the same bytes each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]
    Sums = NDArray[np.float64]

jit: Any = njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "arcp"}
)


def black(plane: Plane) -> Plane:
    """Return the black pixels of a framed plane (..., H+2, W+2), packed."""
    return _packed(plane, 0)


def red(plane: Plane) -> Plane:
    """Return the red pixels of a framed plane (..., H+2, W+2), packed."""
    return _packed(plane, 1)


def _packed(plane: Plane, colour: int) -> Plane:
    height, n = plane.shape[-2], (plane.shape[-1] - 1) // 2
    packed = np.zeros((*plane.shape[:-1], n + 2), np.float32)
    for y in (1, 2):
        first = 1 + (y - 1 + colour) % 2
        rows = np.s_[y : height - 1 : 2]
        packed[..., rows, 1:-1] = plane[..., rows, first : first + 2 * n : 2]
    return packed


@jit
def _red_row(
    weights: Plane, inverse: Plane, above: Plane, here: Plane, below: Plane, y: int, row: Plane
) -> None:  # pragma: no cover
    """Write row y of R⁻¹W u from three rows of black u."""
    odd = y % 2
    to_west, to_east = weights[0, y, 1:], weights[1, y, 1:]
    to_north, to_south = weights[2, y, 1:], weights[3, y, 1:]
    west, east, north, south = here[odd:], here[1 + odd :], above[1:], below[1:]
    i, out = inverse[y, 1:], row[1:]
    for x in range(row.size - 2):
        out[x] = i[x] * (
            to_west[x] * west[x]
            + to_east[x] * east[x]
            + to_north[x] * north[x]
            + to_south[x] * south[x]
        )


@jit
def _black_row(
    weights: Plane, above: Plane, here: Plane, below: Plane, y: int, row: Plane
) -> None:  # pragma: no cover
    """Write row y of Wᵀe from three rows of red e."""
    odd = y % 2
    to_west, to_east = weights[1, y, 1 - odd :], weights[0, y, 2 - odd :]
    to_north, to_south = weights[3, y - 1, 1:], weights[2, y + 1, 1:]
    west, east, north, south = here[1 - odd :], here[2 - odd :], above[1:], below[1:]
    out = row[1:]
    for x in range(row.size - 2):
        out[x] = (
            to_west[x] * west[x]
            + to_east[x] * east[x]
            + to_north[x] * north[x]
            + to_south[x] * south[x]
        )


@jit
def _outflow_row(
    weights: Plane,
    mass: Plane,
    above: Plane,
    here: Plane,
    below: Plane,
    u: Plane,
    y: int,
    row: Plane,
) -> None:  # pragma: no cover
    """Write row y of S u, where the rows are red R⁻¹W u: differences, so that nothing cancels."""
    odd = y % 2
    to_west, to_east = weights[1, y, 1 - odd :], weights[0, y, 2 - odd :]
    to_north, to_south = weights[3, y - 1, 1:], weights[2, y + 1, 1:]
    west, east, north, south = here[1 - odd :], here[2 - odd :], above[1:], below[1:]
    m, centre, out = mass[y, 1:], u[1:], row[1:]
    for x in range(row.size - 2):
        h = centre[x]
        out[x] = (
            m[x] * h
            + to_west[x] * (h - west[x])
            + to_east[x] * (h - east[x])
            + to_north[x] * (h - north[x])
            + to_south[x] * (h - south[x])
        )


@jit
def reduce(weights: Plane, inverse: Plane, b: Plane, r: Plane) -> None:  # pragma: no cover
    """Eliminate red from the framed right side b: r = b_black + WᵀR⁻¹b_red."""
    channels, height, width = r.shape
    reds = np.zeros((channels, 4, width), np.float32)
    for y in range(height - 1):  # red leads by a row
        for c in range(channels):
            e = reds[c]
            if y < height - 2:
                i, e_row, b_red = inverse[y + 1, 1:], e[(y + 1) & 3, 1:], b[c, y + 1, 2 - y % 2 :]
                for x in range(width - 2):
                    e_row[x] = i[x] * b_red[2 * x]
            if y > 0:
                above, here, below = e[(y - 1) & 3], e[y & 3], e[(y + 1) & 3]
                _black_row(weights, above, here, below, y, r[c, y])
                out, b_black = r[c, y, 1:], b[c, y, 2 - y % 2 :]
                for x in range(width - 2):
                    out[x] += b_black[2 * x]


@jit
def recover(weights: Plane, inverse: Plane, z: Plane, u: Plane) -> None:  # pragma: no cover
    """Turn the framed right side u into the answer: z on black, R⁻¹(u + W z) on red."""
    channels, height, width = z.shape
    row = np.zeros(width, np.float32)
    for y in range(1, height - 1):
        for c in range(channels):
            _red_row(weights, inverse, z[c, y - 1], z[c, y], z[c, y + 1], y, row)
            i, here, z_row, e_row = inverse[y, 1:], u[c, y, 1:], z[c, y, 1:], row[1:]
            if y % 2:
                for x in range(width - 2):
                    here[2 * x] = z_row[x]
                    here[2 * x + 1] = e_row[x] + i[x] * here[2 * x + 1]
            else:
                for x in range(width - 2):
                    here[2 * x] = e_row[x] + i[x] * here[2 * x]
                    here[2 * x + 1] = z_row[x]


@jit
def search(
    weights: Plane, inverse: Plane, mass: Plane, beta: Sums, p: Plane, z: Plane, dots: Sums
) -> None:  # pragma: no cover
    """Set p = z + beta p, then z = S p and dots = p·S p, in one pass over memory."""
    channels, height, width = p.shape
    reds = np.zeros((channels, 4, width), np.float32)
    dots[:] = 0.0
    for y in range(-1, height - 1):  # black leads by two rows, red by one
        for c in range(channels):
            b = np.float32(beta[c])
            if y + 2 < height - 1:
                p_row, z_row = p[c, y + 2], z[c, y + 2]
                for x in range(width):
                    p_row[x] = z_row[x] + b * p_row[x]
            e = reds[c]
            if 0 <= y < height - 2:
                above, here, below = p[c, y], p[c, y + 1], p[c, y + 2]
                _red_row(weights, inverse, above, here, below, y + 1, e[(y + 1) & 3])
            if y > 0:
                above, here, below = e[(y - 1) & 3], e[y & 3], e[(y + 1) & 3]
                row, centre = z[c, y], p[c, y]
                _outflow_row(weights, mass, above, here, below, centre, y, row)
                total = np.float32(0)
                for x in range(width):
                    total += row[x] * centre[x]
                dots[c] += total


@jit
def step(
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
            for x in range(width):
                u_row[x] += a * p_row[x]
                rest = r_row[x] - a * q_row[x]
                r_row[x] = rest
                total += rest * rest
            squares[c] += total


@jit
def descend(
    weights: Plane, inverse: Plane, jacobi: Plane, r: Plane, coarse: Plane
) -> None:  # pragma: no cover
    """Smooth once from zero, z = B⁻¹r, and add what is left, r - S z = WᵀR⁻¹W z, over blocks."""
    channels, height, width = r.shape
    blacks = np.zeros((channels, 4, width), np.float32)
    reds = np.zeros((channels, 4, width), np.float32)
    row = np.zeros(width, np.float32)
    for y in range(-1, height - 1):  # black leads by two rows, red by one
        for c in range(channels):
            z, e = blacks[c], reds[c]
            if y + 2 < height - 1:
                z_row, r_row, i_row = z[(y + 2) & 3], r[c, y + 2], jacobi[y + 2]
                for x in range(width):
                    z_row[x] = i_row[x] * r_row[x]
            if 0 <= y < height - 2:
                above, here, below = z[y & 3], z[(y + 1) & 3], z[(y + 2) & 3]
                _red_row(weights, inverse, above, here, below, y + 1, e[(y + 1) & 3])
            if y > 0:
                above, here, below = e[(y - 1) & 3], e[y & 3], e[(y + 1) & 3]
                _black_row(weights, above, here, below, y, row)
                out = coarse[c, (y + 1) // 2]
                keep = np.float32(1 - y % 2)  # an odd row is the first of its block
                for x in range(width):
                    out[x] = keep * out[x] + row[x]


@jit
def ascend(
    weights: Plane, inverse: Plane, jacobi: Plane, r: Plane, coarse: Plane, out: Plane, dots: Sums
) -> None:  # pragma: no cover
    """Correct, z = B⁻¹r + P coarse, and smooth once, out = z + B⁻¹(r - S z); dots = r·out."""
    channels, height, width = r.shape
    blacks = np.zeros((channels, 4, width), np.float32)
    reds = np.zeros((channels, 4, width), np.float32)
    row = np.zeros(width, np.float32)
    dots[:] = 0.0
    for y in range(-1, height - 1):  # black leads by two rows, red by one
        for c in range(channels):
            z, e = blacks[c], reds[c]
            if y + 2 < height - 1:
                z_row, r_row, i_row, c_row = (
                    z[(y + 2) & 3],
                    r[c, y + 2],
                    jacobi[y + 2],
                    coarse[c, (y + 3) // 2],
                )
                for x in range(width):
                    z_row[x] = i_row[x] * r_row[x] + c_row[x]
            if 0 <= y < height - 2:
                above, here, below = z[y & 3], z[(y + 1) & 3], z[(y + 2) & 3]
                _red_row(weights, inverse, above, here, below, y + 1, e[(y + 1) & 3])
            if y > 0:
                above, here, below = e[(y - 1) & 3], e[y & 3], e[(y + 1) & 3]
                _black_row(weights, above, here, below, y, row)
                r_row, i_row, o_row = r[c, y], jacobi[y], out[c, y]
                total = np.float32(0)
                for x in range(width):
                    better = i_row[x] * (r_row[x] + row[x])
                    o_row[x] = better
                    total += better * r_row[x]
                dots[c] += total
