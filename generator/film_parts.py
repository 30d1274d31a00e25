"""The parts of a page of a video: films, and the numbers that run along with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.wording import tick

if TYPE_CHECKING:
    from generator.parts import Chart, ColourBar, Failure, Image, Param, Score, Table


@dataclass(frozen=True)
class Film:
    """A video on a page: an H.264 MP4 of ``frames`` frames, ``rate`` a second, and its poster.

    ``role`` says what it holds; ``finding`` is a sentence made from the numbers, ``label`` what it
    is about. ``steadiness`` says in words how much of it stays from frame to frame, or is "".
    """

    id: str
    role: str
    title: str
    caption: str
    finding: str
    src: str
    poster: Image
    width: int
    height: int
    frames: int
    rate: float
    bar: ColourBar | None = None
    label: str = ""
    steadiness: str = ""

    @property
    def speed(self) -> str:
        """Frames a second, in the signs of the language."""
        return tick(self.rate)


@dataclass(frozen=True)
class Timeline:
    """A number of each frame, drawn under the scrubber; ``chart`` has frames on its x axis.

    ``values`` are the numbers of each frame as text, one tuple for each line of the chart, and
    ``unit`` what they measure.
    """

    title: str
    chart: Chart
    values: tuple[tuple[str, ...], ...]
    unit: str = ""


@dataclass(frozen=True)
class FilmRun:
    """One variant of a technique on a video: its films, its numbers over time, and its scores."""

    id: str
    title: str
    films: tuple[Film, ...]
    timelines: tuple[Timeline, ...]
    scores: tuple[Score, ...]
    params: tuple[Param, ...]
    notes: tuple[str, ...]
    key: str
    failure: Failure | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class FilmSection:
    """A technique on a video's page, in each of its variants."""

    id: str
    title: str
    family: str
    summary: str
    href: str
    runs: tuple[FilmRun, ...]
