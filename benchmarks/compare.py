"""How long two builds of 200 items take to compare: nothing changed, and ten of them changed.

    python benchmarks/compare.py

200 small pictures (cut out of photographs that scikit-image ships), each with the original,
saliency and Mumford-Shah, are built twice: the second time ten of the pictures are others. Each
comparison is run as a whole process, and the median is printed, with the seconds that processors
worked (which do not depend on what else the machine does) and with how much was written.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import PIL.Image
from nothing_to_do import project

ITEMS, CHANGED, ROUNDS = 200, 10, 5


def salon(*words: str, folder: Path) -> str:
    """Run a command of Salon and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "generator.cli", *words],
        capture_output=True, text=True, check=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    return done.stdout


def timed(base: str, head: str, folder: Path) -> None:
    """Time the comparison of two sites as a whole process."""
    seconds, worked, said = [], [], ""
    for _ in range(ROUNDS):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        said = salon("compare", base, head, folder=folder)
        seconds.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    files = [path for path in (folder / "compare").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"  {said.splitlines()[0]}\n  median {statistics.median(seconds):.2f} s of {ROUNDS} "
        f"(from {min(seconds):.2f} to {max(seconds):.2f}), {statistics.median(worked):.2f} s of "
        f"work; {len(files)} files, {size:.1f} MB"
    )


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {ITEMS} items")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = project(folder, ITEMS)
        salon("build", "-o", "base", folder=folder)
        for place in range(CHANGED):
            path = manifest.parent / f"{place}.png"
            PIL.Image.open(path).rotate(180).save(path)
        salon("build", "-o", "head", folder=folder)
        size = (folder / "base" / "report.json").stat().st_size / 1e6
        print(f"  a report of {size:.1f} MB")
        timed("base", "base", folder)
        timed("base", "head", folder)


if __name__ == "__main__":
    main()
