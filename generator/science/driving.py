"""Logs of drives: which picture goes with which angle of the wheel, and what is wrong with a log.

A log is read line by line. A line that cannot be used is left out and reported; no other line is
lost for it. Angles are degrees, positive to the right.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LARGEST = 1080.0
"""Degrees that no steering wheel turns beyond: three turns."""

_ENTRY = re.compile(r"(\S+?\.\w+)(\s*[,;]\s*|\s+)(\S.*)")
_TAIL = re.compile(r"([^\s,;]+)\s*(?:[,;\s]\s*(.*))?")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\b.*")


@dataclass(frozen=True)
class Row:
    """A picture's file name without folders, the wheel's angle in degrees, and the frame's number.

    Frames count from 0 in the order of time; pictures of several cameras share a frame. ``aside``
    is the part of the angle that is due to a camera at the side.
    """

    picture: str
    degrees: float
    frame: int
    aside: float = 0.0


@dataclass(frozen=True)
class Problem:
    """A line of a log (from 1), what was expected there and what came, and if the line is lost."""

    line: int
    expected: str
    got: str
    lost: bool = True

    def __str__(self) -> str:
        """Return it as one line."""
        outcome = "left out" if self.lost else "kept"
        return f"line {self.line}: expected {self.expected}, got {self.got} ({outcome})"


@dataclass(frozen=True)
class Log:
    """The usable rows of a log in its order, and all that is wrong with it."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_angles(text: str, *, pictures: Collection[str] | None = None) -> Log:
    """Return the log in a ``data.txt``: lines ``12.jpg -3.5``, or ``12.jpg -3.5,2018-07-01 …``.

    Parameters
    ----------
    text : the file
    pictures : names of the files that are there; None asks nothing

    Returns
    -------
    The rows, whose frame is the number in the picture's name if every name has one, else the
    line's. Reported are unreadable lines, angles that are not finite or beyond LARGEST, pictures
    named twice or not there, and, with the row kept, other separators and missing numbers.

    """
    found: list[tuple[int, Row]] = []
    problems: list[Problem] = []
    usual = ""
    for line, entry in lines(text):
        match = _ENTRY.fullmatch(entry)
        if not match:
            problems.append(Problem(line, "a picture and its angle, '12.jpg -3.5'", repr(entry)))
            continue
        separator = match[2].strip() or "space"
        usual = usual or separator
        if separator != usual:
            problems.append(Problem(line, f"{usual!r} after the name", repr(separator), lost=False))
        degrees = _angle(line, match[3], problems)
        if degrees is not None:
            found.append((line, Row(file_name(match[1]), degrees, len(found))))
    found = list(usable(found, pictures, problems))
    numbers = [re.search(r"(\d+)\.\w+$", row.picture) for _, row in found]
    if all(numbers):
        found = _numbered(found, [int(number[1]) for number in numbers if number], problems)
    return finished(found, problems)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is not empty."""
    for place, line in enumerate(re.split(r"\r\n?|\n", text.lstrip("\ufeff")), 1):
        if line.strip():
            yield place, line.strip()


def file_name(path: str) -> str:
    """Return a path's last part, of Windows' paths too."""
    return re.split(r"[\\/]", path)[-1]


def number(text: str) -> float | None:
    """Return a finite decimal number, or None where the text is none."""
    # float() also takes "1_0" and letters of other scripts, which no car writes.
    plain = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII)
    value = float(text) if plain else math.nan
    return value if math.isfinite(value) else None


def _angle(line: int, text: str, problems: list[Problem]) -> float | None:
    """Return the angle of a line of angles, of which a date may follow."""
    match = _TAIL.fullmatch(text.strip())
    degrees = number(match[1]) if match else None
    if match is None or degrees is None or abs(degrees) > LARGEST:
        problems.append(Problem(line, f"degrees up to ±{LARGEST:g}", repr(text)))
        return None
    if match[2] and not _DATE.fullmatch(match[2]):
        problems.append(Problem(line, "nothing or a date after the angle", repr(match[2])))
        return None
    return degrees


def usable(
    found: list[tuple[int, Row]], pictures: Collection[str] | None, problems: list[Problem]
) -> Iterator[tuple[int, Row]]:
    """Yield the rows whose picture is there and was not named before."""
    there = None if pictures is None else frozenset(pictures)
    first: dict[str, int] = {}
    for line, row in found:
        if row.picture in first:
            expected = f"a picture once, and {row.picture} is in line {first[row.picture]}"
            problems.append(Problem(line, expected, "it again"))
        elif there is not None and row.picture not in there:
            problems.append(Problem(line, "a picture that is there", repr(row.picture)))
        else:
            first[row.picture] = line
            yield line, row


def _numbered(
    found: list[tuple[int, Row]], numbers: list[int], problems: list[Problem]
) -> list[tuple[int, Row]]:
    """Return rows whose frames are these numbers, from 0, and report numbers left out."""
    first = min(numbers, default=0)
    for index in range(1, len(numbers)):
        if numbers[index] != numbers[index - 1] + 1:
            expected = f"picture {numbers[index - 1] + 1} after {numbers[index - 1]}"
            problems.append(Problem(found[index][0], expected, str(numbers[index]), lost=False))
    return [
        (line, Row(row.picture, row.degrees, number - first))
        for (line, row), number in zip(found, numbers, strict=True)
    ]


def finished(found: list[tuple[int, Row]], problems: list[Problem]) -> Log:
    """Return rows and problems as a log, both in the order of its lines."""
    ordered = sorted(problems, key=lambda problem: problem.line)
    return Log(tuple(row for _, row in found), tuple(ordered))
