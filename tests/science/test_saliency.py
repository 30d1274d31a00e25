"""Saliency by histogram back-projection: definition, planted answers, laws, odd pictures."""

import colorsys

import cv2
import numpy as np
import pytest

from generator.science.backprojection import back_project, hue_saturation_histogram, rarity
from generator.science.framing import Box, bounding_box, grown_to_aspect
from generator.science.masks import intersection_over_union
from generator.science.saliency import Initialisation, find_subject
from generator.science.segmentation import grab_cut, largest_region, refined

ARRAYS = ("abstraction", "back_projection", "saliency", "threshold", "mask", "cutout", "thumbnail")
PLAIN = ("box", "frame", "peak", "coverage", "notes")


def disc(shape, *, centre, radius):
    rows, columns = np.indices(shape)
    return (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 <= radius**2


def red_disc(shape=(120, 180), *, centre=(50, 70), radius=25):
    """A red disc on grey-green grain, and where it lies."""
    rng = np.random.default_rng(7)
    picture = np.array((90, 140, 95)) + rng.integers(-25, 26, (*shape, 1))
    truth = disc(shape, centre=centre, radius=radius)
    picture[truth] = np.array((200, 35, 30)) + rng.integers(-15, 16, (truth.sum(), 1))
    return picture.astype(np.uint8), truth


def slow_back_projection(image, bins):
    """From the definition, pixel by pixel; the hue comes from colorsys, not OpenCV."""
    cells, counts = {}, {}
    for row, column in np.ndindex(image.shape[:2]):
        hue, saturation, _ = colorsys.rgb_to_hsv(*(image[row, column] / 255))
        half_degrees = int(hue * 180 + 0.5) % 180
        cell = half_degrees * bins // 180, int(saturation * 255 + 0.5) * bins // 256
        cells[row, column] = cell
        counts[cell] = counts.get(cell, 0) + 1
    most = max(counts.values())
    least = 0 if len(counts) < bins * bins else min(counts.values())
    common = {
        cell: round((n - least) * 255 / (most - least)) if most > least else 0
        for cell, n in counts.items()
    }
    low, high = min(common.values()), max(common.values())
    result = np.zeros(image.shape[:2], dtype=np.uint8)
    for place, cell in cells.items():
        if high > low:
            result[place] = round((common[cell] - low) * 255 / (high - low))
    return result


def assert_same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert [getattr(one, name) for name in PLAIN] == [getattr(other, name) for name in PLAIN]


@pytest.mark.parametrize("bins", [1, 2, 7, 16])
def test_back_projection_meets_its_slow_twin(bins):
    # Levels far apart: the twin rounds hue in floats, and a tie must not fall on a cell's edge.
    image = np.random.default_rng(bins).choice([0, 40, 130, 255], (14, 11, 3)).astype(np.uint8)
    np.testing.assert_array_equal(back_project(image, bins=bins), slow_back_projection(image, bins))


def test_back_projection_agrees_with_opencv():
    image = np.random.default_rng(1).integers(0, 256, (60, 50, 3), dtype=np.uint8)
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1], None, [8, 8], [0, 180, 0, 256])
    np.testing.assert_array_equal(counts, hue_saturation_histogram(image, bins=8))
    scaled = cv2.normalize(counts, None, 0, 255, cv2.NORM_MINMAX)
    theirs = cv2.calcBackProject([hsv], [0, 1], scaled, [0, 180, 0, 256], 1)
    theirs = cv2.normalize(theirs, None, 0, 255, cv2.NORM_MINMAX)
    assert np.abs(theirs.astype(int) - back_project(image, bins=8)).max() <= 1


def test_bins_out_of_range_are_refused():
    with pytest.raises(ValueError, match="bins must be from 1 to 180, got 181"):
        back_project(np.zeros((2, 2, 3), np.uint8), bins=181)


def test_rarity_ranks_the_rare_above_the_common():
    commonness = np.full((64, 64), 255, dtype=np.uint8)
    commonness[20:44, 20:44] = 0
    result = rarity(commonness)
    assert result.max() == 255
    assert result[32, 32] > 200
    assert result[2, 2] < 50
    assert not rarity(np.full((9, 9), 77, np.uint8)).any()


