"""The drives that a manifest names: a synthetic road, or the log of a car or a simulator."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from generator.content import Item, Kind, Variant
from generator.errors import SourceError
from generator.journeys import Journey, Moment, Still, Training
from generator.science.driving import Log, read_angles
from generator.science.driving_log import read_driving_log
from generator.sources import folder_of
from generator.synthetic import EACH, FRAMES, ROADS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pydantic import BaseModel

    from generator.content import Located, Wish
    from generator.schema import DriveEntry

    Locate = Callable[[str, Path], Located]

SYNTHETIC = "synthetic:"
"""How the sources begin that are drawn, not read."""

STEERING = "steering"
"""The technique that teaches a network on a drive."""

_BLOCKS, _FEW = 10, 5
"""Equal parts of a drive; on so many roads and more, each road is a part."""
_ROAD = {".csv": (0.375, 0.85), ".txt": (0.4, 1.0)}
"""Between which shares of the height the road is: in the simulator, and in a car's camera."""
_FULL = 360.0
"""Degrees that a network whose last step is 2 atan(z) cannot reach."""
_SEED = re.compile(r"synthetic:road(?:/(\d{1,9}))?")
_STILL = re.compile(r"synthetic:road/(\d{1,9})/(\d{1,9})")


def declared(entry: DriveEntry, folder: Path, locate: Locate, place: str) -> Item:
    """Return the drive of a manifest's entry as an item; its problem says if there is none."""
    journey, problem = None, ""
    try:
        journey = (
            _road(entry) if entry.source.startswith(SYNTHETIC) else _log(entry, folder, locate)
        )
    except SourceError as error:
        problem = f"{place}: {error}"
    except OSError as error:
        problem = f"{place}: {entry.source!r} cannot be read: {error.strerror}"
    return Item(
        id=entry.id, kind=Kind.DRIVE, source=entry.source, title=entry.title,
        alt=entry.alt or f"A frame of the drive {entry.title}.", credit=entry.credit,
        licence=entry.licence, description=entry.description.strip(),
        tags=tuple(dict.fromkeys(entry.tags)), problem=problem, journey=journey,
    )  # fmt: skip


def still(source: str, *, truth: str | None = None) -> Still:
    """Return the frame that ``source`` names.

    Raises
    ------
    SourceError
        If it names none, or a file of ``truth`` is named, which it brings itself.

    """
    if truth:
        raise SourceError(f"expected no 'truth' for {source!r}, which brings its own")
    match = _STILL.fullmatch(source)
    if not match or int(match[2]) >= EACH * ROADS:
        raise SourceError(
            f"expected synthetic:road/<seed>/<frame>, frames from 0 to {EACH * ROADS - 1}, "
            f"got {source!r}"
        )
    return Still(int(match[1]), int(match[2]))


def trainings(
    wishes: Sequence[Wish], params: Mapping[str, type[BaseModel]]
) -> dict[str, Training | str]:
    """Return how each drive's network is taught, or why none can be, by what a model may name.

    That is a drive, for the first variant of its technique, or a drive and a variant.
    """
    found: dict[str, Training | str] = {}
    teach: Any = params.get(STEERING)
    if teach is None:
        return found
    for wish in wishes:
        item = wish.item
        listed = [v for use in wish.uses if use.technique == STEERING for v in use.variants]
        for variant in (Variant("", "", listed[0].params if listed else {}), *listed):
            name = f"{item.id}/{variant.id}" if variant.id else item.id
            lesson = teach(**variant.params).lesson
            found[name] = Training(item.journey, lesson) if item.journey else item.problem
    return found


def _road(entry: DriveEntry) -> Journey:
    match = _SEED.fullmatch(entry.source)
    if not match:
        raise SourceError(f"expected synthetic:road or synthetic:road/<seed>, got {entry.source!r}")
    _refuse(entry, ("smoothing", "side", "road"), "a synthetic road needs none")
    frames = entry.frames or FRAMES
    roads = -(-frames // EACH)
    blocks = entry.blocks or (roads if roads >= _FEW else _BLOCKS)
    _check(frames, blocks)
    return Journey(frames, entry.held_out, blocks, seed=int(match[1] or 0))


def _refuse(entry: DriveEntry, names: tuple[str, ...], why: str) -> None:
    for name in names:
        if name in entry.model_fields_set:
            raise SourceError(f"expected no {name!r} for {entry.source!r}: {why}")


def _check(frames: int, blocks: int) -> None:
    if frames < blocks:
        raise SourceError(
            f"expected a frame for each of {blocks} blocks of time, got {frames}; a longer drive, "
            "or fewer 'blocks', is needed to test on what was not learned"
        )


def _log(entry: DriveEntry, folder: Path, locate: Locate) -> Journey:
    suffix = PurePosixPath(entry.source).suffix.lower()
    if suffix not in _ROAD:
        raise SourceError(
            "expected synthetic:road, or the path of a data.txt or a driving_log.csv, got "
            f"{entry.source!r}"
        )
    _refuse(entry, ("frames",), "a log has as many as it has")
    home = PurePosixPath(entry.source).parent
    if suffix == ".csv":
        beside = home / "IMG"
        home = beside if (folder / beside).is_dir() else home
    else:
        _refuse(entry, ("side",), "only a driving_log.csv has cameras at the side")
    log = _read(entry, suffix, str(home), folder, locate)
    moments, problems = _moments(log, home, folder, locate)
    if not moments:
        said = "; ".join(problems[:3]) or "the log is empty"
        raise SourceError(f"expected frames with their angles in {entry.source!r}: {said}")
    blocks = entry.blocks or _BLOCKS
    _check(len({moment.number for moment in moments}), blocks)
    road = entry.road or _ROAD[suffix]
    return Journey(len(moments), entry.held_out, blocks, moments, problems, entry.smoothing, road)


def _read(entry: DriveEntry, suffix: str, home: str, folder: Path, locate: Locate) -> Log:
    there = [path.name for path in folder_of(home, folder).iterdir()]
    try:
        text = locate(entry.source, folder).path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{entry.source!r}: expected UTF-8, got other bytes at {error.start}"
        ) from None
    try:
        if suffix == ".csv":
            return read_driving_log(text, pictures=there, side=entry.side)
    except ValueError as error:
        raise SourceError(f"{entry.source!r}: {error}") from None
    return read_angles(text, pictures=there)


def _moments(
    log: Log, home: PurePosixPath, folder: Path, locate: Locate
) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """Return the frames in the order of time, numbered without gaps, and what is wrong."""
    problems = [str(problem) for problem in log.problems]
    found: list[tuple[int, Moment]] = []
    for row in log.rows:
        name = row.picture
        if abs(row.degrees) >= _FULL:
            problems.append(
                f"{name}: expected less than {_FULL:g}°, got {row.degrees:g}° (left out)"
            )
            continue
        try:
            file = locate(str(home / name), folder)
        except SourceError as error:
            problems.append(f"{name}: {error} (left out)")
        except OSError as error:
            problems.append(f"{name}: cannot be read: {error.strerror} (left out)")
        else:
            found.append((row.frame, Moment(name, file, 0, row.degrees, row.aside)))
    ranks = {frame: rank for rank, frame in enumerate(sorted({frame for frame, _ in found}))}
    ordered = sorted(found, key=lambda pair: pair[0])
    moments = tuple(
        Moment(one.name, one.file, ranks[frame], one.degrees, one.aside) for frame, one in ordered
    )
    return moments, tuple(problems)
