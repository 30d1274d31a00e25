"""Gradient ascent on pictures, until each excites one filter of a network as much as it can.

Many filters climb in one batch of one compiled graph, which holds the whole loop: the network is
called only up to the layer, and the regularisers' settings are inputs of the graph, so every
preset runs in the same one (``science.presets``; ``science.filters`` says what each does).

A picture need not have the network's input size: layers that are convolutions up to the one that
is asked for take any. Keras builds a functional model for one size and checks it at the door;
``tracing.before_activation`` passes that check by and lets the same layers see the other size.
Where one of them cannot (its weights are laid out for one size), the network's own size is used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError
from generator.models import ascent_graph, tracing
from generator.science.filters import CONTRAST, GREY
from generator.science.presets import Fourier, Regularisation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from generator.models.network import Network
    from generator.models.preprocessing import Preprocessing

    Floats = NDArray[np.float32]

_DEPTH = 0.45
"""Above it filters answer to parts of things, below it to lines and colours."""
_FILTERED = {"Conv2D", "SeparableConv2D"}
_FOLLOWING = {"BatchNormalization", "ReLU", "Relu", "Activation"}
"""What belongs to the convolution before it."""
_TOGETHER = 16
"""Filters in a batch: fewer leave a core idle, more do not fit its cache."""
_STARTS = 3
"""Noises that are tried before a filter is called dead."""
_NOISE = 0.2
"""Deviation of the noise that a climb starts from, in contrast units."""


@dataclass(frozen=True, eq=False)
class Units:
    """What contrast units are to a network: x @ ``matrix`` (C, C) + ``grey`` (C,)."""

    matrix: Floats
    grey: Floats

    @classmethod
    def of(cls, preprocessing: Preprocessing) -> Units:
        """Return the units of RGB pictures, or of grey ones if the network has one channel."""
        channels = preprocessing.channels
        bytes_ = np.full((1 + channels, 1, 3), GREY, np.uint8)
        bytes_[1:] += np.uint8(CONTRAST) * np.eye(channels, 3, dtype=np.uint8)[:, None]
        if channels == 1:
            bytes_[1] = GREY + CONTRAST
        seen = preprocessing.apply(bytes_)[:, 0]
        return cls(seen[1:] - seen[0], seen[0])


@dataclass(frozen=True)
class Climb:
    """How far to climb: pictures of ``size`` (h, w), ``steps`` of them, noise by ``seed``.

    ``snapshots`` are the steps, ascending, after which pictures are kept.
    """

    size: tuple[int, int]
    steps: int
    seed: int = 0
    snapshots: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where N filters got to.

    ``pictures`` (N, h, w, C) float32 in contrast units, ``curve`` (steps + 1, N) float32 the mean
    of each filter's map before its activation, from the start to the end, ``snapshots``
    (S, N, h, w, C), and ``dead`` (N,) bool: no noise gave a gradient.
    """

    pictures: Floats
    curve: Floats
    snapshots: Floats
    dead: NDArray[np.bool_]

    @property
    def alive(self) -> Floats:
        """The pictures, with mid-grey in place of what noise is left of a dead filter's."""
        return np.where(self.dead[:, None, None, None], np.float32(0), self.pictures)


def ascend(
    network: Network,
    layer: str,
    filters: Sequence[int],
    how: Regularisation | Fourier,
    climb: Climb,
    units: Units | None = None,
) -> Ascent:
    """Return pictures that excite ``filters`` of a layer, before its activation.

    A filter's picture depends on the seed and its own number, not on what it is computed with.

    Parameters
    ----------
    network : with the layer
    layer : a path among ``network.layers``
    filters : channels of the layer
    how : what keeps the pictures natural
    climb : size, steps, seed and snapshots; a size that does not fit gives way to the network's
    units : what contrast units are to the network; themselves, by default

    Returns
    -------
    Pictures in contrast units, with the curve of what was reached.

    Raises
    ------
    ModelError
        If there is no such layer or filter.

    """
    found = network.layer(layer)
    wrong = [index for index in filters if not 0 <= index < found.shape[2]]
    if wrong or not filters:
        raise ModelError(
            f"expected filters of {found.name} from 0 to {found.shape[2] - 1}, got "
            f"{wrong or 'none'}"
        )
    size = fitting_size(network, found.name, climb.size)
    units = units or Units(np.eye(network.channels, dtype="f4"), np.zeros(network.channels, "f4"))
    if units.grey.shape != (network.channels,):
        raise ModelError(
            f"the network takes {network.channels} channels, and its preprocessing gives "
            f"{len(units.grey)}: say which it needs under preprocessing"
        )
    task = _Task(network, found.name, how, replace(climb, size=size), units)
    parts = [filters[start : start + _TOGETHER] for start in range(0, len(filters), _TOGETHER)]
    done = [task.run(np.asarray(part, np.int32)) for part in parts]
    return Ascent(
        np.concatenate([part.pictures for part in done]),
        np.concatenate([part.curve for part in done], axis=1),
        np.concatenate([part.snapshots for part in done], axis=1),
        np.concatenate([part.dead for part in done]),
    )


