"""The values of what leads to pages and through them: cards, scores to sort by, the glossary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Chart, Image, Link, Tile
    from generator.views import Site


@dataclass(frozen=True)
class Share:
    """How a page is shown by others who link to it: its address, and a picture that stands for it.

    ``kind`` is "website" for the first page and "article" for every other one. Where there is no
    picture ``image`` is "".
    """

    url: str
    kind: str
    image: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class ScoreChoice:
    """A score to sort and to filter the gallery by.

    ``value`` is its name in the address, ``column`` its place among the scores of each card;
    ``low`` and ``high`` are the least and the greatest that any picture has.
    """

    value: str
    title: str
    column: int
    low: str
    high: str


@dataclass(frozen=True)
class ScoreGroup:
    """The scores of one technique."""

    title: str
    choices: tuple[ScoreChoice, ...]


@dataclass(frozen=True)
class Remark:
    """Something that stands out: a question, its answers, and where more of it is.

    Each of ``answers`` is a link and what is to be said of it; ``note`` says what the numbers mean.
    """

    question: str
    answers: tuple[tuple[Link, str], ...]
    more: Link | None = None
    note: str = ""


@dataclass(frozen=True)
class OverviewCell:
    """What one technique found on one item: a picture, a small one, or a chart.

    ``words`` stand where there is nothing to see.
    """

    href: str
    image: Image | None
    words: str
    tile: Tile | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class OverviewRow:
    """One item, and a cell for each technique; it is shown by its ``image`` or by a ``tile``."""

    item: Link
    image: Image | None
    cells: tuple[OverviewCell, ...]
    tile: Tile | None = None


@dataclass(frozen=True)
class OverviewSheet:
    """The items of one kind with every technique that any was asked for; ``head`` is over them."""

    id: str
    title: str
    head: str
    columns: tuple[Link, ...]
    rows: tuple[OverviewRow, ...]


@dataclass(frozen=True)
class OverviewPage:
    """Every item with every technique, as a contact sheet for each kind of item."""

    site: Site
    sheets: tuple[OverviewSheet, ...]


@dataclass(frozen=True)
class Entry:
    """A word of the glossary, and the techniques whose explanations use it."""

    id: str
    name: str
    meaning: str
    used: tuple[Link, ...]


@dataclass(frozen=True)
class GlossaryPage:
    """The words that pages use, for somebody who meets them for the first time."""

    site: Site
    entries: tuple[Entry, ...]
