"""What an encoder can do, whatever it is made of: words, words in a pyramid, Gaussians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from generator.science.descriptors import Described

    Floats = NDArray[np.float32]
    Values = NDArray[np.float64]
    Arrays = dict[str, NDArray[Any]]


class Encoder(Protocol):
    """What makes a vector of length L of a picture's descriptors; descriptors must be finite.

    Raises ValueError for descriptors that are not (T, D) of its own D, or not finite, and for
    weights that are not (L, C).
    """

    @property
    def units(self) -> int:
        """Words or Gaussians."""

    def encode(self, described: Described) -> Floats:
        """Return the vector (L,) float32, of norm 1; 0 for a picture without descriptors."""

    def shares(self, described: Described, weights: NDArray[Any]) -> Values:
        """Return what each descriptor adds to each score, (T, C) float64, for weights (L, C).

        Columns sum to the scores ``weights.T @ encode(described)``.
        """

    def assign(self, described: Described) -> NDArray[np.int64]:
        """Return the likeliest unit of each descriptor, (T,) int64."""

    def closeness(self, described: Described) -> Floats:
        """Return how near each descriptor is to that unit, (T,) float32: 0 at it, else less."""

    def unit_weights(self, weights: NDArray[Any], vector: NDArray[Any] | None = None) -> Values:
        """Return what each unit adds to each score, (units, C) float64, for weights (L, C).

        With a picture's ``vector`` (L,), or the mean of several, the sum over the unit's part of
        the vector of vector times weight: over units they sum to the score. Without, for words
        of a histogram the score of a picture evenly full of that word alone; for Gaussians and
        VLAD the most that a vector of norm 1 could get from the unit's part: the norm of the
        weights, so never negative.
        """

    def arrays(self) -> Arrays:
        """Return all that the encoder is, for a file that can hold arrays and nothing else."""

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the encoder whose ``arrays`` these are."""
