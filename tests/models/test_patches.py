"""The places in photographs that excite filters, where they are known."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.models.patches import best_patches, peak_gradients, raw_maps
from generator.models.preprocessing import PRESETS
from generator.models.trained import Trained
from generator.science.placement import Fit

SIZE = (40, 50)


@pytest.fixture(scope="module")
def colours():
    """A network whose filters are the sums of red, green and blue over 3x3 pixels, less 100."""
    kernel = np.zeros((3, 3, 3, 3), np.float32)
    kernel[..., range(3), range(3)] = 1
    layer = keras.layers.Conv2D(3, 3, 2, padding="same", activation="relu", name="sums")
    model = keras.Sequential(
        [keras.Input((*SIZE, 3)), layer, keras.layers.GlobalAveragePooling2D()]
    )
    layer.set_weights([kernel, np.full(3, -100, np.float32)])
    return Trained(model, PRESETS["none"], Fit.STRETCH, ())


def dot(channel, row, column, value):
    picture = np.zeros((*SIZE, 3), np.uint8)
    picture[row : row + 3, column : column + 3, channel] = value
    return picture


def test_each_filter_gets_its_brightest_place(colours):
    pictures = [dot(0, 10, 20, 90), dot(0, 30, 8, 200), dot(2, 0, 46, 50), dot(1, 20, 20, 10)]
    found = best_patches(colours, enumerate(pictures), "sums", [0, 2])
    assert found.pictures.tolist() == [1, 2]
    assert found.values[0] == 9 * 200 - 100
    assert found.tiles.shape == (2, 16, 16, 3)
    assert (found.tiles[0, :, :, 0] == 200).sum() == 9
    assert (found.tiles[1, :, :, 2] == 50).sum() == 9  # moved inside, at the corner
    assert found.tiles[:, :, :, 1].max() == 0


def test_batches_do_not_matter(colours, monkeypatch):
    pictures = [np.random.default_rng(n).integers(0, 256, (*SIZE, 3), "u1") for n in range(5)]
    whole = best_patches(colours, enumerate(pictures), "sums", [0, 1, 2])
    monkeypatch.setattr(colours, "batch", 2)
    parts = best_patches(colours, enumerate(pictures), "sums", [0, 1, 2])
    assert np.array_equal(whole.pictures, parts.pictures)
    assert np.array_equal(whole.tiles, parts.tiles)


def test_without_pictures_there_are_no_patches(colours):
    found = best_patches(colours, [], "sums", [0])
    assert not len(found.values) + len(found.pictures) + len(found.tiles)


def test_what_never_excites_is_measured_below_zero(colours):
    found = best_patches(colours, [(7, np.zeros((*SIZE, 3), np.uint8))], "sums", [1])
    assert found.values[0] == -100
    assert found.pictures.tolist() == [7]


def test_maps_are_before_the_activation_and_gradients_are_the_kernel(colours):
    picture = np.zeros((1, *SIZE, 3), np.float32)
    maps = raw_maps(colours, picture, "sums")
    assert maps.shape == (1, 20, 25, 3)
    assert np.all(maps == -100)
    spread = peak_gradients(colours, picture, "sums", np.array([[5, 6, 1]], np.int32))
    assert spread.shape == (1, *SIZE)
    assert spread.sum() == 9
    assert set(zip(*np.nonzero(spread[0]), strict=True)) == {
        (r, c) for r in (10, 11, 12) for c in (12, 13, 14)
    }
