"""Descriptors of pictures: SIFT from its definition, where patches lie, laws, odd pictures."""

import math
import threading
from functools import partial

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from generator.science.describing import Descriptor, Where
from generator.science.descriptors import describe, describe_all, length, patch
from generator.science.sift import keypoints, sift
from generator.science.threads import one_thread

PHOTO = np.ascontiguousarray(astronaut()[:180, 140:340])
GREY = cv2.cvtColor(PHOTO, cv2.COLOR_RGB2GRAY)
WAYS = [(where, descriptor) for where in Where for descriptor in Descriptor]


def noise(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def slow_sift(grey, row, column, side):
    """Lowe's upright descriptor of a patch: trilinear votes, Gaussian window, cut at 0.2."""
    blurred = cv2.GaussianBlur(grey.astype(float), (0, 0), math.sqrt(1.6**2 - 0.5**2))
    cell = side / 4
    votes = np.zeros((6, 6, 8))
    reach = round(cell * math.sqrt(2) * 2.5)
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            i, j = down / cell + 1.5, across / cell + 1.5
            r, c = row + down, column + across
            inside = 0 < r < grey.shape[0] - 1 and 0 < c < grey.shape[1] - 1
            if not (-1 < i < 4 and -1 < j < 4 and inside):
                continue
            dx = blurred[r, c + 1] - blurred[r, c - 1]
            dy = blurred[r - 1, c] - blurred[r + 1, c]
            weight = math.hypot(dx, dy) * math.exp(-((down / cell) ** 2 + (across / cell) ** 2) / 8)
            turn = math.atan2(dy, dx) / (2 * math.pi) * 8
            for i0 in (math.floor(i), math.floor(i) + 1):
                for j0 in (math.floor(j), math.floor(j) + 1):
                    for k in (math.floor(turn), math.floor(turn) + 1):
                        share = (1 - abs(i - i0)) * (1 - abs(j - j0)) * (1 - abs(turn - k))
                        votes[i0 + 1, j0 + 1, k % 8] += share * weight
    found = votes[1:5, 1:5].ravel()
    found = np.minimum(found, 0.2 * np.linalg.norm(found))
    return found / np.linalg.norm(found)


@pytest.mark.parametrize(("row", "column", "side"), [(90, 100, 16), (60, 40, 24), (100, 150, 32)])
def test_sift_meets_its_slow_twin(row, column, side):
    found = sift(GREY, np.array([[row, column, side]]))[0]
    expected = slow_sift(GREY, row, column, side)
    # Entries are rounded to about 1/512, and directions to a third of a degree.
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert found @ expected > 0.999


def test_rootsift_is_the_root_of_sift():
    one, root = (describe(PHOTO, Where.DENSE, d) for d in (Descriptor.SIFT, Descriptor.ROOTSIFT))
    np.testing.assert_array_equal(one.places, root.places)
    sums = one.descriptors.sum(axis=1, keepdims=True)
    kept = sums[:, 0] > 0
    expected = np.sqrt(one.descriptors[kept] / sums[kept])
    np.testing.assert_allclose(root.descriptors[kept], expected, atol=1e-6)
    for found in (one, root):
        norms = np.linalg.norm(found.descriptors, axis=1)
        np.testing.assert_allclose(norms[kept], 1, atol=1e-6)
        assert not norms[~kept].any()


@pytest.mark.parametrize(("where", "descriptor"), WAYS)
def test_shapes_and_places(where, descriptor):
    before = PHOTO.copy()
    found = describe(PHOTO, where, descriptor)
    count = len(found.places)
    assert found.shape == PHOTO.shape[:2]
    assert found.descriptors.shape == (count, length(descriptor))
    assert found.places.shape == (count, 3)
    assert count > 100
    assert found.descriptors.dtype == found.places.dtype == np.float32
    assert np.isfinite(found.descriptors).all()
    assert (found.descriptors >= 0).all()
    assert ((found.places[:, :2] >= 0) & (found.places[:, :2] <= np.array([179, 199]))).all()
    np.testing.assert_array_equal(PHOTO, before)
    again = describe(PHOTO, where, descriptor)
    np.testing.assert_array_equal(again.descriptors, found.descriptors)
    np.testing.assert_array_equal(again.places, found.places)


def test_a_grid_lies_in_the_picture_and_covers_it():
    found = describe(PHOTO, Where.DENSE, Descriptor.SIFT, step=5, sides=(16, 21))
    for side in (16, 21):
        rows, columns = (np.unique(part) for part in found.places[found.places[:, 2] == side, :2].T)
        for lines, size in ((rows, 180), (columns, 200)):
            assert (np.diff(lines) == 5).all()
            start, end = lines[0] - side // 2, size - (lines[-1] - side // 2 + side)
            assert 0 <= start <= end <= start + 1 < 5


@pytest.mark.parametrize("descriptor", Descriptor)
def test_a_shift_by_a_step_shifts_the_grid(descriptor):
    moved = np.roll(PHOTO, (16, 8), axis=(0, 1))
    one, other = (describe(i, Where.DENSE, descriptor) for i in (PHOTO, moved))
    table = {
        tuple(place): values for place, values in zip(one.places, one.descriptors, strict=True)
    }
    compared = 0
    for place, values in zip(other.places, other.descriptors, strict=True):
        row, column, side = place
        rim = side / 2 + side / 8 + 12  # outermost cells, blur and gradient
        if rim + 16 < row < 180 - rim and rim + 8 < column < 200 - rim:
            np.testing.assert_allclose(values, table[row - 16, column - 8, side], atol=0.01)
            compared += 1
    assert compared > 20


def test_a_descriptor_sees_its_square_and_little_more():
    place = np.array([[90, 100, 32]])
    before = sift(GREY, place)
    outside = noise(GREY.shape)
    # Half a cell of interpolation, a blur and a gradient: 4 + 6 + 1.
    outside[90 - 27 : 90 + 28, 100 - 27 : 100 + 28] = GREY[90 - 27 : 90 + 28, 100 - 27 : 100 + 28]
    np.testing.assert_allclose(sift(outside, place), before, atol=0.005)
    # What lies in a corner of the square shows in that corner's cell.
    corner = GREY.copy()
    corner[76:81, 86:91] = noise((5, 5))
    change = np.abs(sift(corner, place) - before).reshape(4, 4, 8).sum(axis=2)
    assert np.unravel_index(change.argmax(), (4, 4)) == (0, 0)


def test_no_places_and_flat_pictures_give_nothing():
    assert sift(GREY, np.zeros((0, 3))).shape == (0, 128)
    for root in (False, True):
        assert not sift(np.full((64, 64), 9, np.uint8), np.array([[32, 32, 32]]), root=root).any()


def test_edges_have_their_direction():
    stripes = np.tile((np.arange(64) // 4 % 2 * 200).astype(np.uint8), (64, 1))
    for grey, directions in ((stripes, {0, 4}), (stripes.T.copy(), {2, 6})):
        found = sift(grey, np.array([[32, 32, 32]])).reshape(16, 8).sum(axis=0)
        assert set(np.argsort(found)[-2:]) == directions
        assert np.sort(found)[:-2].max() < 0.01 * found.max()


def test_flat_patches_of_a_grid_are_nothing():
    picture = PHOTO.copy()
    faint = 120 + noise((180, 100, 1), 1) % 4  # deviates by 1.1
    picture[:, :100] = faint
    for descriptor in Descriptor:
        found = describe(picture, Where.DENSE, descriptor)
        within = found.places[:, 1] + found.places[:, 2] / 2 < 100
        assert within.sum() > 10
        assert not found.descriptors[within].any()
        beyond = found.places[:, 1] - found.places[:, 2] / 2 > 110
        assert found.descriptors[beyond].any(axis=1).mean() > 0.9


def test_contrast_is_the_deviation_of_grey_levels():
    rng = np.random.default_rng(0)
    for deviation, there in ((1.6, False), (2.4, True)):
        grey = np.rint(rng.normal(100, math.sqrt(deviation**2 - 1 / 12), (64, 64)))
        found = describe(grey.astype(np.uint8), Where.DENSE, Descriptor.SIFT, sides=(32,))
        assert found.descriptors.any(axis=1).all() == there
        assert found.descriptors.any() == there


@pytest.mark.parametrize("descriptor", Descriptor)
def test_small_pictures_get_small_patches(descriptor):
    found = describe(noise((25, 25, 3)), Where.DENSE, descriptor)
    assert len(found.places) >= 36
    assert found.places[:, 2].max() <= 25 / 2
    assert found.descriptors.any(axis=1).all()
    assert len(describe(noise((6, 6)), Where.DENSE, descriptor).places) == 1


@pytest.mark.parametrize(("where", "descriptor"), WAYS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1, 3), (5, 5), (5, 400, 3)])
def test_pictures_too_small_for_any_patch(shape, where, descriptor):
    found = describe(noise(shape), where, descriptor)
    assert found.descriptors.shape == (0, length(descriptor))
    assert found.places.shape == (0, 3)
    assert found.shape == shape[:2]


@pytest.mark.parametrize("descriptor", Descriptor)
def test_a_flat_picture_has_no_keypoints(descriptor):
    flat = np.full((80, 80, 3), 128, np.uint8)
    assert describe(flat, Where.KEYPOINTS, descriptor).descriptors.shape == (0, length(descriptor))


def test_grey_pictures_are_the_same_in_three_channels():
    for where, descriptor in WAYS:
        one = describe(GREY, where, descriptor)
        other = describe(np.repeat(GREY[..., None], 3, axis=2), where, descriptor)
        np.testing.assert_array_equal(one.descriptors, other.descriptors)


def test_the_strongest_keypoints_come_first():
    all_places, values = keypoints(GREY, 10_000)
    some, few = keypoints(GREY, 50)
    np.testing.assert_array_equal(some, all_places[:50])
    np.testing.assert_array_equal(few, values[:50])
    points = sorted(cv2.SIFT.create().detect(GREY), key=lambda p: -p.response)[:50]
    np.testing.assert_allclose(some[:, 0], [p.pt[1] for p in points], atol=1e-3)
    np.testing.assert_allclose(some[:, 2], [6 * p.size for p in points], rtol=1e-6)


def test_keypoints_are_found_again_in_a_turned_picture():
    turned = np.ascontiguousarray(np.rot90(PHOTO))
    one, other = (describe(i, Where.KEYPOINTS, Descriptor.ROOTSIFT) for i in (PHOTO, turned))
    alike = one.descriptors[:100] @ other.descriptors.T
    match = other.places[alike.argmax(axis=1)]
    expected = np.stack([199 - one.places[:100, 1], one.places[:100, 0]], axis=1)
    near = np.hypot(*(match[:, :2] - expected).T) < 2
    assert near.mean() > 0.8
    assert np.median(alike.max(axis=1)) > 0.95


def test_hog_takes_each_keypoint_once_and_upright():
    found = describe(PHOTO, Where.KEYPOINTS, Descriptor.HOG)
    assert len(np.unique(found.places, axis=0)) == len(found.places)
    assert (found.places[:, 2] == 64).all()
    strong = describe(PHOTO, Where.KEYPOINTS, Descriptor.HOG, most=20)
    np.testing.assert_array_equal(strong.places, found.places[: len(strong.places)])


@pytest.mark.parametrize(("where", "descriptor"), WAYS)
def test_opencv_threads_change_nothing(where, descriptor):
    before = cv2.getNumThreads()
    try:
        found = []
        for threads in (1, 4):
            cv2.setNumThreads(threads)
            found.append(describe(PHOTO, where, descriptor))
    finally:
        cv2.setNumThreads(before)
    np.testing.assert_array_equal(found[0].descriptors, found[1].descriptors)
    np.testing.assert_array_equal(found[0].places, found[1].places)


DENSE = partial(describe, where=Where.DENSE, descriptor=Descriptor.SIFT)


@pytest.mark.parametrize("threads", [1, 3])
def test_many_pictures_come_in_order_and_few_are_held(threads):
    asked, ahead = [], []
    lock = threading.Lock()

    def read(number):
        with lock:
            asked.append(number)
        return None if number % 4 == 2 else noise((20 + number, 24), number)

    for number, found in enumerate(describe_all(read, 23, DENSE, threads=threads)):
        ahead.append(len(asked) - number)
        if number % 4 == 2:
            assert found is None
        else:
            expected = DENSE(noise((20 + number, 24), number))
            np.testing.assert_array_equal(found.descriptors, expected.descriptors)
            assert found.shape == (20 + number, 24)
    assert sorted(asked) == list(range(23))
    assert max(ahead) <= 2 * threads


def test_as_many_pictures_are_in_work_as_there_are_threads():
    together = threading.Barrier(3, timeout=20)

    def read(number):
        together.wait()  # broken unless three wait at a time
        return noise((20, 20), number)

    assert len(list(describe_all(read, 6, DENSE, threads=3))) == 6


def test_no_pictures_at_all():
    assert list(describe_all(noise, 0, DENSE, threads=2)) == []


@pytest.fixture
def before():
    """Threads that OpenCV has before a test, not those that it began with."""
    begun = cv2.getNumThreads()
    cv2.setNumThreads(3)
    yield 3
    cv2.setNumThreads(begun)


def test_errors_come_in_their_turn_and_limits_are_lifted(before):
    def read(number):
        if number == 3:
            message = "cannot read 3"
            raise OSError(message)
        return noise((20, 20))

    found = describe_all(read, 9, DENSE, threads=2)
    assert [next(found).shape for _ in range(3)] == [(20, 20)] * 3
    assert cv2.getNumThreads() == 1
    with pytest.raises(OSError, match="cannot read 3"):
        next(found)
    assert cv2.getNumThreads() == before
    stopped = describe_all(read, 9, DENSE)
    next(stopped)
    stopped.close()
    assert cv2.getNumThreads() == before


def test_limits_are_lifted_by_the_last(before):
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert cv2.getNumThreads() == 1
    second.__exit__(None, None, None)
    assert cv2.getNumThreads() == before


def test_a_patch_is_what_lies_there():
    place = np.array([50, 60, 16])
    np.testing.assert_array_equal(patch(PHOTO, place, 16), PHOTO[42:58, 52:68])
    # Of half the size, each pixel is the mean of four.
    small = patch(PHOTO, place, 8)
    assert small.dtype == np.uint8
    means = PHOTO[42:58, 52:68].reshape(8, 2, 8, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(small, means, atol=0.5001)
    assert patch(PHOTO, place).shape == (32, 32, 3)
    grey = patch(GREY, place, 16)
    np.testing.assert_array_equal(grey, np.repeat(GREY[42:58, 52:68, None], 3, axis=2))


def test_a_patch_over_the_border_is_reflected():
    found = patch(PHOTO, (0, 199, 8), 8)
    np.testing.assert_array_equal(found[4:, :4], PHOTO[:4, 195:199])
    np.testing.assert_array_equal(found[:4], found[:3:-1])
    np.testing.assert_array_equal(found[:, 4], PHOTO[[3, 2, 1, 0, 0, 1, 2, 3], 199])
    np.testing.assert_array_equal(found[:, 5], found[:, 4])
    one = patch(np.full((1, 1, 3), 9, np.uint8), (0, 0, 50), 4)
    assert (one == 9).all()


@pytest.mark.parametrize(
    ("picture", "options", "words"),
    [
        (PHOTO.astype(float), {}, "float64"),
        (PHOTO[..., :2], {}, r"\(180, 200, 2\)"),
        (PHOTO[:0], {}, r"\(0, 200, 3\)"),
        (PHOTO[0, 0], {}, r"\(3,\)"),
        (PHOTO[None], {}, r"\(1, 180, 200, 3\)"),
        (PHOTO, {"step": 0}, "step 0"),
        (PHOTO, {"sides": ()}, r"sides \(\)"),
        (PHOTO, {"sides": (16, 5)}, r"sides \(16, 5\)"),
        (PHOTO, {"most": 0}, "most 0"),
    ],
)
def test_wrong_pictures_and_options_are_refused_in_words(picture, options, words):
    with pytest.raises(ValueError, match=words):
        describe(picture, Where.DENSE, Descriptor.SIFT, **options)


def test_wrong_patches_and_threads_are_refused():
    with pytest.raises(ValueError, match="side above 0"):
        patch(PHOTO, (3, 3, 0))
    with pytest.raises(ValueError, match="side above 0"):
        patch(PHOTO, (3, np.nan, 5))
    with pytest.raises(ValueError, match=r"at least 1 pixel.* and 0"):
        patch(PHOTO, (3, 3, 5), 0)
    with pytest.raises(ValueError, match="float64"):
        patch(PHOTO.astype(float), (3, 3, 5))
    with pytest.raises(ValueError, match="thread was expected, got 0"):
        describe_all(noise, 3, DENSE, threads=0)
