"""Reasons for an angle and the wheel that shows it: laws, known answers, and what is refused."""

import numpy as np
import pytest

from generator.science.attribution import Turn, elementwise_grad_cam, grad_cam
from generator.science.lessons import Lesson, Schedule
from generator.science.steering import reasons, road_part, steady, wheel

AMBER, BLUE = (255, 176, 0), (86, 180, 233)


def layer(seed=0, shape=(1, 18, 6)):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def near(picture, colour):
    """The middle (row, column) of the pixels that nearly have a colour."""
    apart = np.abs(picture.astype(int) - colour).max(axis=2)
    return np.argwhere(apart < 12).mean(axis=0)


def test_the_parts_are_those_of_the_signed_map():
    activations, gradients = layer(), layer(1)
    for elementwise, method in ((False, grad_cam), (True, elementwise_grad_cam)):
        found = reasons(activations, gradients, 8.0, elementwise=elementwise)
        np.testing.assert_array_equal(found.signed, method(activations, gradients))
        right, left, centre = (found.maps[turn] for turn in Turn)
        np.testing.assert_array_equal(right - left, found.signed)
        assert not (right * left).any()
        np.testing.assert_array_equal(centre, left)  # what turns left brings a right turn back
        assert found.note == ""
        np.testing.assert_array_equal(found.heat, right)


@pytest.mark.parametrize(
    ("degrees", "chosen"),
    [(5.1, Turn.RIGHT), (5.0, Turn.CENTRE), (2.0, Turn.CENTRE), (-5.0, Turn.CENTRE),
     (-5.1, Turn.LEFT)],
)  # fmt: skip
def test_the_rule_picks_by_the_angle(degrees, chosen):
    assert reasons(layer(), layer(1), degrees).chosen is chosen


def test_the_threshold_is_a_parameter():
    assert reasons(layer(), layer(1), 9.0, threshold=10).chosen is Turn.CENTRE
    assert reasons(layer(), layer(1), 0.5, threshold=0).chosen is Turn.RIGHT


@pytest.mark.parametrize("degrees", [0.0, 0.05, -0.1])
def test_a_straight_wheel_has_no_way_to_the_centre_and_says_so(degrees):
    found = reasons(layer(), layer(1), degrees)
    assert found.chosen is Turn.CENTRE
    assert found.maps[Turn.CENTRE] is None
    assert found.heat is None
    assert "nothing leads to the centre" in found.note
    assert found.maps[Turn.RIGHT].any()
    assert reasons(layer(), layer(1), degrees or 0.01, still=0).heat is not None


def test_a_network_that_turns_the_other_way_exchanges_the_parts():
    activations, gradients = layer(), layer(1)
    there, back = reasons(activations, gradients, 9.0), reasons(activations, -gradients, -9.0)
    np.testing.assert_array_equal(there.maps[Turn.RIGHT], back.maps[Turn.LEFT])
    np.testing.assert_array_equal(there.maps[Turn.CENTRE], back.maps[Turn.CENTRE])
    assert back.chosen is Turn.LEFT


def test_another_unit_of_the_angle_only_scales_the_map():
    radians, degrees = (reasons(layer(), unit * layer(1), 9.0).signed for unit in (1, 57.3))
    np.testing.assert_allclose(degrees, 57.3 * radians, rtol=1e-4, atol=1e-6)


def test_small_changes_of_what_is_seen_move_the_angle_as_the_map_says():
    # y = v . relu(mean A) of two channels by hand: turning up what pulls right turns to the right.
    activations = np.abs(layer(3, (2, 3, 2)))
    values = np.array([2.0, -3.0])
    gradients = np.broadcast_to(values / 6, activations.shape)
    found = reasons(activations, gradients, 9.0, elementwise=True)
    assert found.signed.sum() == pytest.approx(values @ activations.mean(axis=(0, 1)), rel=1e-5)
    for row, column in np.ndindex(2, 3):
        more = activations.copy()
        more[row, column] *= 1.5
        moved = values @ (more - activations).mean(axis=(0, 1))
        assert found.signed[row, column] == pytest.approx(2 * moved, rel=1e-4, abs=1e-6)


def test_bad_reasons_are_refused():
    with pytest.raises(ValueError, match="a finite value was expected"):
        reasons(layer(), layer(1), np.nan)
    with pytest.raises(ValueError, match="at least 0 were expected, got -1"):
        reasons(layer(), layer(1), 3.0, threshold=-1)
    with pytest.raises(ValueError, match="must have one shape"):
        reasons(layer(), layer(1, (1, 18, 7)), 3.0)


