"""Why the wheel turns: every map of a steered angle for one frame, and the wheel drawn on it."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.samples import Sample
from generator.science.fillings import Fill
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
    Technique,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.models.trained import Seen, Trained

    Floats = NDArray[np.float32]

_RANKS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
"""What layers and windows that have a map of their own are called."""


class SteeringReasonsParams(Params):
    """Which network, and how each of its maps is made."""

    model: str = Field("pilotnet", description="The network, by its name.")
    sizes: tuple[int, ...] = Field(
        (10, 20, 40), min_length=1, max_length=4, description="Sides of the windows that cover, "
        "in pixels of the network's input."
    )  # fmt: skip
    stride: int = Field(4, ge=1, description="How far a window moves, in the same pixels.")
    fill: Fill = Field(Fill.MEAN, description="What a covered window shows.")
    layer: str = Field(
        "", description="The layer that Grad-CAM asks; by default the last with five rows or more."
    )
    place_by_place: bool = Field(
        default=True, description="Each place keeps its own gradient; otherwise one weight a "
        "channel, as Grad-CAM was published."
    )  # fmt: skip
    threshold: float = Field(
        5.0, ge=0, le=180, description="Degrees beyond which the rule asks what turns the wheel "
        "to its side; within, what brings it back to the centre."
    )  # fmt: skip


def run(sample: Sample, params: SteeringReasonsParams, network: "Trained") -> Result:
    """Return the wheel, occlusion maps, the three parts of Grad-CAM, and hypercolumns."""
    from generator.errors import ModelError

    if not network.regresses:
        raise ModelError(f"expected a network of one angle, got {network.classes} classes")
    seen = network.see(sample.image)
    degrees, notes = float(network.scores(seen.input[None])[0, 0]), list(seen.notes)
    panels = _wheel(sample, degrees, notes)
    panels += _occluded(sample, seen, params, network, degrees)
    panels += _turned(seen, params, network, degrees, notes)
    panels += _layers(seen, network, notes)
    return Result(tuple(panels), _scores(sample, panels, degrees), tuple(notes))


def _said(degrees: float) -> str:
    side = "to the right" if degrees > 0 else "to the left"
    return f"{abs(degrees):.1f}° {side}" if round(abs(degrees), 1) else "straight on"


def _wheel(sample: Sample, degrees: float, notes: list[str]) -> list[Panel]:
    from generator.science.steering import SMALLEST, wheel

    if min(sample.image.shape[:2]) < SMALLEST:
        notes.append(f"no wheel is drawn on a picture of less than {SMALLEST} pixels a side")
        return []
    drawn, label = wheel(sample.image, degrees, sample.degrees), _said(degrees)
    label += "" if sample.degrees is None else f"; true: {_said(sample.degrees)}"
    return [Panel("wheel", Role.PICTURE, drawn, label=label)]


def _occluded(
    sample: Sample, seen: "Seen", params: SteeringReasonsParams, network: "Trained", degrees: float
) -> list[Panel]:
    import numpy as np

    from generator.science import explainers, occlusion

    filling = occlusion.fill_picture(
        seen.input, params.fill, np.random.default_rng(0), network.preprocessing.black
    )
    found = explainers.occlusion(
        network, seen.input, 0, sizes=params.sizes, stride=params.stride, filling=filling
    )
    back, label = seen.placement.back, _said(degrees)
    signed = back(found.signed)
    return [
        Panel("occlusion", Role.SIGNED_MAP, signed, label=label),
        Panel("focus", Role.PICTURE, occlusion.focus_picture(sample.image, np.abs(signed))),
        *(
            Panel(f"size-{rank}", Role.SIGNED_MAP, back(one), label=f"{size} pixels")
            for rank, (size, one) in enumerate(found.per_size.items(), 1)
        ),
    ]


def _turned(
    seen: "Seen", params: SteeringReasonsParams, network: "Trained", degrees: float,
    notes: list[str],
) -> list[Panel]:  # fmt: skip
    """Return Grad-CAM in its three parts, and first the one that the rule picks."""
    import numpy as np

    from generator.science import steering, steering_maps

    layer = network.layer(params.layer or steering_maps.fine_layer(network))
    if layer.shape[0] == 1:
        notes.append(f"the maps of {layer.name} are one pixel high: they tell columns, not rows")
    _, maps, gradients = (part[0] for part in network.gradients(seen.input[None], layer.name, [0]))
    found = steering.reasons(
        maps, gradients, degrees,
        threshold=params.threshold, elementwise=params.place_by_place,
    )  # fmt: skip
    if found.note:
        notes.append(found.note)
    back, where = seen.placement.back, f"{layer.name}, {layer.shape[0]} × {layer.shape[1]}"
    chosen = found.heat if found.heat is not None else np.zeros(layer.shape[:2], np.float32)
    panels = [Panel("chosen", Role.HEATMAP, back(chosen), label=f"{found.chosen} · {where}")]
    return panels + [
        Panel(name, Role.HEATMAP, back(heat),
              label="the rule picks this one" if name == found.chosen else where)
        for name, heat in found.maps.items()
        if heat is not None
    ]  # fmt: skip


def _layers(seen: "Seen", network: "Trained", notes: list[str]) -> list[Panel]:
    from generator.science import attribution, explainers
    from generator.science.combining import Combine

    names = explainers.stages(network)[-len(_RANKS) :]
    if not names:
        notes.append("no layer has maps of more than one pixel, so there are no hypercolumns")
        return []
    maps = [one[0] for one in network.activations(seen.input[None], names)]
    back, label = seen.placement.back, f"{len(names)} layers"
    combined, each = attribution.hypercolumns(maps, seen.input.shape[:2])
    product = attribution.hypercolumns(maps, seen.input.shape[:2], Combine.PRODUCT)[0]
    return [
        Panel("hypercolumns", Role.HEATMAP, back(combined), label=label),
        Panel("product", Role.HEATMAP, back(product), label=label),
        *(
            Panel(f"layer-{rank}", Role.HEATMAP, back(heat), label=_named(name, one.shape))
            for rank, (name, one, heat) in enumerate(zip(names, maps, each, strict=True), 1)
        ),
    ]


def _named(layer: str, shape: tuple[int, ...]) -> str:
    return f"{layer}, {shape[0]} × {shape[1]}{': a map of columns' if shape[0] == 1 else ''}"


def _scores(sample: Sample, panels: list[Panel], degrees: float) -> tuple[Score, ...]:
    """Return the angle, how far it is off, and how much of each map lies on what decides."""
    import numpy as np

    from generator.science.localisation import energy_inside

    scores = [Score("predicted", degrees)]
    if sample.degrees is not None:
        scores += [Score("true", sample.degrees), Score("error", abs(degrees - sample.degrees))]
    if sample.truth is None or not sample.truth.any():
        return tuple(scores)
    for panel in panels:
        if panel.name in {"occlusion", "chosen", "hypercolumns"}:
            share = energy_inside(np.abs(panel.array), sample.truth)
            scores.append(Score(f"{panel.name}-inside", share))
    return (*scores, Score("chance", float(sample.truth.mean())))


_ACTIVE = ("quiet", "most active", "share of the peak", (0.0, 1.0))
_EACH = {
    "layer": ("How active this layer is in each place.", *_ACTIVE),
    "window": ("Red turns the wheel to the right, blue to the left.", "left", "right", "°", None),
}


def _ranked(what: str, rank: str) -> Legend:
    return Legend(f"{rank} {what}", *_EACH[what], covers=True)


def _inside(name: str) -> Metric:
    meaning = "share of the map that lies on edges and markings"
    return Metric(f"{name} on the road's edges", meaning, digits=3, better=Better.HIGHER)


TECHNIQUE = Technique(
    id="steering-reasons",
    title="Why the wheel turns",
    family=Family.STEERING,
    summary="Shows what in a frame turns the wheel right, left, and back to the centre.",
    question="What in the picture turns the wheel?",
    points={"peak": "it turns the wheel right most", "trough": "it turns the wheel left most"},
    explanation=Explanation(
        what="""
        A network sees one picture of the road and says how far to turn the wheel. Three methods ask
        it why. Occlusion covers one window after another and notes how far the wheel moves.
        Grad-CAM asks which features would turn it if they were a little stronger, and where they
        are. Hypercolumns show where the network's layers are active at all.

        The wheel in the corner has an amber mark at the network's angle and a blue one at the true
        angle, where it is known; a red arc is the error between them.
        """,
        reading="""
        In the occlusion map red places turn the wheel to the right, blue ones to the left. A curve
        often shows both: one edge of the road pulls, the other pushes.

        Grad-CAM is split into three questions: what turns right, what turns left, and what brings
        the wheel back to the centre. A rule picks the question that fits: beyond five degrees that
        of the side to which the wheel is turned, within it that of the centre. In the hypercolumns
        bright places are busy in every layer; the last layer has a single row, so its map tells
        only how far to the left or right something is.
        """,
        limits="""
        A covered picture is one that the network has never seen. Hypercolumns show what it
        notices, not which way that pulls. At an angle of zero nothing leads to the centre. The
        page about trust tests all these maps: some do no better than chance.
        """,
        mathematics=r"""
        With the angle $y$ in degrees, positive to the right, occlusion is
        $D(p) = \operatorname{mean}_s \operatorname{mean}_{W \ni p} (y(I) - y(I_W))$ over windows
        $W$ of each size $s$. For the maps $A_k$ of a layer and $g_k = \partial y / \partial A_k$,
        $$m(p) = \sum_k g_k(p) A_k(p)$$
        or, as Grad-CAM was published, with the mean of $g_k$ over all places. Then right is
        $\max(0, m)$, left $\max(0, -m)$ and centre $\max(0, -\operatorname{sign}(y)\, m)$. Where
        dense layers follow, as in PilotNet, a feature means different things in different places,
        and the mean over places cancels them: so place by place is the default.
        """,
    ),
    papers=(
        Paper("Bojarski, M. et al.", "Explaining how a deep neural network trained with end-to-end "
              "learning steers a car", 2017, "arXiv", "10.48550/arXiv.1704.07911"),
        Paper("Selvaraju, R. R. et al.", "Grad-CAM: visual explanations from deep networks via "
              "gradient-based localization", 2017, "ICCV", "10.1109/ICCV.2017.74"),
        Paper("Zeiler, M. D. and Fergus, R.", "Visualizing and understanding convolutional "
              "networks", 2014, "ECCV", "10.1007/978-3-319-10590-1_53"),
        Paper("Hariharan, B., Arbeláez, P., Girshick, R. and Malik, J.", "Hypercolumns for object "
              "segmentation and fine-grained localization", 2015,
              "CVPR", "10.1109/CVPR.2015.7298642"),
    ),
    params=SteeringReasonsParams,
    run=run,
    legends={
        "wheel": Legend("The wheel", "Amber: the network's angle. Blue: the true one, if known."),
        "occlusion": Legend(
            "Occlusion", "Red: this place turns the wheel to the right. Blue: to the left.", "left",
            "right", "°", covers=True),
        "focus": Legend("Focus", "What moves the wheel most is sharp, the rest blurred."),
        "chosen": Legend(
            "Grad-CAM", "What answers the question that the rule picks for this angle.",
            "no part", "most", "°", covers=True,
        ),
        **{
            side: Legend(f"To the {side}", f"Bright places turn the wheel to the {side}.",
                         "no part", f"to the {side}", "°", covers=True)
            for side in ("right", "left", "centre")
        },
        "hypercolumns": Legend(
            "Hypercolumns", "Bright where all layers of the network are active.", *_ACTIVE,
            covers=True,
        ),
        "product": Legend(
            "Product of the layers", "It falls towards zero with every layer below its peak.",
            *_ACTIVE, covers=True,
        ),
        **{f"size-{place}": _ranked("window", rank) for place, rank in enumerate(_RANKS[:4], 1)},
        **{f"layer-{place}": _ranked("layer", rank) for place, rank in enumerate(_RANKS, 1)},
    },
    highlight="occlusion",
    filmed=("occlusion", "hypercolumns", "chosen", "wheel"),
    examples=("wheel", "occlusion", "chosen", "hypercolumns"),
    metrics={
        "predicted": Metric("Angle", "what the network says, positive to the right", "°", 1),
        "true": Metric("True angle", "positive to the right", "°", 1),
        "error": Metric("Error", "how far the network's angle is off", "°", 1, Better.LOWER),
        "occlusion-inside": _inside("Occlusion"),
        "chosen-inside": _inside("Grad-CAM"),
        "hypercolumns-inside": _inside("Hypercolumns"),
        "chance": Metric("Chance", "share of the frame that is edge or marking", digits=3),
    },
    libraries=("numpy", "opencv-python-headless"), needs=("model",), asked=True,
)  # fmt: skip
