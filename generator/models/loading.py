"""From what a manifest says of a network to the network itself."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import ModelError
from generator.models import planted, zoo
from generator.models.framework import load_framework
from generator.models.preprocessing import PRESETS, Order, Preprocessing
from generator.models.trained import Trained
from generator.science.placement import ROAD, Fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.content import Model

_LARGEST = 4 * 2**30
"""Bytes that a model file may unfold to."""

_FAMILIES = {
    "caffe": ("VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152"),
    "tf": (
        "ResNet50V2", "ResNet101V2", "ResNet152V2", "MobileNet", "MobileNetV2", "InceptionV3",
        "InceptionResNetV2", "Xception", "NASNetMobile", "NASNetLarge",
    ),
    "torch": ("DenseNet121", "DenseNet169", "DenseNet201"),
}  # fmt: skip
"""What the networks of keras.applications were trained on; the others bring it as a layer."""


def load(model: Model) -> Trained:
    """Return the network that ``model`` describes.

    Raises
    ------
    ModelError
        If it cannot be had, is of a form that is not read, or would run code of the file.

    """
    load_framework()
    kind, _, name = model.source.partition(":")
    if kind == "zoo":
        built, preset = zoo.load(name), zoo.ZOO[name].preprocessing
        preprocessing = preset if model.preprocessing == "zoo" else _preprocessing(model)
    elif kind == "keras":
        built, preprocessing = _application(name), _preprocessing(model)
    elif kind == "planted":
        built = planted.build(name)
        preprocessing = planted.preprocessing(name)
    elif model.file:
        built = read_keras(model.file.path, trusted=model.trusted)
        preprocessing = _preprocessing(model)
    else:
        raise ModelError(f"the network {model.id} has no file")
    return Trained(built, preprocessing, Fit(model.fit), _labels(model.labels))


def from_bytes(content: bytes) -> Any:
    """Return the model in the bytes of a ``.keras`` file.

    Raises
    ------
    ModelError
        If they are none, or would run code.

    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        return read_keras(path)


def taught(model: Model, weights: bytes) -> Trained:
    """Return the steering network of ``model`` that was taught here; its answers are degrees.

    Raises
    ------
    ModelError
        If ``weights`` are no ``.keras`` file.

    """
    from generator.models import pilotnet

    load_framework()
    journey = model.training.journey if model.training else None
    road = journey.road if journey and journey.moments else ROAD
    built = pilotnet.in_degrees(from_bytes(weights))
    return Trained(built, _preprocessing(model), Fit(model.fit), (), road)


def _labels(labels: str) -> tuple[str, ...]:
    return zoo.imagenet_labels() if labels == "imagenet" else tuple(labels.split("\n"))


def _preprocessing(model: Model) -> Preprocessing:
    name = model.preprocessing
    if model.source.startswith("keras:") and name == "keras":
        application = model.source.removeprefix("keras:")
        name = next((kind for kind, names in _FAMILIES.items() if application in names), "none")
    if name in PRESETS:
        return PRESETS[name]
    given = json.loads(name)
    channels = 1 if given["order"] == "GREY" else 3
    mean, scale = (
        tuple(given[part]) * (channels if len(given[part]) == 1 else 1)
        for part in ("mean", "scale")
    )
    try:
        return Preprocessing(Order(given["order"]), mean, scale)
    except ValueError as error:
        raise ModelError(f"the preprocessing of {model.id}: {error}") from error


def _application(name: str) -> Any:
    """Return a network of keras.applications; Keras fetches its weights where it can."""
    import keras

    make = getattr(keras.applications, name, None)
    if not (callable(make) and name[:1].isupper()):
        known = ", ".join(n for n in dir(keras.applications) if n[:1].isupper())
        raise ModelError(f"expected one of keras.applications ({known}), got {name!r}")
    try:
        return make(weights="imagenet")
    except Exception as error:
        raise ModelError(
            f"the weights of {name} are not here and cannot be fetched ({error}); put them where "
            "Keras keeps them, or use a network of the zoo"
        ) from error


def read_keras(path: Path, *, trusted: bool = False) -> Any:
    """Return the model in a ``.keras`` file; nothing of the file is run unless it is trusted.

    Raises
    ------
    ModelError
        If the file is not a Keras archive, unfolds too far, names code that is not Keras' own, or
        holds a Lambda layer without being trusted.

    """
    import keras

    config = _config(path)
    if not trusted:
        _refuse_code(config, path.name)
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=not trusted)
    except Exception as error:
        said = str(error).strip().split("\n")[0]
        raise ModelError(f"{path.name} cannot be read as a Keras model: {said}") from error


def _config(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > _LARGEST:
                raise ModelError(f"{path.name} would unfold to {size:,} bytes, more than is read")
            return json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        raise ModelError(
            f"expected a .keras file (an archive with config.json), got {path.name}: {error}; "
            "save the model with model.save('name.keras')"
        ) from error


def _refuse_code(config: Any, name: str) -> None:
    for entry in _entries(config):
        module, kind = entry.get("module"), entry.get("class_name")
        if kind in {"Lambda", "__lambda__"}:
            raise ModelError(
                f"{name} holds a Lambda layer, which runs code of the file; if you trust it, say "
                "trust_code: true in the manifest"
            )
        if isinstance(module, str) and module.split(".")[0] not in {"keras", "builtins"}:
            raise ModelError(
                f"{name} names code outside Keras, {module}.{kind}; it is not loaded "
                "unless the manifest says trust_code: true"
            )


def _entries(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield entry
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
