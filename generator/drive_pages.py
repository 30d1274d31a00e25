"""The page of a drive: its frames and their angles, and what a network learned from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import panels
from generator.drive_views import DriveCard, DrivePage
from generator.findings import DRIVE
from generator.language import say
from generator.leads import leading
from generator.pages import neighbour, problem, section
from generator.parts import Credit, Link
from generator.wording import number

if TYPE_CHECKING:
    from generator.content import Item
    from generator.findings import Findings
    from generator.parts import Image, Section
    from generator.records import Record
    from generator.technique import Technique
    from generator.views import Site


def drive_page(findings: Findings, index: int, site: Site) -> DrivePage:
    """Return the page of the drive at ``index`` in the manifest."""
    wish = findings.wishes[index]
    item = wish.item
    sections: list[Section] = []
    if findings.drive(item):
        frames = next(use for use in wish.uses if use.technique == DRIVE)
        sections = [
            replace(section(findings, item, frames, {}), href=""),
            *(section(findings, item, use, {}) for use in findings.asked(wish)),
        ]
        sections[1:] = [_led(one) for one in sections[1:]]
    return DrivePage(
        site=site,
        id=item.id,
        title=item.title,
        description=item.description,
        alt=item.alt,
        words=tuple(
            text for text in (_length(_record(findings, item)), _best(findings, item)) if text
        ),
        failure=None if sections else problem(findings, item),
        credit=Credit(item.credit, item.licence, item.source),
        tags=item.tags,
        problems=item.journey.problems if item.journey else (),
        sections=tuple(sections),
        previous=neighbour(findings.wishes, index, -1),
        following=neighbour(findings.wishes, index, 1),
    )


def _led(section: Section) -> Section:
    """Return ``section`` with the numbers that lead nowhere leading to the frames of the drive."""
    frames = Link(f"#{DRIVE}", say("frames of the drive"))
    return replace(
        section,
        variants=tuple(
            replace(
                variant,
                scores=tuple(replace(one, lead=one.lead or frames) for one in variant.scores),
                tables=tuple(leading(table, frames) for table in variant.tables),
            )
            for variant in section.variants
        ),
    )


def drive_card(findings: Findings, item: Item) -> DriveCard:
    """Return the drive in a few lines, for the index."""
    wish = next(wish for wish in findings.wishes if wish.item.id == item.id)
    outcomes = [
        findings.outcome(item, use.technique, variant.id)
        for use in wish.uses
        for variant in use.variants
    ]
    failed = sum(outcome is not None and outcome.failure is not None for outcome in outcomes)
    missing = None if any(outcomes) else problem(findings, item)
    return DriveCard(
        id=item.id,
        href=f"items/{item.id}.html",
        title=item.title,
        image=frame(findings, item, ""),
        words=_length(_record(findings, item)),
        best=_best(findings, item),
        problem=missing.title if missing else say("{count} failed", count=failed) if failed else "",
        description=item.description,
    )


def frame(findings: Findings, item: Item, root: str) -> Image | None:
    """Return a frame of the drive."""
    record = _record(findings, item)
    panel = record.panel("picture") if record else None
    return panels.image(panel, None, findings.look, root, item.alt) if panel else None


def _record(findings: Findings, item: Item) -> Record | None:
    outcome = findings.drive(item)
    return outcome.record if outcome else None


def _length(record: Record | None) -> str:
    """Return how many frames there are, and on which side, in a sentence."""
    scores = {score["metric"]: float(score["value"]) for score in record.scores} if record else {}
    if not {"frames", "train", "held-out"} <= scores.keys():
        return ""
    frames, train, held = (number(scores[name], 0) for name in ("frames", "train", "held-out"))
    return say(
        "{frames} frames: {train} to learn from, {held_out} held out to test what was learned.",
        frames=frames,
        train=train,
        held_out=held,
    )


def _best(findings: Findings, item: Item) -> str:
    """Return how far off the best network is that was taught on the drive, in a sentence."""
    wish = next(wish for wish in findings.wishes if wish.item.id == item.id)
    found: list[tuple[float, float]] = []
    for use in findings.asked(wish):
        if not _teaches(findings.catalog[use.technique]):
            continue
        for variant in use.variants:
            outcome = findings.outcome(item, use.technique, variant.id)
            scores = outcome.record.scores if outcome and outcome.record else ()
            values = {score["metric"]: float(score["value"]) for score in scores}
            if {"error", "straight"} <= values.keys():
                found.append((values["error"], values["straight"]))
    if not found:
        return ""
    error, straight = min(found)
    return say(
        "A network that learned from it is {error}° off on frames it never saw; driving straight "
        "on would be {straight}° off.",
        error=number(error, 1),
        straight=number(straight, 1),
    )


def _teaches(technique: Technique) -> bool:
    return {"error", "straight"} <= technique.metrics.keys()
