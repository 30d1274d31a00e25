"""A record of what every layer of a Keras model gave, however deeply models are nested.

Keras makes a graph of tensors inside a nested model unreachable from outside, and a flat copy
fails where two inner layers share a name. So nothing is copied: while TensorFlow traces a call of
the whole model, each leaf's ``call`` is wrapped, and its output noted under its path.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_RECTIFIERS = {"relu", "relu6"}
_NORMALISERS = {"softmax", "sigmoid"}


@dataclass(frozen=True)
class Call:
    """One call of a leaf: its path, the layer, and the tensors that went in and came out."""

    name: str
    layer: Any
    inputs: tuple[Any, ...]
    output: Any


class Reached(BaseException):
    """A forward pass came to the layer it was to stop at; Keras re-words any other exception."""


@dataclass
class Trace:
    """The calls of one forward pass, in order.

    ``before`` is what the activation of the layer that the pass stopped at was given; the layer's
    output, if it has no activation.
    """

    calls: list[Call] = field(default_factory=list)
    before: Any = None

    def __getitem__(self, name: str) -> Any:
        return next(call.output for call in self.calls if call.name == name)

    def made(self, tensor: Any) -> Call | None:
        """Return the call that made ``tensor``, or None where no layer did."""
        return next((call for call in reversed(self.calls) if call.output is tensor), None)


def leaves(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each layer or operation that holds no other model, with its path from ``model``."""
    import keras

    inner = getattr(model, "operations", None) or model.layers
    for layer in inner:
        if isinstance(layer, keras.Model):
            yield from leaves(layer, f"{prefix}{layer.name}/")
        elif not isinstance(layer, keras.layers.InputLayer):
            yield f"{prefix}{layer.name}", layer


def final(model: Any) -> Any:
    """Return the leaf that ``model`` ends in, or None where it has several ends."""
    import keras

    while isinstance(model, keras.Model):
        model = model.layers[-1] if isinstance(model, keras.Sequential) else _maker(model)
    return model


def _maker(model: Any) -> Any:
    """Return the layer or operation that makes the one output of a functional model."""
    output = model.output
    if isinstance(output, (list, tuple, dict)):
        return None
    return output._keras_history.operation  # noqa: SLF001 - Keras has no public name for it


def activation_of(layer: Any) -> str:
    """Return the name of what ``layer`` applies last: "relu", "softmax", ... or ""."""
    kind = type(layer).__name__
    if kind in {"ReLU", "Relu", "Relu6"}:
        return "relu"
    if kind in {"Softmax", "Sigmoid"}:
        return kind.lower()
    return str(getattr(getattr(layer, "activation", None), "__name__", ""))


def before_activation(model: Any, batch: Any, name: str) -> Any:
    """Return what the activation of layer ``name`` is given; no later layer is called.

    ``batch`` may have other rows and columns than the model's input: Keras' own check of them is
    passed by, as layers that are convolutions all the way fit any size.
    """
    with contextlib.ExitStack() as stack:
        for whole in _models(model):
            stack.enter_context(_replaced(whole, "_assert_input_compatibility", _any_size))
        trace = stack.enter_context(recorded(model, until=name))
        try:
            model(batch, training=False)
        except Reached:
            return trace.before
    raise KeyError(name)


def _any_size(*_: Any, **__: Any) -> None:
    """Stand in for Keras' check of an input's shape."""


def _models(model: Any) -> Iterator[Any]:
    """Yield ``model`` and every model inside it."""
    import keras

    yield model
    for layer in getattr(model, "operations", None) or model.layers:
        if isinstance(layer, keras.Model):
            yield from _models(layer)


