"""From a manifest's text to a checked Gallery, or to the list of everything wrong with it."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from generator import datasets, drives, networks, pictures, videos
from generator.content import Gallery, Use, Variant, Wish
from generator.errors import ManifestError, Mistake
from generator.rule_entries import rules_of
from generator.schema import (
    DataSetEntry,
    DriveEntry,
    ItemEntry,
    ManifestEntry,
    ModelEntry,
    TechniqueEntry,
    VariantEntry,
    VideoEntry,
)
from generator.yaml_marks import Marked, Path, read_marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path as FilePath

    from generator.content import Located
    from generator.rules import Rule

_Model = TypeVar("_Model", bound=BaseModel)

DEFAULT = "default"
"""The name of a technique's one run where the manifest names no variant."""


def load(  # noqa: PLR0913 - what a manifest may name
    manifest: FilePath,
    params: Mapping[str, type[BaseModel]],
    locate: Callable[[str, FilePath], Located],
    *,
    always: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    filmed: tuple[str, ...] = (),
    metrics: Mapping[str, Mapping[str, str]] = {},
) -> Gallery:
    """Return the gallery that ``manifest`` describes.

    ``params`` maps each known technique to its parameters' model; those in ``always`` run on
    every item, asked for or not, those in ``asked`` only where an item's own list names them, and
    those in ``filmed`` on a video that asks for none. ``locate`` finds and hashes a source, given
    the content folder; ``metrics`` are what a gate can ask for. A picture that cannot be had is no
    mistake of form: its item carries the problem, and everything else goes on.

    Raises
    ------
    ManifestError
        With every mistake of form, each at its line and column.

    """
    marked = read_marked(_text(manifest), manifest.name)
    entry = _validated(ManifestEntry, marked.value, (), marked)
    gate = _checked(params, metrics, marked)
    if entry is None or marked.mistakes:
        raise ManifestError(marked.mistakes)
    uses = _uses(entry, [name for name in params if name not in always])
    first = tuple(Use(name, (Variant(DEFAULT, ""),)) for name in always)
    free = tuple(use for use in uses if use.technique not in asked)

    def chosen(choices: tuple[str, ...] | None) -> tuple[Use, ...]:
        return free if choices is None else _chosen(uses, choices)

    def place(part: str, index: int, name: str = "source") -> str:
        return f"{manifest.name}:{marked.place((part, index, name))[0]}"

    driven = []
    for index, drive in enumerate(entry.drives):
        item = drives.declared(drive, manifest.parent, locate, place("drives", index))
        driven.append(Wish(item, first + chosen(drive.techniques)))
    trainings = drives.trainings(driven, params)
    wishes = []
    models = networks.known(locate, manifest.parent)
    for index, model in enumerate(entry.models):
        known = networks.Known(models, trainings)
        made = networks.declared(model, manifest.parent, locate, place("models", index), known)
        models[made.id] = made
        wishes.append(Wish(networks.as_item(made), chosen(model.techniques)))
    for index, data in enumerate(entry.datasets):
        item = datasets.declared(data, manifest.parent, locate, place("datasets", index))
        wishes.append(Wish(item, first + chosen(data.techniques)))
    wishes += driven
    for index, shown in enumerate(entry.items):
        places = {part: place("items", index, part) for part in ("source", "truth")}
        picture = pictures.declared(shown, manifest.parent, locate, places)
        wishes.append(Wish(picture, first + chosen(shown.techniques)))
    for index, video in enumerate(entry.videos):
        item = videos.declared(video, manifest.parent, locate, place("videos", index))
        wishes.append(Wish(item, first + chosen(videos.asked(video, filmed))))
    words = entry.title, entry.description, entry.language
    return Gallery(*words, uses, tuple(wishes), models, entry.address, gate, entry.tour or "")


def _text(manifest: FilePath) -> str:
    def fail(got: str, hint: str = "") -> ManifestError:
        return ManifestError([Mistake(str(manifest), 1, 1, "", "a manifest in YAML", got, hint)])

    try:
        return manifest.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise fail("no such file", "salon init makes one") from None
    except UnicodeDecodeError as error:
        raise fail(f"bytes that are not UTF-8 at offset {error.start}") from None
    except OSError as error:
        raise fail(error.strerror or str(error)) from None


def _validated(model: type[_Model], value: Any, path: Path, marked: Marked) -> _Model | None:
    """Return ``value`` as a ``model``, or None after noting what is wrong with it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            marked.mistakes.append(_mistake(problem, model, path, marked))
    return None


def _mistake(problem: Any, model: type[BaseModel], path: Path, marked: Marked) -> Mistake:
    where: Path = (*path, *problem["loc"])
    kind, got = problem["type"], _shown(problem["input"])
    if kind == "missing":
        name = str(where[-1])
        return marked.mistake(where[:-1], f"a value for {name!r}", "none", _about(model, where))
    if kind == "extra_forbidden":
        allowed = _fields(model, where[len(path) : -1])
        hint = nearest(str(where[-1]), allowed)
        return marked.mistake(
            where, f"one of {', '.join(allowed)}", repr(where[-1]), hint, key=True
        )
    if kind == "string_pattern_mismatch":
        expected = "lower-case letters, digits and single hyphens"
        if where[-1] == "language":
            expected = "a language tag such as en or pt-BR"
        if where[-1] == "url":
            expected = "an address such as https://example.org/gallery/, without ? and #"
        return marked.mistake(where, expected, got)
    expected = re.sub("^(Input should be (a valid )?|Value error, )", "", problem["msg"])
    return marked.mistake(where, expected[:1].lower() + expected[1:], got)


def _shown(value: Any) -> str:
    text = {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), repr(value))
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004 - a line of a terminal


def _about(model: type[BaseModel], where: Path) -> str:
    name = str(where[-1])
    for candidate in (model, ItemEntry, ModelEntry, DataSetEntry, DriveEntry, VideoEntry):
        if name in candidate.model_fields:
            return (candidate.model_fields[name].description or "").rstrip(".")
    return ""


def _fields(model: type[BaseModel], inner: Path) -> list[str]:
    """Return the names allowed at ``inner`` below ``model``."""
    nested: dict[str, type[BaseModel]] = {
        "items": ItemEntry, "models": ModelEntry, "datasets": DataSetEntry,
        "drives": DriveEntry, "videos": VideoEntry, "techniques": TechniqueEntry,
    }  # fmt: skip
    if "variants" in inner:
        return list(VariantEntry.model_fields)
    if inner and inner[0] in nested and model is ManifestEntry:
        return list(nested[str(inner[0])].model_fields)
    return list(model.model_fields)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "did you mean ...?" for the known name that is closest, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {close[0]!r}?" if close else ""


def _entries(value: Any, key: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the mappings listed under ``key`` with their paths, whatever else is wrong."""
    listed = value.get(key) if isinstance(value, dict) else None
    if not isinstance(listed, list):
        return []
    return [((key, i), entry) for i, entry in enumerate(listed) if isinstance(entry, dict)]


