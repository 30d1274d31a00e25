"""A steady map scores 1, one that is new each time 0, one that moves along 1 only if followed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from generator.science.stability import followed, motion, small, steadiness

RNG = np.random.default_rng(0)
STILL = np.zeros((60, 90, 2), np.float32)


def texture(height: int = 60, width: int = 90, seed: int = 0) -> np.ndarray:
    """A smooth random picture, 0 to 255."""
    noise = np.random.default_rng(seed).random((height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    smooth = (smooth - smooth.min()) / (smooth.max() - smooth.min())
    return (smooth * 255).astype(np.float32)


def moved(picture: np.ndarray, right: int, down: int) -> np.ndarray:
    """The view of a larger picture, moved; what comes in at the edges is new."""
    return picture[20 - down : 80 - down, 20 - right : 110 - right].copy()


def shifts(right: int, down: int) -> np.ndarray:
    """The flow of a picture that went right and down: where it was."""
    return np.full((60, 90, 2), (-right, -down), np.float32)


def test_a_map_that_stays_on_a_still_video_is_perfectly_steady():
    heat = texture()
    assert steadiness(heat, heat.copy(), STILL) == (pytest.approx(1), 0)
    assert steadiness(np.full_like(heat, 3), np.full_like(heat, 3), STILL) == (1, 0)


def test_maps_that_have_nothing_to_do_with_each_other_score_nothing():
    found = [
        steadiness(*(RNG.random((60, 90)).astype(np.float32) for _ in range(2)), STILL)
        for _ in range(20)
    ]
    assert abs(np.mean([alike for alike, _ in found])) < 0.01
    # Two uniform numbers differ by a third on average.
    assert np.mean([change for _, change in found]) == pytest.approx(1 / 3, abs=0.01)


def test_a_map_turned_upside_down_in_value_scores_minus_one():
    heat = texture()
    assert steadiness(heat, 255 - heat, STILL)[0] == pytest.approx(-1)


def test_a_map_that_moves_with_the_picture_is_steady_once_it_is_followed():
    picture, heat = texture(120, 140), texture(120, 140, seed=1)
    before, now = moved(picture, 0, 0), moved(picture, 5, 3)
    flow = motion(before, now)
    followed_, _ = steadiness(moved(heat, 0, 0), moved(heat, 5, 3), flow)
    unfollowed, _ = steadiness(moved(heat, 0, 0), moved(heat, 5, 3), STILL)
    assert followed_ > 0.95
    assert unfollowed < 0.7


@pytest.mark.parametrize(("right", "down"), [(4, 0), (0, 3), (-5, 2), (3, -4)])
def test_motion_is_where_the_picture_came_from(right, down):
    picture = texture(120, 140)
    flow = motion(moved(picture, 0, 0), moved(picture, right, down))
    inner = flow[12:-12, 12:-12]
    assert np.abs(inner - (-right, -down)).mean() < 0.4


def test_following_is_exact_for_whole_pixels_and_knows_what_it_cannot_know():
    heat = texture(120, 140)
    found, known = followed(moved(heat, 0, 0), shifts(6, 2))
    assert np.allclose(found[known], moved(heat, 6, 2)[known], atol=1e-3)
    rows, columns = np.indices((60, 90))
    assert np.array_equal(known, (columns >= 6) & (rows >= 2))


def test_what_is_new_in_the_picture_is_not_compared():
    heat = texture(120, 140)
    before, now = moved(heat, 0, 0), moved(heat, 6, 0)
    spoilt = now.copy()
    spoilt[:, :6] = 1e6
    assert steadiness(before, spoilt, shifts(6, 0)) == steadiness(before, now, shifts(6, 0))
    assert steadiness(before, now, shifts(200, 0)) == (1, 0), "nothing of it was seen before"


def test_the_change_is_in_the_unit_of_the_map_and_the_order_in_none():
    heat, other = texture(seed=3), texture(seed=4)
    alike, change = steadiness(heat, other, STILL)
    twice, doubled = steadiness(2 * heat, 2 * other, STILL)
    assert twice == pytest.approx(alike)
    assert doubled == pytest.approx(2 * change, rel=1e-5)
    assert change == pytest.approx(np.abs(heat - other).mean(), rel=1e-5)


def test_frames_and_maps_are_compared_at_one_small_size():
    frame = RNG.integers(0, 256, (272, 640, 3), dtype=np.uint8)
    assert small(frame, (272, 640)).shape == (68, 160)
    assert small(RNG.random((7, 16)), (272, 640)).shape == (68, 160)
    assert small(np.zeros((20, 30, 3), np.uint8), (20, 30)).shape == (20, 30)
    assert small(np.full((9, 9, 3), (255, 0, 0), np.uint8), (9, 9))[0, 0] == pytest.approx(
        76, abs=1
    )


def test_tiny_frames_have_no_motion():
    assert not motion(np.zeros((4, 50), np.float32), np.ones((4, 50), np.float32)).any()


def test_nothing_that_is_given_is_written_to():
    before, now, flow = texture(), texture(seed=2), shifts(2, 1)
    kept = [array.copy() for array in (before, now, flow)]
    motion(before, now)
    steadiness(before, now, flow)
    assert all(np.array_equal(a, b) for a, b in zip((before, now, flow), kept, strict=True))
