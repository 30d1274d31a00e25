"""The training of PilotNet on the frames of a drive, and how far it came.

The same frames and lesson give the same bytes on one machine with one number of threads, as the
builds' workers have it: one. All chance has a seed, and no step depends on which thread was faster.
With another number of threads sums are added in another order, and their last bits differ.

The loss is the mean squared error over the mean square of the training angles, so that the weight
of L2 means the same for a log in degrees of the front wheels and for one of the steering wheel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from generator.models import pilotnet
from generator.models.framework import load_framework

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from generator.science.blocks import Split
    from generator.science.lessons import Lesson

    Floats = NDArray[np.float32]

SAMPLE = 300
"""Training frames, evenly spread, on which the error on training frames is measured."""


@dataclass(frozen=True)
class Epoch:
    """How far a training was after a pass: mean absolute errors in degrees, without dropout."""

    train: float
    held_out: float


@dataclass(frozen=True)
class Baselines:
    """Mean absolute errors in degrees, on held-out frames, of who does not look.

    `straight` always says 0, `mean` the mean angle of the training frames, and `median` their
    median, the best that a constant learned from them can do.
    """

    straight: float
    mean: float
    median: float


@dataclass(frozen=True, eq=False)
class Taught:
    """A trained network and how it came about.

    `weights` are the bytes of a ``.keras`` file; `predictions` (n,) float32 are its angles in
    degrees for all frames that were given, of training and held out alike.
    """

    weights: bytes
    history: tuple[Epoch, ...]
    baselines: Baselines
    predictions: Floats

    @property
    def share(self) -> float:
        """The last held-out error over that of always driving straight; infinite if that is 0."""
        straight = self.baselines.straight
        return self.history[-1].held_out / straight if straight else float("inf")


def baselines(degrees: NDArray[Any], split: Split) -> Baselines:
    """Return the errors on held-out frames of always saying the same.

    Parameters
    ----------
    degrees : (n,) true angles
    split : which frames train and which are held out

    """
    seen, true = degrees[split.train], degrees[split.held_out]
    found = [float(np.abs(true - said).mean()) for said in (0.0, seen.mean(), np.median(seen))]
    return Baselines(*found)


def teach(
    pictures: NDArray[np.uint8],
    degrees: NDArray[Any],
    split: Split,
    lesson: Lesson,
    *,
    after: Callable[[Epoch], None] | None = None,
) -> Taught:
    """Train PilotNet by the mean squared error, with Adam, and return it.

    Parameters
    ----------
    pictures : (n, 66, 200, 3) uint8
    degrees : (n,) finite, the true angles, in (-360, 360)
    split : which frames train and which are held out, by number; neither may be empty
    lesson : how it is taught
    after : is told of each pass

    Raises
    ------
    ValueError
        If shapes do not match, an angle is out of range, or the split is empty or of other frames.

    """
    _check(pictures, degrees, split)
    load_framework()
    model = pilotnet.build(dropout=lesson.dropout, decay=lesson.decay, seed=lesson.seed)
    rng = np.random.default_rng(lesson.seed)
    radians = np.radians(degrees).astype(np.float32)
    step = _compiled(model, float(np.square(radians[split.train]).mean()) or 1.0)
    steps = -(-len(split.train) // lesson.batch)
    spread = np.linspace(0, len(split.train) - 1, min(SAMPLE, len(split.train))).astype(int)
    watched = {"train": split.train[spread], "held_out": split.held_out}
    history = []
    for epoch in range(lesson.epochs):
        order = rng.permutation(split.train)
        for number in range(steps):
            chosen = order[number * lesson.batch : (number + 1) * lesson.batch]
            rate = lesson.rate_at(epoch * steps + number, lesson.epochs * steps)
            step(*varied(pictures[chosen], radians[chosen], lesson, rng), rate)
        errors = {
            part: _error(model, pictures[frames], degrees[frames])
            for part, frames in watched.items()
        }
        history.append(Epoch(**errors))
        if after:
            after(history[-1])
    weights = pilotnet.to_bytes(model)
    predictions = pilotnet.degrees(model, pictures)
    return Taught(weights, tuple(history), baselines(degrees, split), predictions)


def varied(
    pictures: NDArray[np.uint8], radians: Floats, lesson: Lesson, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return frames as a step sees them, (n, 66, 200, 3) float32, and their angles (n,)."""
    flipped = rng.random(len(pictures)) < (0.5 if lesson.flips else 0)
    factors = 1 + lesson.brightness * rng.uniform(-1, 1, len(pictures))
    seen = [
        cv2.convertScaleAbs(picture[:, ::-1] if flip else picture, alpha=factor)
        for picture, flip, factor in zip(pictures, flipped, factors, strict=True)
    ]
    signs = np.where(flipped, np.float32(-1), np.float32(1))
    return pilotnet.as_input(np.asarray(seen, np.uint8)), radians * signs


def _compiled(model: Any, scale: float) -> Callable[[Floats, Floats, float], None]:
    """Return a step of Adam on frames, angles and a learning rate."""
    import keras
    import tensorflow as tf

    adam = keras.optimizers.Adam()
    adam.build(model.trainable_variables)

    def descend(batch: Any, angles: Any) -> None:
        with tf.GradientTape() as tape:
            found = model(batch, training=True)[:, 0]
            loss = tf.reduce_mean(tf.square(found - angles)) / scale
            for penalty in model.losses:
                loss += penalty
        variables = model.trainable_variables
        adam.apply(tape.gradient(loss, variables), variables)

    signature = [tf.TensorSpec((None, *pilotnet.SIZE, 3)), tf.TensorSpec((None,))]
    compiled = tf.function(descend, input_signature=signature, autograph=False)

    def step(batch: Floats, angles: Floats, rate: float) -> None:
        adam.learning_rate.assign(rate)
        compiled(tf.constant(batch), tf.constant(angles))

    return step


def _error(model: Any, pictures: NDArray[np.uint8], degrees: NDArray[Any]) -> float:
    return float(np.abs(pilotnet.degrees(model, pictures) - degrees).mean())


def _check(pictures: NDArray[np.uint8], degrees: NDArray[Any], split: Split) -> None:
    pilotnet.check(pictures)
    count = len(pictures)
    if np.shape(degrees) != (count,):
        raise ValueError(f"{count} angles were expected, got {np.shape(degrees)}")
    if not (np.abs(degrees) < 360).all():  # noqa: PLR2004 - 2 atan reaches no farther
        raise ValueError("finite angles in (-360, 360) degrees were expected, got others")
    for frames in (split.train, split.held_out):
        if not len(frames) or frames.min() < 0 or frames.max() >= count:
            raise ValueError(f"frames from 0 to {count - 1} to train and to hold out were expected")
