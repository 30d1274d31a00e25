"""The videos that a manifest names: which file or which drawn road, and which of its frames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.content import Clip, Item, Kind
from generator.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.content import Located
    from generator.schema import VideoEntry

SYNTHETIC = "synthetic:"
"""What the source of a video begins with that is drawn, and so has no file."""

_ROAD = re.compile(r"synthetic:road/(\d{1,9})")


def declared(
    entry: VideoEntry, folder: Path, locate: Callable[[str, Path], Located], place: str
) -> Item:
    """Return the video of a manifest's entry as an item; its problem says if there is none."""
    file, problem = None, ""
    try:
        if entry.source.startswith(SYNTHETIC):
            road(entry.source)
        else:
            file = locate(entry.source, folder)
    except SourceError as error:
        problem = f"{place}: {error}"
    except OSError as error:
        problem = f"{place}: {entry.source!r} cannot be read: {error.strerror}"
    return Item(
        id=entry.id, kind=Kind.VIDEO, source=entry.source, title=entry.title, alt=entry.alt,
        credit=entry.credit, licence=entry.licence, description=entry.description.strip(),
        tags=tuple(dict.fromkeys(entry.tags)), file=file, problem=problem,
        clip=Clip(entry.first, entry.frames or 0, entry.every),
    )  # fmt: skip


def road(source: str) -> int:
    """Return the seed of the road that ``source`` names.

    Raises
    ------
    SourceError
        If it names none.

    >>> road("synthetic:road/7")
    7
    """
    found = _ROAD.fullmatch(source)
    if not found:
        raise SourceError(f"expected synthetic:road/<seed>, such as synthetic:road/7: {source!r}")
    return int(found[1])


def asked(entry: VideoEntry, filmed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is to be run on a video: what it names itself, or what is made for films."""
    return filmed if entry.techniques is None else entry.techniques
