"""Numbers and sentences, as a reader will meet them."""

import math

import numpy as np
import pytest

from generator.facts import facts
from generator.technique import Role
from generator.wording import at, capital, finding, listed, number, share, size_words


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 2, "0.50"),
        (-0.5, 2, "−0.50"),
        (0, 2, "0"),
        (-0.0, 2, "0"),
        (-0.0001, 2, "−1.0\u202f×\u202f10⁻⁴"),
        (0.0049, 2, "0.0049"),
        (0.005, 2, "0.01"),
        (0.051, 2, "0.05"),
        (0.4, 0, "0.4"),
        (64.0, 3, "64"),
        (7, 3, "7"),
        (1234.5, 1, "1234.5"),
        (12345.67, 1, "12\u202f345.7"),
        (9_999_999.0, 1, "9\u202f999\u202f999"),
        (12_345_678, 1, "1.2\u202f×\u202f10⁷"),
        (-3e20, 2, "−3.0\u202f×\u202f10²⁰"),
        (math.nan, 2, "–"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
        (np.float32(0.25), 2, "0.25"),
    ],
)
def test_number(value, digits, text):
    assert number(value, digits) == text


def test_no_number_is_a_negative_zero():
    for exponent in range(-12, 3):
        assert number(-(10.0**exponent), 2).strip("−0.")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
        (999_950, "1.0 MB"), (1_234_567, "1.2 MB"), (5 * 10**9, "5.0 GB"), (10**16, "10000.0 TB"),
    ],
)  # fmt: skip
def test_size_words(count, text):
    assert size_words(count) == text


def test_at():
    rows = [[at(row, column) for column in (0.0, 0.5, 1.0)] for row in (0.0, 0.5, 1.0)]
    assert rows == [
        ["in the upper left", "at the top", "in the upper right"],
        ["on the left", "in the centre", "on the right"],
        ["in the lower left", "at the bottom", "in the lower right"],
    ]


def test_words_in_a_list_and_at_the_beginning():
    assert [listed(["a"]), listed(["a", "b"]), listed("abc")] == ["a", "a and b", "a, b and c"]
    assert [capital("42 %"), capital("half"), capital("")] == ["42 %", "Half", ""]


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0.0, "none"), (1.0, "all"), (0.001, "less than 1 %"), (0.999, "more than 99 %"),
        (0.26, "a quarter"), (0.33, "a third"), (0.5, "half"), (0.67, "two thirds"),
        (0.75, "three quarters"), (0.1, "10 %"), (0.42, "42 %"), (0.99, "99 %"), (0.01, "1 %"),
    ],
)  # fmt: skip
def test_share(fraction, words):
    assert share(fraction) == words


def said(role, array):
    return finding(role, facts(role, array))


def test_heatmap():
    array = np.zeros((4, 4), np.float32)
    array[0, :] = [9, 6, 6, 6]
    assert said(Role.HEATMAP, array) == (
        "Strongest in the upper left; a quarter of the picture is above half of the peak."
    )
    array[:] = 0
    array[1, 0] = 1e-3
    assert said(Role.HEATMAP, array).startswith("Strongest on the left; 6 % of")


def test_a_flat_map_says_so():
    assert said(Role.HEATMAP, np.zeros((2, 2), np.float32)) == "Zero everywhere."
    assert said(Role.HEATMAP, np.full((1, 1), 0.5, np.float32)) == "The same everywhere: 0.500."
    assert said(Role.SIGNED_MAP, np.full((2, 2), -2, np.float32)) == "The same everywhere: −2."


def test_signed_map():
    array = np.zeros((3, 3), np.float32)
    array[0, 1], array[2, :] = 5, -1
    array[2, 1] = -2
    assert said(Role.SIGNED_MAP, array) == (
        "Most positive at the top, most negative at the bottom; "
        "11 % of the picture is positive, a third negative."
    )
    assert (
        said(Role.SIGNED_MAP, np.maximum(array, 0)) == "Nowhere negative; most positive at the top."
    )
    assert said(Role.SIGNED_MAP, np.minimum(array, 0)) == (
        "Nowhere positive; most negative at the bottom."
    )


def test_mask():
    array = np.zeros((3, 3), bool)
    assert said(Role.MASK, array) == "Nothing is inside."
    array[1, 1] = True
    assert said(Role.MASK, array) == "11 % of the picture is inside, centred in the centre."
    array[:, 1:] = True
    assert said(Role.MASK, array) == "Two thirds of the picture is inside, centred on the right."
    assert said(Role.MASK, np.ones((3, 3), bool)) == "The whole picture is inside."


def test_picture():
    array = np.zeros((1, 4, 4), np.uint8)
    array[..., 3] = 255
    assert said(Role.PICTURE, array) == "One colour everywhere."
    array[0, 0] = [255, 255, 255, 0]
    assert said(Role.PICTURE, array) == (
        "Dark: on average 25 % of white. It holds shades of grey only. "
        "A quarter of the picture is transparent."
    )
    bright = np.full((1, 2, 3), 255, np.uint8)
    bright[0, 0] = [250, 240, 230]
    assert said(Role.PICTURE, bright) == "Very bright: on average 97 % of white."


def test_box():
    assert said(Role.BOX, np.array([1, 2, 31, 42])) == "A box 40 pixels wide and 30 pixels high."


def test_curve():
    x = np.arange(3.0)
    falling, flat = np.array([5, 2.5, 0.125]), np.array([1.0, 9, 1])
    assert said(Role.CURVE, np.stack([x, falling], 1)) == "The line falls from 5 to 0.125."
    assert said(Role.CURVE, np.stack([x, falling[::-1], flat], 1)) == (
        "Line 1 rises from 0.125 to 5; line 2 ends where it begins, at 1."
    )
    assert said(Role.CURVE, np.zeros((1, 2))) == "A single point."


def test_sentences_of_degenerate_findings():
    for role, array in (
        (Role.HEATMAP, np.array([[0, 1e-30]], np.float32)),
        (Role.SIGNED_MAP, np.random.default_rng(0).normal(size=(1, 2000)).astype(np.float32)),
        (Role.MASK, np.eye(2, dtype=bool)),
    ):
        sentence = said(role, array)
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0].isdigit()
