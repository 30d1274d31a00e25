"""What the manifest becomes: items, the techniques asked for, and the words around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from generator.journeys import Journey, Still, Training
    from generator.rules import Rule


class Kind(Enum):
    """What an item is made of."""

    IMAGE = "image"
    """One still picture."""
    MODEL = "model"
    """A trained network."""
    DATASET = "dataset"
    """Pictures with labels, to train a classifier on and to test it."""
    VIDEO = "video"
    """Pictures in the order of time."""
    DRIVE = "drive"
    """Frames of a drive with the angle of the steering wheel, to train a network on."""


@dataclass(frozen=True)
class Located:
    """A file that a manifest names: where it is and what its bytes hash to."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Model:
    """A trained network that a manifest names or the zoo holds, checked.

    ``file`` holds the weights; it is None where they could not be had, and ``problem`` says why.
    ``preprocessing`` is a preset's name, or order, mean and scale as JSON; ``fit`` says how a
    picture is brought to the network's size. ``labels`` is "imagenet", or the names of the classes
    in order, one a line, or "" where they are unknown.
    ``trusted`` allows layers that run code of the file. A network that this gallery trains itself
    has a ``training`` in place of a file.
    """

    id: str
    source: str
    title: str
    credit: str = ""
    licence: str = ""
    description: str = ""
    homepage: str = ""
    preprocessing: str = "none"
    fit: str = "crop"
    labels: str = ""
    trusted: bool = False
    file: Located | None = None
    problem: str = ""
    training: Training | None = None

    @property
    def causes(self) -> dict[str, Any]:
        """What of it decides a result; its names and words do not."""
        source = self.source if ":" in self.source else "file"
        weights: Any = self.file.sha256 if self.file else self.problem
        if self.training:
            source, weights = "trained", self.training.causes
        return {
            "source": source,
            "weights": weights,
            "preprocessing": self.preprocessing,
            "fit": self.fit,
            "labels": self.labels,
            "trusted": self.trusted,
        }


@dataclass(frozen=True)
class Part:
    """What of a file is an example: one picture of an array's rows, or a rectangle of a picture.

    ``box`` is top, left, height and width in pixels; () is the whole. ``grey`` takes the colours
    away.
    """

    row: int = -1
    box: tuple[int, ...] = ()
    grey: bool = False


@dataclass(frozen=True)
class Example:
    """One picture of a data set: what it is called, what it shows, and which side it is on.

    Examples of one ``group`` belong together, as crops of one photograph do; "" is a group of its
    own.
    """

    name: str
    label: str
    file: Located
    part: Part | None = None
    group: str = ""
    held_out: bool = False

    @property
    def digest(self) -> str:
        """What its picture is made of; its name and its label are no part of it."""
        part = f":{self.part.row}:{self.part.box}:{self.part.grey}" if self.part else ""
        return f"{self.file.sha256}{part}"


@dataclass(frozen=True)
class DataSet:
    """Labelled pictures, checked; ``problems`` says what was wrong with some of them.

    ``drawn`` is the share that was held out by lot and the lot's seed; None where the source says
    itself what is held out.
    """

    examples: tuple[Example, ...]
    problems: tuple[str, ...] = ()
    drawn: tuple[float, int] | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(sorted({example.label for example in self.examples}))

    @property
    def causes(self) -> list[list[Any]]:
        """What of it decides a result: the pictures, how they are labelled, and on which side."""
        return [[e.digest, e.label, e.group, e.held_out] for e in self.examples]


@dataclass(frozen=True)
class Clip:
    """Which frames of a video are used: every ``every``-th from ``first`` on, counted from 0.

    ``frames`` is how many at most; 0 is all there are.
    """

    first: int = 0
    frames: int = 0
    every: int = 1


@dataclass(frozen=True)
class Item:
    """One thing in the gallery, checked.

    ``file`` is None where the source could not be had; ``problem`` then says why,
    so that the item still has its page.
    """

    id: str
    kind: Kind
    source: str
    title: str
    alt: str
    credit: str
    licence: str
    description: str = ""
    tags: tuple[str, ...] = ()
    label: str = ""
    file: Located | None = None
    truth: Located | None = None
    problem: str = ""
    model: Model | None = None
    data: DataSet | None = None
    journey: Journey | None = None
    still: Still | None = None
    clip: Clip | None = None


@dataclass(frozen=True)
class Variant:
    """One way to run a technique: a name and the params that differ from its defaults."""

    id: str
    title: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Use:
    """A technique that the manifest asks for, with its variants in order."""

    technique: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Wish:
    """An item as planned: the item, and the techniques that were chosen for it."""

    item: Item
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Gallery:
    """The whole manifest, checked: words, and what is to be run on what.

    ``url`` is the address at which the site will stand, with a slash at its end, or "". ``tour`` is
    the id of the picture that the guided tour leads through, or "" where nobody chose one.
    """

    title: str
    description: str
    language: str
    uses: tuple[Use, ...]
    wishes: tuple[Wish, ...]
    models: dict[str, Model] = field(default_factory=dict)
    url: str = ""
    gate: tuple[Rule, ...] = ()
    tour: str = ""
