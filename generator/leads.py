"""Tables whose numbers lead to the pictures behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Link, Table


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
