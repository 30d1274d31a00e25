"""The synthetic road: what it shows follows from its geometry, and its angle from that alone."""

import math

import numpy as np
import pytest

from generator.science import road_drawing
from generator.science.road import RATE, Road, drive
from generator.science.road_look import SEASONS, TILE, tile
from generator.science.road_track import (
    AHEAD,
    LENGTH,
    RATIO,
    STEP,
    WHEELBASE,
    Pose,
    Track,
    lay,
)

LANE = 1.75


def circle(radius, lane=LANE):
    """A track that turns right for ever around a point `radius` metres from its middle."""
    along = np.arange(0, LENGTH + STEP, STEP)
    angle = along / radius
    x, y = radius * (1 - np.cos(angle)), radius * np.sin(angle)
    return Track(np.full(along.size, 1 / radius), angle, x, y, lane, np.zeros((0, 3)), 12.0)


def slow_beside(track, pose, right, ahead):
    """The distance of one point from the middle line, found by trying all of the line."""
    x, y = pose.world(right, ahead)
    along = np.arange(max(0, pose.along - 20), pose.along + 170, 0.02)
    middle_x, middle_y, heading = track.point(along, 0.0)
    nearest = int(np.argmin(np.hypot(middle_x - x, middle_y - y)))
    east, north = x - middle_x[nearest], y - middle_y[nearest]
    aside = east * math.cos(heading[nearest]) - north * math.sin(heading[nearest])
    return along[nearest], aside


def test_a_straight_road_driven_in_the_middle_of_the_lane_asks_for_no_steering():
    road = Road(3, bends=0, wander=0)
    assert [road.degrees(seconds) for seconds in (0, 1.7, 30)] == [0, 0, 0]


def test_a_circle_asks_for_the_angle_of_its_radius():
    for radius in (30, 80, 400):
        track = circle(radius)
        found = track.steering(track.pose(2.0))
        expected = RATIO * math.degrees(math.atan(WHEELBASE / (radius - LANE)))
        assert found == pytest.approx(expected, rel=0.005)


def test_the_angle_is_pure_pursuit_of_the_lanes_centre():
    track = Road(5).track
    for seconds in (1.0, 20.0, 77.0):
        pose = track.pose(seconds)
        along = np.arange(pose.along, pose.along + 20, 1e-3)
        x, y, _ = track.point(along, track.lane)
        right, ahead = pose.place(x, y)
        target = right[np.argmax(np.hypot(right, ahead) >= AHEAD)]
        expected = RATIO * math.degrees(math.atan(2 * WHEELBASE * target / AHEAD**2))
        assert track.steering(pose) == pytest.approx(expected, abs=0.02)


def test_who_is_left_of_the_centre_steers_right():
    straight = Road(0, bends=0, wander=0).track
    pose = straight.pose(1.0)
    left = Pose(pose.along, pose.x - 0.5, pose.y, pose.heading)
    assert straight.steering(left) > 5
    turned = Pose(pose.along, pose.x, pose.y, pose.heading - 0.05)
    assert straight.steering(turned) > 5


def test_a_pose_looks_where_the_car_goes():
    track = Road(2).track
    for seconds in (3.0, 40.0):
        before, now, after = (track.pose(seconds + step) for step in (-0.05, 0, 0.05))
        heading = math.atan2(after.x - before.x, after.y - before.y)
        assert math.remainder(now.heading - heading, 2 * math.pi) == pytest.approx(0, abs=0.005)


def test_the_curvature_is_that_of_the_line():
    track = lay(np.random.default_rng(1), lane=LANE, bends=1, wander=1, mirrored=False)
    step = np.hypot(np.diff(track.x), np.diff(track.y))
    np.testing.assert_allclose(step, STEP, rtol=1e-9)
    heading = np.unwrap(np.arctan2(np.diff(track.x), np.diff(track.y)))
    np.testing.assert_allclose(np.diff(heading) / STEP, track.curvature[1:-1], atol=2e-4)
    assert 1 / 40 < np.abs(track.curvature).max() <= 1 / 35


def test_places_beside_the_road_meet_their_slow_twin():
    rng = np.random.default_rng(0)
    for track in (Road(4).track, circle(40)):
        pose = track.pose(11.0)
        along = pose.along + rng.uniform(4, 60, 200)
        x, y, _ = track.point(along, rng.uniform(-9, 9, 200))
        right, ahead = (part.astype(np.float32)[None] for part in pose.place(x, y))
        found, aside, _ = track.beside(pose, right, ahead)
        slow = [slow_beside(track, pose, *p) for p in zip(right[0], ahead[0], strict=True)]
        np.testing.assert_allclose(aside[0], [a for _, a in slow], atol=0.02)
        np.testing.assert_allclose(found[0], [a for a, _ in slow], atol=0.1)


