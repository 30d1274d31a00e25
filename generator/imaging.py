"""Files ↔ arrays: every picture enters here, checked, upright and in sRGB, and leaves as PNG.

Pillow does the reading and is loaded only where a file is really read. What had to be done to a
picture on the way is told in plain notes, which its page repeats.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from generator.errors import SourceError
from generator.imaging_colour import eight_bits, over_white, to_srgb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 100_000_000
"""Largest picture that is read: 100 megapixels, 300 MB as an array."""

_SUFFIXES = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png", "apng"),
    "WEBP": ("webp",),
    "AVIF": ("avif", "avifs"),
    "GIF": ("gif",),
    "TIFF": ("tif", "tiff"),
    "BMP": ("bmp", "dib"),
}
"""The formats that are read, and the endings that their names may have."""

_ALLOWED = "a JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP picture"

_SIGNATURES = (
    (rb"\xff\xd8\xff", "a broken JPEG"),
    (rb"\x89PNG", "a broken PNG"),
    (rb"RIFF....WEBP", "a broken WebP"),
    (rb"....ftypavi[fs]", "a broken AVIF"),
    (rb"GIF8", "a broken GIF"),
    (rb"II\*\0|MM\0\*", "a broken TIFF"),
    (rb"....ftyp(hei|hev|mif)", "a HEIC picture"),
    (rb"....ftyp|....moov|\x1aE\xdf\xa3", "a video"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript (EPS) file"),
    (rb"%PDF", "a PDF"),
    (rb"PK\x03\x04", "a ZIP archive"),
    (rb"\s*(<\?xml.*)?(<!--.*)?<svg", "an SVG drawing"),
    (rb"\s*<(!doctype|html)", "a web page (was the download refused?)"),
    (rb"[\t\n\r\x20-\x7e]+$", "a text file"),
)
"""First bytes of what people hand in instead of a picture."""

_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError,
    RuntimeError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers raise on damaged files (found by feeding them such files)."""

_SIDEWAYS = 5
"""From this orientation on, rows are stored as columns."""

_TURNS = {
    2: (0, "mirrored"),
    3: (3, "turned by 180°"),
    4: (1, "flipped upside down"),
    5: (5, "mirrored and turned by 90°"),
    6: (4, "turned by 90° to the right"),
    7: (6, "mirrored and turned by 90°"),
    8: (2, "turned by 90° to the left"),
}
"""EXIF orientation: the number of Pillow's transposition that undoes it, and what we call that."""

_FORMS = {("bool",), ("uint8",), ("uint8", 3), ("uint8", 4)}
"""What a PNG of ours may hold: the dtype, and the channels if there are any."""

_HALF = 128
"""The darkest grey that counts as white in a mask."""


@dataclass(frozen=True)
class Decoded:
    """A picture: ``image`` (H, W, 3) uint8 sRGB, and ``notes`` on what was done to it."""

    image: NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def decode(data: bytes, *, name: str, at_least: tuple[int, int] | None = None) -> Decoded:
    """Return the picture in ``data``: upright, without transparency, in sRGB.

    Parameters
    ----------
    data
        A file's bytes.
    name
        The file's name, for messages and to compare its ending with its content.
    at_least
        Height and width of the upright picture that suffice. A JPEG of twice that size or more
        is then decoded at a half, a quarter or an eighth, which takes a fraction of the time.

    Raises
    ------
    SourceError
        If the file is empty, no picture of a known format, damaged, larger than ``MAX_PIXELS``,
        or holds floating-point or 32-bit numbers, whose black and white nobody knows.

    """
    picture, notes = upright(data, name=name, at_least=at_least)
    return Decoded(np.array(picture), notes)


def upright(
    data: bytes, *, name: str, at_least: tuple[int, int] | None = None
) -> tuple[Image, tuple[str, ...]]:
    """Return what `decode` returns, and raise what it raises, but as a Pillow RGB picture.

    The picture carries nothing else of the file: no EXIF, comment or colour profile.
    """
    import PIL.Image

    with _opened(data, name) as (picture, notes):
        deep = any(";16" in str(tile[3]) for tile in picture.tile)
        turn = _orientation(picture, data)
        if at_least and picture.format in {"JPEG", "MPO"} and picture.mode in {"L", "RGB"}:
            height, width = at_least
            picture.draft(picture.mode, (height, width) if turn >= _SIDEWAYS else (width, height))
        frames = getattr(picture, "n_frames", 1)
        picture.load()
        if frames > 1:
            notes.append(f"shows the first of the {frames} pictures in the file")
        flat, alpha = eight_bits(picture, notes, deep=deep, name=name)
        image = to_srgb(flat, picture.info.get("icc_profile"), notes)
        if alpha is not None:
            image = over_white(image, alpha, notes)
        if turn in _TURNS:
            notes.append(f"{_TURNS[turn][1]}, as the camera recorded")
            if picture.format != "TIFF":  # Pillow has turned a TIFF while loading it
                image = image.transpose(PIL.Image.Transpose(_TURNS[turn][0]))
        image.info = {}
        return image, tuple(notes)


