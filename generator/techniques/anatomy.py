"""Anatomy: the layers of a network, and which questions it can be asked."""

from typing import TYPE_CHECKING

from generator.content import Kind
from generator.samples import Survey
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
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    from generator.models.trained import Trained


class AnatomyParams(Params):
    """There is nothing to choose."""


def run(_: Survey, __: AnatomyParams, network: "Trained") -> Result:
    """Return the layers with maps, their sizes, and what the network can be asked."""
    import numpy as np

    layers = network.layers
    depth = np.arange(1, len(layers) + 1, dtype=np.float64)
    sides = np.array([np.sqrt(layer.shape[0] * layer.shape[1]) for layer in layers])
    channels = np.array([layer.shape[2] for layer in layers], np.float64)
    curve = np.column_stack([depth, sides, channels])
    rows = tuple(
        (layer.name, layer.kind, f"{layer.shape[0]} × {layer.shape[1]}", float(layer.shape[2]))
        for layer in layers
    )
    scores = (
        Score("weights", float(network.weights)),
        Score("layers", float(len(layers))),
        Score("classes", float(network.classes)),
    )
    size = f"its input is {network.size[0]} × {network.size[1]} pixels, {network.channels} channels"
    panels = (Panel("shape", Role.CURVE, curve),) if layers else ()
    return Result(panels, scores, (size, *network.answers), (Table("layers", rows),))


TECHNIQUE = Technique(
    id="anatomy",
    title="Anatomy",
    family=Family.NETWORKS,
    summary="Lists a network's layers from the picture to the answer, and what it can be asked.",
    question="What is a network made of, layer after layer?",
    explanation=Explanation(
        what="""
        A network for pictures is a row of layers. Each takes the maps of the one before and makes
        maps of its own: the first of edges and colours, the last of whole things. On the way the
        maps become smaller and more.
        """,
        reading="""
        In the curve, one line is the side of the maps, which shrinks, and the other their number,
        which grows. The table names each layer; these names can be given to the techniques that
        ask for a layer.
        """,
        limits="""
        The list says how a network is built, not what it has learned. Layers that give a single
        number for each map, such as the last ones, are not listed: there is no place in them.
        """,
        mathematics=r"""
        A convolution of stride $s$ divides the side of a map by $s$; so after strides
        $s_1, \dots, s_l$ one pixel of a map stands for a step of $\prod_i s_i$ pixels of the
        picture, and it has seen a region that is larger still.
        """,
    ),
    papers=(
        Paper("LeCun, Y., Bottou, L., Bengio, Y. and Haffner, P.", "Gradient-based learning "
              "applied to document recognition", 1998, "Proceedings of the IEEE 86",
              "10.1109/5.726791"),
    ),
    params=AnatomyParams,
    run=run,
    legends={
        "shape": Legend(
            "From the picture to the answer", "Maps become smaller and more from layer to layer.",
            x="layer", y="pixels, and maps", series=("side of a map, in pixels", "number of maps"),
            logarithmic=True,
        ),
    },
    highlight="shape",
    metrics={
        "weights": Metric("Weights", "numbers that were learned", digits=0),
        "layers": Metric("Layers with maps", "layers that keep places apart", digits=0),
        "classes": Metric("Outputs", "classes, or measured values", digits=0),
    },
    tables={
        "layers": TableLegend(
            "The layers", "In the order in which a picture passes through them.",
            (
                Metric("Layer", "its name"),
                Metric("Kind", "what it does"),
                Metric("Maps", "rows and columns"),
                Metric("Number", "how many maps", digits=0),
            ),
            folded=True,
        ),
    },
    accepts=frozenset({Kind.MODEL}),
)  # fmt: skip
