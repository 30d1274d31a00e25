"""Small pictures cut out of the sheet that holds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.parts import Tile
from generator.present import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Sheet:
    """The file that holds small pictures of ``shape`` (N, H, W, ...), as `present` lays it out.

    ``covers`` is the role of maps that lie over other small pictures, or "".
    """

    src: str
    shape: tuple[int, ...]
    covers: str = ""

    def __len__(self) -> int:
        return self.shape[0]

    def tile(self, place: int, alt: str, under: Tile | None = None) -> Tile:
        """Return the small picture at ``place``, laid over ``under`` if there is one.

        Raises
        ------
        ValueError
            If the sheet does not hold so many.

        """
        count, height, width = self.shape[:3]
        if not 0 <= place < count:
            raise ValueError(f"expected one of {count} small pictures, got number {place}")
        columns, rows = sheet(self.shape)
        row, column = divmod(place, columns)
        own = Tile(
            src=self.src, x=column * width, y=row * height, width=width, height=height,
            sheet_width=columns * width, sheet_height=rows * height, alt=alt, covers=self.covers,
        )  # fmt: skip
        return replace(under, alt=alt, over=own) if under else own


def tiles(sheet: Sheet, alts: Sequence[str], under: Sheet | None = None) -> tuple[Tile, ...]:
    """Return every small picture of ``sheet``, over its own of ``under`` where that has one."""
    return tuple(
        sheet.tile(place, alt, under.tile(place, "") if under and place < len(under) else None)
        for place, alt in enumerate(alts)
    )
