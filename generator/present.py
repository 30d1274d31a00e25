"""How findings look: the colours of maps, and the files that show a finding on a page.

Nothing is written here and nothing is measured: arrays come in, bytes go out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from generator import imaging
from generator.technique import Role

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

_SEQUENTIAL = (
    (0.16, 0.060, 285.0),
    (0.28, 0.210, 285.0),
    (0.46, 0.260, 325.0),
    (0.62, 0.280, 385.0),
    (0.75, 0.240, 420.0),
    (0.88, 0.190, 450.0),
    (0.97, 0.060, 465.0),
)
"""From dark violet over red and orange to pale yellow: OKLCh lightness, chroma, hue (degrees)."""

_NEUTRAL = (0.96, 0.0, 0.0)
_NEGATIVE = (_NEUTRAL, (0.82, 0.100, 245.0), (0.58, 0.170, 255.0), (0.36, 0.120, 262.0))
_POSITIVE = (_NEUTRAL, (0.82, 0.120, 60.0), (0.58, 0.200, 42.0), (0.36, 0.110, 32.0))
"""The arms of the signed maps; both have the same lightness at the same distance from zero."""

_HALF = 128
"""The darkest grey that is white in a bilevel file."""

_GAMUT = 0.5001
"""How far light, of 0 to 1, may be from the middle: a little more than sRGB can show."""

_LINEAR = 0.0031308
"""sRGB is a straight line below this light, a power above."""


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
def palette(role: Role) -> NDArray[np.uint8]:
    """Return the colours of a role's values from the least to the greatest, (N, 3) uint8 sRGB.

    A heatmap has 256, equally far apart to the eye. A signed map has 255, the middle one neutral.
    """
    if role is Role.SIGNED_MAP:
        arms = [_curve(arm, np.linspace(0, 1, 128)) for arm in (_NEGATIVE, _POSITIVE)]
        colours = np.concatenate([arms[0][:0:-1], arms[1]])
    else:
        time = np.linspace(0, 1, 4096)
        steps = np.linalg.norm(np.diff(_curve(_SEQUENTIAL, time), axis=0), axis=1)
        length = np.concatenate([[0.0], np.cumsum(steps)])
        colours = _curve(_SEQUENTIAL, np.interp(np.linspace(0, length[-1], 256), length, time))
    light = _linear(colours).clip(0, 1)
    shown = np.where(light <= _LINEAR, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    made: NDArray[np.uint8] = np.rint(255 * shown).astype(np.uint8)
    made.flags.writeable = False
    return made


@cache
def stops(role: Role, n: int = 9) -> tuple[tuple[str, str], ...]:
    """Return ``n`` colours of a role's palette for a gradient: (offset in percent, "#rrggbb")."""
    colours = palette(role)
    at = [round(i * (len(colours) - 1) / (n - 1)) for i in range(n)]
    return tuple(
        (f"{100 * i / (len(colours) - 1):.2f}%", "#" + bytes(colours[i]).hex()) for i in at
    )


def _curve(points: Sequence[tuple[float, float, float]], time: NDArray[Any]) -> NDArray[Any]:
    """Return the Bézier curve through OKLab (N, 3) that ``points``, in OKLCh, control.

    Its lightness is monotone because theirs is: the curve has no more turns than its polygon.
    Where it leaves sRGB, chroma is reduced until it is back.
    """
    lightness, chroma, hue = np.array(points).T
    angle = np.radians(hue)
    corners = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1)
    last = len(points) - 1
    weights = [comb(last, i) * time**i * (1 - time) ** (last - i) for i in range(last + 1)]
    lab = np.stack(weights, axis=1) @ corners
    kept = np.zeros((len(lab), 1))  # share of the chroma, found by bisection
    for step in 0.5 ** np.arange(1, 17):
        linear = _linear(lab * np.hstack([np.ones_like(kept), kept + step, kept + step]))
        kept += step * (np.abs(linear - 0.5) <= _GAMUT).all(axis=1, keepdims=True)
    return np.asarray(lab * np.hstack([np.ones_like(kept), kept, kept]))


def _linear(lab: NDArray[Any]) -> NDArray[Any]:
    """Return OKLab colours (N, 3) as linear sRGB, 0 to 1.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    to_cones = [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
                [1, -0.0894841775, -1.2914855480]]  # fmt: skip
    to_light = [[4.0767416621, -3.3077115913, 0.2309699292],
                [-1.2684380046, 2.6097574011, -0.3413193965],
                [-0.0041960863, -0.7034186147, 1.7076147010]]  # fmt: skip
    cones: NDArray[Any] = (lab @ np.transpose(to_cones)) ** 3
    return np.asarray(cones @ np.transpose(to_light))


@cache
def renditions(role: Role, shape: tuple[int, ...], *, opaque: bool = True) -> tuple[Rendition, ...]:
    """Return the files that show a finding of ``shape`` (rows, columns, ...), smallest first.

    Pictures and maps come in up to three widths, never enlarged, each as AVIF and as JPEG, or
    WebP where they are not opaque. Small maps and masks are exact: one PNG, in which each value
    is a square of a whole number of pixels. A box or a curve has no file.
    """
    if role in {Role.BOX, Role.CURVE}:
        return ()
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
