"""How alike the maps of the tour are, and how far they lie on the subject: measured once, and kept.

What is measured rests on the stored maps alone, so it is a file beside their pictures, named by
what it was made from; a build that finds it reads no map.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.content import Kind
from generator.records import canonical
from generator.touring import stops, toured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from generator.findings import Findings
    from generator.records import PanelRecord
    from generator.shelf import Shelf
    from generator.store import Store

_FORM = 2
"""Of the file and of what it holds; raised when either changes."""
_LONGEST = 64
"""Maps are compared with this many pixels on their longer side: grain is no disagreement."""
_DIGITS = 4
_TRUTH = "truth"
_STEM = "likeness-"


@dataclass(frozen=True)
class Compared:
    """Maps of one picture that are measured together, and the mask of its subject, if it has one.

    ``maps`` are the names of techniques with their panels; ``shape`` the picture's (rows, columns).
    """

    maps: tuple[tuple[str, PanelRecord], ...]
    truth: PanelRecord | None
    shape: tuple[int, int]

    @property
    def stem(self) -> str:
        """The name of the file without its ending: the hash of what it is made from."""
        blobs = [(name, panel.blob) for name, panel in self.maps]
        truth = self.truth.blob if self.truth else ""
        causes = canonical([_FORM, _LONGEST, blobs, truth, list(self.shape)])
        return f"{_STEM}{hashlib.sha256(causes.encode()).hexdigest()[:20]}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files: the one that holds the numbers."""
        return (f"{self.stem}.json",)


@dataclass(frozen=True)
class Located:
    """How a map lies to the subject: the share of its strength inside, and whether its peak is."""

    inside: float
    pointed: bool


@dataclass(frozen=True)
class Likenesses:
    """What was measured: the rank correlation of each pair of maps, and each map on the subject.

    ``pairs`` are by the names of two techniques in the order of the tour; ``subject`` is the share
    of the picture that the subject fills, None where nobody has drawn it.
    """

    pairs: Mapping[tuple[str, str], float]
    located: Mapping[str, Located]
    subject: float | None


NOTHING = Likenesses({}, {}, None)


def on_pages(made: Mapping[str, str]) -> dict[str, str]:
    """Return the files that pages show: all but those with numbers, which pages are made from."""
    return {name: blob for name, blob in made.items() if not name.startswith(_STEM)}


def compared(findings: Findings) -> Compared | None:
    """Return what is to be measured for the tour, or None where there is nothing to compare."""
    wish = toured(findings)
    if wish is None or wish.item.kind is not Kind.IMAGE:
        return None
    maps = tuple((s.technique.id, s.map) for s in stops(findings, wish) if s.map and s.ranks)
    outcome = findings.original(wish.item)
    truth = outcome.record.panel(_TRUTH) if outcome and outcome.record else None
    return Compared(maps, truth, findings.picture_shape(wish.item)) if maps else None


def measured(one: Compared, shelf: Shelf) -> bytes:
    """Return what is measured of the maps, as JSON."""
    from generator.science.agreement import agreement

    shown = {name: _fitted(shelf.array(panel), one.shape) for name, panel in one.maps}
    names, matrix = agreement(shown, longest=_LONGEST)
    found: dict[str, Any] = {
        "pairs": [
            [names[a], names[b], round(float(matrix[a, b]), _DIGITS)]
            for a in range(len(names))
            for b in range(a + 1, len(names))
        ],
        "located": {},
        "subject": None,
    }
    if one.truth:
        truth = _fitted(shelf.array(one.truth), one.shape) > 0
        found["subject"] = round(float(truth.mean()), _DIGITS)
        if truth.any():
            found["located"] = {
                name: [_inside(shown[name], truth), _on(truth, *panel.facts["peak"])]
                for name, panel in one.maps
                if panel.facts["maximum"] > 0  # else its highest place speaks for nothing
            }
    return canonical(found).encode()


def _fitted(array: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    """Return a map or a mask at the picture's size."""
    import cv2
    import numpy as np

    values = np.asarray(array, np.float32)
    rows, columns = shape
    if values.shape == (rows, columns):
        return values
    nearest = array.dtype == np.bool_
    how = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (columns, rows), interpolation=how))


def _inside(heat: NDArray[Any], truth: NDArray[Any]) -> float:
    from generator.science.localisation import energy_inside

    return round(energy_inside(heat, truth), _DIGITS)


def _on(truth: NDArray[Any], row: float, column: float) -> bool:
    """Say whether a place, in fractions of the picture, is inside ``truth``."""
    rows, columns = truth.shape
    return bool(truth[min(int(row * rows), rows - 1), min(int(column * columns), columns - 1)])


def likenesses(findings: Findings, made: Mapping[str, str], store: Store) -> Likenesses:
    """Return what was measured for the tour; ``made`` are the blobs of the site's asset files."""
    one = compared(findings)
    if one is None:
        return NOTHING
    found = json.loads(store.read(made[one.names[0]]))
    return Likenesses(
        pairs={(a, b): value for a, b, value in found["pairs"]},
        located={name: Located(*both) for name, both in found["located"].items()},
        subject=found["subject"],
    )
