"""How light each pixel is: the smallest technique there can be."""

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


class BrightnessParams(Params):
    gamma: float = Field(1.0, gt=0, description="Above 1, dark parts get darker.")


def run(sample: Sample, params: BrightnessParams) -> Result:
    light = (sample.image.mean(axis=2) / 255) ** params.gamma
    return Result((Panel("brightness", Role.HEATMAP, light.astype(np.float32)),))


TECHNIQUE = Technique(
    id="brightness",
    title="Brightness",
    family=Family.SALIENCY,
    summary="How light each pixel is.",
    explanation=Explanation("What.", "How.", "Not.", "$y = x^2$"),
    papers=(),
    params=BrightnessParams,
    run=run,
    legends={"brightness": Legend("Brightness", "Yellow is light.", "dark", "light")},
    highlight="brightness",
)
