"""Colours and depths: from any mode that Pillow reads to eight bits of sRGB over white."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from generator.errors import SourceError

if TYPE_CHECKING:
    from PIL.Image import Image

_OPAQUE = 255

_SAME_COLOUR = 2
"""Profiles whose colours differ from sRGB by no more, of 255, are sRGB by another name."""


def eight_bits(
    picture: Image, notes: list[str], *, deep: bool, name: str
) -> tuple[Image, Image | None]:
    """Return the picture as L, RGB or CMYK of eight bits, and its alpha channel if it has one."""
    import PIL.Image

    mode = picture.mode
    if mode.startswith("I;16"):
        values = np.asarray(picture.convert("I"))
        notes.append("16-bit grey scaled to 8 bits: 0 to 65535 became 0 to 255 (divided by 257)")
        grey = PIL.Image.fromarray(((2 * values + 257) // 514).astype(np.uint8))
        clear = picture.info.get("transparency")
        return grey, None if clear is None else PIL.Image.fromarray(values != clear).convert("L")
    if mode in {"I", "F", "LAB", "HSV"}:
        raise SourceError(
            f"{name}: expected a picture of 8 or 16 bits a channel, got Pillow's mode {mode!r}, "
            "whose black and white are not fixed; scale it to 8 bits and save it again"
        )
    if deep:
        notes.append("16 bits a channel reduced to 8: the upper byte of each value was kept")
    if picture.has_transparency_data:
        full = picture.convert("RGBA")
        colours = full.getchannel("R") if mode in {"L", "LA", "La"} else full.convert("RGB")
        return colours, full.getchannel("A")
    if mode == "P":
        notes.append("a palette of colours was replaced by the colours themselves")
    if mode == "1":
        return picture.convert("L"), None
    return picture if mode in {"L", "CMYK"} else picture.convert("RGB"), None


def to_srgb(picture: Image, profile: bytes | None, notes: list[str]) -> Image:
    """Return ``picture`` (L, RGB or CMYK) as RGB, by its colour profile if that says something."""
    if picture.mode != "RGB":
        was = "grey" if picture.mode == "L" else "CMYK, the colours of printing,"
        notes.append(f"{was} converted to RGB")
    if not profile:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    import PIL.Image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode == "L" and source.profile.xcolor_space.strip() == "RGB":
            picture = picture.convert("RGB")
        transform = ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), picture.mode, "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes.append("its colour profile cannot be used and was left aside")
        return picture.convert("RGB")
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    probe = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    if picture.mode == "RGB":
        seen = np.asarray(transform.apply(PIL.Image.fromarray(probe)))
        if np.abs(seen.astype(int) - probe).max() <= _SAME_COLOUR:
            return picture
    notes.append("colours converted from the file's colour profile to sRGB")
    return transform.apply(picture)


def over_white(picture: Image, alpha: Image, notes: list[str]) -> Image:
    """Return ``picture`` (RGB) over white where ``alpha`` (L) lets it through."""
    import PIL.Image

    if alpha.getextrema()[0] == _OPAQUE:
        return picture
    notes.append("transparent parts laid over white")
    return PIL.Image.composite(picture, PIL.Image.new("RGB", picture.size, "white"), alpha)
