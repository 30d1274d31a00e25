"""Grad-CAM beside tf-keras-vis: the same network, picture and layer must give the same map.

Run in the repository, with the project's Python::

    python benchmarks/oracles.py

tf-keras-vis comes from PyPI, into a virtual environment of its own in the user's cache folder, with
the TensorFlow that it was written for. Both sides build two small networks from the same random
weights, one with a square input and one without, and explain every class at both layers. Maps are
raw, before and after ReLU, and must agree within 1e-4 of the largest value. Occlusion maps meet
their oracles, Captum and Xplique, in `occlusion.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from environments import environment

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Maps = dict[str, NDArray[Any]]

PACKAGES = ["tensorflow==2.15.1", "tf-keras-vis==0.8.7", "numpy<2"]
LIMIT = 1e-4
SHAPES = {"square": (48, 48, 3), "not square": (40, 66, 3)}
LAYERS, CLASSES = ("first", "second"), 4
KERNELS = ((5, 5, 3, 8), (3, 3, 8, 16))


def inputs(name: str) -> tuple[list[NDArray[Any]], NDArray[Any]]:
    """Return the weights of a network and a picture, the same on both sides."""
    rng = np.random.default_rng(len(name))
    weights: list[NDArray[Any]] = []
    for shape in (*KERNELS, (KERNELS[-1][-1], CLASSES)):
        weights.append(rng.normal(0, (2 / np.prod(shape[:-1])) ** 0.5, shape))
        weights.append(rng.normal(0, 0.1, shape[-1]))
    picture = rng.normal(size=SHAPES[name])
    return [part.astype(np.float32) for part in weights], picture.astype(np.float32)


def network(keras: Any, name: str) -> tuple[Any, NDArray[Any]]:
    """Return the network in the Keras that this side has, and the picture."""
    weights, picture = inputs(name)
    layers = keras.layers
    image = keras.Input(SHAPES[name])
    x = layers.Conv2D(8, 5, strides=2, activation="relu", name="first")(image)
    x = layers.Conv2D(16, 3, activation="relu", name="second")(x)
    # A product of averages, so that the gradient differs from place to place and class to class.
    x = layers.Multiply()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    model = keras.Model(image, layers.Dense(CLASSES, name="logits")(x))
    model.set_weights(weights)
    return model, picture


def theirs() -> Maps:
    from tensorflow import keras
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    found: Maps = {}
    for name in SHAPES:
        model, picture = network(keras, name)
        explainer = Gradcam(model, clone=True)
        for layer in LAYERS:
            for target in range(CLASSES):
                for form, modifier in (("signed", None), ("positive", keras.activations.relu)):
                    heat = explainer(
                        CategoricalScore([target]), picture[None], penultimate_layer=layer,
                        seek_penultimate_conv_layer=False, activation_modifier=modifier,
                        expand_cam=False, normalize_cam=False,
                    )  # fmt: skip
                    found[f"{name}, {layer}, class {target}, {form}"] = np.asarray(heat)[0]
    return found


def ours() -> Maps:
    import keras

    from generator.models.network import Network
    from generator.science import attribution, explainers

    found: Maps = {}
    for name in SHAPES:
        model, picture = network(keras, name)
        asked = Network(model)
        for layer in LAYERS:
            for target in range(CLASSES):
                heat = explainers.grad_cam(asked, picture, target, layer)
                found[f"{name}, {layer}, class {target}, signed"] = heat
                found[f"{name}, {layer}, class {target}, positive"] = attribution.positive(heat)
    return found


def compare(folder: Path) -> bool:
    python = environment("tf-keras-vis", PACKAGES) / "python"
    file = folder / "maps.npz"
    subprocess.run([python, __file__, "--theirs", file], check=True, stderr=subprocess.DEVNULL)
    kept = True
    with np.load(file) as oracle:
        for key, heat in ours().items():
            gap = float(np.abs(heat - oracle[key]).max() / np.abs(oracle[key]).max())
            kept &= gap <= LIMIT
            print(f"{key}: {heat.shape[0]} x {heat.shape[1]}, differs by {gap:.1e}")
    print(f"limit {LIMIT}: {'kept' if kept else 'BROKEN'}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--theirs", type=Path, metavar="TO", help="the oracle's side")
    options = parser.parse_args()
    if options.theirs:
        # numpy's own types call the keys keywords, and keywords cannot be told apart.
        np.savez(options.theirs, **theirs())  # type: ignore[arg-type]
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 0 if compare(Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
