"""Accuracy of the classifiers on a folder of class folders, over several splits.

Run in the repository, with the project's Python::

    python benchmarks/classifiers.py PATH [--train 100] [--splits 5]

All pictures below PATH are pooled, whichever side they are on. In each split so many of each class
are learned from and all others are held out; vocabulary, mixture and C are learned anew from those.
The table gives the mean over the splits, its interval (Student's t, 95 %) and the least and the
greatest. Descriptors and features of a picture do not depend on the split and are kept meanwhile.

Limits for four kinds of scenes, 100 of each to learn from: Fisher vectors 0.90, a new head for
EfficientNet-Lite0 0.95.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t as student

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generator import datasets, imaging
from generator.averaged_maps import averages
from generator.content import Located
from generator.models.loading import load
from generator.networks import known
from generator.samples import Album
from generator.schema import DataSetEntry
from generator.science.assessment import assess
from generator.science.describing import WIDTH, Descriptor, Where
from generator.science.heads import Head
from generator.shelf import Shelf
from generator.sources import resolve
from generator.steps import KeptSteps
from generator.visual_words import Look, vectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from generator.science.assessment import Assessment

LIMITS = {"Fisher vectors, 64 Gaussians": 0.90, "New head, EfficientNet-Lite0": 0.95}
COSTS = (0.01, 0.1, 1.0, 10.0, 100.0)
LOOK = Look(Where.DENSE, Descriptor.ROOTSIFT, 8)
BAG = {"votes": "soft", "width": WIDTH, "levels": 0}


def _locate(source: str, folder: Path) -> Located:
    path = resolve(source, folder)
    return Located(path, hashlib.sha256(path.read_bytes()).hexdigest())


def _pooled(path: Path, steps: KeptSteps) -> Album:
    """Return every picture below ``path`` that has a class, all to learn from as yet."""
    words = {"id": "set", "title": "Set", "credit": "-", "licence": "-"}
    entry = DataSetEntry.model_validate({"source": path.name, **words})
    item = datasets.declared(entry, path.resolve().parent, _locate, str(path))
    if item.data is None:
        raise SystemExit(item.problem)
    examples = item.data.examples
    files = [example.file.path for example in examples]

    def read(index: int) -> NDArray[np.uint8]:
        return imaging.decode(files[index].read_bytes(), name=files[index].name).image

    labels = tuple(item.data.classes.index(example.label) for example in examples)
    groups = tuple(example.group for example in examples)
    digests = tuple(example.digest for example in examples)
    sides = (False,) * len(examples)
    return Album(item.data.classes, labels, groups, sides, digests, read, steps)


def _split(album: Album, train: int, seed: int) -> Album:
    """Return ``album`` with all but ``train`` of each class held out."""
    rng = np.random.default_rng(seed)
    learned: set[int] = set()
    for label in range(len(album.classes)):
        own = [i for i, one in enumerate(album.labels) if one == label]
        learned.update(int(i) for i in rng.permutation(own)[:train])
    sides = tuple(i not in learned for i in range(len(album)))
    return Album(
        album.classes, album.labels, album.groups, sides, album.digests, album.read, album.steps
    )


def _assessed(album: Album, features: NDArray[np.float32], head: Head) -> Assessment:
    return assess(
        features, album.labels, album.held_out, album.groups, classes=len(album.classes),
        costs=COSTS, head=head,
    )  # fmt: skip


def _words(encoder: str, options: dict[str, object]) -> Callable[[Album, int], Assessment]:
    def tried(album: Album, seed: int) -> Assessment:
        made = vectors(album, LOOK, encoder, options, sampled=100_000, seed=seed)
        return _assessed(album, made.features, Head.SVM)

    return tried


def _new_head(album: Album, _: int) -> Assessment:
    network = load(known(_locate, Path())["efficientnet-lite0"])
    layer = network.head.layer
    kept = album.steps.each(averages, album, {"layer": layer}, {"network": network})
    features = np.stack([one["averages"] for one in kept if one is not None])
    features /= np.linalg.norm(features[[not side for side in album.held_out]], axis=1).mean()
    return _assessed(album, features, Head.LOGISTIC)


METHODS: dict[str, Callable[[Album, int], Assessment]] = {
    "New head, EfficientNet-Lite0": _new_head,
    "Fisher vectors, 64 Gaussians": _words("FisherVectors", {"gaussians": 64, "dims": 64}),
    "Bag of 80 words, shared votes": _words("BagOfWords", {**BAG, "words": 80}),
    "Bag of 80 words, one vote": _words("BagOfWords", {**BAG, "words": 80, "votes": "hard"}),
    "Bag of 200 words, pyramid": _words("BagOfWords", {**BAG, "words": 200, "levels": 2}),
    "VLAD, 64 words": _words("Vlad", {"words": 64, "dims": 64}),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--train", type=int, default=100)
    parser.add_argument("--splits", type=int, default=5)
    asked = parser.parse_args()
    if asked.path is None:
        print("no folder of class folders was given: nothing to measure")
        return 0
    missed = 0
    with tempfile.TemporaryDirectory() as folder, Shelf(Path(folder)) as shelf:
        album = _pooled(asked.path, KeptSteps(shelf, {}))
        classes = f"{len(album.classes)} classes, {asked.train} of each to learn from"
        print(f"{len(album)} pictures of {classes}")
        for name, tried in METHODS.items():
            began = time.perf_counter()
            found = [tried(_split(album, asked.train, k), k) for k in range(asked.splits)]
            right = [float((one.truth == one.predicted).mean()) for one in found]
            half = 0.0
            if len(right) > 1:
                half = float(student.ppf(0.975, len(right) - 1)) * stdev(right) / len(right) ** 0.5
            limit = LIMITS.get(name)
            missed += limit is not None and fmean(right) < limit
            said = f", limit {limit:.2f}" if limit else ""
            print(
                f"{name:32} {fmean(right):.3f} ± {half:.3f} ({min(right):.3f} to {max(right):.3f})"
                f"{said}, {time.perf_counter() - began:.0f} s", flush=True,
            )  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
