"""Deblurring by Mumford-Shah, with a blur that is known or that has to be found."""

from enum import Enum

from pydantic import Field

from generator.samples import Sample
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


class Blur(Enum):
    """What the method is told of the blur."""

    KNOWN = "known"
    """Its width."""
    ESTIMATED = "estimated"
    """Only that it is Gaussian."""


class DeblurringParams(Params):
    """The blur and noise that are added, and what the method knows when it takes them out."""

    blur: Blur = Field(Blur.KNOWN, description="Whether the blur's width is told or estimated.")
    sigma: float = Field(2.0, gt=0.3, le=8, description="Width of the blur that is added, pixels.")
    noise: float = Field(
        0.005, ge=0, le=1, description="Standard deviation of the added noise; white is 1."
    )
    seed: int = Field(0, ge=0, description="Which noise: the same seed gives the same grain.")
    alpha: float = Field(0.002, gt=0, description="How strongly to smooth between edges.")
    beta: float = Field(1e-4, gt=0, description="What an edge costs: more means fewer edges.")
    epsilon: float = Field(0.3, gt=0, description="How wide edges are drawn, in pixels.")
    alternations: int = Field(
        4, ge=1, le=50, description="How often edges and picture are solved in turn."
    )
    long_side: int = Field(
        512, ge=16, le=4096, description="Pixels: larger pictures are worked on at this size."
    )


def run(sample: Sample, params: DeblurringParams) -> Result:
    """Return the blurred picture and the restored one, and how near each is to the original."""
    import numpy as np

    from generator.science import deblurring, denoising, quality
    from generator.science.scaling import shrunk

    clean = shrunk(sample.image, long_side=params.long_side).astype(np.float32) / 255
    soft = deblurring.blur(clean, params.sigma)
    blurred = denoising.with_noise(soft, params.noise, rng=np.random.default_rng(params.seed))
    weights = params.model_dump(include={"alpha", "beta", "epsilon", "alternations"})
    scores = [Score("sigma", params.sigma)]
    if params.blur is Blur.KNOWN:
        found = deblurring.deblur(blurred, params.sigma, **weights)
        path = None
    else:
        blind = deblurring.estimate_and_deblur(blurred, **weights)
        found, path = blind, np.array(blind.path)
        scores.append(Score("estimate", blind.sigma))
    restored = np.clip(found.smooth, 0, 1)
    for name, picture in (("blurred", blurred), ("restored", restored)):
        nearness = quality.nearness(clean, picture)
        scores += [Score(f"{metric}-{name}", value) for metric, value in nearness.items()]
    energy = np.array(found.convergence.energy)
    panels = [
        Panel("blurred", Role.PICTURE, np.rint(blurred * 255).astype(np.uint8)),
        Panel("restored", Role.PICTURE, np.rint(restored * 255).astype(np.uint8)),
        Panel("edges", Role.HEATMAP, 1 - found.edges),
        Panel("energy", Role.CURVE, np.column_stack((np.arange(1, len(energy) + 1), energy))),
    ]
    if path is not None:
        panels.append(Panel("path", Role.CURVE, np.column_stack((np.arange(len(path)), path))))
    return Result(tuple(panels), tuple(scores))


TECHNIQUE = Technique(
    id="mumford-shah-deblurring",
    title="Deblurring",
    family=Family.RESTORATION,
    summary="Blurs a picture on purpose and sharpens it again, knowing the blur or guessing it.",
    question="Can a blurred picture be made sharp again?",
    explanation=Explanation(
        what="""
        A picture made soft, as by a lens out of focus, and made sharp again by calculation. In one
        run the method is told how wide the blur was; in the other it has to find out.
        """,
        reading="""
        Compare the blurred with the restored picture, and both with the original by the slider:
        which details came back, and which were never there? PSNR and SSIM say how near each is to
        the original. Where the blur was estimated, the curve shows the guess from round to round;
        the numbers give the blur that was really used.
        """,
        limits="""
        What a blur has wiped out below the noise is gone, and no method brings it back; what looks
        like new detail is the method's guess. The blur must be the same everywhere and shaped like
        a bell: motion, or a background out of focus, is not. The guess of its width takes the
        picture for an ordinary photograph and is wrong on drawings, print, or one regular texture.
        """,
        mathematics=r"""
        With a Gaussian $h_\sigma$, the data term of the Mumford-Shah energy becomes
        $\frac12 \sum_c \Vert h_\sigma * f_c - g_c \Vert^2$, so that $f$ solves
        $$h_\sigma(-x) * (h_\sigma * f_c - g_c) - 2\alpha\,\mathrm{div}(v^2 \nabla f_c) = 0$$
        by conjugate gradients in the cosine domain, where the blur is diagonal. An unknown
        $\sigma$ begins at the width that best explains the picture's power spectrum. It then
        follows from a price on narrow kernels, $\gamma \int |\nabla h|^2 = \gamma /
        (4\pi\sigma^4)$: with $\partial h/\partial\sigma = \sigma \Delta h$, the best
        $\sigma$ for given $f$ is found by bisection.
        """,
    ),
    papers=(
        Paper("Bar, L., Sochen, N. and Kiryati, N.", "Semi-blind image restoration via Mumford-Shah"
              " regularization", 2006, "IEEE Transactions on Image Processing 15",
              "10.1109/TIP.2005.863120"),
    ),
    params=DeblurringParams,
    run=run,
    legends={
        "blurred": Legend("Blurred", "The picture made soft, with a little noise."),
        "restored": Legend("Restored", "Made sharp again."),
        "edges": Legend("Edges", "The borders that were kept sharp.", "smoothed", "edge",
                        "edge strength", (0.0, 1.0)),
        "energy": Legend("Energy", "What the method makes small.", x="alternation", y="energy",
                         series=("energy",)),
        "path": Legend("Estimated blur", "The guess, from the first to the last round.",
                       x="round", y="width of the blur, pixels", series=("estimate",)),
    },
    highlight="restored",
    before="blurred",
    examples=("blurred", "restored"),
    metrics={
        "sigma": Metric("True blur", "width of the blur that was added", "pixels", 2),
        "estimate": Metric("Estimated blur", "width that the method found", "pixels", 2),
        "psnr-blurred": Metric("PSNR blurred", "nearness to the original before", "dB", 2),
        "psnr-restored": Metric("PSNR restored", "nearness to the original after", "dB", 2,
                                Better.HIGHER),
        "ssim-blurred": Metric("SSIM blurred", "likeness to the original before", digits=3),
        "ssim-restored": Metric("SSIM restored", "likeness to the original after", digits=3,
                                better=Better.HIGHER),
    },
    libraries=("numpy", "numba", "opencv-python-headless", "scipy"),
)  # fmt: skip
