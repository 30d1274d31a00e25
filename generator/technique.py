"""The contract between a technique and the house: what it is given and what it returns.

A technique returns findings: arrays, numbers and short notes. How they look, and the words
around them, belong to the pages; so changing a colour or a sentence computes nothing again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from generator.content import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from generator.content import Item


class Role(Enum):
    """What an array means, which fixes its form and the one partial that shows it."""

    PICTURE = "picture"
    """(H, W, 3) RGB or (H, W, 4) RGBA, uint8."""
    HEATMAP = "heatmap"
    """(H, W) float32, finite, not negative: how much."""
    SIGNED_MAP = "signed_map"
    """(H, W) float32, finite: how much, and which way."""
    MASK = "mask"
    """(H, W) bool: inside or outside."""
    BOX = "box"
    """(4,) int64: top, left, bottom, right in pixels of the item, bottom and right exclusive."""
    CURVE = "curve"
    """(N, 1 + S) float64: x, then one column for each series."""
    PATCHES = "patches"
    """(N, H, W, 3) uint8: small pictures of one size, such as those of a visual word."""
    SIGNED_PATCHES = "signed_patches"
    """(N, H, W) float32, finite: a signed map for each of a panel's small pictures."""
    WORD_PATCHES = "word_patches"
    """(N, H, W) int16: which word is where on each small picture, -1 for none."""


_FORMS: dict[Role, tuple[str, tuple[int, ...]]] = {
    Role.PICTURE: ("uint8", (3,)),
    Role.HEATMAP: ("float32", (2,)),
    Role.SIGNED_MAP: ("float32", (2,)),
    Role.MASK: ("bool", (2,)),
    Role.BOX: ("int64", (1,)),
    Role.CURVE: ("float64", (2,)),
    Role.PATCHES: ("uint8", (4,)),
    Role.SIGNED_PATCHES: ("float32", (3,)),
    Role.WORD_PATCHES: ("int16", (3,)),
}
STACKS = frozenset({Role.PATCHES, Role.SIGNED_PATCHES, Role.WORD_PATCHES})
"""Roles that hold many small pictures."""


class Params(BaseModel):
    """Base of every technique's parameters: frozen, and strangers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Panel:
    """One finding to be shown. ``encoded`` replaces storing the array where a file says the same.

    ``label`` is what was found out about it and no legend can know: the class that a map is for.

    Raises
    ------
    ValueError
        If the array does not have the form that its role fixes.

    """

    name: str
    role: Role
    array: NDArray[Any]
    encoded: bytes = b""
    label: str = ""

    def __post_init__(self) -> None:
        dtype, ranks = _FORMS[self.role]
        array = self.array
        if array.dtype.name != dtype or array.ndim not in ranks or array.size == 0:
            raise ValueError(
                f"panel {self.name!r}: a {self.role.value} is {dtype} of rank {ranks[0]} and not "
                f"empty, got {array.dtype.name} of shape {array.shape}"
            )
        ends = (array.min(), array.max()) if array.dtype.kind == "f" else ()
        if not all(math.isfinite(end) for end in ends):
            raise ValueError(f"panel {self.name!r}: holds NaN or infinity")
        if self.role is Role.HEATMAP and array.min() < 0:
            raise ValueError(f"panel {self.name!r}: a heatmap is not negative, got {array.min()}")
        if self.role is Role.CURVE and array.shape[1] == 1:
            raise ValueError(f"panel {self.name!r}: a curve has x and at least one series")


class Better(Enum):
    """Which way a metric is better."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NEITHER = ""


@dataclass(frozen=True)
class Metric:
    """A number that a technique reports: its name, unit, format and what it means."""

    name: str
    meaning: str
    unit: str = ""
    digits: int = 2
    better: Better = Better.NEITHER


@dataclass(frozen=True)
class Score:
    """A measured number; ``metric`` names an entry of the technique's ``metrics``."""

    metric: str
    value: float
    interval: tuple[float, float] | None = None


Cell = str | float | None


