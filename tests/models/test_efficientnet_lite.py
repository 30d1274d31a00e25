"""EfficientNet-Lite0: layers against convolutions written out, and predictions that are known."""

import numpy as np
import pytest
from PIL import Image

from generator.errors import ModelError
from generator.models.efficientnet_lite import efficientnet_lite0
from generator.models.pth import read_pth
from generator.models.zoo import ZOO, find, imagenet_labels, load
from generator.science.placement import Fit, place
from generator.sources import resolve

ENTRY = ZOO["efficientnet-lite0"]


@pytest.fixture(scope="module")
def tensors():
    return read_pth(find("efficientnet-lite0").read_bytes())


@pytest.fixture(scope="module")
def model():
    return load("efficientnet-lite0")


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(7).normal(size=(224, 224, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def layers(model, image):
    """What the layers of the first two blocks, and the last ones, put out for one image."""
    import keras

    names = ["stem", "block1a_depthwise", "block1a", "block2a_expand", "block2a_depthwise",
             "block2a", "block2b", "head", "pool", "logits"]  # fmt: skip
    parts = keras.Model(model.input, [model.get_layer(name).output for name in names])
    return {"image": image} | {
        name: np.asarray(value[0])
        for name, value in zip(names, parts(image[None], training=False), strict=True)
    }


def padded(x, kernel, stride):
    """Zeros as TensorFlow adds them: the odd one below and to the right."""
    pads = []
    for side in x.shape[:2]:
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        pads.append((total // 2, total - total // 2))
    return np.pad(x, (*pads, (0, 0)))


def convolved(x, kernel, stride, places, *, depthwise=False):
    """A convolution at a few places, from the definition; kernel as in PyTorch (out, in, r, c)."""
    size = kernel.shape[-1]
    x = padded(x.astype(np.float64), size, stride)
    out = {}
    for row, column in places:
        window = x[row * stride : row * stride + size, column * stride : column * stride + size]
        if depthwise:
            out[row, column] = np.einsum("rci,irc->i", window, kernel[:, 0])
        else:
            out[row, column] = np.einsum("rci,oirc->o", window, kernel)
    return out


def normalised(value, tensors, name):
    scale, shift, mean, variance = (
        tensors[f"{name}.{part}"].astype(np.float64)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    return scale * (value - mean) / np.sqrt(variance + 1e-3) + shift


PLACES = [(0, 0), (0, 17), (30, 0), (20, 31), (55, 55)]


@pytest.mark.parametrize(
    ("before", "after", "kernel", "bn"),
    [
        ("image", "stem", "_conv_stem", "_bn0"),
        ("stem", "block1a_depthwise", "_blocks.0._depthwise_conv", "_blocks.0._bn1"),
        ("block1a_depthwise", "block1a", "_blocks.0._project_conv", "_blocks.0._bn2"),
        ("block1a", "block2a_expand", "_blocks.1._expand_conv", "_blocks.1._bn0"),
        ("block2a_expand", "block2a_depthwise", "_blocks.1._depthwise_conv", "_blocks.1._bn1"),
        ("block2a_depthwise", "block2a", "_blocks.1._project_conv", "_blocks.1._bn2"),
    ],
)
def test_layers_meet_their_slow_twins(tensors, layers, before, after, kernel, bn):
    stride = len(layers[before]) // len(layers[after])
    assert stride == (2 if after in {"stem", "block2a_depthwise"} else 1)
    last = len(layers[after]) - 1
    places = [*PLACES, (last, last), (0, last)]
    slow = convolved(
        layers[before],
        tensors[f"{kernel}.weight"],
        stride,
        places,
        depthwise="depthwise" in kernel,
    )
    for at, value in slow.items():
        expected = normalised(value, tensors, bn)
        if "project" not in kernel:
            expected = np.clip(expected, 0, 6)
        np.testing.assert_allclose(layers[after][at], expected, rtol=1e-4, atol=2e-4)


def test_a_second_block_adds_what_came_in(tensors, layers):
    x = layers["block2a"].astype(np.float64)
    wide = np.einsum("rci,oi->rco", x, tensors["_blocks.2._expand_conv.weight"][..., 0, 0])
    wide = np.clip(normalised(wide, tensors, "_blocks.2._bn0"), 0, 6)
    places = [(0, 0), (11, 30), (55, 55)]
    looked = convolved(wide, tensors["_blocks.2._depthwise_conv.weight"], 1, places, depthwise=True)
    narrow = tensors["_blocks.2._project_conv.weight"][..., 0, 0]
    for at, value in looked.items():
        bounded = np.clip(normalised(value, tensors, "_blocks.2._bn1"), 0, 6)
        expected = normalised(narrow @ bounded, tensors, "_blocks.2._bn2") + x[at]
        np.testing.assert_allclose(layers["block2b"][at], expected, rtol=1e-3, atol=1e-3)


def test_the_head_is_a_mean_and_one_linear_layer(tensors, layers):
    assert layers["head"].shape == (7, 7, 1280)
    mean = layers["head"].astype(np.float64).mean(axis=(0, 1))
    np.testing.assert_allclose(layers["pool"], mean, rtol=1e-5, atol=1e-5)
    logits = tensors["_fc.weight"] @ mean + tensors["_fc.bias"]
    np.testing.assert_allclose(layers["logits"], logits, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("source", "label", "probability", "within"),
    [
        ("sample:skimage/coffee.png", "espresso", 0.956, 0.005),
        ("sample:skimage/camera.png", "tripod", 0.957, 0.005),
        ("sample:skimage/chelsea.png", "tiger cat", 0.392, 0.02),
        ("sample:skimage/rocket.jpg", "missile", 0.36, 0.03),
        ("sample:sklearn/flower.jpg", "daisy", 0.30, 0.03),
        ("sample:sklearn/china.jpg", "palace", 0.34, 0.03),
    ],
)
def test_predictions_that_are_known(model, tmp_path, source, label, probability, within):
    with Image.open(resolve(source, tmp_path)) as file:
        image = np.asarray(file.convert("RGB"))
    placed, _ = place(image, (224, 224), Fit.CROP, share=224 / 256)
    logits = np.asarray(model(ENTRY.preprocessing.apply(placed)[None], training=False))[0]
    shares = np.exp(logits - logits.max())
    assert imagenet_labels()[logits.argmax()] == label
    assert shares.max() / shares.sum() == pytest.approx(probability, abs=within)


def test_its_form(model):
    assert model.input_shape == (None, 224, 224, 3)
    assert model.output_shape == (None, 1000)
    assert not model.trainable_weights
    blocks = [f"block{row}{letter}" for row, letters in enumerate(
        ("a", "ab", "ab", "abc", "abc", "abcd", "a"), 1) for letter in letters]  # fmt: skip
    shapes = [model.get_layer(name).output.shape[1:] for name in ["stem", *blocks, "head"]]
    assert [shape[0] for shape in shapes] == [112] * 2 + [56] * 2 + [28] * 2 + [14] * 6 + [7] * 6
    assert model.count_params() == 4_694_024


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"_fc.bias": None}, "needs '_fc.bias', which the file lacks"),
        ({"_blocks.4._bn1.weight": None}, "needs '_blocks.4._bn1.weight'"),
        (
            {"_conv_stem.weight": np.zeros((32, 3, 3), np.float32)},
            "_conv_stem.weight should have 4 axes",
        ),
        ({"_bn0.bias": np.zeros(7, np.float32)}, r"stem_bn needs weights of .*\(7,\)"),
        ({"more": np.zeros(1, np.float32)}, "has no use for more"),
    ],
)
def test_another_networks_weights_are_refused(tensors, change, words):
    changed = {name: array for name, array in {**tensors, **change}.items() if array is not None}
    with pytest.raises(ModelError, match=words):
        efficientnet_lite0(changed)
