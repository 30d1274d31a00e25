"""Saliency by histogram back-projection: what has a rare colour stands out."""

from pydantic import Field

from generator.samples import Sample
from generator.science.initialisation import Initialisation
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


class SaliencyParams(Params):
    """How finely colours are told apart, and how the cut-out begins."""

    bins: int = Field(
        16, ge=1, le=180, description="Cells for hue, and as many for saturation: more tell finer."
    )
    initialisation: Initialisation = Field(
        Initialisation.MASK,
        description="What the cut-out starts from: the thresholded mask, or the box (rectangle).",
    )
    aspect: float = Field(1.0, gt=0.1, lt=10, description="Width over height of the thumbnail.")
    long_side: int = Field(
        320, ge=16, le=4096, description="Pixels: larger pictures are worked on at this size."
    )


def run(sample: Sample, params: SaliencyParams) -> Result:
    """Return every stage from the picture to its thumbnail, and scores where there is a truth."""
    import numpy as np

    from generator.science.saliency import find_subject

    found = find_subject(sample.image, **dict(params))
    panels = (
        Panel("abstraction", Role.PICTURE, found.abstraction),
        Panel("back-projection", Role.HEATMAP, found.back_projection),
        Panel("saliency", Role.HEATMAP, found.saliency),
        Panel("threshold", Role.MASK, found.threshold),
        Panel("box", Role.BOX, np.array(found.box, dtype=np.int64)),
        Panel("mask", Role.MASK, found.mask),
        Panel("cutout", Role.PICTURE, found.cutout),
        Panel("thumbnail", Role.PICTURE, found.thumbnail),
    )
    scores = [Score("coverage", 100 * found.coverage)]
    if sample.truth is not None:
        from generator.science import masks

        scores += [
            Score("iou", masks.intersection_over_union(found.mask, sample.truth)),
            Score("f", masks.max_f_measure(found.saliency, sample.truth)),
            Score("white", masks.max_f_measure(np.ones_like(sample.truth), sample.truth)),
            Score("structure", masks.structure_measure(found.saliency, sample.truth)),
            Score("alignment", masks.alignment_measure(found.saliency, sample.truth)),
            Score("mae", masks.mean_absolute_error(found.saliency, sample.truth)),
        ]
    return Result(panels, tuple(scores), found.notes)


TECHNIQUE = Technique(
    id="saliency",
    title="Saliency by back-projection",
    family=Family.SALIENCY,
    summary="Finds what stands out by its rare colour, cuts it out, and crops a thumbnail to it.",
    question="What stands out, for anybody who knows nothing but colours?",
    points={
        "peak": "the rarest colours lie here, and most closely together",
    },
    explanation=Explanation(
        what="""
        A computer's guess at the subject of a picture. The idea is simple: a colour that fills
        much of a picture is background, a colour that is rare belongs to the subject. The steps
        show the way from the picture to the cut-out, one after another.
        """,
        reading="""
        In the saliency map, bright yellow marks what is rarest in colour and its surroundings,
        dark violet what is most common. It is a ranking: the brightest fifth of the picture passes
        the threshold. White in a mask is what was taken for the subject, black is the rest.

        Two ways to begin the cut-out stand side by side. From the box, the program knows only that
        the subject lies within the rectangle; from the threshold, it knows which pixels stood out.
        Where the two differ, the picture is hard.
        """,
        limits="""
        It knows colours, not things. A grey picture has no rare colour, so nothing is found. A
        bright sky behind a dark subject, a flag, or a lamp in a corner is rarer than the subject
        and wins. A subject with the colours of its surroundings is not found at all. The method
        always proposes something: only the scores against a mask drawn by hand say how good it is.
        """,
        mathematics=r"""
        The picture is smoothed by mean shift (radius 2 pixels, 10 levels of colour, on 5 scales),
        and a histogram $h$ counts its pixels by hue and saturation. Each pixel $p$ is given the
        count of its own cell,
        $$b(p) = \frac{h(\mathrm{hue}(p), \mathrm{saturation}(p))}{\max h}$$
        A second mean shift (radius 20, 200 levels) merges regions, equalisation turns $b$ into a
        rank in $[0, 1]$, and saliency is one minus that rank.

        What lies above $200/255$ is the threshold; the region of largest outline gives the box.
        GrabCut then models the colours inside and outside by two mixtures of Gaussians and finds
        the cut that costs least.

        Scores against a mask drawn by hand: intersection over union of the cut-out; of the
        saliency map, the largest $F_\beta$ over all thresholds with $\beta^2 = 0.3$, the
        structure measure, the enhanced-alignment measure, and the mean absolute error.
        """,
    ),
    papers=(
        Paper("Swain, M. and Ballard, D.", "Color indexing", 1991,
              "International Journal of Computer Vision 7", "10.1007/BF00130487"),
        Paper("Comaniciu, D. and Meer, P.", "Mean shift: a robust approach toward feature space "
              "analysis", 2002, "IEEE PAMI 24", "10.1109/34.1000236"),
        Paper("Rother, C., Kolmogorov, V. and Blake, A.", "GrabCut: interactive foreground "
              "extraction using iterated graph cuts", 2004, "ACM SIGGRAPH",
              "10.1145/1015706.1015720"),
    ),
    params=SaliencyParams,
    run=run,
    legends={
        "abstraction": Legend("Abstraction", "Texture is smoothed away; patches of colour stay."),
        "back-projection": Legend(
            "Common colours", "How common each pixel's colour is in this picture.",
            "rare", "common", range=(0.0, 1.0),
        ),
        "saliency": Legend(
            "Saliency", "What stands out: rare colours, smoothed and ranked.",
            "common", "rare", "rank", (0.0, 1.0),
        ),
        "threshold": Legend("Threshold", "White passed: the highest ranks of the saliency map."),
        "box": Legend("Box", "Around the largest region that passed."),
        "mask": Legend("Mask", "White is taken for the subject after the cut."),
        "cutout": Legend("Cut-out", "The subject, as the mask has it."),
        "thumbnail": Legend("Thumbnail", "The picture cropped to the subject."),
    },
    highlight="cutout",
    filmed=("saliency", "mask", "cutout"),
    metrics={
        "coverage": Metric("Subject's share", "how much of the picture the mask covers", "%", 0),
        "iou": Metric("Overlap (IoU)", "shared area of mask and truth over their joint area; 1 is "
                      "perfect", better=Better.HIGHER),
        "f": Metric("Max F", "best balance of precision and recall over all thresholds",
                    better=Better.HIGHER),
        "white": Metric("Max F of white", "what calling the whole picture the subject would score: "
                        "max F tells something only above it"),
        "structure": Metric("Structure", "how alike map and truth are in regions and as objects",
                            better=Better.HIGHER),
        "alignment": Metric("Alignment", "how well map and truth agree, locally and as a whole",
                            better=Better.HIGHER),
        "mae": Metric("Mean error", "mean difference between saliency and truth; 0 is perfect",
                      better=Better.LOWER),
    },
    libraries=("numpy", "opencv-python-headless"),
)  # fmt: skip
