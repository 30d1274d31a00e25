"""Where in photographs a network's filters are excited most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.models import tracing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from generator.models.network import Network
    from generator.models.trained import Seen, Trained

_SHARE = 0.9
"""Of what moves the peak, a patch shows this much; the rest is a faint, wide hem."""
_LEAST = 16
"""Pixels: smaller patches show nothing to a person."""


@dataclass(frozen=True, eq=False)
class Patches:
    """The most exciting patch for each of F filters.

    ``values`` (F,) float32 is the map's peak before the activation, ``pictures`` (F,) int the
    number of the picture it is in, and ``tiles`` (F, s, s, 3) uint8 what the network saw there.
    """

    values: NDArray[np.float32]
    pictures: NDArray[np.int64]
    tiles: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Peak:
    """The largest number of one filter's maps: its value, (row, column), picture and number."""

    value: float
    place: tuple[int, int]
    seen: Seen
    picture: int


def best_patches(
    network: Trained,
    pictures: Iterable[tuple[int, NDArray[np.uint8]]],
    layer: str,
    filters: Sequence[int],
) -> Patches:
    """Return the patch that excites each of ``filters`` most; of no pictures, no patches.

    Pictures (H, W, 3) uint8 come with their numbers and are read in batches; only those that hold
    a best patch are kept. All patches are squares of one size: the median, over the filters, of
    the smallest about the peak that holds 90 % of the gradient's magnitude.
    """
    peaks: dict[int, _Peak] = {}
    for numbers, seen in _batches(network, pictures):
        maps = raw_maps(network, np.stack([one.input for one in seen]), layer)
        for index in filters:
            at = np.unravel_index(maps[..., index].argmax(), maps.shape[:3])
            value = float(maps[*at, index])
            if index not in peaks or value > peaks[index].value:
                which, row, column = (int(number) for number in at)
                peaks[index] = _Peak(value, (row, column), seen[which], numbers[which])
    if not peaks:
        return Patches(np.zeros(0, "f4"), np.zeros(0, "i8"), np.zeros((0, 0, 0, 3), "u1"))
    found = [peaks[index] for index in filters]
    shape = network.layer(layer).shape[:2]
    centres = [_centre(peak.place, shape, network.size) for peak in found]
    side = _side(_spreads(network, found, layer, filters), centres, network.size)
    tiles = [_cut(peak.seen.picture, at, side) for peak, at in zip(found, centres, strict=True)]
    return Patches(
        np.array([peak.value for peak in found], np.float32),
        np.array([peak.picture for peak in found], np.int64),
        np.stack(tiles),
    )


def _batches(
    network: Trained, pictures: Iterable[tuple[int, NDArray[np.uint8]]]
) -> Iterator[tuple[list[int], list[Seen]]]:
    numbers: list[int] = []
    seen: list[Seen] = []
    for number, picture in pictures:
        numbers.append(number)
        seen.append(network.see(picture))
        if len(seen) == network.batch:
            yield numbers, seen
            numbers, seen = [], []
    if seen:
        yield numbers, seen


def _spreads(
    network: Trained, peaks: Sequence[_Peak], layer: str, filters: Sequence[int]
) -> Iterator[NDArray[np.float32]]:
    """Yield what each input pixel does for each peak, (H, W)."""
    together = max(1, network.batch // 2)  # a gradient keeps the maps of all layers
    for start in range(0, len(peaks), together):
        part = slice(start, start + together)
        batch = np.stack([peak.seen.input for peak in peaks[part]])
        places = [(*p.place, f) for p, f in zip(peaks[part], filters[part], strict=True)]
        yield from peak_gradients(network, batch, layer, np.array(places, np.int32))


def _centre(
    place: tuple[int, int], maps: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int]:
    row, column = (
        min(int((at + 0.5) * length / cells), length - 1)
        for at, cells, length in zip(place, maps, size, strict=True)
    )
    return row, column


def _side(
    spreads: Iterable[NDArray[np.float32]],
    centres: Sequence[tuple[int, int]],
    size: tuple[int, int],
) -> int:
    """Return the common side of the patches, in pixels."""
    sides = []
    for spread, (row, column) in zip(spreads, centres, strict=True):
        away = np.maximum(
            np.abs(np.arange(size[0]) - row)[:, None], np.abs(np.arange(size[1]) - column)
        )
        held = np.cumsum(np.bincount(away.reshape(-1), spread.reshape(-1)))
        sides.append(1 + 2 * int(np.searchsorted(held, _SHARE * held[-1])))
    return int(np.clip(np.median(sides), min(_LEAST, *size), min(size)))


def _cut(picture: NDArray[np.uint8], centre: tuple[int, int], side: int) -> NDArray[np.uint8]:
    """Return the square about ``centre``, moved inside where it would stand out."""
    top, left = (
        min(max(at - side // 2, 0), length - side)
        for at, length in zip(centre, picture.shape[:2], strict=True)
    )
    return picture[top : top + side, left : left + side]


def raw_maps(network: Network, batch: NDArray[np.float32], layer: str) -> NDArray[np.float32]:
    """Return the maps (N, h, w, K) of a layer before its activation, at the network's size."""
    import tensorflow as tf

    def forward(batch: Any) -> Any:
        return tracing.before_activation(network.model, batch, layer)

    signature = [tf.TensorSpec((None, *network.size, network.channels), tf.float32)]
    run = network.once(("raw maps", layer), lambda: tf.function(
        forward, input_signature=signature, autograph=False
    ))  # fmt: skip
    return np.asarray(run(tf.convert_to_tensor(batch)))


def peak_gradients(
    network: Network, batch: NDArray[np.float32], layer: str, peaks: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return |d peak / d input| (N, H, W), summed over channels.

    ``peaks`` (N, 3) are the row, column and filter of one number in each picture's maps.
    """
    import tensorflow as tf

    def gradients(batch: Any, peaks: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(batch)
            maps = tracing.before_activation(network.model, batch, layer)
            chosen = tf.gather_nd(maps, peaks, batch_dims=1)
        found = tape.gradient(chosen, batch, unconnected_gradients="zero")
        return tf.reduce_sum(tf.abs(found), axis=-1)

    signature = [
        tf.TensorSpec((None, *network.size, network.channels), tf.float32),
        tf.TensorSpec((None, 3), tf.int32),
    ]
    run = network.once(("peaks", layer), lambda: tf.function(
        gradients, input_signature=signature, autograph=False
    ))  # fmt: skip
    return np.asarray(run(tf.convert_to_tensor(batch), tf.convert_to_tensor(peaks)))
