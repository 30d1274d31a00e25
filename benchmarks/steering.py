"""Time and error of a steering network, on the synthetic road and on a driving log.

Run in the repository, with the project's Python::

    python benchmarks/steering.py
    python benchmarks/steering.py --log FOLDER

The road: 2,000 frames of 20 roads, 10 s each, of which 4 are held out; the default lesson, timed
from the frames to the finished weights. At most 120 s, and at most 40 % of the held-out error of
always driving straight. How frames are drawn is timed as well: 2,000 in at most 20 s of one core.
With ``--overfit`` the same network also learns 300 frames of three roads, with and without what
helps against learning them by heart.

A log is a folder with ``driving_log.csv`` and its pictures in ``IMG``, or with ``data.txt`` and the
pictures beside it. Two blocks of ten are held out, 20 frames away from those that train. Angles are
smoothed over time (a Gaussian of 5 frames), as drivers at a keyboard tap; errors against the raw
angles are told too. It must beat driving straight by a tenth.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generator.models import pilotnet, steering_training
from generator.science.blocks import Split, blocks
from generator.science.driving import read_angles
from generator.science.driving_log import read_driving_log
from generator.science.lessons import Lesson
from generator.science.road import drive
from generator.science.steering import road_part, steady

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.models.steering_training import Epoch

FRAMES, ROADS = 2000, 20
SECONDS, DRAWING, SHARE, LOG_SHARE = 120.0, 20.0, 0.4, 0.9
TAPS = 5.0
LOG_LESSON = Lesson(epochs=10, rate=7e-4, decay=3e-3, brightness=0.4)
"""A log is one road and one light, so more is done against learning it by heart."""


def measured(
    name: str, pictures: NDArray[np.uint8], degrees: NDArray[Any], split: Split, lesson: Lesson
) -> tuple[steering_training.Taught, float]:
    """Print how a training went, and return it and its seconds."""

    def told(epoch: Epoch) -> None:
        print(f"  train {epoch.train:6.3f}°, held out {epoch.held_out:6.3f}°", flush=True)

    print(f"{name}: {len(split.train)} frames train, {len(split.held_out)} are held out")
    started, spent = time.perf_counter(), time.process_time()
    taught = steering_training.teach(pictures, degrees, split, lesson, after=told)
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    base = taught.baselines
    print(
        f"  {seconds:.1f} s, CPU {spent:.1f} s; straight {base.straight:.3f}°, mean "
        f"{base.mean:.3f}°, median {base.median:.3f}°; {100 * taught.share:.0f} % of straight"
    )
    return taught, seconds


def road(*, overfit: bool) -> bool:
    spent = time.process_time()
    frames = list(drive(FRAMES, 0, tracks=ROADS))
    spent = time.process_time() - spent
    print(f"{FRAMES} frames drawn in CPU {spent:.1f} s, limit {DRAWING} s")
    pictures = np.stack([frame.picture for frame in frames])
    degrees = np.array([frame.degrees for frame in frames])
    taught, seconds = measured("road", pictures, degrees, blocks(FRAMES, blocks=ROADS), Lesson())
    if overfit:
        few = Split(np.arange(300), blocks(FRAMES, blocks=ROADS).held_out)
        bare = Lesson(epochs=20, dropout=0, decay=0, flips=False, brightness=0)
        measured("by heart, 3 roads", pictures, degrees, few, bare)
        measured("with help, 3 roads", pictures, degrees, few, replace(Lesson(), epochs=20))
    return spent <= DRAWING and seconds <= SECONDS and taught.share <= SHARE


def log(folder: Path) -> bool:
    from PIL import Image

    simulator = folder / "driving_log.csv"
    if simulator.exists():
        there = [path.name for path in (folder / "IMG").iterdir()]
        found = read_driving_log(simulator.read_text(encoding="utf-8"), pictures=there)
        base, top, bottom = folder / "IMG", 0.375, 0.85
    else:
        there = [path.name for path in folder.iterdir()]
        found = read_angles((folder / "data.txt").read_text(encoding="utf-8"), pictures=there)
        base, top, bottom = folder, 0.4, 1.0
    print(
        f"{len(found.rows)} rows, {len(found.problems)} problems", *found.problems[:5], sep="\n  "
    )
    pictures = np.stack([
        road_part(np.asarray(Image.open(base / row.picture).convert("RGB")), pilotnet.SIZE,
                  top=top, bottom=bottom)
        for row in found.rows
    ])  # fmt: skip
    raw = np.array([row.degrees for row in found.rows])
    split = blocks(len(raw), gap=20)
    smooth = steady(raw, deviation=TAPS)
    taught, _ = measured("log", pictures, smooth, split, LOG_LESSON)
    said, true = taught.predictions[split.held_out], raw[split.held_out]
    print(
        f"  correlation {np.corrcoef(said, smooth[split.held_out])[0, 1]:.2f}; against raw angles: "
        f"mean {np.abs(said - true).mean():.3f}° (straight {np.abs(true).mean():.3f}°), root mean "
        f"square {np.sqrt(np.square(said - true).mean()):.3f}° (straight "
        f"{np.sqrt(np.square(true).mean()):.3f}°)"
    )
    return taught.share <= LOG_SHARE


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--log", type=Path, help="a folder with a driving log; then only that")
    parser.add_argument("--overfit", action="store_true", help="show the overfitting as well")
    options = parser.parse_args()
    kept = log(options.log) if options.log else road(overfit=options.overfit)
    print("kept" if kept else "BROKEN")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
