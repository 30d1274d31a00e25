"""Accuracy against a choice: every value with every seed, means and extremes."""

import pytest

from generator.science.learning_curve import Row, accuracy_against


def test_every_value_meets_every_seed_once_and_in_order():
    asked = []

    def score(value, seed):
        asked.append((value, seed))
        return 1 - 0.1 * seed, value / 10 + 0.1 * seed

    rows = accuracy_against(score, (4, 2), (0, 2, 1))
    assert asked == [(4, 0), (4, 2), (4, 1), (2, 0), (2, 2), (2, 1)]
    expected = [Row(4, 0.9, 0.5, 0.4, 0.6), Row(2, 0.9, 0.3, 0.2, 0.4)]
    for row, other in zip(rows, expected, strict=True):
        assert vars(row) == pytest.approx(vars(other))


def test_one_seed_has_no_spread_and_no_value_no_row():
    assert accuracy_against(lambda v, s: (0.7, 0.5), ["soft"], [3]) == (
        Row("soft", 0.7, 0.5, 0.5, 0.5),
    )
    assert accuracy_against(lambda v, s: (1, 1), [], [3]) == ()


def test_no_seed_is_refused_in_words():
    with pytest.raises(ValueError, match="at least one seed"):
        accuracy_against(lambda v, s: (1, 1), [1], [])
