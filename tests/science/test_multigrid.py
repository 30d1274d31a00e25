"""The solver: its operator and preconditioner are symmetric and positive, and it converges fast.

Red pixels are eliminated exactly, so the system for black is the Schur complement.
"""

from __future__ import annotations

import numpy as np
import pytest

from generator.science import checkerboard
from generator.science.multigrid import frame, multigrid, precondition, product, solve

SHAPES = [(1, 1), (1, 9), (6, 1), (5, 8), (16, 16), (17, 31)]


def problem(height, width, contrast=1e3, seed=0):
    rng = np.random.default_rng(seed)
    right, down = rng.random((height, width)), rng.random((height, width))
    right[rng.random((height, width)) < 0.3] *= 1e-4
    right[:, -1] = down[-1] = 0
    return (
        frame(np.ones((height, width))),
        frame(contrast * right),
        frame(contrast * down),
    )


def dense(apply, height, width):
    """The matrix of a linear map on framed planes, column by column."""
    columns = []
    for index in range(height * width):
        unit = np.zeros((1, height, width))
        unit.flat[index] = 1
        columns.append(apply(frame(unit))[0, 1:-1, 1:-1].ravel().copy())
    return np.array(columns, np.float64).T


def slow_operator(mass, right, down):
    """diag(mass) - div(weight grad), written edge by edge."""
    height, width = mass.shape[0] - 2, mass.shape[1] - 2
    matrix = np.diag(mass[1:-1, 1:-1].ravel().astype(np.float64))

    def join(a, b, weight):
        matrix[a, a] += weight
        matrix[b, b] += weight
        matrix[a, b] -= weight
        matrix[b, a] -= weight

    for y in range(height):
        for x in range(width):
            if x + 1 < width:
                join(y * width + x, y * width + x + 1, right[y + 1, x + 1])
            if y + 1 < height:
                join(y * width + x, (y + 1) * width + x, down[y + 1, x + 1])
    return matrix


