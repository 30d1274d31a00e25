"""Time and memory of class activation maps and Grad-CAM for 100 photographs.

Run in the repository, with the project's Python::

    python benchmarks/cam.py

The photographs are crops, enlarged or made smaller, of those that scikit-image, scikit-learn and
matplotlib ship, written as JPEG files before the clock starts. The engine's own pool then hands
them to two processes with one thread each; both techniques run as in a build, with
EfficientNet-Lite0, from the file's bytes to the finished maps. Each process imports TensorFlow,
reads the network and compiles it once, and that is timed too. The minimum of the rounds counts: at
most 25 s. What a process holds at the end may exceed what it held after its first 5 photographs, 10
in all, by 5 %.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from site_assets import PHOTOGRAPHS, shipped

if __name__ in {"__main__", "__mp_main__"}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from generator.models.trained import Trained

LIMIT, GROWTH, EARLY = 25.0, 1.05, 5
SHIPPED = (*PHOTOGRAPHS, ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"))


def make_photographs(folder: Path, count: int) -> list[Path]:
    """Write crops of 60 to 100 % a side, then resized to 600 to 1600 pixels on the longer one."""
    from PIL import Image

    paths = []
    pictures = [Image.open(shipped(package) / name).convert("RGB") for package, name in SHIPPED]
    for index in range(count):
        rng = np.random.default_rng(index)
        picture = pictures[index % len(pictures)]
        width, height = (round(side * rng.uniform(0.6, 1)) for side in picture.size)
        left = int(rng.integers(0, picture.width - width + 1))
        top = int(rng.integers(0, picture.height - height + 1))
        crop = picture.crop((left, top, left + width, top + height))
        scale = rng.uniform(600, 1600) / max(crop.size)
        size = (round(width * scale), round(height * scale))
        paths.append(folder / f"{index:03}.jpg")
        crop.resize(size, Image.Resampling.LANCZOS).save(paths[-1], quality=90)
    return paths


@cache
def network() -> Trained:
    from generator.content import Located
    from generator.models.loading import load
    from generator.networks import known
    from generator.sources import resolve

    found = known(lambda source, folder: Located(resolve(source, folder), ""), Path())
    return load(found["efficientnet-lite0"])


def explain(path: Path) -> tuple[int, float, float, int]:
    """Return this process, its seconds for both techniques, its CPU seconds so far, its bytes."""
    from generator import imaging
    from generator.samples import Sample
    from generator.techniques import cam, grad_cam

    started = time.perf_counter()
    decoded = imaging.decode(path.read_bytes(), name=path.name)
    sample = Sample(decoded.image)
    for technique in (cam, grad_cam):
        result = technique.TECHNIQUE.run(sample, technique.TECHNIQUE.params(), network())
        if not all(np.isfinite(panel.array).all() for panel in result.panels):
            raise SystemExit(f"{path.name}: not finite")
    return os.getpid(), time.perf_counter() - started, time.process_time(), memory()


def memory() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def measured(paths: list[Path]) -> tuple[float, float]:
    """Return the seconds by the clock, and the memory at the end as a multiple of that early on."""
    from generator.execute import run_all
    from generator.worker import Failure

    held: dict[int, int] = {}
    cpu: dict[int, float] = {}
    first: dict[int, float] = {}
    early: dict[int, int] = {}
    spent: list[float] = []
    done: Counter[int] = Counter()
    started = time.perf_counter()
    for _, found in run_all(paths, explain, (), jobs=2):
        if isinstance(found, Failure):
            raise SystemExit(str(found))
        process, seconds, cpu[process], held[process] = found
        if process in first:
            spent.append(seconds)
        first.setdefault(process, seconds)
        done[process] += 1
        if done[process] <= EARLY:
            early[process] = held[process]
    clock = time.perf_counter() - started
    before, after = sum(early.values()), sum(held.values())
    print(
        f"{clock:.1f} s, CPU {sum(cpu.values()):.1f} s for {len(paths)} photographs in "
        f"{len(held)} processes; the first took {max(first.values()):.1f} s, the others "
        f"{np.median(spent):.2f} s each; memory of all {before / 1e6:.0f} MB after {EARLY} "
        f"each, {after / 1e6:.0f} MB at the end"
    )
    return clock, after / before


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="number of photographs")
    parser.add_argument("--rounds", type=int, default=3, help="how often it is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = make_photographs(Path(folder), options.count)
        rounds = [measured(paths) for _ in range(options.rounds)]
    clock, growth = (min(values) for values in zip(*rounds, strict=True))
    kept = clock <= LIMIT and growth <= GROWTH
    print(
        f"{clock:.1f} s, limit {LIMIT} s; memory grew by {100 * (growth - 1):.1f} %, limit "
        f"{100 * (GROWTH - 1):.0f} %: {'kept' if kept else 'BROKEN'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
