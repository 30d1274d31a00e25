"""Stability and likeness of maps: known explainers, oracles, and the sanity check itself checked."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity

from generator.science.robustness import similarity, stability

H, W = 7, 13


def picture(seed=0):
    return np.random.default_rng(seed).random((H, W, 3), dtype=np.float32)


def heat(seed=0, shape=(H, W)):
    return np.random.default_rng(seed).normal(size=shape)


def stable(explain, radius=0.1, samples=5, seed=0):
    return stability(explain, picture(), np.random.default_rng(seed), radius, samples)


def squares(x):
    return (x**2).sum(axis=2)


def test_stability_meets_its_slow_twin():
    rng, found = np.random.default_rng(4), []
    for _ in range(6):
        delta = rng.uniform(-0.2, 0.2, (H, W, 3)).astype(np.float32)
        moved, still = squares(picture() + delta), squares(picture())
        away = math.sqrt(sum(float(v) ** 2 for v in (moved - still).ravel()))
        found.append(away / math.sqrt(sum(float(v) ** 2 for v in still.ravel())))
    assert stable(squares, 0.2, 6, seed=4) == pytest.approx(max(found), rel=1e-5)


def test_known_explainers():
    assert stable(lambda x: np.ones((H, W))) == 0
    assert stable(squares, radius=0) == 0
    assert stable(lambda x: x[:, :, 0]) <= 0.1 * math.sqrt(H * W) / np.linalg.norm(
        picture()[:, :, 0]
    )
    assert stable(lambda x: x[:, :, 0]) == pytest.approx(stable(lambda x: -50 * x[:, :, 0]))
    calls = iter([3.0, 3.0, 6.0, 3.0, 1.0, 3.0])
    assert stable(lambda x: np.full((H, W), next(calls))) == pytest.approx(1)


def test_more_samples_and_a_larger_radius_find_more():
    assert stable(squares, samples=2) <= stable(squares, samples=20) < stable(squares, 0.5, 20)


def test_a_map_of_zeros_divides_nothing():
    assert stable(lambda x: np.zeros((H, W))) == 0
    calls = iter([0.0, 0.0, 1.0])
    assert stable(lambda x: np.full((H, W), next(calls)), samples=2) == math.inf


def test_an_explainer_may_write_where_it_likes():
    memory = np.zeros((H, W))

    def explain(x):
        memory[:] = squares(x)
        x[:] = np.nan
        return memory

    assert stable(explain) == pytest.approx(stable(squares), rel=1e-5)


def test_similarity_agrees_with_scipy_and_skimage():
    a, b = heat(), heat() + heat(1)
    found = similarity(a, b)
    assert found.spearman == pytest.approx(spearmanr(a, b, axis=None).statistic)
    absolute = spearmanr(abs(a), abs(b), axis=None).statistic
    assert found.spearman_absolute == pytest.approx(absolute)
    one, other = (0.5 + 0.5 * m / abs(m).max() for m in (a, b))
    expected = structural_similarity(one, other, data_range=1)
    assert found.ssim == pytest.approx(expected)


def test_scale_is_irrelevant_and_sign_is_not():
    a, b = heat(), heat(1)
    one, scaled, same, turned = (
        similarity(*m) for m in ((a, b), (3e-9 * a, 4e9 * b), (a, a), (a, -a))
    )
    assert scaled.ssim == pytest.approx(one.ssim)
    assert scaled.spearman == pytest.approx(one.spearman)
    assert (same.spearman, same.spearman_absolute, same.ssim) == pytest.approx((1, 1, 1))
    assert (turned.spearman, turned.spearman_absolute) == pytest.approx((-1, 1))
    assert turned.ssim < 0


@pytest.mark.parametrize("shape", [(H, W), (1, 18), (1, 1)])
def test_constant_maps_are_alike_and_like_no_other(shape):
    constant = np.full(shape, 0.3)
    alike = similarity(constant, np.zeros(shape))
    assert (alike.spearman, alike.spearman_absolute, alike.ssim) == (1, 1, 1)
    if shape != (1, 1):
        other = similarity(constant, heat(0, shape))
        assert (other.spearman, other.spearman_absolute, other.ssim) == (0, 0, 0)
        only_sign = similarity(np.where(heat(0, shape) > 0, 1, -1), constant)
        assert (only_sign.spearman, only_sign.spearman_absolute, only_sign.ssim) == (0, 1, 0)


@pytest.mark.parametrize("shape", [(1, 18), (2, 5), (6, 9), (18, 1)])
def test_thin_maps_have_a_structure_too(shape):
    a, b = heat(0, shape), heat(1, shape)
    assert similarity(a, a).ssim == pytest.approx(1)
    assert similarity(a, b).ssim < 0.9


def test_the_sanity_check_tells_a_gradient_from_a_constant_explainer():
    # y = v . relu(U x): the gradient follows the weights, an edge detector does not.
    image = picture().ravel()

    def gradient(seed):
        rng = np.random.default_rng(seed)
        inner, outer = rng.normal(size=(20, image.size)), rng.normal(size=20)
        return ((outer * (inner @ image > 0)) @ inner).reshape(H, W, 3).sum(axis=2)

    learned, randomised = similarity(gradient(0), gradient(0)), similarity(gradient(0), gradient(1))
    assert learned.spearman == learned.ssim == pytest.approx(1)
    assert abs(randomised.spearman) < 0.3
    assert abs(randomised.ssim) < 0.3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stable(squares, radius=-1), "got -1"),
        (lambda: stable(squares, samples=0), "and 0"),
        (lambda: stable(lambda x: squares(x) * np.nan), "finite explanation"),
        (lambda: similarity(heat(), heat(0, (W, H))), r"\(13, 7\)"),
        (lambda: similarity(heat() * np.inf, heat()), "finite maps"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_an_explanation_that_changes_its_shape_is_refused():
    shapes = iter([(H, W), (W, H)])
    with pytest.raises(ValueError, match=r"\(13, 7\)"):
        stable(lambda x: np.ones(next(shapes)))