def test_a_point_is_projected_where_its_ray_starts():
    camera = road_drawing.Camera((66, 200))
    first, right, ahead = road_drawing._rays(camera)
    for row, column in ((0, 0), (20, 150), (right.shape[0] - 1, 199)):
        place = camera.project(float(right[row, column]), float(ahead[row, column]))
        # Rays that meet the ground far away are cut, and lie higher by less than a pixel.
        assert place[0] == pytest.approx(column + 0.5, abs=0.02 if row else 0.6)
        assert place[1] == pytest.approx(first + row + 0.5, abs=0.02 if row else 0.6)
    assert camera.horizon == pytest.approx(camera.project(0, 1e9)[1], abs=1e-3)


def test_a_larger_picture_shows_the_same():
    small, large = Road(6).frame(5.0), Road(6, (198, 600)).frame(5.0)
    assert large.picture.shape == (198, 600, 3)
    assert large.truth.shape == (198, 600)
    assert large.degrees == small.degrees
    shrunk = large.picture.reshape(66, 3, 200, 3, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - small.picture).mean() < 4
    share = large.truth.reshape(66, 3, 200, 3).mean(axis=(1, 3))
    assert small.truth[share > 0.6].mean() > 0.95
    assert (share[small.truth] > 0).mean() > 0.95


def test_a_mirrored_road_is_the_mirrored_picture_and_the_negative_angle():
    for seed in range(6):
        frame, mirrored = (Road(seed, mirrored=flag).frame(4.2) for flag in (False, True))
        assert mirrored.degrees == -frame.degrees
        assert (mirrored.truth[:, ::-1] != frame.truth).mean() < 0.001
        apart = np.abs(mirrored.picture[:, ::-1].astype(int) - frame.picture)
        # Shapes are sampled in 32nds of a pixel, which makes the edges of trees differ.
        assert apart.mean() < 1
        assert np.percentile(apart, 95) <= 4


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    first, again, other = Road(7).frame(9.3), Road(7).frame(9.3), Road(8).frame(9.3)
    assert first.picture.tobytes() == again.picture.tobytes()
    assert (first.truth == again.truth).all()
    assert first.degrees == again.degrees
    assert (first.picture != other.picture).mean() > 0.5


def test_frames_do_not_depend_on_those_before():
    road = Road(7)
    for seconds in (0.0, 3.0, 9.3):
        last = road.frame(seconds)
    assert last.picture.tobytes() == Road(7).frame(9.3).picture.tobytes()


def test_cars_change_the_picture_and_not_the_angle():
    changed = 0
    for seed in range(5):
        frame, alone = (Road(seed, cars=flag).frame(6.0) for flag in (True, False))
        assert frame.degrees == alone.degrees
        assert not (frame.truth & ~alone.truth).any()  # they hide marks, and make none
        changed += int((frame.picture != alone.picture).any(axis=2).sum())
    assert changed > 200


def test_where_cars_are_seen_hardly_tells_the_angle():
    bearings, degrees = [], []
    for seed in range(30):
        road = Road(seed)
        for seconds in np.arange(0, 100, 2.0):
            pose = road.track.pose(seconds)
            cars = road.scenery.traffic(seconds, pose)
            right, ahead = pose.place(*road.track.point(cars[:, 0], cars[:, 1])[:2])
            seen = (ahead > 3.5) & (ahead < 70) & (np.abs(right) < 0.7 * ahead)
            bearings.extend(right[seen] / ahead[seen])
            degrees.extend([road.degrees(seconds)] * int(seen.sum()))
    assert len(bearings) > 2000
    assert abs(np.corrcoef(bearings, degrees)[0, 1]) < 0.15


def test_marks_lie_where_paint_is_brighter_than_the_asphalt_beside_it():
    bright = []
    for seed in range(12):
        road = Road(seed, (198, 600), cars=False, bends=0, wander=0)
        frame = road.frame(2.0)
        grey = frame.picture.astype(float).mean(axis=2)
        for line in road.scenery.lines:
            pose = road.track.pose(2.0)
            for distance in (6.0, 8.0, 10.0):
                along = pose.along + distance
                if (
                    line.painted < line.period
                    and not 0.4 < along % line.period < line.painted - 0.4
                ):
                    continue
                marked, value = sample(road, pose, frame.truth, grey, line.aside, distance)
                inner = line.aside - math.copysign(0.6, line.aside or 1)
                beside, dark = sample(road, pose, frame.truth, grey, inner, distance)
                if marked is None or beside is None:
                    continue
                assert marked
                assert not beside
                bright.append(value - dark)
    assert len(bright) > 20
    assert min(bright) > 15


