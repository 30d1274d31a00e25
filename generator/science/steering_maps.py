"""Every way to explain a steered angle, as maps of the network's input, and how well each does.

A map here says how much a place moves the wheel, whichever way: (H, W) float32, not negative.
A network answers in numpy (``explainers.Asked``) with one value, the angle in degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from generator.errors import ModelError
from generator.science import attribution, explainers, faithfulness, localisation
from generator.science.combining import Combine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from generator.science.explainers import Asked
    from generator.science.occlusion import Occlusion

    Floats = NDArray[np.float32]
    Score = Callable[[Floats], Floats]

ROWS = 5
"""Rows that a layer's maps need to tell above from below, as the far road is from the near one."""

POINTED = 3.0
"""Pixels by which the highest place may miss what decides."""


@dataclass(frozen=True)
class Trial:
    """How a map did on one frame.

    `inside`, `pointed` and `overlap` compare it with what should decide, in [0, 1], and are None
    where that is unknown. `taken` and `brought` are mean changes of the angle, in degrees, as the
    highest places are blurred first, and how far it is off as they come back first: more is better
    of the one, less of the other; `gone` and `back` are the curves whose areas they are, against
    the share of places from 0 to 1.
    """

    inside: float | None
    pointed: float | None
    overlap: float | None
    gone: tuple[float, ...]
    back: tuple[float, ...]

    @property
    def taken(self) -> float:
        """Area under `gone`, by trapezoids."""
        return _area(self.gone)

    @property
    def brought(self) -> float:
        """Area under `back`, by trapezoids."""
        return _area(self.back)


def fine_layer(network: Asked, *, rows: int = ROWS) -> str:
    """Return the last layer whose maps have at least so many rows; of flatter ones, the highest.

    The last maps of PilotNet are 1 by 18: they name columns, and no place.

    Raises
    ------
    ModelError
        If the network has no layer with maps.

    """
    if not network.layers:
        raise ModelError("the network has no layer with maps")
    high = [layer for layer in network.layers if layer.shape[0] >= rows]
    return (high[-1] if high else max(network.layers, key=lambda layer: layer.shape[0])).name


def last_layers(network: Asked, count: int = 3) -> list[str]:
    """Return the last layers of different size, the finest first."""
    last = {layer.shape[:2]: layer.name for layer in network.layers}
    return list(last.values())[-count:]


def grad_cam_maps(network: Asked, image: Floats, layers: Sequence[str]) -> dict[str, Floats]:
    """Return Grad-CAM of each layer, with one weight a channel and place by place, and guided.

    Guided backpropagation stands for itself here, not times a map, as it asks no layer.
    """
    size, found = image.shape[:2], {}
    for layer in layers:
        _, maps, gradients = (part[0] for part in network.gradients(image[None], layer, [0]))
        for name, explain in (
            ("one weight a channel", attribution.grad_cam),
            ("place by place", attribution.elementwise_grad_cam),
        ):
            signed = explain(maps, gradients)
            found[f"{layer}, {name}"] = np.abs(attribution.upsample(signed, size))
    guided = network.guided_gradients(image[None], [0])[0]
    return {**found, "guided backpropagation": np.abs(guided.sum(axis=2))}


def occlusion_maps(found: Occlusion) -> dict[str, Floats]:
    """Return the map of each size of window, that of all of them, and what moves either way.

    The signed maps without their sign, so that what pulls both ways by turns is counted in the last
    one alone.
    """
    maps = {f"windows of {size} pixels": np.abs(one) for size, one in found.per_size.items()}
    if len(maps) > 1:
        maps["all windows"] = np.abs(found.signed)
    return {**maps, "all windows, either way": found.magnitude}


def hypercolumn_maps(network: Asked, image: Floats) -> dict[str, Floats]:
    """Return where all layers are active, in each way to combine them, and where each one is."""
    names = explainers.stages(network)
    if not names:
        raise ModelError("the network has no layer with maps of more than one pixel")
    maps = [found[0] for found in network.activations(image[None], names)]
    combined = {
        f"all layers, {way.value.replace('-', ' ')}": attribution.hypercolumns(
            maps, image.shape[:2], way
        )[0]
        for way in Combine
    }
    each = attribution.hypercolumns(maps, image.shape[:2])[1]
    return combined | {f"{name} alone": one for name, one in zip(names, each, strict=True)}


def tried(  # noqa: PLR0913 - a network, a picture, a map, and how it is tried
    score: Score,
    image: Floats,
    heat: Floats,
    blurred: Floats,
    truth: NDArray[np.bool_] | None,
    *,
    steps: int = 10,
    batch: int = 64,
) -> Trial:
    """Return how a map does: against the truth, and against the network itself.

    Parameters
    ----------
    score : (N, H, W, C) float32 to N angles in degrees
    image : (H, W, C) float32, in the network's units
    heat : (H, W) float32, not negative
    blurred : (H, W, C), what pixels give way to
    truth : (H, W) bool, what should decide; None or empty where it is unknown
    steps : in which pixels leave and come back
    batch : pictures a call at most

    References
    ----------
    Petsiuk, Das and Saenko, "RISE", BMVC 2018, section 4.2, for a value in place of a probability.
    https://doi.org/10.48550/arXiv.1806.07421

    """
    gone = faithfulness.deletion(score, image, heat, blurred, steps, batch=batch)
    back = faithfulness.insertion(score, image, heat, blurred, steps, batch=batch)
    off = tuple(tuple(np.abs(curve.values - gone.values[0]).tolist()) for curve in (gone, back))
    if truth is None or not truth.any():
        return Trial(None, None, None, *off)
    return Trial(
        localisation.energy_inside(heat, truth),
        float(localisation.pointing_hit(heat, truth, POINTED)),
        localisation.top_k_inside(heat, truth),
        *off,
    )


def _area(curve: tuple[float, ...]) -> float:
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def spread(frames: Sequence[int], count: int) -> list[int]:
    """Return so many of the frames, evenly spread; all of them where there are fewer.

    Raises
    ------
    ValueError
        If the count is not at least 1.

    """
    if count < 1:
        raise ValueError(f"a count of at least 1 was expected, got {count}")
    if count >= len(frames):
        return [int(frame) for frame in frames]
    step = len(frames) / count
    return [int(frames[math.floor((place + 0.5) * step)]) for place in range(count)]
