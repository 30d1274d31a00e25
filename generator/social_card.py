"""The picture that others show beside a link to the site: a few of its pictures, side by side."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 1200, 630
"""Width and height in pixels, as the networks that show such cards ask for."""
_GRIDS = {1: (1, 1), 2: (2, 1), 3: (3, 1), 4: (2, 2), 5: (2, 2), 6: (3, 2)}
"""Columns and rows for each number of pictures."""
MOST = max(_GRIDS)
"""How many pictures a card holds."""


def social_card(pictures: Sequence[bytes]) -> bytes:
    """Return a JPEG of up to six picture files, row by row, each cut to fill its place.

    The same files give the same bytes.

    Raises
    ------
    ValueError
        If there is no picture.

    """
    import PIL.Image
    import PIL.ImageOps

    if not pictures:
        raise ValueError("expected at least one picture for the card, got none")
    columns, rows = _GRIDS[min(len(pictures), MOST)]
    size = SIZE[0] // columns, SIZE[1] // rows
    card = PIL.Image.new("RGB", SIZE)
    for place, data in enumerate(pictures[: columns * rows]):
        row, column = divmod(place, columns)
        with PIL.Image.open(io.BytesIO(data)) as opened:
            cut = PIL.ImageOps.fit(opened.convert("RGB"), size)
        card.paste(cut, (column * size[0], row * size[1]))
    buffer = io.BytesIO()
    card.save(buffer, "JPEG", quality=82, subsampling="4:2:0")
    return buffer.getvalue()
