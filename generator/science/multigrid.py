"""Conjugate gradients with a multigrid preconditioner, for diffusion in an image.

The operator is A = diag(mass) - div(weight grad) on the pixels of a picture. Each weight sits on
the edge between two neighbouring pixels, D is the forward difference across that edge and the
divergence is -Dᵀ, so that A = diag(mass) + Dᵀ diag(weight) D is symmetric, and positive definite
where the mass is. No flux leaves the picture (Neumann borders).

Arrays here are float32, channels first and framed by one ghost pixel on every side. Weights that
lead into the frame are zero, so the kernels need no case for borders, odd sizes or single rows.
Sums are taken row by row in a fixed order: the same input gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Sums = NDArray[np.float64]

_MATHS: Final = {"reassoc", "contract", "nsz", "arcp"}
KAPPA = np.float32(1.25)
OVER = np.float32(0.5)


@njit(cache=True, nogil=True, fastmath=_MATHS)
def _advance(mass, right, down, z, beta, p, q, dots):
    channels, height, width = p.shape
    n = width - 2
    for c in range(channels):
        b = np.float32(beta[c])
        dots[c] = 0.0
        for x in range(width):
            p[c, 1, x] = z[c, 1, x] + b * p[c, 1, x]
    for y in range(1, height - 1):
        m = mass[y, 1:]
        east = right[y, 1:]
        west = right[y]
        south = down[y, 1:]
        north = down[y - 1, 1:]
        for c in range(channels):
            b = np.float32(beta[c])
            if y < height - 2:
                zn = z[c, y + 1]
                pn = p[c, y + 1]
                for x in range(width):
                    pn[x] = zn[x] + b * pn[x]
            here = p[c, y, 1:]
            e = p[c, y, 2:]
            w = p[c, y]
            s = p[c, y + 1, 1:]
            t = p[c, y - 1, 1:]
            out = q[c, y, 1:]
            total = np.float32(0)
            for x in range(n):
                h = here[x]
                a = m[x] * h + east[x] * (h - e[x]) + west[x] * (h - w[x]) + south[x] * (h - s[x]) + north[x] * (h - t[x])
                out[x] = a
                total += a * h
            dots[c] += total


@njit(cache=True, nogil=True, fastmath=_MATHS)
def _update(alpha, p, q, u, r, squares):
    channels, height, width = p.shape
    for c in range(channels):
        a = np.float32(alpha[c])
        squares[c] = 0.0
        for y in range(1, height - 1):
            pr = p[c, y]
            qr = q[c, y]
            ur = u[c, y]
            rr = r[c, y]
            total = np.float32(0)
            for x in range(1, width - 1):
                ur[x] += a * pr[x]
                t = rr[x] - a * qr[x]
                rr[x] = t
                total += t * t
            squares[c] += total


@njit(cache=True, nogil=True, fastmath=_MATHS)
def _descend(mass, right, down, inverse, b, z, coarse, row):
    """z = M⁻¹b, coarse = Pᵀ(b - Az)."""
    channels, height, width = b.shape
    n = width - 2
    half = coarse.shape[2] - 2
    for c in range(channels):
        for x in range(width):
            z[c, 1, x] = inverse[1, x] * b[c, 1, x]
    for y in range(1, height - 1):
        m = mass[y, 1:]
        east = right[y, 1:]
        west = right[y]
        south = down[y, 1:]
        north = down[y - 1, 1:]
        for c in range(channels):
            if y < height - 2:
                bn = b[c, y + 1]
                zn = z[c, y + 1]
                inv = inverse[y + 1]
                for x in range(width):
                    zn[x] = inv[x] * bn[x]
            br = b[c, y, 1:]
            here = z[c, y, 1:]
            e = z[c, y, 2:]
            w = z[c, y]
            s = z[c, y + 1, 1:]
            t = z[c, y - 1, 1:]
            for x in range(n):
                h = here[x]
                row[x] = br[x] - (m[x] * h + east[x] * (h - e[x]) + west[x] * (h - w[x]) + south[x] * (h - s[x]) + north[x] * (h - t[x]))
            row[n] = 0
            out = coarse[c, (y + 1) // 2, 1:]
            if y % 2 == 1:
                for x in range(half):
                    out[x] = row[2 * x] + row[2 * x + 1]
            else:
                for x in range(half):
                    out[x] += row[2 * x] + row[2 * x + 1]


@njit(cache=True, nogil=True, fastmath=_MATHS)
def _ascend(mass, right, down, inverse, b, z, coarse, out, dots):
    """out = z' + M⁻¹(b - Az'), z' = z + P coarse; dots = b·out."""
    channels, height, width = b.shape
    n = width - 2
    half = coarse.shape[2] - 2
    for c in range(channels):
        dots[c] = 0.0
        cr = coarse[c, 1, 1:]
        zr = z[c, 1, 1:]
        for x in range(half):
            zr[2 * x] += cr[x]
            zr[2 * x + 1] += cr[x]
    for y in range(1, height - 1):
        m = mass[y, 1:]
        east = right[y, 1:]
        west = right[y]
        south = down[y, 1:]
        north = down[y - 1, 1:]
        inv = inverse[y, 1:]
        for c in range(channels):
            if y < height - 2:
                cr = coarse[c, (y + 2) // 2, 1:]
                zr = z[c, y + 1, 1:]
                for x in range(half):
                    zr[2 * x] += cr[x]
                    zr[2 * x + 1] += cr[x]
            br = b[c, y, 1:]
            here = z[c, y, 1:]
            e = z[c, y, 2:]
            w = z[c, y]
            s = z[c, y + 1, 1:]
            t = z[c, y - 1, 1:]
            o = out[c, y, 1:]
            total = np.float32(0)
            for x in range(n):
                h = here[x]
                k = h + inv[x] * (br[x] - (m[x] * h + east[x] * (h - e[x]) + west[x] * (h - w[x]) + south[x] * (h - s[x]) + north[x] * (h - t[x])))
                o[x] = k
                total += k * br[x]
            dots[c] += total


def coarsen(mass, right, down):
    def pad(a):
        a = a[1:-1, 1:-1]
        return np.pad(a, ((0, a.shape[0] % 2), (0, a.shape[1] % 2)))
    m = pad(mass); r = pad(right); d = pad(down)
    m = m[::2, ::2] + m[1::2, ::2] + m[::2, 1::2] + m[1::2, 1::2]
    r = OVER * (r[::2, 1::2] + r[1::2, 1::2])
    d = OVER * (d[1::2, ::2] + d[1::2, 1::2])
    return np.pad(m, 1), np.pad(r, 1), np.pad(d, 1)


def inverse_of(mass, right, down):
    s = np.zeros_like(mass)
    s[1:-1, 1:-1] = right[1:-1, 1:-1] + right[1:-1, :-2] + down[1:-1, 1:-1] + down[:-2, 1:-1]
    d = mass + KAPPA * s
    d[d == 0] = 1
    return (1 / d).astype(np.float32), s


class Grid:
    def __init__(self, mass, right, down, channels):
        self.mass, self.right, self.down = mass, right, down
        self.inverse, s = inverse_of(mass, right, down)
        h, w = mass.shape
        self.z = np.zeros((channels, h, w), np.float32)
        self.out = np.zeros((channels, h, w), np.float32)
        self.b = np.zeros((channels, h, w), np.float32)
        self.dots = np.zeros(channels)
        self.row = np.zeros(w + 1, np.float32)
        self.dominated = bool((s <= 0.25 * mass).all())


def hierarchy(mass, right, down, channels):
    grids = [Grid(mass, right, down, channels)]
    while not grids[-1].dominated and max(grids[-1].mass.shape) > 3:
        g = grids[-1]
        grids.append(Grid(*coarsen(g.mass, g.right, g.down), channels))
    return grids


def cycle(grids, level, b, gamma=1):
    g = grids[level]
    if level == len(grids) - 1:
        np.multiply(g.inverse, b, out=g.out)
        g.dots[:] = (g.out * b).sum((1, 2))
        return g.out
    n = grids[level + 1]
    _descend(g.mass, g.right, g.down, g.inverse, b, g.z, n.b, g.row)
    e = cycle(grids, level + 1, n.b)
    _ascend(g.mass, g.right, g.down, g.inverse, b, g.z, e, g.out, g.dots)
    return g.out


def solve(grids, b, u, tolerance, limit=1000, precondition=True):
    g = grids[0]
    C = len(b)
    p = np.zeros_like(b); q = np.zeros_like(b)
    zero = np.zeros(C); dots = np.zeros(C); squares = np.zeros(C)
    _advance(g.mass, g.right, g.down, u, zero, p, q, dots)
    r = b - q
    norm = np.sqrt((b[:, 1:-1, 1:-1].astype(float) ** 2).sum((1, 2)))
    squares[:] = (r[:, 1:-1, 1:-1].astype(float) ** 2).sum((1, 2))
    old = None
    p[:] = 0
    its = 0
    hist = []
    while True:
        rel = (np.sqrt(squares) / np.where(norm > 0, norm, 1)).max()
        hist.append(rel)
        if rel <= tolerance or its >= limit:
            break
        if precondition:
            z = cycle(grids, 0, r); rz = g.dots
        else:
            z = r; rz = squares.copy()
        beta = zero if old is None else rz / np.where(old > 0, old, 1)
        _advance(g.mass, g.right, g.down, z, beta, p, q, dots)
        _update(rz / np.where(dots > 0, dots, 1), p, q, u, r, squares)
        old = rz.copy()
        its += 1
    return its, hist
