"""Whether a classifier's painted decision can be believed, from several held-out pictures."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.science import controls, trust
from generator.science.fillings import Fill
from generator.science.methods import CONTROLS
from generator.science.occlusion import fill_picture
from generator.technique import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Measures = Mapping[str, tuple[float, float, float]]

DECISION = "Decision"
"""What the map under test is called in the table."""

_MEASURES = (
    ("deletion", controls.Better.LOWER),
    ("insertion", controls.Better.HIGHER),
    ("ROAD", controls.Better.HIGHER),
)


def measured(
    score: Callable[[Floats], Floats],
    image: Floats,
    picture: NDArray[np.uint8],
    heat: NDArray[Any],
    *,
    steps: int,
    batch: int,
) -> Measures:
    """Return deletion, insertion and ROAD of ``heat`` (H, W), and of the four controls.

    ``score`` gives the probability in question for pictures (N, H, W, C) like ``image``, and
    ``picture`` (H, W, 3) uint8 is the same for people.
    """
    blurred = fill_picture(image, Fill.BLUR, np.random.default_rng(0), 0.0)
    blank = controls.controls(picture, np.random.default_rng(0)).values()
    maps = {DECISION: heat, **dict(zip(CONTROLS, blank, strict=True))}
    found = {}
    for name, one in maps.items():
        told = trust.faithful(
            score, image, np.asarray(one, np.float32), blurred, np.random.default_rng(0),
            steps=steps, batch=batch,
        )  # fmt: skip
        found[name] = (told.deletion, told.insertion, told.road)
    return found


def table(pictures: Sequence[Measures]) -> tuple[Table, ...]:
    """Return the means over ``pictures``, and in what the decision beats every control."""
    if not pictures:
        return ()
    names = (DECISION, *CONTROLS)
    rows: list[tuple[Cell, ...]] = [
        (
            name, *(fmean(one[name][k] for one in pictures) for k in range(len(_MEASURES))),
            _won(pictures) if name == DECISION else "control",
        )
        for name in names
    ]  # fmt: skip
    return (Table("evidence", tuple(rows)),)


def _won(pictures: Sequence[Measures]) -> str:
    won = []
    for place, (name, better) in enumerate(_MEASURES):
        values = np.array([one[DECISION][place] for one in pictures])
        others = np.array([[one[c][place] for c in CONTROLS] for one in pictures])
        verdict = controls.beats_all(values, others, np.random.default_rng(0), better)
        won += [name] if verdict.informative else []
    return ", ".join(won) or "nothing"
