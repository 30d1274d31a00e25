"""The picture files of a site, made once from the store's findings and kept there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator import likenesses, present, values
from generator.errors import StoreError
from generator.execute import MakeExecutor, processes, run_all
from generator.film_panels import Showing, showings
from generator.likenesses import Compared, measured
from generator.panels import asset_stem, comparable, files, scale, values_name
from generator.shelf import DamageError, Shelf
from generator.technique import STACKS, Role
from generator.worker import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.findings import Findings
    from generator.records import PanelRecord
    from generator.store import Store


@dataclass(frozen=True)
class Wanted:
    """The files that show one panel, all made from one reading of it.

    ``compared``: its values are wanted too, for the viewer.
    """

    stem: str
    panel: PanelRecord
    ends: tuple[float, float] | None
    compared: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, below the site's assets folder."""
        pictures = tuple(f"{self.stem}{made.suffix}" for made in files(self.panel))
        return (*pictures, values_name(self.stem)) if self.compared else pictures


@dataclass(frozen=True)
class Made:
    """The blob of each file that was made; or the stored file that turned out to be damaged."""

    blobs: dict[str, str]
    damaged: str = ""
    problem: str = ""


Asked = Wanted | Showing | Compared
"""A set of files that is made from what the store holds, and kept."""


def wanted(findings: Findings) -> dict[str, Asked]:
    """Return every set of files that the pages will name or read, by stem."""
    found: dict[str, Asked] = {one.stem: one for one in (likenesses.compared(findings),) if one}
    for outcome in findings.outcomes.values():
        if outcome.record is None:
            continue
        technique = findings.catalog[outcome.task.technique]
        found |= {
            one.stem: one
            for one in showings(findings, outcome.task.item, technique, outcome.record)
        }
        shape = findings.picture_shape(outcome.task.item)
        for name, legend in technique.legends.items():
            panel = outcome.record.panel(name)
            if panel is None or not files(panel):
                continue
            stem = asset_stem(panel, legend, findings.look)
            twin = found.get(stem)
            compared = comparable(panel, shape) or (isinstance(twin, Wanted) and twin.compared)
            found[stem] = Wanted(stem, panel, scale(panel, legend), compared)
    return found


def make_assets(
    findings: Findings,
    store: Store,
    *,
    jobs: int,
    executor: MakeExecutor = processes,
    done: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Return the blob of each file in the site's assets folder; missing ones are made.

    Raises
    ------
    DamageError
        If a finding's own file is damaged; it is gone then, and another build computes it.

    """
    sets = wanted(findings)
    known = store.assets(name for one in sets.values() for name in one.names)
    missing = [one for one in sets.values() if any(name not in known for name in one.names)]
    root = str(store.root.resolve())
    damaged = ""
    for one, made in run_all(missing, make, (root,), jobs=jobs, executor=executor):
        if isinstance(made, Failure):
            raise StoreError(f"the pictures of {one.stem} cannot be made: {made.message}")
        if made.problem:
            raise StoreError(made.problem)
        damaged = made.damaged or damaged
        store.index.add_assets(made.blobs)
        store.note(made.blobs.values())
        known.update(made.blobs)
        done(one.stem)
    if damaged:
        store.blob(damaged).unlink(missing_ok=True)
        raise DamageError(damaged)
    return known


def make(one: Asked, root: str) -> Made:
    """Make the files of one panel and keep them in the store at ``root``."""
    try:
        with Shelf(Path(root)) as shelf:
            if isinstance(one, Showing):
                from generator.film_looks import make_film  # here: it loads OpenCV

                return Made(make_film(one, shelf))
            if isinstance(one, Compared):
                numbers = measured(one, shelf)
                return Made({one.names[0]: shelf.write(numbers, durable=False)})
            encoded = _encoded(one, shelf)
            names = zip(one.names, encoded, strict=True)
            return Made({name: shelf.write(data, durable=False) for name, data in names})
    except DamageError as error:
        return Made({}, damaged=error.blob)
    except StoreError as error:
        return Made({}, problem=str(error))


def _encoded(one: Wanted, shelf: Shelf) -> list[bytes]:
    made = files(one.panel)
    if one.panel.suffix == "source":
        photo = shelf.read(one.panel.blob)
        pictures = present.encode_photo(photo, made)
        return [*pictures, *(_script(one, values.grid_of_photo(photo)) if one.compared else ())]
    array = shelf.array(one.panel)
    kept = _script(one, values.grid_of(array)) if one.compared else ()
    if one.ends is not None or one.panel.role in {Role.MASK, *STACKS}:
        low, high = one.ends or (0.0, 1.0)
        array = present.colour(array, one.panel.role, low, high)
    return [*present.encode(array, made), *kept]


def _script(one: Wanted, grid: values.Grid) -> tuple[bytes, ...]:
    return (values.script(one.stem, grid),)
