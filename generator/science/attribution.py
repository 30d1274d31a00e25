"""Heatmaps from the activations and gradients of a network's layers.

Maps are raw: signed, and neither cut nor stretched, for two maps can be compared only so.
Activations and gradients are (h, w, K) of one layer for one picture. Gradients are those of a
logit or of a regressed value: those of a probability vanish where the network is sure.

Every function raises ValueError, with the shapes it got, where they do not match or are empty.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.science.combining import Combine

if TYPE_CHECKING:
    from collections.abc import Sequence

Heatmap = NDArray[np.float32]


class Turn(StrEnum):
    """Which question about a regressed angle a map answers."""

    RIGHT = "right"
    """What makes the value larger."""

    LEFT = "left"
    """What makes the value smaller."""

    CENTRE = "centre"
    """What brings the value nearer to zero."""


def class_activation_map(activations: NDArray[Any], weights: NDArray[Any]) -> Heatmap:
    """Return M = Σ_k w_k A_k, whose mean is the class's score less its bias.

    Parameters
    ----------
    activations : (h, w, K) float, what global average pooling averages
    weights : (K,) float, the class's row of the linear layer that follows

    Returns
    -------
    (h, w) float32, signed, in units of the score

    References
    ----------
    Zhou et al., "Learning deep features for discriminative localization", CVPR 2016.
    https://doi.org/10.1109/CVPR.2016.319

    """
    _check_layer(activations)
    if np.shape(weights) != activations.shape[2:]:
        message = f"one weight a channel was expected, got {np.shape(weights)} for "
        raise ValueError(message + f"activations {activations.shape}")
    # In float64, because thousands of channels nearly cancel where a class is absent.
    return np.asarray(activations @ np.asarray(weights, np.float64), np.float32)


def grad_cam(activations: NDArray[Any], gradients: NDArray[Any]) -> Heatmap:
    """Return Σ_k α_k A_k with α_k = mean_p ∂y/∂A_k(p), before ReLU: see `positive`.

    Parameters
    ----------
    activations, gradients : (h, w, K) float, A and ∂y/∂A

    Returns
    -------
    (h, w) float32, signed

    References
    ----------
    Selvaraju et al., "Grad-CAM", ICCV 2017, eq. 1 and 2. https://doi.org/10.1109/ICCV.2017.74

    """
    _check_pair(activations, gradients)
    return class_activation_map(activations, gradients.mean(axis=(0, 1), dtype=np.float64))


def elementwise_grad_cam(activations: NDArray[Any], gradients: NDArray[Any]) -> Heatmap:
    """Return Σ_k ∂y/∂A_k(p) A_k(p), before ReLU: each place keeps its own gradient (HiResCAM).

    Parameters
    ----------
    activations, gradients : (h, w, K) float, A and ∂y/∂A

    Returns
    -------
    (h, w) float32, signed

    References
    ----------
    Draelos and Carin, "Use HiResCAM instead of Grad-CAM", 2020.
    https://doi.org/10.48550/arXiv.2011.08891

    """
    _check_pair(activations, gradients)
    both = np.multiply(activations, gradients, dtype=np.float64)
    return np.asarray(both.sum(axis=2), np.float32)


def positive(heat: NDArray[Any]) -> Heatmap:
    """Return ReLU of a map: what speaks for the target, 0 elsewhere."""
    return np.asarray(np.maximum(heat, 0), np.float32)


def guided_grad_cam(guided: NDArray[Any], heat: NDArray[Any]) -> Heatmap:
    """Return guided backpropagation times the enlarged map, summed over the channels.

    Parameters
    ----------
    guided : (H, W, C) float, the gradient of y for the picture, let through a ReLU only where it
        and the ReLU's input are positive
    heat : (h, w) float; the paper takes `positive` of Grad-CAM

    Returns
    -------
    (H, W) float32, signed

    References
    ----------
    Springenberg et al., "Striving for simplicity", 2014. https://doi.org/10.48550/arXiv.1412.6806
    Selvaraju et al., "Grad-CAM", ICCV 2017, section 3.2. https://doi.org/10.1109/ICCV.2017.74

    """
    _check_layer(guided)
    height, width, _ = guided.shape
    return np.asarray(guided.sum(axis=2) * upsample(heat, (height, width)), np.float32)


def regression_maps(signed: NDArray[Any], y: float) -> dict[str, Heatmap | None]:
    """Return what pulls a regressed value up ("right"), down ("left") and to zero ("centre").

    Parameters
    ----------
    signed : (h, w) float, a signed map of y such as `grad_cam`
    y : the value the network gave, positive to the right

    Returns
    -------
    right ReLU(m), left ReLU(-m), centre ReLU(-sign(y) m), each (h, w) float32 and not negative;
    centre is None at y = 0, where no direction leads there

    Raises
    ------
    ValueError
        If y is not finite.

    """
    _check_finite_value(y)
    right, left = positive(signed), positive(np.negative(signed))
    centre = None if y == 0 else (left if y > 0 else right).copy()
    return {Turn.RIGHT: right, Turn.LEFT: left, Turn.CENTRE: centre}


def regression_target(degrees: float, threshold: float = 5.0) -> Turn:
    """Return which of the `regression_maps` explains this angle: beyond ±threshold its side.

    Raises
    ------
    ValueError
        If the angle is not finite.

    """
    _check_finite_value(degrees)
    if abs(degrees) <= threshold:
        return Turn.CENTRE
    return Turn.RIGHT if degrees > 0 else Turn.LEFT


def upsample(heat: NDArray[Any], shape: tuple[int, int]) -> Heatmap:
    """Return the map at another size: bilinear, pixel centres at halves, as networks resize.

    Parameters
    ----------
    heat : (h, w) float; one pixel becomes a constant map
    shape : (H, W), at least (1, 1)

    Returns
    -------
    (H, W) float32, within the range of the map

    """
    if np.ndim(heat) != len("hw") or np.size(heat) == 0 or min(shape) < 1:
        message = f"a map (h, w) and a shape of at least (1, 1) were expected, got {np.shape(heat)}"
        raise ValueError(f"{message} and {shape}")
    values = np.ascontiguousarray(heat, np.float32)
    large = cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, np.float32)


def hypercolumns(
    layers: Sequence[NDArray[Any]],
    shape: tuple[int, int],
    combine: Combine = Combine.GEOMETRIC_MEAN,
) -> tuple[Heatmap, list[Heatmap]]:
    """Return where a network is active, over all layers and in each, as maps in [0, 1].

    A layer's map is mean_c |A_c| / max|A_c| over its channels that are not dead, enlarged, then
    divided by its maximum.

    Parameters
    ----------
    layers : at least one (h, w, K) float; sizes may differ
    shape : (H, W) of the maps
    combine : how the layers' maps become one, which is again divided by its maximum

    Returns
    -------
    (H, W) float32 and one such for each layer; a layer that is dead throughout gives zeros and is
    left out of the combination, and layers that nowhere meet have a product of zeros

    Raises
    ------
    ValueError
        If there is no layer, or one is not a finite (h, w, K).

    References
    ----------
    Hariharan et al., "Hypercolumns for object segmentation and fine-grained localization",
    CVPR 2015. https://doi.org/10.1109/CVPR.2015.7298642

    """
    if not layers:
        message = "at least one layer was expected, got none"
        raise ValueError(message)
    maps = [_to_unit(upsample(_activity(layer), shape)) for layer in layers]
    alive = [heat.astype(np.float64) for heat in maps if heat.any()]
    if not alive:
        return np.zeros(shape, np.float32), maps
    if combine is Combine.MEAN:
        return _to_unit(np.mean(alive, axis=0)), maps
    # Roots before the product: the other way round many layers underflow.
    power = 1 / len(alive) if combine is Combine.GEOMETRIC_MEAN else 1
    return _to_unit(math.prod((heat**power for heat in alive), start=np.ones(shape))), maps


def _activity(layer: NDArray[Any]) -> NDArray[np.float32]:
    """Mean of |A_c| / max|A_c| over the living channels, (h, w)."""
    _check_layer(layer)
    size = np.abs(layer, dtype=np.float32)
    peaks = size.max(axis=(0, 1))
    if not np.isfinite(peaks).all():
        message = f"finite activations were expected, got NaN or infinity in {layer.shape}"
        raise ValueError(message)
    alive = peaks > 0
    if not alive.any():
        return np.zeros(layer.shape[:2], np.float32)
    return np.asarray((size[:, :, alive] / peaks[alive]).mean(axis=2), np.float32)


def _to_unit(heat: NDArray[Any]) -> Heatmap:
    peak = heat.max()
    return np.asarray(heat / peak if peak > 0 else heat, np.float32)


def _check_layer(layer: NDArray[Any]) -> None:
    if np.ndim(layer) != len("hwK") or np.size(layer) == 0:
        message = f"an array (height, width, channels) was expected, got {np.shape(layer)}"
        raise ValueError(message)


def _check_pair(activations: NDArray[Any], gradients: NDArray[Any]) -> None:
    _check_layer(activations)
    if activations.shape != np.shape(gradients):
        message = f"activations and gradients must have one shape, got {activations.shape} and "
        raise ValueError(message + f"{np.shape(gradients)}")


def _check_finite_value(y: float) -> None:
    if not math.isfinite(y):
        message = f"a finite value was expected, got {y}"
        raise ValueError(message)
