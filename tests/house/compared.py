"""A technique that compares methods: how much they agree, and how steady each is."""

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
    Table,
    TableLegend,
    Technique,
)


class ComparedParams(Params):
    even: bool = Field(False, description="Methods agree as much on every picture.")


def run(sample: Sample, params: ComparedParams) -> Result:
    width = sample.image.shape[1]
    light = sample.image.mean(axis=2) / 255
    rows = (
        ("Shaky", 0.5 + width / 1000),
        ("Calm", width / 1000),
        ("Unknown", None),
        ("Noise", 0.0),
    )
    alike = 0.5 if params.even else width / 100
    return Result(
        (Panel("light", Role.HEATMAP, light.astype(np.float32)),),
        (Score("agreement", alike),),
        tables=(Table("evidence", rows),),
    )


TECHNIQUE = Technique(
    id="compared",
    title="Compared",
    family=Family.NETWORKS,
    summary="Methods are compared.",
    explanation=Explanation("What.", "How.", "Not.", "$y = x^2$"),
    papers=(),
    params=ComparedParams,
    run=run,
    legends={"light": Legend("Light", "Yellow is light.", "dark", "light")},
    highlight="light",
    metrics={"agreement": Metric("Agreement", "how alike the maps are")},
    tables={
        "evidence": TableLegend(
            "Evidence",
            "Every method.",
            (
                Metric("Map", "the method"),
                Metric("Stability", "largest change under noise", better=Better.LOWER),
            ),
            averaged=True,
            controls=("Noise",),
        )
    },
)
