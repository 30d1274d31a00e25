"""The values that the template of a video's page prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.wording import tick

if TYPE_CHECKING:
    from generator.film_parts import Film, FilmSection, Timeline
    from generator.parts import Credit, Failure, Link
    from generator.views import Site


_SPEEDS = (0.25, 0.5, 0.75, 1, 1.5, 2)


@dataclass(frozen=True)
class VideoPage:
    """One video: the original, and beside it, frame for frame, what each technique found.

    ``shown`` are the ids of the films that the synced panes show to begin with, the original's
    among them; ``timeline`` is the curve under the scrubber, such as the angle of the wheel.
    """

    site: Site
    id: str
    title: str
    description: str
    alt: str
    original: Film | None
    failure: Failure | None
    credit: Credit
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[FilmSection, ...]
    shown: tuple[str, ...]
    timeline: Timeline | None
    previous: Link | None
    following: Link | None

    @property
    def speeds(self) -> tuple[tuple[str, str], ...]:
        """How fast the films can be played: as a number, and in the signs of the language."""
        return tuple((f"{speed:g}", tick(speed)) for speed in _SPEEDS)

    @property
    def films(self) -> tuple[Film, ...]:
        """Every film of the page, the original first."""
        found = [self.original] if self.original else []
        for section in self.sections:
            for run in section.runs:
                found.extend(run.films)
        return tuple(found)

    @property
    def alone(self) -> Timeline | None:
        """The timeline under the scrubber where no run shows it too."""
        shown = {
            timeline.values
            for section in self.sections
            for run in section.runs
            for timeline in run.timelines
        }
        return self.timeline if self.timeline and self.timeline.values not in shown else None
