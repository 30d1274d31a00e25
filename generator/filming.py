"""A technique for pictures on a video: each frame on its own, maps to films, scores to series.

Memory does not depend on the video's length: pictures go into their film as they come, and maps
wait on disk until the range of all of them is known.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from statistics import fmean
from typing import TYPE_CHECKING

from generator.films import Filmed, Series
from generator.reels import Motion, Reel
from generator.technique import Score

if TYPE_CHECKING:
    from generator.models.trained import Trained
    from generator.samples import Footage, Sample
    from generator.technique import Params, Result, Technique

_NAMED = 8
"""Frames that are listed one by one in a note."""
_SAID = 6
"""Different notes of frames that are repeated."""


def film(technique: Technique, footage: Footage, params: Params, networks: list[Trained]) -> Filmed:
    """Return what ``technique`` finds in each frame of ``footage``.

    A frame on which it fails is blank, and a note says so; if it fails on every frame, the last
    error is raised.
    """
    names = technique.filmed or (technique.highlight,)
    motion, numbers = Motion(), _Numbers()
    with ExitStack() as stack:
        reels = {name: stack.enter_context(Reel(name, footage)) for name in names}
        for sample in footage.read():
            motion.see(sample.image)
            result, error = _of_one(technique, sample, params, networks)
            panels = {panel.name: panel for panel in result.panels} if result else {}
            for name, reel in reels.items():
                reel.add(panels.get(name), motion)
            numbers.add(result, error)
        if numbers.error and len(numbers.failed) == numbers.frames:
            raise numbers.error
        films = tuple(made for reel in reels.values() if (made := reel.close()))
    notes = (*footage.notes(), *numbers.notes())
    return Filmed((), numbers.scores(), notes, (), films, numbers.series())


def _of_one(
    technique: Technique, sample: Sample, params: Params, networks: list[Trained]
) -> tuple[Result | None, Exception | None]:
    """Return what was found in one frame, or why nothing was: a frame that fails ends no film."""
    try:
        return technique.run(sample, params, *networks), None
    except Exception as error:  # noqa: BLE001 - as of a task, a failure of a frame is data
        return None, error


class _Numbers:
    """The scores and notes of frames, as they come."""

    def __init__(self) -> None:
        self.frames = 0
        self.failed: list[int] = []
        self.error: Exception | None = None
        self._values: dict[str, list[float | None]] = {}
        self._notes: Counter[str] = Counter()

    def add(self, result: Result | None, error: Exception | None) -> None:
        """Note what one frame gave."""
        found = {score.metric: score.value for score in result.scores} if result else {}
        for metric in found:
            self._values.setdefault(metric, [None] * self.frames)
        for metric, values in self._values.items():
            values.append(found.get(metric))
        self._notes.update(result.notes if result else ())
        if error:
            self.failed.append(self.frames)
            self.error = error
        self.frames += 1

    def scores(self) -> tuple[Score, ...]:
        """Return the mean of each score over the frames that have it."""
        return tuple(
            Score(metric, fmean(value for value in values if value is not None))
            for metric, values in self._values.items()
        )

    def series(self) -> tuple[Series, ...]:
        """Return each score over time."""
        return tuple(Series(metric, tuple(values)) for metric, values in self._values.items())

    def notes(self) -> tuple[str, ...]:
        """Return what frames had to say, the most frequent first, and which have failed."""
        said = []
        for note, count in sorted(self._notes.items(), key=lambda one: (-one[1], one[0]))[:_SAID]:
            where = "" if count == self.frames else f" (in {count} of {self.frames} frames)"
            said.append(f"{note}{where}")
        if self.error:
            listed = ", ".join(map(str, self.failed[:_NAMED]))
            more = "" if len(self.failed) <= _NAMED else f" and {len(self.failed) - _NAMED} more"
            said.append(
                f"it failed on {len(self.failed)} of {self.frames} frames, which are blank: "
                f"{listed}{more}; the last said {self.error}"
            )
        return tuple(said)
