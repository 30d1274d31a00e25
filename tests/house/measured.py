"""A technique whose one score is known, with its interval; pictures differ where asked to."""

import numpy as np
from pydantic import Field

from generator.samples import Sample
from generator.technique import (
    Better,
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Params,
    Result,
    Role,
    Score,
    Technique,
)  # fmt: skip


class MeasuredParams(Params):
    by_width: bool = Field(False, description="The score is the picture's width.")


def run(sample: Sample, params: MeasuredParams) -> Result:
    light = sample.image.mean(axis=2) / 255
    value = float(sample.image.shape[1]) if params.by_width else 0.1
    score = Score("error", value, (-1e-7, 0.1 + 0.2))
    return Result((Panel("light", Role.HEATMAP, light.astype(np.float32)),), (score,))


TECHNIQUE = Technique(
    id="measured",
    title="Measured",
    family=Family.SALIENCY,
    summary="Something is measured.",
    explanation=Explanation("What a mask is.", "How.", "Not.", "$y = x^2$"),
    papers=(),
    params=MeasuredParams,
    run=run,
    legends={"light": Legend("Light", "Yellow is light.", "dark", "light")},
    highlight="light",
    metrics={"error": Metric("Error", "how far off", "px", better=Better.LOWER)},
)
