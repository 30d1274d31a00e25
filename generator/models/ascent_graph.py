"""The loops of gradient ascent as TensorFlow graphs, for pixels and for waves.

Each has all its steps inside and takes its settings as tensors, so that one compilation serves
every preset. What a step does is specified in ``science.filters``, in numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from generator.models import tracing
from generator.science import filters as science
from generator.science.filters import COLOURS, CONTRAST, GREY

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.science.presets import Fourier, Regularisation

    Step = Callable[[Any, tuple[Any, ...], Any], tuple[Any, ...]]

_TINY = 1e-8
_BETAS = (0.9, 0.999)
"""Adam's (Kingma and Ba, ICLR 2015)."""


class Numbers(NamedTuple):
    """The settings of a climb over pixels: what a preset is to the graph."""

    step: Any
    decay: Any
    every: Any
    norm_rank: Any
    contribution_rank: Any
    rows: Any
    columns: Any

    @classmethod
    def of(cls, how: Regularisation, size: tuple[int, int]) -> Numbers:
        """Return ``how`` for pictures of ``size``; ``every`` is 0 where nothing is blurred."""
        pixels = size[0] * size[1]
        rows, columns = (
            science.blur_matrix(length, how.sigma).astype(np.float32) for length in size
        )
        return cls(
            np.float32(how.step),
            np.float32(how.decay),
            np.int32(how.every if how.sigma else 0),
            np.int32(science.rank(how.norm_percentile, pixels)),
            np.int32(science.rank(how.contribution_percentile, pixels)),
            rows,
            columns,
        )


def compiled_pixels(model: Any, layer: str, shape: tuple[int, int, int]) -> Any:
    """Return the loop over pixels x (N, h, w, C), compiled.

    It is called as ``loop((x,), filters, span, units, numbers)``, with ``span`` the first step, the
    one after the last, and how many there are in all; ``units`` are a matrix and a grey. It returns
    the state, the value of each filter before each step, and whether it had a gradient.
    """
    import tensorflow as tf

    look = _look(model, layer)

    def loop(state: Any, filters: Any, span: Any, units: Any, numbers: Any) -> Any:
        how = Numbers(*numbers)

        def step(number: Any, state: Any) -> Any:
            (x,) = state
            value, (gradient,) = look(lambda x: x, state, filters, units)
            moving, regularising = number < span[2], number < span[2] - 1
            climbed = tf.cond(moving, lambda: _climbed(x, gradient, how.step), lambda: x)
            kept = tf.cond(
                regularising,
                lambda: regularised(climbed, gradient, how, number + 1),
                lambda: climbed,
            )
            return value, gradient, (kept,)

        return _looped(step, state, filters, span)

    height, width, channels = shape
    numbers = [tf.TensorSpec((), kind) for kind in (tf.float32,) * 2 + (tf.int32,) * 3]
    numbers += [tf.TensorSpec((length, length), tf.float32) for length in (height, width)]
    state = (tf.TensorSpec((None, *shape), tf.float32),)
    return tf.function(
        loop, autograph=False,
        input_signature=[state, *_signature(channels), tuple(numbers)],
    )  # fmt: skip


