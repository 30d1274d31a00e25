"""Sample values of the pages about videos: ordinary, hostile, one frame, failed, forty films.

Each sample film says in its pixels which frame is shown: eight upright bars are its bits, the
lowest first, bright for 1. The dark of the bars has a colour of its own in each film.
"""

from __future__ import annotations

import functools
import math
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generator import charts, film_parts, parts
from generator.film_views import VideoPage
from generator.technique import Legend, Role

if TYPE_CHECKING:
    from generator.views import Site

SCRIPT = "<script>alert('x')</script>\" onload='x' & <b>"
WIDTH, HEIGHT, RATE = 256, 112, 25.0
SHORT, LONG, ONE = 60, 250, 1
DARK = {"plain": (20, 20, 20), "red": (90, 0, 20), "green": (0, 80, 30), "blue": (20, 20, 110)}


@functools.cache
def encoded(dark: tuple[int, int, int], frames: int) -> bytes:
    """Return an H.264 film of ``frames`` frames, with frames that lean on later ones."""
    import imageio_ffmpeg

    made = np.empty((frames, HEIGHT, WIDTH, 3), np.uint8)
    bar = WIDTH // 8
    for frame in range(frames):
        for bit in range(8):
            shade = (235, 235, 235) if frame >> bit & 1 else dark
            made[frame, :, bit * bar : (bit + 1) * bar] = shade
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "rawvideo",
            "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", f"{RATE:g}", "-i", "-",
            "-c:v", "libx264", "-bf", "3", "-threads", "1", "-pix_fmt", "yuv420p",
            "-movflags", "+faststart", str(path),
        ]  # fmt: skip
        subprocess.run(command, input=made.tobytes(), check=True)
        return path.read_bytes()


def files() -> dict[str, bytes]:
    """Return every sample film by its name."""
    found = {f"{name}.mp4": encoded(dark, SHORT) for name, dark in DARK.items()}
    return found | {"long.mp4": encoded(DARK["red"], LONG), "one.mp4": encoded(DARK["plain"], ONE)}


@dataclass(frozen=True)
class Kit:
    """What the sample pages of every type share: the site, and parts that all can hold."""

    site: Site
    variant: parts.Variant
    poster: parts.Image
    bars: tuple[parts.ColourBar, parts.ColourBar]
    failure: parts.Failure


def film(
    kit: Kit, identity: str, title: str, src: str, role: Role = Role.PICTURE
) -> film_parts.Film:
    """Return a film of the sample file ``src``; a map has its key to the colours."""
    frames = {"long": LONG, "one": ONE}.get(src, SHORT)
    bar = {Role.HEATMAP: kit.bars[0], Role.SIGNED_MAP: kit.bars[1]}.get(role)
    return film_parts.Film(
        id=identity, role=role.value, title=title, caption=f"What {title} shows.",
        finding="Strongest at the left edge of the road in 41 of 60 frames.",
        src=f"../assets/{src}.mp4", poster=kit.poster, width=WIDTH, height=HEIGHT, frames=frames,
        rate=RATE, bar=bar and replace(bar, id=f"{identity}-bar"),
        label="angle −3.2°" if bar else "",
        steadiness="From frame to frame 86 % of it stays." if bar else "",
    )  # fmt: skip


def timeline(identity: str, title: str, frames: int, first: int = 0) -> film_parts.Timeline:
    """Return two angles of each frame from ``first``: what a network says, and the truth."""
    angles = [(12 * math.sin(n / 9), 11 * math.sin(n / 9 + 0.2)) for n in range(frames)]
    rows = [(float(n), *pair) for n, pair in enumerate(angles)]
    legend = Legend(title, "", x="frame", y="angle (°)", series=("angle", "true"))
    said = tuple(
        ("–",) * first + tuple(f"{value:.1f}".replace("-", "−") for value in line[first:])
        for line in zip(*angles, strict=True)
    )
    return film_parts.Timeline(title, charts.line_chart(identity, rows[first:], legend), said, "°")


def run(
    kit: Kit, identity: str, title: str, films: tuple[film_parts.Film, ...], frames: int = SHORT
) -> film_parts.FilmRun:
    """Return a variant with these films, a timeline, scores and tables."""
    tables = tuple(
        replace(table, id=f"{identity}-table-{place}")
        for place, table in enumerate(kit.variant.tables)
    )
    return film_parts.FilmRun(
        id=identity, title=title, films=films,
        timelines=(timeline(f"{identity}-time", "Angle of the wheel", frames),),
        scores=kit.variant.scores, params=kit.variant.params, notes=kit.variant.notes,
        key=kit.variant.key, tables=tables,
    )  # fmt: skip


