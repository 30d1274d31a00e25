"""The end of a network: is it a linear classifier on averaged maps, and with which weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.models.tracing import Trace

    Floats = NDArray[np.float32]

_PASSED = {"Flatten", "Reshape", "Identity"}
_AVERAGED = {"GlobalAveragePooling2D"}


@dataclass(frozen=True)
class Head:
    """A linear classifier on averaged maps: the maps' layer, ``weights`` (K, C), ``bias`` (C,)."""

    layer: str
    weights: Floats
    bias: Floats


def find_head(trace: Trace, output: Any) -> tuple[str, Any] | str:
    """Return the layer whose maps are averaged and the linear layer on them, or why not.

    The linear layer is None where the averages are the logits themselves.
    """
    dense, tensor = None, output
    while True:
        call = trace.made(tensor)
        if call is None:
            return "no maps are averaged before its end"
        kind = type(call.layer).__name__
        if kind in _AVERAGED:
            break
        linear = kind == "Dense" or (kind == "Conv2D" and tuple(call.layer.kernel_size) == (1, 1))
        if linear and dense is None and tensor.shape[-1] == output.shape[-1]:
            dense = call.layer
        elif kind not in _PASSED:
            return f"its end is not average pooling and one linear layer, but {kind} {call.name!r}"
        tensor = call.inputs[0]
    maps = trace.made(call.inputs[0])
    if maps is None:
        return "what it averages is no layer's output"
    return maps.name, dense


def read_head(found: tuple[str, Any] | str, classes: int) -> Head:
    """Return the classifier that ``find_head`` found, with its weights as they are now.

    Raises
    ------
    ModelError
        If it found none, with the reason.

    """
    if isinstance(found, str):
        raise ModelError(f"no class activation map: {found}; Grad-CAM needs no such end")
    layer, dense = found
    if dense is None:
        return Head(layer, np.eye(classes, dtype=np.float32), np.zeros(classes, np.float32))
    weights = np.asarray(dense.kernel, np.float32).reshape(-1, classes)
    bias = dense.bias if dense.use_bias else np.zeros(classes)
    return Head(layer, weights, np.asarray(bias, np.float32))