def compiled_waves(model: Any, layer: str, shape: tuple[int, int, int]) -> Any:
    """Return the loop over spectra (N, C, h, w//2 + 1, 2) and Adam's two moments, compiled.

    It is called as ``loop(state, filters, span, units, (step, shakes))``, where ``shakes``
    (steps + 1, 8) are projective transforms, one before each look.
    """
    import tensorflow as tf

    height, width, channels = shape
    look = _look(model, layer)

    def loop(state: Any, filters: Any, span: Any, units: Any, settings: Any) -> Any:
        rate, shakes = settings

        def step(number: Any, state: Any) -> Any:
            spectrum, mean, square = state

            def seen(spectrum: Any) -> Any:
                return _shaken(pictures(spectrum, (height, width)), shakes[number])

            value, (gradient,) = look(seen, (spectrum,), filters, units)
            # Adam forgets a gradient's length only slowly, and lengths differ much between filters.
            unit = gradient / (_rms(gradient) + _TINY)
            after = _adam(unit, mean, square, tf.cast(number + 1, tf.float32))
            moved = tf.where(number < span[2], spectrum + rate * after[0], spectrum)
            return value, gradient, (moved, *after[1:])

        return _looped(step, state, filters, span)

    form = tf.TensorSpec((None, channels, height, width // 2 + 1, 2), tf.float32)
    settings = (tf.TensorSpec((), tf.float32), tf.TensorSpec((None, 8), tf.float32))
    return tf.function(
        loop, autograph=False,
        input_signature=[(form,) * 3, *_signature(channels), settings],
    )  # fmt: skip


def pictures(spectrum: Any, size: tuple[int, int]) -> Any:
    """Return pictures (N, h, w, C) in contrast units, within black and white, from spectra."""
    import tensorflow as tf

    scale = science.wave_scale(*size).astype(np.float32)
    waves = tf.signal.irfft2d(tf.complex(spectrum[..., 0], spectrum[..., 1]) * scale, size)
    x = tf.transpose(waves, (0, 2, 3, 1))
    if x.shape[-1] == len(COLOURS):
        x = tf.reshape(tf.reshape(x, (-1, len(COLOURS))) @ COLOURS.T, tf.shape(x))
    x = tf.ensure_shape(x, (None, *size, spectrum.shape[1]))
    return (255 * tf.sigmoid(x) - GREY) / CONTRAST


def shakes(how: Fourier, size: tuple[int, int], steps: int, seed: int) -> Any:
    """Return random transforms (steps + 1, 8) about the centre; the last does nothing."""
    rng = np.random.default_rng((seed, steps))
    angle, scale = rng.uniform(-1, 1, (2, steps + 1))
    moves = rng.uniform(-1, 1, (steps + 1, 2)) * how.jitter * np.array(size[::-1])
    angle, scale = np.deg2rad(how.angle) * angle, 1 + how.scaling * scale
    angle[-1], scale[-1], moves[-1] = 0, 1, 0
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    x, y = (size[1] - 1) / 2, (size[0] - 1) / 2
    right = x - cosine * x + sine * y + moves[:, 0]
    down = y - sine * x - cosine * y + moves[:, 1]
    zero = np.zeros_like(angle)
    rows = (cosine, -sine, right, sine, cosine, down, zero, zero)
    return np.stack(rows, axis=1).astype(np.float32)


def regularised(x: Any, gradient: Any, how: Numbers, number: Any) -> Any:
    """Return what ``science.filters.regularised`` does, of tensors."""
    import tensorflow as tf

    x = (1 - how.decay) * x
    due = tf.logical_and(how.every > 0, tf.equal(number % tf.maximum(how.every, 1), 0))
    x = tf.cond(due, lambda: _blurred(x, how.rows, how.columns), lambda: x)
    x = _kept(x, lambda x: _summed(tf.square(x)), how.norm_rank)
    return _kept(x, lambda x: tf.abs(_summed(x * gradient)), how.contribution_rank)


def _kept(x: Any, amount: Callable[[Any], Any], rank: Any) -> Any:
    import tensorflow as tf

    def clipped() -> Any:
        amounts = amount(x)
        flat = tf.reshape(amounts, (tf.shape(x)[0], -1))
        threshold = tf.raw_ops.NthElement(input=flat, n=rank)  # exact, and ten times a sort's speed
        kept = tf.cast(amounts >= threshold[:, None, None], tf.float32)
        return x * kept[..., None]

    return tf.cond(rank > 0, clipped, lambda: x)


def _summed(x: Any) -> Any:
    """Return the sum over the channels: three slices are added faster than rows of three."""
    import tensorflow as tf

    return tf.add_n(tf.unstack(x, axis=-1))


def _blurred(x: Any, rows: Any, columns: Any) -> Any:
    """Return x blurred along both axes: two large products of matrices beat a convolution here."""
    return _turned(_mixed(_turned(_mixed(x, rows)), columns))


def _mixed(x: Any, matrix: Any) -> Any:
    """Return pictures whose rows are mixed by a matrix."""
    import tensorflow as tf

    flat = tf.reshape(x, (-1, x.shape[1], x.shape[2] * x.shape[3]))
    return tf.reshape(matrix @ flat, (-1, *x.shape[1:]))


def _turned(x: Any) -> Any:
    import tensorflow as tf

    return tf.transpose(x, (0, 2, 1, 3))


def _climbed(x: Any, gradient: Any, step: Any) -> Any:
    return x + step * gradient / (_rms(gradient) + _TINY)


def _rms(gradient: Any) -> Any:
    import tensorflow as tf

    axes = list(range(1, len(gradient.shape)))
    return tf.sqrt(tf.reduce_mean(tf.square(gradient), axes, keepdims=True))


def _adam(gradient: Any, mean: Any, square: Any, number: Any) -> tuple[Any, Any, Any]:
    """Return the direction to go in, and the moments."""
    import tensorflow as tf

    first, second = _BETAS
    mean = first * mean + (1 - first) * gradient
    square = second * square + (1 - second) * tf.square(gradient)
    correction = tf.sqrt(1 - second**number) / (1 - first**number)
    return correction * mean / (tf.sqrt(square) + _TINY), mean, square


def _shaken(x: Any, transform: Any) -> Any:
    import tensorflow as tf

    return tf.ensure_shape(
        tf.raw_ops.ImageProjectiveTransformV3(
            images=x, transforms=transform[None], output_shape=x.shape[1:3],
            interpolation="BILINEAR", fill_mode="WRAP", fill_value=0.0,
        ),
        x.shape,
    )  # fmt: skip


def _look(model: Any, layer: str) -> Callable[..., Any]:
    """Return the function that gives each filter's mean and its gradient in the parameters."""
    import tensorflow as tf

    def look(picture: Any, parameters: Any, filters: Any, units: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(parameters)
            x = picture(*parameters)
            matrix, grey = units
            seen = tf.reshape(tf.reshape(x, (-1, x.shape[3])) @ matrix + grey, tf.shape(x))
            seen = tf.ensure_shape(seen, x.shape)
            means = tf.reduce_mean(tracing.before_activation(model, seen, layer), axis=(1, 2))
            value = tf.gather(means, filters, axis=1, batch_dims=1)
        return value, tape.gradient(value, parameters, unconnected_gradients="zero")

    return look


def _looped(step: Callable[..., Any], state: Any, filters: Any, span: Any) -> Any:
    """Run ``step`` from span[0] to span[1]: state, values (steps, N), and who had a gradient."""
    import tensorflow as tf

    values = tf.TensorArray(tf.float32, span[1] - span[0], element_shape=(None,))
    moved = tf.zeros_like(filters, tf.bool)

    def body(number: Any, state: Any, values: Any, _: Any) -> Any:
        value, gradient, state = step(number, state)
        axes = list(range(1, len(gradient.shape)))
        moved = tf.reduce_any(tf.not_equal(gradient, 0), axis=axes)
        return number + 1, state, values.write(number - span[0], value), moved

    _, state, values, moved = tf.while_loop(
        lambda number, *_: number < span[1], body, (span[0], state, values, moved)
    )
    return state, values.stack(), moved


def _signature(channels: int) -> list[Any]:
    import tensorflow as tf

    units = (
        tf.TensorSpec((channels, channels), tf.float32),
        tf.TensorSpec((channels,), tf.float32),
    )
    return [tf.TensorSpec((None,), tf.int32), tf.TensorSpec((3,), tf.int32), units]
