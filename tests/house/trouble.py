"""A technique that goes wrong in the way that its parameter asks for."""

import os
import signal
import sys
from dataclasses import replace

import brightness
import numpy as np

from generator.samples import Sample
from generator.technique import Panel, Params, Result, Role, Score


class TroubleParams(Params):
    how: str = "raise"
    on: int = 0


class Beyond(BaseException):
    """No Exception at all."""


class MuteError(Exception):
    """One that cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError


def _raises(error):
    raise error


def _panel(role=Role.HEATMAP, array=None, encoded=b"") -> Panel:
    return Panel(
        "brightness", role, np.ones((4, 4), np.float32) if array is None else array, encoded
    )


def _curve(*rows) -> Result:
    return Result((_panel(Role.CURVE, np.array(rows, np.float64)),))


def _again():
    return _again()


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


FAIL = {
    "raise": lambda: _raises(ZeroDivisionError("the technique divided by nothing")),
    "memory": lambda: _raises(MemoryError()),
    "exit": lambda: sys.exit(3),
    "beyond": lambda: _raises(Beyond("beyond")),
    "generator-exit": lambda: _raises(GeneratorExit()),
    "mute": lambda: _raises(MuteError()),
    "no-text": lambda: _raises(ValueError("a\udce4b")),
    "no-unicode": lambda: _raises(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")),
    "script": lambda: _raises(ValueError("<script>alert(1)</script>")),
    "recursion": _again,
    "nonsense": lambda: {"heatmap": 1},
    "nothing": lambda: None,
    "no-panels": lambda: Result(None),
    "numbers": lambda: Result((1, 2)),
    "nan": lambda: _panel(array=np.full((4, 4), np.nan, np.float32)),
    "infinite": lambda: _panel(array=np.full((4, 4), np.inf, np.float32)),
    "negative": lambda: _panel(array=np.full((4, 4), -1, np.float32)),
    "double": lambda: _panel(array=np.ones((4, 4))),
    "rank": lambda: _panel(array=np.ones((4, 4, 3), np.float32)),
    "empty": lambda: _panel(array=np.ones((0, 4), np.float32)),
    "channels": lambda: Result((_panel(Role.PICTURE, np.ones((4, 4, 5), np.uint8)),)),
    "three-sides": lambda: Result((_panel(Role.BOX, np.array([1, 2, 3])),)),
    "no-series": lambda: _curve([1.0], [2.0]),
    "junk": lambda: Result((_panel(Role.PICTURE, np.ones((4, 4, 3), np.uint8), b"junk"),)),
    "nan-score": lambda: Result((_panel(),), (Score("m", float("nan")),)),
    "word-score": lambda: Result((_panel(),), (Score("m", "high"),)),
}
"""What fails, and how."""

DIE = {
    "kill": _killed,
    "leave": lambda: os._exit(0),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
}
"""What takes the process with it."""

ODD = {
    "flat": lambda: _curve([1, 1e17], [2, 1e17]),
    "flat-x": lambda: _curve([1e18, 1], [1e18, 2]),
    "one-point": lambda: _curve([1, 1]),
    "least": lambda: _curve([1, 0], [2, 5e-324]),
    "widest": lambda: _curve([1, -1.7e308], [2, 1.7e308]),
    "many-lines": lambda: _curve(range(9), range(9)),
    "largest": lambda: Result((_panel(array=np.full((4, 4), 3e38, np.float32)),)),
    "smallest": lambda: Result((_panel(array=np.full((4, 4), 1e-45, np.float32)),)),
    "black": lambda: Result((_panel(array=np.zeros((4, 4), np.float32)),)),
    "wide": lambda: Result((_panel(array=np.ones((1, 70_000), np.float32)),)),
    "tall": lambda: Result((_panel(Role.PICTURE, np.ones((70_000, 1, 3), np.uint8)),)),
    "unknown-panel": lambda: Result((replace(_panel(), name="../other"),)),
    "none": lambda: Result(()),
    "twice": lambda: Result((_panel(), _panel())),
    "unknown-score": lambda: Result((_panel(),), (Score("m", 1.0),)),
}
"""What is odd and no failure."""


def run(sample: Sample, params: TroubleParams) -> Result:
    if params.on and sample.image.shape[1] != params.on:
        return brightness.run(sample, brightness.BrightnessParams())
    if params.how == "write":
        sample.image[0, 0] = 0
    return {**FAIL, **DIE, **ODD}[params.how]()


TECHNIQUE = replace(
    brightness.TECHNIQUE, id="trouble", title="Trouble", params=TroubleParams, run=run
)
