"""Deblurring: the blur is the definition's, the equation is solved, and pictures get sharper."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
from scipy.ndimage import gaussian_filter
from skimage.transform import resize

from generator.science.deblurring import blur, deblur, estimate_and_deblur, estimate_sigma
from generator.science.quality import psnr

PHOTOGRAPHS = {
    name: resize(getattr(skimage.data, name)(), (192, 192), anti_aliasing=True).astype(np.float32)
    for name in ("astronaut", "coffee", "chelsea")
}


def blurred(name, sigma, noise=0.005):
    clean = PHOTOGRAPHS[name]
    grain = np.random.default_rng(0).normal(0, noise, clean.shape)
    return clean, np.clip(blur(clean, sigma) + grain, 0, 1).astype(np.float32)


def test_the_blur_is_a_mirrored_gaussian():
    clean = PHOTOGRAPHS["astronaut"]
    slow = gaussian_filter(clean.astype(np.float64), (2, 2, 0), mode="reflect", truncate=8)
    assert np.abs(blur(clean, 2.0) - slow).max() < 2e-3


def test_the_blur_is_its_own_adjoint_and_keeps_the_mean():
    rng = np.random.default_rng(0)
    a, b = rng.random((13, 18)), rng.random((13, 18))
    assert np.vdot(blur(a, 1.5), b) == pytest.approx(np.vdot(a, blur(b, 1.5)), rel=1e-5)
    assert blur(a, 1.5).mean() == pytest.approx(a.mean(), rel=1e-5)
    assert np.allclose(blur(a, 0.0), a, atol=1e-5)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_known_blur_is_taken_out_by_a_clear_margin(name):
    clean, soft = blurred(name, 2.0)
    found = deblur(soft, 2.0)
    assert psnr(clean, np.clip(found.smooth, 0, 1)) > psnr(clean, soft) + 1.5
    assert found.edges.min() > 0
    assert found.edges.max() <= 1
    assert found.smooth.mean() == pytest.approx(soft.mean(), abs=1e-3)


def slow_twin(g, sigma, alpha, beta, epsilon, alternations):
    """Deblur by dense matrices, column by column from the blur and edge by edge from the weights."""
    height, width = g.shape
    n = g.size
    blurs = np.stack([blur(unit.reshape(g.shape), sigma).ravel() for unit in np.eye(n)], axis=1)
    blurs = blurs.astype(np.float64)
    number = np.arange(n).reshape(g.shape)
    edges = [*zip(number[:, :-1].flat, number[:, 1:].flat, strict=True)]
    edges += [*zip(number[:-1].flat, number[1:].flat, strict=True)]
    v, energies = np.ones(n), []
    for _ in range(alternations):
        flow, bend, slopes = np.zeros((n, n)), np.zeros((n, n)), np.zeros(n)
        for i, j in edges:
            difference = np.zeros(n)
            difference[[i, j]] = -1, 1
            flow += (v[i] ** 2 + v[j] ** 2) / 2 * np.outer(difference, difference)
            bend += np.outer(difference, difference)
        f = np.linalg.solve(blurs.T @ blurs + 2 * alpha * flow, blurs.T @ g.ravel())
        for i, j in edges:
            slopes[[i, j]] += (f[j] - f[i]) ** 2 / 2
        calm = beta / (4 * epsilon)
        v = np.linalg.solve(
            np.diag(alpha * slopes + calm) + beta * epsilon * bend, np.full(n, calm)
        )
        data = ((blurs @ f - g.ravel()) ** 2).sum() / 2
        edge = beta * epsilon * v @ bend @ v + calm * ((v - 1) ** 2).sum()
        energies.append(data + alpha * (v**2 * slopes).sum() + edge)
    return f.reshape(height, width), v.reshape(height, width), energies


@pytest.mark.parametrize("shape", [(7, 9), (1, 12), (6, 1)])
def test_it_equals_a_dense_solve_of_the_formulae(shape):
    g = np.random.default_rng(0).random(shape).astype(np.float32)
    weights = {"alpha": 0.02, "beta": 0.002, "epsilon": 0.3, "alternations": 3}
    found = deblur(g, 0.8, **weights, tolerance=1e-6)
    f, v, energies = slow_twin(g, 0.8, **weights)
    assert np.abs(found.smooth - f).max() < 1e-3
    assert np.abs(found.edges - v).max() < 1e-3
    assert found.convergence.energy == pytest.approx(energies, rel=1e-3)


def test_the_energy_falls_and_both_systems_are_solved():
    _, soft = blurred("astronaut", 2.0)
    found = deblur(soft, 2.0, alternations=4, tolerance=1e-4)
    assert max(found.convergence.residual_f + found.convergence.residual_v) <= 1e-4
    energies = np.array(found.convergence.energy)
    assert np.all(np.diff(energies) <= 1e-4 * energies[:-1])


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_an_unknown_blur_is_estimated(name, sigma):
    _, soft = blurred(name, sigma)
    found = estimate_and_deblur(soft)
    assert found.sigma == pytest.approx(sigma, rel=0.25)
    assert found.path[-1] == found.sigma


def test_more_blur_is_estimated_as_more():
    estimates = [estimate_sigma(blurred("coffee", sigma)[1]) for sigma in (1.0, 2.0, 4.0)]
    assert estimates == sorted(estimates)
    assert estimates[2] > 2 * estimates[0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (20, 1, 3), (12, 14)])
def test_a_constant_picture_comes_back(shape):
    flat = np.full(shape, 0.4, np.float32)
    assert np.allclose(deblur(flat, 2.0).smooth, 0.4, atol=1e-4)
    assert np.allclose(estimate_and_deblur(flat).smooth, 0.4, atol=1e-4)


def test_it_is_the_same_twice_and_writes_to_nothing():
    _, soft = blurred("coffee", 2.0)
    kept = soft.copy()
    assert deblur(soft, 2.0).smooth.tobytes() == deblur(soft, 2.0).smooth.tobytes()
    assert np.array_equal(soft, kept)


@pytest.mark.parametrize(
    ("image", "sigma"), [(np.zeros((2, 2, 2, 2)), 1.0), (np.full((3, 3), np.inf), 1.0), (np.zeros((3, 3)), -1.0)]
)  # fmt: skip
def test_a_wrong_argument_is_refused(image, sigma):
    with pytest.raises(ValueError):
        deblur(image, sigma)
