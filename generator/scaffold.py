"""A new project that builds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import OutputError
from generator.project import own_templates

if TYPE_CHECKING:
    from pathlib import Path

_PLACES = {
    "manifest.yaml": "content/manifest.yaml",
    "README.md": "README.md",
    "gallery.yml": ".github/workflows/gallery.yml",
    "gitlab-ci.yml": ".gitlab-ci.yml",
    "gitattributes": ".gitattributes",
    "gitignore": ".gitignore",
}


def scaffold(folder: Path) -> list[Path]:
    """Write a manifest, a note and a workflow into ``folder`` and return their paths.

    Raises
    ------
    OutputError
        If the folder holds something already: nothing is ever written over.

    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"expected a new or empty folder, found something at {folder}")
    written = []
    try:
        for name, place in _PLACES.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((own_templates() / "scaffold" / name).read_bytes())
            written.append(path)
        (folder / "content" / "pictures").mkdir()
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from error
    return written
