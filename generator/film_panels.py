"""From a stored film to the film on a page: the names of its files, its size, its colours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.findings import FOOTAGE
from generator.imaging_film import film_size
from generator.language import say
from generator.panels import MAPS, ends_of, image_of
from generator.present import Rendition, renditions
from generator.technique import Role

if TYPE_CHECKING:
    from generator.content import Item
    from generator.execute import Outcome
    from generator.findings import Findings
    from generator.parts import Image
    from generator.records import FilmRecord, Record
    from generator.technique import Legend, Technique

_SAME_FORM = 0.05
"""How much the proportions of a map may differ from the video's and still be shown at its size."""


@dataclass(frozen=True)
class Showing:
    """A film as it is shown, and so what its files are made from.

    ``ends`` are the values at the ends of a map's colours. A map that covers lies over the video's
    own film, ``under``. ``size`` is (H, W), the video's where the proportions are the same.
    """

    film: FilmRecord
    ends: tuple[float, float] | None
    under: FilmRecord | None
    size: tuple[int, int]
    stem: str

    @property
    def poster(self) -> tuple[Rendition, ...]:
        """The files of the still that stands for the film."""
        return renditions(Role.PICTURE, (*self.size, 3))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files, below the site's assets folder: the film, then the stills."""
        return (f"{self.stem}.mp4", *(f"{self.stem}{made.suffix}" for made in self.poster))


def showing(film: FilmRecord, legend: Legend, own: FilmRecord | None, look: str) -> Showing:
    """Return how ``film`` is shown beside the video's ``own`` film."""
    ends = ends_of(film.role, film.facts, legend) if film.role in MAPS else None
    under = own if legend.covers and film.role in MAPS else None
    rows, columns = film.shape[1:]
    size = rows, columns
    if film.role is not Role.PICTURE:
        same = own and abs(columns / rows / (own.shape[2] / own.shape[1]) - 1) <= _SAME_FORM
        size = own.shape[1:] if own and same else film_size(size)
    under = under if own and size == own.shape[1:] else None
    causes = f"{film.blob}:{film.role.value}:{ends}:{under and under.blob}:{size}:{look}"
    stem = hashlib.sha256(causes.encode()).hexdigest()[:20]
    return Showing(film, ends, under, size, stem)


def own_film(findings: Findings, item: Item) -> FilmRecord | None:
    """Return the film of the video itself."""
    outcome = findings.outcome(item, FOOTAGE, "default")
    return outcome.record.film("film") if outcome and outcome.record else None


def showings(
    findings: Findings, item: Item, technique: Technique, record: Record
) -> tuple[Showing, ...]:
    """Return how each film of ``record`` is shown, in the order of the technique's legends."""
    found = [(name, record.film(name)) for name in technique.legends]
    own = own_film(findings, item) if record.films else None
    return tuple(
        showing(film, technique.legends[name], own, findings.look)
        for name, film in found
        if film is not None
    )


def poster_of(
    findings: Findings,
    item: Item,
    technique: Technique,
    outcome: Outcome | None,
    name: str,
    root: str,
) -> Image | None:
    """Return the still of the film ``name``, or None where there is none."""
    film = outcome.record.film(name) if outcome and outcome.record else None
    if film is None:
        return None
    legend = technique.legends[name]
    shown = showing(film, legend, own_film(findings, item), findings.look)
    alt = say("{panel}, {title}, the frame in the middle", panel=legend.title, title=item.title)
    return still(shown, root, alt)


def still(shown: Showing, root: str, alt: str) -> Image:
    """Return the still that stands for a film: its middle frame."""
    return image_of(shown.poster, f"{root}assets/{shown.stem}", alt)
