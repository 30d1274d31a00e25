"""From a data set to one vector a picture: descriptors, a vocabulary or mixture, an encoding.

Each picture's descriptors are a step that is kept, and so are the vectors of all: whoever changes
the classifier alone measures nothing again, and one more picture is described alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import SourceError
from generator.science import encoders
from generator.science.describing import Descriptor, Votes, Where
from generator.science.descriptors import Described, describe
from generator.science.sampling import sample_descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from generator.samples import Album, Arrays
    from generator.science.encoder import Encoder

NEAREST = 16
"""Patches that are kept of each word, each from another picture."""


@dataclass(frozen=True)
class Look:
    """How pictures are described."""

    where: Where
    descriptor: Descriptor
    step: int

    @property
    def causes(self) -> dict[str, Any]:
        """The same as plain values."""
        return {"where": self.where.value, "descriptor": self.descriptor.value, "step": self.step}


@dataclass(frozen=True, eq=False)
class Vectors:
    """A data set as vectors, and the vocabulary they were made with.

    ``features`` (n, L) float32 are those of the examples in ``sound`` (n,); ``empty`` (n,) says
    which have no descriptor. ``counts`` (units,) says how many descriptors of the training pictures
    each word has, and ``nearest`` (units, NEAREST, 4) where those nearest to it are: example, row,
    column, side; -1 where there are no more.
    """

    encoder: Encoder
    features: NDArray[np.float32]
    sound: NDArray[np.int64]
    empty: NDArray[np.bool_]
    counts: NDArray[np.int64]
    nearest: NDArray[np.float64]


def described(picture: NDArray[np.uint8], where: str, descriptor: str, step: int) -> Arrays:
    """Return the descriptors of ``picture`` as they are kept: half precision is enough."""
    found = describe(picture, Where(where), Descriptor(descriptor), step=step)
    return {
        "descriptors": found.descriptors.astype(np.float16),
        "places": found.places,
        "shape": np.array(found.shape, np.int64),
    }


def describe_one(picture: NDArray[np.uint8], look: Look) -> Described:
    """Return the descriptors of ``picture`` just as `every` gives them."""
    return _restored(described(picture, **look.causes))


def every(album: Album, look: Look) -> Iterator[Described | None]:
    """Yield the descriptors of each example, None for one that cannot be read."""
    for kept in album.steps.each(described, album, look.causes):
        yield _restored(kept) if kept is not None else None


def _restored(kept: Arrays) -> Described:
    rows, columns = (int(n) for n in kept["shape"])
    return Described(kept["descriptors"].astype(np.float32), kept["places"], (rows, columns))


def vectors(
    album: Album, look: Look, encoder: str, options: Mapping[str, Any], *, sampled: int, seed: int
) -> Vectors:
    """Return ``album`` as vectors; the ``encoder`` of that name learns from its training pictures.

    Raises
    ------
    SourceError
        If no training picture has a descriptor.

    """
    causes = {
        "look": look.causes,
        "encoder": encoder,
        "options": dict(options),
        "sampled": sampled,
        "seed": seed,
        "examples": [list(pair) for pair in zip(album.digests, album.held_out, strict=True)],
    }
    kept = dict(album.steps.once(_vectors, causes, {"album": album}))
    own = {name: kept.pop(name) for name in ("features", "sound", "empty", "counts", "nearest")}
    return Vectors(getattr(encoders, encoder).from_arrays(kept), **own)


def _vectors(  # noqa: PLR0913 - each is a cause
    *,
    album: Album,
    look: Mapping[str, Any],
    encoder: str,
    options: Mapping[str, Any],
    sampled: int,
    seed: int,
    examples: list[Any],
) -> Arrays:
    del examples  # the album holds them; here they only decide what is kept
    manner = Look(Where(look["where"]), Descriptor(look["descriptor"]), look["step"])
    learned = (
        one if not held_out else None
        for one, held_out in zip(every(album, manner), album.held_out, strict=True)
    )
    try:
        sample = sample_descriptors(learned, sampled, seed)
    except ValueError as error:
        raise SourceError(f"there is nothing to learn words from: {error}") from None
    made = getattr(encoders, encoder).fit(sample, **_options(options), seed=seed)
    del sample
    nearest = _Nearest(made)
    features, sound, empty = [], [], []
    for index, one in enumerate(every(album, manner)):
        if one is None:
            continue
        features.append(made.encode(one))
        sound.append(index)
        empty.append(len(one.descriptors) == 0)
        if not album.held_out[index]:
            nearest.take(index, one)
    return {
        "features": np.stack(features),
        "sound": np.array(sound, np.int64),
        "empty": np.array(empty, bool),
        "counts": nearest.counts,
        "nearest": nearest.places,
        **made.arrays(),
    }


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    return {**options, "votes": Votes(options["votes"])} if "votes" in options else dict(options)


class _Nearest:
    """The patches nearest to each word, one a picture at most."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._best = np.full((encoder.units, NEAREST), -np.inf)
        self.places = np.full((encoder.units, NEAREST, 4), -1.0)
        self.counts = np.zeros(encoder.units, np.int64)

    def take(self, index: int, one: Described) -> None:
        """Look through the descriptors of example ``index``."""
        if len(one.descriptors) == 0:
            return
        units, near = self._encoder.assign(one), self._encoder.closeness(one)
        np.add.at(self.counts, units, 1)
        order = np.lexsort((-near, units))
        firsts = order[np.r_[True, np.diff(units[order]) > 0]]
        for place in firsts:
            unit = units[place]
            worst = int(self._best[unit].argmin())
            if near[place] > self._best[unit, worst]:
                self._best[unit, worst] = near[place]
                self.places[unit, worst] = (index, *one.places[place])
        ranks = np.argsort(-self._best, axis=1, kind="stable")
        self._best = np.take_along_axis(self._best, ranks, axis=1)
        self.places = np.take_along_axis(self.places, ranks[..., None], axis=1)
