"""Time Mumford-Shah against plain conjugate gradients.

Run it with

    python benchmarks/mumford_shah.py

One colour photograph of 640x480, the same energy, discretisation and number of alternations on
all sides; medians of several runs, sides taken in turn. The sides:

(a) ours: both systems to a relative residual of 1e-3 in every channel;
(b) scipy.sparse.linalg.cg without a preconditioner to the same residual, on numpy operators in
    double precision, written as D and -Dᵀ: what one would write first, and the blog's program did;
(c) ten steps of the same a system and channel, whatever the residual then is: the blog's program;
(d) as (b), but in single precision on stencils tuned for few passes over memory;
(e) as (c), tuned like (d);
(f) as (a), red pixels eliminated, but without multigrid.

Then memory, each in a process of its own, and time against the number of pixels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generator.science import multigrid
from generator.science.mumford_shah import mumford_shah

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Picture = NDArray[np.float32]

ALPHA, BETA, EPSILON, TOLERANCE = 1000.0, 0.01, 0.01, 1e-3


def photograph(height: int, width: int) -> Picture:
    """Return scikit-image's astronaut, mirrored until it fills (height, width, 3), in [0, 1]."""
    from skimage import data, transform

    tile = data.astronaut()
    if max(height, width) <= 640:
        return np.asarray(transform.resize(tile, (height, width), anti_aliasing=True), np.float32)
    pads = [(0, max(0, side - 512)) for side in (height, width)]
    large = np.pad(tile, [*pads, (0, 0)], "symmetric")[:height, :width]
    return large.astype(np.float32) / np.float32(255)


def numpy_operator(mass: Any, right: Any, down: Any) -> Callable[[Any], Any]:
    """Return u ↦ mass·u - div(weight grad u) on (H, W) arrays in plain numpy."""

    def apply(u: Any) -> Any:
        out = mass * u
        across = right * (u[:, :-1] - u[:, 1:])
        out[:, :-1] += across
        out[:, 1:] -= across
        along = down * (u[:-1] - u[1:])
        out[:-1] += along
        out[1:] -= along
        return out

    return apply


def scipy_cg(apply: Any, b: Any, start: Any, steps: int | None) -> Any:
    """Solve by scipy to TOLERANCE, or take `steps` steps."""
    from scipy.sparse.linalg import LinearOperator, cg

    operator = LinearOperator(
        (b.size, b.size), matvec=lambda u: apply(u.reshape(b.shape)).ravel(), dtype=b.dtype
    )
    rtol = TOLERANCE if steps is None else 0.0
    u, _ = cg(operator, b.ravel(), start.ravel(), rtol=rtol, maxiter=steps or 10_000)
    return u.reshape(b.shape)


def differences(u: Any) -> tuple[Any, Any]:
    """Return the forward differences of u along columns and rows, 0 at the border."""
    across, along = np.zeros_like(u), np.zeros_like(u)
    across[:, :-1] = u[:, 1:] - u[:, :-1]
    along[:-1] = u[1:] - u[:-1]
    return across, along


def divergence(across: Any, along: Any) -> Any:
    """Return minus the adjoint of `differences`."""
    out = across + along
    out[:, 1:] -= across[:, :-1]
    out[1:] -= along[:-1]
    return out


def first_written(image: Picture, alternations: int, steps: int | None) -> Any:
    """Run the alternation as one would write it first: scipy, double precision, D and -Dᵀ."""
    g = [image[..., c].astype(np.float64) for c in range(3)]
    f, v = [plane.copy() for plane in g], np.ones_like(g[0])
    calm, bend = BETA / 4 / EPSILON, BETA * EPSILON
    for _ in range(alternations):
        mass = calm + ALPHA * sum(sum(d * d for d in differences(plane)) for plane in f)

        def edges(u: Any, mass: Any = mass) -> Any:
            return mass * u - bend * divergence(*differences(u))

        v = scipy_cg(edges, np.full_like(v, calm), v, steps)
        square = v * v

        def smooth(u: Any, square: Any = square) -> Any:
            across, along = differences(u)
            return u - 2 * ALPHA * divergence(square * across, square * along)

        f = [scipy_cg(smooth, b, start, steps) for b, start in zip(g, f, strict=True)]
    return np.stack(f, -1), v


def numpy_cg(apply: Any, b: Any, start: Any, steps: int) -> Any:
    """Take `steps` textbook steps in numpy."""
    u = start.copy()
    r = b - apply(u)
    p = r.copy()
    square = float(np.vdot(r, r))
    for _ in range(steps):
        if square == 0:
            break
        q = apply(p)
        step = square / float(np.vdot(p, q))
        u += np.float32(step) * p
        r -= np.float32(step) * q
        square, before = float(np.vdot(r, r)), square
        p = r + np.float32(square / before) * p
    return u


