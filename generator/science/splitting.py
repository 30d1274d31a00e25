"""Stands in until the real one is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def split(
    labels: Sequence[str], groups: Sequence[str], *, test: float = 0.2, seed: int = 0
) -> tuple[bool, ...]:
    """Hold out every so-manyth."""
    return tuple(
        (index + seed + len(groups)) % round(1 / test) == 0 for index in range(len(labels))
    )
