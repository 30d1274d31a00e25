"""How well a taught network steers: errors, what they are measured against, and what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from generator.science.steering_errors import mean_interval, stretches, thinned
from generator.science.steering_pictures import side_by_side, steered
from generator.technique import Cell, Panel, Role, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.models.schooling import Schooled
    from generator.samples import Drive

_WHEELS, _COLUMNS = 6, 2
"""Held-out frames that are shown with their wheels, and how many stand in a row."""
_POINTS, _OVER_TIME = 200, 300
"""Dots of a chart, and points of a line over time."""
_OVERFIT = 3.0
"""From this many times the error on training frames on, a network has learned by heart."""

STRAIGHT, NETWORK = "Always straight on", "The network"
HEART = "The same network, by heart"
"""Who steers, by the name in the table."""


class Error(NamedTuple):
    """Who steers, and how far off on frames learned from and on held-out ones, in degrees."""

    who: str
    train: float
    held_out: float


def errors_of(drive: Drive, found: Schooled, few: Schooled | None) -> dict[str, Error]:
    """Return who is how far off: the network, those who always say the same, and by heart."""
    seen, kept = drive.degrees[found.train], drive.degrees[found.held_out]
    constants = {
        STRAIGHT: 0.0,
        "Always the mean angle": float(seen.mean()),
        "Always the median angle": float(np.median(seen)),
    }
    listed = [
        Error(who, float(np.abs(seen - said).mean()), float(np.abs(kept - said).mean()))
        for who, said in constants.items()
    ]
    for who, school in ((NETWORK, found), (HEART, few)):
        if school:
            off = np.abs(school.said - drive.degrees)
            listed.append(
                Error(who, float(off[school.train].mean()), float(off[school.held_out].mean()))
            )
    return {error.who: error for error in listed}


def rows(errors: dict[str, Error]) -> list[tuple[Cell, ...]]:
    """Return the rows of the table of errors, with the share of that of driving straight on."""
    straight = errors[STRAIGHT].held_out
    return [
        (one.who, one.train, one.held_out, 100 * one.held_out / straight if straight else None)
        for one in errors.values()
    ]


def scores(drive: Drive, found: Schooled, errors: dict[str, Error]) -> tuple[Score, ...]:
    """Return the held-out error with its interval, and what it is to be compared with."""
    held = found.held_out
    off = np.abs(found.said[held] - drive.degrees[held])
    ends = mean_interval(off, stretches(held), np.random.default_rng(0))
    network, straight = errors[NETWORK], errors[STRAIGHT]
    listed = [Score("error", network.held_out, ends)]
    if straight.held_out:
        listed.append(Score("share", 100 * network.held_out / straight.held_out))
    return (*listed, Score("train", network.train), Score("straight", straight.held_out))


def panels(
    drive: Drive, found: Schooled, few: Schooled | None, errors: dict[str, Error]
) -> tuple[Panel, ...]:
    """Return wheels, errors over the passes, dots, and the angle over time."""
    straight = errors[STRAIGHT].held_out
    listed = [
        _wheels(drive, found),
        _history("learning", found, straight),
        _dots("held-out", drive, found, found.held_out),
        _dots("train", drive, found, found.train),
        _over_time(drive, found),
    ]
    return (*listed, _history("by-heart", few, straight)) if few else tuple(listed)


def _wheels(drive: Drive, found: Schooled) -> Panel:
    """Return held-out frames with the network's wheel and the true one."""
    shown = [
        steered(picture, float(found.said[frame]), float(drive.degrees[frame]))
        for frame in found.held_out[thinned(len(found.held_out), _WHEELS)].tolist()
        if (picture := drive.read(frame)) is not None
    ]
    return Panel("wheels", Role.PICTURE, side_by_side(shown, _COLUMNS))


def _history(name: str, school: Schooled, straight: float) -> Panel:
    """Return the errors after each pass, beside that of driving straight on."""
    count = len(school.history)
    passes, line = np.arange(1.0, count + 1), np.full(count, straight)
    return Panel(name, Role.CURVE, np.column_stack([passes, school.history, line]))


def _dots(name: str, drive: Drive, school: Schooled, frames: NDArray[np.int64]) -> Panel:
    """Return what the network says against the truth, and the truth against itself."""
    chosen = frames[thinned(len(frames), _POINTS)]
    chosen = chosen[np.argsort(drive.degrees[chosen], kind="stable")]
    true = drive.degrees[chosen]
    return Panel(name, Role.CURVE, np.column_stack([true, school.said[chosen], true]))


def _over_time(drive: Drive, school: Schooled) -> Panel:
    chosen = school.held_out[thinned(len(school.held_out), _OVER_TIME)]
    places = np.arange(1.0, len(chosen) + 1)
    return Panel(
        "over-time", Role.CURVE,
        np.column_stack([places, school.said[chosen], drive.degrees[chosen]]),
    )  # fmt: skip


def notes(drive: Drive, found: Schooled, errors: dict[str, Error]) -> list[str]:
    """Return what a reader must know before believing the numbers."""
    listed = []
    used = len(drive.split.train) + len(drive.split.held_out)
    lost = used - len(found.train) - len(found.held_out)
    if lost:
        listed.append(f"{lost} of {used} pictures cannot be read and are left out")
    network, straight = errors[NETWORK], errors[STRAIGHT]
    if not straight.held_out:
        listed.append("every held-out angle is 0, so driving straight on is never wrong here")
    elif network.held_out >= straight.held_out:
        listed.append("the network is no better than driving straight on: it has learned nothing")
    heart = errors.get(HEART)
    if heart and heart.held_out >= _OVERFIT * heart.train:
        listed.append(
            f"learned by heart, the same network is {heart.train:.1f}° off on the frames it saw "
            f"and {heart.held_out:.1f}° on others: very over-fitted, as the gap between the two "
            "lines shows"
        )
    return listed
