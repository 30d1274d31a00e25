"""A guest for films: a map, a mask, a picture and scores of each frame, failing where it is told."""

import numpy as np
from pydantic import Field

from generator.samples import Sample
from generator.technique import (
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
)


class PulseParams(Params):
    bad: tuple[int, ...] = Field((), description="Brightness of the frames to fail on.")


def run(sample: Sample, params: PulseParams) -> Result:
    light = sample.image.mean(axis=2).astype(np.float32)
    level = round(float(light.mean()))
    if level in params.bad:
        raise RuntimeError(f"too bright at {level}")
    panels = (
        Panel("light", Role.HEATMAP, light, label=f"{level} levels"),
        Panel("side", Role.SIGNED_MAP, light - 100),
        Panel("bright", Role.MASK, light > 100),
        Panel("copy", Role.PICTURE, sample.image),
        Panel("again", Role.CURVE, np.zeros((2, 2))),
    )
    notes = ("half of it is dark",) if level < 100 else ()
    scores = [Score("level", float(level))]
    if sample.degrees is not None:
        scores += [Score("predicted", sample.degrees + 1), Score("true", sample.degrees)]
    return Result(panels, tuple(scores), notes)


TECHNIQUE = Technique(
    id="pulse", title="Pulse", family=Family.SALIENCY, summary="Light of each frame.",
    explanation=Explanation("A", "B", "C", "D"), papers=(), params=PulseParams, run=run,
    legends={
        "light": Legend("Light", "Yellow is light.", "dark", "light"),
        "side": Legend("Side", "Red is light.", "dark", "light", covers=True),
        "bright": Legend("Bright", "White is light."),
        "copy": Legend("Copy", "As it is."),
        "again": Legend("Again", "A curve.", x="x", y="y", series=("y",)),
    },
    highlight="light", filmed=("light", "side", "bright", "copy"),
    metrics={
        "level": Metric("Level", "mean brightness"),
        "predicted": Metric("Angle", "guessed", "°", 1),
        "true": Metric("True angle", "known", "°", 1),
    },
)  # fmt: skip
