"""What is kept of a run: facts in hand, arrays on disk. Plain JSON, readable without Salon."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 3
"""Form of keys and records; a new number computes everything again."""


@dataclass(frozen=True)
class PanelRecord:
    """A finding as kept: its form, its facts, and the file that holds it.

    ``blob`` is the sha256 of the file and ``suffix`` its form: png, npy, or the suffix of a
    picture kept as it came. A box or a curve is small: ``values`` holds it, and there is no file.
    """

    name: str
    role: Role
    shape: tuple[int, ...]
    facts: dict[str, Any]
    blob: str = ""
    suffix: str = ""
    values: tuple[Any, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class FilmRecord:
    """A finding of every frame as kept; ``blob`` is the sha256 of the file that holds the film.

    ``role`` says what each frame is, ``shape`` frames, rows and columns, ``rate`` frames a second
    as a fraction. Pictures are kept as they are shown; maps and masks as grey levels, 0 to 255, and
    ``ends`` are the values of these two. ``labels`` are what was found out about each frame.
    """

    name: str
    role: Role
    shape: tuple[int, int, int]
    rate: str
    facts: dict[str, Any]
    blob: str
    ends: tuple[float, float]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """One run's result. ``causes`` is the key document: everything that led to it.

    ``steps`` names the work on the way that is kept for the next run. Of a video, ``films`` are
    what was found in every frame, and ``series`` its numbers over time.
    """

    key: str
    technique: str
    causes: dict[str, Any]
    panels: tuple[PanelRecord, ...] = ()
    scores: tuple[dict[str, Any], ...] = ()
    tables: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""
    steps: tuple[str, ...] = ()
    films: tuple[FilmRecord, ...] = ()
    series: tuple[dict[str, Any], ...] = ()
    schema: int = field(default=SCHEMA)

    def panel(self, name: str) -> PanelRecord | None:
        """Return the panel called ``name``, or None."""
        return next((panel for panel in self.panels if panel.name == name), None)

    def film(self, name: str) -> FilmRecord | None:
        """Return the film called ``name``, or None."""
        return next((film for film in self.films if film.name == name), None)

    @property
    def blobs(self) -> frozenset[str]:
        """The files that this record needs."""
        panels = (panel.blob for panel in self.panels if panel.blob)
        return frozenset((*panels, *(film.blob for film in self.films)))


def to_json(record: Record) -> str:
    """Return ``record`` as canonical JSON."""
    return canonical(to_plain(record))


def _json(kept: PanelRecord | FilmRecord) -> dict[str, Any]:
    return {**asdict(kept), "role": kept.role.value}


def from_json(text: str) -> Record:
    """Return the record that ``text`` holds; ValueError, KeyError or TypeError if it is none."""
    return from_plain(json.loads(text))


def to_plain(record: Record) -> dict[str, Any]:
    """Return ``record`` as values that JSON can hold."""
    panels, films = map(_json, record.panels), map(_json, record.films)
    return {**asdict(record), "panels": list(panels), "films": list(films)}


def from_plain(plain: Any) -> Record:
    """Return the record that ``plain`` holds; errors as of ``from_json``."""
    data = dict(plain)
    panels = tuple(
        PanelRecord(
            **{**panel, "role": Role(panel["role"]), "shape": tuple(panel["shape"]),
               "values": tuple(panel["values"])}
        )
        for panel in data.pop("panels")
    )  # fmt: skip
    films = tuple(_film(film) for film in data.pop("films", ()))
    data["series"] = tuple(data.get("series", ()))
    lists = {name: tuple(data[name]) for name in ("scores", "tables", "notes", "steps")}
    return Record(**{**data, **lists, "panels": panels, "films": films})


def _film(film: dict[str, Any]) -> FilmRecord:
    lists = {name: tuple(film[name]) for name in ("shape", "ends", "labels")}
    return FilmRecord(**{**film, **lists, "role": Role(film["role"])})


def readable(texts: Mapping[str, str]) -> dict[str, Record]:
    """Return the records in ``texts``, without those that another version of Salon wrote."""
    found = {}
    for key, text in texts.items():
        with suppress(ValueError, KeyError, TypeError):
            found[key] = from_json(text)
    return found


def canonical(value: Any) -> str:
    """Return the one JSON text of ``value``: sorted, compact, without NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
