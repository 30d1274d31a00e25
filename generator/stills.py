"""A frame of a film as a panel, so that the films of two builds are compared like pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from generator.records import PanelRecord
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from numpy.typing import NDArray

    from generator.records import FilmRecord, Record

_RGB = 3
_INSIDE = 128
"""The least level of a mask that is inside."""


@dataclass(frozen=True)
class Still(PanelRecord):
    """A frame of the film that ``blob`` holds; ``facts`` are those of the whole film.

    ``shape`` is (H, W), or (H, W, 3) of a picture. ``ends`` are the values of the levels 0 and 255,
    ``labels`` those of every frame.
    """

    frame: int = 0
    frames: int = 0
    ends: tuple[float, float] = (0.0, 1.0)
    labels: tuple[str, ...] = ()

    def at(self, frame: int) -> Still:
        """Return another frame of the same film."""
        return replace(self, frame=frame, label=self.labels[frame] if self.labels else "")


def middle(film: FilmRecord) -> Still:
    """Return the frame in the middle of ``film``, the one that stands for it on a site."""
    frames, rows, columns = film.shape
    shape = (rows, columns, _RGB) if film.role is Role.PICTURE else (rows, columns)
    ends, labels = film.ends, film.labels
    still = Still(
        film.name, film.role, shape, film.facts, film.blob, frames=frames, ends=ends, labels=labels
    )
    return still.at(frames // 2)


def seen(record: Record) -> tuple[PanelRecord, ...]:
    """Return everything of ``record`` that can be looked at: panels, and a frame of each film."""
    return (*record.panels, *(middle(film) for film in record.films))


def told(panel: PanelRecord) -> tuple[object, ...]:
    """Return what is said of ``panel`` beside its values: its label; of a film, its frames'."""
    return (panel.labels, panel.frames) if isinstance(panel, Still) else (panel.label,)


def content(panel: PanelRecord) -> str:
    """Return what names the content of ``panel``: the file that holds it, and the frame in it."""
    return f"{panel.blob}-{panel.frame}" if isinstance(panel, Still) else panel.blob


def values(path: Path, still: Still) -> Generator[NDArray[Any]]:
    """Yield what each frame of the film at ``path`` holds, of which ``still`` is one.

    A map is (H, W) float32, a mask (H, W) bool, a picture (H, W, 3) uint8.

    Raises
    ------
    StoreError
        If the file is no film, or cannot be read to its end.

    """
    import numpy as np

    from generator.imaging_film import frames

    low, high = still.ends
    pictures = still.role is Role.PICTURE
    for levels in frames(path, (still.shape[0], still.shape[1]), exact=not pictures):
        if pictures:
            yield levels
        elif still.role is Role.MASK:
            yield levels >= _INSIDE
        else:
            yield (low + levels * ((high - low) / 255)).astype(np.float32)
