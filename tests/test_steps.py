"""Steps that are kept: computed once, alone for what is new, and again where they are damaged."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from passing_steps import PassingSteps

from generator import steps as module
from generator.samples import Album
from generator.shelf import Shelf
from generator.steps import KeptSteps

DONE: list[int] = []
LOCK = threading.Lock()


def doubled(picture, factor=2):
    with LOCK:
        DONE.append(int(picture[0, 0, 0]))
    return {"value": picture[0, 0] * factor}


def total(values, album):
    DONE.append(-1)
    return {"total": np.array(sum(values) + len(album))}


def album_of(values, steps, broken=()) -> Album:
    def read(index):
        value = values[index]
        return None if value in broken else np.full((2, 2, 3), value, np.uint8)

    return Album(
        classes=("a",),
        labels=(0,) * len(values),
        groups=("",) * len(values),
        held_out=(False,) * len(values),
        digests=tuple(f"digest {value}" for value in values),
        read=read,
        steps=steps,
    )


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


@pytest.fixture
def kept(tmp_path):
    with Shelf(tmp_path) as shelf:
        yield lambda grounds=None, threads=2: KeptSteps(
            shelf, grounds or {"libraries": {"numpy": "2"}}, threads
        )


def every(steps, values, broken=(), **causes):
    found = list(steps.each(doubled, album_of(values, steps, broken), causes))
    return [None if one is None else int(one["value"][0]) for one in found]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_example_is_computed_once_and_given_in_order(kept, threads):
    values = list(range(40))
    assert every(kept(threads=threads), values) == [2 * value for value in values]
    assert sorted(DONE) == values
    DONE.clear()
    assert every(kept(threads=threads), values) == [2 * value for value in values]
    assert DONE == []


def test_one_more_example_is_computed_alone(kept):
    every(kept(), [1, 2, 3])
    DONE.clear()
    assert every(kept(), [3, 9, 1, 2]) == [6, 18, 2, 4]
    assert DONE == [9]


def test_other_causes_libraries_or_networks_compute_again(kept):
    every(kept(), [1])
    for steps, causes in (
        (kept(), {"factor": 3}),
        (kept({"libraries": {"numpy": "3"}}), {}),
        (kept({"libraries": {"numpy": "2"}, "models": {"network": 1}}), {}),
    ):
        DONE.clear()
        every(steps, [1], **causes)
        assert DONE == [1]


def test_other_code_computes_again(kept, monkeypatch):
    every(kept(), [1])
    DONE.clear()
    monkeypatch.setattr(module, "closure", lambda *_: {"test": "another"})
    every(kept(), [1])
    assert DONE == [1]


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_file_is_computed_again(kept, tmp_path, damage):
    every(kept(), [1, 2])
    path = min((tmp_path / "steps").rglob("*.npz"))
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"?" if damage is None else damage)
    DONE.clear()
    assert every(kept(), [1, 2]) == [2, 4]
    assert len(DONE) == 1
    assert path.read_bytes() == data


def test_what_cannot_be_read_is_none_and_tried_again(kept):
    assert every(kept(), [1, 2, 3], broken=[2]) == [2, None, 6]
    assert every(kept(), [1, 2, 3]) == [2, 4, 6]


def test_an_error_of_one_example_comes_in_its_turn_and_frees_the_step(kept):
    with pytest.raises(TypeError):
        every(kept(), [1, 2], factor="x" * 3 + "y", wrong=1)
    assert every(kept(), [1, 2]) == [2, 4]


def test_a_step_at_a_time_and_both_get_the_same(kept):
    results = []
    values = list(range(30))
    workers = [
        threading.Thread(target=lambda: results.append(every(kept(), values))) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [[2 * value for value in values]] * 3
    assert sorted(DONE) == values


def test_once_is_computed_once_for_its_causes(kept):
    album = album_of([1, 2], PassingSteps())
    for values, done in (([1, 2], [-1]), ([1, 2], []), ([1, 3], [-1])):
        DONE.clear()
        found = kept().once(total, {"values": values}, {"album": album})
        assert int(found["total"]) == sum(values) + 2
        assert done == DONE


def test_the_steps_that_were_used_are_known_by_name(kept, tmp_path):
    steps = kept()
    every(steps, [1])
    steps.once(total, {"values": [1]}, {"album": ()})
    found = list((tmp_path / "steps").rglob("*.npz"))
    assert {f"{p.parent.name}/{p.stem}" for p in found if p.parent.name not in steps.used} == {
        name for name in steps.used if "/" in name
    }
    assert len(found) == 2
    assert len(steps.used) == 2


def test_passing_steps_compute_every_time():
    steps = PassingSteps()
    assert every(steps, [1, 2], broken=[1]) == [None, 4]
    assert every(steps, [1, 2]) == [2, 4]
    assert steps.once(total, {"values": [1]}, {"album": ()})["total"] == 1
    assert DONE == [2, 1, 2, -1]
