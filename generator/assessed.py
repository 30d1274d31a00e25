"""What every classifier reports of its held-out pictures, as scores, tables and curves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import SourceError
from generator.science import classifier_curves, classifier_metrics
from generator.science.assessment import Assessment, assess
from generator.technique import Cell, Panel, Result, Role, Score, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from generator.samples import Album
    from generator.science.heads import Head

COSTS = (0.01, 0.1, 1.0, 10.0, 100.0)
"""What C is chosen from, where it is not given."""

_NAMED = 20
"""Examples that a note names one by one."""

_TWO = 2


def trained(
    album: Album,
    sound: Sequence[int],
    features: NDArray[Any],
    *,
    cost: float | None,
    head: Head,
    seed: int,
) -> Assessment:
    """Return a classifier of the training pictures, tried on the held-out ones.

    ``features`` (n, L) are those of the examples in ``sound``.

    Raises
    ------
    SourceError
        If there are less than two classes, or nothing is held out.

    """
    try:
        return assess(
            features,
            [album.labels[i] for i in sound],
            [album.held_out[i] for i in sound],
            [album.groups[i] for i in sound],
            classes=len(album.classes),
            costs=COSTS if cost is None else (cost,),
            head=head,
            seed=seed,
        )
    except ValueError as error:
        raise SourceError(f"no classifier can be trained on this: {error}") from None


def held_out(
    album: Album, sound: Sequence[int] | NDArray[np.int64], found: Assessment, test: int
) -> NDArray[np.uint8]:
    """Return the picture of a test of ``found``, whose features were those of ``sound``."""
    picture = album.read(int(sound[int(found.tests[test])]))
    if picture is None:
        raise RuntimeError("a picture that could be read can be read no more")
    return picture


def report(
    album: Album, sound: Sequence[int], found: Assessment, shown: Sequence[int], size: int
) -> Result:
    """Return scores, tables and curves; ``shown`` are the tests that panels show, in order.

    ``size`` is how many numbers stand for one picture.
    """
    return Result(
        panels=_curves(found, len(album.classes)),
        scores=_scores(album, sound, found, size),
        notes=(*unreadable(len(album), sound), *_unknown(album, found)),
        tables=(
            _confusion(album, found),
            _classes(album, sound, found),
            _predictions(album, sound, found, shown),
        ),
    )


def unreadable(count: int, sound: Sequence[int]) -> tuple[str, ...]:
    """Return a note on the examples that are not ``sound``, which are numbers below ``count``."""
    broken = sorted(set(range(count)) - {int(index) for index in sound})
    return (named(broken, f"of {count} cannot be read and left out"),) if broken else ()


def named(examples: Sequence[int], what: str) -> str:
    """Return a note about ``examples``, the first of them by number."""
    listed = ", ".join(str(index) for index in examples[:_NAMED])
    more = " ..." if len(examples) > _NAMED else ""
    pictures = "picture" if len(examples) == 1 else "pictures"
    return f"{len(examples)} {pictures} {what}: number {listed}{more}"


def _unknown(album: Album, found: Assessment) -> tuple[str, ...]:
    known = set(found.known.tolist())
    missing = [name for index, name in enumerate(album.classes) if index not in known]
    if not missing:
        return ()
    return (f"never named, for want of pictures to learn from: {', '.join(missing)}",)


def _scores(album: Album, sound: Sequence[int], found: Assessment, size: int) -> tuple[Score, ...]:
    truth, said = found.truth.tolist(), found.predicted.tolist()
    right = sum(a == b for a, b in zip(truth, said, strict=True))
    low, high = classifier_metrics.wilson(right, len(truth))
    groups = [album.groups[sound[row]] for row in found.tests]
    spread = classifier_curves.bootstrap(truth, said, groups, np.random.default_rng(0))
    sure = found.probabilities[np.arange(len(truth)), found.predicted]
    hits = [a == b for a, b in zip(truth, said, strict=True)]
    error = classifier_metrics.expected_calibration_error(sure.tolist(), hits)
    scores = [
        Score("accuracy", 100 * right / len(truth), (100 * low, 100 * high)),
        Score(
            "balanced", 100 * classifier_metrics.balanced_accuracy(truth, said),
            _times(spread.balanced_accuracy, 100),
        ),
        Score("f1", classifier_metrics.macro_f1(truth, said), _times(spread.macro_f1, 1)),
        Score("train", 100 * found.training_accuracy),
        Score("guess", 100 * max(Counter(truth).values()) / len(truth)),
        Score("calibration", error),
        Score("tested", len(truth)),
        Score("size", size),
        Score("cost", found.linear.cost),
    ]  # fmt: skip
    if len(album.classes) == _TWO and len(set(truth)) == _TWO:
        positive, score = found.truth == 1, found.probabilities[:, 1]
        scores += [
            Score("auc", classifier_curves.roc(score, positive).area),
            Score("precision", classifier_curves.precision_recall(score, positive).area),
        ]
    return tuple(scores)


def _times(interval: tuple[float, float], factor: float) -> tuple[float, float]:
    return factor * interval[0], factor * interval[1]


def _confusion(album: Album, found: Assessment) -> Table:
    counts = classifier_metrics.confusion(
        found.truth.tolist(), found.predicted.tolist(), range(len(album.classes))
    )
    rows: list[tuple[Cell, ...]] = [
        (name, *map(float, row)) for name, row in zip(album.classes, counts, strict=True)
    ]
    return Table("confusion", tuple(rows), album.classes)


def _classes(album: Album, sound: Sequence[int], found: Assessment) -> Table:
    learned = Counter(album.labels[sound[row]] for row in found.learned)
    truth, said = Counter(found.truth.tolist()), Counter(found.predicted.tolist())
    hits = Counter(found.truth[found.truth == found.predicted].tolist())
    rows: list[tuple[Cell, ...]] = []
    for index, name in enumerate(album.classes):
        both = truth[index] + said[index]
        rows.append(
            (
                name, float(learned[index]), float(truth[index]),
                100 * hits[index] / said[index] if said[index] else None,
                100 * hits[index] / truth[index] if truth[index] else None,
                2 * hits[index] / both if both else None,
            )
        )  # fmt: skip
    return Table("classes", tuple(rows))


def _predictions(
    album: Album, sound: Sequence[int], found: Assessment, shown: Sequence[int]
) -> Table:
    tiles = {test: float(at) for at, test in enumerate(shown)}
    rows = tuple(
        (
            str(int(sound[row])), album.classes[found.truth[test]],
            album.classes[found.predicted[test]],
            100 * float(found.probabilities[test, found.predicted[test]]),
            float(found.margins[test]), tiles.get(test),
        )
        for test, row in enumerate(found.tests)
    )  # fmt: skip
    return Table("predictions", rows)


def _curves(found: Assessment, classes: int) -> tuple[Panel, ...]:
    sure = found.probabilities[np.arange(len(found.truth)), found.predicted]
    hits = (found.truth == found.predicted).tolist()
    bins = classifier_metrics.reliability(np.minimum(sure, 1).tolist(), hits)
    points = np.array([[one.confidence, one.accuracy, one.confidence] for one in bins])
    panels = [Panel("calibration", Role.CURVE, 100 * points)]
    tried = np.array(found.linear.validation, np.float64)
    if len(tried) > 1:
        panels.append(Panel("costs", Role.CURVE, np.column_stack([tried[:, 0], 100 * tried[:, 1]])))
    if classes == _TWO and len(set(found.truth.tolist())) == _TWO:
        positive, score = found.truth == 1, found.probabilities[:, 1]
        roc = classifier_curves.roc(score, positive)
        recall = classifier_curves.precision_recall(score, positive)
        line = np.column_stack([roc.x, roc.y, roc.x])
        panels += [
            Panel("roc", Role.CURVE, 100 * line),
            Panel("precision-recall", Role.CURVE, 100 * np.column_stack([recall.x, recall.y])),
        ]
    return tuple(panels)