def section(
    identity: str, title: str, runs: tuple[film_parts.FilmRun, ...]
) -> film_parts.FilmSection:
    return film_parts.FilmSection(
        identity, title, "Inside networks", "Where the network looks.",
        "../techniques/sample.html", runs,
    )  # fmt: skip


def video(kit: Kit, identity: str, title: str = "Drive") -> VideoPage:
    """Return an ordinary page: two techniques, three variants, five films, two curves."""
    first = run(kit, "look-a", "Front", (
        film(kit, "look-a-map", "Where it looks", "red", Role.HEATMAP),
        film(kit, "look-a-sign", "Left or right", "green", Role.SIGNED_MAP),
    ))  # fmt: skip
    second = run(
        kit, "look-b", "Back", (film(kit, "look-b-map", "Where it looks", "blue", Role.HEATMAP),)
    )
    third = run(kit, "wheel-run", "", (film(kit, "wheel", "The wheel", "green"),))
    return VideoPage(
        site=kit.site, id=identity, title=title, description="A drive on a road.",
        alt="A road that bends to the left.", original=film(kit, "original", "Original", "plain"),
        failure=None, credit=parts.Credit("A driver", "CC BY 2.0", "sample:drive"),
        tags=("road", "out & about | <i>"), notes=("Every second frame was left out.",),
        sections=(section("look", "Attention", (first, second)), section("turn", "Steering", (third,))),
        shown=("original", "look-a-map", "wheel"), timeline=third.timelines[0],
        previous=parts.Link("film-one.html", SCRIPT), following=parts.Link("film-many.html", "Many"),
    )  # fmt: skip


def pages(kit: Kit) -> dict[str, VideoPage]:
    """Return every sample page of a video by its path."""
    plain = video(kit, "film-plain")
    long = ("An exceedingly long title that goes on " * 13)[:500]
    many = tuple(film(kit, f"many-{n}", f"Film {n}", "red", Role.HEATMAP) for n in range(40))
    broken = replace(
        run(kit, "broken-run", "Broken", ()),
        timelines=(),
        scores=(),
        tables=(),
        failure=kit.failure,
    )
    single = film(kit, "original", "Original", "one")
    alone = timeline("lonely-time", "Angle of the wheel", ONE)
    wide = film(kit, "original", "Original", "long")
    hostile = replace(
        film(kit, "hostile", SCRIPT, "red", Role.HEATMAP),
        caption=SCRIPT,
        finding=SCRIPT,
        label=SCRIPT,
    )
    worst = replace(run(kit, "hostile-run", SCRIPT, (hostile,)), notes=(SCRIPT,))
    endless = (film(kit, "endless", long, "blue", Role.SIGNED_MAP),)
    made = {
        "plain": plain,
        "long": replace(plain, title=long, sections=(section("look", long, (run(kit, "r", long, endless),)),), shown=("endless", "original")),
        "hostile": replace(plain, title=SCRIPT, description=SCRIPT, alt=SCRIPT, tags=(SCRIPT,), notes=(SCRIPT,), sections=(section("look", SCRIPT, (worst,)),), shown=("hostile",)),
        "none": replace(plain, sections=(), shown=(), timeline=None, tags=(), notes=(), description=""),
        "one": replace(plain, original=single, sections=(), shown=("original", "gone"), timeline=alone),
        "minutes": replace(plain, original=wide, sections=(), shown=("original",), timeline=timeline("minutes-time", "Angle", LONG)),
        "failed": replace(plain, original=None, failure=kit.failure, sections=(), shown=(), timeline=None),
        "half": replace(plain, sections=(section("look", "Attention", (plain.sections[0].runs[0], broken)),)),
        "late": replace(plain, sections=(replace(plain.sections[0], href="", runs=plain.sections[0].runs[1:]),), timeline=timeline("late-time", "Angle", SHORT, 20)),
        "orphan": replace(plain, original=None, failure=kit.failure, shown=("original",)),
        "many": replace(plain, sections=(section("look", "Attention", (run(kit, "many", "Many", many),)),), timeline=None),
    }  # fmt: skip
    return {
        f"items/film-{name}.html": replace(page, id=f"film-{name}") for name, page in made.items()
    }