@pytest.mark.parametrize("shape", SHAPES)
def test_the_operator_is_the_definition(shape):
    mass, right, down = problem(*shape)
    found = dense(lambda u: product(mass, right, down, u), *shape)
    assert np.allclose(found, slow_operator(mass, right, down), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_preconditioner_is_linear_symmetric_and_positive(shape):
    levels = multigrid(*problem(*shape), channels=1)
    matrix = dense(lambda b: precondition(levels, b), *shape)
    assert np.allclose(matrix, matrix.T, rtol=1e-3, atol=1e-5 * np.abs(matrix).max())
    assert np.linalg.eigvalsh((matrix + matrix.T) / 2).min() > 0
    b = frame(np.random.default_rng(1).standard_normal((1, *shape)))
    once = precondition(levels, b)[0, 1:-1, 1:-1].ravel().copy()
    assert np.allclose(once, matrix @ b[0, 1:-1, 1:-1].ravel(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_solution_is_that_of_a_dense_solve(shape):
    operator = problem(*shape)
    b = frame(np.random.default_rng(1).random((3, *shape)))
    found = solve(multigrid(*operator, channels=3), b, np.zeros_like(b), tolerance=1e-6)
    exact = np.linalg.solve(slow_operator(*operator), b[:, 1:-1, 1:-1].reshape(3, -1).T).T
    assert np.allclose(found.values[:, 1:-1, 1:-1].reshape(3, -1), exact, atol=1e-3)
    assert found.residual <= 1e-6


def test_the_number_of_iterations_hardly_grows_with_the_picture():
    counts = []
    for side in (64, 256):
        b = frame(np.random.default_rng(1).random((1, side, side)))
        levels = multigrid(*problem(side, side), channels=1)
        counts.append(solve(levels, b, np.zeros_like(b), tolerance=1e-3).iterations)
    assert counts[0] <= 12
    assert counts[1] <= 1.5 * counts[0]


def test_the_ghost_pixels_stay_zero():
    operator = problem(9, 14)
    b = frame(np.random.default_rng(1).random((2, 9, 14)))
    values = solve(multigrid(*operator, channels=2), b, np.zeros_like(b), tolerance=1e-4).values
    inside = values.copy()
    inside[:, 1:-1, 1:-1] = 0
    assert not inside.any()


def test_a_channel_of_zeros_is_solved_by_zeros():
    operator = problem(9, 14)
    b = frame(np.stack([np.zeros((9, 14)), np.ones((9, 14))]))
    values = solve(multigrid(*operator, channels=2), b, np.zeros_like(b), tolerance=1e-4).values
    assert not values[0].any()
    assert np.allclose(values[1, 1:-1, 1:-1], 1, atol=1e-3)


def colours(height, width):
    """Which of the flat pixels are black, which red."""
    parity = np.indices((height, width)).sum(axis=0).ravel() % 2
    return parity == 0, parity == 1


def blocks(matrix, height, width):
    black, red = colours(height, width)
    return (
        matrix[np.ix_(black, black)],
        matrix[np.ix_(black, red)],
        matrix[np.ix_(red, black)],
        matrix[np.ix_(red, red)],
    )


def flat(packed, height, width, colour):
    """The pixels of a packed plane in the order of the picture."""
    picture = np.full((height, 2 * packed.shape[-1]), np.nan)
    for y in range(height):
        first = (y + colour) % 2
        row = packed[y + 1, 1:-1]
        picture[y, first : first + 2 * len(row) : 2] = row
    return picture[:, :width][np.indices((height, width)).sum(axis=0) % 2 == colour]


@pytest.mark.parametrize("shape", SHAPES)
def test_packing_keeps_every_pixel_once(shape):
    pixels = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    black, red = checkerboard.black(frame(pixels)), checkerboard.red(frame(pixels))
    is_black, is_red = colours(*shape)
    assert np.array_equal(flat(black, *shape, 0), pixels.ravel()[is_black])
    assert np.array_equal(flat(red, *shape, 1), pixels.ravel()[is_red])
    assert black.sum() + red.sum() == pixels.sum()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_black_system_is_the_schur_complement(shape):
    operator = problem(*shape)
    level = multigrid(*operator, channels=1)[0]
    bb, br, rb, rr = blocks(slow_operator(*operator), *shape)
    u = np.random.default_rng(1).standard_normal(shape)
    p, z = np.zeros((2, *level.residual.shape), np.float32)
    z[:] = checkerboard.black(frame(u)[np.newaxis])
    dots = np.zeros(1)
    checkerboard.search(level.weights, level.red_inverse, level.black_mass, np.zeros(1), p, z, dots)
    black, _ = colours(*shape)
    direction = u.ravel()[black]
    exact = (bb - br @ np.linalg.solve(rr, rb)) @ direction
    assert np.allclose(flat(z[0], *shape, 0), exact, rtol=1e-3, atol=2e-3)
    assert dots[0] == pytest.approx(direction @ exact, 1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_elimination_and_recovery_solve_red_exactly(shape):
    operator = problem(*shape)
    level = multigrid(*operator, channels=1)[0]
    _, br, _, rr = blocks(slow_operator(*operator), *shape)
    b = np.random.default_rng(2).standard_normal(shape)
    r = np.zeros_like(level.residual)
    framed = frame(b)[np.newaxis].copy()
    checkerboard.reduce(level.weights, level.red_inverse, framed, r)
    black, red = colours(*shape)
    reduced = b.ravel()[black] - br @ np.linalg.solve(rr, b.ravel()[red])
    assert np.allclose(flat(r[0], *shape, 0), reduced, rtol=1e-4, atol=1e-5)
    z = np.zeros_like(r)
    solution = np.linalg.solve(slow_operator(*operator), b.ravel())
    z[:] = checkerboard.black(frame(solution.reshape(shape))[np.newaxis])
    checkerboard.recover(level.weights, level.red_inverse, z, framed)
    assert np.allclose(framed[0, 1:-1, 1:-1].ravel(), solution, rtol=1e-4, atol=1e-5)
    framed[:, 1:-1, 1:-1] = 0
    assert not framed.any()
