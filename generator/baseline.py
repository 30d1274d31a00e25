"""An accepted build: its report, and the findings that a later comparison will want to show."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import __version__
from generator.errors import ComparisonError
from generator.replacing import MARK, check_replaceable, replacing
from generator.report import REPORT, Report, Run, to_json
from generator.stills import seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.builds import Build


def accept(
    head: Build, before: Build | None, folder: Path, items: tuple[str, ...], locks: Path
) -> str:
    """Record ``head`` at ``folder`` and return what was done, in a sentence.

    With ``items`` only these are taken from the head; everything else stays as ``before`` has it.
    The folder is written whole and swapped: nobody ever sees half of it.

    Raises
    ------
    ComparisonError
        If an item is in neither build, or there is nothing to add single items to.
    OutputError
        If the folder cannot be written, or holds something that Salon did not write.

    """
    check_replaceable(folder)
    report = head.report
    if items:
        if before is None:
            raise ComparisonError(
                f"expected a baseline at {folder.name} to put single items into, found none; "
                "accept a whole build first"
            )
        report = merged(before.report, head.report, items)
    builds = {id(run): head for run in head.report.runs}
    builds |= {id(run): before for run in before.report.runs} if before else {}
    mark = json.dumps({"salon": __version__, "baseline": report.title}, indent=1, sort_keys=True)
    with replacing(folder, locks) as fresh:
        (fresh / REPORT).write_text(to_json(report), encoding="utf-8")
        (fresh / MARK).write_text(f"{mark}\n", encoding="utf-8")
        for run in report.runs:
            for name, data in _files(run, builds[id(run)]):
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    what = ", ".join(items) if items else f"{len(report.items)} items"
    return f"{what} of {head.name} accepted at {folder.name}, {len(report.runs)} results in all"


def merged(before: Report, head: Report, items: tuple[str, ...]) -> Report:
    """Return ``before`` with ``items`` as ``head`` has them: changed, new, or gone.

    Raises
    ------
    ComparisonError
        If neither build has such an item.

    """
    known = {item.id for report in (before, head) for item in report.items}
    for item in items:
        if item not in known:
            raise ComparisonError(f"expected an item of one of the builds, got {item!r}")
    taken = set(items)
    kept = tuple(item for item in before.items if item.id not in taken)
    fresh = tuple(item for item in head.items if item.id in taken)
    return replace(
        before,
        look=before.look if before.look == head.look else "",
        items=(*kept, *fresh),
        methods={**before.methods, **head.methods},
        runs=(
            *(run for run in before.runs if run.item not in taken),
            *(run for run in head.runs if run.item in taken),
        ),
    )


def _files(run: Run, build: Build) -> Iterator[tuple[str, bytes]]:
    """Yield the findings of ``run`` as a store keeps them, or what its site shows instead."""
    for panel in seen(run.record) if run.record else ():
        data = build.blob(panel)
        if data is not None:
            yield f"blobs/{panel.blob[:2]}/{panel.blob}", data
            continue
        shown = build.shown(run, panel.name)
        if shown is not None:
            yield run.looks[panel.name].file, shown
