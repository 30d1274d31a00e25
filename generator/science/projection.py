"""Principal components: descriptors in fewer numbers that hardly depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from generator.science.clustering import chunks
from generator.science.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Projection:
    """The principal axes of many descriptors, the longest first; not whitened."""

    mean: Values
    """(D,)."""

    axes: Values
    """(D, d), orthonormal columns, each with its largest entry positive."""

    with_positions: bool = False
    """Whether x/W - ½ and y/H - ½ stand beside the coordinates along the axes."""

    @one_thread()
    def project(self, descriptors: NDArray[Any], positions: NDArray[Any]) -> Values:
        """Return coordinates (T, d), or (T, d + 2), float64.

        Parameters
        ----------
        descriptors : (T, D) float
        positions : (T, 2) float, from `sampling.positions`

        """
        found = np.zeros((len(descriptors), self.axes.shape[1]))
        for part in chunks(len(descriptors)):
            found[part] = (descriptors[part] - self.mean) @ self.axes
        return np.hstack([found, positions]) if self.with_positions else found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the fields by name, all as arrays."""
        return {
            "mean": self.mean,
            "axes": self.axes,
            "with_positions": np.array(self.with_positions),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the projection whose ``arrays`` these are; others may stand beside them."""
        return cls(arrays["mean"], arrays["axes"], bool(arrays["with_positions"]))


@one_thread()
def principal(descriptors: NDArray[Any], dims: int, *, with_positions: bool) -> Projection:
    """Return the axes along which descriptors differ most.

    Parameters
    ----------
    descriptors : (N, D) float, finite, N at least 1
    dims : axes, at least 1
    with_positions : what the projection is to have beside them

    Returns
    -------
    Projection onto at most `dims` axes; fewer where D is less, or where N - 1 is, as more axes
    would be arbitrary

    Raises
    ------
    ValueError
        If `dims` is not positive.

    """
    if dims < 1:
        message = f"at least 1 axis was expected, got {dims}"
        raise ValueError(message)
    count, length = descriptors.shape
    mean = descriptors.mean(axis=0, dtype=np.float64)
    scatter = np.zeros((length, length))
    for part in chunks(count):
        centred = descriptors[part] - mean
        scatter += centred.T @ centred
    kept = min(dims, length, max(count - 1, 1))
    # The last of rising eigenvalues.
    axes = eigh(scatter, subset_by_index=[length - kept, length - 1])[1][:, ::-1]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    return Projection(mean, axes * np.where(largest < 0, -1, 1), with_positions)
