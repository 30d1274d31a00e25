"""A sample of the descriptors of many pictures, from which words and mixtures are learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.science.clustering import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.science.descriptors import Described

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sample:
    """Descriptors of many pictures."""

    descriptors: Floats
    """(N, D) float32."""

    positions: Floats
    """(N, 2) float32 in [-½, ½], where each lay in its picture: see `positions`."""


def positions(places: NDArray[Any], shape: tuple[int, int]) -> Floats:
    """Return x/W - ½ and y/H - ½ of places: 0 is the middle of the picture.

    Parameters
    ----------
    places : (T, 3), row and column of the centre first
    shape : (H, W) of the picture

    Returns
    -------
    (T, 2) float32 in [-½, ½], x before y

    References
    ----------
    Simonyan et al., "Fisher vector faces in the wild", BMVC 2013. https://doi.org/10.5244/C.27.8

    """
    parts = (np.asarray(places, np.float64)[:, :2] + 0.5) / shape - 0.5
    return np.asarray(parts[:, ::-1], np.float32)


def sample_descriptors(many: Iterable[Described | None], total: int, seed: int) -> Sample:
    """Return descriptors of many pictures, as many of each as the total allows.

    Each picture gives at most `total` over the number of pictures, drawn without repetition; a
    picture with fewer gives all. What a picture gives depends on its own number and the seed, and
    the pictures are read once, with at most twice the total held.

    Parameters
    ----------
    many : the pictures' descriptors, of one length D; None, for no picture, is passed over
    total : descriptors at most, at least 1
    seed : for the draw

    Returns
    -------
    Sample in the order of the pictures; where there are more pictures than `total`, one
    descriptor each of some of them

    Raises
    ------
    ValueError
        If the total is not positive, no picture has a descriptor, or one is NaN or infinite.

    """
    if total < 1:
        message = f"a total of at least 1 descriptor was expected, got {total}"
        raise ValueError(message)
    drawn: list[_Part] = []
    pictures = held = 0
    for number, described in enumerate(many):
        if described is None or len(described.descriptors) == 0:
            continue
        pictures += 1
        drawn.append(_drawn(described, max(total // pictures, 1), [seed, number]))
        held += len(drawn[-1].sample.descriptors)
        if held > 2 * total:
            drawn = _shortened(drawn, total, pictures)
            held = sum(len(part.sample.descriptors) for part in drawn)
    if not drawn:
        message = "descriptors of at least one picture were expected, got none"
        raise ValueError(message)
    parts = [part.sample for part in _shortened(drawn, total, pictures)]
    return Sample(
        np.concatenate([part.descriptors for part in parts]),
        np.concatenate([part.positions for part in parts]),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """What one picture gives."""

    lot: float
    sample: Sample


def _drawn(described: Described, share: int, seed: list[int]) -> _Part:
    """Give a picture's descriptors in an order drawn for it, of which fewer are a beginning."""
    rng = np.random.default_rng(seed)
    lot = rng.random()
    some = rng.permutation(len(described.descriptors))[:share]
    where = positions(described.places[some], described.shape)
    return _Part(lot, Sample(checked(described.descriptors[some]), where))


def _shortened(drawn: list[_Part], total: int, pictures: int) -> list[_Part]:
    """Cut each picture to its share, and pictures to those of the lowest lots if too many."""
    share = max(total // pictures, 1)
    last = sorted(part.lot for part in drawn)[:total][-1]
    return [
        _Part(
            part.lot,
            Sample(part.sample.descriptors[:share].copy(), part.sample.positions[:share].copy()),
        )
        for part in drawn
        if part.lot <= last
    ]
