"""The numbers of a gallery over its commits: a line of JSON each, appended and never rewritten.

Lines can stand in any order, as they do after a merge: what counts is the time of the commit. A
commit that stands twice counts as it stands last.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from generator.compared import Compared, State, Twin
from generator.deltas import deltas
from generator.errors import ComparisonError, OutputError
from generator.records import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.deltas import Delta
    from generator.report import Report

SCHEMA = 1
"""The form of a line."""
MAX_LINE = 16 * 1024 * 1024
_SHORT = 60
_PARTS = 2


@dataclass(frozen=True)
class Measured:
    """A metric at a commit: of what it is, its value, and the interval that it lies in."""

    technique: str
    variant: str
    item: str
    metric: str
    title: str
    name: str
    unit: str
    digits: int
    value: float
    interval: tuple[float, float] | None = None

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What tells it from the other metrics of a commit."""
        return self.technique, self.variant, self.item, self.metric


@dataclass(frozen=True)
class Entry:
    """A commit: when it was made (seconds since 1970), where it can be seen, what was measured."""

    commit: str
    time: int
    link: str
    failures: int
    metrics: tuple[Measured, ...]


def entry_of(report: Report, folder: Path, commit: str, link: str) -> Entry:
    """Return the line for ``report``, whose commit is ``commit`` or that of ``folder``.

    Raises
    ------
    ComparisonError
        If there is no such commit.

    """
    found = _commit(folder, commit or report.commit or "HEAD")
    if found is None:
        raise ComparisonError(
            f"expected a commit, got {commit or 'no repository'!r}: a trend is over commits; "
            "run this in the repository, or name one with --commit"
        )
    twins = tuple(Twin(run, run, State.FAILING if run.failure else State.SAME)
                  for run in report.runs)  # fmt: skip
    compared = Compared(report, report, twins)
    metrics = tuple(_measured(row, compared) for row in deltas(compared) if row.now is not None)
    return Entry(found[0], found[1], link or _link(found[0]), compared.failures, metrics)


def _measured(row: Delta, compared: Compared) -> Measured:
    from generator.compare_words import whose

    words, value = row.words, row.now
    interval = row.own if row.item else _mean_interval(row, compared)
    return Measured(
        row.technique, row.variant, row.item, row.metric, whose(row, compared), words.name,
        words.unit, words.digits, math.nan if value is None else value, interval,
    )  # fmt: skip


def _mean_interval(row: Delta, compared: Compared) -> tuple[float, float] | None:
    """Return the interval of a mean over pictures; None for too few of them."""
    import numpy as np

    from generator.science.paired import mean_change

    scores = [
        run.score(row.metric)
        for run in compared.head.runs
        if (run.technique, run.variant) == (row.technique, row.variant)
    ]
    values = [float(score["value"]) for score in scores if score]
    if not values:
        return None
    return mean_change([0.0] * len(values), values, np.random.default_rng(0)).interval


def _commit(folder: Path, name: str) -> tuple[str, int] | None:
    words = ["git", "-C", str(folder), "show", "-s", "--format=%H %ct", "--end-of-options", name]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return None
    found = done.stdout.split()
    return (found[0], int(found[1])) if done.returncode == 0 and len(found) == _PARTS else None


def _link(commit: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return where CI says that a commit can be seen, or ""."""
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    if server and name:
        return f"{server}/{name}/commit/{commit}"
    project = environment.get("CI_PROJECT_URL")
    return f"{project}/-/commit/{commit}" if project else ""


def append(path: Path, entry: Entry) -> str:
    """Add ``entry`` at the end of the history and return what was done, in a sentence.

    Raises
    ------
    OutputError
        If the file cannot be written.

    """
    line = canonical({"schema": SCHEMA, **asdict(entry)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        if line.encode() in before.splitlines():
            return f"{entry.commit[:12]} is in {path.name} already"
        whole = not before or before.endswith(b"\n")  # a line that was cut off stays by itself
        with path.open("ab") as file:
            file.write(f"{'' if whole else chr(10)}{line}\n".encode())
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    return f"{entry.commit[:12]} added to {path.name}"


def read(path: Path) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the commits of the history by time, and a sentence for each line that is none.

    Raises
    ------
    ComparisonError
        If there is no such file.

    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ComparisonError(
            f"expected a history at {path}, got {error.strerror or error}; "
            "salon trend --add SITE begins one"
        ) from None
    found: dict[str, Entry] = {}
    problems = []
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = _entry(line)
            found[entry.commit] = entry
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            text = line[:_SHORT].decode("utf-8", "replace")
            problems.append(f"{path.name}:{place}: expected a line of a history, got {text!r} "
                            f"({error}); it is left out")  # fmt: skip
    ordered = sorted(found.values(), key=lambda entry: (entry.time, entry.commit))
    return tuple(ordered), tuple(problems)


def _entry(line: bytes) -> Entry:
    if len(line) > MAX_LINE:
        raise ValueError(f"{len(line)} bytes")
    plain = json.loads(line)
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
        raise ValueError(f"no line of schema {SCHEMA}")
    link = str(plain["link"])
    return Entry(
        commit=str(plain["commit"]),
        time=int(plain["time"]),
        link=link if link.startswith(("https://", "http://")) else "",
        failures=int(plain["failures"]),
        metrics=tuple(_metric(one) for one in plain["metrics"]),
    )


def _metric(plain: dict[str, Any]) -> Measured:
    ends = plain["interval"]
    made = Measured(**{**plain, "interval": (float(ends[0]), float(ends[1])) if ends else None})
    words = (*made.place, made.title, made.name, made.unit)
    numbers = (made.value, *(made.interval or ()))
    if not all(isinstance(word, str) for word in words) or not isinstance(made.digits, int):
        raise ValueError("words that are none")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a number that is none")
    return made
