"""Probabilities from margins: the definition on a grid, margins that are right already, limits."""

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from generator.science.calibration import softmax, temperature


def drawn(count, classes=3, scale=2.0, seed=0):
    """Margins, and labels drawn from their own softmax."""
    rng = np.random.default_rng(seed)
    margins = scale * rng.normal(size=(count, classes))
    chances = softmax(margins)
    return margins, np.array([rng.choice(classes, p=p) for p in chances])


def slow_loss(margins, labels, divisor):
    count, classes = margins.shape
    total = 0.0
    for row, label in zip(margins, labels, strict=True):
        powers = [np.exp(value / divisor) for value in row]
        for c in range(classes):
            target = (count + 1 if c == label else 1) / (count + classes)
            total -= target * np.log(powers[c] / sum(powers))
    return total


def test_softmax_meets_scipy_and_stands_large_scores():
    scores = np.random.default_rng(0).normal(size=(5, 4, 3)) * 20
    np.testing.assert_allclose(softmax(scores), scipy_softmax(scores, axis=-1), rtol=1e-12)
    np.testing.assert_array_equal(softmax(np.array([1000.0, 0.0])), [1, 0])
    np.testing.assert_allclose(softmax(scores - 500), softmax(scores), rtol=1e-9)


@pytest.mark.parametrize("classes", [2, 5])
def test_temperature_is_the_least_of_the_definition(classes):
    margins, labels = drawn(40, classes, seed=classes)
    found = temperature(margins, labels)
    best = slow_loss(margins, labels, found)
    for factor in (0.3, 0.9, 0.99, 1.01, 1.1, 3):
        assert slow_loss(margins, labels, found * factor) > best


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_margins_that_are_right_already_keep_their_temperature(classes):
    margins, labels = drawn(20_000, classes)
    assert temperature(margins, labels) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_temperature_grows_with_the_margins(factor):
    margins, labels = drawn(100)
    expected = factor * temperature(margins, labels)
    assert temperature(factor * margins, labels) == pytest.approx(expected, rel=1e-6)
    shifted = margins + np.arange(100)[:, None]
    assert temperature(shifted, labels) == pytest.approx(temperature(margins, labels), rel=1e-6)


def test_margins_without_an_error_are_not_certain():
    labels = np.arange(20) % 2
    margins = np.where(labels[:, None] == np.arange(2), 1.0, -1.0)
    # Every margin is alike, so the best softmax is the smoothed target itself.
    top = softmax(margins / temperature(margins, labels)).max(axis=1)
    np.testing.assert_allclose(top, 21 / 22, rtol=1e-6)


def test_margins_that_tell_nothing_make_all_classes_alike():
    margins, labels = drawn(100)
    for useless in (-margins, 0 * margins):
        assert temperature(useless, labels) == 1000
    far = np.eye(3)[labels] * 1e-8
    assert temperature(far, labels) == 1e-6


@pytest.mark.parametrize(
    ("margins", "labels", "words"),
    [
        (np.zeros((3, 2)), np.zeros(2, int), r"\(3, 2\) and \(2,\)"),
        (np.zeros(3), np.zeros(3, int), r"\(3,\) and \(3,\)"),
        (np.zeros((0, 2)), np.zeros(0, int), r"\(0, 2\)"),
    ],
)
def test_wrong_arguments_are_refused_in_words(margins, labels, words):
    with pytest.raises(ValueError, match=words):
        temperature(margins, labels)
