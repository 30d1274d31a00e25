"""SqueezeNet 1.1: a very small classifier of ImageNet's 1000 classes.

F. N. Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB
model size", arXiv:1602.07360 (2016); 1.1 is its authors' later form with 2.4 times less work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.models.weights import Weights, loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    from numpy.typing import NDArray

SIZE = 227
"""Rows and columns of the input."""

_FIRES = {2: 16, 3: 16, 4: 32, 5: 32, 6: 48, 7: 48, 8: 64, 9: 64}
"""Channels that each fire module squeezes to; each of its two expansions has four times as many."""

_POOLED = {3, 5}
"""Fire modules that are followed by a pooling."""


def squeezenet(arrays: Mapping[str, NDArray[Any]]) -> keras.Model:
    """Return the network with the weights of a Keras file, frozen.

    Its layers are `conv1`, `fire2` to `fire9` (both expansions side by side), `conv10` and
    `logits`, the means of the maps of `conv10_relu`: map c is the class activation map of class
    c. Within `fire2` there are `fire2_squeeze`, `fire2_expand1x1` and `fire2_expand3x3`; the
    activation of each convolution is a layer of its own, `…_relu`.

    Parameters
    ----------
    arrays : by the file's names (`conv1/conv1_W:0`, `fire2/squeeze1x1/fire2/squeeze1x1_b:0`, …)

    Returns
    -------
    Model from (N, 227, 227, 3) float32, BGR - (103.939, 116.779, 123.68), to (N, 1000) logits,
    not softmaxed. They are means of rectified maps, so none is negative.

    Raises
    ------
    ModelError
        If an array is missing, left over, or of another shape.

    """
    import keras

    weights = Weights(arrays, network="SqueezeNet")
    image = keras.Input((SIZE, SIZE, 3), name="image")
    x = _convolved(image, weights, "conv1", "conv1", form=(64, 3, 2))
    x = keras.layers.MaxPooling2D(3, 2, name="pool1")(x)
    for number, channels in _FIRES.items():
        x = _fire(x, weights, f"fire{number}", channels)
        if number in _POOLED:
            x = keras.layers.MaxPooling2D(3, 2, name=f"pool{number}")(x)
    x = _convolved(x, weights, "conv10", "conv10", form=(1000, 1, 1))
    logits = keras.layers.GlobalAveragePooling2D(name="logits")(x)
    weights.check_empty()
    model = keras.Model(image, logits, name="squeezenet")
    model.trainable = False
    return model


def _fire(x: Any, weights: Weights, name: str, channels: int) -> Any:
    """Return a fire module: few channels, then many from each and from around each."""
    import keras

    x = _convolved(x, weights, f"{name}/squeeze1x1", f"{name}_squeeze", form=(channels, 1, 1))
    expanded = [
        _convolved(x, weights, f"{name}/{part}", f"{name}_{part}", form=(4 * channels, kernel, 1))
        for part, kernel in (("expand1x1", 1), ("expand3x3", 3))
    ]
    return keras.layers.Concatenate(name=name)(expanded)


def _convolved(
    x: Any, weights: Weights, path: str, name: str, *, form: tuple[int, int, int]
) -> Any:
    """Return a convolution of `form` (channels, kernel, stride) and its activation."""
    import keras

    channels, kernel, stride = form
    # Only the first convolution has a stride, and it starts inside the picture as in Caffe.
    padding = "same" if stride == 1 else "valid"
    layer = keras.layers.Conv2D(channels, kernel, stride, padding, name=name)
    arrays = [weights.take(f"{path}/{path}_{part}:0") for part in "Wb"]
    return keras.layers.ReLU(name=f"{name}_relu")(loaded(layer, x, arrays))
