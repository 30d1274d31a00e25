"""The values of the guided tour through one picture, and of pictures with numbered marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Chart, ColourBar, Credit, Image, Link, Panel, Table, Tile
    from generator.pointers import Pointer
    from generator.views import Site


@dataclass(frozen=True)
class Marked:
    """What is seen, with numbered marks on it, and what each number shows.

    One of ``image`` (over ``under``, if it covers that), ``chart``, ``pictures`` and ``tiles`` is
    there; pins stand on the first two, the others are numbered themselves. ``says`` has two parts
    for each number: what it is, and what is to be said of it. The ends of ``bar``, if it is there,
    are the last two numbers. ``frame`` is a rectangle over the picture: x, y, width and height in
    percent.
    """

    says: tuple[tuple[str, str], ...]
    pins: tuple[Pointer, ...] = ()
    image: Image | None = None
    under: Image | None = None
    chart: Chart | None = None
    pictures: tuple[Image, ...] = ()
    tiles: tuple[Tile, ...] = ()
    bar: ColourBar | None = None
    label: str = ""
    frame: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annotated:
    """A technique's finding with numbered marks: on which item, and what is seen."""

    item: Link
    marked: Marked


@dataclass(frozen=True)
class TourStop:
    """One method on the picture of the tour.

    ``asks`` is the question that it answers, ``said`` what it says of this picture, ``look`` what
    to look at, both with links to the glossary; ``page`` explains it, and ``all`` shows everything
    that it found here.
    """

    id: str
    title: str
    variant: str
    family: str
    asks: str
    said: tuple[str, ...]
    look: str
    panels: tuple[Panel, ...]
    page: Link
    all: Link


@dataclass(frozen=True)
class Disagreement:
    """Where the methods disagree: where each is strongest, and which are most and least alike.

    ``said`` is what was measured and ``means`` what follows from it.
    """

    marked: Marked
    said: tuple[str, ...]
    means: tuple[str, ...]
    table: Table


@dataclass(frozen=True)
class TourPage:
    """One picture, and what each method says of it, in steps."""

    site: Site
    title: str
    alt: str
    description: str
    lead: str
    item: Link
    image: Image
    credit: Credit
    stops: tuple[TourStop, ...]
    disagreement: Disagreement | None
    label: str = ""


@dataclass(frozen=True)
class Invitation:
    """What leads to the tour: its address, and what it is in a few words.

    ``before`` is its picture, ``after`` the same under the map of a network's guess, if there is
    one, and ``caption`` says what that shows.
    """

    href: str
    title: str
    words: str
    before: Image
    after: Image | None = None
    caption: str = ""