@contextlib.contextmanager
def recorded(
    model: Any, *, raw: bool = True, guided: bool = False, until: str = ""
) -> Iterator[Trace]:
    """Record the calls of ``model`` made inside; only the calls that TensorFlow traces.

    ``raw`` leaves off a softmax or sigmoid at the very end, so that the output is the logit;
    ``guided`` gives every ReLU the gradient of guided backpropagation; ``until`` names the call
    after which Reached is raised.
    """
    trace = Trace()
    with contextlib.ExitStack() as stack:
        last = final(model) if raw else None
        for name, layer in leaves(model):
            if layer is last and activation_of(layer) in _NORMALISERS:
                stack.enter_context(_without_activation(layer))
            elif guided and activation_of(layer) in _RECTIFIERS:
                stack.enter_context(_with_guided_rectifier(layer))
            if name == until.partition("#")[0]:
                stack.enter_context(_noting_before(trace, layer))
            stack.enter_context(_noting(trace, name, layer, until))
        yield trace


@contextlib.contextmanager
def supplied(model: Any, outputs: Mapping[str, Any]) -> Iterator[None]:
    """Let the layers called ``outputs`` give just these; a final softmax or sigmoid is left off.

    What is below them is still called, but TensorFlow does not run what leads nowhere.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(recorded(model))
        for name, layer in leaves(model):
            if name in outputs:
                given = outputs[name]
                stack.enter_context(_replaced(layer, "call", lambda *_, x=given, **__: x))
        yield


def depends(output: Any, source: Any) -> bool:
    """Tell whether a tensor of a graph is computed from another, its shape included."""
    ahead: list[Any] = [output.op]
    met: set[str] = set()
    while ahead:
        operation = ahead.pop()
        if operation.name == source.op.name:
            return True
        if operation.name not in met:
            met.add(operation.name)
            ahead += [tensor.op for tensor in operation.inputs]
    return False


@contextlib.contextmanager
def _replaced(layer: Any, name: str, value: Any) -> Iterator[None]:
    """Shadow an attribute of one layer; Keras' own book-keeping of attributes is passed by."""
    own = name in vars(layer)
    before = vars(layer).get(name)
    object.__setattr__(layer, name, value)
    try:
        yield
    finally:
        if own:
            object.__setattr__(layer, name, before)
        else:
            object.__delattr__(layer, name)


def _noting_before(trace: Trace, layer: Any) -> Any:
    """Keep what ``layer`` gives its activation; of a layer that is an activation, its input."""
    own = getattr(layer, "activation", None)
    alone = own is None or type(layer).__name__ == "Activation"
    after = layer.call if own is None or alone else own

    def noted(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        output = after(inputs, *args, **kwargs)
        trace.before = inputs if activation_of(layer) or not alone else output
        return output

    return _replaced(layer, "call" if alone else "activation", noted)


def _noting(trace: Trace, name: str, layer: Any, until: str = "") -> Any:
    call = layer.call

    def noted(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        first = args[0] if args else next(iter(kwargs.values()), None)
        if output is first:  # nothing was done: dropout, or an activation left off
            return output
        inputs = tuple(first) if isinstance(first, (list, tuple)) else args
        repeats = sum(c.layer is layer for c in trace.calls)
        path = f"{name}#{repeats + 1}" if repeats else name
        trace.calls.append(Call(path, layer, inputs, output))
        if path == until:
            raise Reached
        return output

    return _replaced(layer, "call", noted)


def _without_activation(layer: Any) -> Any:
    if type(layer).__name__ in {"Softmax", "Sigmoid", "Activation"}:
        return _replaced(layer, "call", lambda inputs, *_, **__: inputs)
    return _replaced(layer, "activation", lambda inputs: inputs)


def _with_guided_rectifier(layer: Any) -> Any:
    if hasattr(layer, "activation") and type(layer).__name__ != "Activation":
        return _replaced(layer, "activation", _guided(layer.activation))
    return _replaced(layer, "call", _guided(layer.call))


def _guided(rectifier: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``rectifier`` with a gradient that passes only what is positive, both ways."""
    import tensorflow as tf

    def rectify(inputs: Any, *_: Any, **__: Any) -> Any:
        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def forward(x: Any) -> tuple[Any, Callable[[Any], Any]]:
            output = rectifier(x)

            def backward(gradient: Any) -> Any:
                passes = tf.logical_and(gradient > 0, x > 0)
                below = tf.equal(output, x)  # a capped ReLU is flat above its cap
                return tf.where(tf.logical_and(passes, below), gradient, 0.0)

            return output, backward

        return forward(inputs)

    return rectify