@dataclass(frozen=True)
class Table:
    """Findings in rows and columns; ``name`` names an entry of the technique's ``tables``.

    ``heads`` names the columns that follow the legend's own: one for each class, say.

    Raises
    ------
    ValueError
        If the rows differ in length, or a number is not finite (None stands for none).

    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    heads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError(f"table {self.name!r}: its rows differ in length")
        for cell in (cell for row in self.rows for cell in row):
            if isinstance(cell, float) and not math.isfinite(cell):
                raise ValueError(f"table {self.name!r}: holds {cell}; None stands for no number")


@dataclass(frozen=True)
class Result:
    """Everything that a page will say about one run."""

    panels: tuple[Panel, ...]
    scores: tuple[Score, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


class Family(Enum):
    """Groups of techniques, in the order of the pages."""

    SOURCE = "The picture itself"
    NETWORKS = "Inside a network"
    SALIENCY = "Saliency"
    RESTORATION = "Smoothing and restoration"
    CLASSIFIERS = "Classifiers and what they learned"
    STEERING = "Steering a car"


@dataclass(frozen=True)
class Legend:
    """The words for one panel.

    ``low`` and ``high`` name the ends of its colour bar, ``unit`` what it measures, and ``range``
    fixes the ends, so that pictures can be compared. A curve names its axes in ``x`` and ``y`` and
    its lines (or ``dots``) in ``series``; it is ``logarithmic`` in y, or in x. A map that
    ``covers`` is drawn over the picture; maps of small pictures lie ``over`` the panel that holds
    these. ``robust`` colours of a signed map end where all but its largest half percent does.
    """

    title: str
    caption: str
    low: str = ""
    high: str = ""
    unit: str = ""
    range: tuple[float, float] | None = None
    x: str = ""
    y: str = ""
    series: tuple[str, ...] = ()
    logarithmic: bool = False
    logarithmic_x: bool = False
    covers: bool = False
    robust: bool = False
    dots: bool = False
    over: str = ""


@dataclass(frozen=True)
class TableLegend:
    """The words for one table: what it shows, and what each column holds.

    The first column names the row. A table that is ``averaged`` has the same rows for every item,
    so that their means over the items say something; ``controls`` are the rows that every other
    one should beat. A ``folded`` one is unfolded by whoever wants it. ``each`` tells of the columns
    that a table adds, under names of its own. A ``sampled`` one has a row for each sample of each
    name, and the sample in its second column: what is shown are the means over the samples.
    """

    title: str
    caption: str
    columns: tuple[Metric, ...]
    averaged: bool = False
    controls: tuple[str, ...] = ()
    folded: bool = False
    each: Metric | None = None
    sampled: bool = False


@dataclass(frozen=True)
class Explanation:
    """A technique in plain words, for somebody who has never seen its pictures.

    Each text is one or more paragraphs, separated by empty lines. ``mathematics`` may hold
    formulae between dollar signs, in LaTeX.
    """

    what: str
    reading: str
    limits: str
    mathematics: str


@dataclass(frozen=True)
class Paper:
    """Where a technique was published."""

    authors: str
    title: str
    year: int
    venue: str
    doi: str = ""


@dataclass(frozen=True)
class Technique:
    """One technique: its words, its parameters, and the function that runs it.

    ``libraries`` are the distributions whose versions may change a result; they enter the key.
    ``highlight`` is the panel that stands for the technique on the index and in comparisons;
    ``examples`` are the panels that its own page shows of every item, the highlight by default.
    ``filmed`` those that become films of a video, the highlight by default; with some declared, it
    runs on every video that does not choose. ``before`` is what the highlight is set against.
    ``needs`` are the params that name a network: ``run`` gets each one's network after the params.
    One that accepts MODEL gets a Survey and the network, DATASET an Album, DRIVE a Drive. One that
    must be ``asked`` runs only on an item whose own list names it; one of some ``sources`` only on
    an item whose source begins so. ``question`` is what it answers, and ``points`` say what lies
    where a map is strongest (``peak``), and where it is so in the other direction (``trough``).
    """

    id: str
    title: str
    family: Family
    summary: str
    explanation: Explanation
    papers: tuple[Paper, ...]
    params: type[Params]
    run: Callable[..., Result]
    legends: Mapping[str, Legend]
    highlight: str
    examples: tuple[str, ...] = ()
    filmed: tuple[str, ...] = ()
    before: str = ""
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    tables: Mapping[str, TableLegend] = field(default_factory=dict)
    libraries: tuple[str, ...] = ("numpy",)
    needs: tuple[str, ...] = ()
    sources: str = ""
    asked: bool = False
    question: str = ""
    points: Mapping[str, str] = field(default_factory=dict)
    accepts: frozenset[Kind] = frozenset({Kind.IMAGE})

    def takes(self, item: Item) -> bool:
        """Say whether the technique can be run on ``item``."""
        filmed = item.kind is Kind.VIDEO and self.family is not Family.SOURCE
        kinds = {item.kind, Kind.IMAGE if filmed else item.kind}
        return bool(kinds & self.accepts) and item.source.startswith(self.sources)
