"""A trained network as plain functions from numpy to numpy: the one thing that science is given."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError
from generator.models import incremental, tracing
from generator.models.form import check_weights, input_shape
from generator.models.heads import Head, find_head, read_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

_BUDGET = 384 * 2**20
"""Bytes that the activations of one batch may take, all layers together; and most pictures."""
_MOST = 64


@dataclass(frozen=True)
class Layer:
    """A layer whose output is a stack of maps: its path, kind and (rows, columns, channels)."""

    name: str
    kind: str
    shape: tuple[int, int, int]


class Network:
    """One network, read once; every function is compiled once and reads the weights as they are.

    Parameters
    ----------
    model : keras.Model
        One input of shape (H, W, C) with C 1 or 3, one output of shape (N,) with N classes, or
        one regressed value.

    Raises
    ------
    ModelError
        If the model has another form, or weights that are not finite.

    """

    def __init__(self, model: Any) -> None:
        self.model = model
        shape = input_shape(model)
        self.size: tuple[int, int] = shape[:2]
        self.channels: int = shape[2]
        self._made: dict[Any, Any] = {}
        check_weights(model)
        self._compile()

    def _compile(self) -> None:
        """Compile the scores, and learn from the same trace the layers, the head and the batch.

        The trace is kept with the tensor that went in: more can be learned from it later.
        """
        import tensorflow as tf

        def scores(batch: Any) -> Any:
            with tracing.recorded(self.model) as trace:
                output = self.model(batch, training=False)
            self._learn(trace, output)
            self.traced: tuple[tracing.Trace, Any] = trace, batch
            return output

        compiled = tf.function(scores, input_signature=[self._signature()], autograph=False)
        self._scores = compiled.get_concrete_function()

    def _learn(self, trace: tracing.Trace, output: Any) -> None:
        rank = 0 if isinstance(output, (list, tuple, dict)) else len(output.shape)
        self.classes = int(output.shape[1]) if rank == 2 else 0  # noqa: PLR2004 - (N, classes)
        self.layers = tuple(_layer(call) for call in trace.calls if _is_maps(call.output))
        self._head = find_head(trace, output) if self.classes else "it has no classes"
        numbers = sum(_numbers(call.output) for call in trace.calls)
        self.batch = int(np.clip(_BUDGET // (4 * max(numbers, 1)), 1, _MOST))

    @cached_property
    def last_maps(self) -> str:
        """The path of the last layer whose maps still have more than one pixel.

        Raises
        ------
        ModelError
            If there is none: a network without convolutions has no maps to show.

        """
        wide = [layer.name for layer in self.layers if layer.shape[0] * layer.shape[1] > 1]
        if not wide:
            raise ModelError("the network has no layer with maps of more than one pixel")
        return wide[-1]

    def layer(self, name: str) -> Layer:
        """Return the layer called ``name``; "" is the last one with maps.

        Raises
        ------
        ModelError
            If there is none, with the nearest names.

        """
        import difflib

        name = name or self.last_maps
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        close = difflib.get_close_matches(name, names, 3, 0.4) or names[-3:]
        raise ModelError(
            f"expected a layer with maps, got {name!r}; the nearest are {', '.join(close)}"
        )

    def scores(self, batch: Floats) -> Floats:
        """Return the logits (N, C), or regressed values (N, 1), of ``batch`` (N, H, W, channels).

        A softmax or sigmoid at the end is left off: its saturation hides what changes.

        Raises
        ------
        ModelError
            If the network gives maps, or several outputs, instead of classes.

        """
        if not self.classes:
            raise ModelError("the network names no classes, so there is no score to explain")
        return _array(self._scores(_tensor(batch)))

    def window_scores(self, image: Floats, filling: Floats, boxes: Integers) -> Floats | None:
        """Return the scores (N, C) of ``image`` with one box after another of ``boxes`` covered.

        None where passes of the whole network cost no more; see ``incremental``.
        """
        return incremental.window_scores(self, image, filling, boxes)

    def activations(self, batch: Floats, names: Sequence[str]) -> list[Floats]:
        """Return the output (N, h, w, K) of each layer in ``names``."""
        wanted = tuple(self.layer(name).name for name in names)
        return [_array(output) for output in self._compiled_activations(wanted)(_tensor(batch))]

    def gradients(
        self, batch: Floats, name: str, classes: Sequence[int]
    ) -> tuple[Floats, Floats, Floats]:
        """Return logits (N, C), activations A (N, h, w, K) of a layer, and dy/dA of one class each.

        ``classes`` (N,) names the class whose logit y is differentiated for each picture.
        """
        run = self._compiled_gradients(self.layer(name).name)
        found = run(_tensor(batch), np.asarray(classes, np.int32))
        return _array(found[0]), _array(found[1]), _array(found[2])

    def guided_gradients(self, batch: Floats, classes: Sequence[int]) -> Floats:
        """Return guided backpropagation (N, H, W, channels) of one class's logit each.

        Springenberg et al., "Striving for simplicity", ICLR 2015 workshop.
        """
        run = self._compiled_input_gradients(guided=True)
        return _array(run(_tensor(batch), np.asarray(classes, np.int32)))

    def input_gradients(self, batch: Floats, classes: Sequence[int]) -> Floats:
        """Return dy/dx (N, H, W, channels) of one class's logit each."""
        run = self._compiled_input_gradients(guided=False)
        return _array(run(_tensor(batch), np.asarray(classes, np.int32)))

    @property
    def head(self) -> Head:
        """The linear classifier on averaged maps that class activation maps need.

        Raises
        ------
        ModelError
            If the network does not end in one, with the reason.

        """
        return read_head(self._head, self.classes)

    @contextlib.contextmanager
    def randomised(self, last: int, rng: np.random.Generator) -> Iterator[None]:
        """Shuffle the weights of the ``last`` layers that have any, and bring them back after.

        The variables themselves change, so functions compiled before see it (Adebayo et al.,
        "Sanity checks for saliency maps", NeurIPS 2018).
        """
        holders = [layer for _, layer in tracing.leaves(self.model) if _weights(layer)]
        variables = [variable for layer in holders[-last:] for variable in _weights(layer)]
        before = [variable.numpy() for variable in variables]
        try:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(rng.permutation(value.reshape(-1)).reshape(value.shape))
            yield
        finally:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)

    @property
    def weighted(self) -> int:
        """How many layers have weights."""
        return sum(bool(_weights(layer)) for _, layer in tracing.leaves(self.model))

    @property
    def weights(self) -> int:
        """How many numbers were learned."""
        return int(self.model.count_params())

    def _signature(self) -> Any:
        import tensorflow as tf

        return tf.TensorSpec((None, *self.size, self.channels), tf.float32)

    def _compiled_activations(self, names: tuple[str, ...]) -> Any:
        import tensorflow as tf

        def activations(batch: Any) -> Any:
            with tracing.recorded(self.model) as trace:
                self.model(batch, training=False)
            return [trace[name] for name in names]

        return self.once(("activations", names), lambda: tf.function(
            activations, input_signature=[self._signature()], autograph=False
        ))  # fmt: skip

    def _compiled_gradients(self, name: str) -> Any:
        import tensorflow as tf

        def gradients(batch: Any, classes: Any) -> Any:
            with tf.GradientTape() as tape, tracing.recorded(self.model) as trace:
                tape.watch(batch)  # so that a layer whose weights are frozen is followed as well
                output = self.model(batch, training=False)
                chosen = tf.gather(output, classes, axis=1, batch_dims=1)
            maps = trace[name]
            return output, maps, tape.gradient(chosen, maps, unconnected_gradients="zero")

        return self.once(("gradients", name), lambda: tf.function(
            gradients, input_signature=[self._signature(), tf.TensorSpec((None,), tf.int32)],
            autograph=False,
        ))  # fmt: skip

    def _compiled_input_gradients(self, *, guided: bool) -> Any:
        import tensorflow as tf

        def gradients(batch: Any, classes: Any) -> Any:
            with tf.GradientTape() as tape, tracing.recorded(self.model, guided=guided):
                tape.watch(batch)
                output = self.model(batch, training=False)
                chosen = tf.gather(output, classes, axis=1, batch_dims=1)
            return tape.gradient(chosen, batch, unconnected_gradients="zero")

        return self.once(("input", guided), lambda: tf.function(
            gradients, input_signature=[self._signature(), tf.TensorSpec((None,), tf.int32)],
            autograph=False,
        ))  # fmt: skip

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what ``make`` made for ``key``, now or earlier: compiling takes seconds."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def _tensor(batch: Floats) -> Any:
    import tensorflow as tf

    return tf.convert_to_tensor(np.ascontiguousarray(batch, np.float32))


def _array(tensor: Any) -> Floats:
    return np.asarray(tensor, np.float32)


def _is_maps(tensor: Any) -> bool:
    shape = getattr(tensor, "shape", None)
    return shape is not None and len(shape) == 4 and None not in tuple(shape)[1:]  # noqa: PLR2004


def _numbers(tensor: Any) -> int:
    shape = getattr(tensor, "shape", None)
    return int(np.prod([size or 1 for size in shape])) if shape is not None else 0


def _layer(call: tracing.Call) -> Layer:
    rows, columns, channels = (int(size) for size in call.output.shape[1:])
    return Layer(call.name, type(call.layer).__name__, (rows, columns, channels))


def _weights(layer: Any) -> list[Any]:
    return [variable for variable in getattr(layer, "weights", []) if "float" in variable.dtype]
