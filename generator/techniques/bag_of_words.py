"""Bag of visual words: what a picture shows, from how often each kind of patch is seen in it."""

from typing import TYPE_CHECKING

from pydantic import Field

from generator.classifier_words import LEGENDS, METRICS, TABLES, WORD_LEGENDS, WORD_TABLES
from generator.content import Kind
from generator.science.describing import WIDTH, Descriptor, Votes, Where
from generator.technique import Explanation, Family, Paper, Params, Result, Technique

if TYPE_CHECKING:
    from generator.samples import Album


class BagOfWordsParams(Params):
    """How pictures are described, how many words there are, and how the classifier is trained."""

    where: Where = Field(Where.DENSE, description="Patches on a grid, or at keypoints.")
    descriptor: Descriptor = Field(Descriptor.ROOTSIFT, description="What is noted of a patch.")
    step: int = Field(8, ge=1, le=64, description="Pixels between the patches of the grid.")
    words: int = Field(80, ge=2, le=4096, description="How many words the vocabulary has.")
    votes: Votes = Field(Votes.SOFT, description="Whether a patch has one word or shares its vote.")
    width: float = Field(
        WIDTH, gt=0, le=10, description="Of shared votes, by the usual distance from a word."
    )
    levels: int = Field(0, ge=0, le=2, description="Levels of the spatial pyramid; 0 is none.")
    sampled: int = Field(
        100_000, ge=100, le=1_000_000, description="Patches that the vocabulary is learned from."
    )
    cost: float | None = Field(
        None, gt=0, le=1e6, description="C of the classifier; chosen by cross-validation if empty."
    )
    shown: int = Field(48, ge=4, le=400, description="Held-out pictures that are shown.")
    tested: int = Field(6, ge=0, le=50, description="Pictures on which the decision is tested.")
    seed: int = Field(0, ge=0, description="For the vocabulary and the cross-validation.")


def run(album: "Album", params: BagOfWordsParams) -> Result:
    """Return what the classifier says about the held-out pictures, and what it learned."""
    from generator.word_classifier import Settings, classify

    options = {
        "words": params.words, "votes": params.votes.value, "levels": params.levels,
        "width": params.width,
    }  # fmt: skip
    return classify(album, Settings.of(params), "BagOfWords", options)


TECHNIQUE = Technique(
    id="bag-of-words",
    title="Bag of visual words",
    family=Family.CLASSIFIERS,
    summary="Tells classes apart by how often each kind of small patch is seen.",
    question="Can pictures be told apart by the kinds of small patches in them?",
    explanation=Explanation(
        what="""
        A text can be told by its words, whatever their order. This does the same to pictures. Each
        picture is taken apart into small patches, and patches that look alike are taken for the
        same word. Nobody gives the words: they are found by sorting a hundred thousand patches of
        the training pictures into heaps.

        A picture is then nothing but a list: how often each word is seen in it. A simple classifier
        weighs the words, each for and against every class, and adds up.
        """,
        reading="""
        Begin with the accuracy on held-out pictures, which the classifier never saw, and its
        interval: two classifiers whose intervals overlap may be equally good. Every number of the
        confusion matrix opens the pictures it counts.

        Because the classifier only adds up, each patch's part in the decision is known exactly. Red
        places spoke for the class that was named, blue places against it; together they are the
        score. The vocabulary shows which words these are.
        """,
        limits="""
        Where the patches are is forgotten, unless the pyramid is on, so a face with its eyes below
        its mouth is a face. Colour is not looked at. Words are found on the training pictures: what
        looks different from all of them is forced into the nearest heap. And a high accuracy on
        easy pictures says little about hard ones.
        """,
        mathematics=r"""
        Words $c_1, \dots, c_K$ are the centres that k-means finds among the descriptors of the
        training pictures. A patch with descriptor $d$ votes for the nearest, or for all by
        codeword uncertainty, with
        $$\frac{e^{-\|d - c_j\|^2 / 2\sigma^2}}{\sum_l e^{-\|d - c_l\|^2 / 2\sigma^2}},$$
        where $\sigma$ is a quarter of the median distance of training descriptors from their words:
        among 128 numbers a wider one would vote for all words nearly alike. With
        $h_j$ the share of votes for word $j$, the picture's vector is $\sqrt{h_j}$, of norm 1, and
        a linear support-vector machine scores it: $s_c = \sum_j w_{jc} \sqrt{h_j} + b_c$. A patch's
        share of $s_c - b_c$ is $\sum_j w_{jc} v_j / \sqrt{h_j}$ with its votes $v_j$ over the
        number of patches; shares add up to the score exactly.

        The cost $C$ of mistakes is chosen by cross-validation inside the training pictures.
        Probabilities are a softmax of the scores over a temperature that is fitted there as well.
        """,
    ),
    papers=(
        Paper("Sivic, J. and Zisserman, A.", "Video Google: a text retrieval approach to object "
              "matching in videos", 2003, "ICCV", "10.1109/ICCV.2003.1238663"),
        Paper("van Gemert, J. C. et al.", "Visual word ambiguity", 2010, "IEEE PAMI 32",
              "10.1109/TPAMI.2009.132"),
        Paper("Lazebnik, S., Schmid, C. and Ponce, J.", "Beyond bags of features: spatial pyramid "
              "matching for recognizing natural scene categories", 2006, "CVPR",
              "10.1109/CVPR.2006.68"),
        Paper("Lowe, D.", "Distinctive image features from scale-invariant keypoints", 2004,
              "International Journal of Computer Vision 60", "10.1023/B:VISI.0000029664.99615.94"),
    ),
    params=BagOfWordsParams,
    run=run,
    legends={**LEGENDS, **WORD_LEGENDS},
    highlight="tests",
    metrics=METRICS,
    tables={**TABLES, **WORD_TABLES},
    libraries=("numpy", "scipy", "scikit-learn", "opencv-python-headless"),
    accepts=frozenset({Kind.DATASET}),
)  # fmt: skip
