"""Scenes for networks whose reason is known: where the cue is, and what only misleads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = (48, 80)
"""Rows and columns of a scene: not square, as what is transposed on the way shows only so."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture (48, 80, 3) uint8, where its cue is (48, 80) bool, and the class that it shows."""

    picture: NDArray[np.uint8]
    truth: NDArray[np.bool_]
    target: int


def scenes(count: int, rng: np.random.Generator, *, grey: bool = False) -> list[Scene]:
    """Return ``count`` scenes: a small cue on a busy grey ground, beside louder things.

    A checkerboard of full contrast, larger than the cue, is in every scene: edges, contrast and
    size draw the eye to it, and no planted network can see it.
    """
    return [_grey(rng) if grey else _coloured(rng) for _ in range(count)]


def _ground(rng: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = SIZE
    slope = np.linspace(0.25, 0.45, columns)[None, :] * np.linspace(0.9, 1.1, rows)[:, None]
    return np.repeat((slope + rng.normal(0, 0.02, SIZE))[:, :, None], 3, axis=2)


def _places(rng: np.random.Generator) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corners of a cue of 10 by 14 and of a distractor of 20 by 20, on two sides."""
    top, other = int(rng.integers(2, SIZE[0] - 12)), int(rng.integers(2, SIZE[0] - 22))
    near, far = int(rng.integers(2, 20)), int(rng.integers(44, SIZE[1] - 22))
    if rng.random() < 0.5:  # noqa: PLR2004 - a fair coin
        return (top, near), (other, far)
    return (top, far), (other, near)


def _coloured(rng: np.random.Generator) -> Scene:
    picture, target = _ground(rng), int(rng.integers(3))
    (top, left), (row, column) = _places(rng)
    board = np.indices((20, 20)).sum(axis=0) // 4 % 2
    picture[row : row + 20, column : column + 20] = board[:, :, None]
    colour = np.full(3, 0.05)
    colour[target] = 0.95
    return _scene(picture, (top, left), colour, target)


def _grey(rng: np.random.Generator) -> Scene:
    picture = _ground(rng) * 0.3
    (top, left), (row, column) = _places(rng)
    picture[row : row + 20, column : column + 20] = (np.arange(20) // 5 % 2 * 0.25)[None, :, None]
    return _scene(picture, (top, left), np.full(3, 0.95), 0)


def _scene(
    picture: NDArray[np.float64], corner: tuple[int, int], colour: NDArray[np.float64], target: int
) -> Scene:
    top, left = corner
    truth = np.zeros(SIZE, bool)
    truth[top : top + 10, left : left + 14] = True
    picture[truth] = colour
    return Scene(np.clip(np.rint(255 * picture), 0, 255).astype(np.uint8), truth, target)
