"""Pages about the site itself: how it was made, and whose pictures it shows."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from generator import __version__
from generator.classifier_runs import examples_of
from generator.film_panels import showings
from generator.language import say
from generator.ledger_views import Cost, CreditRow, CreditsPage, MadePage, Trace
from generator.panels import asset_stem, files
from generator.parts import Credit, Link
from generator.report import Look, Method, Report, Run, Shown
from generator.wording import number, size_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.content import Item
    from generator.execute import Outcome
    from generator.findings import Findings
    from generator.plan import Task
    from generator.present import Rendition
    from generator.records import Record
    from generator.technique import Technique
    from generator.views import Site


def made_page(
    findings: Findings,
    site: Site,
    commit: str,
    sizes: Mapping[str, int],
    seconds: Mapping[str, float] | None,
) -> MadePage:
    """Return how the site was made.

    ``sizes`` gives the bytes of each stored file. ``seconds`` gives the time of each run by its
    key; without it no clock is on the page, and two builds give the same bytes.
    """
    techniques = [findings.catalog[name] for name in _used(findings)]
    libraries = sorted({library for t in techniques for library in t.libraries})
    return MadePage(
        site=site,
        versions=(
            ("Salon", _version("salon-gallery")),
            ("Python", ".".join(platform.python_version_tuple()[:2])),
            *((library, _version(library)) for library in libraries),
        ),
        commit=commit,
        costs=tuple(_cost(findings, technique, sizes, seconds) for technique in techniques),
        traces=tuple(_trace(findings, task) for task in findings.plan.tasks),
        timed=seconds is not None,
    )


def blobs_of(findings: Findings) -> set[str]:
    """Return the stored files that the findings rest on."""
    records = [outcome.record for outcome in findings.outcomes.values() if outcome.record]
    return {blob for record in records for blob in record.blobs}


def exported(findings: Findings) -> dict[str, Any]:
    """Return the site's numbers for programs: each run's key, state, scores and notes.

    A score whose interval is known has it under the same name: its lower and its upper end.
    """
    gallery = findings.plan.gallery
    items: dict[str, Any] = {
        wish.item.id: {"title": wish.item.title, "problem": wish.item.problem, "runs": {}}
        for wish in findings.wishes
    }
    for task in findings.plan.tasks:
        outcome = findings.outcomes.get(task.key)
        record = outcome.record if outcome else None
        items[task.item.id]["runs"][f"{task.technique}/{task.variant}"] = {
            "key": task.key,
            "failure": outcome.failure.message if outcome and outcome.failure else "",
            "scores": {score["metric"]: score["value"] for score in record.scores}
            if record
            else {},
            "intervals": {
                score["metric"]: list(score["interval"])
                for score in record.scores
                if score.get("interval")
            }
            if record
            else {},
            "notes": list(record.notes) if record else [],
            **(_films(record) if record and record.films else {}),
        }
    return {"salon": __version__, "title": gallery.title, "items": items}


def reported(findings: Findings, commit: str) -> Report:
    """Return everything that was found, as the document that another build is compared with."""
    gallery = findings.plan.gallery
    return Report(
        title=gallery.title,
        language=gallery.language,
        salon=__version__,
        commit=commit,
        look=findings.look,
        items=tuple(_shown(findings, wish.item) for wish in findings.wishes),
        methods={name: _method(findings.catalog[name]) for name in _used(findings)},
        runs=tuple(_run(findings, task) for task in findings.plan.tasks),
    )


def _shown(findings: Findings, item: Item) -> Shown:
    """Return ``item``; of a data set, with examples that its results number."""
    kept = findings.examples(item)
    examples = examples_of(item, kept.record if kept else None)
    digests = [hashlib.sha256(one.digest.encode()).hexdigest()[:16] for one in examples]
    named = tuple((one.name, digest) for one, digest in zip(examples, digests, strict=True))
    words = item.title, item.alt, item.credit, item.licence
    return Shown(item.id, item.kind.value, *words, item.problem, named)


def _method(technique: Technique) -> Method:
    tables = {name: legend.title for name, legend in technique.tables.items()}
    legends, metrics = dict(technique.legends), dict(technique.metrics)
    return Method(technique.id, technique.title, legends, metrics, tables)


def _run(findings: Findings, task: Task) -> Run:
    outcome = findings.outcomes.get(task.key)
    record = outcome.record if outcome else None
    failure = outcome.failure.message if outcome and outcome.failure else ""
    if outcome is None:
        failure = "it was not computed"
    return Run(
        *task.place,
        title=findings.variant(task.technique, task.variant),
        key=task.key,
        causes=record.causes if record else task.causes,
        record=record,
        failure=failure,
        looks=_looks(findings, task, record) if record else {},
    )


def _looks(findings: Findings, task: Task, record: Record) -> dict[str, Look]:
    """Return the largest file of each panel that any decoder reads; of a film, its still."""
    technique = findings.catalog[task.technique]
    found = {
        shown.film.name: _largest(shown.poster, shown.stem)
        for shown in showings(findings, task.item, technique, record)
    }
    for panel in record.panels:
        made, legend = files(panel), technique.legends.get(panel.name)
        if made and legend:
            found[panel.name] = _largest(made, asset_stem(panel, legend, findings.look))
    return found


def _largest(made: Sequence[Rendition], stem: str) -> Look:
    largest = max((one for one in made if one.format != "avif"), key=lambda one: one.width)
    return Look(f"assets/{stem}{largest.suffix}", largest.width, largest.height)


def _films(record: Record) -> dict[str, Any]:
    """Return the facts of a video's films, and its numbers over time."""
    return {
        "films": {film.name: film.facts for film in record.films},
        "series": {one["metric"]: list(one["values"]) for one in record.series},
    }


