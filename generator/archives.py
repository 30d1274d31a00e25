"""The files of a site, in a folder or in a zip archive, read without ever unpacking anything."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from generator.errors import ComparisonError

MAX_FILE = 512 * 1024 * 1024
"""No file of a site is read that is larger."""
MAX_FILES = 500_000
_RATIO = 1000
"""What is packed more tightly than this was made to burst."""
_SMALL = 16 * 1024 * 1024
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What reading a damaged, cut or locked archive raises."""


class Files(Protocol):
    """Something that has files by their path in a site."""

    def read(self, name: str) -> bytes | None:
        """Return the content of the file ``name``, or None where there is none to be had."""
        ...


@dataclass(frozen=True)
class Folder:
    """A site on disk."""

    root: Path

    def read(self, name: str) -> bytes | None:
        """Return the content of the file ``name``, or None; no link leads out of the folder."""
        path = self.root / name
        try:
            inside = path.resolve().is_relative_to(self.root.resolve())
            if not inside or not path.is_file() or path.stat().st_size > MAX_FILE:
                return None
            return path.read_bytes()
        except (OSError, ValueError):
            return None


@dataclass(frozen=True)
class Zip:
    """A site in an archive, whose files begin with ``prefix``."""

    path: Path
    prefix: str = ""

    def read(self, name: str) -> bytes | None:
        """Return the content of the file ``name``, or None.

        Raises
        ------
        ComparisonError
            If it is damaged, or larger than it said.

        """
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.prefix + name) as file:
                data = file.read(MAX_FILE + 1)
        except KeyError:
            return None
        except _DAMAGE as error:
            raise _broken(self.path, f"{self.prefix}{name} in it cannot be read: {error}") from None
        if len(data) > MAX_FILE:
            raise _broken(self.path, f"{self.prefix}{name} in it is larger than it says")
        return data


def open_zip(path: Path, sought: str) -> Zip:
    """Return the archive at ``path``, whose site lies where the file ``sought`` is.

    Raises
    ------
    ComparisonError
        If it is no whole archive, if a name in it leads out of its folder, if it would unfold into
        a flood, or if it does not hold ``sought``.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except _DAMAGE as error:
        raise _broken(path, f"it is cut off or no archive ({error})") from None
    if len(members) > MAX_FILES:
        raise _broken(path, f"it holds {len(members)} files, more than {MAX_FILES}")
    for member in members:
        _check(path, member)
    found = [one.filename for one in members if PurePosixPath(one.filename).name == sought]
    if not found:
        raise _broken(path, f"it holds no {sought}; was it made by an older Salon?")
    nearest = min(found, key=lambda name: (name.count("/"), name))
    return Zip(path, nearest.removesuffix(sought))


def _check(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name.partition("/")[0]:
        raise _broken(path, f"the name {name!r} in it leads out of its folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _broken(path, f"{name!r} in it is a link")
    packed = max(member.compress_size, 1)
    burst = member.file_size > _SMALL and member.file_size > _RATIO * packed
    if burst or member.file_size > MAX_FILE:
        raise _broken(path, f"{name!r} in it would unfold to {member.file_size} bytes")


def _broken(path: Path, why: str) -> ComparisonError:
    return ComparisonError(f"{path}: expected a zip archive of a site, but {why}")
