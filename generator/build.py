"""The whole story of a build: load, plan, execute, page, render."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import __version__, render
from generator.assets import make_assets
from generator.catalog import Catalog, discover
from generator.content import Located
from generator.errors import SalonError
from generator.execute import MakeExecutor, Outcome, execute, kept_outcome, processes, tally
from generator.ledger import blobs_of, credits_page, exported, made_page
from generator.manifest import load, nearest
from generator.memory import Memory
from generator.pages import Findings, index_page, item_page, technique_page
from generator.plan import Plan, Task, make_plan, recall_plan
from generator.stamp import Stamp, commit_of, look_of, note_plan, noted_plan, state_of
from generator.store import DamageError, Store
from generator.views import Link, MissingPage, Page, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Project:
    """Where things are: the manifest, the store, the site, and the project's own templates."""

    manifest: Path
    store: Path
    out: Path

    @property
    def root(self) -> Path:
        """The project's folder: the one that holds ``content/``, or the manifest itself."""
        folder = self.manifest.resolve().parent
        return folder.parent if folder.name == "content" else folder

    @property
    def templates(self) -> list[Path]:
        """Folders of templates; a file of the project's replaces Salon's of the same name."""
        own, ours = self.root / "templates", render.own_templates()
        return [own, ours] if own.is_dir() and own.resolve() != ours.resolve() else [ours]


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
                written = _write(project, findings, store, memory, options, listener)
                break
            except DamageError:  # that file is gone now, so the next round computes it again
                if last_try:
                    raise
        note_plan(project.manifest, plan, store)
    return _summary(project, findings, written, time.perf_counter() - started)


def render_only(project: Project, options: Options) -> Summary:
    """Return what became of making the pages from the store alone; nothing is computed."""
    started = time.perf_counter()
    with Store(project.store) as store:
        memory = Memory(store.index)
        catalog = discover()
        gallery = load(project.manifest, catalog.params, _anywhere, always=catalog.always)
        plan = recall_plan(gallery, catalog, noted_plan(project.manifest, store))
        outcomes = kept_outcomes(plan, store)
        findings = Findings(plan, outcomes, catalog, look_of(memory))
        written = _write(project, findings, store, memory, options, Listener())
    return _summary(project, findings, written, time.perf_counter() - started)


def plan_of(project: Project, memory: Memory) -> tuple[Catalog, Plan]:
    """Return the techniques there are, and the tasks that the manifest asks for."""
    catalog = discover()
    gallery = load(project.manifest, catalog.params, memory.locate, always=catalog.always)
    return catalog, make_plan(gallery, catalog, memory.code)


def _anywhere(source: str, folder: Path) -> Located:
    """Stand in for a source that is not needed."""
    return Located(folder / source, "")


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


def _write(
    project: Project,
    findings: Findings,
    store: Store,
    memory: Memory,
    options: Options,
    listener: Listener,
) -> bool:
    """Write the site, unless it already is what it would become; say whether it was written."""
    commit = commit_of(project.root)
    state = state_of(findings, memory, commit, project.templates, timed=options.timings)
    stamp = Stamp(store.root, project.out)
    written = render.listing(project.out)
    if stamp.state == state and stamp.listing == written and not options.force:
        return False
    render.check_replaceable(project.out)
    assets = make_assets(
        findings, store, jobs=options.jobs, executor=options.executor, done=listener.pictured
    )
    own = render.own_assets(project.templates)
    seconds = store.index.seconds(list(findings.outcomes)) if options.timings else None
    pages = _pages(findings, own, commit, store.sizes(blobs_of(findings)), seconds)
    content = render.Content(pages, assets, own, exported(findings))
    listed = render.write_site(project.out, content, project.templates, store, stamp.listing)
    stamp.note(state, listed, store)
    return True


def _pages(
    findings: Findings,
    own: render.Assets,
    commit: str,
    sizes: dict[str, int],
    seconds: dict[str, float] | None,
) -> Iterator[tuple[str, Page]]:
    top, below = _site(findings, own, ""), _site(findings, own, "../")
    yield "index.html", index_page(findings, top)
    for index, wish in enumerate(findings.wishes):
        yield f"items/{wish.item.id}.html", item_page(findings, index, below)
    for technique in findings.shown():
        yield f"techniques/{technique.id}.html", technique_page(findings, technique, below)
    yield "made.html", made_page(findings, top, commit, sizes, seconds)
    yield "credits.html", credits_page(findings, top)
    yield "404.html", MissingPage(top)


def _site(findings: Findings, own: render.Assets, root: str) -> Site:
    gallery = findings.plan.gallery
    return Site(
        title=gallery.title,
        description=gallery.description.strip(),
        language=gallery.language,
        root=root,
        stylesheet=own.stylesheet,
        script=own.script,
        icon=own.icon,
        techniques=tuple(Link(f"{root}techniques/{t.id}.html", t.title) for t in findings.shown()),
        generator=f"Salon {__version__}",
    )


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
    )
