"""Errors of angles: stretches, intervals, histograms; and frames with wheels side by side."""

import numpy as np
import pytest

from generator.science import steering_errors
from generator.science.steering import wheel
from generator.science.steering_pictures import side_by_side, steered


def test_stretches_end_where_frames_are_missing():
    frames = np.array([0, 1, 2, 5, 6, 9])
    assert steering_errors.stretches(frames).tolist() == [0, 0, 0, 1, 1, 2]
    assert steering_errors.stretches(np.arange(4)).tolist() == [0] * 4
    assert steering_errors.stretches(np.arange(0)).tolist() == []


def test_the_interval_of_blocks_is_wider_than_that_of_frames():
    rng = np.random.default_rng(1)
    errors = np.repeat(rng.uniform(0, 10, 8), 50)
    blocks = np.repeat(np.arange(8), 50)
    low, high = steering_errors.mean_interval(errors, blocks, np.random.default_rng(0))
    assert low < errors.mean() < high
    near, far = steering_errors.mean_interval(errors, np.arange(400), np.random.default_rng(0))
    assert far - near < (high - low) / 3
    again = steering_errors.mean_interval(errors, blocks, np.random.default_rng(0))
    assert again == (low, high)


def test_the_interval_meets_its_slow_twin():
    errors, blocks = np.array([1.0, 3.0, 8.0, 2.0]), np.array([0, 0, 1, 2])
    found = steering_errors.mean_interval(errors, blocks, np.random.default_rng(5), draws=200)
    drawn = np.random.default_rng(5).integers(0, 3, (200, 3))
    means = [np.concatenate([errors[blocks == block] for block in row]).mean() for row in drawn]
    assert found == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))


def test_one_block_and_equal_errors_have_no_spread():
    assert (
        steering_errors.mean_interval(np.ones(9), np.zeros(9, int), np.random.default_rng(0))
        is None
    )
    ends = steering_errors.mean_interval(np.ones(9), np.arange(9), np.random.default_rng(0))
    assert ends == (1.0, 1.0)


def test_every_frame_is_in_one_bin_and_the_range_is_even():
    degrees = np.array([-3.0, 0.0, 1.0, 12.0, 12.0, 5.0])
    found = steering_errors.histogram(degrees, (np.array([0, 1, 2, 3]), np.array([4, 5])), bins=6)
    assert found.shape == (6, 3)
    np.testing.assert_allclose(found[:, 0], [-10, -6, -2, 2, 6, 10])
    assert found[:, 1:].sum(axis=0).tolist() == [4, 2]
    assert found[-1].tolist() == [10, 1, 1]
    straight = steering_errors.histogram(np.zeros(5), (np.arange(5),))
    assert straight[:, 1].sum() == 5
    assert straight[0, 0] < 0 < straight[-1, 0]


@pytest.mark.parametrize(("count", "most"), [(1, 5), (5, 5), (6, 5), (1000, 7), (2, 1)])
def test_places_are_thinned_with_the_ends_kept(count, most):
    found = steering_errors.thinned(count, most)
    assert len(found) == min(count, most)
    assert found[0] == 0
    assert found[-1] == (count - 1 if most > 1 else 0)
    if len(found) > 2:
        assert np.ptp(np.diff(found)) <= 1


def test_a_steered_frame_is_larger_and_has_the_wheel():
    frame = np.random.default_rng(0).integers(0, 256, (20, 60, 3), dtype=np.uint8)
    untouched = frame.copy()
    large = steered(frame, 10.0, -5.0, scale=2)
    assert large.shape == (40, 120, 3)
    np.testing.assert_array_equal(frame, untouched)
    once = np.full((40, 120, 3), 90, np.uint8)
    np.testing.assert_array_equal(steered(once, 10.0, scale=1), wheel(once, 10.0))


def test_pictures_stand_in_rows():
    pictures = [np.full((4, 5, 3), value, np.uint8) for value in (10, 20, 30)]
    page = side_by_side(pictures, 2)
    assert page.shape == (14, 16, 3)
    assert (page[:4, :5] == 10).all()
    assert (page[:4, 11:] == 20).all()
    assert (page[10:, :5] == 30).all()
    assert (page[10:, 11:] == 128).all()
    assert side_by_side(pictures[:1], 2).shape == (4, 5, 3)
    with pytest.raises(ValueError, match="pictures of one size"):
        side_by_side([], 2)
    with pytest.raises(ValueError, match="pictures of one size"):
        side_by_side([pictures[0], np.zeros((3, 5, 3), np.uint8)], 2)
