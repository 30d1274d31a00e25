"""Noisy linear imputation: a dense solve of the equations as written, laws, odd masks."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from generator.science.imputation import noisy_linear_imputation


def picture(shape=(9, 14, 3), seed=0):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def imputed(image, mask, noise=0.0, seed=0):
    return noisy_linear_imputation(image, mask, np.random.default_rng(seed), noise)


def slow_imputation(image, mask):
    """One dense equation a pixel: known ones are themselves, missing ones a weighted mean."""
    h, w, channels = image.shape
    system, right = np.eye(h * w), np.zeros((h * w, channels))
    for row, column in np.ndindex(h, w):
        here = row * w + column
        if not mask[row, column]:
            right[here] = image[row, column]
            continue
        weights = {}
        for down, across in np.ndindex(3, 3):
            y, x = row + down - 1, column + across - 1
            if 0 <= y < h and 0 <= x < w and (y, x) != (row, column):
                weights[y * w + x] = 1 / 6 if (y == row or x == column) else 1 / 12
        for there, weight in weights.items():
            system[here, there] = -weight / sum(weights.values())
    return np.linalg.solve(system, right).reshape(image.shape)


def masks():
    rng = np.random.default_rng(3)
    for part in (0.1, 0.5, 0.9):
        yield rng.random((9, 14)) < part
    block = np.ones((9, 14), bool)
    block[8, 13] = False
    yield block
    yield block[::-1, ::-1]
    band = np.zeros((9, 14), bool)
    band[:, 3:11] = True
    yield band
    yield np.indices((9, 14)).sum(axis=0) % 2 == 0


@pytest.mark.parametrize("mask", list(masks()))
@pytest.mark.parametrize("channels", [1, 3, 5])
def test_imputation_meets_a_dense_solve(mask, channels):
    image = picture((9, 14, channels)) * 255 - 100
    found = imputed(image, mask)
    assert (found.dtype, found.shape) == (np.float32, image.shape)
    np.testing.assert_allclose(found, slow_imputation(image, mask), atol=0.1)
    np.testing.assert_array_equal(found[~mask], image[~mask])


@pytest.mark.parametrize("shape", [(1, 12), (12, 1), (2, 3), (33, 50)])
def test_thin_and_odd_pictures_meet_a_dense_solve(shape):
    image, mask = picture((*shape, 2)), picture((*shape, 1))[:, :, 0] < 0.7
    np.testing.assert_allclose(imputed(image, mask), slow_imputation(image, mask), atol=1e-3)


def test_a_slope_across_a_band_is_found_again():
    slope = np.broadcast_to(np.arange(14.0)[:, None], (9, 14, 2))
    mask = np.zeros((9, 14), bool)
    mask[:, 3:11] = True
    np.testing.assert_allclose(imputed(slope, mask), slope, atol=1e-3)


def test_filled_pixels_stay_in_the_range_of_the_known():
    image = picture((40, 61, 3))
    mask = gaussian_filter(picture((40, 61, 1), 2)[:, :, 0], 3) < 0.52
    found, known = imputed(image, mask), image[~mask]
    assert (found[mask] >= known.min(axis=0) - 1e-3).all()
    assert (found[mask] <= known.max(axis=0) + 1e-3).all()


def test_missing_pixels_are_never_looked_at():
    image, mask = picture(), picture(seed=1)[:, :, 0] < 0.6
    other = image.copy()
    other[mask] = 1 - other[mask]
    np.testing.assert_array_equal(imputed(image, mask), imputed(other, mask))


def test_flips_and_scales_commute():
    image, mask = picture(), picture(seed=1)[:, :, 0] < 0.6
    found = imputed(image, mask)
    np.testing.assert_allclose(imputed(image[:, ::-1], mask[:, ::-1])[:, ::-1], found, atol=1e-3)
    np.testing.assert_allclose(imputed(200 * image - 7, mask), 200 * found - 7, atol=0.2)


@pytest.mark.parametrize("value", [0.0, 0.3, -117.2])
def test_a_flat_picture_comes_back_and_has_no_noise(value):
    image = np.full((9, 14, 3), value, np.float32)
    mask = picture(seed=1)[:, :, 0] < 0.6
    np.testing.assert_allclose(imputed(image, mask, noise=0.5), image, rtol=1e-6)


def test_noise_has_the_size_asked_for_and_spares_known_pixels():
    image, mask = picture((60, 70, 3)) * 40, np.zeros((60, 70), bool)
    mask[5:55, 5:65] = True
    plain, noisy = imputed(image, mask), imputed(image, mask, noise=0.05)
    assert (noisy - plain)[mask].std() == pytest.approx(0.05 * np.ptp(image), rel=0.03)
    np.testing.assert_array_equal(noisy[~mask], image[~mask])
    np.testing.assert_array_equal(noisy, imputed(image, mask, noise=0.05))
    assert (noisy != imputed(image, mask, noise=0.05, seed=1)).any()


def test_all_or_nothing():
    image = picture()
    nothing = imputed(image, np.zeros((9, 14), bool), noise=0.5)
    np.testing.assert_array_equal(nothing, image)
    assert not np.shares_memory(nothing, image)
    everything = imputed(image, np.ones((9, 14), bool))
    np.testing.assert_allclose(
        everything, np.broadcast_to(image.mean(axis=(0, 1)), image.shape), atol=1e-6
    )
    assert imputed(picture((1, 1, 1)), np.ones((1, 1), bool)).shape == (1, 1, 1)


def test_a_large_picture_is_solved_to_well_below_the_noise():
    image = picture((224, 224, 3))
    mask = gaussian_filter(picture((224, 224, 1), 5)[:, :, 0], 25)
    mask = mask > np.quantile(mask, 0.1)
    found = imputed(image, mask).astype(np.float64)
    padded = np.pad(found, ((1, 1), (1, 1), (0, 0)), mode="constant")
    inside = np.pad(np.ones((224, 224, 1)), ((1, 1), (1, 1), (0, 0)))
    total, weight = np.zeros_like(found), np.zeros((224, 224, 1))
    for down, across in np.ndindex(3, 3):
        w = {0: 1 / 12, 1: 1 / 6, 2: 0}[(down == 1) + (across == 1)]
        total += w * padded[down : down + 224, across : across + 224]
        weight += w * inside[down : down + 224, across : across + 224]
    assert np.abs(weight * found - total)[mask].max() < 2e-5


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: imputed(picture(), np.ones((14, 9), bool)), r"\(14, 9\)"),
        (lambda: imputed(picture()[0], np.ones((14, 3), bool)), r"\(14, 3\)"),
        (lambda: imputed(picture(), np.ones((9, 14))), "float64"),
        (lambda: imputed(picture() * np.nan, np.ones((9, 14), bool)), "finite"),
        (lambda: imputed(picture(), np.ones((9, 14), bool), noise=-1), "noise -1"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
