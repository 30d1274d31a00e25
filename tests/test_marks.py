"""Numbers drawn beside their text: one scale for a column, in order, with what they are measured by."""

from __future__ import annotations

import math

import pytest

from generator.marks import Estimate, Mark, drawn, key_words


def test_a_column_has_one_scale_on_which_order_and_distance_are_kept():
    column = [Estimate(2.0, (1.0, 3.0)), None, Estimate(4.0, (3.0, 5.0))]
    first, none, last = drawn(column)
    assert none is None
    assert (first.low, first.at, first.high) == ("20.0", "40.0", "60.0")  # zero is near, and in it
    assert (last.low, last.at, last.high) == ("60.0", "80.0", "100.0")
    assert first.guide == ""


def test_a_far_zero_is_left_out_and_one_inside_is_a_line():
    far = drawn([Estimate(100.0, (99.0, 101.0)), Estimate(100.5, (100.0, 101.0))])
    assert (far[0].low, far[0].at, far[0].high) == ("0.0", "50.0", "100.0")
    assert {mark.guide for mark in far} == {""}
    across = drawn([Estimate(1.0, (-1.0, 3.0)), Estimate(0.0, (-1.0, 1.0))])
    assert {mark.guide for mark in across} == {"25.0"}


def test_percentages_have_the_whole_scale_and_others_do_not():
    (mark,) = drawn([Estimate(50.0, (25.0, 75.0))], unit="%")
    assert (mark.low, mark.at, mark.high) == ("25.0", "50.0", "75.0")
    beyond = drawn([Estimate(150.0, (100.0, 200.0)), Estimate(120.0)], unit="%")
    assert beyond[0].high == "100.0"
    assert float(beyond[1].at) == pytest.approx(60)


def test_a_number_that_stands_alone_is_seen_against_zero_and_a_share_against_one():
    (share,) = drawn([Estimate(0.5, (0.4, 0.6))])
    assert (share.low, share.at, share.high) == ("40.0", "50.0", "60.0")
    (other,) = drawn([Estimate(30.0, (20.0, 40.0))])
    assert (other.low, other.high) == ("50.0", "100.0")


def test_what_numbers_are_measured_by_has_room_on_the_scale():
    marks = drawn([Estimate(5.0, (4.0, 6.0)), Estimate(6.0, (5.0, 7.0))], guide=20.0)
    assert {mark.guide for mark in marks} == {"100.0"}
    assert all(0 <= float(end) < 100 for mark in marks for end in (mark.low, mark.at, mark.high))


def test_without_intervals_there_are_bars_from_zero():
    marks = drawn([Estimate(1.0), Estimate(4.0), Estimate(-1.0)])
    assert [(mark.at, mark.low, mark.high) for mark in marks] == [
        ("", "20.0", "40.0"), ("", "20.0", "100.0"), ("", "0.0", "20.0"),
    ]  # fmt: skip
    assert {mark.guide for mark in marks} == {"20.0"}


@pytest.mark.parametrize(
    "column",
    [[], [None, None], [Estimate(3.0)], [Estimate(3.0), Estimate(3.0)], [Estimate(math.inf)] * 2],
)
def test_what_says_nothing_is_not_drawn(column):
    assert drawn(column) == (None,) * len(column)


def test_what_is_infinite_is_left_out_and_the_rest_is_drawn():
    marks = drawn(
        [Estimate(math.inf), Estimate(1.0), Estimate(2.0), Estimate(0.0, (0.0, math.nan))]
    )
    assert marks[0] is marks[3] is None
    assert marks[2].high == "100.0"


def test_numbers_that_are_all_zero_and_sure_have_a_place():
    marks = drawn([Estimate(0.0, (0.0, 0.0))] * 2)
    assert {mark.at for mark in marks} == {"50.0"}


def test_the_key_says_what_is_drawn_and_only_that():
    whisker, bar = Mark("50.0", "0.0", "100.0", "20.0"), Mark("", "0.0", "10.0")
    assert key_words([(None, None)]) == ""
    assert "bars" in key_words([(None, bar)])
    assert "dotted" not in key_words([(bar,)])
    assert "interval" in key_words([(whisker, bar)])
    assert key_words([(whisker,)]).endswith("the dotted line is zero.")
    assert key_words([(whisker,)], best_control=True).endswith("is the best control.")
