"""The theme: the variables that the stylesheet begins with, for a designer to see and to change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BLOCK = re.compile(r":root\s*\{([^}]*)\}")
_VARIABLE = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")


@dataclass(frozen=True)
class Variable:
    """A variable of the theme: its name, such as ``--paper``, and its value as it is written.

    ``kind`` is "colour", "font" or "space".
    """

    name: str
    value: str
    kind: str


def variables(folders: Sequence[Path]) -> tuple[Variable, ...]:
    """Return the theme in ``folders``; a stylesheet in an earlier folder replaces a later one."""
    path = next(f / "assets" / "salon.css" for f in folders if (f / "assets/salon.css").is_file())
    return read(path.read_text(encoding="utf-8"))


def read(stylesheet: str) -> tuple[Variable, ...]:
    """Return the variables of the first block of ``:root`` in a stylesheet.

    >>> [one.kind for one in read(":root { --ink: #000; --sans: Arial, sans-serif; --gap: 1rem; }")]
    ['colour', 'font', 'space']
    """
    block = _BLOCK.search(stylesheet)
    listed = _VARIABLE.findall(block[1]) if block else []
    return tuple(Variable(name, " ".join(v.split()), _kind(v)) for name, v in listed)


def _kind(value: str) -> str:
    if re.match(r"#|light-dark|rgb|hsl|oklch|color", value.strip()):
        return "colour"
    return "space" if re.match(r"[\d.]|clamp|calc|min|max", value.strip()) else "font"
