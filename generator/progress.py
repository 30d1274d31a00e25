"""How a build is told: a bar with the time left on a terminal, plain lines everywhere else."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from generator.build import Listener, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.execute import Outcome

_EVERY = 5.0
"""Seconds between two plain lines."""


def on_terminal(stream: TextIO) -> bool:
    """Return whether ``stream`` is a terminal that a person watches."""
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


@contextmanager
def telling(stream: TextIO | None = None) -> Iterator[Listener]:
    """Give the listener for a build that reports to ``stream`` (standard error by default)."""
    stream = stream or sys.stderr
    if on_terminal(stream):
        with _bar(stream) as listener:
            yield listener
    else:
        yield _Lines(stream).listener()


class _Lines:
    """Plain lines: every failure, and a count now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._total = self._done = self._pictures = 0
        self._started = self._last = time.monotonic()

    def listener(self) -> Listener:
        return Listener(self._plan, self._ran, self._pictured)

    def _plan(self, total: int) -> None:
        self._total, self._done = total, 0

    def _ran(self, outcome: Outcome) -> None:
        self._done += 1
        if outcome.failure:
            self._say(f"failed: {outcome.task.name}: {outcome.failure.message}")
        elif not outcome.cached:
            self._now_and_then(f"{self._done} of {self._total} results{self._left()}")

    def _pictured(self, _: str) -> None:
        self._pictures += 1
        self._now_and_then(f"{self._pictures} pictures encoded")

    def _left(self) -> str:
        if not 0 < self._done < self._total:
            return ""
        spent = time.monotonic() - self._started
        return f", about {spent / self._done * (self._total - self._done):.0f} s left"

    def _now_and_then(self, text: str) -> None:
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            self._say(text)

    def _say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


@contextmanager
def _bar(stream: TextIO) -> Iterator[Listener]:
    """Give a listener that draws a bar once there is something to wait for."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(file=stream)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        results = progress.add_task("Results", total=None, visible=False)
        pictures = progress.add_task("Pictures", total=None, visible=False)

        def ran(outcome: Outcome) -> None:
            progress.update(results, advance=1, visible=not outcome.cached or None)
            if outcome.failure:
                failed = f"failed: {outcome.task.name}: {outcome.failure.message}"
                progress.console.print(failed, markup=False)

        def pictured(_: str) -> None:
            progress.update(pictures, advance=1, visible=True)

        def planned(total: int) -> None:
            progress.update(results, total=total)

        yield Listener(planned, ran, pictured)


def closing(summary: Summary) -> list[str]:
    """Return the lines that end a build: what was done, how long it took, what took longest."""
    lines = [f"  {problem}" for problem in summary.problems]
    if lines:
        lines.insert(0, "Problems (each has a card on its page):")
    lines += [summary.note] if summary.note else []
    if summary.slowest:
        lines.append("Slowest:")
        lines += [f"  {seconds:6.2f} s  {name}" for name, seconds in summary.slowest]
    site = "written" if summary.written else "already up to date"
    lines.append(
        f"{summary.built} built, {summary.cached} cached, {summary.failed} failed "
        f"in {summary.seconds:.2f} s; site {site}: {summary.out / 'index.html'}"
    )
    return lines
