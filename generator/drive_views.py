"""The values that the template of a drive's page prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Credit, Failure, Image, Link, Section
    from generator.views import Site


@dataclass(frozen=True)
class DrivePage:
    """One drive: its frames and their angles, and what was learned from them."""

    site: Site
    id: str
    title: str
    description: str
    alt: str
    words: tuple[str, ...]
    failure: Failure | None
    credit: Credit
    tags: tuple[str, ...]
    problems: tuple[str, ...]
    sections: tuple[Section, ...]
    previous: Link | None
    following: Link | None


@dataclass(frozen=True)
class DriveCard:
    """A drive on the index: a frame, how long it is, and how well a network learned to steer."""

    id: str
    href: str
    title: str
    image: Image | None
    words: str
    best: str
    problem: str
    description: str = ""
