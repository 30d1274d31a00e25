"""Drives as a manifest names them: a log's frames, a synthetic road, and what is learned there."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.content import Located
    from generator.science.lessons import Lesson


@dataclass(frozen=True)
class Moment:
    """One frame of a driving log: its picture's name and file, its number, and the true angle.

    ``degrees`` are of the steering wheel, positive to the right; ``aside`` is what is added to them
    as the camera stands at the car's side.
    """

    name: str
    file: Located
    number: int
    degrees: float
    aside: float = 0.0

    @property
    def digest(self) -> str:
        """What its picture is made of."""
        return self.file.sha256


@dataclass(frozen=True)
class Journey:
    """Frames of a drive, checked, in the order of time; ``problems`` says what was left out.

    A log has ``moments``, a synthetic road a ``seed`` in their place; ``code``, once planned, is
    the fingerprint of what reads or draws the frames. The drive is cut into ``blocks`` equal parts
    of time, of which the share ``held_out`` is kept from training. Angles are smoothed over
    ``smoothing`` frames, and of a log's pictures the rows between the shares ``road`` of the height
    are seen.
    """

    frames: int
    held_out: float
    blocks: int
    moments: tuple[Moment, ...] = ()
    problems: tuple[str, ...] = ()
    smoothing: float = 0.0
    road: tuple[float, float] = (0.0, 1.0)
    seed: int | None = None
    code: str = ""

    @property
    def digests(self) -> tuple[str, ...]:
        """What each frame's picture is made of."""
        if self.seed is not None:
            return tuple(f"road:{self.code}:{self.seed}:{n}" for n in range(self.frames))
        return tuple(f"{one.digest}:{self.road}:{self.code}" for one in self.moments)

    @property
    def causes(self) -> dict[str, Any]:
        """What of it decides a result: pictures, angles, and which are held out."""
        made: dict[str, Any] = {"seed": self.seed, "frames": self.frames, "code": self.code}
        if self.seed is None:
            listed = [[m.digest, m.number, m.degrees, m.aside] for m in self.moments]
            moments = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
            made = {
                "moments": moments, "smoothing": self.smoothing, "road": list(self.road),
                "code": self.code,
            }  # fmt: skip
        return {**made, "held_out": self.held_out, "blocks": self.blocks}


@dataclass(frozen=True)
class Still:
    """One frame of a synthetic road; ``code``, once planned, is the fingerprint of what draws it.

    It is frame ``number`` of the drive of that ``seed``.
    """

    seed: int
    number: int
    code: str = ""

    @property
    def causes(self) -> dict[str, Any]:
        """What of it decides a result."""
        return {"seed": self.seed, "frame": self.number, "code": self.code}


@dataclass(frozen=True)
class Training:
    """How a network comes about that this gallery trains: from what, and how it is taught.

    ``libraries`` and ``code`` are what the training rests on, once planned.
    """

    journey: Journey
    lesson: Lesson
    libraries: tuple[tuple[str, str], ...] = ()
    code: str = ""

    @property
    def causes(self) -> dict[str, Any]:
        """What decides the weights, which nobody knows before they are trained."""
        return {
            "journey": self.journey.causes,
            "lesson": self.lesson.causes,
            "libraries": dict(self.libraries),
            "code": self.code,
        }
