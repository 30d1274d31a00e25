"""How long a build takes that has nothing to do, and how fast pages are written.

    python benchmarks/nothing_to_do.py

A thousand results: 334 small pictures (cut out of photographs that scikit-image ships), each with
the original, saliency and Mumford-Shah. The project is built once, then again and again as a whole
process, and the median is printed with the peak memory and the heavy libraries that were loaded.
Then the same for the default gallery, if it was built; then 1,000 item pages from the store.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7
HEAVY = ("tensorflow", "cv2", "scipy", "sklearn", "matplotlib", "numba", "skimage", "numpy")
CODE = """
import sys, time
start = time.perf_counter()
from generator.cli import main
sys.argv = ["salon", "build", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
import resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
heavy = [name for name in HEAVY if name in sys.modules]
print(f"MEASURED {peak:.0f} {' '.join(heavy) or 'none'}")
""".replace("HEAVY", repr(HEAVY))


def project(folder: Path, items: int) -> Path:
    """Write a project of ``items`` small pictures."""
    import PIL.Image
    import skimage.data

    photos = [
        PIL.Image.fromarray(skimage.data.astronaut()),
        PIL.Image.fromarray(skimage.data.coffee()),
    ]
    content = folder / "content"
    content.mkdir(parents=True)
    lines = ["title: A thousand results", "techniques: {saliency: , mumford-shah: }", "items:"]
    for i in range(items):
        x, y = 7 * (i % 60), 5 * (i // 60 % 60)
        photos[i % 2].crop((x, y, x + 64, y + 48)).save(content / f"{i}.png")
        lines.append(
            f"- {{id: p{i}, source: {i}.png, title: Picture {i}, alt: A cut-out, "
            f"credit: NASA or Rachel Michetti, licence: CC0, tags: [t{i % 9}]}}"
        )
    manifest = content / "manifest.yaml"
    manifest.write_text("\n".join(lines), encoding="utf-8")
    return manifest


def again(manifest: Path) -> None:
    """Time builds of a project that is up to date, as whole processes."""
    seconds, said = [], ""
    for _ in range(ROUNDS):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", CODE, "--manifest", str(manifest)],
            capture_output=True, text=True, check=True, cwd=manifest.parent.parent,
        )  # fmt: skip
        seconds.append(time.perf_counter() - start)
        said = done.stdout
    last = [line for line in said.splitlines() if line][-2:]
    _, peak, *heavy = last[1].split()
    print(f"  {last[0].split(' in ')[0]}")
    print(
        f"  nothing to do: median {statistics.median(seconds):.2f} s of {ROUNDS} "
        f"(from {min(seconds):.2f} to {max(seconds):.2f}), peak {peak} MB, "
        f"heavy libraries loaded: {' '.join(heavy)}"
    )


def pages(manifest: Path) -> None:
    """Time composing and writing every page of a project, pictures apart."""
    from generator.build import kept_outcomes, plan_of
    from generator.findings import Findings
    from generator.likenesses import NOTHING
    from generator.memory import Memory
    from generator.project import Project, own_templates
    from generator.render import environment, own_assets
    from generator.site import _pages  # a write without its pictures
    from generator.stamp import look_of
    from generator.store import Store

    folder = manifest.parent.parent
    place = Project(manifest, folder / ".salon" / "store", folder / "site")
    with Store(place.store) as store, tempfile.TemporaryDirectory() as out:
        memory = Memory(store.index)
        catalog, plan = plan_of(place, memory)
        findings = Findings(plan, kept_outcomes(plan, store), catalog, look_of(memory))
        own = own_assets([own_templates()])
        template = environment([own_templates()]).get_template("pages/item.html")
        start = time.perf_counter()
        count = 0
        for path, page in _pages(findings, own, "", {}, None, NOTHING):
            if path.startswith("techniques/"):
                break
            if path.startswith("items/"):
                (Path(out) / path.replace("/", "-")).write_text(template.render(page=page))
                count += 1
        took = time.perf_counter() - start
        print(f"  {count} item pages in {took:.2f} s: {1000 * took / count:.2f} s for 1,000")


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        manifest = project(Path(folder), 334)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "generator.cli", "build", "-m", str(manifest)],
            check=True, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        print(f"1,002 results, first build {time.perf_counter() - start:.1f} s")
        again(manifest)
        pages(manifest)
    default = Path("content/manifest.yaml")
    if Path("site/salon.json").is_file():
        print("The default gallery")
        again(default.absolute())


if __name__ == "__main__":
    main()
