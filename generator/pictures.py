"""The photographs that a manifest names: which file or which drawn frame, and its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator import drives
from generator.content import Item, Kind
from generator.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from generator.content import Located
    from generator.schema import ItemEntry
    from generator.yaml_marks import Marked


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


def check_tour(marked: Marked, nearest: Callable[[str, Iterable[str]], str]) -> None:
    """Note a tour through something that is no photograph of the manifest.

    ``nearest`` gives the hint that goes with a name nobody knows.
    """
    value = marked.value if isinstance(marked.value, dict) else {}
    chosen = value.get("tour")
    known, others = _ids(value, "items"), [name for part in _OTHERS for name in _ids(value, part)]
    if not isinstance(chosen, str) or chosen in known:
        return
    expected = f"one of the photographs under items ({', '.join(sorted(known)) or 'there is none'})"
    got = f"{chosen!r}, which is no photograph" if chosen in others else repr(chosen)
    marked.mistakes.append(marked.mistake(("tour",), expected, got, nearest(chosen, known)))


_OTHERS = ("models", "datasets", "drives", "videos")


def _ids(value: dict[str, Any], part: str) -> list[str]:
    """Return the ids that stand under ``part``, whatever else is wrong there."""
    listed = value.get(part)
    entries = listed if isinstance(listed, list) else []
    return [str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one]
