"""How a steering network is taught."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import Enum


class Schedule(Enum):
    """How the learning rate runs over a training."""

    CONSTANT = "constant"
    """The same throughout, as PilotNet was trained."""

    WARM = "warm"
    """Up over the first twentieth, then down along half a cosine to nothing."""


@dataclass(frozen=True)
class Lesson:
    """What a training is told; the defaults learn the synthetic road in a few passes.

    Parameters
    ----------
    epochs : passes over the training frames, at least 1
    batch : frames to a step, at least 1
    rate : learning rate of Adam at its highest; PilotNet's is 1e-4, with Schedule.CONSTANT
    schedule : how it runs
    dropout : share of the units of the widest dense layer that a step leaves out, in [0, 1); after
        the narrow ones it made two of three trainings stand still
    decay : weight of L2, the sum of the squares of all kernels, at least 0
    flips : whether a step sees each frame mirrored, its angle negated, with a chance of a half
    brightness : a frame is made up to this share brighter or darker, in [0, 1)
    seed : at least 0; decides the first weights, the order, dropout, flips and brightness

    Raises
    ------
    ValueError
        If one of these is out of its range.

    """

    epochs: int = 6
    batch: int = 32
    rate: float = 1e-3
    schedule: Schedule = Schedule.WARM
    dropout: float = 0.2
    decay: float = 1e-3
    flips: bool = True
    brightness: float = 0.3
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.epochs, self.batch) < 1 or self.seed < 0:
            raise ValueError(
                "at least one epoch, a batch of one and a seed of 0 were expected, got "
                f"{self.epochs}, {self.batch} and {self.seed}"
            )
        if not (0 < self.rate < math.inf and 0 <= self.decay < math.inf):
            raise ValueError(
                "a rate above 0 and a decay of at least 0 were expected, got "
                f"{self.rate} and {self.decay}"
            )
        if not (0 <= self.dropout < 1 and 0 <= self.brightness < 1):
            raise ValueError(
                "a dropout and a brightness in [0, 1) were expected, got "
                f"{self.dropout} and {self.brightness}"
            )

    @property
    def causes(self) -> dict[str, int | float | str]:
        """Every value by its name, as JSON has it."""
        return {**asdict(self), "schedule": self.schedule.value}

    def rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of a step, from 0, of so many."""
        if self.schedule is Schedule.CONSTANT:
            return self.rate
        rise = max(1, steps // 20)
        if step < rise:
            return self.rate * (step + 1) / rise
        return self.rate * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
