"""Hypercolumns: where each layer of a network is active, and where all of them are."""

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

from generator.science.combining import Combine


class HypercolumnParams(Params):
    """Which network, which of its layers, and how they are brought together."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    layers: tuple[str, ...] = Field(
        (), max_length=8, description="Layers; by default the last one at each resolution."
    )
    combine: Combine = Field(Combine.GEOMETRIC_MEAN, description="How the layers become one map.")


def run(sample: Sample, params: HypercolumnParams, network: "Trained") -> Result:
    """Return the combined map and that of each layer."""
    from generator.science import explainers

    seen = network.see(sample.image)
    names = list(params.layers) or explainers.stages(network)[:8]
    layers = [network.layer(name) for name in names]
    combined, each = explainers.hypercolumns(
        network, seen.input, [layer.name for layer in layers], params.combine
    )
    back = seen.placement.back
    panels = [Panel("combined", Role.HEATMAP, back(combined), label=f"{len(layers)} layers")]
    panels += [
        Panel(
            f"layer-{rank}", Role.HEATMAP, back(heat),
            label=f"{layer.name}, {layer.shape[0]} × {layer.shape[1]}, {layer.shape[2]} channels",
        )
        for rank, (layer, heat) in enumerate(zip(layers, each, strict=True), 1)
    ]  # fmt: skip
    dead = [layer.name for layer, heat in zip(layers, each, strict=True) if not heat.any()]
    notes = (*seen.notes, *(f"{name} is silent on this picture and is left out" for name in dead))
    logits = network.scores(seen.input[None])[0] if network.classes > 1 else None
    tables = () if logits is None else (Table("classes", network.ranking(logits, 5)),)
    return Result(tuple(panels), (), notes, tables)


def _layer(rank: str) -> Legend:
    return Legend(
        f"{rank} layer", "How active this layer is in each place.", "quiet", "most active",
        "share of the peak", (0.0, 1.0), covers=True,
    )  # fmt: skip


TECHNIQUE = Technique(
    id="hypercolumns",
    title="Hypercolumns",
    family=Family.NETWORKS,
    summary="Shows where the layers of a network are active, from fine to coarse, and all at once.",
    question="What do the layers of the network react to, from fine to coarse?",
    points={
        "peak": "here most layers of the network were active at once",
    },
    explanation=Explanation(
        what="""
        A network looks at a picture in layers: the first ones see edges and colours, the last ones
        whole things. In every place the answers of all layers, stacked, are called a hypercolumn.
        Here each layer's activity is one map, and together they give one map more: the places that
        interest the network on every level.
        """,
        reading="""
        Bright means that much goes on in this place, compared with the busiest place of the same
        layer. Early layers light up along edges, late ones on things. In the combined map a place
        is bright only if no layer is quiet there.
        """,
        limits="""
        It shows what the network notices, not what it concludes: the map is the same for every
        class. A busy background is noticed as well. Compare it with Grad-CAM, which asks about one
        class.
        """,
        mathematics=r"""
        For each layer $l$ with maps $A_c$ the channels are averaged,
        $$h_l(p) = \operatorname{mean}_c \frac{|A_c(p)|}{\max |A_c|}$$
        leaving out channels that are silent, and resized to the picture. The combined map is the
        geometric mean of the $h_l / \max h_l$, which a single quiet layer can veto; the product
        does the same more harshly, and the plain mean lets one layer speak for all.
        """,
    ),
    papers=(
        Paper("Hariharan, B., Arbeláez, P., Girshick, R. and Malik, J.", "Hypercolumns for object "
              "segmentation and fine-grained localization", 2015, "CVPR",
              "10.1109/CVPR.2015.7298642"),
    ),
    params=HypercolumnParams,
    run=run,
    legends={
        "combined": Legend(
            "All layers", "Bright where every layer is active.", "quiet", "most active",
            "share of the peak", (0.0, 1.0), covers=True,
        ),
        **{
            f"layer-{number}": _layer(rank)
            for number, rank in enumerate(
                ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"), 1
            )
        },
    },
    highlight="combined",
    tables={
        "classes": class_table(folded=True),
    },
    libraries=("numpy", "opencv-python-headless"),
    needs=("model",),
)  # fmt: skip
