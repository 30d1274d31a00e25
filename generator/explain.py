"""Why a result will be computed again or not, what is wrong with the content, what there is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build import Options, chosen, plan_of
from generator.errors import ModelError, SalonError, SourceError
from generator.language import untranslated
from generator.manifest import nearest
from generator.memory import Memory
from generator.networks import known
from generator.plan import difference
from generator.records import readable
from generator.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.catalog import Catalog
    from generator.content import Item
    from generator.journeys import Journey
    from generator.plan import Plan, Task
    from generator.project import Project
    from generator.records import Record


@dataclass(frozen=True)
class Checked:
    """What is wrong with the sources, what videos and drives hold, and how much is to be shown.

    ``note`` says that the gallery's language has no words, or is "".
    """

    problems: tuple[str, ...]
    moving: tuple[str, ...]
    items: int
    tasks: int
    note: str = ""


def checked(project: Project) -> Checked:
    """Return what is wrong with the sources, and what there is; videos are opened, not decoded."""
    with Store(project.store) as store:
        _, plan = plan_of(project, Memory(store.index))
    items = [wish.item for wish in plan.gallery.wishes]
    wrong = [item.problem for item in items if item.problem]
    wrong += dict.fromkeys(_networkless(plan))
    moving = [_held(item.id, item.journey) for item in items if item.journey]
    for item in (item for item in items if item.clip and not item.problem):
        try:
            moving.append(f"{item.id}: {_length(item)}")
        except SourceError as error:
            wrong.append(f"{item.id}: {error}")
    note = untranslated(plan.gallery.language, project.languages)
    return Checked(tuple(wrong), tuple(moving), len(items), len(plan.tasks), note)


def _networkless(plan: Plan) -> Iterator[str]:
    """Yield which runs ask for a network that cannot be had, and why; their cards will say so."""
    for task in plan.tasks:
        if task.item.model is None:  # a network that has a page of its own is an item like others
            for network in task.models:
                if network.problem:
                    yield f"{task.technique}/{task.variant}: {network.problem}"


def _length(item: Item) -> str:
    """Return how many frames of a video are used, how fast and how large they are."""
    from generator.footage import footage

    found = footage(item, Path())
    rate, (rows, columns) = float(found.rate), found.size
    seconds = found.expected / rate
    return (
        f"{found.expected} frames at {rate:.4g} a second, {seconds:.3g} seconds, "
        f"{columns} x {rows} pixels"
    )


def _held(name: str, journey: Journey) -> str:
    """Return how long a drive is, how it is cut, and how much of its log was not in order."""
    kind = "a log" if journey.seed is None else "a synthetic road"
    told = f"{name}: {journey.frames} frames of {kind} in {journey.blocks} blocks, "
    told += f"{100 * journey.held_out:g} % held out"
    count = len(journey.problems)
    return (
        f"{told}; its page tells {count} problem{'s' * (count != 1)} of the log" if count else told
    )


def preview(project: Project, options: Options) -> list[str]:
    """Return a line for each task that a build would run, with the reason, and a count."""
    with Store(project.store, verify=options.verify) as store:
        _, plan = plan_of(project, Memory(store.index, verify=options.verify))
        tasks = {task.key: task for task in reversed(chosen(plan, options.only))}
        kept = set() if options.force else set(store.find(tasks))
        known = _known(store)
    missing = [task for key, task in reversed(tasks.items()) if key not in kept]
    lines = [
        f"{task.name}: {'; '.join(_why(task, known, forced=options.force))}" for task in missing
    ]
    return [*lines, f"{len(missing)} to compute, {len(kept)} kept"]


def reasons(project: Project, item: str, technique: str) -> list[str]:
    """Return, for each result of ``item``, whether it is kept, and if not what has changed.

    Raises
    ------
    SalonError
        If the manifest has no such item, or does not run the technique on it.

    """
    with Store(project.store) as store:
        _, plan = plan_of(project, Memory(store.index))
        ids = [wish.item.id for wish in plan.gallery.wishes]
        if item not in ids:
            raise SalonError(f"expected an item of the manifest, got {item!r} {nearest(item, ids)}")
        problem = next(w.item.problem for w in plan.gallery.wishes if w.item.id == item)
        if problem:
            return [f"{item} cannot be computed: {problem}"]
        mine = [task for task in plan.tasks if task.item.id == item]
        names = {task.technique for task in mine}
        if technique and technique not in names:
            raise SalonError(
                f"expected a technique of {item!r} ({', '.join(sorted(names))}), "
                f"got {technique!r} {nearest(technique, names)}"
            )
        mine = [task for task in mine if technique in ("", task.technique)]
        kept = store.find(task.key for task in mine)
        known = _known(store)
    return [line for task in mine for line in _reason(task, task.key in kept, known)]


def _reason(task: Task, kept: bool, known: list[Record]) -> list[str]:  # noqa: FBT001
    if kept:
        return [f"{task.name}: kept under {task.key[:12]}; it will not run again"]
    return [f"{task.name}: will run", *(f"  {why}" for why in _why(task, known))]


def _known(store: Store) -> list[Record]:
    return list(readable(store.index.all_records()).values())


def _why(task: Task, known: list[Record], *, forced: bool = False) -> list[str]:
    """Return the difference from the most similar result that is kept of the same technique."""
    if forced:
        return ["asked for by --force"]
    changes = [
        difference(record.causes, task.causes)
        for record in known
        if record.technique == task.technique and _alike(record, task)
    ]
    changes = [change for change in changes if change]
    if not changes:
        return ["never computed before"]
    return min(changes, key=lambda change: (len(change), change))


def _alike(record: Record, task: Task) -> bool:
    """Say whether ``record`` was of the same picture, or had the same params of another one."""
    return any(record.causes[part] == task.causes[part] for part in ("content", "params"))


def described(catalog: Catalog) -> list[str]:
    """Return the techniques with their parameters, as a person reads them."""
    lines: list[str] = []
    for technique in catalog.techniques:
        if technique.id in catalog.always:
            continue
        lines += [f"{technique.id}: {technique.title}", f"  {technique.summary}"]
        lines += ["  runs where an item's own list names it"] * technique.asked
        schema = technique.params.model_json_schema()["properties"]
        for name, field in technique.params.model_fields.items():
            default = json.dumps(schema[name].get("default"))
            lines.append(f"    {name} = {default}  {field.description or ''}".rstrip())
        lines.append("")
    return lines[:-1]


def networks(project: Project) -> list[str]:
    """Return the networks that the manifest can name, and what each can be asked, or why not.

    Without a manifest there are those that need none.
    """
    from generator.worker import network

    with Store(project.store) as store:
        memory = Memory(store.index)
        if project.manifest.is_file():
            models = plan_of(project, memory)[1].gallery.models
        else:
            models = known(memory.locate, project.root)
    lines: list[str] = []
    for model in models.values():
        lines += [
            f"{model.id}: {model.title}",
            f"  {model.source}, {model.licence or 'no licence'}",
        ]
        if model.training:
            lines += ["  trained on a drive when the gallery is built", ""]
            continue
        try:
            lines += [f"  {answer}" for answer in network(model).answers]
        except ModelError as error:
            lines.append(f"  cannot be used: {error}")
        lines.append("")
    return lines[:-1]