def test_a_planted_disc_is_found():
    image, truth = red_disc()
    found = find_subject(image, initialisation=Initialisation.MASK)
    assert intersection_over_union(found.mask, truth) > 0.9
    assert truth[found.peak]
    assert found.notes == ()
    assert found.coverage == pytest.approx(truth.mean(), abs=0.01)
    np.testing.assert_array_equal(found.cutout[found.mask], image[found.mask])
    assert (found.cutout[~found.mask] == 255).all()


def test_a_large_picture_is_worked_on_small_and_mapped_back():
    image, truth = red_disc((500, 751), centre=(210, 300), radius=110)
    found = find_subject(image)
    for name in ARRAYS[:-1]:
        assert getattr(found, name).shape[:2] == (500, 751)
    assert intersection_over_union(found.mask, truth) > 0.9
    assert truth[found.peak]
    # Smoothing blurs by up to 20 + 4 small pixels, each 2.35 large ones: the box is the coarse
    # stage, the mask the fine one.
    assert found.threshold[truth].mean() > 0.5
    np.testing.assert_allclose(found.box, bounding_box(truth), atol=24 * 2.35)
    np.testing.assert_allclose(bounding_box(found.mask), bounding_box(truth), atol=6)


def two_discs():
    """A red disc, and a smaller one outside the box of the first."""
    image, _ = red_disc(centre=(40, 40), radius=22)
    image[disc((120, 180), centre=(80, 140), radius=18)] = (205, 40, 30)
    return image


def test_the_rectangle_ignores_the_saliency_and_the_mask_does_not():
    image = two_discs()
    rectangle = find_subject(image, initialisation=Initialisation.RECTANGLE)
    mask = find_subject(image, initialisation=Initialisation.MASK)
    assert not rectangle.mask[80, 140]  # outside the box is settled before the first cut
    assert mask.mask[80, 140]
    inside = np.zeros_like(rectangle.mask)
    inside[rectangle.box.slices] = True
    assert not (rectangle.mask & ~inside).any()
    np.testing.assert_array_equal(rectangle.threshold, mask.threshold)


def test_the_threshold_is_the_saliency_above_200():
    found = find_subject(red_disc((400, 500))[0])
    np.testing.assert_array_equal(found.threshold, found.saliency > np.float32(200 / 255))
    assert found.box.top <= np.flatnonzero(found.threshold.any(axis=1))[-1]


def test_the_largest_region_is_the_one_of_largest_outline():
    mask = np.zeros((20, 30), dtype=bool)
    mask[1, :] = True  # the longest outline, which encloses nothing
    mask[3:5, 1:12] = True
    mask[6:18, 15:27] = True
    mask[8:16, 17:25] = False  # a ring that encloses more than it holds
    mask[12, 20] = True  # inside the ring, its own region
    expected = mask.copy()
    expected[:5] = expected[12, 20] = False
    np.testing.assert_array_equal(largest_region(mask), expected)
    assert not largest_region(np.zeros((3, 3), bool)).any()
    assert bounding_box(expected) == Box(6, 15, 18, 27)
    assert bounding_box(np.zeros((3, 3), bool)) is None


def test_refining_drops_minor_pieces_and_fills_minor_holes():
    mask = np.zeros((40, 60), dtype=bool)
    mask[5:25, 5:25] = True
    mask[10:14, 10:14] = False  # a hole of 16 in 400
    mask[5:20, 40:55] = True  # more than a quarter of the largest
    mask[30:33, 30:33] = True  # less
    result = refined(mask)
    assert result[5:25, 5:25].all()
    assert result[5:20, 40:55].all()
    assert not result[30:33, 30:33].any()
    assert result.sum() == 400 + 225
    assert not refined(np.zeros((4, 4), bool)).any()
    assert refined(np.ones((4, 4), bool)).all()


def test_a_bay_at_the_border_is_no_hole():
    mask = np.ones((20, 20), dtype=bool)
    mask[:3, 5:8] = False
    np.testing.assert_array_equal(refined(mask), mask)


def test_grab_cut_leaves_its_guess_alone_where_nothing_is_to_decide():
    image = np.zeros((4, 4, 3), np.uint8)
    assert grab_cut(image, np.full((4, 4), cv2.GC_PR_FGD, np.uint8)).all()
    assert not grab_cut(image, np.full((4, 4), cv2.GC_PR_BGD, np.uint8)).any()


