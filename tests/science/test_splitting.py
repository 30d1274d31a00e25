"""Honest splits: groups stay whole, shares are kept, every class on both sides, any order."""

import random
import subprocess
import sys
from collections import Counter

import pytest

from generator.science.splitting import folds, split


def examples(seed, size=60, classes=4, sources=25, *, mixed=False):
    """Labels and groups; a group has one class unless mixed, and some examples have no group."""
    rng = random.Random(seed)
    names = [f"source {rng.randrange(10**6)}" for _ in range(sources)]
    of_group = {name: f"class {rng.randrange(classes)}" for name in names}
    groups = [rng.choice([*names, ""]) for _ in range(size)]
    labels = [
        f"class {rng.randrange(classes)}" if mixed or not group else of_group[group]
        for group in groups
    ]
    return labels, groups


def sides_of(labels, groups, sides):
    """The parts each class is in, and how many groups it has."""
    where, sources = {}, {}
    for place, (label, group, side) in enumerate(zip(labels, groups, sides, strict=True)):
        where.setdefault(label, set()).add(side)
        sources.setdefault(label, set()).add(group or place)
    return where, {label: len(found) for label, found in sources.items()}


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("test", [0.05, 0.2, 0.5, 0.9])
def test_a_group_is_never_on_both_sides(mixed, test):
    for seed in range(100):
        labels, groups = examples(seed, mixed=mixed)
        held = split(labels, groups, test=test, seed=seed)
        fold = folds(labels, groups, 3, seed)
        for parts in (held, fold):
            seen = {}
            for group, part in zip(groups, parts, strict=True):
                assert not group or seen.setdefault(group, part) == part


