"""Seconds to draw a layer's filters, beside tf-keras-vis on the same network.

Run in the repository, with the project's Python::

    python benchmarks/filters.py

64 filters are drawn at 128 x 128 pixels in 200 steps, by Salon with all its rules together, and by
tf-keras-vis with what it does unless told otherwise (jitter, rotation, total variation and norm).
tf-keras-vis comes from PyPI, into a virtual environment of its own in the user's cache folder; it
is lent this project's TensorFlow and network, cut off after the layer and rebuilt for the size.
It draws as many filters at a time as Salon does, in one call each. Both sides are fresh processes
with TensorFlow's default threads; what counts is the time from the network in memory to the
pictures, with all that is compiled on the way. The sides take turns, and the least of each counts.
Salon must need a third of the time of tf-keras-vis, and 60 seconds at most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import numpy as np

REQUIREMENTS = ("tf-keras-vis==0.8.7", "deprecated==1.3.1")
TIMES = 3.0
SECONDS = 60.0
TOGETHER = 16


def theirs_python() -> Path:
    """Return the Python that has tf-keras-vis, installed now if it was not yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "salon-benchmarks" / REQUIREMENTS[0].replace("==", "-")
    program = home / "bin" / "python"
    if not list(home.glob("lib/*/site-packages/tf_keras_vis")):
        venv.create(home, with_pip=True, clear=True)
        # What else it needs, this project's TensorFlow has brought.
        pip = [str(program), "-m", "pip", "install", "-qq", "--no-deps", *REQUIREMENTS]
        subprocess.run(pip, check=True, stdout=subprocess.DEVNULL)
    return program


def since(started: tuple[float, float]) -> tuple[float, float]:
    """Return the seconds since then, by the clock and of all cores."""
    return time.perf_counter() - started[0], time.process_time() - started[1]


def draw_ours(options: argparse.Namespace) -> tuple[float, float]:
    from generator.models import zoo
    from generator.models.ascent import Climb, Units, ascend
    from generator.models.network import Network
    from generator.science.presets import SETTINGS, Preset

    network = Network(zoo.load(options.network))
    units = Units.of(zoo.ZOO[options.network].preprocessing)
    climb = Climb((options.size,) * 2, options.steps)
    started = time.perf_counter(), time.process_time()
    found = ascend(
        network, options.layer, range(options.filters), SETTINGS[Preset.COMBINED], climb, units
    )
    seconds = since(started)
    if not (np.isfinite(found.pictures).all() and found.curve[-1].mean() > found.curve[0].mean()):
        raise SystemExit("Salon's pictures do not excite their filters")
    return seconds


def draw_theirs(options: argparse.Namespace) -> tuple[float, float]:
    import keras
    from tf_keras_vis.activation_maximization import (
        ActivationMaximization,
    )
    from tf_keras_vis.utils.model_modifiers import (
        ExtractIntermediateLayer,
        ReplaceToLinear,
    )
    from tf_keras_vis.utils.scores import CategoricalScore

    from generator.models import zoo

    whole = zoo.load(options.network)
    cut = keras.Model(whole.input, whole.get_layer(options.layer).output)
    shape = (options.size, options.size, 3)
    model = keras.models.clone_model(cut, input_tensors=keras.Input(shape))
    model.set_weights(cut.get_weights())
    preprocessing = zoo.ZOO[options.network].preprocessing
    low, high = preprocessing.apply(np.array([[[0] * 3, [255] * 3]], np.uint8))[0].mean(axis=1)
    started = time.perf_counter(), time.process_time()
    modifiers = [ExtractIntermediateLayer(options.layer), ReplaceToLinear()]
    maximisation = ActivationMaximization(model, model_modifier=modifiers, clone=True)
    for start in range(0, options.filters, TOGETHER):
        part = list(range(options.filters))[start : start + TOGETHER]
        noise = np.random.default_rng(start).uniform(low, high, (len(part), *shape))
        found = maximisation(
            CategoricalScore(part), seed_input=noise.astype(np.float32), steps=options.steps,
            input_range=(float(low), float(high)),
        )  # fmt: skip
        if not np.isfinite(np.asarray(found)).all():
            raise SystemExit("tf-keras-vis drew NaN or infinity")
    return since(started)


SIDES = {"Salon": draw_ours, "tf-keras-vis": draw_theirs}


def measured(python: Path, side: str, arguments: list[str]) -> tuple[float, float]:
    """Return the seconds, by the clock and of all cores, of ``side`` in a fresh process."""
    paths = (str(Path(__file__).parent.parent), sysconfig.get_path("purelib"))
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join(paths), "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
    }  # fmt: skip
    command = [str(python), __file__, "--side", side, *arguments]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr}")
    clock, cores = done.stdout.splitlines()[-1].split()
    return float(clock), float(cores)


def compare(options: argparse.Namespace, arguments: list[str]) -> bool:
    pythons = {"Salon": Path(sys.executable), "tf-keras-vis": theirs_python()}
    seconds: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
    for turn in range(options.rounds):
        for side, python in pythons.items():
            seconds[side].append(measured(python, side, arguments))
        said = ", ".join(
            f"{side} {taken[-1][0]:.1f} s ({taken[-1][1]:.1f} s CPU)"
            for side, taken in seconds.items()
        )
        print(f"round {turn + 1}: {said}", flush=True)
    ours, theirs = (min(clock for clock, _ in taken) for taken in seconds.values())
    print(
        f"{options.network} {options.layer}, {options.filters} filters of {options.size} x "
        f"{options.size}, {options.steps} steps; a filter: Salon {ours / options.filters:.3f} s, "
        f"tf-keras-vis {theirs / options.filters:.3f} s"
    )
    kept = theirs / ours >= TIMES and ours <= SECONDS
    print(
        f"{theirs / ours:.1f} times faster, limit {TIMES:.0f}; {ours:.0f} s, limit {SECONDS:.0f}: "
        f"{'kept' if kept else 'BROKEN'}"
    )
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--network", default="squeezenet", help="one of the zoo")
    parser.add_argument("--layer", default="fire4_expand3x3", help="whose filters are drawn")
    parser.add_argument("--filters", type=int, default=64, help="how many, from the first")
    parser.add_argument("--size", type=int, default=128, help="rows and columns, in pixels")
    parser.add_argument("--steps", type=int, default=200, help="steps of each picture")
    parser.add_argument("--rounds", type=int, default=2, help="how often each side runs")
    parser.add_argument("--side", choices=SIDES, help="draw with one side, and say how long")
    options = parser.parse_args()
    if options.side:
        print(*SIDES[options.side](options))
        return 0
    return 0 if compare(options, sys.argv[1:]) else 1


if __name__ == "__main__":
    sys.exit(main())
