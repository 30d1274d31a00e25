"""Work on the way to a result, kept in the store: what a picture was measured to, a vocabulary.

::

    <store>/steps/<step>/<cause>.npz   arrays, after the hash of their bytes

A step is a function, its code and the values given to it; a cause is a picture. So a changed
classifier measures no picture again, and one more picture is measured alone.
"""

from __future__ import annotations

import hashlib
import io
import os
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from generator.drafts import lock
from generator.fingerprint import closure, fingerprint, imported
from generator.records import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from generator.samples import Album, Arrays
    from generator.shelf import Shelf

_SEAL = 64
"""Hexadecimal digits of a sha256."""

_NETWORKS = ("generator.models.loading",)
"""What stands behind a network that is given beside."""


class KeptSteps:
    """The steps of one run; ``used`` names those that its result rests on.

    That is a step with whatever is kept under it, or, after a slash, one of its causes.
    """

    def __init__(self, shelf: Shelf, grounds: Mapping[str, Any], threads: int = 0) -> None:
        """Take the ``grounds`` that every step stands on: libraries, networks."""
        self.used: set[str] = set()
        self.shelf = shelf
        self._grounds = dict(grounds)
        self._threads = threads or len(os.sched_getaffinity(0))

    @property
    def libraries(self) -> Mapping[str, str]:
        """The versions of the libraries that every step stands on."""
        found: Mapping[str, str] = self._grounds["libraries"]
        return found

    def on(self, libraries: Mapping[str, str]) -> KeptSteps:
        """Return steps of the same run that stand on these libraries alone.

        Runs with other libraries and networks share what is kept so.
        """
        other = KeptSteps(self.shelf, {"libraries": dict(libraries), "models": None}, self._threads)
        other.used = self.used
        return other

    def each(
        self,
        compute: Callable[..., Arrays],
        album: Album,
        causes: Mapping[str, Any],
        beside: Mapping[str, Any] | None = None,
    ) -> Iterator[Arrays | None]:
        """Yield ``compute(picture, **causes, **beside)`` of each example, None if unreadable.

        Who else wants the same step waits until it is done, and then reads. The lock is held until
        the last is given, so let the loop run to its end.
        """
        from generator.science.threads import ordered  # here: it loads OpenCV and SciPy

        step = self._step(compute, causes, beside)
        self.used.add(step)
        given = {**causes, **(beside or {})}

        def one(index: int) -> Arrays | None:
            path = self._path(step, album.digests[index])
            kept = _read(path)
            if kept is None:
                picture = album.read(index)
                if picture is None:
                    return None
                kept = dict(compute(picture, **given))
                self._write(path, kept)
            return kept

        threads = 1 if beside else self._threads
        whole = all(self._path(step, digest).is_file() for digest in album.digests)
        with nullcontext() if whole else self._alone(step):
            yield from ordered(one, range(len(album)), threads=threads)

    def once(
        self,
        compute: Callable[..., Arrays],
        causes: Mapping[str, Any],
        beside: Mapping[str, Any] | None = None,
    ) -> Arrays:
        """Return ``compute(**causes, **beside)``."""
        step = self._step(compute, {}, beside)
        path = self._path(step, canonical(causes))
        self.used.add(f"{step}/{path.stem}")
        with self._alone(step):
            kept = _read(path)
            if kept is None:
                kept = dict(compute(**causes, **(beside or {})))
                self._write(path, kept)
        return kept

    def _step(
        self,
        compute: Callable[..., Arrays],
        causes: Mapping[str, Any],
        beside: Mapping[str, Any] | None,
    ) -> str:
        networks = _NETWORKS if beside and "network" in beside else ()
        document = {
            "function": f"{compute.__module__}.{compute.__qualname__}",
            "code": closure(compute.__module__, _code, networks),
            "grounds": self._grounds,
            "causes": dict(causes),
        }
        return hashlib.sha256(canonical(document).encode()).hexdigest()[:32]

    def _path(self, step: str, cause: str) -> Path:
        name = hashlib.sha256(cause.encode()).hexdigest()[:32]
        return self.shelf.root / "steps" / step / f"{name}.npz"

    def _alone(self, step: str) -> Any:
        path = self.shelf.root / "locks" / f"step-{step}.lock"
        return lock(path, wait=True) or nullcontext()

    def _write(self, path: Path, arrays: Arrays) -> None:
        import numpy as np

        buffer = io.BytesIO()
        np.savez(buffer, **dict(arrays))  # type: ignore[arg-type]
        data = buffer.getvalue()
        seal = hashlib.sha256(data).hexdigest().encode()
        self.shelf.drafts.write(path, seal + data, durable=False)


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    """Return the arrays in ``path``, or None if they are not there or are damaged."""
    import numpy as np

    try:
        data = path.read_bytes()
    except OSError:
        return None
    seal, body = data[:_SEAL], data[_SEAL:]
    if hashlib.sha256(body).hexdigest().encode() != seal:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


@cache
def _code(path: Path, module: str) -> tuple[str, set[str]]:
    source = path.read_text(encoding="utf-8")
    return fingerprint(source), imported(source, module)
