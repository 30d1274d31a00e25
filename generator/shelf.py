"""The files of a store: written whole, named by their content, checked when they are read.

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
from generator.records import (
    FilmRecord,
    PanelRecord,
    Record,
    canonical,
    from_json,
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
