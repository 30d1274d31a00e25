"""A technique whose one finding takes the form that is asked for."""

import numpy as np
from pydantic import Field

from generator.samples import Sample
from generator.technique import (
    Explanation,
    Family,
    Legend,
    Panel,
    Params,
    Result,
    Role,
    Technique,
)  # fmt: skip


class ShownParams(Params):
    how: str = Field("heatmap", description="Which form the finding takes.")


def run(sample: Sample, params: ShownParams) -> Result:
    height, width = sample.image.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    right = columns / width
    made = {
        "heatmap": (Role.HEATMAP, right * (rows / height)),
        "flat": (Role.HEATMAP, np.full((height, width), 2, np.float32)),
        "signed": (Role.SIGNED_MAP, right - np.float32(0.25)),
        "against": (Role.SIGNED_MAP, right - np.float32(2)),
        "positive": (Role.SIGNED_MAP, right),
        "mask": (Role.MASK, right > 0.5),
        "empty": (Role.MASK, right > 2),
        "box": (Role.BOX, np.array([0, width // 4, height // 2, width], np.int64)),
        "curve": (Role.CURVE, np.array([[0, 5, 1], [1, 2, 1], [2, 4, 1]], np.float64)),
        "rising": (Role.CURVE, np.array([[0, 1], [1, 2]], np.float64)),
        "patches": (Role.PATCHES, np.zeros((6, 4, 4, 3), np.uint8)),
        "picture": (Role.PICTURE, sample.image[:, ::-1, :3].copy()),
    }
    role, array = made[params.how]
    return Result((Panel("shown", role, array, label="espresso, 94 % · head, 7 × 7"),))


TECHNIQUE = Technique(
    id="shown",
    title="Shown",
    family=Family.NETWORKS,
    summary="One finding is shown.",
    explanation=Explanation("What a mask is.", "Bright is much. Dark is little.", "Not.", "$y$"),
    papers=(),
    params=ShownParams,
    run=run,
    legends={
        "shown": Legend(
            "Shown", "What is shown.", "left", "right", "share", x="step", y="worth",
            series=("first", "second"), covers=True,
        )
    },
    highlight="shown",
    question="Which side is which?",
    points={"peak": "here it is most right"},
)  # fmt: skip
