"""Results by key, on disk: files named by their content, and an index that can be made anew.

::

    <store>/records/ab/<key>.json   one run: sealed JSON, facts and the names of its files
    <store>/blobs/ab/<sha256>       arrays, pictures and their renditions, named by content
    <store>/steps/                  work on the way to results: see ``steps``
    <store>/index.sqlite            records, renditions and remembered hashes, for speed
    <store>/drafts/                 what is being written

Nothing here is code: reading a foreign store runs nothing. A file that no longer has its hash is
thrown away and computed again.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from generator.drafts import Drafts
from generator.errors import StoreError
from generator.films import Filmed
from generator.index import Index
from generator.records import (
    FilmRecord,
    PanelRecord,
    Record,
    canonical,
    from_json,
    readable,
    to_json,
)
from generator.technique import Panel, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from generator.technique import Result

_INLINE = {Role.BOX, Role.CURVE}
_AS_PNG = {Role.PICTURE, Role.MASK}


class DamageError(StoreError):
    """A file of the store does not have the content that its name says."""

    def __init__(self, blob: str) -> None:
        self.blob = blob
        super().__init__(f"the stored file {blob[:12]} is damaged; build again to compute it anew")

    def __reduce__(self) -> tuple[type[DamageError], tuple[str]]:
        """Travel between processes whole."""
        return type(self), (self.blob,)


class Shelf:
    """The files of a store, for reading and writing; any process may hold one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drafts = Drafts(root / "drafts")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drafts.close()

    def blob(self, sha256: str) -> Path:
        """Return where the file with this content is kept."""
        return self.root / "blobs" / sha256[:2] / sha256

    def record(self, key: str) -> Path:
        """Return where the record of this key is kept."""
        return self.root / "records" / key[:2] / f"{key}.json"

    def read(self, sha256: str) -> bytes:
        """Return the content called ``sha256``; DamageError if the file is gone or differs."""
        try:
            data = self.blob(sha256).read_bytes()
        except OSError:
            raise DamageError(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamageError(sha256)
        return data

    def sound(self, sha256: str) -> Path:
        """Return the file with this content, which may be too large for memory; as `read`."""
        path = self.blob(sha256)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise DamageError(sha256) from None
        if found != sha256:
            raise DamageError(sha256)
        return path

    def write(self, data: bytes, *, durable: bool = True) -> str:
        """Keep ``data`` and return its sha256."""
        name = hashlib.sha256(data).hexdigest()
        path = self.blob(name)
        if not (path.is_file() and path.stat().st_size == len(data)):
            self.drafts.write(path, data, durable=durable)
        return name

    def take(self, path: Path, *, durable: bool = True) -> str:
        """Move the file at ``path``, which may be too large for memory, here; return its sha256."""
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        self.drafts.move(path, self.blob(name), durable=durable)
        return name

    def keep(
        self,
        key: str,
        technique: str,
        causes: dict[str, Any],
        result: Result,
        steps: Iterable[str] = (),
    ) -> Record:
        """Write ``result`` whole, its record last, and return the record."""
        record = Record(
            key=key,
            technique=technique,
            causes=causes,
            panels=tuple(self._keep_panel(panel) for panel in result.panels),
            scores=tuple(
                {"metric": s.metric, "value": float(s.value), "interval": s.interval}
                for s in result.scores
            ),
            tables=tuple(
                {"name": t.name, "rows": list(map(list, t.rows)), "heads": list(t.heads)}
                for t in result.tables
            ),
            notes=result.notes,
            steps=tuple(sorted(steps)),
            **self._filmed(result),
        )
        return self.keep_record(record)

    def keep_record(self, record: Record) -> Record:
        """Write ``record``, sealed by its own hash, and return it as it will be read."""
        text = to_json(record)
        seal = hashlib.sha256(text.encode()).hexdigest()
        sealed = canonical({"sha256": seal, "record": text})
        self.drafts.write(self.record(record.key), sealed.encode(), durable=True)
        return from_json(text)

    def _filmed(self, result: Result) -> dict[str, Any]:
        """Keep the films of a video's result; nothing for others."""
        if not isinstance(result, Filmed):
            return {}
        films = tuple(
            FilmRecord(
                film.name, film.role, film.shape, str(film.rate), film.facts, self.take(film.path),
                film.ends, film.labels,
            )
            for film in result.films
        )  # fmt: skip
        return {"films": films, "series": tuple(asdict(one) for one in result.series)}

    def _keep_panel(self, panel: Panel) -> PanelRecord:
        from generator.facts import facts

        shape, found = tuple(panel.array.shape), facts(panel.role, panel.array)
        if panel.role in _INLINE:
            values = tuple(panel.array.tolist())
            return PanelRecord(
                panel.name, panel.role, shape, found, values=values, label=panel.label
            )
        data, suffix = panel.encoded, "source"
        if not data:
            data, suffix = _encode(panel)
        elif _size(data, panel.name) != shape[:2]:
            raise ValueError(f"panel {panel.name!r}: the encoded picture has another size")
        blob = self.write(data)
        return PanelRecord(panel.name, panel.role, shape, found, blob, suffix, label=panel.label)

    def array(self, panel: PanelRecord) -> NDArray[Any]:
        """Return the array of a stored heatmap, signed map, mask or computed picture."""
        data = self.read(panel.blob)
        if panel.suffix == "png":
            from generator.imaging import decode_png

            return decode_png(data)
        import numpy as np

        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            array: NDArray[np.float32] = archive["array"]
        return array

    def read_record(self, key: str) -> Record | None:
        """Return the record kept in the file of ``key``, or None if it is absent or damaged."""
        try:
            sealed = json.loads(self.record(key).read_text(encoding="utf-8"))
            text = sealed["record"]
            if hashlib.sha256(text.encode()).hexdigest() != sealed["sha256"]:
                return None
            record = from_json(text)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if record.key == key else None


def _encode(panel: Panel) -> tuple[bytes, str]:
    if panel.role in _AS_PNG:
        from generator.imaging import encode_png

        return encode_png(panel.array), "png"
    import numpy as np

    buffer = io.BytesIO()
    np.savez_compressed(buffer, array=panel.array)
    return buffer.getvalue(), "npz"


def _size(data: bytes, name: str) -> tuple[int, int]:
    from generator.imaging import size

    return size(data, name=name)


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
