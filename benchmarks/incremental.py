"""Time and memory of occlusion maps whose windows share what they have in common.

Run in the repository, with the project's Python::

    python benchmarks/incremental.py

PilotNet with random weights on 66 x 200 and windows of 15 and 50 pixels, two apart: once the 6,600
that begin inside the picture, once all of an occlusion map of ours, which begin outside it. Then
the two ImageNet networks with the windows of the gallery. "passes" are the same windows through the
same compiled network, batch by batch, "loop" is that network called as often with one batch that is
ready, so without the windows; each with the faster of two sizes of a batch. All run in one process
and take turns; the minimum of the rounds counts, by the clock. What is compiled is not timed.

PilotNet's maps must be at least 3 times as fast as both, and those of the others 1.2 times. What a
window changes must agree within 1e-4 of the largest change. A process that does nothing else than
PilotNet's map stays below 1 GB, however many windows there are.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from occlusion_sides import peak, photograph, pilotnet

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Grids = list[NDArray[np.int64]]

AGREEMENT, MEMORY = 1e-4, 1e9


@dataclass(frozen=True)
class Case:
    """A network, its windows, and how much faster than whole passes they must be."""

    network: str
    sizes: tuple[int, ...]
    stride: int
    faster: float
    inside: bool = False

    def grids(self, shape: tuple[int, int]) -> Grids:
        """Return the windows of each size, (N, 4)."""
        from generator.science.occlusion import windows

        if not self.inside:
            return [windows(shape, size, self.stride) for size in self.sizes]
        return [_begun_inside(shape, size, self.stride) for size in self.sizes]


CASES = (
    Case("pilotnet", (15, 50), 2, 3.0, inside=True),
    Case("pilotnet", (15, 50), 2, 3.0),
    Case("efficientnet-lite0", (32, 64), 16, 1.2),
    Case("squeezenet", (32, 64), 16, 1.2),
)


def _begun_inside(shape: tuple[int, int], size: int, stride: int) -> NDArray[np.int64]:
    starts = [np.arange(0, length, stride, dtype=np.int64) for length in shape]
    corners = np.stack(np.meshgrid(*starts, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.hstack([corners, np.minimum(corners + size, shape)])


def _network(name: str) -> Any:
    from generator.models import zoo
    from generator.models.network import Network

    return Network(pilotnet() if name == "pilotnet" else zoo.load(name))


def _sides(network: Any, case: Case) -> dict[str, Callable[[], Any]]:
    """Return each side as a function to what each window of each size changes, or to nothing."""
    from generator.science.covering import values_of_boxes

    grids = case.grids(network.size)
    picture = photograph(network.size)
    filling = np.zeros_like(picture)

    def changes(windowed: Any, batch: int) -> NDArray[np.float64]:
        values = values_of_boxes(network.scores, windowed, picture, filling, grids, batch=batch)
        return np.concatenate([one[1:] - one[0] for one in values])

    def loop(batch: int) -> None:
        pictures = np.repeat(picture[None], batch, axis=0)
        for _ in range(-(-sum(map(len, grids)) // batch)):
            network.scores(pictures)

    sides: dict[str, Callable[[], Any]] = {"ours": partial(changes, network.window_scores, 1)}
    for batch in (32, network.batch) if network.batch > 32 else (4, network.batch):
        sides[f"passes, batch {batch}"] = partial(changes, None, batch)
        sides[f"loop, batch {batch}"] = partial(loop, batch)
    return sides


def compare(case: Case, rounds: int) -> bool:
    network = _network(case.network)
    sides = _sides(network, case)
    count = sum(map(len, case.grids(network.size)))
    print(f"{case.network}, {count} windows of {' and '.join(map(str, case.sizes))} pixels:")
    found = {name: side() for name, side in sides.items()}  # compiles too
    spent = dict.fromkeys(sides, np.inf)
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            spent[name] = min(spent[name], time.perf_counter() - start)
    for name, seconds in spent.items():
        print(f"  {name:18} {seconds:7.3f} s, {1e3 * seconds / count:.3f} ms a window")
    kept = [_faster(case, spent, kind) for kind in ("passes", "loop")]
    passes = next(found[name] for name in sides if name.startswith("passes"))
    gap = float(np.abs(found["ours"] - passes).max() / np.abs(passes).max())
    print(f"  changes differ by {gap:.1e} of the largest: {_word(gap <= AGREEMENT)}")
    return all(kept) and gap <= AGREEMENT


def _faster(case: Case, spent: dict[str, float], kind: str) -> bool:
    best = min(seconds for name, seconds in spent.items() if name.startswith(kind))
    ratio = best / spent["ours"]
    kept = ratio >= case.faster
    print(f"  {kind} / ours: {ratio:.2f}, at least {case.faster}: {_word(kept)}")
    return kept


def _word(kept: bool) -> str:  # noqa: FBT001 - a word for a fact
    return "kept" if kept else "BROKEN"


def memory(strides: Sequence[int]) -> bool:
    """Print the largest memory of a process of its own for each stride; say if it is kept."""
    kept = []
    for stride in strides:
        command = [sys.executable, __file__, "--memory", str(stride)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        count, most = json.loads(told.strip().splitlines()[-1])
        kept.append(most <= MEMORY)
        print(f"  memory for {count} windows: {most / 1e6:.0f} MB at most: {_word(kept[-1])}")
    return all(kept)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs")
    parser.add_argument("--only", choices=sorted({case.network for case in CASES}))
    parser.add_argument("--memory", type=int, metavar="STRIDE", help="only PilotNet, only ours")
    options = parser.parse_args()
    if options.memory:
        case = Case("pilotnet", (15, 50), options.memory, 0.0)
        changes = _sides(_network(case.network), case)["ours"]()
        print(json.dumps((len(changes), peak())))
        return 0
    cases = [case for case in CASES if options.only in {None, case.network}]
    kept = [compare(case, options.rounds) for case in cases]
    print("pilotnet, in a process of its own:")
    return 0 if memory((8, 2, 1)) and all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
