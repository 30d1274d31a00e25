"""Pairs of classifiers: counts by hand, the tests they rest on, order, what cannot be compared."""

import random

import pytest

from generator.science.classifier_metrics import holm, mcnemar
from generator.science.comparing import compare

RIGHT = {
    "fisher": [True] * 12 + [False] * 3 + [True] * 5,
    "words": [True] * 2 + [False] * 10 + [True] * 3 + [True] * 5,
    "guess": [False] * 20,
}


def test_pairs_are_counted():
    fisher_words, fisher_guess, words_guess = compare(RIGHT)
    assert (fisher_words.first, fisher_words.second) == ("fisher", "words")
    assert (fisher_guess.first, fisher_guess.second) == ("fisher", "guess")
    assert (words_guess.first, words_guess.second) == ("words", "guess")
    both, first, second, neither = 7, 10, 3, 0
    assert (fisher_words.both, fisher_words.only_first) == (both, first)
    assert (fisher_words.only_second, fisher_words.neither) == (second, neither)
    assert (words_guess.both, words_guess.only_first) == (0, 10)
    assert (words_guess.only_second, words_guess.neither) == (0, 10)


def test_pairs_have_the_numbers_of_their_tests():
    pairs = compare(RIGHT)
    ps = [mcnemar(RIGHT[pair.first], RIGHT[pair.second]) for pair in pairs]
    assert [pair.p for pair in pairs] == ps
    assert [pair.adjusted for pair in pairs] == list(holm(ps))
    assert pairs[0].p == pytest.approx(2 * (1 + 13 + 78 + 286) / 2**13)


def test_the_better_one_is_named_where_the_corrected_test_says_so():
    fisher_words, fisher_guess, words_guess = compare(RIGHT)
    assert fisher_words.better() is None
    assert fisher_words.better(0.1) == "fisher"
    assert (fisher_guess.better(), words_guess.better()) == ("fisher", "words")
    backwards = compare({"guess": RIGHT["guess"], "words": RIGHT["words"]})[0]
    assert backwards.better() == "words"
    assert backwards.better(backwards.adjusted) == "words"
    assert backwards.better(backwards.adjusted * 0.99) is None
    equal = compare({"a": [True, False], "b": [False, True]})[0]
    assert equal.better(1) is None


def test_few_disagreements_can_settle_nothing():
    pair = compare({"a": [True] * 9, "b": [True] * 6 + [False] * 3})[0]
    assert pair.least == pair.p == 0.25
    pair = compare({"a": [True, True, False, True], "b": [False, False, True, False]})[0]
    assert (pair.least, pair.p) == (0.125, 0.625)
    assert compare({"a": [True], "b": [True]})[0].least == 1


def test_order_of_examples_is_irrelevant_and_of_names_only_turns_pairs():
    order = random.Random(0).sample(range(20), 20)
    assert compare({n: [hits[i] for i in order] for n, hits in RIGHT.items()}) == compare(RIGHT)
    turned = compare(dict(reversed(RIGHT.items())))
    numbers = {frozenset((p.first, p.second)): (p.p, p.adjusted) for p in compare(RIGHT)}
    assert {frozenset((p.first, p.second)): (p.p, p.adjusted) for p in turned} == numbers


def test_one_classifier_has_no_pair():
    assert compare({"alone": [True]}) == compare({}) == ()


@pytest.mark.parametrize(
    ("right", "words"),
    [
        ({"a": [True, False], "b": [True]}, "got 2 of a, 1 of b"),
        ({"a": [], "b": []}, "got 0 of a, 0 of b"),
        ({"a": []}, "got 0 of a"),
    ],
)
def test_other_examples_are_refused_in_words(right, words):
    with pytest.raises(ValueError, match=words):
        compare(right)
