"""The values that the pages about the site itself print: how it was made, and whose pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Credit, Link
    from generator.views import Site


@dataclass(frozen=True)
class Cost:
    """What one technique took: deterministic work, and seconds where they were asked for."""

    title: str
    href: str
    runs: int
    failures: int
    panels: int
    kept: str
    megapixels: str
    seconds: str


@dataclass(frozen=True)
class Trace:
    """One run and the key of its result."""

    item: Link
    technique: str
    variant: str
    key: str
    state: str


@dataclass(frozen=True)
class MadePage:
    """How the site was made: versions, commit, cost of each technique, the key of each result."""

    site: Site
    versions: tuple[tuple[str, str], ...]
    commit: str
    costs: tuple[Cost, ...]
    traces: tuple[Trace, ...]
    timed: bool


@dataclass(frozen=True)
class CreditRow:
    """Whose picture it is."""

    item: Link
    credit: Credit


@dataclass(frozen=True)
class CreditsPage:
    """Who made the pictures, and the software that the site rests on."""

    site: Site
    rows: tuple[CreditRow, ...]
