"""The local steps of a network: layers whose cells read a few neighbouring cells of maps below.

They are found in a trace of the whole model. What is not known to be local is no step, nor is
anything above it; ``incremental`` leaves that to the model itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.models.tracing import Call, Trace

    Shape = tuple[int, int, int]
    Apply = Callable[..., Any]

_POINTWISE = {
    "Activation", "BatchNormalization", "ELU", "LeakyReLU", "ReLU", "Rescaling",
    "Elu", "LeakyRelu", "Relu", "Relu6", "Sigmoid", "Silu", "Tanh",
}  # fmt: skip
_LAYERS = {"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"}
_OPERATIONS = {"Add", "Divide", "Maximum", "Minimum", "Multiply", "Subtract", "TrueDivide"}
"""What merges maps, or maps and a number: layers take a list, operations two arguments."""
_ACTIVATIONS = (
    "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign", "tanh",
)  # fmt: skip


@dataclass(frozen=True)
class Slide:
    """How a kernel moves over maps, as (rows, columns) each.

    ``before`` counts the cells of padding above and to the left; what padding holds is ``padding``,
    or None where there is none.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    before: tuple[int, int] = (0, 0)
    padding: float | None = None

    @property
    def cells(self) -> int:
        """How many cells one cell reads."""
        return self.kernel[0] * self.kernel[1]


@dataclass(frozen=True, eq=False)
class Step:
    """A layer with maps of ``shape`` (rows, columns, channels).

    ``sources`` are the maps it reads: 0 is the picture, n the n-th step. A step that slides is
    applied to all that its cells read, laid out side by side (1, rows * kernel, columns * kernel,
    C), or as (1, rows, columns, kernel * kernel * C) if ``stacked``, and to which of that is no
    padding, (1, rows * kernel, columns * kernel, 1); any other step is applied to the maps as they
    are. ``work`` is the number of multiplications for each cell.
    """

    layer: Any
    name: str
    sources: tuple[int, ...]
    shape: Shape
    apply: Apply
    work: int
    slide: Slide | None = None
    stacked: bool = False

    @property
    def numbers(self) -> int:
        """How many numbers its maps of one picture hold."""
        return int(np.prod(self.shape))

    @property
    def merges(self) -> bool:
        """Whether it reads several maps, cell by cell."""
        return len(set(self.sources)) > 1


@dataclass(frozen=True, eq=False)
class Local:
    """The local part of a network: its steps in the order of their calls.

    ``wanted`` are the sources that something which is no step reads as well, and ``rest`` counts
    the numbers that all these others give for one picture.
    """

    steps: tuple[Step, ...]
    wanted: frozenset[int]
    rest: int

    def frontier(self, cut: int) -> tuple[int, ...]:
        """Return the sources among the first ``cut`` steps, or 0, that all above them reads."""
        above = {source for step in self.steps[cut:] for source in step.sources}
        return tuple(sorted(source for source in above | self.wanted if source <= cut))

    def read(self, step: Step) -> int:
        """Return how many numbers a cell of ``step`` reads elsewhere than at its own place."""
        channels = [self.steps[source - 1].shape[2] if source else 3 for source in step.sources]
        return step.slide.cells * channels[0] if step.slide else step.merges * sum(channels)


def local_part(trace: Trace, picture: Any) -> Local:
    """Return the local part of a traced model; ``picture`` is the tensor that went into it."""
    known, steps = {id(picture): 0}, []
    wanted, rest = set(), 0
    layers = [id(call.layer) for call in trace.calls]
    for call in trace.calls:
        # Of a layer that is called twice, one call cannot be told from the other.
        once = layers.count(id(call.layer)) == 1
        step = _step(call, known) if once else None
        if step:
            steps.append(step)
            known[id(call.output)] = len(steps)
        else:
            wanted |= {known[id(value)] for value in call.inputs if id(value) in known}
            rest += int(np.prod([size or 1 for size in getattr(call.output, "shape", ())]))
    return Local(tuple(steps), frozenset(wanted), rest)


def _step(call: Call, known: Mapping[int, int]) -> Step | None:
    maps = [value for value in call.inputs if not isinstance(value, (int, float))]
    sources = tuple(known.get(id(value), -1) for value in maps)
    below, shape = [_shape(value) for value in maps], _shape(call.output)
    kind, several = _kind(call.layer), len(call.inputs) > 1
    if shape is None or None in below or not kind or min(sources, default=-1) < 0:
        return None
    if kind in _SLIDING and not several:
        return _sliding(call, kind, sources, below[0], shape)
    alike = {one[:2] for one in below if one} == {shape[:2]} and _axis(call.layer) in {-1, 3}
    merges = several and kind in (_LAYERS if _is_layer(call.layer) else _OPERATIONS)
    points = not several and kind in _POINTWISE and _is_pointwise(call.layer)
    if not alike or not (merges or points):
        return None
    return Step(call.layer, call.name, sources, shape, _replayed(call), shape[2])


def _sliding(
    call: Call, kind: str, sources: tuple[int, ...], below: Any, shape: Shape
) -> Step | None:
    found = _SLIDING[kind](call.layer, below, shape)
    if found is None:
        return None
    slide, apply = found
    stacked = kind == "Conv2D"
    work = slide.cells * shape[2] * (below[2] if stacked else 1)
    alone = stacked and slide.cells == 1 and slide.stride == (1, 1)  # reads its own cell only
    place = None if alone else slide
    return Step(call.layer, call.name, sources, shape, apply, work, place, stacked)


