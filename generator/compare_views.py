"""The values that the templates of a comparison and of a trend print. All is finished here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.marks import Mark
    from generator.parts import Chart, Credit, Failure, Image, Link, Panel, Table, Tile
    from generator.viewer_parts import Viewer
    from generator.views import Site


@dataclass(frozen=True)
class Side:
    """One of the two builds: what it was called, and what it says of itself."""

    role: str
    name: str
    words: str


@dataclass(frozen=True)
class RuleView:
    """A rule of the gate, and what was found."""

    text: str
    kept: bool
    said: str


@dataclass(frozen=True)
class ChangeCard:
    """An item that changed: in a sentence, and the base, head and difference of what did most.

    A data set has two small pictures instead, of one that flipped.
    """

    href: str
    title: str
    words: str
    images: tuple[tuple[str, Image], ...]
    tiles: tuple[tuple[str, Tile], ...] = ()


@dataclass(frozen=True)
class Listing:
    """Things of one fate: what came, what went, what failed.

    ``rows`` name each, with what went wrong, in English, or "".
    """

    id: str
    title: str
    words: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ComparePage:
    """Two builds in the words of somebody who must decide, and every number that moved."""

    site: Site
    title: str
    sides: tuple[Side, ...]
    said: tuple[str, ...]
    rules: tuple[RuleView, ...]
    broken: int
    cards: tuple[ChangeCard, ...]
    numbers: Table | None
    steady: Table | None
    reasons: Table | None
    listings: tuple[Listing, ...]


@dataclass(frozen=True)
class ChangedStep:
    """A panel that differs: its cells, each with a name, and how alike the two are."""

    id: str
    title: str
    caption: str
    words: str
    cells: tuple[tuple[str, Panel], ...] = ()


@dataclass(frozen=True)
class Shown:
    """A held-out picture as one side saw it, and whether that side has it wrong."""

    side: str
    tile: Tile
    wrong: bool


@dataclass(frozen=True)
class FlipView:
    """A held-out picture that is right on one side only, as each side saw it, where it is kept."""

    name: str
    truth: str
    mended: bool
    before: str
    after: str
    tiles: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class ChangedSection:
    """A result that differs: what of it, and why."""

    id: str
    title: str
    state: str
    reasons: tuple[str, ...]
    steps: tuple[ChangedStep, ...] = ()
    numbers: Table | None = None
    flips: tuple[FlipView, ...] = ()
    others: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True)
class ComparedItemPage:
    """An item that changed: each result that did, base and head side by side.

    ``viewer`` lays base and head of each panel over each other; None where nothing can be shown.
    """

    site: Site
    title: str
    lead: str
    original: Panel | None
    alt: str
    credit: Credit
    sections: tuple[ChangedSection, ...]
    viewer: Viewer | None
    previous: Link | None
    following: Link | None


@dataclass(frozen=True)
class TrendRow:
    """A metric at one commit; ``mark`` draws it on a scale for all commits."""

    commit: Link
    when: str
    value: str
    interval: str
    mark: Mark | None = None


@dataclass(frozen=True)
class Course:
    """A metric over the commits: its chart, and every value with its commit."""

    id: str
    title: str
    words: str
    chart: Chart | None
    rows: tuple[TrendRow, ...] = field(default=())


@dataclass(frozen=True)
class TrendPage:
    """Every metric over the commits of a history; ``problems`` are lines that were skipped."""

    site: Site
    title: str
    lead: str
    courses: tuple[Course, ...]
    problems: tuple[str, ...]
