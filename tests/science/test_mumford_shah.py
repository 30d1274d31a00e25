"""Mumford-Shah against its definition: a dense solve, the energy's own gradient, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from generator.science.mumford_shah import energy, mumford_shah

WEIGHTS = {"alpha": 5.0, "beta": 0.02, "epsilon": 0.1}


def picture(height=9, width=11, channels=3, seed=0):
    rng = np.random.default_rng(seed)
    steps = np.add.outer(np.arange(height) > height // 2, np.arange(width) > width // 3) / 2.0
    noisy = steps[..., None] + 0.1 * rng.standard_normal((height, width, channels))
    return np.clip(noisy, 0, 1).astype(np.float32)


def edges_of(height, width):
    """Every pair of neighbours once, as indices of pixels."""
    index = np.arange(height * width).reshape(height, width)
    across = np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()], 1)
    down = np.stack([index[:-1].ravel(), index[1:].ravel()], 1)
    return np.concatenate([across, down])


def slow_energy(g, f, v, alpha, beta, epsilon):
    """The energy as the module's docstring says it, one edge after another."""
    height, width = v.shape
    flat_f, flat_g, flat_v = f.reshape(-1, f.shape[-1]), g.reshape(-1, g.shape[-1]), v.ravel()
    total = 0.5 * np.sum((flat_f - flat_g) ** 2)
    total += beta / (4 * epsilon) * np.sum((flat_v - 1) ** 2)
    for a, b in edges_of(height, width):
        slope = np.sum((flat_f[a] - flat_f[b]) ** 2)
        total += alpha * 0.5 * (flat_v[a] ** 2 + flat_v[b] ** 2) * slope
        total += beta * epsilon * (flat_v[a] - flat_v[b]) ** 2
    return total


def laplacian(height, width, weights):
    """The matrix of -div(w grad) with reflecting borders, from the edges and their weights."""
    matrix = np.zeros((height * width, height * width))
    for (a, b), weight in zip(edges_of(height, width), weights, strict=True):
        matrix[a, a] += weight
        matrix[b, b] += weight
        matrix[a, b] -= weight
        matrix[b, a] -= weight
    return matrix


def slow_twin(g, alpha, beta, epsilon, alternations):
    """Both systems written as dense matrices from (V) and (F), solved exactly in turn."""
    height, width, channels = g.shape
    pairs = edges_of(height, width)
    flat = g.reshape(-1, channels).astype(np.float64)
    f, v = flat.copy(), np.ones(height * width)
    calm = beta / (4 * epsilon)
    energies = []
    for _ in range(alternations):
        slopes = np.zeros(height * width)
        for a, b in pairs:
            square = np.sum((f[a] - f[b]) ** 2) / 2
            slopes[a] += square
            slopes[b] += square
        system = np.diag(alpha * slopes + calm)
        system += laplacian(height, width, np.full(len(pairs), beta * epsilon))
        v = np.linalg.solve(system, np.full(height * width, calm))
        weights = alpha * (v[pairs[:, 0]] ** 2 + v[pairs[:, 1]] ** 2)
        f = np.linalg.solve(np.eye(height * width) + laplacian(height, width, weights), flat)
        energies.append(
            slow_energy(g, f.reshape(g.shape), v.reshape(height, width), alpha, beta, epsilon)
        )
    return f.reshape(g.shape), v.reshape(height, width), energies


@pytest.mark.parametrize("shape", [(9, 11), (8, 8), (1, 13), (7, 1), (2, 3)])
def test_it_equals_a_dense_solve_of_the_formulae(shape):
    g = picture(*shape)
    found = mumford_shah(g, **WEIGHTS, alternations=4, tolerance=1e-6)
    f, v, energies = slow_twin(g, *WEIGHTS.values(), 4)
    assert np.abs(found.smooth - f).max() < 1e-3
    assert np.abs(found.edges - v).max() < 1e-3
    assert np.allclose(found.convergence.energy, energies, rtol=1e-3)


def test_the_energy_is_the_definition():
    g, f = picture(), picture(seed=1)
    v = np.random.default_rng(2).random((9, 11)).astype(np.float32)
    assert energy(g, f, v, **WEIGHTS) == pytest.approx(
        slow_energy(g, f, v, *WEIGHTS.values()), 1e-5
    )


def test_both_equations_are_where_the_energy_is_stationary():
    g = picture()
    f, v, _ = slow_twin(g, *WEIGHTS.values(), 60)
    rng = np.random.default_rng(3)
    for direction in (rng.standard_normal(f.shape), None):
        df = direction if direction is not None else np.zeros_like(f)
        dv = rng.standard_normal(v.shape) if direction is None else np.zeros_like(v)
        step = 1e-5
        above = slow_energy(g, f + step * df, v + step * dv, *WEIGHTS.values())
        below = slow_energy(g, f - step * df, v - step * dv, *WEIGHTS.values())
        scale = np.linalg.norm(df) + np.linalg.norm(dv)
        assert abs(above - below) / (2 * step) / scale < 1e-3


