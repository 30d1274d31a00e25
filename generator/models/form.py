"""What a model must be like for a ``Network``."""

from __future__ import annotations

from typing import Any

import numpy as np

from generator.errors import ModelError


def input_shape(model: Any) -> tuple[int, int, int]:
    """Return rows, columns and channels of a model's input; 224 where a side is free.

    Raises
    ------
    ModelError
        If there is not one input of 1 or 3 channels.

    """
    shape = model.input_shape
    if isinstance(shape, (list, dict)) or len(shape) != len("NHWC"):
        raise ModelError(f"expected one input of shape (rows, columns, channels), got {shape}")
    if shape[3] not in {1, 3}:
        raise ModelError(f"expected an input of 1 or 3 channels, got {shape[3]}")
    return shape[1] or 224, shape[2] or 224, shape[3]


def check_weights(model: Any) -> None:
    """Raise a ModelError if a weight is not finite."""
    for variable in model.variables:
        value = np.asarray(variable)
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise ModelError(f"the weights of {variable.path} hold NaN or infinity; train it again")