def middle_layer(network: Network) -> str:
    """Return the path of the layer to look at where none is asked for.

    Of the convolutions, the one nearest 45 % of the depth, taken after the normalisation and the
    activation that follow it; in a network without any, the last layer with maps.

    Raises
    ------
    ModelError
        If there is none: a network without convolutions has no filters to show.

    """
    layers = network.layers
    found = [at for at, layer in enumerate(layers) if layer.kind in _FILTERED]
    if not found:
        return network.last_maps
    at = found[round(_DEPTH * (len(found) - 1))]
    name, channels = layers[at].name, layers[at].shape[2]
    for layer in layers[at + 1 :]:
        if layer.kind not in _FOLLOWING or layer.shape[2] != channels:
            break
        name = layer.name
    return name


def fitting_size(network: Network, layer: str, size: tuple[int, int]) -> tuple[int, int]:
    """Return ``size`` if the layers up to ``layer`` take pictures of it, else the input's own."""
    import tensorflow as tf

    shape = (None, *size, network.channels)

    def probe() -> Callable[[], tuple[int, int]]:
        traced = tf.function(
            lambda batch: tracing.before_activation(network.model, batch, layer), autograph=False
        )
        try:
            traced.get_concrete_function(tf.TensorSpec(shape, tf.float32))
        except (ValueError, TypeError, tf.errors.OpError):
            return lambda: network.size
        return lambda: size

    if size == network.size:
        return size
    found: tuple[int, int] = network.once(("size", layer, size), probe)()
    return found


@dataclass(frozen=True, eq=False)
class _Task:
    """A climb of any filters of one layer."""

    network: Network
    layer: str
    how: Regularisation | Fourier
    climb: Climb
    units: Units

    def run(self, filters: NDArray[np.int32]) -> Ascent:
        """Return where one batch of filters gets to."""
        steps = self.climb.steps
        start, (state, values, moved) = self._begun(filters)
        curve, kept, at = [np.asarray(values)], [], 1
        for mark in self.climb.snapshots:
            if mark > at:
                state, values, _ = self._walked(state, filters, at, min(mark, steps))
                curve, at = [*curve, np.asarray(values)], min(mark, steps)
            kept.append(self._pictures(state if mark else start))
        state, values, _ = self._walked(state, filters, at, steps + 1)
        pictures = self._pictures(state)
        return Ascent(
            pictures,
            np.concatenate([*curve, np.asarray(values)]),
            np.stack(kept) if kept else np.zeros((0, *pictures.shape), np.float32),
            ~moved,
        )

    def _begun(self, filters: NDArray[np.int32]) -> tuple[Any, Any]:
        """Return where the batch started, and where its first step led; dead ones start again."""
        start = self._start(filters, np.zeros_like(filters))
        done = self._walked(start, filters, 0, 1)
        moved = np.asarray(done[2])
        attempts = np.zeros_like(filters)
        for _ in range(1, _STARTS):
            if moved.all():
                break
            attempts[~moved] += 1
            start = self._start(filters, attempts)
            done = self._walked(start, filters, 0, 1)
            moved = np.asarray(done[2])
        return start, (*done[:2], moved)

    def _start(self, filters: NDArray[np.int32], attempts: NDArray[np.int32]) -> tuple[Any, ...]:
        """Return the noise that each filter starts from: its own, and louder at each attempt."""
        (height, width), channels = self.climb.size, self.network.channels
        waves = isinstance(self.how, Fourier)
        shape = (channels, height, width // 2 + 1, 2) if waves else (height, width, channels)
        noise = [
            np.random.default_rng((self.climb.seed, index, attempt)).normal(
                0, _NOISE * 4**attempt, shape
            )
            for index, attempt in zip(filters.tolist(), attempts.tolist(), strict=True)
        ]
        state = np.stack(noise).astype(np.float32)
        return (state, np.zeros_like(state), np.zeros_like(state)) if waves else (state,)

    def _walked(self, state: Any, filters: NDArray[np.int32], first: int, last: int) -> Any:
        climb, network = self.climb, self.network
        waves = isinstance(self.how, Fourier)
        make = ascent_graph.compiled_waves if waves else ascent_graph.compiled_pixels
        shape = (*climb.size, network.channels)
        loop = network.once(
            (make.__name__, self.layer, shape), lambda: make(network.model, self.layer, shape)
        )
        span = np.array([first, last, climb.steps], np.int32)
        return loop(state, filters, span, (self.units.matrix, self.units.grey), self._settings)

    @cached_property
    def _settings(self) -> Any:
        if isinstance(self.how, Regularisation):
            return tuple(ascent_graph.Numbers.of(self.how, self.climb.size))
        shakes = ascent_graph.shakes(self.how, self.climb.size, self.climb.steps, self.climb.seed)
        return np.float32(self.how.step), shakes

    def _pictures(self, state: tuple[Any, ...]) -> Floats:
        if isinstance(self.how, Fourier):
            return np.asarray(ascent_graph.pictures(state[0], self.climb.size))
        return np.asarray(state[0])
