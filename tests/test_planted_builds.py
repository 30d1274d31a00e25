"""The gate finds what was planted, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import planted_builds
import pytest
from planted_builds import PICTURES, SET, World, heat, made

from generator.compared import State
from generator.rules import parse
from generator.technique import Legend
from generator.two_builds import set_beside

RULES = (
    "accuracy >= 0.8",
    "accuracy drop <= 0.02 unless within chance",
    "balanced drop of words on leaves <= 0.02 unless within chance",
    "iou drop <= 0.02 unless within chance",
    "iou drop on picture-3 <= 0.1",
    "changed panels <= 5 %",
    "similarity >= 0.9",
    "correlation >= 0.9",
    "failures == 0",
    "lost items == 0",
    "lost results == 0",
    "worse pictures <= 3",
)
ACCURACY, DROP, BALANCED, IOU, ONE, PANELS, SIMILAR, RANKED, FAILED, ITEMS, RESULTS, WORSE = RULES


@dataclass(frozen=True)
class Case:
    """What is planted, which rules must break, and how many results must count as changed."""

    plant: Callable[[World], World]
    broken: frozenset[str] = frozenset()
    changed: int = 0


def case(plant, *broken, changed=0):
    return Case(plant, frozenset(broken), changed)


def shifted(world: World, names, shift: int) -> World:
    return replace(world, heats={**world.heats, **dict.fromkeys(names, heat(shift))})


def noisy(world: World, size: float) -> World:
    draw = np.random.default_rng(0)
    heats = {
        name: np.abs(one + draw.normal(0, size, one.shape)).astype(np.float32)
        for name, one in world.heats.items()
    }
    return replace(world, heats=heats)


def overlaps(world: World, change) -> World:
    found = {name: change(n, value) for n, (name, value) in enumerate(world.overlaps.items())}
    return replace(world, overlaps=found)


def without(world: World, name: str) -> World:
    return replace(world, heats={n: one for n, one in world.heats.items() if n != name})


NOISE = np.random.default_rng(1).normal(0, 0.05, 12)
CASES = {
    "nothing": case(lambda w: w),
    "a worse classifier": case(
        lambda w: replace(w, wrong=frozenset(range(20))), DROP, BALANCED, WORSE, changed=1
    ),
    "a much worse classifier": case(
        lambda w: replace(w, wrong=frozenset(range(40))),
        ACCURACY, DROP, BALANCED, WORSE, changed=1,
    ),
    "a better classifier": case(lambda w: replace(w, wrong=frozenset()), changed=1),
    "two pictures for two others": case(
        lambda w: replace(w, wrong=frozenset(range(2, 10))), changed=1
    ),
    "three worse, one better": case(
        lambda w: replace(w, wrong=frozenset(range(1, 11))), changed=1
    ),
    "as many right, on other pictures": case(
        lambda w: replace(w, wrong=frozenset(range(50, 58))), WORSE, changed=1
    ),
    "one shifted heatmap": case(
        lambda w: shifted(w, PICTURES[:1], 24), PANELS, SIMILAR, RANKED, changed=1
    ),
    "a heatmap that moved by a pixel": case(
        lambda w: replace(shifted(w, PICTURES[:1], 1), masks=frozenset()), PANELS, changed=1
    ),
    "every heatmap shifted": case(
        lambda w: shifted(w, PICTURES, 24), PANELS, SIMILAR, RANKED, changed=12
    ),
    "a heatmap of another size": case(
        lambda w: replace(w, heats={**w.heats, PICTURES[0]: heat(0, 40)}),
        PANELS, SIMILAR, RANKED, changed=1,
    ),
    "one pixel of a mask": case(lambda w: replace(w, masks=frozenset(PICTURES[:1])), changed=1),
    "last bits of every heatmap": case(lambda w: noisy(w, 1e-6)),
    "noise that can be seen": case(lambda w: noisy(w, 0.1), PANELS, SIMILAR, RANKED, changed=12),
    "the same arrays in other bytes": case(lambda w: replace(w, squeezed=False)),
    "another colour map": case(lambda w: replace(w, look="other")),
    "other words and another range of colours": case(
        lambda w: replace(w, titles="Photo", legend=Legend("Warmth", "x", range=(0.0, 2.0)))
    ),
    "other code, the same findings": case(
        lambda w: replace(w, causes={"code": {"generator.science.saliency": "2"}})
    ),
    "another version of a library, the same findings": case(
        lambda w: replace(w, causes={"libraries": {"numpy": "2.2"}})
    ),
    "a lost item": case(lambda w: without(w, "picture-3"), ONE, ITEMS, RESULTS),
    "a source that is gone": case(
        lambda w: replace(w, broken=frozenset({"picture-3"})), ONE, FAILED, ITEMS, RESULTS
    ),
    "a result that fails": case(
        lambda w: replace(w, failing=frozenset({"picture-5"})), FAILED, RESULTS
    ),
    "a classifier that fails": case(
        lambda w: replace(w, failing=frozenset({SET})),
        ACCURACY, DROP, BALANCED, FAILED, RESULTS,
    ),
    "a new item": case(
        lambda w: replace(
            w, heats={**w.heats, "new": heat()}, overlaps={**w.overlaps, "new": 0.7}
        )
    ),
    "a number worse everywhere": case(
        lambda w: overlaps(w, lambda n, value: value - 0.1 - 0.001 * n), IOU, ONE, changed=12
    ),
    "a number that wavers": case(
        lambda w: overlaps(w, lambda n, value: value + NOISE[n] - 0.02), changed=12
    ),
    "a number worse on one picture": case(
        lambda w: overlaps(w, lambda n, value: 0.1 if n == 3 else value), ONE, changed=1
    ),
    "a number worse on another picture": case(
        lambda w: overlaps(w, lambda n, value: 0.1 if n == 4 else value), changed=1
    ),
    "last bits of every number": case(lambda w: overlaps(w, lambda _, value: value * (1 + 1e-9))),
    "a number that is no longer measured": case(
        lambda w: replace(w, scored=False), IOU, ONE, changed=12
    ),
    "more held-out pictures": case(lambda w: replace(w, extra=4), changed=1),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made(tmp_path_factory.mktemp("base"), World(), "base")


@pytest.mark.parametrize("name", CASES)
def test_what_was_planted_is_found_and_nothing_else(name, base, tmp_path):
    planted = CASES[name]
    head = made(tmp_path, planted.plant(World()), "head")
    two = set_beside(base, head, map(parse, RULES))
    assert {verdict.rule.text for verdict in two.broken} == planted.broken
    assert len(two.compared.of(State.CHANGED)) == planted.changed


def test_there_are_enough_cases():
    assert len(CASES) >= 20
    assert sum(bool(one.broken) for one in CASES.values()) >= 10
    assert sum(not one.broken for one in CASES.values()) >= 10


def test_what_failed_before_is_mended(tmp_path):
    before = made(tmp_path / "a", replace(World(), failing=frozenset({"picture-5"})))
    after = made(tmp_path / "b", World())
    two = set_beside(before, after, map(parse, RULES))
    assert not two.broken
    assert [twin.place[0] for twin in two.compared.of(State.MENDED)] == ["picture-5"]


def test_what_did_not_change_is_never_read(base, tmp_path, monkeypatch):
    head = made(tmp_path, shifted(World(), PICTURES[:1], 24))
    read = []
    true = planted_builds.Shelf.read
    monkeypatch.setattr(
        planted_builds.Shelf, "read", lambda shelf, blob: read.append(blob) or true(shelf, blob)
    )
    set_beside(base, head, ())
    assert len(read) == 4  # a heatmap and a mask, on both sides
