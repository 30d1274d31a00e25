"""What a store remembers of files, so that an unchanged one is not read again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from generator import sources
from generator.content import Located
from generator.fingerprint import fingerprint, imported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.index import Index


class Memory:
    """Hashes of files by stat signature; with ``verify`` it reads every file anew."""

    def __init__(self, index: Index, *, verify: bool = False) -> None:
        self._index = index
        self._verify = verify

    def locate(self, source: str, folder: Path) -> Located:
        """Return the file that ``source`` names, and its hash; see ``sources.resolve``."""
        path = sources.resolve(source, folder)
        return Located(path, self.sha256(path))

    def sha256(self, path: Path) -> str:
        """Return the sha256 of the file's bytes."""
        return self._recalled(path, "sha256", _sha256)

    def code(self, path: Path, module: str) -> tuple[str, set[str]]:
        """Return the fingerprint of a Python file and the modules it may import."""
        text = self._recalled(path, "code", lambda file: _code(file, module))
        digest, names = json.loads(text)
        return digest, set(names)

    def _recalled(self, path: Path, kind: str, compute: Callable[[Path], str]) -> str:
        status = path.stat()
        signature = f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"
        if not self._verify:
            known = self._index.recall(str(path), kind, signature)
            if known is not None:
                return known
        value = compute(path)
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        self._index.remember(str(path), kind, signature, value, changed)
        return value


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code(path: Path, module: str) -> str:
    source = path.read_text(encoding="utf-8")
    return json.dumps([fingerprint(source), sorted(imported(source, module))])
