"""Files written whole or not at all: a draft under a name of its own, then one rename.

Each process writes its drafts in a folder that it holds locked. The lock dies with the process,
however it dies, so a later build can tell a dead build's drafts from a living one's.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from threading import Lock
from typing import IO, TYPE_CHECKING

from generator.errors import OutputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: no drafts are swept, which costs disk and harms nothing
    fcntl = None  # type: ignore[assignment]


_TRIES = 5


def lock(path: Path, *, wait: bool) -> IO[bytes] | None:
    """Return the file ``path``, opened and locked, or None if another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            handle.close()
            return None
    return handle


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` at ``path``, whole, in place of what was there.

    Raises
    ------
    OutputError
        If the folder cannot be written.

    """
    draft = path.with_name(f".{path.name}-{uuid.uuid4().hex[:12]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error


class Drafts:
    """The drafts of one process, below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: Path | None = None
        self._lock: IO[bytes] | None = None
        self._process = 0
        self._threads = Lock()

    def write(self, target: Path, data: bytes, *, durable: bool) -> None:
        """Put ``data`` at ``target``, whole; ``durable`` waits until the disk has it.

        Raises
        ------
        StoreError
            If the disk is full, or the folder cannot be written.

        """
        draft: Path | None = None
        try:
            draft = self._mine() / uuid.uuid4().hex
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)
        except OSError as error:
            if draft is not None:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
            raise self._full(error) from error

    def move(self, source: Path, target: Path, *, durable: bool) -> None:
        """Put the file at ``source``, which stands in a `space` of these drafts, at ``target``.

        Raises
        ------
        StoreError
            As `write`.

        """
        try:
            if durable:
                with source.open("rb") as file:
                    os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        except OSError as error:
            raise self._full(error) from error

    @contextmanager
    def space(self) -> Iterator[Path]:
        """Give a folder for files that are too large for memory; it goes with the block."""
        folder = self._mine() / uuid.uuid4().hex
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _full(self, error: OSError) -> StoreError:
        return StoreError(
            f"the store at {self.folder.parent} cannot be written: {error.strerror or error}; "
            "free some space, or choose another place with --store"
        )

    def _mine(self) -> Path:
        """Return this process's folder; a forked child makes one of its own."""
        with self._threads:
            if self._own is None or self._process != os.getpid():
                self._process = os.getpid()
                self._own, self._lock = self._fresh()
            return self._own

    def _fresh(self) -> tuple[Path, IO[bytes] | None]:
        """Return a new folder and its lock, or no lock where the file system has none."""
        for _ in range(_TRIES):
            own = self.folder / f"{self._process}-{uuid.uuid4().hex[:12]}"
            held = lock(own.with_name(f"{own.name}.lock"), wait=False)
            if held and os.fstat(held.fileno()).st_nlink:
                break
            if held:  # a sweep came between the file and its lock, and took the file away
                held.close()
        own.mkdir(parents=True)
        return own, held

    def close(self) -> None:
        """Remove this process's own folder."""
        if self._own is None or self._lock is None or self._process != os.getpid():
            return
        self._lock.close()
        _remove(self._own)
        self._own = self._lock = None

    def sweep(self) -> None:
        """Remove what processes that are gone have left."""
        if fcntl is None or not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob("*.lock")):
            handle = lock(path, wait=False)
            if handle is None:
                continue
            with handle:
                _remove(path.with_suffix(""))


def _remove(own: Path) -> None:
    shutil.rmtree(own, ignore_errors=True)
    own.with_name(f"{own.name}.lock").unlink(missing_ok=True)
