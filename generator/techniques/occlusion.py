"""Occlusion maps: hide a window, ask again, and see what the score lost."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.class_table import class_table
from generator.samples import Sample
from generator.technique import (
    Explanation,
    Family,
    Legend,
    Panel,
    Paper,
    Params,
    Result,
    Role,
    Table,
    Technique,
)

if TYPE_CHECKING:
    from generator.models.trained import Trained

from generator.science.fillings import Fill


class OcclusionParams(Params):
    """Which network and class, and what is hidden."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    target: str = Field("", description="The class to explain, by name or number; the likeliest.")
    sizes: tuple[int, ...] = Field(
        (32, 64),
        min_length=1,
        max_length=4,
        description="Sides of the windows, in pixels of the network's input.",
    )
    stride: int = Field(16, ge=1, description="How far a window moves, in the same pixels.")
    fill: Fill = Field(Fill.MEAN, description="What a hidden window shows.")


def run(sample: Sample, params: OcclusionParams, network: "Trained") -> Result:
    """Return what hiding each place takes from the score, for all window sizes and each one."""
    import numpy as np

    from generator.science import explainers, occlusion

    seen = network.see(sample.image)
    logits = network.scores(seen.input[None])[0]
    target = network.target(logits, params.target)
    filling = occlusion.fill_picture(
        seen.input, params.fill, np.random.default_rng(0), network.preprocessing.black
    )
    found = explainers.occlusion(
        network, seen.input, target,
        sizes=params.sizes, stride=params.stride, filling=filling,
    )  # fmt: skip
    back = seen.placement.back
    what = network.said(logits, target)
    signed, magnitude = back(found.signed), back(found.magnitude)
    panels = [
        Panel("signed", Role.SIGNED_MAP, signed, label=what),
        Panel("magnitude", Role.HEATMAP, magnitude, label=what),
        Panel("focus", Role.PICTURE, occlusion.focus_picture(sample.image, np.maximum(signed, 0))),
    ]
    panels += [
        Panel(f"size-{rank}", Role.SIGNED_MAP, back(one), label=f"{size} pixels")
        for rank, (size, one) in enumerate(found.per_size.items(), 1)
    ]
    notes = (*seen.notes, f"{found.forwards} windows were hidden, one after another")
    return Result(tuple(panels), (), notes, (Table("classes", network.ranking(logits, 5)),))


def _size(rank: str) -> Legend:
    return Legend(
        f"{rank} window", "Red: hiding this place lowers the score of the class.",
        "raises it", "lowers it", "logit", covers=True,
    )  # fmt: skip


TECHNIQUE = Technique(
    id="occlusion",
    title="Occlusion maps",
    family=Family.NETWORKS,
    summary="Hides one window after another and notes how much surer or less sure a network gets.",
    question="Which parts would the network miss if they were hidden?",
    points={
        "peak": "hiding this spot made the network least sure of its guess",
        "trough": "hiding this spot made it surer than before",
    },
    explanation=Explanation(
        what="""
        The simplest question one can ask of a machine that cannot be opened: cover a part of the
        picture and look whether its answer changes. This is done with a window in hundreds of
        positions and in several sizes, and each place is given the average change of all windows
        that covered it.
        """,
        reading="""
        Red places matter: covering them lowers the score of the class named under the map. Blue
        places disturb: with them covered, the network is surer. The magnitude map shows both
        alike. In the focus picture, what mattered is sharp and the rest is blurred.

        The size of what matters is not known beforehand, so every window size has a map of its
        own as well. A thing that only the large window finds is larger than the small one.
        """,
        limits="""
        A covered picture is one that the network has never seen: part of the change may come from
        the patch that covers, not from what is covered. Two things that can each stand in for the
        other are both missed, as the network still has one of them. It takes hundreds of runs.
        """,
        mathematics=r"""
        For a window $W$ of size $s$ let $d_W = y(I) - y(I \text{ with } W \text{ filled})$. Then
        $$D(p) = \operatorname{mean}_s \frac{\sum_{W \ni p} d_W}{|\{W \ni p\}|}$$
        Windows begin outside the picture, so that its border is covered as often as its centre.
        The magnitude map takes $|d_W|$. The focus picture is $M I + (1 - M) (G_\sigma * I)$ with
        $M$ the smoothed map, cut at its 60th percentile.
        """,
    ),
    papers=(
        Paper("Zeiler, M. D. and Fergus, R.", "Visualizing and understanding convolutional "
              "networks", 2014, "ECCV", "10.1007/978-3-319-10590-1_53"),
    ),
    params=OcclusionParams,
    run=run,
    legends={
        "signed": Legend(
            "What mattered", "Red: hiding this place lowers the score. Blue: it raises the score.",
            "raises it", "lowers it", "logit", covers=True,
        ),
        "magnitude": Legend(
            "How much it mattered", "Whichever way the score moved.", "nothing", "most", "logit",
            covers=True,
        ),
        "focus": Legend("Focus", "What mattered is sharp, the rest is blurred."),
        "size-1": _size("First"),
        "size-2": _size("Second"),
        "size-3": _size("Third"),
        "size-4": _size("Fourth"),
    },
    highlight="signed",
    examples=("signed", "focus"),
    tables={
        "classes": class_table(folded=True),
    },
    libraries=("numpy", "opencv-python-headless"),
    needs=("model",),
)  # fmt: skip
