"""Each way to ask a network where it looks, in one form: network, input, class → map.

A network is anything that answers in numpy (see ``Asked``), so these can be tried on two layers
written by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from generator.errors import ModelError
from generator.science import attribution
from generator.science.combining import Combine
from generator.science.occlusion import Occlusion, occlusion_map

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Head(Protocol):
    """A linear classifier on averaged maps."""

    @property
    def layer(self) -> str: ...
    @property
    def weights(self) -> Floats: ...


class Layer(Protocol):
    """A layer with maps."""

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> tuple[int, int, int]: ...


class Asked(Protocol):
    """What is asked of a network; shapes as in ``models.network.Network``."""

    batch: int

    @property
    def layers(self) -> Sequence[Layer]: ...
    @property
    def head(self) -> Head: ...
    def layer(self, name: str) -> Layer: ...
    def scores(self, batch: Floats) -> Floats: ...
    def window_scores(
        self, image: Floats, filling: Floats, boxes: NDArray[np.int64]
    ) -> Floats | None: ...
    def activations(self, batch: Floats, names: Sequence[str]) -> list[Floats]: ...
    def gradients(
        self, batch: Floats, name: str, classes: Sequence[int]
    ) -> tuple[Floats, Floats, Floats]: ...
    def guided_gradients(self, batch: Floats, classes: Sequence[int]) -> Floats: ...


def cam(network: Asked, image: Floats, target: int) -> Floats:
    """Return the class activation map (h, w) of ``target``, signed, at the layer's own size."""
    head = network.head
    maps = network.activations(image[None], [head.layer])[0][0]
    return attribution.class_activation_map(maps, head.weights[:, target])


def grad_cam(network: Asked, image: Floats, target: int, layer: str = "") -> Floats:
    """Return Grad-CAM (h, w), signed, at the layer's own size."""
    _, maps, gradients = network.gradients(image[None], layer, [target])
    return attribution.grad_cam(maps[0], gradients[0])


def elementwise(network: Asked, image: Floats, target: int, layer: str = "") -> Floats:
    """Return element-wise Grad-CAM (h, w), signed, at the layer's own size."""
    _, maps, gradients = network.gradients(image[None], layer, [target])
    return attribution.elementwise_grad_cam(maps[0], gradients[0])


def guided(network: Asked, image: Floats, target: int, layer: str = "") -> Floats:
    """Return guided Grad-CAM (H, W), signed: fine detail where Grad-CAM is warm."""
    heat = attribution.positive(grad_cam(network, image, target, layer))
    gradient = network.guided_gradients(image[None], [target])[0]
    return attribution.guided_grad_cam(gradient, heat)


def stages(network: Asked) -> list[str]:
    """Return the last layer at each resolution, from fine to coarse: one for every stage."""
    last: dict[tuple[int, int], str] = {}
    for layer in network.layers:
        rows, columns, _ = layer.shape
        if rows * columns > 1:
            last[rows, columns] = layer.name
    return [last[size] for size in sorted(last, reverse=True)]


def hypercolumns(
    network: Asked,
    image: Floats,
    layers: Sequence[str] = (),
    combine: Combine = Combine.GEOMETRIC_MEAN,
) -> tuple[Floats, list[Floats]]:
    """Return the combined map (H, W) in [0, 1] and that of each layer.

    Raises
    ------
    ModelError
        If there is no layer with maps.

    """
    names = list(layers) or stages(network)
    if not names:
        raise ModelError("the network has no layer with maps of more than one pixel")
    maps = [found[0] for found in network.activations(image[None], names)]
    return attribution.hypercolumns(maps, image.shape[:2], combine)


def occlusion(
    network: Asked,
    image: Floats,
    target: int,
    *,
    sizes: Sequence[int],
    stride: int,
    filling: Floats,
) -> Occlusion:
    """Return what hiding each window of ``image`` takes from the score of ``target``."""

    def windowed(image: Floats, filling: Floats, boxes: NDArray[np.int64]) -> Floats | None:
        values = network.window_scores(image, filling, boxes)
        return None if values is None else values[:, target]

    return occlusion_map(
        lambda batch: network.scores(batch)[:, target],
        image,
        sizes=sizes,
        stride=stride,
        filling=filling,
        batch=network.batch,
        windowed=windowed,
    )


def _coarse_occlusion(network: Asked, image: Floats, target: int) -> Floats:
    """Return a quick occlusion map: windows a quarter of the picture, moved by two thirds."""
    size = max(min(image.shape[:2]) // 4, 2)
    mean = np.broadcast_to(image.mean(axis=(0, 1)), image.shape)
    stride = max(2 * size // 3, 1)
    found = occlusion(network, image, target, sizes=(size,), stride=stride, filling=mean)
    return attribution.positive(found.signed)


def _upsampled(explain: Callable[[Asked, Floats, int], Floats]) -> Callable[..., Floats]:
    def explained(network: Asked, image: Floats, target: int) -> Floats:
        heat = attribution.positive(explain(network, image, target))
        return attribution.upsample(heat, image.shape[:2])

    return explained


EXPLAINERS: Mapping[str, Callable[[Asked, Floats, int], Floats]] = {
    "Grad-CAM": _upsampled(grad_cam),
    "Element-wise": _upsampled(elementwise),
    "Guided": lambda network, image, target: np.abs(guided(network, image, target)),
    "Occlusion": _coarse_occlusion,
    "Hypercolumns": lambda network, image, _: hypercolumns(network, image)[0],
    "CAM": _upsampled(cam),
}
"""Every method as a heatmap of its input (H, W), not negative: what the numbers are about."""
