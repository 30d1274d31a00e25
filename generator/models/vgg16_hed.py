"""The thirteen convolutions of VGG16, tuned to find the edges of things.

K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition",
ICLR 2015, arXiv:1409.1556; S. Xie, Z. Tu, "Holistically-nested edge detection", ICCV 2015,
doi:10.1109/ICCV.2015.164.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.models.weights import Weights, loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    from numpy.typing import NDArray

_BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Convolutions and channels of each block; between blocks the resolution is halved."""


def vgg16_hed(arrays: Mapping[str, NDArray[Any]]) -> keras.Model:
    """Return the convolutions with the weights of a Keras file, frozen.

    Its layers are `block1_conv1` to `block5_conv3`, which put out the sums before activation;
    the activation of each is a layer of its own, `…_relu`. `block1_pool` follows block 1.
    `block1_side` to `block5_side` weigh the maps of a block to one map of edges (logits).

    Parameters
    ----------
    arrays : by the file's names (`block1/layers/conv2d/vars/0`, `dsn1/vars/1`, …)

    Returns
    -------
    Model from (N, H, W, 3) float32 of any size, BGR - (104.00699, 116.66877, 122.67892), to
    five maps of edges (logits) of 1 channel; map k has H and W divided by 2 to the k - 1, up.

    Raises
    ------
    ModelError
        If an array is missing, left over, or of another shape.

    """
    import keras

    weights = Weights(arrays, network="VGG16 of HED")
    x = image = keras.Input((None, None, 3), name="image")
    sides = []
    for row, (count, channels) in enumerate(_BLOCKS, 1):
        if row > 1:
            x = keras.layers.MaxPooling2D(2, 2, "same", name=f"block{row - 1}_pool")(x)
        for number in range(count):
            path = f"block{row}/layers/conv2d{f'_{number}' if number else ''}"
            name = f"block{row}_conv{number + 1}"
            layer = keras.layers.Conv2D(channels, 3, padding="same", name=name)
            x = keras.layers.ReLU(name=f"{name}_relu")(loaded(layer, x, _taken(weights, path)))
        side = keras.layers.Conv2D(1, 1, name=f"block{row}_side")
        sides.append(loaded(side, x, _taken(weights, f"dsn{row}")))
    # How the five maps are weighed into one; the maps themselves say more about the network.
    _taken(weights, "fuse")
    weights.check_empty()
    model = keras.Model(image, sides, name="vgg16-hed")
    model.trainable = False
    return model


def _taken(weights: Weights, path: str) -> list[NDArray[Any]]:
    """Return kernel and bias of a layer."""
    return [weights.take(f"{path}/vars/{part}") for part in (0, 1)]