def decode_mask(data: bytes, *, name: str, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask (H, W) in ``data``, a picture that is white (128 or more) inside.

    ``shape`` holds the rows and columns of the picture that the mask belongs to.

    Raises
    ------
    SourceError
        If the file cannot be decoded, or its size is not ``shape``.

    """
    image = decode(data, name=name).image
    if image.shape[:2] != tuple(shape):
        raise SourceError(
            f"{name}: expected a mask of the picture's size, {shape[1]} x {shape[0]} (width x "
            f"height), got {image.shape[1]} x {image.shape[0]}; draw it on a copy of the picture"
        )
    weights = np.array([299, 587, 114])  # luma of ITU-R BT.601, as painting programs show grey
    return np.asarray(image @ weights >= _HALF * 1000)


def size(data: bytes, *, name: str) -> tuple[int, int]:
    """Return height and width of the upright picture, from the file's header alone.

    Raises
    ------
    SourceError
        As `decode`, as far as the header shows it.

    """
    with _opened(data, name) as (picture, _):
        sideways = _orientation(picture, data) >= _SIDEWAYS and picture.format != "TIFF"
        width, height = picture.size
        return (width, height) if sideways else (height, width)


def encode_png(array: NDArray[np.uint8] | NDArray[np.bool_], *, level: int = 1) -> bytes:
    """Return ``array`` as PNG: (H, W), (H, W, 3) or (H, W, 4) uint8, or (H, W) bool as one bit.

    ``level`` is zlib's, 0 to 9. The same array gives the same bytes.

    Raises
    ------
    ValueError
        If the array has another form.

    """
    import PIL.Image

    form = (array.dtype.name, *array.shape[2:])
    if form not in _FORMS or array.ndim < 2 or array.size == 0:  # noqa: PLR2004
        raise ValueError(f"expected a uint8 or bool picture, got {array.dtype} {array.shape}")
    buffer = io.BytesIO()
    PIL.Image.fromarray(np.ascontiguousarray(array)).save(buffer, "PNG", compress_level=level)
    return buffer.getvalue()


def decode_png(data: bytes) -> NDArray[np.uint8] | NDArray[np.bool_]:
    """Return the array that `encode_png` was given.

    Raises
    ------
    SourceError
        If ``data`` is no PNG, is damaged, or has a form that `encode_png` does not write.

    """
    with _opened(data, "stored.png") as (picture, _):
        picture.load()
        if picture.format != "PNG" or picture.mode not in {"1", "L", "RGB", "RGBA"}:
            raise SourceError(f"expected a stored PNG, got {picture.format} {picture.mode}")
        return np.array(picture)


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple[ImageFile, list[str]]]:
    """Open a picture, checked by its header; give everything that goes wrong a plain message."""
    import PIL.Image

    if not data:
        raise SourceError(f"{name}: expected {_ALLOWED}, got an empty file; copy it again")
    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            # The size is judged here, and a warning about a tag nobody reads helps nobody.
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data), formats=tuple(_SUFFIXES)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise _too_large(name, f"{width} x {height}")
                if width * height == 0:
                    raise SourceError(f"{name}: expected a picture, got one of no pixels")
                _check_name(name, "JPEG" if picture.format == "MPO" else picture.format, notes)
                yield picture, notes
    except PIL.Image.DecompressionBombError as error:
        pixels = re.search(r"\d+", str(error))
        raise _too_large(name, f"{pixels[0] if pixels else 'many more'} pixels") from error
    except PIL.UnidentifiedImageError as error:
        raise SourceError(
            f"{name}: expected {_ALLOWED}, got {guess(data)}; save it as one of these"
        ) from error
    except _BROKEN as error:
        raise SourceError(
            f"{name}: expected a whole picture, got a damaged or cut-off one ({error}); "
            "copy or export it again"
        ) from error


def _too_large(name: str, came: str) -> SourceError:
    return SourceError(
        f"{name}: expected at most {MAX_PIXELS // 1_000_000} megapixels, got {came}; "
        "make a smaller copy"
    )


def _check_name(name: str, found: str | None, notes: list[str]) -> None:
    suffix = PurePath(name).suffix.lower().lstrip(".")
    claimed = next((form for form, ends in _SUFFIXES.items() if suffix in ends), found)
    if found != claimed:
        notes.append(f"the file is {found}, although its name ends in .{suffix}")


def guess(data: bytes) -> str:
    """Return what ``data``, which is no whole picture, seems to be."""
    for pattern, words in _SIGNATURES:
        if re.match(pattern, data[:512], re.DOTALL | re.IGNORECASE):
            return words
    return "an unknown kind of file"


def _orientation(picture: Image, data: bytes) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where it is absent, damaged or out of range."""
    import PIL.Image

    try:
        if picture.format == "PNG" and b"eXIf" not in data:
            # PngImageFile.getexif would decode the picture to look for a chunk behind it.
            value = PIL.Image.Image.getexif(picture).get(0x0112, 1)
        else:
            value = picture.getexif().get(0x0112, 1)
    except _BROKEN:
        return 1
    return value if value in _TURNS else 1
