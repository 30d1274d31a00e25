"""Planted cues: every method on a network whose reason is known, against the truth."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.content import Kind
from generator.samples import Survey
from generator.science.methods import CONTROLS, METHODS
from generator.technique import (
    Better,
    Cell,
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
    import numpy as np
    from numpy.typing import NDArray

    from generator.models.trained import Trained


class PlantedParams(Params):
    """How many scenes, and which."""

    scenes: int = Field(40, ge=2, le=1000, description="Scenes that the methods are tried on.")
    seed: int = Field(0, ge=0, description="For the scenes.")


def run(_: Survey, params: PlantedParams, network: "Trained") -> Result:
    """Return how much of each method's heat lies on the cue, and an example of each map."""
    import numpy as np

    from generator.science import controls, planted, trust

    rng = np.random.default_rng(params.seed)
    scenes = planted.scenes(params.scenes, rng, grey=network.channels == 1)
    measured: dict[str, list[tuple[float, float, float]]] = {}
    right = 0
    example: dict[str, NDArray[np.float32]] = {}
    for scene in scenes:
        seen = network.see(scene.picture)
        logits = network.scores(seen.input[None])[0]
        right += network.top(logits, 1)[0] == scene.target
        blank = dict(zip(CONTROLS, controls.controls(scene.picture, rng).values(), strict=True))
        maps = trust.maps(network, seen.input, scene.target)
        example = example or maps
        for name, heat in (maps | blank).items():
            measured.setdefault(name, []).append(trust.located(heat, scene.truth, tolerance=2))
    values = {name: np.array(found, np.float64) for name, found in measured.items()}
    panels = [
        Panel("scene", Role.PICTURE, scenes[0].picture, label=network.label(scenes[0].target)),
        Panel("cue", Role.MASK, scenes[0].truth),
        *(Panel(_slug(name), Role.HEATMAP, heat) for name, heat in example.items()),
    ]
    table = Table("truth", _rows(values, np.random.default_rng(params.seed)))
    accuracy = Score("accuracy", 100 * right / len(scenes))
    return Result(tuple(panels), (accuracy,), (), (table,))


def _slug(name: str) -> str:
    return name.lower()


def _rows(
    values: "dict[str, NDArray[np.float64]]", rng: "np.random.Generator"
) -> tuple[tuple[Cell, ...], ...]:
    import numpy as np

    from generator.science.controls import beats_all

    blank = np.column_stack([values[name][:, 1] for name in CONTROLS])
    rows: list[tuple[Cell, ...]] = []
    for name, found in values.items():
        verdict = "control"
        if name not in CONTROLS:
            verdict = "yes" if beats_all(found[:, 1], blank, rng).informative else "no"
        spread = np.round(1.96 * found[:, 1].std(ddof=1) / np.sqrt(len(found)), 3)
        mean = np.round(found.mean(axis=0), 3)
        rows.append((name, float(mean[1]), float(spread), float(mean[0]), float(mean[2]), verdict))
    return tuple(rows)


def _map(title: str) -> Legend:
    return Legend(title, "The map of the scene, by this method.", "nothing", "most")


TECHNIQUE = Technique(
    id="planted",
    title="Planted cues",
    family=Family.NETWORKS,
    summary="Tries every method on a network whose reason is known, because it was built in.",
    question="Do the maps find a reason that was planted, and so is known?",
    points={
        "peak": "the method says that the reason is here",
    },
    explanation=Explanation(
        what="""
        For a trained network nobody knows the right heatmap. So here is a network whose every
        weight was set by hand: it recognises one small patch, by its colour or its brightness, and
        cannot see anything else. The right map is the patch, and every method can be marked.
        """,
        reading="""
        The scene shows the patch, the cue, and something louder, a board of high contrast that the
        network is blind to. Heat on the cue is right, heat on the board is wrong. In the table,
        the share inside is how much of the heat lies on the cue; the last column says whether a
        method is better than all four controls, which never saw the network.
        """,
        limits="""
        These networks are tiny and their reason is simple. A method that fails here is wrong; a
        method that passes here may still fail on a large network.
        """,
        mathematics=r"""
        The first convolution computes $\max(0, 2 x_c - (x_1 + x_2 + x_3) - 0.3)$ averaged over 3 by
        3 pixels, which no grey can reach; the second averages over 5 by 5, and a linear layer on
        the averages gives the logits. The share inside is
        $\sum_{p \in M} S^+(p) / \sum_p S^+(p)$ over the cue $M$. A method beats the controls if the
        paired bootstrap interval of its difference from each of them lies above zero.
        """,
    ),
    papers=(
        Paper("Adebayo, J., Muelly, M., Liccardi, I. and Kim, B.", "Debugging tests for model "
              "explanations", 2020, "NeurIPS", "10.48550/arXiv.2011.05429"),
    ),
    params=PlantedParams,
    run=run,
    legends={
        "scene": Legend("A scene", "The cue, and a louder thing that the network cannot see."),
        "cue": Legend("The truth", "White is the cue: all that the network can go by."),
        **{name.lower(): _map(name) for name in METHODS},
    },
    highlight="grad-cam",
    examples=("scene", "grad-cam", "hypercolumns"),
    metrics={
        "accuracy": Metric("Accuracy", "how often the network names the cue", "%", 0,
                           better=Better.HIGHER),
    },
    tables={
        "truth": TableLegend(
            "Against the truth", "Means over all scenes, with the half-width of the 95 % interval.",
            (
                Metric("Map", "the method, or the control"),
                Metric("Inside", "share of the heat on the cue", digits=3, better=Better.HIGHER),
                Metric("±", "half of the 95 % interval", digits=3),
                Metric("Pointing", "how often the hottest pixel is on the cue or within 2 pixels",
                       better=Better.HIGHER),
                Metric("Overlap", "share of the hottest pixels on the cue", better=Better.HIGHER),
                Metric("Beats the controls", "paired bootstrap, 95 %"),
            ),
        ),
    },
    libraries=("numpy", "scipy", "opencv-python-headless"),
    accepts=frozenset({Kind.MODEL}),
    sources="planted:",
)  # fmt: skip
