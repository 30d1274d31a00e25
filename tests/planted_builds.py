"""Builds made by hand, whose differences are known: twelve pictures and one classifier.

``made(folder, world)`` writes the findings of a ``World`` into a store, as a build would.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from generator.builds import Build
from generator.plan import key_of
from generator.report import Method, Report, Run, Shown
from generator.shelf import Shelf
from generator.technique import (
    Better,
    Legend,
    Metric,
    Panel,
    Result,
    Role,
    Score,
    Table,
)

PICTURES = tuple(f"picture-{n}" for n in range(12))
SET = "leaves"
CLASSES = ("ash", "beech")
EXAMPLES = 100

METHODS = {
    "saliency": Method(
        "saliency",
        "Saliency",
        {
            "heat": Legend("Heat", "How much.", "little", "much"),
            "mask": Legend("Mask", "White is inside."),
        },
        {"iou": Metric("Overlap", "shared area", "", 2, Better.HIGHER)},
        {},
    ),
    "words": Method(
        "words",
        "Visual words",
        {},
        {
            "accuracy": Metric("Accuracy", "share named rightly", "%", 1, Better.HIGHER),
            "balanced": Metric("Balanced accuracy", "mean over classes", "%", 1, Better.HIGHER),
            "f1": Metric("Macro-F1", "mean over classes", "", 3, Better.HIGHER),
            "size": Metric("Numbers a picture", "how many", "", 0),
        },
        {"predictions": "Every held-out picture"},
    ),
}


def heat(shift: int = 0, height: int = 48) -> np.ndarray:
    """A hill whose top lies ``shift`` pixels further to the right."""
    rows, columns = np.mgrid[:height, :64]
    hill = np.exp(-((rows - 20) ** 2 + (columns - 20 - shift) ** 2) / 60)
    return hill.astype(np.float32)


@dataclass(frozen=True)
class World:
    """What a build finds. ``wrong`` are the examples that the classifier has wrong."""

    heats: dict[str, np.ndarray] = field(default_factory=lambda: dict.fromkeys(PICTURES, heat()))
    overlaps: dict[str, float] = field(
        default_factory=lambda: {name: 0.6 + 0.03 * n for n, name in enumerate(PICTURES)}
    )
    wrong: frozenset[int] = frozenset(range(8))
    failing: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    titles: str = "Picture"
    look: str = "look"
    legend: Legend | None = None
    causes: dict = field(default_factory=dict)
    squeezed: bool = True
    extra: int = 0
    masks: frozenset[str] = frozenset()
    scored: bool = True


def made(folder: Path, world: World, name: str = "a build") -> Build:
    """Return the build that finds what ``world`` says."""
    runs = []
    with Shelf(folder) as shelf:
        for picture in (*world.heats, SET):
            if picture in world.broken:
                continue
            technique = "words" if picture == SET else "saliency"
            causes = {
                "technique": technique, "params": {"words": 80}, "content": {"picture": picture},
                "code": {"generator.science.saliency": "1"}, "libraries": {"numpy": "2.1"},
                **world.causes,
            }  # fmt: skip
            if picture in world.failing:
                runs.append(
                    Run(picture, technique, "default", "", key_of(causes), causes, None, "It broke")
                )
                continue
            result = _classified(world) if picture == SET else _found(world, picture)
            record = shelf.keep(key_of(causes), technique, causes, result)
            if not world.squeezed:
                record = _resaved(shelf, record)
            runs.append(Run(picture, technique, "default", "", key_of(causes), causes, record))
    return Build(name, _report(world, tuple(runs)), (Shelf(folder),))


def _found(world: World, picture: str) -> Result:
    values = world.heats[picture]
    mask = values > 0.5
    if picture in world.masks:
        mask[0, 0] = True
    scores = (Score("iou", world.overlaps[picture]),) if world.scored else ()
    return Result((Panel("heat", Role.HEATMAP, values), Panel("mask", Role.MASK, mask)), scores)


def _classified(world: World) -> Result:
    rows = []
    for place in range(EXAMPLES + world.extra):
        example = place - world.extra
        truth = CLASSES[place % 2]
        named = CLASSES[1 - place % 2] if example in world.wrong else truth
        rows.append((str(place), truth, named, 80.0, 1.0, None))
    right = [row[1] == row[2] for row in rows]
    recalls = [np.mean([r for r, row in zip(right, rows, strict=True) if row[1] == name])
               for name in CLASSES]  # fmt: skip
    f1s = []
    for name in CLASSES:
        hits = sum(row[1] == row[2] == name for row in rows)
        f1s.append(2 * hits / sum((row[1] == name) + (row[2] == name) for row in rows))
    scores = (
        Score("accuracy", 100 * float(np.mean(right)), (80.0, 99.0)),
        Score("balanced", 100 * float(np.mean(recalls))),
        Score("f1", float(np.mean(f1s))),
        Score("size", 80.0),
    )
    return Result((), scores, (), (Table("predictions", tuple(rows)),))


def _resaved(shelf: Shelf, record):
    """The same arrays, packed in another way: what another version of a library may write."""
    panels = []
    for panel in record.panels:
        kept = panel
        if panel.suffix == "npz":
            buffer = io.BytesIO()
            np.savez(buffer, array=shelf.array(panel))
            kept = replace(panel, blob=shelf.write(buffer.getvalue()))
        panels.append(kept)
    return replace(record, panels=tuple(panels))


def _report(world: World, runs: tuple[Run, ...]) -> Report:
    items = [
        Shown(
            name, "image", f"{world.titles} {name}", "A hill.", "Us", "CC0",
            "no such file" if name in world.broken else "",
        )
        for name in world.heats
    ]  # fmt: skip
    examples = tuple(
        (f"leaf {n}", f"digest{n}") for n in (*range(1000, 1000 + world.extra), *range(EXAMPLES))
    )
    items.append(Shown(SET, "dataset", "Leaves", "Leaves.", "Us", "CC0", "", examples))
    methods = dict(METHODS)
    if world.legend:
        legends = {**methods["saliency"].legends, "heat": world.legend}
        methods["saliency"] = replace(methods["saliency"], legends=legends)
    return Report("Planted", "en", "0", "", world.look, tuple(items), methods, runs)
