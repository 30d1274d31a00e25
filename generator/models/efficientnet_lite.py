"""EfficientNet-Lite0: a classifier of ImageNet's 1000 classes for machines without a GPU.

M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
ICML 2019, arXiv:1905.11946, table 1. The Lite variant leaves out squeeze-and-excitation, bounds
every activation by ReLU6 and keeps the stem and the head at their width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from generator.errors import ModelError
from generator.models.weights import Weights, loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    from numpy.typing import NDArray

SIZE = 224
"""Rows and columns of the input."""


class _Stage(NamedTuple):
    """Blocks of one resolution; only the first of them has the stride and widens."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)


def efficientnet_lite0(tensors: Mapping[str, NDArray[Any]]) -> keras.Model:
    """Return the network with the weights of a PyTorch checkpoint, frozen.

    Its layers are `stem`, `block1a` to `block7a`, `head` (what each of them puts out, after
    batch normalisation and activation), `pool` and `logits`. Within `block2a` there are
    `block2a_expand`, `block2a_depthwise`; `…_conv` is the convolution before each, `…_bn` its
    normalisation.

    Parameters
    ----------
    tensors : arrays by the checkpoint's names (`_conv_stem.weight`, `_blocks.0._bn1.bias`, …),
        kernels as (out, in, rows, columns)

    Returns
    -------
    Model from (N, 224, 224, 3) float32, (RGB - 127) / 128, to (N, 1000) logits, not softmaxed.

    Raises
    ------
    ModelError
        If a tensor is missing, left over, or of another shape.

    """
    import keras

    # Counters of training steps are in every checkpoint and say nothing about the network.
    kept = {name: array for name, array in tensors.items() if not name.endswith("_tracked")}
    weights = Weights(kept, network="EfficientNet-Lite0")
    image = keras.Input((SIZE, SIZE, 3), name="image")
    x = _convolved(image, weights, "_conv_stem", "stem", form=(32, 3, 2))
    x = _activated(_normalised(x, weights, "_bn0", "stem_bn"), "stem")
    number = 0
    for row, stage in enumerate(_STAGES, 1):
        for place in range(stage.blocks):
            here = stage if place == 0 else stage._replace(stride=1)
            x = _block(x, weights, f"_blocks.{number}", here, f"block{row}{'abcd'[place]}")
            number += 1
    x = _convolved(x, weights, "_conv_head", "head", form=(1280, 1, 1))
    x = _activated(_normalised(x, weights, "_bn1", "head_bn"), "head")
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    dense = keras.layers.Dense(1000, name="logits")
    logits = loaded(dense, x, [weights.take("_fc.weight").T, weights.take("_fc.bias")])
    weights.check_empty()
    model = keras.Model(image, logits, name="efficientnet-lite0")
    model.trainable = False
    return model


def _block(x: Any, weights: Weights, path: str, stage: _Stage, name: str) -> Any:
    """Return an inverted residual block: widen, look around each channel, narrow, add."""
    import keras

    before, narrow = x, x.shape[-1]
    if stage.expansion > 1:
        form = (narrow * stage.expansion, 1, 1)
        x = _convolved(x, weights, f"{path}._expand_conv", f"{name}_expand", form=form)
        x = _normalised(x, weights, f"{path}._bn0", f"{name}_expand_bn")
        x = _activated(x, f"{name}_expand")
    depthwise = keras.layers.DepthwiseConv2D(
        stage.kernel, stage.stride, "same", use_bias=False, name=f"{name}_depthwise_conv"
    )
    x = loaded(depthwise, x, [_kernel(weights, f"{path}._depthwise_conv").swapaxes(2, 3)])
    x = _normalised(x, weights, f"{path}._bn1", f"{name}_depthwise_bn")
    x = _activated(x, f"{name}_depthwise")
    form = (stage.channels, 1, 1)
    x = _convolved(x, weights, f"{path}._project_conv", f"{name}_project", form=form)
    residual = stage.stride == 1 and narrow == stage.channels
    x = _normalised(x, weights, f"{path}._bn2", f"{name}_project_bn" if residual else name)
    return keras.layers.Add(name=name)([before, x]) if residual else x


def _convolved(
    x: Any, weights: Weights, path: str, name: str, *, form: tuple[int, int, int]
) -> Any:
    """Return a convolution of `form` (channels, kernel, stride), padded as TensorFlow does it.

    That is where the weights were trained: with stride 2, an even input gets one more row and
    column of zeros below and to the right than above and to the left.
    """
    import keras

    channels, kernel, stride = form
    layer = keras.layers.Conv2D(
        channels, kernel, stride, "same", use_bias=False, name=f"{name}_conv"
    )
    return loaded(layer, x, [_kernel(weights, path)])


def _kernel(weights: Weights, path: str) -> NDArray[Any]:
    """Return a convolution's kernel as (rows, columns, in, out)."""
    kernel = weights.take(f"{path}.weight")
    if kernel.ndim != len("OIHW"):
        raise ModelError(f"{path}.weight should have 4 axes, got shape {kernel.shape}")
    return kernel.transpose(2, 3, 1, 0)


def _normalised(x: Any, weights: Weights, path: str, name: str) -> Any:
    import keras

    parts = ("weight", "bias", "running_mean", "running_var")
    layer = keras.layers.BatchNormalization(epsilon=1e-3, name=name)
    return loaded(layer, x, [weights.take(f"{path}.{part}") for part in parts])


def _activated(x: Any, name: str) -> Any:
    import keras

    return keras.layers.ReLU(6.0, name=name)(x)