@pytest.mark.parametrize("alpha", [1.0, 100.0, 10_000.0])
def test_the_laws_hold_on_a_photograph(alpha):
    g = skimage.data.astronaut()[::4, ::4].astype(np.float32) / 255
    found = mumford_shah(g, alpha=alpha, alternations=6, tolerance=1e-4)
    assert found.edges.min() > 0
    assert found.edges.max() <= 1
    for c in range(3):
        assert g[..., c].min() <= found.smooth[..., c].min()
        assert found.smooth[..., c].max() <= g[..., c].max()
        assert found.smooth[..., c].mean() == pytest.approx(g[..., c].mean(), abs=1e-4)
    energies = np.array(found.convergence.energy)
    assert np.all(np.diff(energies) <= 1e-4 * energies[:-1])
    assert energies[0] < energy(g, g, np.ones(g.shape[:2]), alpha=alpha, beta=0.01, epsilon=0.01)
    assert max(found.convergence.residual_f + found.convergence.residual_v) <= 1e-4


def test_the_mean_is_kept_closer_than_the_systems_are_solved():
    g = skimage.data.astronaut()[::4, ::4].astype(np.float32) / 255
    found = mumford_shah(g, alternations=2, tolerance=1e-2)
    kept = found.smooth.mean(axis=(0, 1), dtype=np.float64)
    assert kept == pytest.approx(g.mean(axis=(0, 1), dtype=np.float64), abs=1e-6)


def test_the_residual_is_that_of_the_answer():
    g = picture(40, 50)
    found = mumford_shah(g, **WEIGHTS, alternations=1, tolerance=1e-3)
    pairs = edges_of(40, 50)
    v = found.edges.ravel().astype(np.float64)
    weights = WEIGHTS["alpha"] * (v[pairs[:, 0]] ** 2 + v[pairs[:, 1]] ** 2)
    system = np.eye(2000) + laplacian(40, 50, weights)
    flat_f, flat_g = found.smooth.reshape(-1, 3), g.reshape(-1, 3)
    left = np.linalg.norm(flat_g - system @ flat_f, axis=0) / np.linalg.norm(flat_g, axis=0)
    assert left.max() <= 1.1e-3


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (12, 7), (12, 7, 3)])
def test_a_constant_picture_comes_back_with_no_edge(value, shape):
    found = mumford_shah(np.full(shape, value, np.float32))
    assert np.allclose(found.smooth, value, atol=1e-6)
    assert np.allclose(found.edges, 1, atol=1e-6)


def test_an_edge_is_found_in_any_single_channel():
    for channel in range(3):
        g = np.full((16, 16, 3), 0.5, np.float32)
        g[:, 8:, channel] = 1.0
        found = mumford_shah(g)
        assert found.edges[:, 7:9].max() < 0.2
        assert found.edges[:, :4].min() > 0.9


def test_a_checkerboard_is_all_edges():
    g = np.indices((16, 16)).sum(axis=0).astype(np.float32) % 2
    assert mumford_shah(g, alternations=1).edges.max() < 0.1


@pytest.mark.parametrize(
    "turn", [np.flipud, np.fliplr, lambda p: np.swapaxes(p, 0, 1)], ids=["up", "left", "across"]
)
def test_flips_and_transposes_commute(turn):
    g = picture(20, 26)
    straight, turned = mumford_shah(g, **WEIGHTS), mumford_shah(turn(g).copy(), **WEIGHTS)
    assert np.abs(turn(straight.smooth) - turned.smooth).max() < 2e-3
    assert np.abs(turn(straight.edges) - turned.edges).max() < 2e-3


def test_scaling_the_picture_scales_the_result():
    g = picture(20, 26)
    full = mumford_shah(g, alpha=50.0, beta=0.02, epsilon=0.1)
    half = mumford_shah(0.5 * g, alpha=50.0, beta=0.005, epsilon=0.1)
    assert np.abs(half.smooth - 0.5 * full.smooth).max() < 2e-3
    assert np.abs(half.edges - full.edges).max() < 5e-3


def test_it_is_the_same_twice_and_writes_to_nothing():
    g = picture(20, 26)
    kept = g.copy()
    first, second = mumford_shah(g), mumford_shah(g)
    assert first.smooth.tobytes() == second.smooth.tobytes()
    assert first.edges.tobytes() == second.edges.tobytes()
    assert np.array_equal(g, kept)


@pytest.mark.parametrize(
    ("image", "options", "said"),
    [
        (np.zeros((2, 2, 2, 2)), {}, r"\(2, 2, 2, 2\)"),
        (np.zeros((0, 3)), {}, r"\(0, 3\)"),
        (np.full((2, 2), np.nan), {}, "finite"),
        (np.zeros((2, 2)), {"alpha": 0.0}, "alpha"),
        (np.zeros((2, 2)), {"beta": -1.0}, "beta"),
        (np.zeros((2, 2)), {"alternations": 0}, "alternations"),
        (np.zeros((2, 2)), {"tolerance": 0.0}, "tolerance"),
    ],
)
def test_a_wrong_argument_is_named(image, options, said):
    with pytest.raises(ValueError, match=said):
        mumford_shah(image, **options)
