"""Changes between two builds: against exact tests, slow twins, and known answers."""

from __future__ import annotations

import numpy as np
import pytest

from generator.science.classifier_metrics import balanced_accuracy, macro_f1, mcnemar
from generator.science.paired import class_changes, mean_change, separate_shares, share_change


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("gained", range(12))
@pytest.mark.parametrize("lost", range(12))
def test_the_interval_of_a_share_holds_zero_where_mcnemar_finds_nothing(gained, lost):
    before = [False] * gained + [True] * lost + [True] * 10
    after = [True] * gained + [False] * lost + [True] * 10
    found = share_change(before, after)
    assert found.within_chance == (mcnemar(before, after) > 0.05)
    low, high = found.interval
    assert low <= found.difference <= high
    assert found.difference == pytest.approx((gained - lost) / len(before))


def test_nothing_that_changed_is_no_change():
    found = share_change([True, False], [True, False])
    assert (found.difference, found.interval, found.within_chance) == (0, (0, 0), True)


def test_the_interval_of_a_share_covers_the_truth():
    draw, inside = np.random.default_rng(1), 0
    for _ in range(400):
        before = draw.random(80) < 0.8
        after = np.where(draw.random(80) < 0.3, draw.random(80) < 0.6, before)
        low, high = share_change(before.tolist(), after.tolist()).interval
        inside += low <= 0.3 * (0.6 - 0.8) <= high
    assert inside >= 0.93 * 400


def test_two_samples_are_compared_as_newcombe_does():
    # Newcombe 1998, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    found = separate_shares(48, 80, 56, 70)
    assert found.difference == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_a_mean_that_moves_everywhere_is_beyond_chance_and_noise_is_within():
    draw = np.random.default_rng(2)
    before = draw.random(30)
    assert mean_change(before, before + 0.1, rng()).within_chance is False
    assert mean_change(before, before + draw.normal(0, 0.1, 30), rng()).within_chance is True
    assert mean_change(before[:5], before[:5] + 0.1, rng()).within_chance is None


def test_means_over_classes_change_as_their_definitions_do():
    draw = np.random.default_rng(3)
    truth = draw.integers(0, 4, 60).tolist()
    before = [t if draw.random() < 0.8 else int(draw.integers(0, 5)) for t in truth]
    after = [t if draw.random() < 0.5 else int(draw.integers(0, 5)) for t in truth]
    found = class_changes(truth, before, after, rng())
    assert found.balanced.difference == pytest.approx(
        balanced_accuracy(truth, after) - balanced_accuracy(truth, before)
    )
    assert found.f1.difference == pytest.approx(macro_f1(truth, after) - macro_f1(truth, before))
    assert found.balanced.within_chance is False
    same = class_changes(truth, before, before, rng())
    assert (same.balanced.interval, same.f1.interval) == ((0, 0), (0, 0))


def test_a_change_is_the_same_twice():
    truth, before, after = [0, 1] * 20, [0] * 40, [1] * 40
    assert class_changes(truth, before, after, rng()) == class_changes(truth, before, after, rng())


@pytest.mark.parametrize("change", [share_change, lambda a, b: mean_change(a, b, rng())])
def test_lists_must_match(change):
    with pytest.raises(ValueError, match="one length"):
        change([True], [True, False])
    with pytest.raises(ValueError, match="one length"):
        change([], [])
