"""Which explanation of a steered angle to believe, measured on frames whose truth is known."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.content import Kind
from generator.science.methods import CONTROLS
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

    from generator.models.trained import Seen, Trained
    from generator.samples import Drive
    from generator.science.steering_maps import Trial

    Floats = NDArray[np.float32]
    Maps = dict[str, dict[str, Floats]]
    Tests = dict[str, dict[str, tuple[Trial, float | None]]]


class SteeringTrustParams(Params):
    """Which network, on how many frames, and how finely it is tested."""

    model: str = Field("pilotnet", description="The network, by its name.")
    frames: int = Field(24, ge=1, le=1000, description="Held-out frames, evenly spread.")
    layers: tuple[str, ...] = Field(
        (), max_length=6, description="Layers that Grad-CAM asks; the last three sizes by default."
    )
    sizes: tuple[int, ...] = Field(
        (10, 20, 40), min_length=1, max_length=4, description="Sides of the windows, in pixels."
    )
    stride: int = Field(8, ge=1, description="How far a window moves, in pixels.")
    steps: int = Field(10, ge=2, le=100, description="Steps in which a frame is taken away.")
    seed: int = Field(0, ge=0, description="For the random map and the random weights.")


def run(drive: "Drive", params: SteeringTrustParams, network: "Trained") -> Result:
    """Return how every way to explain the angle does on each frame, and so do the controls."""
    import numpy as np

    from generator.errors import ModelError, SourceError
    from generator.science import steering_maps

    if not network.regresses:
        raise ModelError(
            f"expected a network that gives one angle, got one with {network.classes} classes"
        )
    frames = steering_maps.spread(drive.split.held_out.tolist(), params.frames)
    tested: dict[int, Tests] = {}
    sizes = []
    for frame in frames:
        picture = drive.read(frame)
        if picture is None:
            continue
        seen, truth = network.see(picture), drive.truth(frame)
        mask = None if truth is None else seen.placement.forward_mask(truth)
        sizes += [] if mask is None else [float(mask.mean())]
        tested[frame] = _tested(seen, mask, params, network)
    if not tested:
        raise SourceError(f"none of the {len(frames)} held-out frames can be read")
    scores = [Score("frames", len(tested))]
    if sizes:
        scores.append(Score("chance", float(np.mean(sizes))))
    return Result(_curves(tested), tuple(scores), (), _tables(tested))


def _tested(
    seen: "Seen",
    truth: "NDArray[np.bool_] | None",
    params: SteeringTrustParams,
    network: "Trained",
) -> "Tests":
    """Return how every map of one frame does, by its table and its name, and the controls."""
    import numpy as np

    from generator.science import controls, occlusion, steering_maps
    from generator.science.fillings import Fill
    from generator.science.robustness import similarity

    rng = np.random.default_rng(params.seed)
    blurred = occlusion.fill_picture(seen.input, Fill.BLUR, rng, network.preprocessing.black)
    blank = dict(zip(CONTROLS, controls.controls(seen.picture, rng).values(), strict=True))
    maps = _maps(seen, params, network)
    with network.randomised(network.weighted, np.random.default_rng(params.seed)):
        unlearned = _maps(seen, params, network)

    def trial(heat: "Floats") -> "Trial":
        return steering_maps.tried(
            lambda batch: network.scores(batch)[:, 0], seen.input, heat, blurred, truth,
            steps=params.steps, batch=network.batch,
        )  # fmt: skip

    tests: Tests = {"controls": {name: (trial(heat), None) for name, heat in blank.items()}}
    for table, found in maps.items():
        tests[table] = {
            name: (trial(heat), similarity(heat, unlearned[table][name]).spearman_absolute)
            for name, heat in found.items()
        }
    return tests


def _tables(tested: "dict[int, Tests]") -> tuple[Table, ...]:
    """Return a table for each group of maps, with the controls, frame by frame."""

    def rows(frame: int, tests: "Tests", name: str) -> list[tuple[Cell, ...]]:
        return [
            (label, str(frame), one.inside, one.pointed, one.overlap, one.taken, one.brought, kept)
            for label, (one, kept) in (tests[name] | tests["controls"]).items()
        ]

    names = [name for name in next(iter(tested.values())) if name != "controls"]
    return tuple(
        Table(
            name, tuple(row for frame, tests in tested.items() for row in rows(frame, tests, name))
        )
        for name in names
    )


def _curves(tested: "dict[int, Tests]") -> tuple[Panel, ...]:
    """Return the mean curves of one map of each group and of three controls."""
    import numpy as np

    some = next(iter(tested.values()))
    chosen = [
        ("occlusion", list(some["occlusion"])[-1]),
        ("hypercolumns", "all layers, geometric mean"),
        ("grad-cam", next(name for name in some["grad-cam"] if name.endswith("place by place"))),
        ("grad-cam", "guided backpropagation"),
        *(("controls", name) for name in CONTROLS[:3]),
    ]
    pairs = [[tests[table][name][0] for tests in tested.values()] for table, name in chosen]
    gone = np.mean([[one.gone for one in trials] for trials in pairs], axis=1)
    back = np.mean([[one.back for one in trials] for trials in pairs], axis=1)
    share = np.linspace(0, 100, gone.shape[1])
    return (
        Panel("taken", Role.CURVE, np.column_stack([share, gone.T])),
        Panel("brought", Role.CURVE, np.column_stack([share, back.T])),
    )


def _maps(seen: "Seen", params: SteeringTrustParams, network: "Trained") -> "Maps":
    """Return every map of a frame, by the table it belongs to and its name there."""
    import numpy as np

    from generator.science import explainers, occlusion, steering_maps
    from generator.science.fillings import Fill

    layers = params.layers or steering_maps.last_layers(network)
    filling = occlusion.fill_picture(
        seen.input, Fill.MEAN, np.random.default_rng(0), network.preprocessing.black
    )
    occluded = explainers.occlusion(
        network, seen.input, 0, sizes=params.sizes, stride=params.stride, filling=filling
    )
    return {
        "occlusion": steering_maps.occlusion_maps(occluded),
        "hypercolumns": steering_maps.hypercolumn_maps(network, seen.input),
        "grad-cam": steering_maps.grad_cam_maps(network, seen.input, layers),
    }


_SERIES = (
    "Occlusion", "Hypercolumns", "Grad-CAM, place by place", "Guided backpropagation", *CONTROLS[:3]
)  # fmt: skip


def _columns(what: str) -> tuple[Metric, ...]:
    return (
        Metric("Map", what),
        Metric("Frame", "its number"),
        Metric("On the road's edges", "share of the map that lies on edges and markings, within "
               "the network's picture", digits=3, better=Better.HIGHER),
        Metric("Pointing", "how often the highest place is on an edge or a marking",
               better=Better.HIGHER),
        Metric("Overlap", "share of the highest places that are on edges and markings",
               better=Better.HIGHER),
        Metric("Taken away", "mean change of the angle as the highest places are blurred first",
               "°", 2, Better.HIGHER),
        Metric("Brought back", "how far the angle is off, on average, as the highest places come "
               "back first", "°", 2, Better.LOWER),
        Metric("Random weights", "rank correlation with the map of a network whose weights are "
               "shuffled", better=Better.LOWER),
    )  # fmt: skip


def _table(title: str, what: str) -> TableLegend:
    return TableLegend(
        title,
        "Every row is a way to make the map; the last four never saw the network.",
        _columns(what),
        sampled=True,
        controls=CONTROLS,
    )


TECHNIQUE = Technique(
    id="steering-trust",
    title="Which map of the steering to believe",
    family=Family.STEERING,
    summary="Tests every explanation of a steered angle on frames where one knows what matters.",
    question="Which map of the steering can be believed?",
    explanation=Explanation(
        what="""
        Many methods draw a map of what turns the wheel, and the maps differ. Here each of them is
        tested on frames that the network has not learned from. On a synthetic road the truth is
        known: the edges of the road and its markings are all that the angle follows from, so a
        good map should lie on them.

        That alone would not do, for the network may have learned to look at something else, such
        as the rim of the grass. So the network itself is asked as well: the places that a map
        calls important are blurred first, and the angle should move at once; then they are brought
        back first, and the angle should be right again at once. Four controls that know nothing of
        the network are measured alike: noise, a blob in the middle, the picture's edges, and the
        blurred picture.
        """,
        reading="""
        Numbers are means over the frames with half of their 95 % interval. The last column names
        the tests in which a map beats all four controls: if it is empty, the map tells no more
        than one can draw without the network. "Taken away" should be large, "brought back" small,
        and "random weights" near zero: a map that stays the same when the network's knowledge is
        shuffled does not show what it knows.
        """,
        limits="""
        Blurred pictures are pictures that the network has never seen. Frames of one road look
        alike, so the intervals are somewhat too narrow. Edges and markings are thin, which is hard
        on coarse maps, and easy for the control that draws every edge of the picture: compare with
        it, and with the tests that ask the network. All maps here say how much a place moves the
        wheel, whichever way.
        """,
        mathematics=r"""
        Let $f$ be the angle in degrees, $x_k$ the frame with its $k$ highest places blurred, and
        $x^k$ the blurred frame with its $k$ highest places brought back. Taken away is
        $\int |f(x_k) - f(x)|$ and brought back $\int |f(x^k) - f(x)|$ over the share of places, by
        trapezoids. With the map $S \geq 0$ and the truth $T$, the share on the road's edges is
        $\sum_T S / \sum S$, the overlap $|\mathrm{top}_{|T|}(S) \cap T| / |T|$; the highest place
        points well within 3 pixels of $T$. Random weights is Spearman's correlation of $S$ with
        the map after the weights of every layer were permuted.
        """,
    ),
    papers=(
        Paper("Petsiuk, V., Das, A. and Saenko, K.", "RISE: randomized input sampling for "
              "explanation of black-box models", 2018, "BMVC", "10.48550/arXiv.1806.07421"),
        Paper("Adebayo, J. et al.", "Sanity checks for saliency maps", 2018, "NeurIPS",
              "10.48550/arXiv.1810.03292"),
        Paper("Arras, L., Osman, A. and Samek, W.", "CLEVR-XAI: a benchmark dataset for the ground "
              "truth evaluation of neural network explanations", 2022, "Information Fusion",
              "10.1016/j.inffus.2021.11.008"),
    ),
    params=SteeringTrustParams,
    run=run,
    legends={
        "taken": Legend(
            "Taken away", "How far the angle moves, on average, as the places that a map calls "
            "highest are blurred first. A map that knows what matters rises at once.",
            x="% of the frame blurred", y="change of the angle, °", series=_SERIES,
        ),
        "brought": Legend(
            "Brought back", "How far the angle is off, on average, as these places are brought "
            "back first. A map that knows what matters falls at once.",
            x="% of the frame brought back", y="error of the angle, °", series=_SERIES,
        ),
    },
    highlight="taken",
    metrics={
        "frames": Metric("Frames", "held out, that were tested", digits=0),
        "chance": Metric("Chance", "share of a frame that is edge or marking: what a map that "
                         "knows nothing has on it", digits=3),
    },
    tables={
        "occlusion": _table("Occlusion", "the size of the windows that cover"),
        "hypercolumns": _table("Hypercolumns", "the layers, and how they become one map"),
        "grad-cam": _table("Grad-CAM", "the layer that is asked, and how gradients are taken"),
    },
    libraries=("numpy", "scipy", "opencv-python-headless", "scikit-image"),
    needs=("model",),
    asked=True,
    accepts=frozenset({Kind.DRIVE}),
)  # fmt: skip
