"""Learning curves: how accuracy depends on the vocabulary, the votes, the pictures and the cost."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.content import Kind
from generator.science.describing import WIDTH, Descriptor, Where
from generator.technique import (
    Better,
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Paper,
    Params,
    Result,
    Role,
    Score,
    Table,
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.samples import Album
    from generator.science.assessment import Assessment
    from generator.visual_words import Look

    Points = Mapping[float, Assessment]
    Lines = dict[str, list[tuple[str, Points]]]

WORDS, GAUSSIANS, FISHER = "BagOfWords", "FisherVectors", "Fisher vectors"


class LearningCurvesParams(Params):
    """What is varied, and over which values."""

    where: Where = Field(Where.DENSE, description="Patches on a grid, or at keypoints.")
    descriptor: Descriptor = Field(Descriptor.ROOTSIFT, description="What is noted of a patch.")
    step: int = Field(8, ge=1, le=64, description="Pixels between the patches of the grid.")
    words: tuple[int, ...] = Field((10, 20, 40, 80, 160), description="Sizes of the vocabulary.")
    gaussians: tuple[int, ...] = Field((4, 8, 16, 32, 64), description="Numbers of Gaussians.")
    shares: tuple[float, ...] = Field(
        (0.125, 0.25, 0.5, 1.0), description="Shares of the training pictures."
    )
    costs: tuple[float, ...] = Field(
        (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0), description="Costs C of mistakes."
    )
    sampled: int = Field(
        100_000, ge=100, le=1_000_000, description="Patches that a vocabulary is learned from."
    )
    seed: int = Field(0, ge=0, description="For vocabularies, cross-validation and shares.")


def run(album: "Album", params: LearningCurvesParams) -> Result:
    """Return accuracy on held-out and training pictures against each of the values."""
    from generator.visual_words import Look

    look = Look(params.where, params.descriptor, params.step)
    count, most = _middle(params.words), _middle(params.gaussians)
    hard = {float(n): _tried(album, look, params, _bag(n, "hard")) for n in params.words}
    soft = {float(n): _tried(album, look, params, _bag(n, "soft")) for n in params.words}
    mixtures = {float(n): _tried(album, look, params, _mixture(n)) for n in params.gaussians}
    parts = {float(part.held_out.count(False)): part for part in _shares(album, params)}
    fewer = {n: _tried(part, look, params, _bag(count, "hard")) for n, part in parts.items()}
    rich = {n: _tried(part, look, params, _mixture(most)) for n, part in parts.items()}
    costs = {c: _tried(album, look, params, _bag(count, "hard"), c) for c in params.costs}
    lines: Lines = {
        "words": [("one vote", hard), ("shared votes", soft)],
        "gaussians": [(FISHER, mixtures)],
        "training": [("bag of words", fewer), (FISHER, rich)],
        "costs": [("bag of words", costs)],
    }
    panels = [_curve(name, series) for name, series in lines.items() if len(series[0][1]) > 1]
    rows = [
        row for name, series in lines.items() for title, points in series
        for row in _rows(f"{name}: {title}", points)
    ]  # fmt: skip
    best = max(_accuracy(found) for points in (hard, soft, mixtures) for found in points.values())
    return Result(tuple(panels), (Score("best", best),), (), (Table("curves", tuple(rows)),))


def _middle(values: tuple[int, ...]) -> int:
    return sorted(values)[len(values) // 2]


def _bag(words: int, votes: str) -> tuple[str, dict[str, object]]:
    return WORDS, {"words": words, "votes": votes, "levels": 0, "width": WIDTH}


def _mixture(gaussians: int) -> tuple[str, dict[str, object]]:
    return GAUSSIANS, {"gaussians": gaussians, "dims": 64, "with_positions": False}


def _tried(
    album: "Album",
    look: "Look",
    params: LearningCurvesParams,
    encoding: tuple[str, dict[str, object]],
    cost: float | None = None,
) -> "Assessment":
    from generator.assessed import trained
    from generator.science.heads import Head
    from generator.visual_words import vectors

    encoder, options = encoding
    made = vectors(album, look, encoder, options, sampled=params.sampled, seed=params.seed)
    return trained(
        album, made.sound.tolist(), made.features, cost=cost, head=Head.SVM, seed=params.seed
    )


def _shares(album: "Album", params: LearningCurvesParams) -> "Iterable[Album]":
    """Yield the data set with ever more of the training pictures of each class, all of the others.

    A smaller share is part of a larger one, and each class has at least two pictures.
    """
    import numpy as np

    rng = np.random.default_rng(params.seed)
    order: list[list[int]] = []
    for label in range(len(album.classes)):
        own = [i for i, k in enumerate(album.labels) if k == label and not album.held_out[i]]
        order.append([own[place] for place in rng.permutation(len(own))])
    tests = [i for i, held_out in enumerate(album.held_out) if held_out]
    for share in sorted(params.shares):
        learned = [i for own in order for i in own[: max(2, round(share * len(own)))]]
        yield album.only(sorted([*learned, *tests]))


def _accuracy(found: "Assessment") -> float:
    return 100 * float((found.truth == found.predicted).mean())


def _curve(name: str, series: "list[tuple[str, Points]]") -> Panel:
    """Return x, then for each series its held-out and its training accuracy in percent."""
    import numpy as np

    values = sorted(series[0][1])
    columns = [np.array(values, np.float64)]
    for _, points in series:
        columns.append(np.array([_accuracy(points[value]) for value in values]))
        columns.append(np.array([100 * points[value].training_accuracy for value in values]))
    return Panel(name, Role.CURVE, np.column_stack(columns))


def _rows(name: str, points: "Points") -> "Iterable[tuple[str, float, float, float, float, float]]":
    from generator.science.classifier_metrics import wilson

    for value, found in sorted(points.items()):
        right = int((found.truth == found.predicted).sum())
        low, high = wilson(right, len(found.truth))
        yield (
            name, float(value), 100 * found.training_accuracy, _accuracy(found), 100 * low,
            100 * high,
        )  # fmt: skip


def _legend(title: str, caption: str, x: str, *series: str) -> Legend:
    lines = tuple(f"{one}{side}" for one in series for side in ("", ", training pictures"))
    return Legend(title, caption, x=x, y="right, %", series=lines, logarithmic_x=True)


TECHNIQUE = Technique(
    id="learning-curves",
    title="Learning curves",
    family=Family.CLASSIFIERS,
    summary="Shows how accuracy depends on the vocabulary, the votes, the pictures and the cost.",
    question="How does accuracy depend on what one turns at a classifier?",
    explanation=Explanation(
        what="""
        Every classifier has dials: how many words its vocabulary has, whether a patch votes for one
        word or for several, how dear a mistake is while it learns. Each curve turns one dial and
        leaves the others. One curve asks what more pictures would bring.
        """,
        reading="""
        Look at the held-out pictures: where their line stops rising, more of the same brings
        nothing. Where the training pictures stay at 100 % and the held-out ones fall, the
        classifier learns by heart. If the line for more pictures still rises at its right end, more
        pictures are worth their cost.

        The table below gives the interval of every point. A difference inside the intervals is
        not one to act on.
        """,
        limits="""
        The best point of a curve is chosen on the held-out pictures, so it flatters itself: to
        report an accuracy, choose on other pictures, as the classifiers do with C. Only one dial is
        turned at a time.
        """,
        mathematics=r"""
        Every point is a classifier of its own: vocabulary or mixture are learned anew from its
        training pictures, and $C$ is chosen anew by cross-validation inside them, except on the
        curve that varies $C$. Shares of the training pictures are nested and keep the classes'
        proportions. Intervals are Wilson's, at 95 %.
        """,
    ),
    papers=(
        Paper("van Gemert, J. C. et al.", "Visual word ambiguity", 2010, "IEEE PAMI 32",
              "10.1109/TPAMI.2009.132"),
        Paper("Wilson, E. B.", "Probable inference, the law of succession, and statistical "
              "inference", 1927, "Journal of the American Statistical Association 22",
              "10.1080/01621459.1927.10502953"),
    ),
    params=LearningCurvesParams,
    run=run,
    legends={
        "words": _legend(
            "How many words", "Accuracy against the size of the vocabulary, where each patch votes "
            "for one word and where it shares its vote.", "words", "one vote", "shared votes",
        ),
        "gaussians": _legend(
            "How many Gaussians", "Accuracy of Fisher vectors against the number of Gaussians.",
            "Gaussians", "Fisher vectors",
        ),
        "training": _legend(
            "How many pictures", "Accuracy against the number of pictures to learn from.",
            "training pictures", "bag of words", "Fisher vectors",
        ),
        "costs": _legend(
            "How dear a mistake", "Accuracy of a bag of words against C. The classifiers choose it "
            "without the held-out pictures.", "C", "bag of words",
        ),
    },
    highlight="words",
    examples=("words", "training"),
    metrics={
        "best": Metric("Best held-out accuracy", "over all points; it flatters itself, as it is "
                       "chosen on the pictures it is measured on", "%", 1, Better.NEITHER),
    },
    tables={
        "curves": TableLegend(
            "Every point", "Accuracy with its 95 % interval.",
            (
                Metric("Curve", "what is varied, and of which classifier"),
                Metric("Value", "of what is varied", "", 3),
                Metric("Training", "right among the training pictures", "%", 1),
                Metric("Held out", "right among the held-out pictures", "%", 1, Better.HIGHER),
                Metric("From", "lower end of the interval", "%", 1),
                Metric("To", "upper end of the interval", "%", 1),
            ),
            folded=True,
        ),
    },
    libraries=("numpy", "scipy", "scikit-learn", "opencv-python-headless"),
    accepts=frozenset({Kind.DATASET}),
)  # fmt: skip
