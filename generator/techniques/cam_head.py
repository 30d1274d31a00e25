"""A new head for a trained network: classes it never knew, with the map of each decision."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from generator.classifier_words import LEGENDS, METRICS, TABLES, WORD_TABLES
from generator.content import Kind
from generator.science.heads import Head
from generator.technique import Explanation, Family, Paper, Params, Result, Technique

if TYPE_CHECKING:
    from generator.models.trained import Trained
    from generator.samples import Album


class CamHeadParams(Params):
    """Which network, and how its new head is trained."""

    model: str = Field("efficientnet-lite0", description="The network, by its name.")
    layer: str = Field(
        "", description="Layer whose maps are averaged; that of its own head if empty."
    )
    head: Head = Field(Head.LOGISTIC, description="What is trained on the averages.")
    cost: float | None = Field(
        None, gt=0, le=1e6, description="C of the classifier; chosen by cross-validation if empty."
    )
    shown: int = Field(48, ge=4, le=400, description="Held-out pictures that are shown.")
    tested: int = Field(5, ge=0, le=50, description="Pictures on which the decision is tested.")
    seed: int = Field(0, ge=0, description="For the cross-validation.")


def run(album: "Album", params: CamHeadParams, network: "Trained") -> Result:
    """Return what the new head says about the held-out pictures, and where it looks."""
    import numpy as np

    from generator.assessed import report, trained
    from generator.averaged_maps import AveragedMaps, averages
    from generator.errors import SourceError
    from generator.science.assessment import a_few, worth_showing

    layer = params.layer or network.head.layer
    kept = list(album.steps.each(averages, album, {"layer": layer}, {"network": network}))
    sound = [index for index, one in enumerate(kept) if one is not None]
    if not sound:
        raise SourceError(f"none of the {len(album)} pictures can be read")
    features = np.stack([one["averages"] for one in kept if one is not None])
    learned = features[[not album.held_out[index] for index in sound]]
    length = float(np.linalg.norm(learned, axis=1).mean()) if len(learned) else 0.0
    scale = length or 1.0
    found = trained(
        album, sound, features / scale, cost=params.cost, head=params.head, seed=params.seed
    )
    shown = worth_showing(found, params.shown)
    told = report(album, sound, found, shown, features.shape[1])
    maps = AveragedMaps(network, layer, scale, found)
    tests = a_few(shown, params.tested)
    return replace(
        told,
        panels=(*maps.decisions(album, sound, shown), *told.panels),
        tables=(*told.tables, *maps.believed(album, sound, tests)),
    )


TECHNIQUE = Technique(
    id="cam-head",
    title="A new head for a trained network",
    family=Family.CLASSIFIERS,
    summary="Teaches a trained network classes it never knew, in seconds, and maps each decision.",
    question="Can a network learn new classes in seconds, and show what it went by?",
    explanation=Explanation(
        what="""
        A network that was trained on a million photographs has learned to see much more than the
        thousand classes it can name. This takes its last maps, which say where what kind of thing
        is, averages each over the picture, and trains a simple classifier on the averages. The
        network itself stays as it is, so a few dozen pictures and a few seconds are enough.

        Because the averages are only added up, the decision can be drawn: every place of the
        picture gets the part of the score that comes from it. This is a class activation map for
        classes that the network never knew, such as "person" and "not a person".
        """,
        reading="""
        Begin with the accuracy on held-out pictures and its interval. Every number of the confusion
        matrix opens the pictures it counts, each with its map: red places spoke for the class that
        was named, blue places against it.

        Look at the mistakes first. If the red lies beside the subject, the classifier has learned
        the surroundings: it will fail where they change.
        """,
        limits="""
        The maps are coarse, often 7 by 7: a red patch says roughly where. The network was trained
        on colour photographs of everyday things; on drawings, tiny pictures or textures it sees
        little, though it never says so. Few training pictures make wide intervals.
        """,
        mathematics=r"""
        With the maps $A_k(p)$ of the layer before the network's own head, the features are
        $F_k = \frac{1}{|P|} \sum_p A_k(p)$, divided by one number for all pictures. A linear
        classifier scores $s_c = \sum_k w_{kc} F_k + b_c$, so
        $$M_c(p) = \sum_k w_{kc} A_k(p), \qquad \frac{1}{|P|} \sum_p M_c(p) = s_c - b_c$$
        exactly. The cost $C$ of mistakes is chosen by cross-validation inside the training
        pictures, and probabilities are a softmax of the scores over a temperature fitted there.
        """,
    ),
    papers=(
        Paper("Zhou, B. et al.", "Learning deep features for discriminative localization", 2016,
              "CVPR", "10.1109/CVPR.2016.319"),
        Paper("Donahue, J. et al.", "DeCAF: a deep convolutional activation feature for generic "
              "visual recognition", 2014, "ICML", "10.48550/arXiv.1310.1531"),
    ),
    params=CamHeadParams,
    run=run,
    legends=LEGENDS,
    highlight="tests",
    metrics=METRICS,
    tables={**TABLES, "evidence": WORD_TABLES["evidence"]},
    libraries=("numpy", "scipy", "scikit-learn", "opencv-python-headless"),
    needs=("model",),
    accepts=frozenset({Kind.DATASET}),
)  # fmt: skip
