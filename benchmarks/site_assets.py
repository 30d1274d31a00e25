"""CPU time of making a site's pictures, beside `sigal build` on the same photographs.

Run in the repository, with the project's Python::

    python benchmarks/site_assets.py

200 photographs of 1600 x 1200 are made in a temporary folder from those that scikit-image and
scikit-learn ship: each is enlarged by 1.0 to 1.6, and continued by its mirror image where it is
too small. sigal comes from PyPI, into a virtual environment of its own in the user's cache
folder; it runs with the settings that `sigal init` writes. Both sides are fresh processes, and
what counts is the user and system time of them and their children. The sides take turns, and the
median of the ratios counts. Salon must stay within 1.5 times sigal's CPU time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from environments import environment

SIGAL = "2.6.1"
LIMIT = 1.5
SHAPE = (1200, 1600)
PHOTOGRAPHS = (
    ("skimage", "data/astronaut.png"),
    ("skimage", "data/chelsea.png"),
    ("skimage", "data/coffee.png"),
    ("skimage", "data/rocket.jpg"),
    ("skimage", "data/hubble_deep_field.jpg"),
    ("skimage", "data/retina.jpg"),
    ("sklearn", "datasets/images/china.jpg"),
    ("sklearn", "datasets/images/flower.jpg"),
)


def shipped(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    return Path(spec.origin).parent


def make_photographs(folder: Path, count: int) -> None:
    from PIL import Image

    folder.mkdir(parents=True)
    paths = [shipped(package) / name for package, name in PHOTOGRAPHS]
    pictures = [Image.open(path).convert("RGB") for path in paths]
    for index in range(count):
        rng = np.random.default_rng(index)
        picture = pictures[index % len(pictures)]
        scale = rng.uniform(1.0, 1.6)
        size = (round(picture.width * scale), round(picture.height * scale))
        array = np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
        top, left = (int(rng.integers(0, length)) for length in array.shape[:2])
        rows, columns = SHAPE[0] + top, SHAPE[1] + left
        more = ((0, max(0, rows - array.shape[0])), (0, max(0, columns - array.shape[1])), (0, 0))
        crop = np.pad(array, more, mode="symmetric")[top:rows, left:columns]
        Image.fromarray(crop).save(folder / f"{index:03}.jpg", quality=90)


def sigal() -> Path:
    """Return the program sigal, installed now if it was not yet."""
    return environment(f"sigal-{SIGAL}", [f"sigal=={SIGAL}"]) / "sigal"


def cpu(
    command: list[str | Path], folder: Path, environment: dict[str, str] | None = None
) -> float:
    """Return the CPU seconds, user and system, of a command and of its children."""
    before = os.times()
    subprocess.run(
        command, check=True, cwd=folder, stdout=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def make_one(path: Path, out: Path) -> None:
    from generator.imaging import size
    from generator.present import encode_photo, renditions
    from generator.technique import Role

    data = path.read_bytes()
    made = renditions(Role.PICTURE, (*size(data, name=path.name), 3))
    for rendition, encoded in zip(made, encode_photo(data, made), strict=True):
        (out / f"{path.stem}{rendition.suffix}").write_bytes(encoded)


def make_ours(photographs: Path, out: Path) -> None:
    from generator.execute import run_all

    for _, failure in run_all(sorted(photographs.iterdir()), make_one, (out,), jobs=2):
        if failure is not None:
            raise SystemExit(str(failure))


def quality(photographs: Path, out: Path, count: int = 24) -> dict[str, float]:
    """Return the mean PSNR in dB of each kind of file against the picture it was made from."""
    from PIL import Image

    found: dict[str, list[float]] = {}
    for path in sorted(photographs.iterdir())[:count]:
        source = Image.open(path)
        for file in sorted(out.glob(f"{path.stem}-*")):
            shown = Image.open(file).convert("RGB")
            fair = np.asarray(source.resize(shown.size, Image.Resampling.LANCZOS), dtype=float)
            error = np.mean((np.asarray(shown, dtype=float) - fair) ** 2)
            kind = file.name.removeprefix(path.stem)
            found.setdefault(kind, []).append(10 * np.log10(255**2 / error))
    return {kind: statistics.fmean(values) for kind, values in found.items()}


def sizes(folder: Path, kinds: dict[str, str]) -> None:
    for kind, pattern in kinds.items():
        files = [path.stat().st_size for path in folder.rglob(pattern)]
        print(f"  {kind:12} {len(files):4} files, {statistics.fmean(files) / 1000:6.1f} kB each")


def compare(folder: Path, count: int, rounds: int) -> bool:
    album, out, built = folder / "pictures" / "album", folder / "ours", folder / "_build"
    make_photographs(album, count)
    program = sigal()
    subprocess.run([program, "init"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    out.mkdir()
    here = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    ratios = []
    for turn in range(rounds):
        theirs = cpu([program, "build", "-q", "--force"], folder)
        ours = cpu([sys.executable, __file__, "--make", album, out], folder, here)
        ratios.append(ours / theirs)
        print(
            f"round {turn + 1}: sigal {SIGAL} {theirs:.2f} s, Salon {ours:.2f} s CPU for {count} "
            f"photographs; ratio {ratios[-1]:.2f}"
        )
    print("sigal writes (800 x 600 at most, and a thumbnail of 280 x 210):")
    sizes(built, {"jpeg": "album/*.jpg", "thumbnail": "album/thumbnails/*.jpg"})
    print("Salon writes:")
    noise = quality(album, out)
    sizes(out, {kind: f"*{kind}" for kind in noise})
    print("PSNR (dB):", ", ".join(f"{kind} {value:.1f}" for kind, value in noise.items()))
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.2f}, limit {LIMIT}: {'kept' if ratio <= LIMIT else 'BROKEN'}")
    return ratio <= LIMIT


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200, help="number of photographs")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side runs")
    parser.add_argument("--make", nargs=2, type=Path, metavar=("FROM", "TO"), help="Salon's side")
    options = parser.parse_args()
    if options.make:
        make_ours(*options.make)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 0 if compare(Path(folder), options.count, options.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
