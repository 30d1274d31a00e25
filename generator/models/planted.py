"""Networks whose reason is known, because it was put there: every weight is set by hand.

A planted network finds one colour (or, with one channel, brightness) and nothing else: its first
convolution answers only to that, the second gathers it, and a linear layer on averages turns it
into classes. Whatever else is in the picture cannot matter, so a map that lights up elsewhere is
wrong, and by how much can be measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError
from generator.models.preprocessing import PRESETS, Order, Preprocessing
from generator.science.planted import SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMS = ("flat", "nested", "sequential", "grey")
"""Functional; a backbone inside a model; Sequential; Sequential with one channel."""

_GAIN = 60.0
"""From the mean of a map, of which a cue fills a few percent, to a clear logit."""


def build(form: str) -> Any:
    """Return the planted network of this ``form``: input (48, 80, 3 or 1) in 0 to 1, logits out.

    Raises
    ------
    ModelError
        If there is no such form.

    """
    import keras
    from keras import layers

    if form not in FORMS:
        raise ModelError(f"expected one of the planted networks {', '.join(FORMS)}, got {form!r}")
    detectors = _grey_detectors() if form == "grey" else _colour_detectors()
    channels, kinds = detectors.shape[2], detectors.shape[3]
    shape = (*SIZE, channels)
    found = layers.Conv2D(kinds, 3, padding="same", activation="relu", name="detect")
    gathered = layers.Conv2D(kinds, 5, padding="same", activation="relu", name="gather")
    pool = layers.MaxPooling2D(2, name="pool")
    averages = layers.GlobalAveragePooling2D(name="average")
    decide = layers.Dense(kinds, name="decide")
    if form == "nested":
        inner = keras.Input(shape)
        backbone = keras.Model(inner, gathered(pool(found(inner))), name="backbone")
        outer = keras.Input(shape)
        model = keras.Model(outer, decide(averages(backbone(outer))))
    elif form == "flat":
        inputs = keras.Input(shape)
        model = keras.Model(inputs, decide(averages(gathered(pool(found(inputs))))))
    else:
        model = keras.Sequential([keras.Input(shape), found, pool, gathered, averages, decide])
    found.set_weights([detectors, np.full(kinds, -0.3, np.float32)])
    gathered.set_weights([_gathering(kinds), np.zeros(kinds, np.float32)])
    decide.set_weights([np.eye(kinds, dtype=np.float32) * _GAIN, np.zeros(kinds, np.float32)])
    return model


def preprocessing(form: str) -> Preprocessing:
    """Return how pictures are given to the planted network of this ``form``."""
    grey = Preprocessing(Order.GREY, (0.0,), (255.0,))
    return grey if form == "grey" else PRESETS["unit"]


def _colour_detectors() -> NDArray[np.float32]:
    """Return kernels (3, 3, 3, 3) that answer where one channel exceeds the two others' sum."""
    mixing = 2 * np.eye(3, dtype=np.float32) - 1
    return np.broadcast_to(mixing / 9, (3, 3, 3, 3)).astype(np.float32)


def _grey_detectors() -> NDArray[np.float32]:
    """Return kernels (3, 3, 1, 2): one for brightness, one for horizontal stripes."""
    kernels = np.zeros((3, 3, 1, 2), np.float32)
    kernels[:, :, 0, 0] = 1 / 9
    kernels[:, :, 0, 1] = np.array([[-1], [2], [-1]], np.float32) / 3
    return kernels


def _gathering(kinds: int) -> NDArray[np.float32]:
    """Return kernels (5, 5, kinds, kinds) that average each map by itself."""
    kernels = np.zeros((5, 5, kinds, kinds), np.float32)
    for kind in range(kinds):
        kernels[:, :, kind, kind] = 1 / 25
    return kernels
