"""Manifest times techniques: tasks, each with the hash of everything that decides its result."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from generator.content import Kind, Model
from generator.drives import STEERING
from generator.fingerprint import closure
from generator.manifest import nearest
from generator.networks import BARE
from generator.records import SCHEMA, canonical
from generator.videos import SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generator.catalog import Catalog
    from generator.content import Gallery, Item, Located, Variant
    from generator.journeys import Journey
    from generator.technique import Params, Technique

_READING, _DRAWING = "generator.imaging_drives", "generator.synthetic"
_TEACHING = "generator.models.schooling"
"""The modules that read and draw frames, and teach a network on them."""


@dataclass(frozen=True)
class Task:
    """One technique, in one variant, on one item. ``causes`` is the document that ``key`` hashes.

    ``module`` holds the technique, so that another process can find it. ``models`` are the networks
    that it needs, and ``gallery`` the pictures that it may look at.
    """

    item: Item
    technique: str
    variant: str
    module: str
    params: Params
    causes: dict[str, Any]
    key: str
    models: tuple[Model, ...] = ()
    gallery: tuple[Located, ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the manifest: item, technique, variant."""
        return self.item.id, self.technique, self.variant

    @property
    def name(self) -> str:
        """What a person calls it: item, technique and variant."""
        return f"{self.item.id} · {self.technique} · {self.variant}"


@dataclass(frozen=True)
class Plan:
    """Every task, in the order of the manifest."""

    gallery: Gallery
    tasks: tuple[Task, ...]

    def task(self, item: str, technique: str, variant: str) -> Task | None:
        """Return the task of this item, technique and variant, or None."""
        return self._by_place.get((item, technique, variant))

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str], Task]:
        return {task.place: task for task in self.tasks}


def make_plan(
    gallery: Gallery, catalog: Catalog, code: Callable[[Path, str], tuple[str, set[str]]]
) -> Plan:
    """Return the tasks for every item whose picture is there.

    ``code`` gives a Python file's fingerprint and imports (see ``fingerprint.closure``).
    """
    gallery = _grounded(gallery, catalog, code)
    grounds: dict[tuple[str, bool], dict[str, Any]] = {}
    contents: dict[str, dict[str, Any]] = {}
    tasks = []
    for item, technique, variant in _asked(gallery, catalog):
        if not _there(item):
            continue
        if item.id not in contents:
            contents[item.id] = _content(item)
        ground = technique.id, item.kind is Kind.VIDEO
        if ground not in grounds:
            grounds[ground] = {
                "schema": SCHEMA,
                "technique": technique.id,
                "code": catalog.code(technique.id, code, item.kind),
                "libraries": catalog.libraries(technique.id, item.kind),
            }
        params = technique.params(**variant.params)
        models = _models(gallery, item, technique, params)
        pictures = _pictures(gallery) if item.model else ()
        causes = {
            **grounds[ground],
            "params": params.model_dump(mode="json"),
            "content": contents[item.id],
        }
        if models:
            names = technique.needs or ("network",)
            causes["models"] = {n: m.causes for n, m in zip(names, models, strict=True)}
        if pictures:
            causes["gallery"] = [picture.sha256 for picture in pictures]
        module = catalog.entries[technique.id].module
        tasks.append(
            Task(
                item, technique.id, variant.id, module, params, causes, key_of(causes),
                models, pictures,
            )
        )  # fmt: skip
    return Plan(gallery, tuple(tasks))


def _grounded(
    gallery: Gallery, catalog: Catalog, code: Callable[[Path, str], tuple[str, set[str]]]
) -> Gallery:
    """Return ``gallery``; what it draws or trains itself knows the code that this rests on."""

    @cache
    def rests(*modules: str) -> str:
        return key_of(closure(modules[0], code, modules[1:]))

    def journey(drive: Journey) -> Journey:
        drawn = () if drive.seed is None else (_DRAWING,)
        return replace(drive, code=rests(_READING, *drawn))

    def model(made: Model) -> Model:
        if made.training is None:
            return made
        training = replace(
            made.training,
            journey=journey(made.training.journey),
            libraries=tuple(catalog.libraries(STEERING).items()),
            code=rests(_TEACHING),
        )
        return replace(made, training=training)

    def item(made: Item) -> Item:
        return replace(
            made,
            model=made.model and model(made.model),
            journey=made.journey and journey(made.journey),
            still=made.still and replace(made.still, code=rests(_DRAWING)),
        )

    wishes = tuple(replace(wish, item=item(wish.item)) for wish in gallery.wishes)
    models = {name: model(made) for name, made in gallery.models.items()}
    return replace(gallery, wishes=wishes, models=models)


