"""The whole story of a build: load, plan, execute, page, render."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.catalog import Catalog, discover
from generator.content import Kind, Located
from generator.errors import SalonError, SourceError
from generator.execute import MakeExecutor, Outcome, execute, kept_outcome, processes, tally
from generator.findings import Findings
from generator.language import untranslated
from generator.manifest import load, nearest
from generator.memory import Memory
from generator.networks import TRAINED
from generator.plan import Plan, Task, make_plan, recall_plan
from generator.shelf import DamageError
from generator.stamp import (
    Stamp,
    commit_of,
    listing,
    look_of,
    note_plan,
    noted_plan,
    state_of,
)
from generator.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.content import Gallery
    from generator.project import Project
    from generator.report import Report


@dataclass(frozen=True)
class Options:
    """How to build. ``only`` limits what is computed to one item or one technique."""

    jobs: int = 1
    only: str = ""
    force: bool = False
    verify: bool = False
    timings: bool = False
    executor: MakeExecutor = processes


@dataclass
class Listener:
    """What is told as a build goes on; every part may be replaced."""

    planned: Callable[[int], None] = lambda _: None
    ran: Callable[[Outcome], None] = lambda _: None
    pictured: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Summary:
    """What a build did."""

    out: Path
    built: int
    cached: int
    failed: int
    written: bool
    seconds: float
    slowest: tuple[tuple[str, float], ...] = ()
    problems: tuple[str, ...] = ()
    note: str = ""


def build(project: Project, options: Options, listener: Listener | None = None) -> Summary:
    """Return what became of building ``project``: everything is computed that is not kept."""
    started = time.perf_counter()
    listener = listener or Listener()
    with Store(project.store, verify=options.verify) as store:
        memory = Memory(store.index, verify=options.verify)
        catalog, plan = plan_of(project, memory)
        for last_try in (False, True):
            outcomes = _outcomes(plan, store, options, listener)
            findings = Findings(plan, outcomes, catalog, look_of(memory))
            try:
                written = _written(project, findings, store, memory, options, listener)
                break
            except DamageError:  # one file has lied about itself, so none is believed any more
                if last_try:
                    raise
                store.verify = True
        note_plan(project.manifest, plan, store)
    return _summary(project, findings, written, time.perf_counter() - started)


def render_only(project: Project, options: Options) -> Summary:
    """Return what became of making the pages from the store alone; nothing is computed."""
    started = time.perf_counter()
    with Store(project.store) as store:
        memory = Memory(store.index)
        catalog = discover()
        gallery = gallery_of(project, catalog, _kept(memory))
        keys = noted_plan(project.manifest, store)
        if gallery.wishes and not keys:
            raise SalonError(f"nothing of {project.manifest} is kept here; run salon build first")
        plan = recall_plan(_as_built(gallery, keys), catalog, keys)
        outcomes = kept_outcomes(plan, store)
        findings = Findings(plan, outcomes, catalog, look_of(memory))
        written = _written(project, findings, store, memory, options, Listener())
    return _summary(project, findings, written, time.perf_counter() - started)


def _as_built(gallery: Gallery, keys: dict[str, str]) -> Gallery:
    """Return ``gallery`` with the data sets, drives and networks of them that ``keys`` tell of."""
    built = {place.partition("/")[0] for place in keys}
    wishes = tuple(
        replace(wish, item=replace(wish.item, problem=""))
        if wish.item.id in built
        and (wish.item.kind in {Kind.DATASET, Kind.DRIVE} or wish.item.source.startswith(TRAINED))
        else wish
        for wish in gallery.wishes
    )
    return replace(gallery, wishes=wishes)


def plan_of(project: Project, memory: Memory) -> tuple[Catalog, Plan]:
    """Return the techniques there are, and the tasks that the manifest asks for."""
    catalog = discover()
    gallery = gallery_of(project, catalog, memory.locate)
    return catalog, make_plan(gallery, catalog, memory.code)


def gallery_of(
    project: Project, catalog: Catalog, locate: Callable[[str, Path], Located]
) -> Gallery:
    """Return what the manifest of ``project`` describes, its sources found by ``locate``."""
    kinds = {"always": catalog.always, "asked": catalog.asked, "filmed": catalog.filmed}
    return load(project.manifest, catalog.params, locate, metrics=catalog.metrics, **kinds)


def report_of(project: Project, options: Options, listener: Listener | None = None) -> Report:
    """Return what a build of ``project`` finds; what is missing is computed, no page is written."""
    with Store(project.store, verify=options.verify) as store:
        memory = Memory(store.index, verify=options.verify)
        catalog, plan = plan_of(project, memory)
        outcomes = _outcomes(plan, store, options, listener or Listener())
        from generator.ledger import reported

        findings = Findings(plan, outcomes, catalog, look_of(memory))
        return reported(findings, commit_of(project.root))


def _kept(memory: Memory) -> Callable[[str, Path], Located]:
    """Return what finds a source as ``memory`` knows it, and does without one that is gone.

    The examples of a data set are in the order of their hashes: without these the numbers that
    results hold would name other pictures.
    """

    def locate(source: str, folder: Path) -> Located:
        try:
            return memory.locate(source, folder)
        except (SourceError, OSError):
            return Located(folder / source, "")

    return locate


def chosen(plan: Plan, only: str) -> list[Task]:
    """Return the tasks of the item or technique called ``only``; all of them for "".

    Raises
    ------
    SalonError
        If nothing in the plan is called so.

    """
    if not only:
        return list(plan.tasks)
    names = {task.item.id for task in plan.tasks} | {task.technique for task in plan.tasks}
    if only not in names:
        hint = nearest(only, names)
        raise SalonError(f"expected an item or a technique of the manifest, got {only!r} {hint}")
    return [task for task in plan.tasks if only in (task.item.id, task.technique)]


def _outcomes(plan: Plan, store: Store, options: Options, listener: Listener) -> dict[str, Outcome]:
    tasks = chosen(plan, options.only)
    listener.planned(len({task.key for task in tasks}))
    outcomes = kept_outcomes(plan, store) if options.only else {}
    return outcomes | execute(
        tasks,
        store,
        jobs=options.jobs,
        force=options.force,
        executor=options.executor,
        done=listener.ran,
    )


def kept_outcomes(plan: Plan, store: Store) -> dict[str, Outcome]:
    """Return the outcomes that the store holds already."""
    kept = store.find(task.key for task in plan.tasks)
    tasks = {task.key: task for task in reversed(plan.tasks) if task.key in kept}
    return {key: kept_outcome(task, kept[key]) for key, task in tasks.items()}


def _written(
    project: Project,
    findings: Findings,
    store: Store,
    memory: Memory,
    options: Options,
    listener: Listener,
) -> bool:
    """Write the site, unless it already is what it would become; say whether it was written."""
    commit = commit_of(project.root)
    state = state_of(findings, memory, commit, project, timed=options.timings)
    stamp = Stamp(store.root, project.out)
    if stamp.state == state and stamp.listing == listing(project.out) and not options.force:
        return False
    # Here, so that a build with nothing to do loads neither templates nor numpy.
    from generator.assets import make_assets
    from generator.site import Place, write

    templates = tuple(project.templates)
    place = Place(
        project.manifest, project.out, templates, project.languages, commit, stamp.listing
    )
    listed = write(
        place,
        findings,
        store,
        store.index.seconds(list(findings.outcomes)) if options.timings else None,
        lambda: make_assets(
            findings, store, jobs=options.jobs, executor=options.executor, done=listener.pictured
        ),
    )
    stamp.note(state, listed, store)
    return True


def _summary(project: Project, findings: Findings, written: bool, seconds: float) -> Summary:  # noqa: FBT001
    outcomes = list(findings.outcomes.values())
    built, cached, failed = tally(outcomes)
    broken = [wish.item for wish in findings.wishes if wish.item.problem]
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:5]
    return Summary(
        out=project.out,
        built=built,
        cached=cached,
        failed=failed + len(broken),
        written=written,
        seconds=seconds,
        slowest=tuple((o.task.name, o.seconds) for o in slowest if o.seconds > 0),
        problems=(
            *(f"{item.id}: {item.problem}" for item in broken),
            *(f"{o.task.name}: {o.failure.message}" for o in outcomes if o.failure),
        ),
        note=untranslated(findings.plan.gallery.language, project.languages),
    )
