"""SqueezeNet 1.1: layers against convolutions written out, and predictions that are known."""

import numpy as np
import pytest
from PIL import Image

from generator.errors import ModelError
from generator.models.hdf5 import read_hdf5
from generator.models.squeezenet import squeezenet
from generator.models.zoo import ZOO, find, imagenet_labels, load
from generator.science.placement import Fit, place
from generator.sources import resolve

ENTRY = ZOO["squeezenet"]
NAMES = ["conv1_relu", "pool1", "fire2_squeeze_relu", "fire2", "fire9", "conv10", "conv10_relu", "logits"]  # fmt: skip


@pytest.fixture(scope="module")
def arrays():
    return read_hdf5(find("squeezenet").read_bytes())


@pytest.fixture(scope="module")
def model():
    return load("squeezenet")


@pytest.fixture(scope="module")
def layers(model):
    import keras

    image = np.random.default_rng(7).normal(scale=60, size=(227, 227, 3)).astype(np.float32)
    parts = keras.Model(model.input, [model.get_layer(name).output for name in NAMES])
    values = parts(image[None], training=False)
    return {"image": image} | {
        name: np.asarray(value[0], np.float64) for name, value in zip(NAMES, values, strict=True)
    }


def rectified(x, arrays, path, at, *, stride=1, pad=0):
    """A convolution at one place, from the definition, and its positive part."""
    kernel, bias = (arrays[f"{path}/{path}_{part}:0"].astype(np.float64) for part in "Wb")
    size = kernel.shape[0]
    x = np.pad(x.astype(np.float64), ((pad, pad), (pad, pad), (0, 0)))
    row, column = (stride * k for k in at)
    window = x[row : row + size, column : column + size]
    return np.maximum(np.einsum("rci,rcio->o", window, kernel) + bias, 0)


@pytest.mark.parametrize("at", [(0, 0), (3, 17), (112, 0), (112, 112)])
def test_the_first_convolution_starts_inside_the_picture(layers, arrays, at):
    assert layers["conv1_relu"].shape == (113, 113, 64)
    slow = rectified(layers["image"], arrays, "conv1", at, stride=2)
    np.testing.assert_allclose(layers["conv1_relu"][at], slow, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("at", [(0, 0), (3, 17), (55, 0), (55, 55)])
def test_pooling_and_the_first_fire_module_meet_their_slow_twins(layers, arrays, at):
    row, column = (2 * k for k in at)
    window = layers["conv1_relu"][row : row + 3, column : column + 3]
    np.testing.assert_array_equal(layers["pool1"][at], window.max(axis=(0, 1)))
    slow = rectified(layers["pool1"], arrays, "fire2/squeeze1x1", at)
    np.testing.assert_allclose(layers["fire2_squeeze_relu"][at], slow, rtol=1e-4, atol=1e-2)
    squeezed = layers["fire2_squeeze_relu"]
    one = rectified(squeezed, arrays, "fire2/expand1x1", at)
    three = rectified(squeezed, arrays, "fire2/expand3x3", at, pad=1)
    slow = np.concatenate([one, three])
    np.testing.assert_allclose(layers["fire2"][at], slow, rtol=1e-4, atol=1e-2)


def test_the_mean_of_a_map_is_the_score_of_its_class(layers, arrays):
    assert layers["fire9"].shape == (13, 13, 512)
    slow = rectified(layers["fire9"], arrays, "conv10", (4, 7))
    np.testing.assert_allclose(layers["conv10_relu"][4, 7], slow, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(layers["conv10_relu"], np.maximum(layers["conv10"], 0))
    mean = layers["conv10_relu"].mean(axis=(0, 1))
    np.testing.assert_allclose(layers["logits"], mean, rtol=1e-5, atol=1e-4)
    assert layers["logits"].shape == (1000,)


@pytest.mark.parametrize(
    ("source", "label", "probability"),
    [
        ("sample:skimage/coffee.png", "espresso", 0.94),
        ("sample:skimage/camera.png", "tripod", 0.843),
    ],
)
def test_predictions_that_are_known(model, tmp_path, source, label, probability):
    with Image.open(resolve(source, tmp_path)) as file:
        image = np.asarray(file.convert("RGB"))
    placed, _ = place(image, (227, 227), Fit.CROP, share=227 / 256)
    logits = np.asarray(model(ENTRY.preprocessing.apply(placed)[None], training=False))[0]
    shares = np.exp(logits - logits.max())
    assert imagenet_labels()[logits.argmax()] == label
    assert shares.max() / shares.sum() == pytest.approx(probability, abs=0.01)


def test_its_form(model):
    assert model.input_shape == (None, 227, 227, 3)
    assert model.output_shape == (None, 1000)
    assert not model.trainable_weights
    assert model.count_params() == 1_235_496  # as its authors say


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"conv10/conv10_b:0": None}, "SqueezeNet needs 'conv10/conv10_b:0', which the file lacks"),
        ({"conv1/conv1_W:0": np.zeros((7, 7, 3, 96), np.float32)}, r"conv1 needs .*7, 7, 3, 96"),
        ({"conv1/conv1_W:0": np.zeros(3, np.float32)}, "conv1 needs"),
        ({"more": np.zeros(1, np.float32)}, "no use for more"),
    ],
)
def test_another_networks_weights_are_refused(arrays, change, words):
    changed = {name: array for name, array in {**arrays, **change}.items() if array is not None}
    with pytest.raises(ModelError, match=words):
        squeezenet(changed)
