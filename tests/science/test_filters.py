"""What keeps drawn pictures natural, against slow twins and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from generator.science import filters
from generator.science.presets import SETTINGS, Fourier, Preset, Regularisation

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 7, 5, 3))
G = RNG.normal(size=(2, 7, 5, 3))


def test_a_step_has_the_length_asked_for_and_a_zero_gradient_moves_nothing():
    moved = filters.climbed(X, G, 0.3) - X
    for n in range(2):
        assert np.sqrt(np.mean(moved[n] ** 2)) == pytest.approx(0.3)
        assert (moved[n] * G[n]).sum() > 0
    assert np.array_equal(filters.climbed(X, 0 * G, 0.3), X)
    assert np.allclose(filters.climbed(X, 1000 * G, 0.3), filters.climbed(X, G, 0.3))


def test_decay_takes_its_share():
    assert np.allclose(filters.decay(X, 0.2), 0.8 * X)
    assert np.array_equal(filters.decay(X, 0.0), X)


@pytest.mark.parametrize("sigma", [0.3, 0.8, 2.5])
def test_blur_is_scipys(sigma):
    expected = ndimage.gaussian_filter(X, (0, sigma, sigma, 0), mode="reflect")
    assert np.allclose(filters.blur(X, sigma), expected)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_blur_keeps_what_is_constant(length):
    matrix = filters.blur_matrix(length, 1.5)
    assert np.allclose(matrix.sum(axis=1), 1)
    assert np.allclose(matrix, matrix.T)
    assert np.array_equal(filters.blur_matrix(length, 0), np.eye(length))


def clipped_slowly(x, amount, percentile):
    """Sort every picture's pixels and take the lowest away, one after another."""
    out = x.copy()
    for n in range(len(x)):
        places = [(r, c) for r in range(x.shape[1]) for c in range(x.shape[2])]
        places.sort(key=lambda at: amount(n, *at))
        for at in places[: int(percentile / 100 * len(places))]:
            out[n][at] = 0
    return out


@pytest.mark.parametrize("percentile", [0, 10, 50, 90])
def test_clipping_takes_the_lowest_share_away(percentile):
    norms = clipped_slowly(X, lambda n, r, c: np.linalg.norm(X[n, r, c]), percentile)
    assert np.array_equal(filters.clip_small_norms(X, percentile), norms)
    contributions = clipped_slowly(X, lambda n, r, c: abs(X[n, r, c] @ G[n, r, c]), percentile)
    assert np.array_equal(filters.clip_small_contributions(X, G, percentile), contributions)


def test_clipping_always_leaves_something():
    kept = filters.clip_small_norms(X, 100).any(axis=-1)
    assert kept.sum() == 2
    flat = np.ones((1, 4, 4, 3))
    assert np.array_equal(filters.clip_small_norms(flat, 50), flat)  # ties are kept
    assert filters.rank(100, 1) == 0


def test_rules_come_in_their_order_and_blur_only_when_it_is_due():
    how = Regularisation(decay=0.2, sigma=0.7, every=2, norm_percentile=20)
    faded = filters.decay(X, 0.2)
    assert np.allclose(filters.regularised(X, G, how, 1), filters.clip_small_norms(faded, 20))
    blurred = filters.clip_small_norms(filters.blur(faded, 0.7), 20)
    assert np.allclose(filters.regularised(X, G, how, 2), blurred)


def test_rules_do_not_write_to_their_arguments():
    x, g = X.copy(), G.copy()
    filters.regularised(x, g, Regularisation(0.1, 0.1, 0.5, 1, 10, 10), 1)
    assert np.array_equal(x, X)
    assert np.array_equal(g, G)


@pytest.mark.parametrize(
    "wrong", [{"step": 0}, {"decay": 1.1}, {"sigma": -1}, {"every": 0}, {"norm_percentile": 101}]
)
def test_impossible_rules_are_refused(wrong):
    with pytest.raises(ValueError, match="expected a step above 0"):
        Regularisation(**wrong)


def test_every_preset_has_its_settings():
    assert set(SETTINGS) == set(Preset)
    assert isinstance(SETTINGS[Preset.FOURIER], Fourier)
    third = SETTINGS[Preset.YOSINSKI_3]
    assert (third.decay, third.sigma, third.every) == (0.0001, 1.0, 4)


@pytest.mark.parametrize("size", [(64, 64), (31, 48)])
def test_scaled_white_noise_has_deviation_one(size):
    scale = filters.wave_scale(*size)
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(400, 2, *scale.shape))
    pictures = np.fft.irfft2((noise[:, 0] + 1j * noise[:, 1]) * scale, size)
    assert pictures.std() == pytest.approx(1, abs=0.06)
    frequency = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1]))
    inner = frequency > 1 / min(size)
    assert np.ptp((scale * frequency)[inner]) < 1e-9


def test_tiles_do_not_depend_on_brightness_and_contrast():
    tiles = filters.shown(X)
    assert tiles.shape == X.shape
    assert tiles.dtype == np.uint8
    assert np.array_equal(filters.shown(3 * X + 2), tiles)
    assert np.all(filters.shown(np.full((1, 4, 4, 3), 9.0)) == 128)
    grey = filters.shown(X[..., :1])
    assert np.array_equal(grey[..., 0], grey[..., 2])


def test_a_contact_sheet_drops_no_tile():
    tiles = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 2, 3), np.uint8)
    sheet = filters.contact_sheet(tiles, 3, 1)
    assert sheet.shape == (7, 8, 3)
    assert [int(sheet[0, c, 0]) for c in (0, 3, 6)] == [0, 1, 2]
    assert [int(sheet[4, c, 0]) for c in (0, 3, 6)] == [3, 4, 255]
    assert np.all(sheet[3] == 255)
    assert filters.contact_sheet(tiles[:2], 9, 0).shape == (3, 4, 3)
    for wrong, columns in ((tiles[:0], 3), (tiles[..., :1], 3), (tiles, 0)):
        with pytest.raises(ValueError, match="tiles"):
            filters.contact_sheet(wrong, columns)


def test_diversity_sees_textures_and_not_where_they_lie():
    stripes = np.sin(np.arange(32))[:, None, None] * np.ones((32, 32, 3))
    moved = np.roll(stripes, 5, axis=1)
    across = stripes.swapaxes(0, 1)
    noise = np.random.default_rng(2).normal(size=(2, 32, 32, 3))
    assert filters.diversity(np.stack([stripes, moved])) == pytest.approx(0)
    assert filters.diversity(np.stack([stripes, 5 * stripes + 1])) == pytest.approx(0)
    assert filters.diversity(np.stack([stripes, across])) > 0.9
    assert 0.5 < filters.diversity(noise) < 1.1
    assert filters.diversity(noise[:1]) == 0
    assert filters.diversity(np.zeros((2, 8, 8, 3))) == 0
    assert filters.diversity(np.stack([stripes, 0 * stripes])) == 1


def test_values_are_compared_where_a_patch_excites():
    values = np.array([[1.0, 2, 3], [4, 5, 6]])
    assert np.array_equal(filters.relative(values, np.array([2, 0, -1])), [[0.5], [2]])
    assert np.array_equal(filters.relative(values, np.zeros(0)), values)


def test_frames_are_four_times_as_far_each():
    assert filters.frames(32) == (0, 2, 8, 32)
    assert filters.frames(40) == (0, 2, 8, 32, 40)
    assert filters.frames(1) == (0, 1)
