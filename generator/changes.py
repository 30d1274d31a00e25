"""Looking into what differs: the arrays of changed panels, and only those."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generator.compared import Sight
from generator.stills import Still
from generator.technique import STACKS, Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.builds import Build
    from generator.compared import Compared, Pair, Twin
    from generator.science.likeness import Likeness


MAPS = frozenset({Role.HEATMAP, Role.SIGNED_MAP, Role.MASK})
"""Roles whose arrays are values by place."""


def measured(compared: Compared, base: Build, head: Build, *, jobs: int = 1) -> Compared:
    """Return ``compared`` with the likeness of every panel that differs, less what is rounding.

    What is the same in both builds is never read. Where arrays of either side are not at hand,
    the pictures of both sites are looked at, if they were drawn with the same colours.
    """
    if not any(twin.pairs for twin in compared.twins):
        return compared
    # Before the threads, which would import SciPy at the same time and find it half made.
    from generator import changed_films, imaging  # noqa: F401

    with ThreadPoolExecutor(jobs) as pool:  # numpy and the decoders let other threads run
        twins = list(pool.map(lambda twin: _measured(twin, base, head), compared.twins))
    return replace(compared, twins=tuple(twins))


def _measured(twin: Twin, base: Build, head: Build) -> Twin:
    if not twin.pairs:
        return twin
    pairs = [_looked_at(pair, twin, base, head) for pair in twin.pairs]
    kept = tuple(pair for pair in pairs if not pair.rounding)
    return replace(twin, pairs=kept, rounded=len(pairs) - len(kept))


def arrays(
    pair: Pair, twin: Twin, base: Build, head: Build
) -> tuple[NDArray[Any], NDArray[Any], Sight] | None:
    """Return what ``pair`` holds on both sides, or the pictures of both sites, and which it is.

    None where one side has nothing that can be read.
    """
    if not pair.base or not pair.head or not pair.base.blob or not pair.head.blob:
        return None
    before, after = base.array(pair.base), head.array(pair.head)
    if before is not None and after is not None:
        return before, after, Sight.ARRAYS
    if not twin.base or not twin.head or base.report.look != head.report.look:
        return None
    if pair.base.role in STACKS:
        return None
    before, after = base.picture(twin.base, pair.name), head.picture(twin.head, pair.name)
    return None if before is None or after is None else (before, after, Sight.PICTURES)


def _looked_at(pair: Pair, twin: Twin, base: Build, head: Build) -> Pair:
    from generator.science.likeness import map_likeness, picture_likeness, stack_likeness

    if isinstance(pair.base, Still) and isinstance(pair.head, Still):
        from generator.changed_films import laid_beside

        pair = laid_beside(pair, (pair.base, pair.head), (base, head))
        if pair.sight is not Sight.NOTHING:
            return pair
    found = arrays(pair, twin, base, head)
    if found is None or pair.head is None or pair.base is None:
        return pair
    before, after, sight = found
    measurable = {Role.PICTURE, *MAPS, *STACKS}
    if sight is Sight.ARRAYS and pair.head.role not in measurable:
        return replace(pair, sight=Sight.NOTHING)
    if before.shape != after.shape or pair.base.role is not pair.head.role:
        return replace(pair, sight=sight)
    likeness: Likeness
    if sight is Sight.PICTURES or pair.head.role is Role.PICTURE:
        likeness = picture_likeness(before, after)
    elif pair.head.role in STACKS:
        likeness = stack_likeness(before, after)
    else:
        likeness = map_likeness(before, after)
    return replace(pair, likeness=likeness, sight=sight)
