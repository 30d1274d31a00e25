"""The numbers that say whether a heatmap can be believed, for every method on one picture.

A number alone says little: four controls that never saw the network are measured alike, and a
method tells something only where it beats all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import ModelError
from generator.science import faithfulness, localisation, robustness
from generator.science.explainers import EXPLAINERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from generator.science.explainers import Asked

    Floats = NDArray[np.float32]
    Score = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Evidence:
    """What was measured of one map, in units of the score.

    ``deletion`` is better when low, ``insertion`` and ``road`` when high; ``curve`` holds the
    scores as ever more of the picture is deleted.
    """

    deletion: float
    insertion: float
    road: float
    curve: tuple[float, ...]


def maps(network: Asked, image: Floats, target: int) -> dict[str, Floats]:
    """Return each method's heatmap of ``image`` (H, W, C); without those the network cannot do."""
    found = {}
    for name, explain in EXPLAINERS.items():
        try:
            found[name] = explain(network, image, target)
        except ModelError:  # a network without the end that the method needs
            continue
    return found


def faithful(  # noqa: PLR0913 - a picture, a map, and how they are measured
    score: Score,
    image: Floats,
    heat: Floats,
    baseline: Floats,
    rng: np.random.Generator,
    *,
    steps: int,
    batch: int,
) -> Evidence:
    """Return deletion, insertion and ROAD of ``heat`` (H, W) for ``score``."""
    gone = faithfulness.deletion(score, image, heat, baseline, steps=steps, batch=batch)
    back = faithfulness.insertion(score, image, heat, baseline, steps=steps, batch=batch)
    road = faithfulness.road(score, image, heat, rng, fractions=(0.1, 0.5, 0.9), batch=batch)
    return Evidence(
        deletion=gone.area,
        insertion=back.area,
        road=road.combined,
        curve=tuple(float(value) for value in gone.values),
    )


def located(
    heat: Floats, truth: NDArray[np.bool_], *, tolerance: int = 15
) -> tuple[float, float, float]:
    """Return pointing hit, share of heat inside and overlap of ``heat`` with ``truth`` (H, W)."""
    return (
        float(localisation.pointing_hit(heat, truth, tolerance)),
        float(localisation.energy_inside(heat, truth)),
        float(localisation.top_k_inside(heat, truth)),
    )


def stability(  # noqa: PLR0913 - a network, a picture, and how it is shaken
    network: Asked,
    image: Floats,
    target: int,
    trained: Mapping[str, Floats],
    rng: np.random.Generator,
    *,
    radius: float,
    samples: int,
) -> dict[str, float | None]:
    """Return for each method the largest relative change of its map under small noise.

    ``trained`` holds each method's map of ``image`` itself, as ``maps`` gives them.

    None stands for a map that was empty and is not any more: its change has no measure.
    """
    changes = {
        name: robustness.stability(
            lambda noisy, name=name: EXPLAINERS[name](network, noisy, target),  # type: ignore[misc]
            image, rng, radius=radius, samples=samples, unmoved=heat,
        )
        for name, heat in trained.items()
    }  # fmt: skip
    return {name: value if math.isfinite(value) else None for name, value in changes.items()}


def randomisation(
    randomised: Callable[[int], AbstractContextManager[None]],
    depths: Sequence[int],
    network: Asked,
    image: Floats,
    target: int,
    trained: Mapping[str, Floats],
) -> dict[str, tuple[float, ...]]:
    """Return for each method how alike its maps stay as more and more layers are shuffled.

    ``randomised`` shuffles the weights of the last so many layers while its context lasts. The
    first value is 1: nothing is shuffled yet (Adebayo et al. 2018).
    """
    found = {name: [1.0] for name in trained}
    for depth in depths:
        with randomised(depth):
            for name, heat in trained.items():
                other = EXPLAINERS[name](network, image, target)
                found[name].append(robustness.similarity(heat, other).spearman_absolute)
    return {name: tuple(values) for name, values in found.items()}
