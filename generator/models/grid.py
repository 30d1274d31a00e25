"""How far it pays to compute a network's lower layers for all windows at once, and in what pieces.

See ``incremental``; numbers only, no tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.science import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.models.steps import Local, Step
    from generator.science.views import Indices, Integers, Views

_GIVE, _READ = 50, 35
"""What a number costs that a layer gives, or that a cell of a grid reads from elsewhere, in
multiplications: memory is slow.
"""
_PAYS = 0.1
"""The share of the cost of whole passes that must be saved."""
_ROOM = 8 * 2**20
"""Numbers that the maps of a step may hold; beyond that, windows are taken in pieces."""


@dataclass(frozen=True, eq=False)
class Axis:
    """The rows or the columns of a grid: the views of the picture and of the steps, in order.

    ``reads`` holds for each step and each map that it reads elsewhere than at its own cells, which
    views of that map, (V, kernel) int32.
    """

    views: list[Views]
    reads: list[list[Indices]]


def best_cut(local: Local, axes: tuple[Axis, Axis], windows: int) -> int:
    """Return how many steps to compute on the grid; 0 where whole passes cost no more."""
    saved, most, best, whole = 0, 0, 0, 0
    for cut, step in enumerate(local.steps, 1):
        cell = step.work + _GIVE * step.shape[2]
        passes = windows * step.shape[0] * step.shape[1] * cell
        whole += passes
        saved += passes - _cells(axes, cut) * (cell + _READ * local.read(step))
        frontier = local.frontier(cut)
        picked = sum(local.steps[source - 1].numbers for source in frontier)
        gain = saved - windows * _GIVE * picked
        if 0 not in frontier and gain > most:
            most, best = gain, cut
    return best if most > _PAYS * whole else 0


def blocks(
    local: Local, cut: int, shape: tuple[int, int], windows: tuple[Integers, Integers]
) -> Iterator[tuple[tuple[slice, slice], tuple[Axis, Axis]]]:
    """Yield pieces of the grid of windows that fit memory, with their axes up to ``cut``.

    ``windows`` are the intervals of rows (R, 2) and of columns (Q, 2), ``shape`` the picture's.
    """
    ahead = [(slice(0, len(windows[0])), slice(0, len(windows[1])))]
    while ahead:
        piece = ahead.pop()
        axes = both(local.steps[:cut], shape, (windows[0][piece[0]], windows[1][piece[1]]))
        lengths = [part.stop - part.start for part in piece]
        if max(lengths) > 1 and _room(local, cut, axes) > _ROOM:
            ahead += reversed(_halves(piece, int(np.argmax(lengths))))
        else:
            yield piece, axes


def both(
    steps: tuple[Step, ...], shape: tuple[int, int], windows: tuple[Integers, Integers]
) -> tuple[Axis, Axis]:
    """Return the rows and the columns of the grid of these windows."""
    return _axis(steps, 0, shape[0], windows[0]), _axis(steps, 1, shape[1], windows[1])


def _axis(steps: tuple[Step, ...], which: int, length: int, windows: Integers) -> Axis:
    found, reads = [views.of_pixels(length, windows)], []
    for step in steps:
        below = [found[source] for source in step.sources]
        if step.slide:
            slide = step.slide
            seen, read = views.slid(
                below[0], kernel=slide.kernel[which], stride=slide.stride[which],
                dilation=slide.dilation[which], before=slide.before[which],
                cells=step.shape[which],
            )  # fmt: skip
            reads.append([read])
        elif step.merges:
            seen, parts = views.united(below)
            reads.append([part[:, np.newaxis] for part in parts])
        else:
            seen = below[0]
            reads.append([])
        found.append(seen)
    return Axis(found, reads)


def _cells(axes: tuple[Axis, Axis], number: int) -> int:
    return len(axes[0].views[number]) * len(axes[1].views[number])


def _room(local: Local, cut: int, axes: tuple[Axis, Axis]) -> int:
    """Return the most numbers that the maps of a step hold."""
    steps = enumerate(local.steps[:cut], 1)
    return max(_cells(axes, number) * step.shape[2] for number, step in steps)


def _halves(piece: tuple[slice, slice], axis: int) -> list[tuple[slice, slice]]:
    part = piece[axis]
    middle = (part.start + part.stop) // 2
    halves = slice(part.start, middle), slice(middle, part.stop)
    return [(half, piece[1]) if axis == 0 else (piece[0], half) for half in halves]
