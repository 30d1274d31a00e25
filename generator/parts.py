"""The parts that pages are made of: finished values, for a template to print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.marks import Mark
    from generator.viewer_parts import Pane

from generator import licences
from generator.leads import stops

_ABREAST = 4
"""More variants have no room side by side."""


@dataclass(frozen=True)
class Image:
    """A picture in the site. ``avif`` and ``fallback`` are srcset strings, empty where unused.

    ``covers`` is the role of a map that is drawn over its picture, or "".
    """

    src: str
    width: int
    height: int
    alt: str
    avif: str = ""
    fallback: str = ""
    covers: str = ""


@dataclass(frozen=True)
class Tile:
    """A small picture: the rectangle of a sheet that holds many, in the sheet's pixels.

    ``over`` is a map that is laid over it; such a map's role is its ``covers``, "" otherwise.
    """

    src: str
    x: int
    y: int
    width: int
    height: int
    sheet_width: int
    sheet_height: int
    alt: str
    covers: str = ""
    over: Tile | None = None


@dataclass(frozen=True)
class Box:
    """A rectangle over a picture, in pixels of a canvas of ``width`` by ``height``."""

    x: int
    y: int
    box_width: int
    box_height: int
    width: int
    height: int


@dataclass(frozen=True)
class ColourBar:
    """The key to a coloured map: stops (offset in percent, colour) and the words at its ends."""

    id: str
    stops: tuple[tuple[str, str], ...]
    low: str
    high: str
    minimum: str
    maximum: str
    unit: str


@dataclass(frozen=True)
class Line:
    """One line of a chart: an SVG path and, for a reader without pictures, its values."""

    label: str
    path: str
    points: tuple[tuple[str, str], ...]
    dots: bool = False


@dataclass(frozen=True)
class Tick:
    """A mark on an axis of a chart: where it is, in SVG units, and what it says."""

    position: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A line chart, laid out in SVG units; ``summary`` says in a sentence what it shows."""

    id: str
    width: int
    height: int
    left: int
    top: int
    right: int
    bottom: int
    x: str
    y: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    summary: str


@dataclass(frozen=True)
class Panel:
    """One finding on a page.

    ``role`` names the partial that shows it. ``pane`` is what the viewer shows of it, where it
    covers the whole original and both can be compared. ``finding`` is a sentence made from the
    numbers, and ``label`` what the finding is about, such as a class.
    """

    id: str
    role: str
    title: str
    caption: str
    finding: str
    image: Image | None = None
    box: Box | None = None
    bar: ColourBar | None = None
    chart: Chart | None = None
    size: str = ""
    pane: Pane | None = None
    label: str = ""
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Link:
    """A link and its words."""

    href: str
    title: str


@dataclass(frozen=True)
class Score:
    """A number with its unit, what it means and which way is better.

    ``interval`` says in words where the true number lies, or is ""; ``ends`` are its ends, and
    ``mark`` draws it. ``lead`` is where the pictures behind it are, and what they are.
    """

    name: str
    value: str
    unit: str
    meaning: str
    better: str
    interval: str = ""
    mark: Mark | None = None
    lead: Link | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its unit, and what it holds."""

    name: str
    unit: str
    meaning: str
    better: str
    number: bool


@dataclass(frozen=True)
class Table:
    """Findings in rows and columns, formatted; ``links`` are addresses of the rows, if any.

    ``marks`` draw its numbers and ``leads`` say where the pictures behind them are, cell by cell;
    ``key`` says how to read what is drawn. ``names`` are the rows' names as results keep them.
    """

    id: str
    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()
    folded: bool = False
    marks: tuple[tuple[Mark | None, ...], ...] = ()
    leads: tuple[tuple[Link | None, ...], ...] = ()
    key: str = ""
    names: tuple[str, ...] = ()

    def lead(self, row: int, column: int) -> Link | None:
        """Return where the pictures behind a cell are, if they are known."""
        return self.leads[row][column] if self.leads else None

    @cached_property
    def stops(self) -> frozenset[tuple[int, int]]:
        """The cells at which the keyboard stops, by row and column."""
        return stops(self.leads)


@dataclass(frozen=True)
class Param:
    """A parameter as it was used."""

    name: str
    value: str
    meaning: str
    changed: bool


@dataclass(frozen=True)
class Failure:
    """Why something is not there: in a sentence, and in full for whoever mends it."""

    title: str
    message: str
    detail: str = ""


@dataclass(frozen=True)
class Variant:
    """One run of a technique on an item."""

    id: str
    title: str
    panels: tuple[Panel, ...]
    scores: tuple[Score, ...]
    params: tuple[Param, ...]
    notes: tuple[str, ...]
    key: str
    failure: Failure | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of a technique: what it is called, and each variant with its panel, if it has one."""

    title: str
    caption: str
    cells: tuple[tuple[Variant, Panel | None], ...]


@dataclass(frozen=True)
class Section:
    """A technique on an item's page.

    Where variants are ``matched``, each step of them shares a row; otherwise each has its own.
    """

    id: str
    title: str
    family: str
    summary: str
    href: str
    variants: tuple[Variant, ...]
    matched: bool = True

    @property
    def abreast(self) -> bool:
        """Whether the variants stand side by side; one alone, or very many, do not."""
        return self.matched and 1 < len(self.variants) <= _ABREAST

    @property
    def steps(self) -> tuple[Step, ...]:
        """The panels of all variants by title, in the order in which titles first appear."""
        found: dict[str, list[Panel | None]] = {}
        first: dict[str, Panel] = {}
        for place, variant in enumerate(self.variants):
            for panel in variant.panels:
                first.setdefault(panel.title, panel)
                cells = found.setdefault(panel.title, [None] * len(self.variants))
                cells[place] = panel
        return tuple(
            Step(title, first[title].caption, tuple(zip(self.variants, cells, strict=True)))
            for title, cells in found.items()
        )


@dataclass(frozen=True)
class Credit:
    """Who made a picture and under which licence it is shown."""

    credit: str
    licence: str
    source: str

    @property
    def address(self) -> str:
        """Where the licence's text stands, or "" if the licence is not a known one."""
        return licences.address(self.licence)
