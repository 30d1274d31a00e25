"""How films look: the colours of maps over the frames they are about, encoded for browsers.

The same film gives the same bytes; nothing is measured here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np

from generator import present
from generator.errors import StoreError
from generator.imaging_film import Encoder, frames
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from generator.film_panels import Showing
    from generator.shelf import Shelf

    Frame = NDArray[np.uint8]

_OVER = 0.62
"""How much of a heatmap's colour there is over its picture, as on the pages of pictures."""
_CONTRAST, _BRIGHTNESS = 0.7, 1.35
"""How pale the grey picture under a signed map is, as there."""
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def make_film(one: Showing, shelf: Shelf) -> dict[str, str]:
    """Make the files of a film and keep them on the shelf; return the blob of each by its name.

    Raises
    ------
    DamageError
        If a stored film is damaged.
    StoreError
        If a film cannot be read or written.

    """
    path = shelf.sound(one.film.blob)
    under = shelf.sound(one.under.blob) if one.under else None
    middle = one.film.shape[0] // 2
    with shelf.drafts.space() as space:
        if one.film.role is Role.PICTURE:  # kept as it is shown
            blob = one.film.blob
            poster = next((f for n, f in enumerate(frames(path, one.size)) if n == middle), None)
        else:
            made, poster = space / "film.mp4", None
            with Encoder(made, one.size, Fraction(one.film.rate)) as encoder:
                for number, frame in enumerate(_painted(one, path, under)):
                    encoder.add(frame)
                    poster = frame if number <= middle else poster
            blob = shelf.take(made, durable=False)
        if poster is None:
            raise StoreError(f"the stored film {one.film.blob[:12]} has no frames")
        stills = present.encode(poster, one.poster)
    blobs = [blob, *(shelf.write(data, durable=False) for data in stills)]
    return dict(zip(one.names, blobs, strict=True))


def _painted(one: Showing, path: Path, under: Path | None) -> Iterator[Frame]:
    """Yield each frame of a map or a mask, (H, W, 3) uint8, in its colours."""
    colours = _colours(one)
    beneath = frames(under, one.size) if under else None
    for levels in frames(path, one.film.shape[1:], exact=True):
        found = levels
        if levels.shape != one.size:
            found = cv2.resize(levels, one.size[::-1], interpolation=_way(one))
        frame = colours[found]
        if beneath is not None:
            frame = _laid_over(frame, next(beneath, frame), one.film.role)
        yield frame


def _way(one: Showing) -> int:
    """Return how levels are enlarged: cells stay cells, but over a picture they would hide it."""
    return int(cv2.INTER_LINEAR if one.under else cv2.INTER_NEAREST)


def _colours(one: Showing) -> Frame:
    """Return the colour of each of the 256 levels, (256, 3)."""
    low, high = one.film.ends
    values = low + np.arange(256) * ((high - low) / 255)
    if one.film.role is Role.MASK:
        return present.colour(values[:, None] >= 0.5, Role.MASK, 0, 1)[:, 0]  # noqa: PLR2004
    return present.colour(values[:, None], one.film.role, *(one.ends or (low, high)))[:, 0]


def _laid_over(colours: Frame, picture: Frame, role: Role) -> Frame:
    if role is Role.HEATMAP:
        return np.asarray(cv2.addWeighted(colours, _OVER, picture, 1 - _OVER, 0), np.uint8)
    grey = (picture @ _LUMA - 127.5) * _CONTRAST + 127.5
    pale = np.clip(grey * _BRIGHTNESS, 0, 255)[..., None]
    return np.rint(colours * (pale / 255)).astype(np.uint8)
