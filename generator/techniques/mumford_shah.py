"""Mumford-Shah smoothing: flat where the picture is calm, sharp where it has an edge."""

from pydantic import Field

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
    Technique,
)

HALF = 0.5
"""Below, a pixel is more edge than not."""


class MumfordShahParams(Params):
    """The weights of the energy, and how far it is brought down."""

    alpha: float = Field(1000.0, gt=0, description="How strongly to smooth between edges.")
    beta: float = Field(0.01, gt=0, description="What an edge costs: more means fewer edges.")
    epsilon: float = Field(0.01, gt=0, description="How wide edges are drawn, in pixels.")
    alternations: int = Field(
        5, ge=1, le=50, description="How often edges and picture are solved in turn."
    )
    tolerance: float = Field(
        1e-3, gt=0, lt=1, description="Relative residual at which a system counts as solved."
    )
    long_side: int = Field(
        640, ge=16, le=8192, description="Pixels: larger pictures are worked on at this size."
    )


def run(sample: Sample, params: MumfordShahParams) -> Result:
    """Return the smooth picture, its edges, and the curves of convergence."""
    import numpy as np

    from generator.science.mumford_shah import mumford_shah
    from generator.science.scaling import shrunk

    image = shrunk(sample.image, long_side=params.long_side)
    weights = params.model_dump(exclude={"long_side"})
    found = mumford_shah(image.astype(np.float32) / 255, **weights)
    course = found.convergence
    steps = np.arange(1, len(course.energy) + 1)
    panels = (
        Panel("smooth", Role.PICTURE, np.rint(found.smooth * 255).astype(np.uint8)),
        Panel("edges", Role.HEATMAP, 1 - found.edges),
        Panel("energy", Role.CURVE, np.column_stack((steps, course.energy)).astype(np.float64)),
        Panel(
            "residuals",
            Role.CURVE,
            np.column_stack((steps, course.residual_v, course.residual_f)).astype(np.float64),
        ),
    )
    scores = (
        Score("edges", 100 * float((found.edges < HALF).mean())),
        Score("iterations", float(sum(course.iterations_f))),
    )
    return Result(panels, scores)


TECHNIQUE = Technique(
    id="mumford-shah",
    title="Mumford-Shah smoothing",
    family=Family.RESTORATION,
    summary="Smooths a picture everywhere but across its edges, and draws those edges.",
    question="Which edges are left when everything else is smoothed away?",
    points={
        "peak": "the sharpest border of the picture is here",
    },
    explanation=Explanation(
        what="""
        The picture as a painter with few colours would see it: regions become flat, grain and
        texture go, and the borders between regions stay sharp. Beside it stands the map of the
        borders that the method decided to keep. Both come from one calculation, which weighs
        three wishes: stay close to the picture, be smooth, and draw few edges.
        """,
        reading="""
        In the edge map, yellow is an edge that was kept, dark violet is a region that was
        smoothed. Compare the smooth picture with the original by the slider: what disappeared was
        called texture, what stayed was called an edge. The cartoon is the same method with
        smoothing turned up and edges made dearer.

        The curves show that the calculation was finished. The energy, which is what the method
        makes small, must fall and level off; the residuals say how exactly each of the two
        systems of equations was solved, and lie below the tolerance.
        """,
        limits="""
        It knows contrast, not meaning: a strong texture (gravel, fur) counts as edges, and a soft
        outline (a shadow, hair before hair) is smoothed over. Which is which is decided by two
        numbers that somebody chose, and the result depends on them. The problem has many local
        solutions; this is the one that lies downhill from the picture itself.
        """,
        mathematics=r"""
        For a picture $g$, the smooth picture $f$ and the edge map $v$ (near 0 on edges, 1
        elsewhere, shared by all colours) make this energy small:
        $$E(f,v) = \frac12 \sum_c \int (f_c-g_c)^2 + \alpha \int v^2 \sum_c |\nabla f_c|^2
        + \beta \int \left( \varepsilon |\nabla v|^2 + \frac{(v-1)^2}{4\varepsilon} \right)$$
        With $f$ fixed, the best $v$ solves a linear system, and the other way round:
        $$\left(\alpha \sum_c |\nabla f_c|^2 + \frac{\beta}{4\varepsilon}\right) v
        - \beta\varepsilon \Delta v = \frac{\beta}{4\varepsilon},
        \qquad f_c - 2\alpha\,\mathrm{div}(v^2 \nabla f_c) = g_c$$
        The two are solved in turn by conjugate gradients with a multigrid preconditioner, down to
        the tolerance, with reflecting borders. Each solve can only lower $E$. The map shows
        $1 - v$.
        """,
    ),
    papers=(
        Paper("Mumford, D. and Shah, J.", "Optimal approximations by piecewise smooth functions and"
              " associated variational problems", 1989, "Communications on Pure and Applied "
              "Mathematics 42", "10.1002/cpa.3160420503"),
        Paper("Ambrosio, L. and Tortorelli, V. M.", "Approximation of functionals depending on "
              "jumps by elliptic functionals via Γ-convergence", 1990, "Communications on Pure and "
              "Applied Mathematics 43", "10.1002/cpa.3160430805"),
    ),
    params=MumfordShahParams,
    run=run,
    legends={
        "smooth": Legend("Smoothed", "Flat regions, sharp borders."),
        "edges": Legend("Edges", "The borders that were kept.", "smoothed", "edge", "edge strength",
                        (0.0, 1.0)),
        "energy": Legend("Energy", "What the method makes small; it may only fall.",
                         x="alternation", y="energy", series=("energy",)),
        "residuals": Legend("Residuals", "How exactly both systems were solved.",
                            x="alternation", y="relative residual",
                            series=("edges (V)", "picture (F)"), logarithmic=True),
    },
    highlight="smooth",
    filmed=("smooth", "edges"),
    examples=("smooth", "edges"),
    metrics={
        "edges": Metric("Edges", "share of pixels that are more edge than not", "%", 1),
        "iterations": Metric("Iterations", "steps of conjugate gradients for the picture, in all",
                             digits=0),
    },
    libraries=("numpy", "numba", "opencv-python-headless"),
)  # fmt: skip
