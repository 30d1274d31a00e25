"""The data sets that a manifest names: what is in them, on which side, and what is wrong."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from generator.content import DataSet, Example, Item, Kind
from generator.errors import SourceError
from generator.sample_sets import examples as sample
from generator.science.splitting import split
from generator.sources import folder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.content import Located
    from generator.schema import DataSetEntry

    Locate = Callable[[str, Path], Located]

PICTURES = {
    ".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp",
}  # fmt: skip
"""Suffixes of the files that a class's folder is searched for."""

SIDES = {"train": False, "training": False, "test": True, "held-out": True}
"""What a folder or a column may call the two sides."""

_FEW = 2


def declared(entry: DataSetEntry, folder: Path, locate: Locate, place: str) -> Item:
    """Return the data set of a manifest's entry as an item; its problem says if there is none."""
    data, problem = None, ""
    try:
        found, problems, given = _listed(entry.source, folder, locate)
        data = _arranged(found, problems, entry, given=given)
        problem = "" if data.examples else "expected pictures with labels, found none"
    except SourceError as error:
        problem = str(error)
    except OSError as error:
        problem = f"{entry.source!r} cannot be read: {error.strerror}"
    return Item(
        id=entry.id, kind=Kind.DATASET, source=entry.source, title=entry.title,
        alt=f"The data set {entry.title}.", credit=entry.credit, licence=entry.licence,
        description=entry.description.strip(), tags=tuple(dict.fromkeys(entry.tags)),
        problem=f"{place}: {problem}" if problem else "", data=None if problem else data,
    )  # fmt: skip


def _listed(source: str, folder: Path, locate: Locate) -> tuple[list[Example], list[str], bool]:
    """Return the examples of ``source``, what is wrong, and whether it says what is held out."""
    if source.startswith("sample:"):
        found, given = sample(source, locate, folder)
        return found, [], given
    if source.lower().endswith(".csv"):
        return _from_csv(source, folder, locate)
    return _from_folder(source, folder, locate)


def _from_folder(
    source: str, folder: Path, locate: Locate
) -> tuple[list[Example], list[str], bool]:
    """Return the pictures of class folders; a folder in one of them is a group."""
    root = folder_of(source, folder)
    names = sorted(path.name for path in root.iterdir() if path.is_dir())
    sides = [name for name in names if name.lower() in SIDES]
    given = {SIDES[name.lower()] for name in sides} == {False, True}
    places = [(f"{name}/", SIDES[name.lower()]) for name in sides] if given else [("", False)]
    found: list[Example] = []
    problems: list[str] = []
    for prefix, held_out in places:
        for path in sorted((root / prefix).rglob("*")):
            inner = path.relative_to(root / prefix).parts
            if len(inner) < _FEW or path.is_dir() or any(part.startswith(".") for part in inner):
                continue
            name = f"{prefix}{'/'.join(inner)}"
            if path.suffix.lower() not in PICTURES:
                problems.append(
                    f"{name}: expected a picture, got a {path.suffix or 'nameless'} file"
                )
                continue
            group = f"{prefix}{'/'.join(inner[:-1])}" if len(inner) > _FEW else ""
            example = (name, inner[0], f"{source}/{name}", group, held_out)
            _add(found, problems, name, example, folder, locate)
    return found, problems, given


def _from_csv(source: str, folder: Path, locate: Locate) -> tuple[list[Example], list[str], bool]:
    """Return the pictures of a table with the columns path, label, and perhaps group and split."""
    file = locate(source, folder)
    try:
        lines = file.path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError(f"{source!r}: expected UTF-8, got other bytes at {error.start}") from None
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    table = csv.DictReader(lines, delimiter=separator, skipinitialspace=True)
    columns = {(name or "").strip().lower(): name for name in table.fieldnames or ()}
    if not {"path", "label"} <= columns.keys():
        got = ", ".join(columns) or "none"
        raise SourceError(f"{source!r}, line 1: expected the columns path and label, got {got}")
    found: list[Example] = []
    problems: list[str] = []
    home = PurePosixPath(source).parent
    for row in table:
        cells = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        where, side = f"line {table.line_num}", cells.get("split", "").lower()
        if not cells["path"] or not cells["label"]:
            problems.append(f"{where}: expected a path and a label, got {list(row.values())}")
        elif "split" in columns and side not in SIDES:
            problems.append(f"{where}: expected a split of train or test, got {side!r}")
        else:
            path = cells["path"]
            example = (path, cells["label"], str(home / path), cells.get("group", ""),
                       SIDES.get(side, False))  # fmt: skip
            _add(found, problems, where, example, folder, locate)
    return found, problems, "split" in columns