def alternate(image: Picture, alternations: int, solve: Callable[[Any, Any, Any], Any]) -> Any:
    """Run the alternation in numpy with `solve(apply, b, start)`, channel by channel."""
    g = [np.ascontiguousarray(image[..., c]) for c in range(3)]
    f, v = [plane.copy() for plane in g], np.ones_like(g[0])
    calm, bend = np.float32(BETA / 4 / EPSILON), np.float32(BETA * EPSILON)
    for _ in range(alternations):
        mass = np.zeros_like(v)
        for plane in f:
            across, along = np.diff(plane, axis=1) ** 2, np.diff(plane, axis=0) ** 2
            mass[:, :-1] += across
            mass[:, 1:] += across
            mass[:-1] += along
            mass[1:] += along
        mass = np.float32(ALPHA / 2) * mass + calm
        v = solve(numpy_operator(mass, bend, bend), np.full_like(v, calm), v)
        square = np.float32(ALPHA) * v**2
        right, down = square[:, :-1] + square[:, 1:], square[:-1] + square[1:]
        apply = numpy_operator(np.float32(1), right, down)
        f = [solve(apply, b, start) for b, start in zip(g, f, strict=True)]
    return np.stack(f, -1), v


def plain(levels: Any, r: Any) -> Any:
    """Stand in for the V-cycle: z = r."""
    level = levels[0]
    level.correction[:] = r
    level.dots[:] = np.einsum("cyx,cyx->c", r, r, dtype=np.float64)
    return level.correction, level.dots


def ours(image: Picture, alternations: int) -> Any:
    """Side (a)."""
    return mumford_shah(
        image,
        alpha=ALPHA,
        beta=BETA,
        epsilon=EPSILON,
        alternations=alternations,
        tolerance=TOLERANCE,
    )


def ours_plain(image: Picture, alternations: int) -> Any:
    """Side (f)."""
    with mock.patch.object(multigrid, "cycle", plain):
        return ours(image, alternations)


def seconds(call: Callable[[], Any]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(runs: int) -> None:
    """Print the sides for one and three alternations."""
    image = photograph(480, 640)
    for alternations in (1, 3):
        sides = {
            "(a) ours, converged": lambda n=alternations: ours(image, n),
            "(b) scipy cg, converged": lambda n=alternations: first_written(image, n, None),
            "(c) scipy cg, ten steps": lambda n=alternations: first_written(image, n, 10),
            "(d) tuned cg, converged": lambda n=alternations: alternate(
                image, n, lambda a, b, s: scipy_cg(a, b, s, None)
            ),
            "(e) tuned cg, ten steps": lambda n=alternations: alternate(
                image, n, lambda a, b, s: numpy_cg(a, b, s, 10)
            ),
            "(f) ours without multigrid": lambda n=alternations: ours_plain(image, n),
        }
        times: dict[str, list[float]] = {name: [] for name in sides}
        sides["(a) ours, converged"]()
        for run in range(runs):
            for name, call in sides.items():
                if name[1] not in "bdf" or run == 0:  # the slow ones once
                    times[name].append(seconds(call))
        base = median(times["(a) ours, converged"])
        print(f"640x480 colour, alternations: {alternations}")
        for name, each in times.items():
            middle = median(each)
            print(f"  {name:28} {middle:8.3f} s   {middle / base:6.2f} x ours   ({len(each)} runs)")


def memory() -> None:
    """Print peak memory of a process that imports, and of one that also computes."""
    here = str(Path(__file__).resolve())
    for name in ("numpy", "import", "compute"):
        out = subprocess.run(
            [sys.executable, here, "--peak", name], capture_output=True, text=True, check=True
        )
        print(f"  peak of a process, {name:8} {int(out.stdout) / 1024:6.0f} MB")


def peak(what: str) -> None:
    """Do `what`, then print this process's peak in kilobytes."""
    if what == "compute":
        ours(np.random.default_rng(0).random((480, 640, 3), dtype=np.float32), 3)
    # VmHWM: the peak that getrusage tells begins with that of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def scaling(runs: int) -> None:
    """Print seconds for each megapixel of mirrored photograph."""
    for height, width in ((480, 640), (960, 1280), (1936, 2592)):
        image = photograph(height, width)
        middle = median(seconds(lambda: ours(image, 1)) for _ in range(runs))
        million = height * width / 1e6
        print(
            f"  {million:4.1f} megapixels {middle:7.3f} s   {middle / million:6.3f} s a megapixel"
        )


def main() -> None:
    """Parse the command line and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peak", choices=("numpy", "import", "compute"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        peak(options.peak)
        return
    compare(options.runs)
    memory()
    scaling(options.runs)


if __name__ == "__main__":
    main()
