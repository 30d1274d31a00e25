"""Seconds and memory of visual vocabularies, each beside its limit.

    python benchmarks/vocabularies.py

Pictures are cut out of photographs that scikit-image ships. Where two sides are compared they take
turns, and the least time of each turn counts, as other work on the machine only adds to it. The
exit code is 1 if a limit is missed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generator.science.clustering import cluster
from generator.science.describing import Descriptor, Where
from generator.science.descriptors import describe, describe_all
from generator.science.encoders import FisherVectors
from generator.science.fisher import fisher_sums
from generator.science.mixture import Mixture, fit_mixture
from generator.science.projection import principal
from generator.science.sampling import sample_descriptors

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("astronaut", "coffee", "chelsea", "rocket", "camera", "brick", "grass", "gravel", "coins")
PICTURES = 1000
SIDE = 160
BLOCK = 100
"""Pictures a turn."""

FASTER_THAN_SKIMAGE = 3.0
FASTER_WITH_TWO = 1.7
WORDS_SECONDS = 20.0
MIXTURE_SECONDS = 60.0
TELLING = 1.5
"""Times that two threads must be faster at work which shares nothing, or nothing can be told."""

EQUAL = 1e-4
MEMORY = 1.1
ROUNDS = 3


def photographs() -> list[Any]:
    """Return nine photographs, (H, W, 3) or (H, W) uint8."""
    import skimage.data

    return [getattr(skimage.data, name)() for name in NAMES]


def cut(photos: list[Any], number: int) -> Any:
    """Return the picture of a number: another place of one of the photographs for each."""
    photo = photos[number % len(photos)]
    rng = np.random.default_rng(number)
    top, left = (int(rng.integers(size - SIDE + 1)) for size in photo.shape[:2])
    return np.ascontiguousarray(photo[top : top + SIDE, left : left + SIDE])


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def rested(work: Callable[[], object]) -> float:
    """Time work once other threads of BLAS, which wait busily for more, have gone to sleep."""
    time.sleep(0.1)
    return min(timed(work) for _ in range(3))


def said(what: str, value: float, limit: float, *, least: bool = False, unit: str = "") -> bool:
    """Print a number beside its limit, and return whether it keeps it."""
    kept = value >= limit if least else value <= limit
    sign = "at least" if least else "at most"
    print(f"{'ok  ' if kept else 'MISS'} {what}: {value:.3g}{unit} ({sign} {limit:g}{unit})")
    return kept


def descriptors(photos: list[Any], count: int) -> Any:
    """Return `count` RootSIFT descriptors, (count, 128), in an order drawn at random."""
    dense = partial(describe, where=Where.DENSE, descriptor=Descriptor.ROOTSIFT, step=5)
    found = np.concatenate([dense(photo).descriptors for photo in photos])
    return found[np.random.default_rng(0).permutation(len(found))[:count]]


def learning(values: Any) -> tuple[bool, Any, Mixture]:
    """Time k-means and EM; return the components and the mixture too."""
    start = time.perf_counter()
    cluster(values, 80, seed=0)
    words = time.perf_counter() - start
    some = values[:100_000]
    points = principal(some, 64, with_positions=False).project(some, np.zeros((len(some), 2)))
    start = time.perf_counter()
    mixture = fit_mixture(points, 64, seed=0)
    gaussians = time.perf_counter() - start
    kept = said(f"80 words of {len(values)} descriptors", words, WORDS_SECONDS, unit=" s")
    what = f"64 Gaussians of {len(points)} x {points.shape[1]}"
    return said(what, gaussians, MIXTURE_SECONDS, unit=" s") and kept, points, mixture


def beside_skimage(points: Any, mixture: Mixture) -> bool:
    """Time the encoding of 20,000 descriptors on both sides, and compare what they find."""
    from skimage.feature import fisher_vector
    from sklearn.mixture import GaussianMixture

    theirs = GaussianMixture(len(mixture.weights), covariance_type="diag")
    theirs.weights_, theirs.means_ = mixture.weights, mixture.means
    theirs.covariances_ = mixture.variances
    theirs.precisions_cholesky_ = 1 / np.sqrt(mixture.variances)
    sides = partial(fisher_vector, points, theirs), partial(fisher_sums, points, mixture)
    turns = [[rested(side) for side in sides] for _ in range(ROUNDS * 5)]
    slow, fast = np.min(turns, axis=0)
    print(f"     skimage {1000 * slow:.0f} ms, ours {1000 * fast:.0f} ms")
    ours, other = fisher_sums(points, mixture), fisher_vector(points, theirs)
    other[len(mixture.weights) + mixture.means.size :] *= -1  # its sign there is the opposite
    apart = np.abs(ours - other).max() / np.abs(other).max()
    equal = said("largest difference from skimage, of the largest entry", apart, EQUAL)
    ratio = slow / fast
    return said("times faster than skimage", ratio, FASTER_THAN_SKIMAGE, least=True) and equal


def two_threads(photos: list[Any], where: Where) -> bool:
    """Describe all pictures with one thread and with two, in turns of a block.

    Beside them runs work that shares nothing, so that a busy machine is not taken for a slow
    library: what counts is the gain on a machine of which two cores are free.
    """
    describing = partial(describe, where=where, descriptor=Descriptor.ROOTSIFT)

    def block(first: int, threads: int) -> None:
        def read(i: int) -> Any:
            return cut(photos, first + i)

        for _ in describe_all(read, BLOCK, describing, threads=threads):
            pass

    least = np.full((PICTURES // BLOCK, 4), np.inf)
    for number in range(PICTURES // BLOCK):
        for _ in range(ROUNDS):
            for threads in (1, 2):
                took = timed(partial(block, number * BLOCK, threads)), timed(partial(busy, threads))
                here = least[number, threads - 1 :: 2]
                np.minimum(here, took, out=here)
    one, two, busy_one, busy_two = least.sum(axis=0)
    gain, machine = one / two, busy_one / busy_two
    print(
        f"     {where.value}: {one:.1f} s with one thread, {two:.1f} s with two: {gain:.2f} times"
    )
    print(f"     faster, while the machine let two threads be {machine:.2f} times faster at most")
    if machine < TELLING:
        print("MISS two threads cannot be told from one: the machine is too busy, try again later")
        return False
    what = f"times faster with two threads on a free machine, {PICTURES} pictures, {where.value}"
    return said(what, gain * 2 / max(machine, gain), FASTER_WITH_TWO, least=True)


def busy(threads: int) -> None:
    """Do the same work with any number of threads, in a cache of its own each."""

    def work(_: int) -> None:
        values = np.ones(20_000, np.float32)
        for _ in range(3000):
            np.sqrt(values, out=values)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(8)))


def peak(count: int) -> float:
    """Return the peak memory in MB of encoding `count` pictures, in a process of its own."""
    command = [sys.executable, __file__, "--encode", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def encode(count: int) -> None:
    """Encode pictures and print the process's peak memory in MB."""
    import resource

    photos = photographs()
    dense = partial(describe, where=Where.DENSE, descriptor=Descriptor.ROOTSIFT)
    sample = sample_descriptors((dense(cut(photos, i)) for i in range(20)), 10_000, 0)
    encoder = FisherVectors.fit(sample, gaussians=64)
    for described in describe_all(partial(cut, photos), count, dense, threads=2):
        if described is not None:
            encoder.encode(described)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    photos = photographs()
    values = descriptors(photos, 200_000)
    learned, points, mixture = learning(values)
    kept = [learned, beside_skimage(points[:20_000], mixture)]
    few, many = peak(100), peak(PICTURES)
    print(f"     peak {few:.0f} MB for 100 pictures, {many:.0f} MB for {PICTURES}")
    kept.append(said("times the memory for ten times the pictures", many / few, MEMORY))
    kept += [two_threads(photos, where) for where in Where]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--encode"]:
        encode(int(sys.argv[2]))
    else:
        sys.exit(main())
