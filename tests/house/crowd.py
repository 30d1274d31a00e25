"""A technique with forty panels, whose own words are hostile."""

import numpy as np

from generator.samples import Sample
from generator.technique import (
    Cell,
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
)  # fmt: skip

MANY = 40
SCRIPT = "<script>alert('x')</script>\" onload='x' & <b>"


class CrowdParams(Params):
    pass


def run(sample: Sample, params: CrowdParams) -> Result:
    light = (sample.image.mean(axis=2) / 255).astype(np.float32)
    panels = tuple(
        Panel(f"map-{n}", Role.HEATMAP, light ** np.float32(1 + n / 9), label=SCRIPT)
        for n in range(MANY)
    )
    rows: tuple[tuple[Cell, ...], ...] = ((SCRIPT, 1.0, SCRIPT), ("=1+1", 2.0, "b"))
    return Result(panels, (Score("light", float(light.mean())),), (SCRIPT,), (Table("t", rows),))


TECHNIQUE = Technique(
    id="crowd",
    title="Crowd",
    family=Family.SALIENCY,
    summary=SCRIPT,
    explanation=Explanation(SCRIPT, SCRIPT, SCRIPT, "$x$"),
    papers=(),
    params=CrowdParams,
    run=run,
    legends={
        f"map-{n}": Legend(f"Map {n}", SCRIPT, SCRIPT, SCRIPT, covers=True) for n in range(MANY)
    },
    highlight="map-0",
    metrics={"light": Metric(SCRIPT, SCRIPT)},
    tables={
        "t": TableLegend(
            SCRIPT, SCRIPT, (Metric("A", ""), Metric(SCRIPT, SCRIPT), Metric("C", SCRIPT))
        )
    },
)
