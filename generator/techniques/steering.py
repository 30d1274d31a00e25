"""A network learns to steer from the frames of a drive, and is tested on blocks it never saw."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.content import Kind
from generator.science.lessons import Lesson
from generator.technique import (
    Better,
    Explanation,
    Family,
    Legend,
    Metric,
    Paper,
    Params,
    Result,
    Table,
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    from generator.samples import Drive

_LESSON = Lesson()


class SteeringParams(Params):
    """How the network is taught, and how the same network learns a few frames by heart."""

    epochs: int = Field(_LESSON.epochs, ge=1, le=200, description="Passes over the frames.")
    batch: int = Field(_LESSON.batch, ge=1, le=1024, description="Frames to a step.")
    rate: float = Field(_LESSON.rate, gt=0, le=1, description="Learning rate at its highest.")
    dropout: float = Field(
        _LESSON.dropout, ge=0, lt=1, description="Share of the widest layer that a step leaves out."
    )
    decay: float = Field(_LESSON.decay, ge=0, description="Weight of the sum of squared weights.")
    flips: bool = Field(
        _LESSON.flips, description="Half of the frames are mirrored, and their angles with them."
    )
    brightness: float = Field(
        _LESSON.brightness, ge=0, lt=1, description="Share by which frames are made brighter or "
        "darker."
    )  # fmt: skip
    seed: int = Field(_LESSON.seed, ge=0, description="Of the first weights and of all chance.")
    by_heart: int = Field(
        300, ge=0, description="Frames that the same network learns without dropout, L2, mirrored "
        "or darkened frames, to show what over-fitting is; 0 leaves it out."
    )  # fmt: skip
    passes: int = Field(12, ge=1, le=200, description="Passes over those few frames.")

    @property
    def lesson(self) -> Lesson:
        """How the network is taught."""
        return Lesson(
            epochs=self.epochs, batch=self.batch, rate=self.rate, dropout=self.dropout,
            decay=self.decay, flips=self.flips, brightness=self.brightness, seed=self.seed,
        )  # fmt: skip

    @property
    def heart(self) -> Lesson:
        """How the same network learns by heart."""
        return Lesson(
            epochs=self.passes, batch=self.batch, rate=self.rate, dropout=0, decay=0, flips=False,
            brightness=0, seed=self.seed,
        )  # fmt: skip


def run(drive: "Drive", params: SteeringParams) -> Result:
    """Return how well the network steers on frames it never saw, and how that came about."""
    from generator import steered
    from generator.models.schooling import school
    from generator.science.blocks import Split

    found = school(drive, drive.split, params.lesson)
    few = None
    if params.by_heart:
        split = Split(found.train[: params.by_heart], found.held_out)
        few = school(drive, split, params.heart)
    errors = steered.errors_of(drive, found, few)
    return Result(
        steered.panels(drive, found, few, errors),
        steered.scores(drive, found, errors),
        tuple(steered.notes(drive, found, errors)),
        (Table("errors", tuple(steered.rows(errors))),),
    )


_NAMES = ("the network", "the true angle")


def _history(title: str, caption: str) -> Legend:
    series = ("frames it learns from", "held-out frames", "always straight on")
    return Legend(title, caption, x="passes", y="mean error, °", series=series)


def _dots(title: str, caption: str) -> Legend:
    return Legend(
        title, caption, x="true angle, °", y="the network's angle, °", series=_NAMES, dots=True
    )


TECHNIQUE = Technique(
    id="steering",
    title="Learning to steer",
    family=Family.STEERING,
    summary="Teaches a network to turn the wheel, and tests it on roads it has never seen.",
    question="Can a network learn to steer from watching?",
    explanation=Explanation(
        what="""
        PilotNet is given one frame of the road at a time and says how far to turn the steering
        wheel. It is taught on part of the drive, by making its error smaller step by step, and
        tested on blocks of time that are held out: it never sees those, nor the frames next to
        them, which look almost the same.

        The frames above have an amber mark at the network's angle and a blue one at the true angle;
        a red arc is the error between them.
        """,
        reading="""
        Compare the error with that of driving straight on, which looks at nothing: only what is
        well below it was learned. In the charts of dots the network's angles should lie along the
        line of true ones. Where the two lines over the passes part company, the network goes on
        learning its own frames and no longer the road.

        The last chart shows that on purpose. The same network learns a few hundred frames without
        all that helps against it. It knows them by heart in the end, and steers badly everywhere
        else: that is over-fitting, and the error on frames that were learned from cannot tell.
        """,
        limits="""
        A small error on every frame does not mean that a car stays on the road: here nobody drives,
        and errors do not add up. A drive is one country, one camera and a few lights; the interval
        is taken over its held-out blocks and says nothing of other roads. A person's angles are no
        perfect truth either.
        """,
        mathematics=r"""
        The network's angle for a frame $x$ is $f(x) = 2 \arctan z(x)$. Adam makes
        $$\frac{\sum_i (f(x_i) - y_i)^2}{\sum_i y_i^2} + \lambda \sum_w w^2$$ smaller over frames
        $x_i$ with true angles $y_i$, some of them mirrored with the angle negated. The error is
        $\operatorname{mean}_i |f(x_i) - y_i|$ in degrees, over held-out frames; its interval comes
        from drawing whole held-out blocks with replacement, as frames of one block are off alike.
        """,
    ),
    papers=(
        Paper("Bojarski, M. et al.", "End to end learning for self-driving cars", 2016, "arXiv",
              "10.48550/arXiv.1604.07316"),
        Paper("Kingma, D. P. and Ba, J.", "Adam: a method for stochastic optimization", 2015,
              "ICLR", "10.48550/arXiv.1412.6980"),
    ),
    params=SteeringParams,
    run=run,
    legends={
        "wheels": Legend("Held-out frames", "Amber: the network's angle. Blue: the true one."),
        "learning": _history("As it learns", "The mean error after each pass over the frames."),
        "held-out": _dots("On held-out frames", "What the network says of roads it never saw."),
        "train": _dots("On frames it learned from", "Closer to the line, as it has seen them."),
        "over-time": Legend(
            "One held-out frame after another", "Both should swing alike.", x="held-out frame",
            y="angle, °", series=_NAMES,
        ),
        "by-heart": _history("By heart", "The same network on a few frames, with no help against "
                             "over-fitting: the first line falls, the second does not."),
    },
    highlight="wheels",
    metrics={
        "error": Metric("Error", "mean over held-out frames", "°", 2, Better.LOWER),
        "share": Metric("Of driving straight", "the error, as a share of that of always saying 0",
                        "%", 0, Better.LOWER),
        "train": Metric("Error, learned from", "mean over frames it learned from", "°", 2),
        "straight": Metric("Straight on", "held-out error of always saying 0", "°", 2),
    },
    tables={
        "errors": TableLegend(
            "Who is how far off", "Mean errors. Those who always say the same know no picture.",
            (
                Metric("Who steers", "the network, or somebody who does not look"),
                Metric("Learned from", "error on frames that train", "°", 2, Better.LOWER),
                Metric("Held out", "error on frames never seen", "°", 2, Better.LOWER),
                Metric("Of straight on", "held-out error, as a share of that of always saying 0",
                       "%", 0, Better.LOWER),
            ),
        ),
    },
    libraries=("numpy", "scipy", "opencv-python-headless", "tensorflow", "keras"),
    accepts=frozenset({Kind.DRIVE}),
)  # fmt: skip