@pytest.mark.parametrize("aspect", [0.2, 0.75, 1.0, 16 / 9, 7.0])
def test_a_frame_grows_to_its_aspect_inside_the_picture(aspect):
    rng = np.random.default_rng(3)
    for _ in range(200):
        shape = tuple(int(side) for side in rng.integers(1, 200, 2))
        top, left = (int(rng.integers(0, side)) for side in shape)
        box = Box(
            top,
            left,
            int(rng.integers(top + 1, shape[0] + 1)),
            int(rng.integers(left + 1, shape[1] + 1)),
        )
        frame = grown_to_aspect(box, shape=shape, aspect=aspect)
        assert 0 <= frame.top < frame.bottom <= shape[0]
        assert 0 <= frame.left < frame.right <= shape[1]
        # Right to half a pixel on each side, and never under one pixel.
        if min(frame.height, frame.width) > 1:
            assert abs(frame.width - aspect * frame.height) <= 0.5 + 0.5 * aspect + 1e-9
        height = max(box.height, box.width / aspect)
        if height <= shape[0] and height * aspect <= shape[1]:
            assert frame.top <= box.top
            assert frame.bottom >= box.bottom
            assert frame.left <= box.left
            assert frame.right >= box.right
        else:
            assert frame.height == shape[0] or frame.width == shape[1]


def test_a_frame_of_the_right_shape_stays():
    box = Box(10, 20, 40, 80)
    assert grown_to_aspect(box, shape=(100, 100), aspect=2.0) == box
    assert grown_to_aspect(box, shape=(100, 100), aspect=1.0) == Box(0, 20, 60, 80)


@pytest.mark.parametrize("aspect", [0.0, -1.0, float("inf"), float("nan")])
def test_an_aspect_must_be_positive(aspect):
    with pytest.raises(ValueError, match="aspect must be positive"):
        grown_to_aspect(Box(0, 0, 1, 1), shape=(2, 2), aspect=aspect)


@pytest.mark.parametrize("initialisation", Initialisation)
def test_a_flipped_picture_gives_the_flipped_finding(initialisation):
    """Pyramids sample even pixels, so the coarse threshold may differ in a tenth of its pixels.

    The cut after it may not, but for half a percent.
    """
    image, truth = red_disc((121, 183))
    straight = find_subject(image, initialisation=initialisation)
    flipped = find_subject(image[:, ::-1], initialisation=initialisation)
    assert np.mean(straight.mask != flipped.mask[:, ::-1]) <= 0.005
    assert np.mean(straight.threshold != flipped.threshold[:, ::-1]) <= 0.1
    assert truth[straight.peak]
    assert truth[:, ::-1][flipped.peak]


def test_grab_cut_starts_from_its_own_seed_and_leaves_the_guess():
    rng = np.random.default_rng(2)
    image = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    guess = rng.choice([cv2.GC_PR_BGD, cv2.GC_PR_FGD], (30, 40)).astype(np.uint8)
    before, results = guess.copy(), []
    for state in range(10):
        cv2.setRNGSeed(state)
        results.append(grab_cut(image, guess, seed=5))
        np.testing.assert_array_equal(guess, before)
    for result in results:
        np.testing.assert_array_equal(result, results[0])
    assert any((grab_cut(image, guess, seed=seed) != results[0]).any() for seed in range(5))


def odd_pictures():
    rng = np.random.default_rng(5)
    for shape in [(1, 1), (1, 500), (2, 2), (37, 1), (40, 30)]:
        whole = (*shape, 3)
        yield "noise", rng.integers(0, 256, whole, dtype=np.uint8)
        yield "black", np.zeros(whole, np.uint8)
        yield "white", np.full(whole, 255, np.uint8)
        yield "red", np.full(whole, (200, 30, 40), np.uint8)
        yield "grey", np.repeat(rng.integers(0, 256, (*shape, 1), dtype=np.uint8), 3, axis=2)
        dot = np.zeros(whole, np.uint8)
        dot[0, 0] = (255, 0, 0)
        yield "dot", dot


