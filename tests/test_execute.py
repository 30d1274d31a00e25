"""Whatever a technique does, it fails alone."""

from __future__ import annotations

import importlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import HOUSE, Inline, tree

from generator import execute
from generator.execute import processes, run_all, tally

sys.path.append(str(HOUSE))
trouble_module = importlib.import_module("trouble")
sys.path.remove(str(HOUSE))

SAID = {
    "raise": "ZeroDivisionError: the technique divided by nothing",
    "memory": "not enough memory",
    "exit": "SystemExit: 3",
    "beyond": "Beyond: beyond",
    "mute": "MuteError",
    "no-text": "ValueError: a\\udce4b",
    "script": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "nonsense": "expected run to return a Result, got dict",
    "nothing": "expected run to return a Result, got NoneType",
    "nan": "holds NaN",
    "infinite": "holds NaN or infinity",
    "negative": "not negative",
    "double": "a heatmap is float32 of rank 2",
    "no-series": "a curve has x and at least one series",
    "junk": "got a text file",
    "write": "read-only",
}


@pytest.fixture
def trouble(house, guests):
    guests("trouble")
    house.edit(
        "  saliency:\n    params: {long_side: 32}\n", "  trouble:\n    params: {how: HOW, on: 64}\n"
    )
    return house


@pytest.mark.parametrize("how", [*trouble_module.FAIL, "write"])
def test_a_failing_technique_is_a_card_and_the_rest_is_built(trouble, how):
    trouble.edit("HOW", how)
    summary = trouble.build()
    assert (summary.built, summary.failed) == (5, 1)
    assert summary.problems[0].startswith("disc · trouble · default: ")
    assert 'class="failure"' in trouble.page("items/disc.html")
    assert SAID.get(how, "") in trouble.page("items/disc.html").replace("&#39;", "'")
    assert "<script>alert" not in trouble.page("items/disc.html")
    assert 'class="failure"' not in trouble.page("items/noise.html")


@pytest.mark.parametrize("how", trouble_module.ODD)
def test_an_odd_result_never_stops_the_build(trouble, how):
    trouble.edit("HOW", how)
    summary = trouble.build()
    assert (summary.built, summary.failed) == (6, 0)
    assert "nan" not in trouble.page("items/disc.html").split("<main")[1].casefold().split()
    assert trouble.build().written is False


def test_a_failure_is_not_kept(trouble):
    trouble.edit("HOW", "raise")
    trouble.build()
    assert (trouble.build().cached, trouble.build().failed) == (5, 1)


def test_a_failure_leaves_nothing_in_the_store(trouble):
    trouble.edit("HOW", "nan-score")
    trouble.build()
    assert len(tree(trouble.project.store / "records")) == 5
    assert list((trouble.project.store / "drafts").glob("*")) == []


@pytest.mark.parametrize("how", [*trouble_module.DIE, "exit", "beyond"])
def test_a_technique_that_kills_its_process_fails_alone(trouble, how):
    trouble.edit("HOW", how)
    summary = trouble.build(executor=processes, jobs=2)
    assert (summary.built, summary.failed) == (5, 1)
    assert 'class="failure"' in trouble.page("items/disc.html")
    assert 'class="failure"' not in trouble.page("items/grey.html")


def test_two_killers_are_told_apart_from_their_fellows():
    found = dict(run_all(range(8), _fatal, ((3, 5),), jobs=2))
    assert {piece for piece, done in found.items() if isinstance(done, execute.Failure)} == {3, 5}
    assert [found[piece] for piece in (0, 1, 2, 4, 6, 7)] == [0, 1, 4, 16, 36, 49]
    assert "died twice" in found[3].message


def _fatal(piece: int, on: tuple[int, ...]) -> int:
    if piece in on:
        os._exit(1)
    return piece * piece


@pytest.mark.parametrize("make", [ThreadPoolExecutor, lambda _: Inline()])
def test_any_executor_can_be_handed_in(house, make):
    summary = house.build(executor=make, jobs=2)
    assert (summary.built, summary.failed) == (6, 0)


def test_results_do_not_depend_on_who_computed_them(house):
    found = []
    for number, make in enumerate((processes, ThreadPoolExecutor, lambda _: Inline())):
        house.project = house.at(f"store-{number}")
        house.build(executor=make, jobs=2, force=True)
        found.append((tree(house.project.out), tree(house.project.store / "records")))
    assert found[0] == found[1] == found[2]


def test_no_more_is_handed_out_than_keeps_the_workers_busy():
    running = most = 0

    class Counting(Inline):
        def submit(self, function, /, *args, **kwargs):
            nonlocal running, most
            running += 1
            most = max(most, running)
            return super().submit(function, *args, **kwargs)

    for _ in run_all(range(50), lambda piece: piece, (), jobs=3, executor=lambda _: Counting()):
        running -= 1
    assert most <= 7


def test_no_more_workers_are_asked_for_than_there_is_work():
    asked = []

    def make(workers):
        asked.append(workers)
        return Inline()

    assert list(run_all([], _fatal, ((),), jobs=8, executor=make)) == []
    assert len(list(run_all([1, 2], _fatal, ((),), jobs=8, executor=make))) == 2
    assert asked == [2]


def test_equal_runs_are_computed_once(house):
    house.edit(
        "    params: {long_side: 32}\n",
        "    params: {long_side: 32}\n    variants: [{name: one}, {name: two}]\n",
    )
    assert house.build().built == 6
    assert 'id="saliency-two"' in house.page("items/disc.html")


def test_native_libraries_keep_to_one_thread_and_the_caller_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    before = dict(os.environ)
    seen = dict(run_all(["OMP_NUM_THREADS", "NUMBA_NUM_THREADS"], os.environ.get, (), jobs=1,
                        executor=lambda _: Inline()))  # fmt: skip
    assert seen == {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    assert dict(os.environ) == before


def test_the_tally_counts_every_outcome_once():
    failure = execute.Failure("no")
    outcomes = [
        execute.Outcome(None, None, None, cached=False),
        execute.Outcome(None, None, None, cached=True),
        execute.Outcome(None, None, failure, cached=True),
        execute.Outcome(None, None, failure, cached=False),
    ]
    assert tally(outcomes) == (1, 1, 2)
