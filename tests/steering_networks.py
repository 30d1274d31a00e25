"""Networks for steering whose every weight is set by hand, so that their reason is known."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from generator.models.framework import load_framework
from generator.models.preprocessing import PRESETS
from generator.models.trained import Trained
from generator.science.placement import Fit

SIZE = (24, 36)
REGION = (slice(9, 15), slice(24, 30))
"""Rows and columns of the input whose brightness is the angle."""
GAIN = 40.0
"""Degrees for a region that is white."""


def region() -> np.ndarray:
    """The region as a mask of the input."""
    mask = np.zeros(SIZE, bool)
    mask[REGION] = True
    return mask


def by_brightness(*, flat: bool = False, classes: int = 1) -> Trained:
    """Return a network whose angle is the mean brightness of the region, from 0 to GAIN degrees.

    Its first maps are brightness; the second are means over three by three pixels, or, ``flat``,
    over whole columns of the region's rows: one row.
    """
    load_framework()
    high, wide = (SIZE[0], 1) if flat else (3, 3)
    inputs = keras.Input((*SIZE, 3))
    grey = layers.Conv2D(1, 1, activation="relu", name="grey")
    gather = layers.Conv2D(1, (high, wide), (high, wide), activation="relu", name="gather")
    decide = layers.Dense(classes, name="decide")
    model = keras.Model(inputs, decide(layers.Flatten(name="all")(gather(grey(inputs)))))
    grey.set_weights([np.full((1, 1, 3, 1), 1 / 3), np.zeros(1)])
    rows = REGION[0] if flat else slice(None)
    kernel = np.zeros((high, wide, 1, 1))
    kernel[rows] = 1 / kernel[rows].size
    gather.set_weights([kernel, np.zeros(1)])
    cells = region().any(axis=0) if flat else region()[::3, ::3]
    weights = GAIN * cells.reshape(-1, 1) / cells.sum()
    decide.set_weights([np.repeat(weights, classes, 1), np.zeros(classes)])
    return Trained(model, PRESETS["unit"], Fit.STRETCH, ())


def frame(light: float = 0.8, dark: float = 0.1) -> np.ndarray:
    """Return a picture (24, 36, 3) uint8 whose region is light."""
    picture = np.full((*SIZE, 3), round(255 * dark), np.uint8)
    picture[REGION] = round(255 * light)
    return picture