def _add(
    found: list[Example],
    problems: list[str],
    where: str,
    example: tuple[str, str, str, str, bool],
    folder: Path,
    locate: Locate,
) -> None:
    name, label, source, group, held_out = example
    try:
        file = locate(source, folder)
    except SourceError as error:
        problems.append(f"{where}: {error}")
    except OSError as error:
        problems.append(f"{where}: {name!r} cannot be read: {error.strerror}")
    else:
        found.append(Example(name, label, file, None, group, held_out))


def _arranged(
    found: list[Example], problems: list[str], entry: DataSetEntry, *, given: bool
) -> DataSet:
    """Return the examples in an order that names do not decide, each on its side."""
    found = sorted(found, key=lambda e: (e.label, e.digest, e.held_out, e.group, e.name))
    kinds: dict[str, list[Example]] = defaultdict(list)
    for example in found:
        kinds[example.digest].append(example)
    twins = [same for same in kinds.values() if len(same) > 1]
    if given:
        leaks = [same for same in twins if len({e.held_out for e in same}) > 1]
        problems = [*problems, *(_said(same, "is in training and in test") for same in leaks)]
        shared = _shared_groups(found)
        problems += [f"the group {group!r} is in training and in test" for group in shared]
    else:
        problems = [*problems, *(_said(same, "is there more than once") for same in twins)]
        found = _split(found, twins, entry)
    problems += _labelled_twice(twins)
    sides = Counter((e.label, e.held_out) for e in found)
    problems += [
        f"the class {label!r} has no example to {'test' if held_out else 'train'} with"
        for label in sorted({e.label for e in found})
        for held_out in (False, True)
        if not sides[label, held_out]
    ]
    drawn = None if given else (entry.test, entry.seed)
    return DataSet(tuple(found), tuple(problems), drawn)


def _split(
    found: list[Example], twins: Iterable[list[Example]], entry: DataSetEntry
) -> list[Example]:
    """Hold out a share of every class; copies of one picture are a group, and so on one side."""
    joined = _joined(found, twins)
    groups = [joined.get((e.digest, e.group), e.group) for e in found]
    sides = split([e.label for e in found], groups, test=entry.test, seed=entry.seed)
    return [
        replace(example, held_out=side, group=group)
        for example, side, group in zip(found, sides, groups, strict=True)
    ]


def _joined(found: list[Example], twins: Iterable[list[Example]]) -> dict[tuple[str, str], str]:
    """Return the group of each example that copies or a group of the source tie to others."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.get(name, name) != name:
            name = above[name]
        return name

    for same in twins:
        names = [f"group {e.group}" if e.group else f"copy {e.digest}" for e in same]
        for name in names[1:]:
            first, second = sorted((top(names[0]), top(name)))
            above[second] = first
    copied = {e.digest for same in twins for e in same}
    found_groups = {}
    for example in found:
        if example.group:
            found_groups[example.digest, example.group] = top(f"group {example.group}")
        elif example.digest in copied:
            found_groups[example.digest, ""] = top(f"copy {example.digest}")
    return found_groups


def _shared_groups(found: Iterable[Example]) -> list[str]:
    sides: dict[str, set[bool]] = defaultdict(set)
    for example in found:
        if example.group:
            sides[example.group].add(example.held_out)
    return sorted(group for group, both in sides.items() if len(both) > 1)


def _labelled_twice(twins: Iterable[list[Example]]) -> list[str]:
    torn = [same for same in twins if len({e.label for e in same}) > 1]
    return [_said(same, f"is labelled {_labels(same)}") for same in torn]


def _labels(same: Iterable[Example]) -> str:
    return " and ".join(sorted({example.label for example in same}))


def _said(same: list[Example], what: str) -> str:
    names = ", ".join(sorted(example.name for example in same)[:3])
    return f"the same picture {what}: {names}{' ...' if len(same) > 3 else ''}"  # noqa: PLR2004
