"""Data sets and classifiers made by hand: findings as a build would have them, without a build.

``findings(store)`` has every state a page must show; ``write(out, folder)`` makes a site of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from conftest import Inline
from pydantic import Field

from generator import site
from generator.assets import make_assets
from generator.catalog import Catalog, Entry
from generator.classifier_words import LEGENDS, METRICS, TABLES, WORD_LEGENDS, WORD_TABLES
from generator.content import (
    DataSet,
    Example,
    Gallery,
    Item,
    Kind,
    Located,
    Use,
    Variant,
    Wish,
)
from generator.execute import Outcome
from generator.findings import Findings
from generator.plan import Plan, Task, key_of
from generator.store import Store
from generator.technique import (
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Params,
    Result,
    Role,
    Score,
    Table,
    TableLegend,
    Technique,
)
from generator.worker import Failure

SCRIPT = "<script>alert('x')</script>\" onload='x' & <b>"
SIDE = 24
PATCH = 12
Draw = Callable[[int, int, np.random.Generator], np.ndarray]


class FakeParams(Params):
    words: int = Field(80, description="How many words the vocabulary has.")


def technique(identity: str, title: str, legends, tables, highlight: str, **more) -> Technique:
    return Technique(
        **{
            "id": identity, "title": title, "family": Family.CLASSIFIERS,
            "summary": f"{title} learns classes from examples.",
            "explanation": Explanation("What.", "How.", "Limits.", "$x$"), "papers": (),
            "params": FakeParams, "run": lambda *_: None, "legends": legends, "tables": tables,
            "metrics": METRICS, "highlight": highlight,
            "accepts": frozenset({Kind.DATASET}), **more,
        }
    )  # fmt: skip


SETS = technique(
    "data-set", "Data set", {"examples": Legend("Examples", "Some pictures of every class.")},
    {
        "examples": TableLegend(
            "Examples", "Those shown.",
            (Metric("Example", ""), Metric("Class", ""), Metric("Side", ""), Metric("Tile", "")),
            folded=True,
        ),
        "balance": TableLegend(
            "How many of each", "Pictures of each class on both sides.",
            (Metric("Class", ""), Metric("Trained on", "pictures", "", 0),
             Metric("Held out", "pictures", "", 0)),
        ),
    },
    "examples", family=Family.SOURCE, metrics={},
)  # fmt: skip
BAG = technique(
    "bag-of-words", "Bag of visual words", LEGENDS | WORD_LEGENDS, TABLES | WORD_TABLES, "decision"
)
FISHER = technique(
    "fisher-vectors", "Fisher vectors", LEGENDS | WORD_LEGENDS, TABLES | WORD_TABLES, "decision"
)
HEAD = technique("cam-head", "A head on a network", LEGENDS, TABLES, "decision")
CURVES = technique(
    "learning-curves", "Learning curves",
    {
        "words": Legend("Size of the vocabulary", "More words, more detail.", x="words",
                        y="accuracy, %", series=("hard votes", "soft votes")),
    },
    {"curves": TableLegend("The same in numbers", "Accuracy.",
                           (Metric("Words", ""), Metric("Accuracy", "", "%", 1)))},
    "words", metrics={},
)  # fmt: skip
CATALOG = Catalog({t.id: Entry(t, "fake_sets") for t in (SETS, BAG, FISHER, HEAD, CURVES)})


def draw(kind: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """Return a small picture of one kind: stripes of its own direction, in noise."""
    rows, columns = np.mgrid[:side, :side]
    angle = kind * 0.7
    wave = np.sin((np.cos(angle) * rows + np.sin(angle) * columns) * (0.5 + 0.2 * kind))
    light = 120 + 70 * wave + rng.normal(0, 12, (side, side))
    colour = np.array([1, 0.9 - 0.05 * (kind % 7), 0.8])
    return np.clip(light[..., None] * colour, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Made:
    """How a fake data set and its classifiers are to be."""

    id: str
    title: str
    classes: tuple[str, ...]
    train: int = 6
    tests: int = 10
    pictured: bool = True
    problems: tuple[str, ...] = ()
    draw: Draw = draw


def examples(made: Made) -> tuple[Example, ...]:
    found = []
    for label in made.classes:
        for n in range(made.train + made.tests):
            name = f"{label}, number {n}"
            file = Located(Path(f"{n}.png"), f"{made.id}{label}{n}")
            found.append(Example(name, label, file, None, f"g{n // 4}", n >= made.train))
    return tuple(found)


def stack(made: Made, places, rng) -> np.ndarray:
    side = PATCH if places is None else SIDE
    places = range(len(made.classes)) if places is None else places
    return np.stack([made.draw(int(k), side, rng) for k in places])


def contents(made: Made, listed: tuple[Example, ...]) -> Result:
    rng = np.random.default_rng(0)
    kinds, rows, seen = [], [], {}
    for n, one in enumerate(listed):
        side = "held out" if one.held_out else "train"
        seen[one.label, side] = seen.get((one.label, side), 0) + 1
        if seen[one.label, side] <= 4:
            rows.append((str(n), one.label, side, float(len(kinds))))
            kinds.append(made.classes.index(one.label))
    balance = tuple((c, float(made.train), float(made.tests)) for c in made.classes)
    return Result(
        (Panel("examples", Role.PATCHES, stack(made, kinds, rng)),),
        notes=("2 files could not be read: a.png, b.png",),
        tables=(Table("examples", tuple(rows)), Table("balance", balance)),
    )


def classified(made: Made, skill: float, seed: int, *, words: int = 0) -> Result:
    """Return what a classifier that is right with the chance ``skill`` would report."""
    rng = np.random.default_rng(seed)
    classes = made.classes
    listed = [(n, e.label) for n, e in enumerate(examples(made)) if e.held_out]
    rows, counts = [], np.zeros((len(classes), len(classes)))
    for place, (n, truth) in enumerate(listed):
        right = rng.random() < skill or len(classes) == 1
        others = [c for c in classes if c != truth]
        named = truth if right else str(others[rng.integers(len(others))])
        counts[classes.index(truth), classes.index(named)] += 1
        sure = float(rng.uniform(60, 99.9) if right else rng.uniform(40, 80))
        tile = float(place) if made.pictured else None
        rows.append((str(n), truth, named, sure, sure / 50, tile))
    accuracy = 100 * np.trace(counts) / counts.sum()
    ends = (max(0.0, accuracy - 9.4), min(100.0, accuracy + 5.3))
    scores = [
        Score("accuracy", accuracy, ends), Score("balanced", accuracy, ends),
        Score("f1", accuracy / 100, (ends[0] / 100, ends[1] / 100)), Score("train", 100.0),
        Score("guess", 100 / len(classes)), Score("calibration", 0.062),
        Score("tested", float(len(listed))), Score("size", 80.0), Score("cost", 10.0),
    ]  # fmt: skip
    panels = curves(len(classes))
    if made.pictured:
        panels += pictures(made, [classes.index(truth) for _, truth in listed], rng)
    tables = [
        Table("confusion", tuple((c, *map(float, counts[i])) for i, c in enumerate(classes)), classes),
        Table("classes", tuple((c, float(made.train), float(made.tests), 90.0, 91.0, 0.905)
                               for c in classes)),
        Table("predictions", tuple(rows)),
    ]  # fmt: skip
    if words:
        panels += vocabulary(made, words, rng)
        weights = rng.normal(0, 1, (words, len(classes)))
        tables += [
            Table("words", tuple((str(w), 100 / words, *map(float, weights[w]))
                                 for w in range(words)), classes),
            Table("evidence", (
                ("Decision", 0.61, 0.82, 0.2, "Deletion, ROAD"),
                ("Random", 0.8, 0.8, 0.0, "control"),
            )),
        ]  # fmt: skip
    return Result(tuple(panels), tuple(scores), ("One picture has no keypoints.",), tuple(tables))


def pictures(made: Made, kinds: list[int], rng) -> list[Panel]:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    maps = []
    for _ in kinds:
        r, c = rng.uniform(4, SIDE - 4, 2)
        blob = np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / 30)
        other = np.exp(-((rows - c) ** 2 + (columns - r) ** 2) / 30)
        maps.append(blob - 0.6 * other)
    return [
        Panel("tests", Role.PATCHES, stack(made, kinds, rng)),
        Panel("decision", Role.SIGNED_PATCHES, np.array(maps, np.float32)),
    ]


def vocabulary(made: Made, words: int, rng) -> list[Panel]:
    kinds = np.repeat(np.arange(words) % len(made.classes), 7)
    patches = np.stack([made.draw(int(k), PATCH, rng) for k in kinds])
    for word in range(words):
        patches[word * 7] = patches[word * 7 + 1 : word * 7 + 7].mean(axis=0)
    fires = rng.integers(-1, words, (len(made.classes), SIDE // 4, SIDE // 4))
    return [
        Panel("words", Role.PATCHES, patches),
        Panel("fired-on", Role.PATCHES, stack(made, range(len(made.classes)), rng)),
        Panel("fires", Role.WORD_PATCHES, fires.repeat(4, 1).repeat(4, 2).astype(np.int16)),
    ]


def curves(classes: int) -> list[Panel]:
    steps = np.linspace(0, 100, 6)
    found = [
        Panel("calibration", Role.CURVE, np.column_stack([steps, steps * 0.9 + 4, steps])),
        Panel("costs", Role.CURVE, np.array([[0.1, 80.0], [1, 88.0], [10, 91.0], [100, 90.0]])),
    ]
    if classes == 2:
        found += [
            Panel("roc", Role.CURVE, np.column_stack([steps, 100 * (steps / 100) ** 0.3, steps])),
            Panel("precision-recall", Role.CURVE, np.column_stack([steps, 100 - steps / 5])),
        ]
    return found


TEXTURES = Made("textures", "Textures", ("brick", "grass", "gravel"), tests=20)
FACES = Made("faces", "Faces", ("face", "not a face"), tests=20)
LONELY = Made("lonely", "One class", ("only",), problems=("one.png: expected a picture, got .txt",))
MANY = Made(
    "many", "Sixty classes", tuple(f"class {n:02d}" for n in range(60)), tests=3, pictured=False,
    problems=tuple(f"line {n}: '{n}.png' cannot be read: No such file" for n in range(20)),
)  # fmt: skip
HOSTILE = Made("hostile", SCRIPT, (SCRIPT, "زهرة البرتقال", "w" * 120, "🌸👩‍🚀"), train=3, tests=5)

Runs = dict[tuple[str, str, str], Result | Failure]


def every(made: tuple[Made, ...]) -> Runs:
    """Return what every technique found on each of the data sets."""
    found: Runs = {}
    for one in made:
        found[one.id, "data-set", "default"] = contents(one, examples(one))
        if len(one.classes) == 1:
            failure = Failure("expected at least two classes, got 1: only", "trace")
            found[one.id, "bag-of-words", "default"] = failure
            continue
        found[one.id, "bag-of-words", "default"] = classified(one, 0.9, 1, words=8)
        found[one.id, "fisher-vectors", "keypoints"] = classified(one, 0.93, 2, words=4)
        found[one.id, "fisher-vectors", "grid"] = classified(one, 0.4, 3)
        found[one.id, "cam-head", "default"] = classified(one, 0.99, 4)
        line = np.array([[20, 80, 81.0], [40, 88, 87], [80, 91, 92], [160, 90, 93]])
        found[one.id, "learning-curves", "default"] = Result(
            (Panel("words", Role.CURVE, line),), tables=(Table("curves", (("20", 80.0),)),)
        )
    return found


USES = (
    Use("data-set", (Variant("default", ""),)),
    Use("bag-of-words", (Variant("default", ""),)),
    Use("fisher-vectors", (Variant("keypoints", "at keypoints"), Variant("grid", "on a grid"))),
    Use("cam-head", (Variant("default", ""),)),
    Use("learning-curves", (Variant("default", ""),)),
)


def item(made: Made, **changes) -> Item:
    plain = Item(
        id=made.id, kind=Kind.DATASET, source=f"{made.id}/", title=made.title,
        alt=f"The data set {made.title}.", credit="Somebody", licence="CC0",
        description="Pictures to tell apart.", tags=("fake",),
        data=DataSet(examples(made), made.problems),
    )  # fmt: skip
    return replace(plain, **changes)


def findings(
    store: Store, made: tuple[Made, ...], runs: Runs | None = None, language: str = "en"
) -> Findings:
    """Return findings of the data sets ``made``, kept in ``store``, and of one that is not there."""
    runs = every(made) if runs is None else runs
    gone = Made("gone", "Not there", ("a", "b"))
    missing = item(gone, data=None, problem="manifest.yaml:9: 'gone/' cannot be read: no folder")
    items = [*(item(one) for one in made), missing]
    tasks, outcomes = [], {}
    for one in items:
        for use in USES:
            for variant in use.variants:
                result = runs.get((one.id, use.technique, variant.id))
                if result is None or one.data is None:
                    continue
                causes = {
                    "technique": use.technique, "variant": variant.id,
                    "content": {"examples": key_of({"examples": one.data.causes})},
                }  # fmt: skip
                key = key_of(causes)
                task = Task(one, use.technique, variant.id, "fake_sets", FakeParams(), causes, key)
                tasks.append(task)
                outcomes[key] = _outcome(store, task, result)
    gallery = Gallery(
        "Sets", "Pictures to tell apart.", language, USES, tuple(Wish(one, USES) for one in items)
    )
    return Findings(Plan(gallery, tuple(tasks)), outcomes, CATALOG, "look")


def _outcome(store: Store, task: Task, result: Result | Failure) -> Outcome:
    if isinstance(result, Failure):
        return Outcome(task, None, result, cached=False)
    record = store.keep(task.key, task.technique, task.causes, result)
    store.adopt(record, 1.25)
    return Outcome(task, record, None, cached=False)


def write(
    out: Path,
    folder: Path,
    made: tuple[Made, ...],
    runs: Runs | None = None,
    *,
    timed: bool = False,
    language: str = "en",
) -> Findings:
    """Write a site of the data sets ``made`` at ``out``, with a store in ``folder``."""
    templates = (Path(__file__).parent.parent / "templates",)
    with Store(folder) as store:
        found = findings(store, made, runs, language)
        seconds = store.index.seconds(list(found.outcomes)) if timed else None
        site.write(
            site.Place(out / "manifest.yaml", out, templates, (), "0123456", {}), found, store, seconds,
            lambda: make_assets(found, store, jobs=1, executor=lambda _: Inline()),
        )  # fmt: skip
    return found


ALL = (TEXTURES, FACES, LONELY, MANY, HOSTILE)
