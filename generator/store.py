"""Results by key, on disk: files named by their content, and an index that can be made anew.

::

    <store>/records/ab/<key>.json   one run: sealed JSON, facts and the names of its files
    <store>/blobs/ab/<sha256>       arrays, pictures and their renditions, named by content
    <store>/steps/                  work on the way to results: see ``steps``
    <store>/index.sqlite            records, renditions and remembered hashes, for speed
    <store>/drafts/                 what is being written

The files themselves are read and written by `shelf`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import StoreError
from generator.index import Index
from generator.records import Record, readable, to_json
from generator.shelf import DamageError, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def _signature(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


class Store(Shelf):
    """A shelf with its index: the one that a build holds open."""

    def __init__(self, root: Path, *, verify: bool = False) -> None:
        super().__init__(root)
        self.verify = verify
        try:
            root.mkdir(parents=True, exist_ok=True)
            (root / ".gitignore").write_text("*\n", encoding="ascii")
        except OSError as error:
            raise StoreError(
                f"the store at {root} cannot be made: {error.strerror}; "
                "choose another place with --store"
            ) from error
        self.index = Index(root / "index.sqlite")
        self.drafts.sweep()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.drafts.sweep()
        self.index.close()

    def find(self, keys: Iterable[str]) -> dict[str, Record]:
        """Return the sound records of ``keys``; what is damaged is dropped and left out."""
        wanted = list(dict.fromkeys(keys))
        known = readable(self.index.records(wanted))
        for key in wanted:
            if key not in known:
                record = self.read_record(key)
                if record is not None:
                    known[key] = record
                    self.index.add_record(key, to_json(record), None)
        blobs = sorted({blob for record in known.values() for blob in record.blobs})
        damaged = self.unsound(blobs)
        for key, record in list(known.items()):
            if record.blobs & damaged:
                self.forget(key)
                del known[key]
        return known

    def unsound(self, blobs: Iterable[str]) -> set[str]:
        """Return those of ``blobs`` that are gone or damaged; damaged files are removed.

        A file whose size and time are as remembered is taken to be whole, unless the store
        was opened with ``verify``.
        """
        blobs = list(blobs)
        remembered = {} if self.verify else self.index.stats(blobs)
        bad: set[str] = set()
        fresh: dict[str, str] = {}
        for blob in blobs:
            try:
                signature = _signature(self.blob(blob))
            except OSError:
                bad.add(blob)
                continue
            if remembered.get(blob) == signature:
                continue
            try:
                self.read(blob)
                fresh[blob] = signature
            except DamageError:
                self.blob(blob).unlink(missing_ok=True)
                bad.add(blob)
        self.index.add_stats(fresh)
        return bad

    def adopt(self, record: Record, seconds: float) -> None:
        """Enter a record that a worker wrote, and the state of its files, into the index."""
        self.index.add_record(record.key, to_json(record), seconds)
        self.note(record.blobs)

    def note(self, blobs: Iterable[str]) -> None:
        """Remember files that were just written as whole."""
        self.index.add_stats({blob: _signature(self.blob(blob)) for blob in blobs})

    def forget(self, key: str) -> None:
        """Drop a record; its files stay for others that share them."""
        self.index.drop_record(key)
        self.record(key).unlink(missing_ok=True)

    def sizes(self, blobs: Iterable[str]) -> dict[str, int]:
        """Return the bytes of each file, as remembered."""
        signatures = self.index.stats(sorted(set(blobs)))
        return {blob: int(text.partition(":")[0]) for blob, text in signatures.items()}

    def assets(self, names: Iterable[str]) -> dict[str, str]:
        """Return the blob of each rendition in ``names`` that is there and sound."""
        known = self.index.assets(list(names))
        bad = self.unsound(sorted(set(known.values())))
        return {name: blob for name, blob in known.items() if blob not in bad}
