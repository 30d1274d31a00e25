"""PilotNet, the network that turns a picture of the road into an angle of the steering wheel.

Bojarski et al., "End to end learning for self-driving cars", 2016,
https://doi.org/10.48550/arXiv.1604.07316; the end, y = 2 atan(z), is of S. Chen's version of it.
"""

from __future__ import annotations

import io
import json
import math
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.models.preprocessing import PRESETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = (66, 200)
"""Rows and columns of the input."""
PARAMETERS = 1_595_511
PREPROCESSING = PRESETS["tf"]
"""What a picture is to the network, in training and for every question after it: -1 to 1."""

_CONVOLUTIONS = ((24, 5, 2), (36, 5, 2), (48, 5, 2), (64, 3, 1), (64, 3, 1))
_DENSE = (1164, 100, 50, 10)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def build(*, dropout: float = 0.2, decay: float = 1e-3, seed: int = 0) -> Any:
    """Return an untrained PilotNet.

    Parameters
    ----------
    dropout : share of the units of the widest dense layer that training leaves out
    decay : weight of L2, the sum of the squares of all kernels
    seed : decides the first weights, and what dropout leaves out

    Returns
    -------
    keras.Model from (n, 66, 200, 3), as PREPROCESSING makes it, to (n, 1) radians, positive to the
    right; its layers are conv1 to conv5, whose maps end with 1 by 18, dense1 to dense4 and z.

    """
    import keras
    from keras import layers

    square = keras.regularizers.L2(decay) if decay else None

    def settings(place: int) -> dict[str, Any]:
        # A small bias keeps rectifiers alive that the first frames would switch off for ever.
        return {
            "activation": "relu",
            "kernel_initializer": keras.initializers.HeNormal(seed=100 * seed + place),
            "kernel_regularizer": square,
            "bias_initializer": keras.initializers.Constant(0.1),
        }

    inputs = keras.Input((*SIZE, 3), name="picture")
    x = inputs
    for place, (maps, size, step) in enumerate(_CONVOLUTIONS, 1):
        x = layers.Conv2D(maps, size, step, name=f"conv{place}", **settings(place))(x)
    x = layers.Flatten(name="flat")(x)
    for place, units in enumerate(_DENSE, 1):
        x = layers.Dense(units, name=f"dense{place}", **settings(10 + place))(x)
        if dropout and place == 1:
            x = layers.Dropout(dropout, name="drop", seed=100 * seed + 20)(x)
    # It begins near 0 degrees, whatever the size of the angles that it is to learn.
    small = keras.initializers.RandomNormal(stddev=0.03, seed=100 * seed + 30)
    z = layers.Dense(1, kernel_initializer=small, kernel_regularizer=square, name="z")(x)
    x = keras.ops.arctan(z)
    x._keras_history.operation.name = "arctan"  # noqa: SLF001 - or it bears a running number
    return keras.Model(inputs, layers.Rescaling(2.0, name="angle")(x), name="pilotnet")


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures (n, 66, 200, 3) uint8 as the network takes them, float32."""
    return np.stack([PREPROCESSING.apply(picture) for picture in pictures])


def degrees(model: Any, pictures: NDArray[np.uint8], *, batch: int = 64) -> NDArray[np.float32]:
    """Return the angle that a trained network gives each picture.

    Parameters
    ----------
    model : of `build`
    pictures : (n, 66, 200, 3) uint8

    Returns
    -------
    (n,) float32, degrees, positive to the right

    Raises
    ------
    ValueError
        If the pictures have another shape or type.

    """
    check(pictures)
    parts = [
        np.asarray(model(as_input(pictures[start : start + batch]), training=False))[:, 0]
        for start in range(0, len(pictures), batch)
    ]
    radians = np.concatenate([np.zeros(0, np.float32), *parts])
    return np.asarray(np.degrees(radians), np.float32)


def in_degrees(model: Any) -> Any:
    """Return a network of radians as one of degrees; its layers and weights are the same."""
    import keras

    wide = keras.layers.Rescaling(180 / math.pi, name="degrees")(model.output)
    return keras.Model(model.input, wide, name=model.name)


def check(pictures: NDArray[np.uint8]) -> None:
    """Refuse what are no pictures of the network's size.

    Raises
    ------
    ValueError
        If they are not (n, 66, 200, 3) uint8.

    """
    if np.shape(pictures)[1:] != (*SIZE, 3) or pictures.dtype != np.uint8:
        raise ValueError(
            f"pictures of (n, 66, 200, 3) uint8 were expected, got {np.shape(pictures)} "
            f"{pictures.dtype}"
        )


def to_bytes(model: Any) -> bytes:
    """Return a model as a ``.keras`` file, the same bytes for the same model.

    Keras writes the time, and addresses in memory, into its files; they are taken out.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in sorted(archive.namelist())}
    parts["metadata.json"] = _plain(parts["metadata.json"])
    parts["config.json"] = _plain(parts["config.json"])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content)
    return written.getvalue()


def _plain(text: bytes) -> bytes:
    return json.dumps(_without(json.loads(text)), sort_keys=True).encode()


def _without(value: Any) -> Any:
    """Return JSON less what changes from one saving to the next."""
    if isinstance(value, dict):
        kept = value.keys() - {"shared_object_id", "date_saved"}
        return {key: _without(value[key]) for key in sorted(kept)}
    return [_without(part) for part in value] if isinstance(value, list) else value
