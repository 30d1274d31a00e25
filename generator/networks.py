"""The networks that a manifest can name: its own, and the zoo's."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.content import Item, Kind, Located, Model
from generator.errors import ModelError, SourceError
from generator.journeys import Training
from generator.models.zoo import ZOO, mismatch

BARE = ("keras:", "planted:")
"""Sources without a file of weights: Keras brings them, or they are written by hand."""

TRAINED = "trained:"
"""How the sources begin of networks that a technique trains on a drive of the gallery."""

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.schema import ModelEntry

    Locate = Callable[[str, Path], Located]


_PLANTED = {
    "flat": ("three layers in a row", "red\ngreen\nblue"),
    "nested": ("a network inside a network", "red\ngreen\nblue"),
    "sequential": ("a list of layers", "red\ngreen\nblue"),
    "grey": ("one channel", "bright\nstriped"),
}
"""The networks whose reason is known, and their classes; see ``models.planted``."""


def known(locate: Locate, folder: Path) -> dict[str, Model]:
    """Return every network that needs no entry in a manifest, by name."""
    return zoo(locate, folder) | {f"planted-{form}": _planted(form) for form in _PLANTED}


def _planted(form: str) -> Model:
    words, labels = _PLANTED[form]
    return Model(
        id=f"planted-{form}",
        source=f"planted:{form}",
        title=f"Planted cue, {words}",
        credit="Salon",
        licence="MIT",
        description="A small network whose every weight was set by hand, so that its reason for "
        "what it says is known. It stands for no photograph: it is there to test the methods.",
        preprocessing="planted",
        fit="stretch",
        labels=labels,
    )


def zoo(locate: Locate, folder: Path) -> dict[str, Model]:
    """Return every network whose weights a package ships, by name; some may be missing."""
    found = {}
    for name, entry in ZOO.items():
        file, problem = _weights(f"zoo:{name}", folder, locate)
        if file and file.sha256 and file.sha256 != entry.sha256:
            problem, file = mismatch(entry, file.sha256), None
        found[name] = Model(
            id=name,
            source=f"zoo:{name}",
            title=entry.title,
            credit=entry.credit,
            licence=entry.licence,
            description=entry.description,
            homepage=entry.homepage,
            preprocessing="zoo",
            fit="crop",
            labels=entry.labels.value if entry.labels else "",
            file=file,
            problem=problem,
        )
    return found


@dataclass(frozen=True)
class Known:
    """What a manifest's entry may name: networks, and drives that one is trained on.

    Of a drive that cannot be had, ``trainings`` holds the reason.
    """

    models: Mapping[str, Model] = field(default_factory=dict)
    trainings: Mapping[str, Training | str] = field(default_factory=dict)


def declared(entry: ModelEntry, folder: Path, locate: Locate, place: str, known: Known) -> Model:
    """Return the network of a manifest's entry; what it leaves out, the zoo's own entry says."""
    if entry.source.startswith(TRAINED):
        return _trained(entry, place, known.trainings)
    models = known.models.values()
    base = next((model for model in models if model.source == entry.source), None)
    file: Located | None = base.file if base else None
    problem = base.problem if base else ""
    labels, trouble = _labels(entry, folder, locate)
    if not base and not entry.source.startswith(BARE):
        file, problem = _weights(entry.source, folder, locate)
    problem = problem or trouble
    given = entry.model_fields_set
    unsaid = "keras" if entry.source.startswith("keras:") else "none"
    unsaid = base.preprocessing if base else unsaid
    if unsaid == "keras" and "labels" not in given:
        labels = "imagenet"
    return Model(
        id=entry.id,
        source=entry.source,
        title=entry.title or (base.title if base else entry.id),
        credit=entry.credit or (base.credit if base else ""),
        licence=entry.licence or (base.licence if base else ""),
        description=entry.description or (base.description if base else ""),
        homepage=base.homepage if base else "",
        preprocessing=_preprocessing(entry) if "preprocessing" in given else unsaid,
        fit=entry.fit if "fit" in given or not base else base.fit,
        labels=labels if "labels" in given or not base else base.labels,
        trusted=entry.trust_code,
        file=None if problem else file,
        problem=f"{place}: {problem}" if problem else "",
    )


def _trained(entry: ModelEntry, place: str, trainings: Mapping[str, Training | str]) -> Model:
    """Return the network that is trained on a drive of the manifest."""
    name = entry.source.removeprefix(TRAINED)
    found = trainings.get(name)
    problem = found if isinstance(found, str) else ""
    if found is None:
        listed = ", ".join(trainings) or "and there is none"
        close = difflib.get_close_matches(name, list(trainings), 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        problem = f"{place}: expected a drive of this manifest ({listed}), got {name!r}{hint}"
    given = entry.model_fields_set
    return Model(
        id=entry.id,
        source=entry.source,
        title=entry.title or "PilotNet",
        credit=entry.credit or "Trained in this gallery",
        licence=entry.licence or "That of the drive",
        description=entry.description,
        preprocessing=_preprocessing(entry) if "preprocessing" in given else "tf",
        fit=entry.fit if "fit" in given else "road",
        problem=problem,
        training=found if isinstance(found, Training) else None,
    )


def as_item(model: Model) -> Item:
    """Return ``model`` as something that has a page of its own."""
    return Item(
        id=model.id,
        kind=Kind.MODEL,
        source=model.source,
        title=model.title,
        alt=f"The network {model.title}.",
        credit=model.credit or "unknown",
        licence=model.licence or "unknown",
        description=model.description,
        file=model.file,
        problem=model.problem,
        model=model,
    )


def _weights(source: str, folder: Path, locate: Locate) -> tuple[Located | None, str]:
    try:
        return locate(source, folder), ""
    except (SourceError, ModelError) as error:
        return None, str(error)
    except OSError as error:
        return None, f"{source!r} cannot be read: {error.strerror}"


def _preprocessing(entry: ModelEntry) -> str:
    given = entry.preprocessing
    return given if isinstance(given, str) else json.dumps(given.model_dump(), sort_keys=True)


def _labels(entry: ModelEntry, folder: Path, locate: Locate) -> tuple[str, str]:
    """Return the classes, one a line or "imagenet", and why they could not be read."""
    if not isinstance(entry.labels, str):
        return "\n".join(entry.labels), ""
    if entry.labels == "imagenet":
        return "imagenet", ""
    file, problem = _weights(entry.labels, folder, locate)
    if file is None:
        return "", problem
    try:
        lines = file.path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        return "", f"the labels in {entry.labels!r} cannot be read: {error}"
    return "\n".join(line.strip() for line in lines if line.strip()), ""
