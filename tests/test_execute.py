"""Whatever a technique does, it fails alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Inline

from generator.execute import processes, run_all


@pytest.fixture
def trouble(house, guests):
    guests("trouble")
    house.edit(
        "  saliency:\n    params: {long_side: 32}\n", "  trouble:\n    params: {how: HOW, on: 64}\n"
    )
    return house


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("raise", "ZeroDivisionError: the technique divided by nothing"),
        ("memory", "not enough memory"),
        ("nonsense", "expected run to return a Result, got dict"),
        ("nan", "holds NaN"),
        ("negative", "not negative"),
    ],
)
def test_a_failing_technique_is_a_card_and_the_rest_is_built(trouble, how, said):
    trouble.edit("HOW", how)
    summary = trouble.build()
    assert (summary.built, summary.failed) == (5, 1)
    assert said in trouble.page("items/disc.html")
    assert 'class="failure"' not in trouble.page("items/noise.html")


def test_a_failure_is_not_kept(trouble):
    trouble.edit("HOW", "raise")
    trouble.build()
    assert (trouble.build().cached, trouble.build().failed) == (5, 1)


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_a_technique_that_kills_its_process_fails_alone(trouble, how):
    trouble.edit("HOW", how)
    summary = trouble.build(executor=processes, jobs=2)
    assert (summary.built, summary.failed) == (5, 1)
    assert 'class="failure"' in trouble.page("items/disc.html")


def test_any_executor_can_be_handed_in(house):
    summary = house.build(executor=ThreadPoolExecutor, jobs=2)
    assert (summary.built, summary.failed) == (6, 0)


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


def test_equal_runs_are_computed_once(house):
    house.edit(
        "    params: {long_side: 32}\n",
        "    params: {long_side: 32}\n    variants: [{name: one}, {name: two}]\n",
    )
    assert house.build().built == 6
    assert 'id="saliency-two"' in house.page("items/disc.html")
