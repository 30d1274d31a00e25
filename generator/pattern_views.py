"""The values of the page that shows every component with sample values: finished, as in `views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.classifier_views import Matrix, Shot, Span, Word
    from generator.film_views import VideoPage
    from generator.parts import Chart, ColourBar, Failure, Image, Panel, Section, Table, Tile
    from generator.theme import Variable
    from generator.tour_views import Marked
    from generator.views import Card, Choice, Example, ItemPage, Site


@dataclass(frozen=True)
class PatternPage:
    """Every component with values that were made up for it.

    ``sections`` are the parts of the page, by id and title, for its contents. ``panels`` holds a
    finding of each role, and ``technique`` findings of several variants abreast.
    """

    site: Site
    title: str
    description: str
    sections: tuple[Heading, ...]
    variables: tuple[Variable, ...]
    item: ItemPage
    video: VideoPage
    panels: tuple[Panel, ...]
    technique: Section
    single: Section
    tables: tuple[Table, ...]
    chart: Chart
    failure: Failure
    image: Image
    map: Image
    bar: ColourBar
    tiles: tuple[Tile, ...]
    marked: tuple[Marked, ...]
    shots: tuple[Shot, ...]
    span: Span
    matrix: Matrix
    word: Word
    example: Example
    cards: tuple[Card, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Heading:
    """A part of the page: its id and its title."""

    id: str
    title: str