def _checked(
    params: Mapping[str, type[BaseModel]],
    metrics: Mapping[str, Mapping[str, str]],
    marked: Marked,
) -> tuple[Rule, ...]:
    """Note what the form alone does not forbid: names that stand twice, strange params.

    The rules of the gate, which have a form of their own, are returned.
    """
    _check_names(_shown_entries(marked), "id", marked)
    _check_params(params, marked)
    _check_choices(params, marked)
    pictures.check_tour(marked, nearest)
    return rules_of(marked, metrics, nearest)


def _shown_entries(marked: Marked) -> list[tuple[Path, dict[str, Any]]]:
    """Return the entries of everything that gets a page of its own."""
    lists = ("models", "datasets", "drives", "videos", "items")
    return [entry for name in lists for entry in _entries(marked.value, name)]


def _check_names(entries: list[tuple[Path, dict[str, Any]]], key: str, marked: Marked) -> None:
    """Note every name that stands twice."""
    first: dict[str, int] = {}
    for path, entry in entries:
        name, place = str(entry.get(key)), (*path, key)
        if key in entry and name in first:
            hint = f"first on line {first[name]}"
            mistake = marked.mistake(place, f"{key}s that differ", f"{name!r} again", hint)
            marked.mistakes.append(mistake)
        first.setdefault(name, marked.place(place)[0])


def _check_params(params: Mapping[str, type[BaseModel]], marked: Marked) -> None:
    asked = marked.value.get("techniques") if isinstance(marked.value, dict) else None
    for name, technique in asked.items() if isinstance(asked, dict) else ():
        path: Path = ("techniques", name)
        if name not in params:
            expected = f"a technique (one of {', '.join(sorted(params))})"
            hint = nearest(name, params)
            marked.mistakes.append(marked.mistake(path, expected, repr(name), hint, key=True))
        elif isinstance(technique, dict):
            _check_variants(params[name], technique, path, marked)


def _check_variants(
    model: type[BaseModel], technique: dict[str, Any], path: Path, marked: Marked
) -> None:
    shared = technique.get("params", {})
    if isinstance(shared, dict):
        _validated(model, shared, (*path, "params"), marked)
    variants = [((*path, *inner), entry) for inner, entry in _entries(technique, "variants")]
    _check_names(variants, "name", marked)
    for place, variant in variants:
        own = variant.get("params", {})
        if isinstance(own, dict):
            _validated(model, own, (*place, "params"), marked)


def _check_choices(params: Mapping[str, type[BaseModel]], marked: Marked) -> None:
    """Note what an item's own list of techniques asks for and the manifest does not have."""
    asked = marked.value.get("techniques") if isinstance(marked.value, dict) else None
    asked = asked if isinstance(asked, dict) and asked else dict.fromkeys(params)
    known = set(asked)
    for name, technique in asked.items():
        for _, variant in _entries(technique, "variants"):
            known.add(f"{name}/{variant.get('name')}")
    for path, item in _shown_entries(marked):
        choices = item.get("techniques")
        for index, choice in enumerate(choices if isinstance(choices, list) else ()):
            if isinstance(choice, str) and choice not in known:
                expected = f"a technique of this manifest (one of {', '.join(sorted(known))})"
                hint = nearest(choice, known)
                place = (*path, "techniques", index)
                marked.mistakes.append(marked.mistake(place, expected, repr(choice), hint))


def _uses(entry: ManifestEntry, known: list[str]) -> tuple[Use, ...]:
    asked = entry.techniques or dict.fromkeys(sorted(known))
    uses = []
    for name, technique in asked.items():
        shared = technique.params if technique else {}
        listed = technique.variants if technique else ()
        variants = tuple(
            Variant(v.name, v.title or v.name.replace("-", " "), {**shared, **v.params})
            for v in listed
        )
        uses.append(Use(name, variants or (Variant(DEFAULT, "", dict(shared)),)))
    return tuple(uses)


def _chosen(uses: tuple[Use, ...], choices: tuple[str, ...]) -> tuple[Use, ...]:
    chosen = []
    for use in uses:
        variants = tuple(
            v for v in use.variants
            if use.technique in choices or f"{use.technique}/{v.id}" in choices
        )  # fmt: skip
        if variants:
            chosen.append(Use(use.technique, variants))
    return tuple(chosen)
