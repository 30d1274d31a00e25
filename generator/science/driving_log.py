"""The log that the Udacity simulator writes, with one camera or three."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.science.driving import (
    Log,
    Problem,
    Row,
    file_name,
    finished,
    lines,
    number,
    usable,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FULL_LOCK = 25.0
"""Degrees that 1 stands for in a log of the simulator."""

_COLUMNS = {
    7: ("center", "left", "right", "steering", "throttle", "brake", "speed"),
    5: ("center", "steering", "throttle", "brake", "speed"),
}
"""What a log without a header holds, by how many columns it has."""
_SEPARATORS = ",;\t"
_PAUSE = 1.0
"""Seconds between frames that make a gap."""

_CLOCK = re.compile(r"\d{4}(?:_\d\d){5}_\d{3}")


def read_driving_log(
    text: str, *, pictures: Collection[str] | None = None, side: float | None = None
) -> Log:
    r"""Return the log in a ``driving_log.csv`` of the Udacity simulator, with a header or without.

    Parameters
    ----------
    text : the file: columns center, left, right, steering, throttle, brake, speed, or without left
        and right; paths may be Windows' or not, and separators commas, semicolons or tabs
    pictures : names of the files that are there; None asks nothing
    side : degrees that the left camera's picture asks for more to the right, and the right one's to
        the left; None leaves them out

    Returns
    -------
    The rows, whose frame counts the lines. Reported are unreadable lines, steering that is not a
    number in [-1, 1], pictures named twice or not there, and, with the row kept, other separators
    and pauses of more than a second between the times in the pictures' names.

    Raises
    ------
    ValueError
        If there is a header without "center" and "steering".

    """
    found: list[tuple[int, Row]] = []
    problems: list[Problem] = []
    cameras = {"center": 0.0} if side is None else {"center": 0.0, "left": side, "right": -side}
    for frame, (line, row) in enumerate(_table(text, problems)):
        degrees = _steering(line, row.get("steering"), problems)
        if degrees is None:
            continue
        if not row["center"]:
            problems.append(Problem(line, "a picture of the centre camera", "none"))
        for camera, more in cameras.items():
            if row.get(camera):
                found.append((line, Row(file_name(row[camera]), degrees + more, frame, more)))
    found = list(usable(found, pictures, problems))
    problems.extend(_pauses(found))
    return finished(found, problems)


def _table(text: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the cells of each line, by column; {} where they do not fit."""
    names: tuple[str, ...] = ()
    usual = ""
    for line, entry in lines(text):
        separator = _separator(entry)
        cells = _cells(entry, separator)
        if not usual:
            usual, names = separator, _header(cells)
            if names:
                continue
        names = names or _COLUMNS.get(len(cells), ())
        if not names or len(cells) != len(names):
            expected = f"{len(names)} cells" if names else "5 or 7 cells"
            problems.append(Problem(line, expected, f"{len(cells)}: {entry[:80]!r}"))
            yield line, {}
            continue
        if separator != usual:
            problems.append(Problem(line, f"{usual!r} between cells", repr(separator), lost=False))
        yield line, dict(zip(names, cells, strict=True))


def _cells(entry: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([entry], delimiter=separator))]
    except csv.Error:  # a cell of more than 128 KiB
        return [entry]


def _separator(entry: str) -> str:
    """Return the separator that a line has most of."""
    return max(_SEPARATORS, key=entry.count)


def _header(cells: list[str]) -> tuple[str, ...]:
    """Return the names of the columns, or () if the line is none of names."""
    names = tuple(cell.lower() for cell in cells)
    if not set(names) & {"center", "steering", "throttle", "brake", "speed"}:
        return ()
    if not {"center", "steering"} <= set(names) or len(set(names)) < len(names):
        raise ValueError(f"columns 'center' and 'steering' were expected once each, got {cells}")
    return names


def _steering(line: int, text: str | None, problems: list[Problem]) -> float | None:
    if text is None:
        return None
    value = number(text)
    if value is None or abs(value) > 1:
        problems.append(Problem(line, "steering in [-1, 1]", repr(text)))
        return None
    return FULL_LOCK * value


def _pauses(found: list[tuple[int, Row]]) -> Iterator[Problem]:
    """Yield a problem for each pause between frames whose names tell the time."""
    before = None
    for line, row in found:
        match = _CLOCK.search(row.picture)
        if match is None:
            continue
        try:
            now = datetime.strptime(f"{match[0]}000", "%Y_%m_%d_%H_%M_%S_%f").replace(tzinfo=UTC)
        except ValueError:  # the 31st of February
            continue
        passed = (now - before).total_seconds() if before else 0.0
        if not 0 <= passed <= _PAUSE:
            yield Problem(line, f"at most {_PAUSE:g} s since the frame before", f"{passed:.1f} s",
                          lost=False)  # fmt: skip
        before = now
