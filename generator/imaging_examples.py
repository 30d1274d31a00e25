"""From an example of a data set to its picture."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from generator import imaging
from generator.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from generator.content import Example

    Read = Callable[[str, str, str], bytes]

_GREYS = 3
"""Axes of an array of grey pictures."""

_LUMA = np.array([299, 587, 114], np.uint32)


def picture(example: Example, read: Read) -> NDArray[np.uint8]:
    """Return the picture (H, W, 3) uint8 of ``example``.

    ``read`` gives the bytes of a file, by its path, its sha256 and its name for messages.

    Raises
    ------
    SourceError
        If the file is no picture, or does not hold this part.

    """
    file, part = example.file, example.part
    if part is None:
        data = read(str(file.path), file.sha256, example.name)
        return imaging.decode(data, name=example.name).image
    if part.row >= 0:
        stored: NDArray[np.uint8] = _row(str(file.path), file.sha256, read)[part.row]
        return stored
    image = _whole(str(file.path), file.sha256, read)
    if part.box:
        top, left, height, width = part.box
        if top + height > image.shape[0] or left + width > image.shape[1]:
            raise SourceError(
                f"{example.name}: expected a picture that holds rows to {top + height} and "
                f"columns to {left + width}, got {image.shape[0]} x {image.shape[1]}"
            )
        image = image[top : top + height, left : left + width]
    return _grey(image) if part.grey else image


@lru_cache(maxsize=4)
def _whole(path: str, sha256: str, read: Read) -> NDArray[np.uint8]:
    """Return a picture; the last ones are kept, as their parts come one after another."""
    return imaging.decode(read(path, sha256, path), name=path.rsplit("/", 1)[-1]).image


@lru_cache(maxsize=1)
def _row(path: str, sha256: str, read: Read) -> NDArray[np.uint8]:
    """Return the pictures (N, H, W, 3) of a file of grey arrays (N, H, W), light from 0 to 1."""
    stored = np.load(io.BytesIO(read(path, sha256, path)), allow_pickle=False)
    if stored.ndim != _GREYS or not np.isfinite(stored).all():
        raise SourceError(f"expected grey pictures (N, H, W) in an array, got {stored.shape}")
    light = np.rint(np.clip(stored, 0, 1) * 255).astype(np.uint8)
    return np.repeat(light[..., None], 3, axis=3)


def _grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    light = ((image.astype(np.uint32) @ _LUMA + 500) // 1000).astype(np.uint8)
    return np.repeat(light[..., None], 3, axis=2)
