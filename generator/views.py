"""The values that a template prints: one dataclass for each page type.

Everything here is finished: numbers are formatted, sentences are made, links are relative to
the page that holds them. A template only loops and prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.drive_views import DriveCard
    from generator.guide_views import Remark, ScoreGroup, Share
    from generator.marks import Mark
    from generator.parts import (
        Chart,
        Credit,
        Failure,
        Image,
        Link,
        Panel,
        Param,
        Score,
        Section,
        Table,
        Tile,
    )
    from generator.tour_views import Annotated, Invitation
    from generator.viewer_parts import Viewer


@dataclass(frozen=True)
class Site:
    """What every page shows: the gallery's name, and where its parts are from here.

    ``root`` is the relative path to the site's root ("" or "../"); ``stylesheet``, ``script``,
    ``icon``, and the two of pages with a viewer, are hashed names below it; so is ``texts``, the
    scripts' words where they are not English. ``here`` is the page's own path without its ending.
    ``share`` is there where the site's address is known; ``facts`` are schema.org's. ``tour`` is
    the address of the guided tour, or "" where there is none.
    """

    title: str
    description: str
    language: str
    root: str
    stylesheet: str
    script: str
    icon: str
    viewer_stylesheet: str
    viewer_script: str
    techniques: tuple[Link, ...]
    generator: str
    here: str = ""
    share: Share | None = None
    facts: Mapping[str, Any] | None = None
    tour: str = ""
    texts: str = ""


@dataclass(frozen=True)
class Card:
    """An item on the index: its picture, a few of its findings, and what it is filed under.

    ``scores`` are its numbers in the order of the index's, separated by spaces; "-" for none.
    ``film`` says that it is a video.
    """

    id: str
    href: str
    title: str
    alt: str
    image: Image | None
    findings: tuple[Image, ...]
    tags: tuple[str, ...]
    techniques: tuple[str, ...]
    problem: str
    search: str
    description: str = ""
    label: str = ""
    scores: str = ""
    film: bool = False


@dataclass(frozen=True)
class Choice:
    """A value to filter by, and how many items have it."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class IndexPage:
    """The gallery: every item as a card.

    ``holds`` says in a sentence what is in it, ``remarks`` what stands out. ``tally`` counts the
    cards in words.
    """

    site: Site
    cards: tuple[Card, ...]
    networks: tuple[Card, ...]
    tags: tuple[Choice, ...]
    techniques: tuple[Choice, ...]
    teasers: tuple[Teaser, ...]
    problems: int
    datasets: tuple[SetCard, ...] = ()
    drives: tuple[DriveCard, ...] = ()
    labels: tuple[Choice, ...] = ()
    scores: tuple[ScoreGroup, ...] = ()
    remarks: tuple[Remark, ...] = ()
    holds: str = ""
    tally: str = ""
    tour: Invitation | None = None


@dataclass(frozen=True)
class SetCard:
    """A data set on the index: some of its pictures, how many there are, and who does best."""

    id: str
    href: str
    title: str
    tiles: tuple[Tile, ...]
    words: str
    best: str
    problem: str
    description: str = ""


@dataclass(frozen=True)
class Teaser:
    """A technique in two lines, for the index; its example is two pictures, tiles, or a chart."""

    title: str
    href: str
    summary: str
    before: Image | None
    after: Image | None
    tiles: tuple[Tile, ...] = ()
    chart: Chart | None = None
    family: str = ""


@dataclass(frozen=True)
class ItemPage:
    """One item: the original, and beside it what each technique found.

    ``viewer`` compares what covers the original; without one there is no ``viewer``.
    """

    site: Site
    id: str
    title: str
    description: str
    alt: str
    original: Panel | None
    truth: Panel | None
    failure: Failure | None
    credit: Credit
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    viewer: Viewer | None
    previous: Link | None
    following: Link | None
    summaries: tuple[Table, ...] = ()
    network: bool = False
    label: str = ""


@dataclass(frozen=True)
class Example:
    """An item on a technique's page: the original and the technique's main panel per variant.

    ``results`` are titles, pictures and labels. A data set has ``tiles`` instead, and ``runs``:
    links to what each variant found, with how good it is. ``lead`` is where all that the technique
    found on the item is.
    """

    title: str
    href: str
    original: Image | None
    results: tuple[tuple[str, Image, str], ...]
    scores: tuple[tuple[str, tuple[Score, ...]], ...]
    failure: str = ""
    tiles: tuple[Tile, ...] = ()
    runs: tuple[tuple[Link, str], ...] = ()
    lead: str = ""


@dataclass(frozen=True)
class Reference:
    """A paper, cited."""

    text: str
    href: str


@dataclass(frozen=True)
class ScoreColumn:
    """A column of a table of scores: the metric, and which way is better."""

    name: str
    unit: str
    meaning: str
    better: str


@dataclass(frozen=True)
class ScoreRow:
    """A row: the item, the variant, a formatted number or "" for each column.

    ``marks`` draw the numbers; ``leads`` are where the pictures behind each are, if that is not
    where the item is.
    """

    item: Link
    variant: str
    values: tuple[str, ...]
    marks: tuple[Mark | None, ...] = ()
    leads: tuple[Link | None, ...] = ()


@dataclass(frozen=True)
class ScoreTable:
    """Every score of one technique; the last rows are the means of each variant.

    ``intervals`` says that some numbers are followed by the interval they lie in, ``key`` how to
    read what is drawn.
    """

    columns: tuple[ScoreColumn, ...]
    rows: tuple[ScoreRow, ...]
    means: tuple[ScoreRow, ...]
    intervals: bool = False
    key: str = ""


@dataclass(frozen=True)
class TechniquePage:
    """One technique in plain words, its mathematics, and every item it was run on.

    Each of ``what``, ``reading``, ``limits`` is a tuple of paragraphs of safe HTML, with links to
    the glossary; ``mathematics`` holds safe HTML with MathML. ``things`` are what it is run on:
    pictures, data sets.
    """

    site: Site
    id: str
    title: str
    family: str
    summary: str
    what: tuple[Any, ...]
    reading: tuple[Any, ...]
    limits: tuple[Any, ...]
    mathematics: tuple[Any, ...]
    papers: tuple[Reference, ...]
    params: tuple[Param, ...]
    variants: tuple[tuple[str, tuple[Param, ...]], ...]
    examples: tuple[Example, ...]
    scores: ScoreTable | None
    summaries: tuple[Table, ...] = ()
    things: str = "pictures"
    annotated: Annotated | None = None


@dataclass(frozen=True)
class MissingPage:
    """What a web server shows for an address that does not exist."""

    site: Site
