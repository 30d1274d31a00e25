"""The values of the pages of data sets, classifiers and vocabularies: finished, as in `views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.marks import Mark
    from generator.parts import (
        Credit,
        Failure,
        Link,
        Panel,
        Section,
        Table,
        Tile,
        Variant,
    )
    from generator.views import Site


@dataclass(frozen=True)
class Span:
    """A share with its interval as a bar: in percent of the bar's length, and in words.

    ``guess`` is where guessing would be, or "".
    """

    value: str
    low: str
    width: str
    guess: str
    words: str


@dataclass(frozen=True)
class Shelf:
    """The pictures of one class that are shown, on the two sides; ``words`` says how many exist."""

    id: str
    name: str
    words: str
    train: tuple[Tile, ...]
    held_out: tuple[Tile, ...]


@dataclass(frozen=True)
class Rival:
    """A classifier beside others: its page, its accuracy as a bar, and its other numbers.

    ``marks`` draw the other numbers, and ``leads`` are where the pictures behind them are;
    ``lead`` is where those behind the accuracy are.
    """

    link: Link
    span: Span
    accuracy: str
    interval: str
    values: tuple[str, ...]
    best: bool = False
    marks: tuple[Mark | None, ...] = ()
    leads: tuple[Link | None, ...] = ()
    lead: Link | None = None


@dataclass(frozen=True)
class Comparison:
    """The classifiers of one data set on the same held-out pictures.

    ``columns`` name the ``values`` of each rival, with what they mean. ``verdict`` says in
    sentences which is better; ``pairs`` has every two of them, or is None; ``key`` says how to read
    what is drawn.
    """

    columns: tuple[tuple[str, str, str], ...]
    rivals: tuple[Rival, ...]
    verdict: tuple[str, ...]
    pairs: Table | None
    key: str = ""


@dataclass(frozen=True)
class ClassifierCard:
    """A classifier on the page of its data set; a failed one says why."""

    id: str
    title: str
    href: str
    summary: str
    headline: str
    tiles: tuple[Tile, ...]
    vocabulary: str
    failure: Failure | None


@dataclass(frozen=True)
class DataSetPage:
    """A data set: what it holds, and how well each classifier tells its classes apart.

    ``problems`` are what is wrong with some of its pictures; ``sections`` are the techniques on it
    that are no classifiers.
    """

    site: Site
    id: str
    title: str
    description: str
    words: tuple[str, ...]
    failure: Failure | None
    credit: Credit
    tags: tuple[str, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    shelves: tuple[Shelf, ...]
    balance: Table | None
    comparison: Comparison | None
    sections: tuple[Section, ...]
    classifiers: tuple[ClassifierCard, ...]
    previous: Link | None
    following: Link | None


@dataclass(frozen=True)
class Shot:
    """A held-out picture as a classifier saw it: what it shows, and what it was taken for."""

    tile: Tile
    name: str
    truth: str
    named: str
    probability: str
    right: bool


@dataclass(frozen=True)
class Group:
    """Pictures that belong together: those of one cell, or the surest mistakes.

    ``missing`` says how many of them have no picture here, or is "".
    """

    id: str
    title: str
    words: str
    shots: tuple[Shot, ...]
    missing: str = ""
    right: bool = False


@dataclass(frozen=True)
class Cell:
    """A number of the confusion matrix: how strongly it is shaded (0 to 8), and its pictures."""

    text: str
    level: int
    right: bool
    href: str
    words: str


@dataclass(frozen=True)
class Matrix:
    """The confusion matrix: a row for each class, a column for each that it is taken for."""

    id: str
    title: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class ClassifierPage:
    """One classifier on one data set, for a person who must decide whether to use it."""

    site: Site
    id: str
    title: str
    item: Link
    technique: Link
    vocabulary: str
    headline: str
    verdict: tuple[str, ...]
    span: Span | None
    run: Variant
    matrix: Matrix | None
    sheets: tuple[Group, ...]
    cells: tuple[Group, ...]
    decision: Panel | None
    curves: tuple[Panel, ...]
    evidence: Table | None
    believed: str
    tables: tuple[Table, ...]
    predictions: Table


@dataclass(frozen=True)
class Weight:
    """What a word says about a class: a bar on one side of the middle, of a width of 100.

    ``text`` is in percent of what the word says that says most about the class.
    """

    name: str
    text: str
    x: str
    width: str
    positive: bool


@dataclass(frozen=True)
class Word:
    """A visual word: the mean of its patches, those nearest to it, and what it speaks for."""

    id: str
    number: str
    colour: str
    mean: Tile
    nearest: tuple[Tile, ...]
    share: str
    speaks: str
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Voice:
    """The words that speak most for one class."""

    id: str
    name: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class VocabularyPage:
    """The visual words of one classifier: what they look like, and what they say."""

    site: Site
    id: str
    title: str
    item: Link
    classifier: Link
    technique: Link
    lead: str
    reading: tuple[tuple[str, str], ...]
    voices: tuple[Voice, ...]
    words: tuple[Word, ...]
    painted: tuple[tuple[Tile, Tile], ...]
    caption: str
    table: Table
