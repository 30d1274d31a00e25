"""Grad-CAM: which places of a layer a class's score would change with."""

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
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from generator.models.trained import Trained


class GradCamParams(Params):
    """Which network, layer and class."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    layer: str = Field("", description="The layer whose maps are weighed; the last by default.")
    target: str = Field("", description="The class to explain, by name or number; the likeliest.")


def run(sample: Sample, params: GradCamParams, network: "Trained") -> Result:
    """Return Grad-CAM, its element-wise and its guided form; for a regressed value, its three."""
    from generator.science import attribution

    seen = network.see(sample.image)
    layer = network.layer(params.layer)
    logits = network.scores(seen.input[None])[0]
    target = network.target(logits, params.target)
    _, maps, gradients = (
        found[0] for found in network.gradients(seen.input[None], layer.name, [target])
    )
    signed = attribution.grad_cam(maps, gradients)
    back, where = seen.placement.back, f"{layer.name}, {layer.shape[0]} × {layer.shape[1]}"
    if network.regresses:
        return _regressed(signed, float(logits[0]), where, back)
    label = f"{network.said(logits, target)} · {where}"
    heat = attribution.positive(signed)
    fine = attribution.positive(attribution.elementwise_grad_cam(maps, gradients))
    guided = attribution.guided_grad_cam(
        network.guided_gradients(seen.input[None], [target])[0], heat
    )
    panels = (
        Panel("grad-cam", Role.HEATMAP, back(heat), label=label),
        Panel("elementwise", Role.HEATMAP, back(fine), label=label),
        Panel("guided", Role.SIGNED_MAP, back(guided), label=label),
    )
    notes = list(seen.notes)
    if not heat.any():
        notes.append(
            f"no place of {layer.name} speaks for {network.label(target)}, so Grad-CAM is empty"
        )
    return Result(panels, (), tuple(notes), (Table("classes", network.ranking(logits, 5)),))


def _regressed(
    signed: "NDArray[np.float32]",
    value: float,
    where: str,
    back: "Callable[[NDArray[np.float32]], NDArray[np.float32]]",
) -> Result:
    from generator.science import attribution

    found = attribution.regression_maps(signed, value)
    panels = tuple(
        Panel(name, Role.HEATMAP, back(heat), label=f"{value:.3g} · {where}")
        for name, heat in found.items()
        if heat is not None
    )
    notes = () if len(panels) == len(found) else ("the value is 0, so it has no centre map",)
    return Result(panels, (), notes)


TECHNIQUE = Technique(
    id="grad-cam",
    title="Grad-CAM",
    family=Family.NETWORKS,
    summary="Shows where a network looked for its first guess, whatever form the network has.",
    question="Where did the network look before it made its guess?",
    points={
        "peak": "what is here raised the score of the class most",
    },
    explanation=Explanation(
        what="""
        A network computes maps of features, layer after layer. Grad-CAM asks of the last such maps:
        if this feature were a little stronger, how much would the score of the class rise? Maps
        that would raise it are added up, weighted by how much.
        """,
        reading="""
        Bright places hold what raised the score of the class that is named under the map; dark
        places did nothing for it. In the guided form, red and blue are single edges and spots that
        raised or lowered the score, kept only where Grad-CAM is bright.

        Three forms stand beside each other. The first weighs each feature once for the whole
        picture, the second in every place by itself: where they differ, the same feature meant
        different things in different places.
        """,
        limits="""
        Like all maps of a last layer it is coarse. What lowers the score is cut away, so it shows
        reasons for, never reasons against. The guided form looks convincing because it draws the
        picture's own edges; it does so even for a network that knows nothing, which the check by
        random weights on the page about trust shows.
        """,
        mathematics=r"""
        For the logit $y$ of a class (never its probability, whose saturation hides the gradient)
        and the maps $A_k$ of a layer,
        $$\alpha_k = \frac{1}{Z}\sum_p \frac{\partial y}{\partial A_k(p)}, \qquad
        L = \max\Bigl(0, \sum_k \alpha_k A_k\Bigr)$$
        Element-wise, $L(p) = \max\bigl(0, \sum_k \frac{\partial y}{\partial A_k}(p) A_k(p)\bigr)$.
        Guided backpropagation passes a gradient through a rectifier only where both it and the
        input are positive; its product with $L$ is the guided form. Maps keep their values, so
        two pictures can be compared.
        """,
    ),
    papers=(
        Paper("Selvaraju, R. R. et al.", "Grad-CAM: visual explanations from deep networks via "
              "gradient-based localization", 2017, "ICCV", "10.1109/ICCV.2017.74"),
        Paper("Draelos, R. L. and Carin, L.", "Use HiResCAM instead of Grad-CAM for faithful "
              "explanations of convolutional neural networks", 2020, "arXiv",
              "10.48550/arXiv.2011.08891"),
        Paper("Springenberg, J. T. et al.", "Striving for simplicity: the all convolutional net",
              2015, "ICLR workshop", "10.48550/arXiv.1412.6806"),
    ),
    params=GradCamParams,
    run=run,
    legends={
        "grad-cam": Legend(
            "Grad-CAM", "Bright places raised the score of this class.",
            "no part", "raised it", "logit per unit", covers=True,
        ),
        "elementwise": Legend(
            "Element-wise", "The same, weighed in every place by itself.",
            "no part", "raised it", "logit per unit", covers=True,
        ),
        "guided": Legend(
            "Guided", "Edges and spots that raised (red) or lowered (blue) the score, where "
            "Grad-CAM is bright. The strongest colours stand for this much and more.",
            "lowered it", "raised it", robust=True,
        ),
        "right": Legend("To the right", "Bright places push the value up.", "no part", "up",
                        covers=True),
        "left": Legend("To the left", "Bright places push the value down.", "no part", "down",
                       covers=True),
        "centre": Legend("To the centre", "Bright places push the value towards zero.", "no part",
                         "to zero", covers=True),
    },
    highlight="grad-cam",
    filmed=("grad-cam",),
    examples=("grad-cam", "guided"),
    tables={
        "classes": class_table(folded=True),
    },
    libraries=("numpy", "opencv-python-headless"),
    needs=("model",),
)  # fmt: skip
