"""A comparison as a static site: an overview, and a page for each item that changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from generator import __version__, render
from generator.compare_item_pages import item_page, original
from generator.compare_overview import overview
from generator.compare_pages import compare_page, legend_of
from generator.compare_pictures import Drawing, Sides, drawings
from generator.compared import State
from generator.flip_pages import flip_drawings
from generator.language import english, say, speaking
from generator.replacing import check_replaceable
from generator.views import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.deltas import Delta
    from generator.flips import Flip
    from generator.two_builds import TwoBuilds

_AHEAD = 4
"""Pictures that are made for each thread while others are written: enough, and few in memory."""


def write(
    out: Path,
    two: TwoBuilds,
    templates: Sequence[Path],
    locks: Path,
    *,
    languages: Sequence[Path] = (),
    jobs: int = 1,
) -> None:
    """Write the comparison at ``out`` in the language of the head.

    What programs may read stays in English.

    Raises
    ------
    OutputError
        If the place cannot be written, or holds something that Salon did not write.

    """
    check_replaceable(out)
    plain = numbers(two)
    with speaking(two.head.report.language, languages):
        own = render.own_assets(templates)
        others = () if english() else _pages(two, own)
        paper = render.Paper(_pages(two, own), _files(two, jobs), own, plain, others)
        render.write_paper(out, paper, templates, locks)


def _pages(two: TwoBuilds, own: render.Assets) -> Iterator[tuple[str, render.Page]]:
    yield "index.html", compare_page(two, _site(two, own, "", "index"))
    for place, item in enumerate(two.touched):
        yield f"items/{item}.html", item_page(two, place, _site(two, own, "../", f"items/{item}"))


def _site(two: TwoBuilds, own: render.Assets, root: str, here: str) -> Site:
    report = two.head.report
    return Site(
        title=say("{title}: what changed", title=report.title),
        description=overview(two.compared, two.deltas, two.flips)[0],
        language=report.language,
        root=root,
        stylesheet=own.stylesheet,
        script=own.script,
        icon=own.icon,
        viewer_stylesheet=own.viewer_stylesheet,
        viewer_script=own.viewer_script,
        texts=own.texts,
        techniques=(),
        generator=f"Salon {__version__}",
        here=here,
    )


def _drawings(two: TwoBuilds) -> Iterator[Drawing]:
    for item in two.touched:
        drawing = original(two, item)
        if drawing:
            yield drawing
    for twin in two.compared.of(State.CHANGED):
        for pair in twin.pairs:
            yield from drawings(
                pair, twin, Sides(two.base, two.head, legend_of(two, twin, pair.name))
            )
        yield from flip_drawings(two, twin)


def _files(two: TwoBuilds, jobs: int) -> Iterator[tuple[str, bytes]]:
    """Yield every picture file once, a few made ahead of the one that is written."""
    once = list({drawing.names: drawing for drawing in _drawings(two)}.values())
    with ThreadPoolExecutor(jobs) as pool:
        for start in range(0, len(once), _AHEAD * jobs):
            some = once[start : start + _AHEAD * jobs]
            for drawing, made in zip(some, pool.map(lambda one: one.make(), some), strict=True):
                yield from zip(drawing.names, made or (), strict=bool(made))


def numbers(two: TwoBuilds) -> dict[str, Any]:
    """Return the comparison for programs."""
    compared = two.compared
    return {
        "salon": __version__,
        "title": two.head.report.title,
        "base": two.base.name,
        "head": two.head.name,
        "said": list(overview(compared, two.deltas, two.flips)),
        "results": {
            state.value: ["/".join(twin.place) for twin in compared.of(state)]
            for state in State
            if state is not State.SAME
        },
        "unchanged": len(compared.of(State.SAME)),
        "panels": {
            "/".join((*twin.place, pair.name)): {
                "similarity": pair.likeness.similarity if pair.likeness else None,
                "correlation": pair.likeness.correlation if pair.likeness else None,
            }
            for twin in compared.of(State.CHANGED)
            for pair in twin.pairs
        },
        "metrics": [_metric(row) for row in two.deltas],
        "flips": [_flip(flip) for flip in two.flips],
        "gate": [{"rule": v.rule.text, "kept": v.kept, "said": v.said} for v in two.verdicts],
    }


def _metric(row: Delta) -> dict[str, Any]:
    return {
        "technique": row.technique,
        "variant": row.variant,
        "item": row.item,
        "metric": row.metric,
        "base": row.base,
        "head": row.head,
        "difference": row.difference,
        "interval": row.interval,
        "count": row.count,
        "chance": row.chance.value,
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "place": f"{flip.item}/{flip.technique}/{flip.variant}",
        "picture": flip.name or f"number {flip.number}",
        "mended": flip.mended,
    }
