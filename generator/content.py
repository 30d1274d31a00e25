"""What the manifest becomes: items, the techniques asked for, and the words around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """What an item is made of."""

    IMAGE = "image"
    """One still picture."""


@dataclass(frozen=True)
class Located:
    """A file that a manifest names: where it is and what its bytes hash to."""

    path: Path
    sha256: str


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
    """The whole manifest, checked: words, and what is to be run on what."""

    title: str
    description: str
    language: str
    uses: tuple[Use, ...]
    wishes: tuple[Wish, ...]