def test_steady_angles_meet_their_slow_twin():
    angles = np.random.default_rng(0).normal(size=40)
    weights = np.exp(-0.5 * (np.arange(-12, 13) / 3.0) ** 2)
    padded = np.concatenate([angles[11::-1], angles, angles[:-13:-1]])
    slow = [padded[i : i + 25] @ weights / weights.sum() for i in range(40)]
    np.testing.assert_allclose(steady(angles, deviation=3.0), slow, atol=1e-9)
    np.testing.assert_array_equal(steady(angles, deviation=0), angles)
    np.testing.assert_allclose(steady(np.full(9, 4.0), deviation=5), 4.0)


@pytest.mark.parametrize(("angles", "deviation"), [([], 1), ([np.nan], 1), ([1.0], -1), ([[1]], 1)])
def test_bad_angles_are_refused(angles, deviation):
    with pytest.raises(ValueError, match="finite angles"):
        steady(np.array(angles), deviation=deviation)


def test_the_part_of_the_road_leaves_out_sky_and_bonnet():
    picture = np.zeros((160, 320, 3), np.uint8)
    picture[60:136] = 200
    part = road_part(picture, (66, 200))
    assert part.shape == (66, 200, 3)
    assert (part == 200).all()
    assert (road_part(picture, (66, 200), top=0, bottom=1)[0] == 0).all()
    with pytest.raises(ValueError, match="top < bottom"):
        road_part(picture, (66, 200), top=0.8, bottom=0.3)
    with pytest.raises(ValueError, match="uint8 was expected"):
        road_part(np.zeros((160, 320), np.uint8), (66, 200))


@pytest.mark.parametrize("size", [(66, 200), (106, 320), (360, 640), (32, 32)])
def test_a_wheel_is_drawn_in_the_corner_and_nowhere_else(size):
    picture = np.full((*size, 3), 90, np.uint8)
    drawn = wheel(picture, 20.0, 5.0)
    assert (picture == 90).all()
    assert (drawn.shape, drawn.dtype) == (picture.shape, np.uint8)
    rows, columns = np.nonzero((drawn != picture).any(axis=2))
    assert rows.min() > 0.15 * size[0]
    assert columns.min() > (0.15 if size[0] == size[1] else 0.6) * size[1]
    assert rows.max() < size[0]
    assert len(rows) > 100


def test_the_wheel_turns_to_the_right_with_positive_angles():
    picture = np.full((212, 640, 3), 90, np.uint8)
    at = {angle: near(wheel(picture, angle), AMBER) for angle in (-60, -20, 0, 20, 60)}
    columns = [at[angle][1] for angle in sorted(at)]
    assert columns == sorted(columns)
    assert columns[4] - columns[0] > 50
    assert at[0][0] < at[20][0] < at[60][0]
    centre = at[0][1]
    assert at[20][1] - centre == pytest.approx(centre - at[-20][1], abs=1)


def test_the_true_angle_is_a_ghost_with_a_mark_of_its_own():
    picture = np.full((212, 640, 3), 90, np.uint8)
    said, both = wheel(picture, 30.0), wheel(picture, 30.0, -30.0)
    middle = near(wheel(picture, 0.0), AMBER)[1]
    assert near(both, AMBER)[1] == pytest.approx(near(said, AMBER)[1], abs=1)
    assert near(both, BLUE)[1] < middle < near(both, AMBER)[1]
    assert not (np.abs(said.astype(int) - BLUE).max(axis=2) < 12).any()
    assert (wheel(picture, 30.0, 0.0) != said).any()


def test_a_wheel_at_320_pixels_shows_ten_degrees():
    picture = np.full((106, 320, 3), 90, np.uint8)
    assert (wheel(picture, 0.0) != wheel(picture, 10.0)).any(axis=2).sum() > 60


def test_bad_pictures_and_angles_are_refused():
    good = np.zeros((66, 200, 3), np.uint8)
    for bad in (good[:, :, 0], good.astype(float), good[:8], np.zeros((66, 200, 4), np.uint8)):
        with pytest.raises(ValueError, match="at least 32 by 32 was expected"):
            wheel(bad, 0.0)
    for degrees, truth in ((np.nan, None), (0.0, np.inf)):
        with pytest.raises(ValueError, match="finite angles were expected"):
            wheel(good, degrees, truth)


def test_a_lesson_warms_up_and_cools_down():
    lesson = Lesson(rate=1.0)
    rates = [lesson.rate_at(step, 100) for step in range(100)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] < 0.01
    assert Lesson(rate=1e-4, schedule=Schedule.CONSTANT).rate_at(7, 9) == 1e-4
    assert Lesson(rate=1.0).rate_at(0, 1) == 1.0


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"batch": 0}, {"seed": -1}, {"rate": 0}, {"rate": np.inf}, {"decay": -1},
     {"dropout": 1}, {"brightness": np.nan}],
)  # fmt: skip
def test_a_bad_lesson_is_refused(wrong):
    with pytest.raises(ValueError, match="were expected, got"):
        Lesson(**wrong)