def sample(road, pose, truth, grey, aside, distance):
    camera = road_drawing.Camera(road.size)
    x, y, _ = road.track.point(pose.along + distance, aside)
    right, ahead = pose.place(np.asarray(x), np.asarray(y))
    column, row, _ = camera.project(float(right), float(ahead))
    if not (1 <= column < road.size[1] - 1 and row < road.size[0]):
        return None, None
    return truth[int(row), int(column)], grey[int(row), int(column)]


def test_the_edge_of_the_asphalt_is_marked_and_the_grass_and_the_far_road_are_not():
    road = Road(4, cars=False, bends=0, wander=0)
    pose, frame = road.track.pose(2.0), road.frame(2.0)
    grey = frame.picture.astype(float).mean(axis=2)
    assert sample(road, pose, frame.truth, grey, -road.scenery.edge, 10.0)[0]
    assert not sample(road, pose, frame.truth, grey, -road.scenery.edge - 3, 10.0)[0]
    _, _, ahead = road_drawing._rays(road_drawing.Camera(road.size))
    far = len(frame.truth) - len(ahead) + int((ahead[:, 0] >= road_drawing.CLEAR).sum())
    assert far > int(road_drawing.Camera(road.size).horizon) + 2
    assert not frame.truth[:far].any()
    assert frame.truth[far:].any(axis=1).all()
    assert 0.02 < frame.truth.mean() < 0.1


def test_a_paste_lays_a_shape_over_the_picture():
    canvas = np.full((20, 30, 3), 100, np.float32)
    shape = np.ones((8, 8, 4), np.float32) * (200, 0, 0, 1)
    clear = np.zeros(4, np.float32)
    place, cover = road_drawing.paste(
        canvas, (shape.astype(np.float32),), (10.0, 5.0, 8.0, 8.0), fade=clear
    )
    assert place == (slice(5, 13), slice(10, 18))
    assert (cover == 1).all()
    assert (canvas[place] == (200, 0, 0)).all()
    canvas[place] = 100
    assert (canvas == 100).all()
    outside = (40.0, 5.0, 8.0, 8.0)
    assert road_drawing.paste(canvas, (shape.astype(np.float32),), outside, fade=clear) is None


def test_noise_repeats_without_a_seam():
    noise = tile(np.random.default_rng(0), 3.0)
    assert noise.shape == (TILE, TILE)
    assert abs(noise.mean()) < 1e-4
    assert noise.std() == pytest.approx(1, abs=1e-3)
    # White noise under a Gaussian of deviation 3 is related over n pixels by exp(-n²/(4·3²)).
    for away in (2, 4, 6):
        related = (noise * np.roll(noise, away, axis=1)).mean()
        assert related == pytest.approx(math.exp(-(away**2) / 36), abs=0.03)
    inside = np.abs(np.diff(noise, axis=1)).mean()
    assert np.abs(noise[:, 0] - noise[:, -1]).mean() < 1.3 * inside


def test_a_drive_is_contiguous_on_several_roads():
    frames = list(drive(9, 2, tracks=3))
    assert len(frames) == 9
    for track in range(3):
        road = Road(2000 + track)
        for number in range(3):
            assert frames[3 * track + number].degrees == road.degrees(number / RATE)
    steps = np.abs(np.diff([frame.degrees for frame in frames]))
    assert steps[[0, 1, 3, 4, 6, 7]].max() < 8
    assert (frames[0].picture != frames[3].picture).mean() > 0.5


def test_every_season_comes_up():
    assert {Road(seed).scenery.season for seed in range(30)} == set(range(len(SEASONS)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Road(-1), "a seed of at least 0"),
        (lambda: Road(0, (8, 8)), "at least \\(32, 96\\)"),
        (lambda: Road(0, bends=2), "bends in"),
        (lambda: Road(0, wander=math.nan), "wander in"),
        (lambda: Road(0).frame(-1), "seconds were expected, got -1"),
        (lambda: Road(0).frame(1e4), "seconds were expected"),
        (lambda: Road(0).frame(math.nan), "seconds were expected"),
        (lambda: list(drive(2, 0, tracks=3)), "got 2 frames and 3 tracks"),
        (lambda: list(drive(0, 0, tracks=0)), "got 0 frames and 0 tracks"),
    ],
)
def test_what_is_out_of_range_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
