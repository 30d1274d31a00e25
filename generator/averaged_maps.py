"""The maps of a network's layer, averaged: what a new linear head is trained on, and its maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator import evidence
from generator.assessed import held_out
from generator.science import attribution
from generator.science.tiling import map_tile, tile, tile_size
from generator.technique import Panel, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from generator.models.trained import Trained
    from generator.samples import Album, Arrays
    from generator.science.assessment import Assessment
    from generator.technique import Table

    Floats = NDArray[np.float32]

_TILE = 96
"""Pixels a side of a small picture."""

_STEPS = 6
"""Parts in which a picture is taken away, to test the decision."""


def averages(picture: NDArray[np.uint8], layer: str, network: Trained) -> Arrays:
    """Return the mean of each of the layer's maps (K,) for ``picture`` (H, W, 3) uint8."""
    maps = network.activations(network.see(picture).input[None], [layer])[0]
    return {"averages": maps[0].mean(axis=(0, 1), dtype=np.float64).astype(np.float32)}


class AveragedMaps:
    """A linear head on the averages of a layer's maps, divided by ``scale``."""

    def __init__(self, network: Trained, layer: str, scale: float, found: Assessment) -> None:
        self._network = network
        self._layer = layer
        self._scale = scale
        self._found = found

    def _map(self, image: Floats, column: int) -> Floats:
        """Return the class activation map (h, w): its mean is the margin less the bias."""
        maps = self._network.activations(image[None], [self._layer])[0][0]
        weights = self._found.linear.weights[:, column] / self._scale
        return attribution.class_activation_map(maps, weights.astype(np.float32))

    def decisions(
        self, album: Album, sound: Sequence[int], shown: Sequence[int]
    ) -> tuple[Panel, ...]:
        """Return the tests ``shown``, and what in each spoke for and against the class named."""
        pictures, maps = [], []
        for test in shown:
            picture = held_out(album, sound, self._found, test)
            seen = self._network.see(picture)
            pictures.append(picture)
            maps.append(seen.placement.back(self._map(seen.input, self._found.column(test))))
        size = tile_size([picture.shape for picture in pictures], _TILE)
        return (
            Panel("tests", Role.PATCHES, np.stack([tile(one, size) for one in pictures])),
            Panel("decision", Role.SIGNED_PATCHES, np.stack([map_tile(one, size) for one in maps])),
        )

    def believed(
        self, album: Album, sound: Sequence[int], tests: Sequence[int]
    ) -> tuple[Table, ...]:
        """Return how these maps do in the tests that all heatmaps are put to."""
        told = []
        for test in tests:
            seen = self._network.see(held_out(album, sound, self._found, test))
            column = self._found.column(test)
            heat = attribution.upsample(self._map(seen.input, column), seen.input.shape[:2])
            told.append(
                evidence.measured(
                    lambda batch, column=column: self._probability(batch, column),  # type: ignore[misc]
                    seen.input, seen.picture, heat, steps=_STEPS, batch=self._network.batch,
                )
            )  # fmt: skip
        return evidence.table(told)

    def _probability(self, batch: Floats, column: int) -> Floats:
        maps: NDArray[Any] = self._network.activations(batch, [self._layer])[0]
        features = maps.mean(axis=(1, 2), dtype=np.float64) / self._scale
        found: Floats = self._found.linear.probabilities(features)[:, column].astype(np.float32)
        return found
