"""Trust: which explanations of a network's guess stand up to being tested."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.class_table import class_table
from generator.samples import Sample
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
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from generator.models.trained import Seen, Trained
    from generator.science.trust import Evidence

    Floats = NDArray[np.float32]


class TrustParams(Params):
    """Which network, and how finely it is tested."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    steps: int = Field(10, ge=2, le=100, description="Steps in which the picture is taken away.")
    samples: int = Field(3, ge=1, le=50, description="Times that noise is added to it.")
    radius: float = Field(0.02, gt=0, lt=1, description="The noise, as a share of full contrast.")
    seed: int = Field(0, ge=0, description="For the noise and the random weights.")


def run(sample: Sample, params: TrustParams, network: "Trained") -> Result:
    """Return every method's numbers and those of the controls, and how well methods agree."""
    import numpy as np

    from generator.science import agreement, controls, trust

    seen = network.see(sample.image)
    logits = network.scores(seen.input[None])[0]
    target = network.target(logits, "")
    found = trust.maps(network, seen.input, target)
    rng = np.random.default_rng(params.seed)
    blank = dict(zip(CONTROLS, controls.controls(seen.picture, rng).values(), strict=True))
    evidence = _faithful(network, seen, target, found | blank, params)
    depths = sorted({1, network.weighted // 2, network.weighted} - {0})
    shuffled = trust.randomisation(
        lambda depth: network.randomised(depth, np.random.default_rng(params.seed)),
        depths, network, seen.input, target, found,
    )  # fmt: skip
    shaken = trust.stability(
        network, seen.input, target, found, rng,
        radius=params.radius * network.preprocessing.contrast, samples=params.samples,
    )  # fmt: skip
    placed = {}
    truth = None if sample.truth is None else seen.placement.forward_mask(sample.truth)
    if truth is not None and truth.any():
        placed = {name: trust.located(heat, truth) for name, heat in (found | blank).items()}
    names, matrix = agreement.agreement(found)
    tables = (
        Table("evidence", _rows(evidence, shuffled, shaken, placed)),
        Table("agreement", _matrix(names, matrix)),
        Table("classes", network.ranking(logits, 5)),
    )
    curves = _curves(evidence, shuffled, [depth / network.weighted for depth in depths])
    agreed = Score("agreement", float(agreement.mean_agreement(matrix)))
    return Result(curves, (agreed,), seen.notes, tables)


def _faithful(
    network: "Trained", seen: "Seen", target: int, maps: "dict[str, Floats]", params: TrustParams
) -> "dict[str, Evidence]":
    """Return deletion, insertion and ROAD of each map, for the probability of the class."""
    import numpy as np

    from generator.science import occlusion, trust
    from generator.science.fillings import Fill

    def score(batch: "Floats") -> "Floats":
        return network.probabilities(network.scores(batch))[:, target]

    black = network.preprocessing.black
    blurred = occlusion.fill_picture(seen.input, Fill.BLUR, np.random.default_rng(0), black)
    return {
        name: trust.faithful(
            score, seen.input, heat, blurred, np.random.default_rng(params.seed),
            steps=params.steps, batch=network.batch,
        )
        for name, heat in maps.items()
    }  # fmt: skip


def _rows(
    evidence: "dict[str, Evidence]",
    shuffled: dict[str, tuple[float, ...]],
    shaken: dict[str, float | None],
    placed: dict[str, tuple[float, float, float]],
) -> tuple[tuple[Cell, ...], ...]:
    nowhere = (None, None, None)
    return tuple(
        (
            name, found.deletion, found.insertion, found.road,
            shuffled[name][-1] if name in shuffled else None, shaken.get(name),
            *placed.get(name, nowhere),
        )
        for name, found in evidence.items()
    )  # fmt: skip


def _matrix(names: "Sequence[str]", matrix: "NDArray[np.float64]") -> tuple[tuple[Cell, ...], ...]:
    place = {name: index for index, name in enumerate(names)}
    return tuple(
        (name, *(
            float(matrix[place[name], place[other]]) if other in place else None
            for other in METHODS
        ))
        for name in names
    )  # fmt: skip


def _curves(
    evidence: "dict[str, Evidence]", shuffled: dict[str, tuple[float, ...]], depths: list[float]
) -> tuple[Panel, Panel]:
    import numpy as np

    order = ["Random", *(name for name in METHODS if name in evidence)]
    lines = np.array([evidence[name].curve for name in order], np.float64)
    gone = np.linspace(0, 100, lines.shape[1])
    kept = np.array([shuffled[name] for name in order[1:]], np.float64)
    share = 100 * np.array([0.0, *depths])
    return (
        Panel("deletion", Role.CURVE, np.column_stack([gone, 100 * lines.T])),
        Panel("shuffling", Role.CURVE, np.column_stack([share, kept.T])),
    )


TECHNIQUE = Technique(
    id="trust",
    title="Which map to believe",
    family=Family.NETWORKS,
    summary="Tests every explanation of a network's guess, and sets it against maps that know "
    "nothing.",
    question="Which of these maps can be believed?",
    explanation=Explanation(
        what="""
        A heatmap always looks like an explanation. Whether it is one can be tested: take away what
        it calls important and see whether the network loses its guess; shuffle the network's
        weights and see whether the map notices; shake the picture a little and see whether the map
        stays. Each method is measured so on each picture.

        Four controls are measured alongside. They have never seen the network: noise, a blob in
        the middle, the picture's edges, and the picture itself, blurred. A method that is not
        better than these tells nothing about the network, however good it looks.
        """,
        reading="""
        Deletion: the probability that is left, on average, while the most important places go
        first; low is good. Insertion: the probability while they come back first; high is good.
        ROAD does the same without hard borders; above zero is good.

        Random weights: how alike the map stays when the network knows nothing any more. Near zero
        is right; near one means that the map shows the picture, not the network. Stability: how
        much the map changes under noise that nobody can see; low is good. Where somebody has drawn
        a mask of the subject, the last columns say how much of the heat lies inside.
        """,
        limits="""
        Every test changes the picture, and a changed picture is one that the network was not
        trained on. A network may rightly use the background: then heat outside the mask is no
        mistake of the map. One picture proves nothing; the table over all pictures, with its
        intervals, is at the end of this page.
        """,
        mathematics=r"""
        Let $f$ be the probability of the likeliest class, and $x_k$ the picture with its $k$
        hottest pixels replaced by a blurred copy. Deletion is the area under $f(x_k)$ against the
        share removed, by trapezoids with both ends; insertion the same from the blurred copy
        back. ROAD replaces pixels by the noisy solution of a linear system in which each is a
        weighted mean of its neighbours (weights $1/6$ and $1/12$), and reports
        $(\mathrm{LeRF} - \mathrm{MoRF})/2$, the mean at 10, 50 and 90 %.

        Random weights: Spearman's rank correlation of the map with that of the network whose
        weights are permuted within each layer. Stability:
        $\max_\delta \|S(x+\delta) - S(x)\| / \|S(x)\|$. Pointing: is the hottest pixel within 15
        pixels of the mask. Inside: the mask's share of the heat. Overlap: the mask's share of the
        $K$ hottest pixels, $K$ being its size. Agreement: Spearman's correlation between methods.
        """,
    ),
    papers=(
        Paper("Petsiuk, V., Das, A. and Saenko, K.", "RISE: randomized input sampling for "
              "explanation of black-box models", 2018, "BMVC", "10.48550/arXiv.1806.07421"),
        Paper("Rong, Y. et al.", "A consistent and efficient evaluation strategy for attribution "
              "methods", 2022, "ICML", "10.48550/arXiv.2202.00449"),
        Paper("Adebayo, J. et al.", "Sanity checks for saliency maps", 2018, "NeurIPS",
              "10.48550/arXiv.1810.03292"),
        Paper("Yeh, C.-K. et al.", "On the (in)fidelity and sensitivity of explanations", 2019,
              "NeurIPS", "10.48550/arXiv.1901.09392"),
    ),
    params=TrustParams,
    run=run,
    legends={
        "deletion": Legend(
            "Taking it away", "The network's probability as the places that a map calls hottest "
            "are blurred, hottest first. The faster it falls, the better the map.",
            x="% of the picture blurred", y="probability, %", series=("Random", *METHODS),
        ),
        "shuffling": Legend(
            "Shuffling the weights", "How alike each map stays as more of the network's layers are "
            "shuffled. A map that stays alike does not show the network.",
            x="% of layers shuffled", y="rank correlation", series=METHODS,
        ),
    },
    highlight="deletion",
    metrics={
        "agreement": Metric("Agreement", "mean rank correlation between the methods' maps; 1 is "
                            "perfect, 0 is chance", better=Better.NEITHER),
    },
    tables={
        "evidence": TableLegend(
            "Evidence", "Every method, and the four controls that never saw the network.",
            (
                Metric("Map", "the method, or the control"),
                Metric("Deletion", "mean probability while the hottest places go first", digits=3,
                       better=Better.LOWER),
                Metric("Insertion", "mean probability while the hottest places come back first",
                       digits=3, better=Better.HIGHER),
                Metric("ROAD", "how much more the hottest places matter than the coldest", digits=3,
                       better=Better.HIGHER),
                Metric("Random weights", "rank correlation with the map of a network that knows "
                       "nothing", better=Better.LOWER),
                Metric("Stability", "largest relative change under noise that cannot be seen",
                       better=Better.LOWER),
                Metric("Pointing", "is the hottest place on the subject: 1 yes, 0 no", digits=0,
                       better=Better.HIGHER),
                Metric("Inside", "share of the heat on the subject", better=Better.HIGHER),
                Metric("Overlap", "share of the hottest pixels on the subject",
                       better=Better.HIGHER),
            ),
            averaged=True,
            controls=CONTROLS,
        ),
        "agreement": TableLegend(
            "Do they agree?", "Rank correlation between the maps: 1 is the same order everywhere, "
            "0 is chance.",
            (
                Metric("Map", "the method"),
                *(Metric(name, "correlation with it") for name in METHODS),
            ),
            averaged=True,
        ),
        "classes": class_table(folded=True),
    },
    libraries=("numpy", "scipy", "opencv-python-headless", "scikit-image"),
    needs=("model",),
)  # fmt: skip
