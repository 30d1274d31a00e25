"""How findings look: the colours of maps, and the files that show a finding on a page.

Nothing is written here and nothing is measured: arrays come in, bytes go out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from generator import imaging
from generator.colours import palette, word_colours
from generator.technique import STACKS, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image

WIDTHS = (256, 512, 1024)
"""Widths, in pixels, at which a picture is offered; a browser takes the one that fits."""

_SMALL = 320
"""A map whose long side is shorter is enlarged, so that its cells are seen as what they are."""

_TALLEST = 8192
"""No file is higher, whatever its width: AVIF ends at 16,384 rows."""

_NEAR = 1.2
"""A width is left out if the next one is not larger by this factor."""

_HALF = 128
"""The darkest grey that is white in a bilevel file."""

_LONGEST = 8192
"""No sheet is wider."""


@dataclass(frozen=True)
class Rendition:
    """One file of a panel: how its name ends, its size in pixels, and its format.

    ``format`` is avif, jpeg, webp or png. ``exact`` keeps every colour at full resolution, for
    maps whose colours are values; a photograph's colours are kept at half. ``bilevel``: the file
    is black and white, one bit a pixel.
    """

    suffix: str
    width: int
    height: int
    format: str
    exact: bool = False
    bilevel: bool = False


def colour(array: NDArray[Any], role: Role, low: float, high: float) -> NDArray[np.uint8]:
    """Return ``array`` as it is shown: (H, W, 3) uint8 sRGB.

    Parameters
    ----------
    array
        A finding of ``role``.
    role
        A heatmap runs from the darkest colour at ``low`` to the lightest at ``high``. A signed
        map is neutral at zero and as blue below as it is orange above. A mask is white inside.
        A picture stays as it is, transparency included.
    low, high
        Values at the ends of the colours; beyond them the colours stay what they are at the
        ends. Where both are the same, everything has the first colour.

    Raises
    ------
    ValueError
        If the role has no picture.

    """
    if role is Role.PICTURE:
        return np.asarray(array, np.uint8)
    if role is Role.PATCHES:
        return _laid_out(array)
    if role is Role.SIGNED_PATCHES:
        return _laid_out(colour(array, Role.SIGNED_MAP, low, high))
    if role is Role.WORD_PATCHES:
        return _laid_out(word_colours(array))
    if role is Role.MASK:
        return np.repeat(array[..., None], 3, axis=2).astype(np.uint8) * np.uint8(255)
    if role is Role.HEATMAP:
        span = high - low
        index = (array - low) / span * 255 if span > 0 else np.zeros(array.shape)
    elif role is Role.SIGNED_MAP:
        reach = max(abs(low), abs(high))
        index = 127 + array / reach * 127 if reach > 0 else np.full(array.shape, 127.0)
    else:
        raise ValueError(f"expected a picture, map or mask, got a {role.value}")
    colours = palette(role)
    rounded = np.clip(np.rint(index), 0, len(colours) - 1).astype(np.uint8)
    return np.asarray(colours[rounded])


@cache
def renditions(role: Role, shape: tuple[int, ...], *, opaque: bool = True) -> tuple[Rendition, ...]:
    """Return the files that show a finding of ``shape`` (rows, columns, ...), smallest first.

    Pictures and maps come in up to three widths, never enlarged, each as AVIF and as JPEG, or
    WebP where they are not opaque. Small maps and masks are exact: one PNG, in which each value
    is a square of a whole number of pixels. Small pictures share one sheet. A box or a curve has
    no file.
    """
    if role in {Role.BOX, Role.CURVE}:
        return ()
    if role in STACKS:
        columns, rows = sheet(shape)
        size = columns * shape[2], rows * shape[1]
        form = "png" if role is Role.WORD_PATCHES else "webp"
        return (Rendition(f".{form}", *size, form, exact=True),)
    rows, columns = shape[:2]
    if role is not Role.PICTURE and (role is Role.MASK or max(rows, columns) < _SMALL):
        times = max(1, _SMALL // max(rows, columns))
        width, height = _fitted(rows, columns, WIDTHS[-1]) if times == 1 else (columns, rows)
        size = (width * times, height * times)
        return (Rendition(".png", *size, "png", exact=True, bilevel=role is Role.MASK),)
    fallback = ("jpg", "jpeg") if opaque else ("webp", "webp")
    return tuple(
        Rendition(f"-{width}.{suffix}", width, height, form, exact=role is not Role.PICTURE)
        for width, height in _sizes(rows, columns)
        for suffix, form in (("avif", "avif"), fallback)
    )


def sheet(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the columns and rows of the sheet that shows small pictures (N, H, W, ...)."""
    count, height, width = shape[:3]
    columns = min(count, max(1, round((count * height / width) ** 0.5)), _LONGEST // width)
    return columns, -(-count // columns)


def _laid_out(stack: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return small pictures (N, H, W, C) on one sheet, row by row; what is left over is empty."""
    count, height, width, channels = stack.shape
    columns, rows = sheet(stack.shape)
    page = np.zeros((rows * columns, height, width, channels), np.uint8)
    page[:count] = stack
    page = page.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return page.reshape(rows * height, columns * width, channels)


def _sizes(rows: int, columns: int) -> list[tuple[int, int]]:
    widest = _fitted(rows, columns, WIDTHS[-1])
    narrower = [width for width in WIDTHS if width * _NEAR <= widest[0]]
    return [*(_fitted(rows, columns, width) for width in narrower), widest]


def _fitted(rows: int, columns: int, width: int) -> tuple[int, int]:
    """Return the width and height of a picture that is at most ``width`` wide."""
    scale = min(1.0, width / columns, _TALLEST / rows)
    return max(1, round(columns * scale)), max(1, round(rows * scale))


def encode(array: NDArray[Any], made: Sequence[Rendition]) -> list[bytes]:
    """Return the files of ``made`` for ``array`` (H, W, 3 or 4) uint8, as `colour` gives it.

    The same array gives the same bytes.
    """
    import PIL.Image

    return _encoded(PIL.Image.fromarray(np.ascontiguousarray(array)), made)


def encode_photo(data: bytes, made: Sequence[Rendition]) -> list[bytes]:
    """Return the files of ``made`` for a photograph, straight from its file's bytes.

    Raises
    ------
    SourceError
        If the file cannot be read.

    """
    enough = max(r.height for r in made), max(r.width for r in made)
    return _encoded(imaging.upright(data, name="", at_least=enough)[0], made)


def _encoded(picture: Image, made: Sequence[Rendition]) -> list[bytes]:
    """Encode from the largest to the smallest, each made from the one before."""
    sizes = sorted({(r.width, r.height) for r in made}, reverse=True)
    files: dict[Rendition, bytes] = {}
    for size in sizes:
        picture = _resized(picture, size)
        files |= {r: _file(picture, r) for r in made if (r.width, r.height) == size}
    return [files[r] for r in made]


def _resized(picture: Image, size: tuple[int, int]) -> Image:
    from PIL.Image import Resampling

    if picture.size == size:
        return picture
    if size[0] > picture.width or size[1] > picture.height:
        return picture.resize(size, Resampling.NEAREST)
    if picture.mode == "RGB" and picture.size == (2 * size[0], 2 * size[1]):
        return picture.reduce(2)
    return picture.resize(size, Resampling.HAMMING)


def _file(picture: Image, made: Rendition) -> bytes:
    if made.format == "png":
        array = np.asarray(picture)
        return imaging.encode_png(array[..., 0] >= _HALF if made.bilevel else array, level=9)
    chroma = "4:4:4" if made.exact else "4:2:0"
    options: dict[str, dict[str, Any]] = {
        "jpeg": {"quality": 82, "subsampling": chroma},
        "webp": {"quality": 80, "method": 2},
        # One thread: the workers already fill the machine. Without trellis quantization a file
        # is 6 % larger and as good, for three quarters of the time.
        "avif": {
            "quality": 60, "speed": 9, "subsampling": chroma, "codec": "aom", "max_threads": 1,
            "autotiling": False, "advanced": {"tune": "ssim", "disable-trellis-quant": "1"},
        },
    }  # fmt: skip
    buffer = io.BytesIO()
    picture.save(buffer, made.format.upper(), **options[made.format])
    return buffer.getvalue()
