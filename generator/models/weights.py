"""Weights on their way into layers: each is taken once, and must fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


class Weights:
    """The arrays of a file by name, of which each is taken once."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], *, network: str) -> None:
        self._left = dict(arrays)
        self._network = network

    def take(self, name: str) -> NDArray[Any]:
        """Return an array and cross it off.

        Raises
        ------
        ModelError
            If there is none of this name, or it was taken before.

        """
        try:
            return self._left.pop(name)
        except KeyError:
            raise ModelError(f"{self._network} needs {name!r}, which the file lacks") from None

    def check_empty(self) -> None:
        """Refuse arrays that were not taken: then they are another network's.

        Raises
        ------
        ModelError
            If any is left.

        """
        if self._left:
            raise ModelError(f"{self._network} has no use for {', '.join(self._left)[:200]}")


def loaded(layer: Any, x: Any, weights: Iterable[NDArray[Any]]) -> Any:
    """Return what a Keras layer makes of the tensor `x`, once it has its weights.

    Raises
    ------
    ModelError
        If they are not of the layer's shapes.

    """
    y = layer(x)
    arrays = [np.ascontiguousarray(array) for array in weights]
    try:
        layer.set_weights(arrays)
    except ValueError as error:
        expected = [tuple(weight.shape) for weight in layer.weights]
        got = [array.shape for array in arrays]
        raise ModelError(f"{layer.name} needs weights of {expected}, got {got}") from error
    return y
