"""What a run on a video finds: films, and numbers over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.technique import Result, Role

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

FILMED = frozenset({Role.PICTURE, Role.HEATMAP, Role.SIGNED_MAP, Role.MASK})
"""Roles of panels that can become films."""


@dataclass(frozen=True)
class Film:
    """A finding of every frame, in the file at ``path``.

    ``role`` says what each frame is, ``shape`` frames, rows and columns. Pictures are kept as they
    are shown. Maps and masks are kept as grey levels from 0 to 255; ``ends`` are the values that
    these two stand for, in all frames alike. ``labels`` are those of the frames' panels.
    """

    name: str
    role: Role
    shape: tuple[int, int, int]
    rate: Fraction
    path: Path
    ends: tuple[float, float] = (0.0, 1.0)
    facts: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """A number of each frame; ``metric`` names an entry of the technique's ``metrics``.

    None stands for a frame that has none.
    """

    metric: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Filmed(Result):
    """Everything that a page will say about one run on a video."""

    films: tuple[Film, ...] = ()
    series: tuple[Series, ...] = ()
