"""Denoising by Mumford-Shah, beside three common filters on the same noise."""

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


class DenoisingParams(Params):
    """The noise that is added, and the weights that remove it."""

    noise: float = Field(
        0.1, gt=0, le=1, description="Standard deviation of the added noise; white is 1."
    )
    seed: int = Field(0, ge=0, description="Which noise: the same seed gives the same grain.")
    alpha: float = Field(4.0, gt=0, description="How strongly to smooth between edges.")
    beta: float = Field(0.3, gt=0, description="What an edge costs: more means fewer edges.")
    epsilon: float = Field(1.0, gt=0, description="How wide edges are drawn, in pixels.")
    alternations: int = Field(
        3, ge=1, le=50, description="How often edges and picture are solved in turn."
    )
    long_side: int = Field(
        512, ge=16, le=8192, description="Pixels: larger pictures are worked on at this size."
    )


def run(sample: Sample, params: DenoisingParams) -> Result:
    """Return the noisy picture, four restorations, and how near each is to the original."""
    import numpy as np

    from generator.science import denoising, quality
    from generator.science.scaling import shrunk

    clean = shrunk(sample.image, long_side=params.long_side).astype(np.float32) / np.float32(255)
    noisy = denoising.with_noise(clean, params.noise, rng=np.random.default_rng(params.seed))
    weights = params.model_dump(include={"alpha", "beta", "epsilon", "alternations"})
    pictures = {
        "noisy": noisy,
        "mumford-shah": denoising.by_mumford_shah(noisy, **weights),
        "total-variation": denoising.by_total_variation(noisy, noise=params.noise),
        "nl-means": denoising.by_nl_means(noisy, noise=params.noise),
        "bilateral": denoising.by_bilateral(noisy, noise=params.noise),
    }
    panels = tuple(
        Panel(name, Role.PICTURE, np.rint(picture * 255).astype(np.uint8))
        for name, picture in pictures.items()
    )
    scores = [
        Score(f"{metric}-{name}", value)
        for name, picture in pictures.items()
        for metric, value in quality.nearness(clean, picture).items()
    ]
    return Result(panels, tuple(scores))


_FILTERS = {
    "noisy": "Noisy",
    "mumford-shah": "Mumford-Shah",
    "total-variation": "Total variation",
    "nl-means": "Non-local means",
    "bilateral": "Bilateral",
}

TECHNIQUE = Technique(
    id="mumford-shah-denoising",
    title="Denoising",
    family=Family.RESTORATION,
    summary="Adds noise to a picture, takes it out by Mumford-Shah, and compares with three other "
    "filters.",
    question="How much of the picture can be saved from noise?",
    explanation=Explanation(
        what="""
        A picture with grain added on purpose, and four attempts to take the grain out again.
        Because the clean picture is known, each attempt can be scored: the numbers say how near
        it came to the original.
        """,
        reading="""
        Look at flat areas (is the grain gone?) and at edges and fine detail (are they still
        there?). A filter buys the one with the other. The PSNR counts the error of every pixel,
        in decibels: 3 more means half the error's power. The SSIM compares local structure; 1 is
        the original itself. The noisy picture's own numbers are what doing nothing would score.
        """,
        limits="""
        The noise is artificial: Gaussian, the same everywhere, of known strength. A camera's noise
        is none of these. Every filter's strength was tuned once for this kind of noise, on the
        same photographs, and not for each picture. On strong texture no filter here gains much,
        as texture and grain look alike.
        """,
        mathematics=r"""
        $g = u + n$ with $n$ Gaussian, cut to $[0, 1]$. The smooth part $f$ of the Mumford-Shah
        energy of $g$ is the estimate of $u$. With the mean squared error $e$,
        $$\mathrm{PSNR} = 10 \log_{10} \frac{1}{e}$$
        and SSIM is the mean structural similarity in windows of 7 by 7 pixels.
        """,
    ),
    papers=(
        Paper("Ambrosio, L. and Tortorelli, V. M.", "Approximation of functionals depending on "
              "jumps by elliptic functionals via Γ-convergence", 1990, "Communications on Pure and "
              "Applied Mathematics 43", "10.1002/cpa.3160430805"),
        Paper("Chambolle, A.", "An algorithm for total variation minimization and applications",
              2004, "Journal of Mathematical Imaging and Vision 20",
              "10.1023/B:JMIV.0000011325.36760.1e"),
        Paper("Buades, A., Coll, B. and Morel, J.-M.", "A non-local algorithm for image denoising",
              2005, "CVPR", "10.1109/CVPR.2005.38"),
        Paper("Tomasi, C. and Manduchi, R.", "Bilateral filtering for gray and color images", 1998,
              "ICCV", "10.1109/ICCV.1998.710815"),
        Paper("Wang, Z., Bovik, A., Sheikh, H. and Simoncelli, E.", "Image quality assessment: from"
              " error visibility to structural similarity", 2004,
              "IEEE Transactions on Image Processing 13", "10.1109/TIP.2003.819861"),
    ),
    params=DenoisingParams,
    run=run,
    legends={
        "noisy": Legend("Noisy", "The picture with grain added."),
        "mumford-shah": Legend("Mumford-Shah", "Smoothed between edges, never across them."),
        "total-variation": Legend("Total variation", "As few ups and downs as possible."),
        "nl-means": Legend("Non-local means", "Each patch averaged with those that look like it."),
        "bilateral": Legend("Bilateral", "Neighbours averaged if their colour is near."),
    },
    highlight="mumford-shah",
    before="noisy",
    examples=("noisy", "mumford-shah", "total-variation", "nl-means", "bilateral"),
    metrics={
        **{
            f"psnr-{name}": Metric(f"PSNR {title}", "nearness to the original by error", "dB", 2,
                                   Better.HIGHER)
            for name, title in _FILTERS.items()
        },
        **{
            f"ssim-{name}": Metric(f"SSIM {title}", "nearness to the original by structure",
                                   digits=3, better=Better.HIGHER)
            for name, title in _FILTERS.items()
        },
    },
    libraries=("numpy", "numba", "opencv-python-headless", "scikit-image", "scipy"),
)  # fmt: skip