def _used(findings: Findings) -> list[str]:
    asked = {task.technique for task in findings.plan.tasks}
    return [t.id for t in findings.catalog.techniques if t.id in asked]


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return say("not installed")


def _cost(
    findings: Findings,
    technique: Technique,
    sizes: Mapping[str, int],
    seconds: Mapping[str, float] | None,
) -> Cost:
    keys = dict.fromkeys(t.key for t in findings.plan.tasks if t.technique == technique.id)
    outcomes = [findings.outcomes[key] for key in keys if key in findings.outcomes]
    records = [outcome.record for outcome in outcomes if outcome.record]
    blobs = {blob for record in records for blob in record.blobs}
    took = sum(seconds.get(key, 0.0) for key in keys) if seconds is not None else 0.0
    shown = any(t.id == technique.id for t in findings.shown())
    return Cost(
        title=technique.title,
        href=f"techniques/{technique.id}.html" if shown else "",
        runs=len(outcomes),
        failures=sum(outcome.failure is not None for outcome in outcomes),
        panels=sum(len(record.panels) for record in records),
        kept=size_words(sum(sizes.get(blob, 0) for blob in blobs)),
        megapixels=number(_pixels(outcomes, findings) / 1e6, 1),
        seconds=number(took, 2) if seconds is not None else "",
    )


def _pixels(outcomes: Sequence[Outcome], findings: Findings) -> int:
    total = 0
    for outcome in outcomes:
        original = findings.original(outcome.task.item)
        panel = original.record.panel("picture") if original and original.record else None
        total += panel.shape[0] * panel.shape[1] if panel else 0
    return total


def _trace(findings: Findings, task: Task) -> Trace:
    outcome = findings.outcomes.get(task.key)
    state = say("failed") if outcome is None or outcome.failure else say("kept")
    title = findings.catalog[task.technique].title
    item = Link(f"items/{task.item.id}.html", task.item.title)
    return Trace(item, title, task.variant, task.key, state)


def credits_page(findings: Findings, site: Site) -> CreditsPage:
    """Return who made each picture, and under which licence it is shown."""
    return CreditsPage(
        site,
        tuple(
            CreditRow(
                Link(f"items/{wish.item.id}.html", wish.item.title),
                Credit(wish.item.credit, wish.item.licence, wish.item.source),
            )
            for wish in findings.wishes
        ),
    )
