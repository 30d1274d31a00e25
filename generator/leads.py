"""Tables whose numbers lead to the pictures behind them, and which of these are stops of Tab."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.parts import Link, Table


def stops(leads: Sequence[Sequence[Link | None]]) -> frozenset[tuple[int, int]]:
    """Return the cells, by row and column, at which the keyboard stops: one for each goal."""
    found: dict[str, tuple[int, int]] = {}
    for row, cells in enumerate(leads):
        for column, link in enumerate(cells):
            if link:
                found.setdefault(link.href, (row, column))
    return frozenset(found.values())


def leading(table: Table, link: Link) -> Table:
    """Return ``table`` with every number that leads nowhere leading to ``link``."""
    numbers = [column.number for column in table.columns]
    linked = [bool(href) for href in table.links] or [False] * len(table.rows)
    leads = tuple(
        tuple(
            table.lead(y, x)
            or (link if x and numbers[x] and not linked[y] and text not in {"", "–"} else None)
            for x, text in enumerate(row)
        )
        for y, row in enumerate(table.rows)
    )
    return replace(table, leads=leads)