@pytest.mark.parametrize("initialisation", Initialisation)
@pytest.mark.parametrize(
    ("kind", "image"), [pytest.param(k, i, id=f"{k}-{i.shape[:2]}") for k, i in odd_pictures()]
)
def test_odd_pictures_give_whole_results(kind, image, initialisation):
    before = image.copy()
    found = find_subject(image, initialisation=initialisation, aspect=4 / 3, bins=16)
    np.testing.assert_array_equal(image, before)
    shape = image.shape[:2]
    for name in ("abstraction", "cutout"):
        assert getattr(found, name).shape == image.shape
        assert getattr(found, name).dtype == np.uint8
    for name in ("back_projection", "saliency"):
        values = getattr(found, name)
        assert (values.shape, values.dtype) == (shape, np.float32)
        assert 0 <= values.min() <= values.max() <= 1
    for name in ("threshold", "mask"):
        assert (getattr(found, name).shape, getattr(found, name).dtype) == (shape, np.bool_)
    assert 0 <= found.peak[0] < shape[0]
    assert 0 <= found.peak[1] < shape[1]
    assert 0 <= found.coverage <= 1
    assert found.thumbnail.size
    if kind in ("black", "white", "red", "grey"):
        assert not found.mask.any()
        assert found.box == Box(0, 0, *shape)
        assert found.peak == (shape[0] // 2, shape[1] // 2)
        assert "Nothing stands out, because every pixel" in found.notes[-1]
    if min(shape) < 16:
        assert found.notes[0].startswith(f"The picture has only {shape[0]} by {shape[1]} pixels")
    assert_same(found, find_subject(image, initialisation=initialisation, aspect=4 / 3, bins=16))


def red_frame():
    image = np.full((100, 140, 3), (90, 140, 95), np.uint8)
    image[:4], image[-4:], image[:, :4], image[:, -4:] = [(200, 35, 30)] * 4
    return image


def test_a_box_of_the_whole_picture_falls_back_with_a_note():
    found = find_subject(red_frame(), initialisation=Initialisation.RECTANGLE)
    assert found.box == Box(0, 0, 100, 140)
    assert "The box covers 100% of the picture" in found.notes[0]
    assert "started from the thresholded saliency instead" in found.notes[0]
    np.testing.assert_array_equal(found.mask, find_subject(red_frame()).mask)
    assert find_subject(red_frame()).notes == ()


def test_scattered_colours_leave_nothing_and_say_so(monkeypatch):
    monkeypatch.setattr("generator.science.backprojection.rarity", np.zeros_like)
    found = find_subject(red_disc()[0])
    assert not found.mask.any()
    assert "too scattered to survive smoothing" in found.notes[0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [(np.zeros_like, "found no object"), (np.ones_like, "the whole picture to be the object")],
)
def test_a_cut_that_tells_nothing_falls_back_with_a_note(monkeypatch, answer, words):
    def useless(image, guess, *, seed):
        return answer(guess, dtype=bool)

    monkeypatch.setattr("generator.science.saliency.grab_cut", useless)
    found = find_subject(red_disc()[0])
    assert words in found.notes[0]
    np.testing.assert_array_equal(found.mask, largest_region(found.threshold))


@pytest.mark.parametrize("initialisation", Initialisation)
def test_threads_and_the_random_state_change_nothing(initialisation):
    image, _ = red_disc()
    image[:, 90:] = image[:, 90:] // 2
    threads = cv2.getNumThreads()
    try:
        results = []
        for number in (1, 2, 4):
            cv2.setNumThreads(number)
            cv2.setRNGSeed(number)
            results.append(find_subject(image, initialisation=initialisation, bins=16))
    finally:
        cv2.setNumThreads(threads)
    assert_same(results[0], results[1])
    assert_same(results[0], results[2])


def test_more_bins_tell_finer_colours_apart():
    image = np.full((60, 80, 3), (200, 60, 40), np.uint8)
    image[20:40, 30:50] = (200, 120, 40)  # both warm: one cell of two by two
    assert not find_subject(image, bins=2).mask.any()
    assert find_subject(image, bins=16).mask[30, 40]


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_only_rgb_bytes_are_taken(image):
    with pytest.raises(ValueError, match=r"an \(H, W, 3\) uint8 picture was expected, got"):
        find_subject(image)
    with pytest.raises(ValueError, match="long_side must be at least 1 pixel, got 0"):
        find_subject(np.zeros((4, 4, 3), np.uint8), long_side=0)
