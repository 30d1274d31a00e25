"""Fisher vectors: what a picture shows, from how its patches differ from what is usual."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.classifier_words import LEGENDS, METRICS, TABLES, WORD_LEGENDS, WORD_TABLES
from generator.content import Kind
from generator.science.describing import Descriptor, Encoding, Where
from generator.technique import Explanation, Family, Paper, Params, Result, Technique

if TYPE_CHECKING:
    from generator.samples import Album


class FisherVectorsParams(Params):
    """How pictures are described, what the usual is, and how the classifier is trained."""

    where: Where = Field(Where.DENSE, description="Patches on a grid, or at keypoints.")
    descriptor: Descriptor = Field(Descriptor.ROOTSIFT, description="What is noted of a patch.")
    step: int = Field(8, ge=1, le=64, description="Pixels between the patches of the grid.")
    encoding: Encoding = Field(Encoding.FISHER, description="Fisher vectors, or the cheaper VLAD.")
    gaussians: int = Field(64, ge=1, le=1024, description="Gaussians, or words of VLAD.")
    components: int = Field(64, ge=1, le=128, description="Numbers that a descriptor is cut to.")
    position: bool = Field(
        default=False, description="Whether it counts where in the picture a patch is."
    )
    sampled: int = Field(
        100_000, ge=100, le=1_000_000, description="Patches that the mixture is learned from."
    )
    cost: float | None = Field(
        None, gt=0, le=1e6, description="C of the classifier; chosen by cross-validation if empty."
    )
    shown: int = Field(48, ge=4, le=400, description="Held-out pictures that are shown.")
    tested: int = Field(6, ge=0, le=50, description="Pictures on which the decision is tested.")
    seed: int = Field(0, ge=0, description="For the mixture and the cross-validation.")


def run(album: "Album", params: FisherVectorsParams) -> Result:
    """Return what the classifier says about the held-out pictures, and what it learned."""
    from generator.word_classifier import Settings, classify

    options = {"dims": params.components, "with_positions": params.position}
    if params.encoding is Encoding.VLAD:
        return classify(album, Settings.of(params), "Vlad", {**options, "words": params.gaussians})
    options["gaussians"] = params.gaussians
    return classify(album, Settings.of(params), "FisherVectors", options)


TECHNIQUE = Technique(
    id="fisher-vectors",
    title="Fisher vectors",
    family=Family.CLASSIFIERS,
    summary="Tells classes apart by how their patches differ from what is usual.",
    question="Do patches tell more if one asks how they differ from what is usual?",
    explanation=Explanation(
        what="""
        Counting words, as a bag of visual words does, forgets how each patch differs from its word.
        Fisher vectors keep that. First the usual is learned: a few dozen clouds, called Gaussians,
        that together cover all the patches of the training pictures. Then each picture is described
        by how every cloud would have to move, grow or shrink to suit this one picture.

        That makes thousands of numbers a picture, and a simple classifier weighs them. Before
        networks took over, this was the best that was known, and with few pictures it still is
        good. VLAD is a cheaper relative, which only keeps how the clouds would have to move.
        """,
        reading="""
        Begin with the accuracy on held-out pictures and its interval, beside the accuracy on the
        training pictures: with thousands of numbers a picture it is easy to learn by heart, and
        only the held-out pictures tell.

        Red places spoke for the class that was named, blue ones against it; together they are the
        score, to the last digit. In the vocabulary each row is one Gaussian, by the patches that
        are nearest to its middle.
        """,
        limits="""
        What a Gaussian stands for is less clear than a word: its patches are near to its middle,
        but the score comes from how patches differ from it. Colour is not looked at. The numbers
        of one picture come from few patches if the picture is small, and are then noisy.
        """,
        mathematics=r"""
        Descriptors are cut to their first 64 principal components; a mixture of Gaussians with
        weights $w_k$, means $\mu_k$ and diagonal deviations $\sigma_k$ is fitted to those of the
        training pictures by expectation maximisation. With posteriors $\gamma_k(x)$ of the $T$
        descriptors $x$ of a picture, $S^0_k = \sum \gamma_k$, $S^1_k = \sum \gamma_k x$ and
        $S^2_k = \sum \gamma_k x^2$, the gradients are
        $$G_{w_k} = \frac{S^0_k - T w_k}{T \sqrt{w_k}}, \quad
        G_{\mu_k} = \frac{S^1_k - \mu_k S^0_k}{T \sqrt{w_k}\, \sigma_k}, \quad
        G_{\sigma_k} = \frac{S^2_k - 2 \mu_k S^1_k + (\mu_k^2 - \sigma_k^2) S^0_k}
        {T \sqrt{2 w_k}\, \sigma_k^2}.$$
        Each number $g$ becomes $\mathrm{sign}(g) \sqrt{|g|}$, and the vector gets norm 1. A linear
        support-vector machine scores it. As every $g$ is a sum over patches,
        $\sqrt{|g|} = \sum_i g_i / \sqrt{|g|}$ gives each patch its share, and shares add up to the
        score exactly.
        """,
    ),
    papers=(
        Paper("Perronnin, F., Sánchez, J. and Mensink, T.", "Improving the Fisher kernel for "
              "large-scale image classification", 2010, "ECCV", "10.1007/978-3-642-15561-1_11"),
        Paper("Sánchez, J. et al.", "Image classification with the Fisher vector: theory and "
              "practice", 2013, "International Journal of Computer Vision 105",
              "10.1007/s11263-013-0636-x"),
        Paper("Simonyan, K. et al.", "Fisher vector faces in the wild", 2013, "BMVC",
              "10.5244/C.27.8"),
        Paper("Jégou, H. et al.", "Aggregating local image descriptors into compact codes", 2012,
              "IEEE PAMI 34", "10.1109/TPAMI.2011.235"),
    ),
    params=FisherVectorsParams,
    run=run,
    legends={**LEGENDS, **WORD_LEGENDS},
    highlight="tests",
    metrics=METRICS,
    tables={**TABLES, **WORD_TABLES},
    libraries=("numpy", "scipy", "scikit-learn", "opencv-python-headless"),
    accepts=frozenset({Kind.DATASET}),
)  # fmt: skip
