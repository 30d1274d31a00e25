"""Every technique there is: Salon's own modules, and those that installed packages add."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING

from generator import techniques
from generator.content import Kind
from generator.errors import CatalogError
from generator.fingerprint import closure
from generator.technique import Family, Params, Technique

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "salon.techniques"
"""Entry points of this group name modules that hold a TECHNIQUE."""

_ALWAYS = ("numpy", "pillow")
_FRAMEWORK = ("tensorflow", "keras", "opencv-python-headless")
_DRAWING = ("scipy", "opencv-python-headless")
_NETWORKS = ("generator.models.loading",)
"""What stands behind a network that a technique is given."""
_EXAMPLES = ("generator.imaging_examples",)
"""What stands behind the pictures of a data set."""
_FILMS = ("generator.footage", "generator.filming")
"""What stands behind a technique for pictures on a video."""
_FILM_LIBRARIES = ("imageio-ffmpeg", "opencv-python-headless", "scipy")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """A technique and the module that holds it."""

    technique: Technique
    module: str


@dataclass(frozen=True)
class Catalog:
    """The techniques by id, in the order of families and titles."""

    entries: dict[str, Entry]

    def __getitem__(self, name: str) -> Technique:
        return self.entries[name].technique

    @property
    def techniques(self) -> tuple[Technique, ...]:
        """Every technique, in order."""
        return tuple(entry.technique for entry in self.entries.values())

    @property
    def always(self) -> tuple[str, ...]:
        """Ids of what is run on every item: the picture itself."""
        return tuple(t.id for t in self.techniques if t.family is Family.SOURCE)

    @property
    def asked(self) -> tuple[str, ...]:
        """Ids of what is run only on an item whose own list names it."""
        return tuple(t.id for t in self.techniques if t.asked)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that hold the techniques, and so the words about them."""
        found = (getattr(sys.modules[e.module], "__file__", None) for e in self.entries.values())
        return tuple(Path(file) for file in found if file)

    @property
    def params(self) -> dict[str, type[Params]]:
        """The parameters' model of each technique."""
        return {name: entry.technique.params for name, entry in self.entries.items()}

    @property
    def metrics(self) -> dict[str, dict[str, str]]:
        """The unit of each metric of each technique."""
        return {
            name: {metric: words.unit for metric, words in entry.technique.metrics.items()}
            for name, entry in self.entries.items()
        }

    @property
    def filmed(self) -> tuple[str, ...]:
        """Ids of what is run on a video that does not say what to run."""
        return tuple(t.id for t in self.techniques if t.filmed and not t.asked)

    def code(
        self,
        name: str,
        read: Callable[[Path, str], tuple[str, set[str]]],
        kind: Kind = Kind.IMAGE,
    ) -> dict[str, str]:
        """Return the fingerprints of the modules that technique ``name`` rests on."""
        entry = self.entries[name]
        networks = _NETWORKS if uses_networks(entry.technique) else ()
        examples = _EXAMPLES if Kind.DATASET in entry.technique.accepts else ()
        films = _FILMS if kind is Kind.VIDEO else ()
        return closure(entry.module, read, networks + examples + films)

    def libraries(self, name: str, kind: Kind = Kind.IMAGE) -> dict[str, str]:
        """Return the versions of the distributions that may change a result of ``name``."""
        networks = _FRAMEWORK if uses_networks(self[name]) else ()
        drives = _DRAWING if Kind.DRIVE in self[name].accepts else ()
        films = _FILM_LIBRARIES if kind is Kind.VIDEO else ()
        declared = {*_ALWAYS, *networks, *drives, *films, *self[name].libraries}
        return {library: _version(library, name) for library in sorted(declared)}


def uses_networks(technique: Technique) -> bool:
    """Say whether ``technique`` is given a network."""
    return bool(technique.needs) or Kind.MODEL in technique.accepts


def discover() -> Catalog:
    """Return the catalog of every technique that is installed.

    Raises
    ------
    CatalogError
        If a module has no TECHNIQUE, or one that breaks the contract, or an id stands twice.

    """
    modules = [
        f"{techniques.__name__}.{module.name}"
        for module in pkgutil.iter_modules(techniques.__path__)
    ]
    modules += [_module(point) for point in entry_points(group=GROUP)]
    found: dict[str, Entry] = {}
    for module in sorted(modules):
        technique = _load(module)
        if technique.id in found:
            raise CatalogError(
                f"two techniques are called {technique.id!r}: "
                f"{found[technique.id].module} and {module}; rename one"
            )
        found[technique.id] = Entry(technique, module)
    families = list(Family)
    ordered = sorted(
        found.items(),
        key=lambda pair: (families.index(pair[1].technique.family), pair[1].technique.title),
    )
    return Catalog(dict(ordered))


def _module(point: EntryPoint) -> str:
    return point.value.partition(":")[0]


def _load(module: str) -> Technique:
    try:
        technique = getattr(importlib.import_module(module), "TECHNIQUE", None)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise CatalogError(f"{module}: cannot be imported: {said}") from error
    if technique is None:
        raise CatalogError(f"{module}: expected a Technique called TECHNIQUE, found none")
    if not isinstance(technique, Technique):
        raise CatalogError(
            f"{module}: expected TECHNIQUE to be a Technique, got {type(technique).__name__}"
        )
    _check(technique, module)
    return technique


def _check(technique: Technique, module: str) -> None:
    if not _SLUG.fullmatch(technique.id):
        raise CatalogError(f"{module}: id must be lower-case words and hyphens: {technique.id!r}")
    for name in (technique.highlight, *technique.examples, technique.before or technique.highlight):
        if name not in technique.legends:
            raise CatalogError(f"{module}: {name!r} must be one of the legends to be shown")
    try:
        technique.params()
    except ValueError as error:
        raise CatalogError(f"{module}: every parameter needs a default: {error}") from error


def _version(library: str, name: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        raise CatalogError(
            f"technique {name!r} needs the package {library}, which is not installed"
        ) from None
