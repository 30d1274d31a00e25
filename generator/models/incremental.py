"""What a network says of a picture with one window after another covered, without whole passes.

A window changes only the cells of a layer whose receptive field it meets, and windows that show a
cell the same part of themselves change it alike (see ``science.views``). So the lower layers are
computed once for all windows, on the grid of all row views and column views, and each window then
picks its maps from the grid; from there on the network runs as ever. The values are those of
whole passes, to rounding.

Nakandala, Kumar and Papakonstantinou, "Incremental and approximate inference for faster
occlusion-based deep CNN explanations", SIGMOD 2019, https://doi.org/10.1145/3299869.3319874, do
this for each window by itself; that different windows share values is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.models import grid, tracing
from generator.models.steps import local_part
from generator.science.batching import even

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from generator.models.grid import Axis
    from generator.models.network import Network
    from generator.models.steps import Local, Slide, Step
    from generator.science.views import Indices

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

_LAID_OUT = 4 * 2**20
"""Numbers that are laid out at once."""
_BUDGET = 256 * 2**20
"""Bytes that the upper layers may take for one batch of windows; and most windows."""
_MOST = 256


def window_scores(
    network: Network, image: Floats, filling: Floats, boxes: Integers
) -> Floats | None:
    """Return the scores (N, classes) of ``image`` with one box after another covered.

    Parameters
    ----------
    network : gives the scores
    image : (H, W, channels) float32, in the network's size and units
    filling : (H, W, channels) float32, what covered pixels take
    boxes : (N, 4) int: top, left, and the first row (bottom) and column (right) outside; they may
        be empty. A grid of boxes is fastest: each of some rows with each of some columns.

    Returns
    -------
    None where whole passes cost no more, or the network has another form.

    Raises
    ------
    ValueError
        If the picture or the filling has not the network's size, or a box is not within it.

    """
    size = (*network.size, network.channels)
    if image.shape != size or filling.shape != size:
        message = f"a picture and a filling {size} were expected, got "
        raise ValueError(message + f"{image.shape} and {filling.shape}")
    local = network.once("local", lambda: local_part(*network.traced))
    rows, at_row = np.unique(boxes[:, [0, 2]], axis=0, return_inverse=True)
    columns, at_column = np.unique(boxes[:, [1, 3]], axis=0, return_inverse=True)
    axes = grid.both(local.steps, network.size, (rows, columns))
    cut = grid.best_cut(local, axes, len(boxes))
    finish = network.once(("windows", cut), lambda: _finish(network, local, cut)) if cut else None
    if finish is None:
        return None
    begin = network.once(("grid", cut), lambda: _begin(network, local, cut))
    found = np.empty((len(boxes), network.classes), np.float32)
    for (tall, wide), axes in grid.blocks(local, cut, network.size, (rows, columns)):
        inside = (tall.start <= at_row) & (at_row < tall.stop)
        chosen = np.flatnonzero(inside & (wide.start <= at_column) & (at_column < wide.stop))
        maps = begin(image, filling, axes) if len(chosen) else None
        for part in _batches(chosen, _most(local, cut)):
            places = at_row[part] - tall.start, at_column[part] - wide.start
            found[part] = finish(maps, _picks(axes, local.frontier(cut), places))
    return found


def _batches(chosen: Integers, most: int) -> Iterator[Integers]:
    size = max(even(len(chosen), most), 1)
    for start in range(0, len(chosen), size):
        yield chosen[start : start + size]


def _most(local: Local, cut: int) -> int:
    """Return how many windows the upper layers are given at once."""
    numbers = local.rest + sum(step.numbers for step in local.steps[cut:])
    numbers += sum(local.steps[source - 1].numbers for source in local.frontier(cut))
    return int(np.clip(_BUDGET // (4 * numbers), 1, _MOST))


def _picks(
    axes: tuple[Axis, Axis], frontier: Sequence[int], places: tuple[Integers, Integers]
) -> list[list[Indices]]:
    """Return for each of the maps the views of rows (N, h) and of columns (N, w) of N windows."""
    return [
        [axis.views[source].number.T[at] for axis, at in zip(axes, places, strict=True)]
        for source in frontier
    ]


def _begin(network: Network, local: Local, cut: int) -> Callable[..., Any]:
    """Return what computes the maps of the frontier of ``cut`` on a grid of views."""
    import tensorflow as tf

    steps, frontier = local.steps[:cut], local.frontier(cut)

    def compute(pictures: Any, cells: Any, covered: Any, reads: Any) -> list[Any]:
        seen, hidden = (tf.gather(tf.gather(x, cells[0]), cells[1], axis=1) for x in pictures)
        both = covered[0][:, None, None] & covered[1][None, :, None]
        maps, rest = [tf.where(both, hidden, seen)[None]], iter(reads)
        for step in steps:
            maps.append(_applied(step, [maps[source] for source in step.sources], rest))
        return [maps[source] for source in frontier]

    compiled = tf.function(compute, autograph=False, input_signature=[
        [tf.TensorSpec((*network.size, network.channels), tf.float32)] * 2,
        [tf.TensorSpec((None,), tf.int32)] * 2, [tf.TensorSpec((None,), tf.bool)] * 2,
        [[tf.TensorSpec((None, side), tf.int32) for side in sides]
         for step in steps for sides in _sides(step)],
    ])  # fmt: skip

    def begin(image: Floats, filling: Floats, axes: tuple[Axis, Axis]) -> Any:
        pixels = [axis.views[0] for axis in axes]
        pairs = zip(*(axis.reads for axis in axes), strict=True)
        return compiled(
            [np.asarray(picture, np.float32) for picture in (image, filling)],
            [view.cells.astype(np.int32) for view in pixels],
            [view.parts[:, 1] > 0 for view in pixels],
            [list(pair) for step in pairs for pair in zip(*step, strict=True)],
        )

    return begin


def _sides(step: Step) -> list[tuple[int, int]]:
    """Return the kernel with which a step reads each map that it reads elsewhere."""
    if step.slide:
        return [step.slide.kernel]
    return [(1, 1)] * len(step.sources) if step.merges else []


def _applied(step: Step, maps: list[Any], reads: Iterator[Any]) -> Any:
    if step.slide:
        return _slid(step, step.slide, maps[0], *next(reads))
    if step.merges:
        maps = [_laid_out(one, *next(reads)) for one in maps]
    return step.apply(*maps)


def _slid(step: Step, slide: Slide, maps: Any, rows: Any, columns: Any) -> Any:
    """Return the maps of a step that slides, some rows after others."""
    import tensorflow as tf

    height, width = tf.shape(maps)[1], tf.shape(maps)[2]
    if slide.padding is not None:
        frame = [[0, 0], [0, 1], [0, 1], [0, 0]]
        maps = tf.pad(maps, frame, constant_values=slide.padding)
    size = tf.maximum(_LAID_OUT // (slide.cells * maps.shape[3] * tf.shape(columns)[0]), 1)
    pieces = -(-tf.shape(rows)[0] // size)

    def body(piece: Any, done: Any) -> tuple[Any, Any]:
        some = rows[piece * size : (piece + 1) * size]
        inside = tf.reshape(some < height, [-1, 1]) & tf.reshape(columns < width, [1, -1])
        read = _laid_out(maps, some, columns, stacked=step.stacked)
        given = step.apply(read, tf.cast(inside[None, :, :, None], tf.float32))
        return piece + 1, done.write(piece, given[0])

    done = tf.TensorArray(tf.float32, pieces, infer_shape=False)
    done = tf.while_loop(lambda piece, _: piece < pieces, body, (0, done), parallel_iterations=1)[1]
    return tf.ensure_shape(done.concat()[None], (1, None, None, step.shape[2]))


def _laid_out(maps: Any, rows: Any, columns: Any, *, stacked: bool = False) -> Any:
    """Return what every cell reads, as ``Step`` says."""
    import tensorflow as tf

    at = rows[:, :, None, None] * tf.shape(maps)[2] + columns[None, None]
    sides, channels = tf.shape(at), maps.shape[3]
    shape = [1, sides[0] * sides[1], sides[2] * sides[3], channels]
    if stacked:
        at = tf.transpose(at, (0, 2, 1, 3))
        shape = [1, sides[0], sides[2], at.shape[2] * at.shape[3] * channels]
    return tf.reshape(tf.gather(tf.reshape(maps, [-1, channels]), at), shape)


def _finish(network: Network, local: Local, cut: int) -> Callable[..., Any] | None:
    """Return what gives windows their scores from the maps of the frontier and their picks in it.

    None if the model reads the picture elsewhere as well.
    """
    import tensorflow as tf

    frontier = [local.steps[source - 1] for source in local.frontier(cut)]
    alone = []

    def scores(maps: list[Any], picks: list[list[Any]]) -> Any:
        given = zip(frontier, maps, picks, strict=True)
        picked = {step.name: _picked(step, one, *at) for step, one, at in given}
        picture = tf.zeros((1, *network.size, network.channels))
        with tracing.supplied(network.model, picked):
            output = network.model(picture, training=False)
        alone.append(not tracing.depends(output, picture))
        return output

    compiled = tf.function(scores, autograph=False, input_signature=[
        [tf.TensorSpec((1, None, None, step.shape[2]), tf.float32) for step in frontier],
        [[tf.TensorSpec((None, side), tf.int32) for side in step.shape[:2]] for step in frontier],
    ]).get_concrete_function()  # fmt: skip
    return compiled if alone[-1] else None


def _picked(step: Step, maps: Any, rows: Any, columns: Any) -> Any:
    """Return the maps (N, h, w, C) of windows."""
    import tensorflow as tf

    at = rows[:, :, None] * tf.shape(maps)[2] + columns[:, None]
    found = tf.gather(tf.reshape(maps, [-1, step.shape[2]]), at)
    return tf.ensure_shape(found, (None, *step.shape))
