"""What a vocabulary and the classifier on it look like: words, where they fire, what decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from generator import evidence
from generator.assessed import held_out
from generator.science.descriptors import patch
from generator.science.painting import paint, paint_units
from generator.science.tiling import map_tile, tile, tile_size, word_tile
from generator.technique import Panel, Role, Table
from generator.visual_words import describe_one

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from generator.samples import Album
    from generator.science.assessment import Assessment
    from generator.science.descriptors import Described
    from generator.visual_words import Look, Vectors

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

_TILE, _PAINTED, _PATCH = 96, 256, 32
"""Pixels a side of a small picture, of one with words painted on it, and of a patch."""

_SIDE_BY_SIDE = 8
"""Patches that are shown of each word."""

_BATCH = 8


def decisions(
    album: Album, made: Vectors, found: Assessment, look: Look, shown: Sequence[int]
) -> tuple[Panel, ...]:
    """Return the tests ``shown``, and what in each spoke for and against the class named."""
    pictures, maps = [], []
    for test in shown:
        picture = held_out(album, made.sound, found, test)
        pictures.append(picture)
        maps.append(decision(describe_one(picture, look), made, found, found.column(test)))
    size = tile_size([picture.shape for picture in pictures], _TILE)
    return (
        Panel("tests", Role.PATCHES, np.stack([tile(one, size) for one in pictures])),
        Panel("decision", Role.SIGNED_PATCHES, np.stack([map_tile(one, size) for one in maps])),
    )


def decision(one: Described, made: Vectors, found: Assessment, column: int) -> Floats:
    """Return what each pixel (H, W) adds to the margin of a class; they sum to it less the bias."""
    weights = found.linear.weights[:, [column]]
    shares = made.encoder.shares(one, weights)[:, 0]
    return paint(shares, one.places, one.shape)


def vocabulary(album: Album, made: Vectors) -> tuple[Panel, ...]:
    """Return the average of the patches nearest to each word, and the nearest of them."""
    wanted: dict[int, list[tuple[int, int]]] = {}
    units, ranks = np.nonzero(made.nearest[:, :, 0] >= 0)
    for unit, rank in zip(units.tolist(), ranks.tolist(), strict=True):
        wanted.setdefault(int(made.nearest[unit, rank, 0]), []).append((unit, rank))
    count = made.nearest.shape[:2]
    cut = np.full((*count, _PATCH, _PATCH, 3), 128, np.uint8)
    for example, places in sorted(wanted.items()):
        picture = album.read(example)
        if picture is None:
            continue
        for unit, rank in places:
            cut[unit, rank] = patch(picture, made.nearest[unit, rank, 1:], _PATCH)
    there = (made.nearest[:, :, 0] >= 0)[..., None, None, None]
    total = np.maximum(there.sum(axis=1), 1)
    means = np.where(there, cut, 0).sum(axis=1) / total
    rows = np.concatenate([np.rint(means)[:, None].astype(np.uint8), cut[:, :_SIDE_BY_SIDE]], 1)
    return (Panel("words", Role.PATCHES, rows.reshape(-1, _PATCH, _PATCH, 3)),)


def word_table(album: Album, made: Vectors, found: Assessment, *, average: bool) -> Table:
    """Return the share of each word, and how much it speaks for each class.

    That is what it adds to the class's score in a picture that is full of it, or, with
    ``average``, in the average training picture of the class.
    """
    columns: list[NDArray[Any] | None] = [None] * len(album.classes)
    for column, label in enumerate(found.known):
        weights, vector = found.linear.weights[:, [column]], None
        if average:
            own = [row for row in found.learned if album.labels[made.sound[row]] == label]
            vector = made.features[own].mean(axis=0)
        columns[label] = made.encoder.unit_weights(weights, vector)[:, 0]
    total = max(int(made.counts.sum()), 1)
    rows = tuple(
        (
            str(unit + 1), 100 * float(made.counts[unit]) / total,
            *(None if column is None else float(column[unit]) for column in columns),
        )
        for unit in range(len(made.counts))
    )  # fmt: skip
    return Table("words", rows, album.classes)


def fires(
    album: Album, made: Vectors, found: Assessment, look: Look, count: int
) -> tuple[Panel, ...]:
    """Return a held-out picture of each class, up to ``count``, and which word fires where."""
    tests = _one_a_class(found, count)
    pictures = [held_out(album, made.sound, found, test) for test in tests]
    painted = []
    for picture in pictures:
        one = describe_one(picture, look)
        units = made.encoder.assign(one) if len(one.descriptors) else np.zeros(0, np.int64)
        near = made.encoder.closeness(one) if len(one.descriptors) else np.zeros(0, np.float32)
        painted.append(paint_units(units, one.places, one.shape, near))
    size = tile_size([picture.shape for picture in pictures], _PAINTED)
    return (
        Panel("fired-on", Role.PATCHES, np.stack([tile(one, size) for one in pictures])),
        Panel("fires", Role.WORD_PATCHES, np.stack([word_tile(one, size) for one in painted])),
    )


def _one_a_class(found: Assessment, count: int) -> list[int]:
    """Return for each class the held-out picture that is named rightly and most surely."""
    chosen = []
    for label in sorted(set(found.truth.tolist())):
        tests = np.flatnonzero(found.truth == label)
        chosen.append(int(tests[found.probabilities[tests, label].argmax()]))
    return chosen[:count]


def believed(
    album: Album,
    made: Vectors,
    found: Assessment,
    look: Look,
    tests: Sequence[int],
    steps: int,
) -> tuple[Table, ...]:
    """Return how the painted decision does in the tests that the networks' heatmaps are put to."""
    told = []
    for test in tests:
        picture = held_out(album, made.sound, found, test)
        column = found.column(test)
        heat = decision(describe_one(picture, look), made, found, column)
        score = _probability(made, found, look, column)
        image = picture.astype(np.float32)
        told.append(evidence.measured(score, image, picture, heat, steps=steps, batch=_BATCH))
    return evidence.table(told)


def _probability(
    made: Vectors, found: Assessment, look: Look, column: int
) -> Callable[[Floats], Floats]:
    def probability(batch: Floats) -> Floats:
        pictures = np.rint(np.clip(batch, 0, 255)).astype(np.uint8)
        rows = np.stack([made.encoder.encode(describe_one(one, look)) for one in pictures])
        return found.linear.probabilities(rows)[:, column].astype(np.float32)

    return probability
