"""The photographs that a manifest names: which file or which drawn frame, and its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import drives
from generator.content import Item, Kind
from generator.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.content import Located
    from generator.schema import ItemEntry


def declared(
    entry: ItemEntry,
    folder: Path,
    locate: Callable[[str, Path], Located],
    places: dict[str, str],
) -> Item:
    """Return the picture of a manifest's entry as an item; its problem says if there is none.

    ``places`` says where in the manifest its source and its truth stand.
    """
    file, still, truth, problem, part = None, None, None, "", "source"
    try:
        if entry.source.startswith(drives.SYNTHETIC):
            still = drives.still(entry.source, truth=entry.truth)
        else:
            file = locate(entry.source, folder)
        part = "truth"
        truth = locate(entry.truth, folder) if entry.truth else None
    except SourceError as error:
        file, still, problem = None, None, f"{places[part]}: {error}"
    except OSError as error:  # without the path: pages say the same on every machine
        name = entry.source if part == "source" else entry.truth
        file, problem = None, f"{places[part]}: {name!r} cannot be read: {error.strerror}"
    return Item(
        id=entry.id, kind=Kind.IMAGE, source=entry.source, title=entry.title, alt=entry.alt,
        credit=entry.credit, licence=entry.licence, description=entry.description.strip(),
        tags=tuple(dict.fromkeys(entry.tags)), label=entry.label, file=file, truth=truth,
        problem=problem, still=still,
    )  # fmt: skip
