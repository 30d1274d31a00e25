"""Class activation maps: which places a network's last layer adds up to a class."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.class_table import class_table
from generator.samples import Sample
from generator.technique import (
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
    Technique,
)

if TYPE_CHECKING:
    from generator.models.trained import Trained


class CamParams(Params):
    """Which network, and how many of its classes."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    classes: int = Field(5, ge=1, le=5, description="How many of the likeliest classes are mapped.")


def run(sample: Sample, params: CamParams, network: "Trained") -> Result:
    """Return the map of each of the likeliest classes, and the classes with their probabilities."""
    from generator.science import attribution

    seen = network.see(sample.image)
    head = network.head
    logits = network.scores(seen.input[None])[0]
    maps = network.activations(seen.input[None], [head.layer])[0][0]
    panels, gap = [], 0.0
    for rank, index in enumerate(network.top(logits, params.classes), 1):
        found = attribution.class_activation_map(maps, head.weights[:, index])
        gap = max(gap, abs(float(found.mean() + head.bias[index] - logits[index])))
        label = f"{network.said(logits, index)} · {head.layer}, {maps.shape[0]} × {maps.shape[1]}"
        heat = seen.placement.back(found)
        panels.append(Panel(f"class-{rank}", Role.SIGNED_MAP, heat, label=label))
    return Result(
        tuple(panels),
        (Score("law", gap),),
        seen.notes,
        (Table("classes", network.ranking(logits, 5)),),
    )


def _legend(rank: str) -> Legend:
    return Legend(
        f"{rank} class", "Red speaks for this class, blue against it; the colourless rest is of no "
        "account.", "against", "for", "logit", covers=True,
    )  # fmt: skip


TECHNIQUE = Technique(
    id="cam",
    title="Class activation maps",
    family=Family.NETWORKS,
    summary="Shows for each of a network's guesses which places of the picture speak for it.",
    question="Which places of the picture speak for the network's guess, and which against it?",
    points={
        "peak": "this place spoke most for the class",
        "trough": "this place spoke most against it",
    },
    explanation=Explanation(
        what="""
        A network that names what is in a photograph ends in a vote: every place of the picture
        says how much it speaks for each class, and the votes are averaged. These maps are the votes
        themselves, for the five classes that won.
        """,
        reading="""
        Red places speak for the class that is named under the map, blue places against it. The
        average of a map, with a constant added, is exactly the class's score, so nothing is left
        out and nothing is added: the picture is the calculation.

        Set two classes side by side. Where both are red, the network sees the same thing and
        cannot decide; where they differ, it took different things for its two guesses.
        """,
        limits="""
        The votes come from a coarse grid, often 7 by 7: a red patch says roughly where, never
        along which edge. It says where evidence came from, not what kind it was, and a vote may
        rest on surroundings far outside its cell, as every cell has seen most of the picture.
        Only networks that end in averaging and one linear layer have such maps.
        """,
        mathematics=r"""
        The last maps $A_k$ are averaged, $F_k = \frac{1}{Z}\sum_p A_k(p)$, and a linear layer gives
        the logit $S_c = \sum_k w_{kc} F_k + b_c$. Exchanging the sums,
        $$M_c(p) = \sum_k w_{kc} A_k(p), \qquad \frac{1}{Z}\sum_p M_c(p) = S_c - b_c$$
        The map is computed at the size of $A$, laid back onto the part of the picture that the
        network was given, and kept with its values.
        """,
    ),
    papers=(
        Paper("Zhou, B., Khosla, A., Lapedriza, A., Oliva, A. and Torralba, A.", "Learning deep "
              "features for discriminative localization", 2016, "CVPR", "10.1109/CVPR.2016.319"),
    ),
    params=CamParams,
    run=run,
    legends={
        f"class-{number}": _legend(rank)
        for number, rank in enumerate(("First", "Second", "Third", "Fourth", "Fifth"), 1)
    },
    highlight="class-1",
    filmed=("class-1",),
    examples=("class-1", "class-2"),
    metrics={
        "law": Metric("Left unexplained", "largest difference between a class's score and the mean "
                      "of its map; only rounding is left", "logit", 4),
    },
    tables={
        "classes": class_table(folded=False),
    },
    libraries=("numpy", "opencv-python-headless"),
    needs=("model",),
)  # fmt: skip
