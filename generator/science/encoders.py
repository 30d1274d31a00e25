"""Encoders: from the descriptors of a picture to one vector, and back to what each one said.

An encoder is learned from a sample, and is nothing but arrays. Its units are words or Gaussians.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from generator.science import fisher, vocabulary
from generator.science.clustering import checked, cluster, nearest
from generator.science.describing import WIDTH, Votes
from generator.science.mixture import Mixture, fit_mixture, log_densities
from generator.science.projection import Projection, principal
from generator.science.rooting import rooted
from generator.science.sampling import positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.science.descriptors import Described
    from generator.science.sampling import Sample

Floats = NDArray[np.float32]
Values = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class BagOfWords:
    """How often each visual word occurs, as the square root, of norm 1."""

    words: Floats
    """(K, D)."""

    votes: Votes
    sigma: float
    """Width of soft votes, in units of the descriptors."""

    levels: int
    """The last level of the spatial pyramid; 0 for none."""

    @classmethod
    def fit(
        cls,
        sample: Sample,
        *,
        words: int = 80,
        votes: Votes = Votes.SOFT,
        levels: int = 0,
        width: float = WIDTH,
        seed: int = 0,
    ) -> Self:
        """Return a vocabulary of at most `words` words, fewer for fewer distinct descriptors."""
        descriptors = checked(sample.descriptors)
        found = cluster(descriptors, words, seed=seed)
        return cls(found, votes, width * vocabulary.spread(descriptors, found), levels)

    @property
    def units(self) -> int:
        return len(self.words)

    def encode(self, described: Described) -> Floats:
        voted = self._voted(described)
        return rooted(vocabulary.histogram(voted, described.places, described.shape, self.levels))

    def shares(self, described: Described, weights: NDArray[Any]) -> Values:
        voted, places = self._voted(described), described.places
        return vocabulary.histogram_shares(voted, places, described.shape, weights, self.levels)

    def assign(self, described: Described) -> NDArray[np.int64]:
        return nearest(_points(described, self.words), self.words)[0]

    def closeness(self, described: Described) -> Floats:
        return -np.sqrt(nearest(_points(described, self.words), self.words)[1])

    def unit_weights(self, weights: NDArray[Any], vector: NDArray[Any] | None = None) -> Values:
        if vector is None:
            vector = np.repeat(rooted(vocabulary.even_histogram(self.levels)), self.units)
        owners = np.tile(np.arange(self.units), len(vocabulary.even_histogram(self.levels)))
        return _by_unit(weights, vector, owners)

    def arrays(self) -> Arrays:
        return {
            "words": self.words,
            "votes": np.array(self.votes.value),
            "sigma": np.array(self.sigma),
            "levels": np.array(self.levels),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        kind = Votes(str(arrays["votes"]))
        return cls(arrays["words"], kind, float(arrays["sigma"]), int(arrays["levels"]))

    def _voted(self, described: Described) -> Floats:
        return vocabulary.votes(_points(described, self.words), self.words, self.votes, self.sigma)


@dataclass(frozen=True, eq=False)
class FisherVectors:
    """How a mixture of Gaussians would change to suit the picture, rooted, of norm 1."""

    projection: Projection
    mixture: Mixture

    @classmethod
    def fit(
        cls,
        sample: Sample,
        *,
        gaussians: int = 64,
        dims: int = 64,
        with_positions: bool = False,
        seed: int = 0,
    ) -> Self:
        """Return a mixture of at most `gaussians` in at most `dims` principal components."""
        descriptors = checked(sample.descriptors)
        projection = principal(descriptors, dims, with_positions=with_positions)
        points = projection.project(descriptors, sample.positions)
        return cls(projection, fit_mixture(points, gaussians, seed=seed))

    @property
    def units(self) -> int:
        return len(self.mixture.weights)

    def encode(self, described: Described) -> Floats:
        return rooted(fisher.fisher_sums(self._points(described), self.mixture))

    def shares(self, described: Described, weights: NDArray[Any]) -> Values:
        return fisher.fisher_shares(self._points(described), self.mixture, weights)

    def assign(self, described: Described) -> NDArray[np.int64]:
        return np.asarray(
            log_densities(self._points(described), self.mixture).argmax(axis=1), np.int64
        )

    def closeness(self, described: Described) -> Floats:
        """Return minus the distance from the mean, in deviations."""
        points = self._points(described)
        labels = log_densities(points, self.mixture).argmax(axis=1)
        away = (points - self.mixture.means[labels]) ** 2 / self.mixture.variances[labels]
        return np.asarray(-np.sqrt(away.sum(axis=1)), np.float32)

    def unit_weights(self, weights: NDArray[Any], vector: NDArray[Any] | None = None) -> Values:
        units, dims = np.arange(self.units), self.mixture.means.shape[1]
        owners = np.concatenate([units, *[np.repeat(units, dims)] * 2])
        return _by_unit(weights, vector, owners)

    def arrays(self) -> Arrays:
        return {
            **self.projection.arrays(),
            "weights": self.mixture.weights,
            "means": self.mixture.means,
            "variances": self.mixture.variances,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        mixture = Mixture(arrays["weights"], arrays["means"], arrays["variances"])
        return cls(Projection.from_arrays(arrays), mixture)

    def _points(self, described: Described) -> Values:
        return _coordinates(described, self.projection)


@dataclass(frozen=True, eq=False)
class Vlad:
    """What separates descriptors from their nearest words, rooted, of norm 1 as a whole."""

    projection: Projection
    words: Floats
    """(K, d)."""

    @classmethod
    def fit(
        cls,
        sample: Sample,
        *,
        words: int = 64,
        dims: int = 64,
        with_positions: bool = False,
        seed: int = 0,
    ) -> Self:
        """Return at most `words` words in at most `dims` principal components."""
        descriptors = checked(sample.descriptors)
        projection = principal(descriptors, dims, with_positions=with_positions)
        points = projection.project(descriptors, sample.positions)
        return cls(projection, cluster(points, words, seed=seed))

    @property
    def units(self) -> int:
        return len(self.words)

    def encode(self, described: Described) -> Floats:
        return rooted(fisher.vlad_sums(self._points(described), self.words))

    def shares(self, described: Described, weights: NDArray[Any]) -> Values:
        return fisher.vlad_shares(self._points(described), self.words, weights)

    def assign(self, described: Described) -> NDArray[np.int64]:
        return nearest(self._points(described), self.words)[0]

    def closeness(self, described: Described) -> Floats:
        return -np.sqrt(nearest(self._points(described), self.words)[1])

    def unit_weights(self, weights: NDArray[Any], vector: NDArray[Any] | None = None) -> Values:
        owners = np.repeat(np.arange(self.units), self.words.shape[1])
        return _by_unit(weights, vector, owners)

    def arrays(self) -> Arrays:
        return {
            **self.projection.arrays(),
            "words": self.words,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        return cls(Projection.from_arrays(arrays), arrays["words"])

    def _points(self, described: Described) -> Values:
        return _coordinates(described, self.projection)


def _points(described: Described, like: NDArray[Any]) -> Floats:
    """Descriptors, finite and as long as what the encoder knows."""
    points = checked(described.descriptors)
    if points.shape[1] != like.shape[-1]:
        message = f"descriptors (T, {like.shape[-1]}) were expected, got {points.shape}"
        raise ValueError(message)
    return points


def _coordinates(described: Described, projection: Projection) -> Values:
    points = _points(described, projection.mean)
    return projection.project(points, positions(described.places, described.shape))


def _by_unit(
    weights: NDArray[Any], vector: NDArray[Any] | None, owners: NDArray[np.int64]
) -> Values:
    """Sum up what the entries of each owner add to each score, or the norm of their weights."""
    if np.ndim(weights) != len("LC") or len(weights) != len(owners):
        message = f"weights ({len(owners)}, C) were expected, got {np.shape(weights)}"
        raise ValueError(message)
    values = np.asarray(weights, np.float64)
    parts = values**2 if vector is None else values * np.asarray(vector, np.float64)[:, None]
    sums = np.zeros((owners.max() + 1, values.shape[1]))
    np.add.at(sums, owners, parts)
    return np.sqrt(sums) if vector is None else sums