@pytest.mark.parametrize("test", [0.05, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("sources", [3, 8, 25])
def test_every_class_with_two_groups_is_on_both_sides_and_one_with_one_trains(test, sources):
    for seed in range(200):
        labels, groups = examples(seed, size=30, sources=sources)
        where, count = sides_of(labels, groups, split(labels, groups, test=test, seed=seed))
        for label, sides in where.items():
            assert sides == ({False, True} if count[label] > 1 else {False}), (seed, label)


def test_classes_that_share_groups_train_first_and_are_held_out_as_groups_allow():
    for seed in range(200):
        labels, groups = examples(seed, size=30, sources=6, mixed=True)
        where, _ = sides_of(labels, groups, split(labels, groups, seed=seed))
        assert all(False in sides for sides in where.values())
        assert any(True in sides for sides in where.values())
    # Each of three groups is one of two of some pair of classes: held out can be only one.
    labels, groups = list("abbcca"), list("112233")
    where, _ = sides_of(labels, groups, split(labels, groups))
    assert sorted(len(sides) for sides in where.values()) == [1, 2, 2]
    # The only group of a lends one example to b, whose other group has to be the one held out.
    assert split(list("aaab"), list("1112"), test=0.5) == (False, False, False, False)
    assert split(list("aabb"), list("1112"), test=0.5) == (False, False, False, True)


def test_a_list_sorted_by_class_is_tested_on_every_class():
    labels = ["cat"] * 50 + ["dog"] * 50 + ["owl"] * 10
    for groups in ([""] * 110, [f"{n:03}" for n in range(110)]):
        held = split(labels, groups)
        counts = Counter(label for label, out in zip(labels, held, strict=True) if out)
        assert counts == {"cat": 10, "dog": 10, "owl": 2}
        assert not all(held[40:50])


@pytest.mark.parametrize(("size", "test", "out"), [(2, 0.2, 1), (3, 0.2, 1), (7, 0.2, 1), (8, 0.2, 2), (10, 0.25, 3), (9, 0.5, 4), (3, 0.9, 2), (100, 0.07, 7)])  # fmt: skip
def test_shares_are_rounded_to_the_nearest_number_but_never_to_none(size, test, out):
    held = split(["a"] * size + ["b"] * 20, [""] * (size + 20), test=test)
    assert sum(held[:size]) == out


def test_shares_are_kept_as_well_as_groups_allow():
    worst = 0
    for seed in range(100):
        labels, groups = examples(seed, size=300, classes=3, sources=90)
        held = split(labels, groups, seed=seed)
        total, out = Counter(labels), Counter(
            label for label, side in zip(labels, held, strict=True) if side
        )  # fmt: skip
        worst = max(worst, *(abs(out[label] - 0.2 * total[label]) for label in total))
    # Groups have three or so examples, and there are enough small ones to come near.
    assert worst <= 1


def test_rare_classes_in_groups_of_several_keep_their_shares_too():
    worst = 0
    for seed in range(50):
        rng = random.Random(seed)
        groups = [f"group {rng.randrange(40)}" for _ in range(300)]
        labels = [str(min(rng.randrange(6), rng.randrange(6), rng.randrange(6))) for _ in groups]
        held = split(labels, groups, seed=seed)
        total, out = Counter(labels), Counter(
            label for label, side in zip(labels, held, strict=True) if side
        )  # fmt: skip
        worst = max(worst, *(abs(out[c] / total[c] - 0.2) for c in total if total[c] > 9))
    assert worst < 0.1


def test_the_smallest_group_is_held_out_where_one_must_be():
    assert split(list("aaaaa"), list("11122"), test=0.05) == (False, False, False, True, True)


def test_folds_have_equal_shares_of_every_class():
    labels = ["a"] * 30 + ["b"] * 12 + ["c"] * 4
    fold = folds(labels, [""] * 46, 3)
    for label, sizes in (("a", [10, 10, 10]), ("b", [4, 4, 4]), ("c", [1, 1, 2])):
        counts = Counter(f for name, f in zip(labels, fold, strict=True) if name == label)
        assert sorted(counts.values()) == sizes
    # Rest goes where there is least of all classes together.
    singles = folds([str(n) for n in range(9)], [""] * 9, 3)
    assert sorted(Counter(singles).values()) == [3, 3, 3]


def test_a_class_with_two_groups_is_in_two_folds_and_no_fold_is_empty():
    for seed in range(200):
        labels, groups = examples(seed, size=30, sources=8)
        fold = folds(labels, groups, 4, seed)
        where, count = sides_of(labels, groups, fold)
        assert all(len(where[label]) >= min(2, count[label]) for label in where)
        assert set(fold) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "part", [split, lambda labels, groups, seed: folds(labels, groups, 3, seed)]
)
@pytest.mark.parametrize("mixed", [False, True])
def test_permuting_examples_permutes_the_split(part, mixed):
    for seed in range(60):
        labels, groups = examples(seed, mixed=mixed)
        named = [group or f"alone {place}" for place, group in enumerate(groups)]
        order = random.Random(seed).sample(range(len(labels)), len(labels))
        moved = [[values[place] for place in order] for values in (labels, named, groups)]
        before = part(labels, named, seed=seed)
        assert list(part(moved[0], moved[1], seed=seed)) == [before[place] for place in order]
        # Without a name only the number of each class can stay.
        loose = Counter(zip(labels, groups, part(labels, groups, seed=seed), strict=True))
        after = part(moved[0], moved[2], seed=seed)
        assert Counter(zip(moved[0], moved[2], after, strict=True)) == loose


@pytest.mark.parametrize(
    "part", [split, lambda labels, groups, seed: folds(labels, groups, 3, seed)]
)
def test_the_seed_chooses_and_nothing_else_does(part):
    labels, groups = examples(1, size=200)
    assert part(labels, groups, seed=5) == part(labels, groups, seed=5)
    assert len({part(labels, groups, seed=seed) for seed in range(10)}) >= 8
    renamed = [label.replace("class", "sort") for label in labels]
    assert part(renamed, groups, seed=5) == part(labels, groups, seed=5)


def test_an_example_is_held_out_as_often_as_any_other():
    times = [0] * 20
    for seed in range(500):
        held = split(["a"] * 20, [""] * 20, seed=seed)
        times = [n + out for n, out in zip(times, held, strict=True)]
    # Binomial, mean 100 and standard deviation 9.
    assert min(times) > 60
    assert max(times) < 140


def test_planning_stays_light():
    code = (
        "import sys, time, random\nfrom generator.science.splitting import split, folds\n"
        "r = random.Random(0)\nlabels = [str(r.randrange(10)) for _ in range(10_000)]\n"
        "start = time.process_time()\nsplit(labels, [''] * 10_000)\n"
        "print('numpy' in sys.modules, time.process_time() - start < 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_no_examples_give_no_sides():
    assert split([], []) == ()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: split(["a"], []), "1 labels and 0 groups"),
        (lambda: split(["a"], [""], test=0.0), r"got 0\.0"),
        (lambda: split(["a"], [""], test=1.0), r"got 1\.0"),
        (lambda: split(["a"], [""], test=float("nan")), "got nan"),
        (lambda: folds(["a"], ["", ""], 2), "1 labels and 2 groups"),
        (lambda: folds(["a", "b"], ["", ""], 1), "got 1"),
        (lambda: folds(["a", "b", "b"], ["", "x", "x"], 3), r"one a group \(2\).*got 3"),
    ],
)
def test_wrong_arguments_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
