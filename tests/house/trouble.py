"""A technique that goes wrong in the way that its parameter asks for."""

import os
import signal
import sys
from dataclasses import replace

import brightness
import numpy as np

from generator.technique import Panel, Params, Result, Role, Sample


class TroubleParams(Params):
    how: str = "raise"
    on: int = 0


def run(sample: Sample, params: TroubleParams) -> Result:
    if params.on and sample.image.shape[1] != params.on:
        return brightness.run(sample, brightness.BrightnessParams())
    if params.how == "raise":
        raise ZeroDivisionError("the technique divided by nothing")
    if params.how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if params.how == "exit":
        sys.exit(3)
    if params.how == "memory":
        raise MemoryError
    if params.how == "nonsense":
        return {"heatmap": 1}
    values = {"nan": np.nan, "negative": -1.0}[params.how]
    return Result((Panel("brightness", Role.HEATMAP, np.full((4, 4), values, np.float32)),))


TECHNIQUE = replace(
    brightness.TECHNIQUE, id="trouble", title="Trouble", params=TroubleParams, run=run
)