def _there(item: Item) -> bool:
    """Say whether ``item`` has something to be run on."""
    if item.file or item.data or item.journey or item.still:
        return True
    if item.model and item.model.training:
        return True
    return item.source.startswith((*BARE, SYNTHETIC)) and not item.problem


def _models(
    gallery: Gallery, item: Item, technique: Technique, params: Params
) -> tuple[Model, ...]:
    """Return the networks that ``technique`` needs; one that nobody knows carries the problem."""
    if item.model:
        return (item.model,)
    names = [str(getattr(params, name)) for name in technique.needs]
    return tuple(gallery.models.get(name) or _unknown(name, gallery) for name in names)


def _unknown(name: str, gallery: Gallery) -> Model:
    known = ", ".join(gallery.models)
    hint = nearest(name, gallery.models)
    problem = f"expected one of the networks {known}, got {name!r}"
    return Model(name, name, name, problem=f"{problem}; {hint}" if hint else problem)


def _pictures(gallery: Gallery) -> tuple[Located, ...]:
    items = (wish.item for wish in gallery.wishes)
    return tuple(item.file for item in items if item.kind is Kind.IMAGE and item.file)


def recall_plan(gallery: Gallery, catalog: Catalog, keys: dict[str, str]) -> Plan:
    """Return the plan whose results are those of ``keys``, as a build has noted them.

    Nothing is hashed: this serves to show what is kept where sources or libraries are gone.
    """
    tasks = []
    for item, technique, variant in _asked(gallery, catalog):
        key = keys.get(f"{item.id}/{technique.id}/{variant.id}")
        if key is not None:
            module = catalog.entries[technique.id].module
            params = technique.params(**variant.params)
            models = _models(gallery, item, technique, params)
            tasks.append(Task(item, technique.id, variant.id, module, params, {}, key, models))
    return Plan(gallery, tuple(tasks))


def _asked(gallery: Gallery, catalog: Catalog) -> Iterator[tuple[Item, Technique, Variant]]:
    """Yield each item with each technique that accepts it, in each variant."""
    for wish in gallery.wishes:
        for use in wish.uses:
            technique = catalog[use.technique]
            if technique.takes(wish.item):
                for variant in use.variants:
                    yield wish.item, technique, variant


def _content(item: Item) -> dict[str, Any]:
    if item.model:
        return {}
    if item.journey:
        return {"drive": item.journey.causes}
    if item.still:
        return {"still": item.still.causes}
    if item.data:
        return {"examples": key_of({"examples": item.data.causes})}
    if item.clip:
        video = item.file.sha256 if item.file else item.source
        return {"video": video, "clip": canonical(asdict(item.clip))}
    content = {"picture": item.file.sha256 if item.file else ""}
    if item.truth:
        content["truth"] = item.truth.sha256
    return content


def key_of(causes: dict[str, Any]) -> str:
    """Return the key of the result that ``causes`` lead to."""
    return hashlib.sha256(canonical(causes).encode()).hexdigest()


def difference(old: dict[str, Any], new: dict[str, Any], path: str = "") -> list[str]:
    """Return one line for each place where two documents of causes differ."""
    lines = []
    for name in sorted({*old, *new}):
        where = f"{path}.{name}" if path else name
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            lines += difference(before, after, where)
        elif before is None:
            lines.append(f"{where}: new, {after}")
        elif after is None:
            lines.append(f"{where}: gone, was {before}")
        else:
            lines.append(f"{where}: {before} -> {after}")
    return lines