def _kind(layer: Any) -> str:
    """Return the class of a layer or operation of Keras itself, its channels last; else ""."""
    last = getattr(layer, "data_format", None) in {None, "channels_last"}
    own = type(layer).__module__.startswith("keras.src.")
    return type(layer).__name__ if last and own else ""


def _is_layer(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.layers.Layer)


def _shape(tensor: Any) -> Shape | None:
    shape = tuple(getattr(tensor, "shape", ()))
    if len(shape) != len("NHWC") or None in shape[1:]:
        return None
    rows, columns, channels = (int(size) for size in shape[1:])
    return rows, columns, channels


def _axis(layer: Any) -> int:
    return int(getattr(layer, "axis", -1))


def _is_pointwise(layer: Any) -> bool:
    """Tell whether a layer treats every cell alike and alone."""
    import keras

    if _kind(layer) == "Rescaling" and max(np.ndim(layer.scale), np.ndim(layer.offset)) > 1:
        return False
    activation = getattr(layer, "activation", keras.activations.linear)
    return any(activation is getattr(keras.activations, name) for name in _ACTIVATIONS)


def _replayed(call: Call) -> Apply:
    """Return the call as a function of the maps it was given."""
    together = _is_layer(call.layer) and len(call.inputs) > 1

    def apply(*maps: Any) -> Any:
        rest = iter(maps)
        values = [x if isinstance(x, (int, float)) else next(rest) for x in call.inputs]
        return call.layer.call(values) if together else call.layer.call(*values)

    return apply


def _slide(
    layer: Any, kernel: tuple[int, int], below: Shape, shape: Shape, padding: float = 0.0
) -> Slide | None:
    dilation = tuple(getattr(layer, "dilation_rate", (1, 1)))
    if layer.padding == "valid":
        return Slide(kernel, tuple(layer.strides), dilation)
    if layer.padding != "same":
        return None
    top, left = (
        max((cells - 1) * stride + (side - 1) * apart + 1 - length, 0) // 2
        for cells, stride, side, apart, length in zip(
            shape[:2], layer.strides, kernel, dilation, below[:2], strict=True
        )
    )
    return Slide(kernel, tuple(layer.strides), dilation, (top, left), padding)


def _convolution(layer: Any, below: Shape, shape: Shape) -> tuple[Slide, Apply] | None:
    import tensorflow as tf

    slide = _slide(layer, tuple(layer.kernel_size), below, shape)
    if slide is None or layer.groups != 1 or not _is_pointwise(layer):
        return None

    def apply(read: Any, _: Any = None) -> Any:
        kernel = tf.reshape(tf.convert_to_tensor(layer.kernel), [1, 1, -1, shape[2]])
        return _biased(layer, tf.nn.conv2d(read, kernel, 1, "VALID"))

    return slide, apply


def _depthwise(layer: Any, below: Shape, shape: Shape) -> tuple[Slide, Apply] | None:
    import tensorflow as tf

    side, other = layer.kernel_size
    slide = _slide(layer, (side, other), below, shape)
    # What is laid out is read in strides of the kernel, and TensorFlow wants one for both axes.
    if slide is None or side != other or not _is_pointwise(layer):
        return None

    def apply(read: Any, _: Any) -> Any:
        kernel = tf.convert_to_tensor(layer.kernel)
        return _biased(layer, tf.nn.depthwise_conv2d(read, kernel, (1, side, side, 1), "VALID"))

    return slide, apply


def _biased(layer: Any, maps: Any) -> Any:
    import tensorflow as tf

    if layer.use_bias:
        maps = tf.nn.bias_add(maps, tf.convert_to_tensor(layer.bias))
    return layer.activation(maps)


def _largest(layer: Any, below: Shape, shape: Shape) -> tuple[Slide, Apply] | None:
    import tensorflow as tf

    side = tuple(layer.pool_size)
    slide = _slide(layer, side, below, shape, float("-inf"))

    def apply(read: Any, _: Any) -> Any:
        return tf.nn.max_pool2d(read, side, side, "VALID")

    return (slide, apply) if slide else None


def _mean(layer: Any, below: Shape, shape: Shape) -> tuple[Slide, Apply] | None:
    import tensorflow as tf

    side = tuple(layer.pool_size)
    slide = _slide(layer, side, below, shape)

    def apply(read: Any, inside: Any) -> Any:
        sums, share = (tf.nn.avg_pool2d(maps, side, side, "VALID") for maps in (read, inside))
        return sums / share  # padding does not count

    return (slide, apply) if slide else None


def _framed(layer: Any, _: Shape, __: Shape) -> tuple[Slide, Apply]:
    (top, _bottom), (left, _right) = layer.padding
    return Slide((1, 1), before=(top, left), padding=0.0), lambda read, _: read


_SLIDING: Mapping[str, Callable[[Any, Any, Shape], tuple[Slide, Apply] | None]] = {
    "AveragePooling2D": _mean,
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "MaxPooling2D": _largest,
    "ZeroPadding2D": _framed,
}
