"""Where a picture lies in a network's input: laws, known answers, and a twin from the formula."""

import numpy as np
import pytest

from generator.science.framing import Box
from generator.science.placement import Fit, Placement, place

SHAPES = [(90, 160), (160, 90), (64, 64), (31, 200), (7, 5), (1, 1), (300, 2), (641, 480)]
SIZES = [(224, 224), (66, 200), (9, 4), (1, 1)]


def photograph(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)


def ramp(shape, axis):
    """The coordinate of each pixel's centre along an axis."""
    return np.indices(shape)[axis].astype(np.float32)


def slow_back(heatmap, placement):
    """Each pixel by itself: where its centre lies among the cells, and the four around it."""
    (h, w), box = heatmap.shape, placement.box
    out = np.zeros(placement.shape)
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            y = (row - box.top + 0.5) * h / box.height - 0.5
            x = (column - box.left + 0.5) * w / box.width - 0.5
            y, x = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
            i, j = int(y), int(x)
            k, m = min(i + 1, h - 1), min(j + 1, w - 1)
            upper = heatmap[i, j] * (1 - x + j) + heatmap[i, m] * (x - j)
            lower = heatmap[k, j] * (1 - x + j) + heatmap[k, m] * (x - j)
            out[row, column] = upper * (1 - y + i) + lower * (y - i)
    return out


def slow_mean(channel, size):
    """Each pixel of the input as the mean over the area that it covers; for shrinking."""

    def shares(old, new):
        edges = np.arange(new + 1) * old / new
        weights = np.zeros((new, old))
        for k in range(new):
            for pixel in range(old):
                overlap = min(edges[k + 1], pixel + 1) - max(edges[k], pixel)
                weights[k, pixel] = max(overlap, 0) * new / old
        return weights

    return shares(channel.shape[0], size[0]) @ channel @ shares(channel.shape[1], size[1]).T


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_comes_out(shape, size, fit):
    image = photograph(shape)
    before = image.copy()
    placed, placement = place(image, size, fit)
    assert placed.shape == (*size, 3)
    assert placed.dtype == np.uint8
    assert not np.shares_memory(placed, image)
    np.testing.assert_array_equal(image, before)
    box = placement.box
    assert 0 <= box.top < box.bottom <= shape[0]
    assert 0 <= box.left < box.right <= shape[1]
    assert placement.seen.sum() == box.height * box.width
    back = placement.back(np.ones((7, 7)))
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back == 1, placement.seen)
    np.testing.assert_array_equal(back == 0, ~placement.seen)
    if fit is Fit.STRETCH:
        assert placement.seen.all()
    elif fit is Fit.ROAD:
        assert box.width == shape[1]
        assert box.top in {0, round(0.375 * shape[0])}
    else:
        # One side is whole, and the other lacks less than a pixel of its proportion.
        assert box.height == shape[0] or box.width == shape[1]
        exact = min(shape[0] / size[0], shape[1] / size[1])
        assert abs(box.height - max(exact * size[0], 1)) <= 0.5
        assert abs(box.width - max(exact * size[1], 1)) <= 0.5
        assert abs(box.top - (shape[0] - box.bottom)) <= 1
        assert abs(box.left - (shape[1] - box.right)) <= 1


def test_the_box_of_a_steering_camera():
    # 640 x 480 into 66 x 200: the whole width, and 640 * 66 / 200 = 211 rows of it.
    _, placement = place(photograph((480, 640)), (66, 200), Fit.CROP)
    assert placement == Placement((480, 640), Box(134, 0, 345, 640), (66, 200))
    # Upright, the width is the short side still.
    _, placement = place(photograph((640, 480)), (66, 200), Fit.CROP)
    assert placement.box == Box(241, 0, 399, 480)


def test_a_share_is_the_middle_of_what_would_be_used():
    _, placement = place(photograph((400, 600)), (224, 224), Fit.CROP, share=224 / 256)
    assert placement.box == Box(25, 125, 375, 475)
    _, placement = place(photograph((400, 600)), (224, 224), Fit.STRETCH, share=0.5)
    assert placement.box == Box(100, 150, 300, 450)


@pytest.mark.parametrize("size", [(5, 7), (20, 13), (66, 200)])
@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("shape", [(90, 160), (160, 90), (31, 40), (1, 9)])
def test_back_meets_its_slow_twin(shape, fit, size):
    _, placement = place(photograph(shape), (66, 200), fit)
    heatmap = np.random.default_rng(5).normal(size=size)
    np.testing.assert_allclose(placement.back(heatmap), slow_back(heatmap, placement), atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "size"), [((40, 60), (10, 15)), ((37, 53), (11, 9)), ((8, 8), (8, 8))]
)
def test_shrinking_takes_means_of_areas(shape, size):
    image = photograph(shape)
    placed, placement = place(image, size, Fit.STRETCH)
    for channel in range(3):
        expected = slow_mean(image[..., channel].astype(float), size)
        assert np.abs(placed[..., channel] - expected).max() <= 0.51
        forward = placement.forward(image[..., channel])
        np.testing.assert_allclose(forward, expected, atol=1e-3)


def test_growing_one_axis_does_not_blur_the_other():
    image = photograph((4, 40))
    placed, _ = place(image, (8, 10), Fit.STRETCH)
    means = image.reshape(4, 10, 4, 3).mean(axis=2)
    # Rows grow twofold: a quarter of one neighbour and three of the other.
    expected = 0.75 * means[1] + 0.25 * means[0]
    assert np.abs(placed[2] - expected).max() <= 1.01


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("fit", [Fit.STRETCH, Fit.CROP])
@pytest.mark.parametrize("shape", [(480, 640), (640, 480), (50, 120)])
def test_a_ramp_comes_back_as_the_same_ramp(shape, fit, axis):
    size = (66, 200)
    _, placement = place(photograph(shape), size, fit)
    slope, box = ramp(shape, axis), placement.box
    start, length = ((box.top, box.height), (box.left, box.width))[axis]
    exact = start + (ramp(size, axis) + 0.5) * length / size[axis] - 0.5
    # A pixel is a square of one value, so means of areas of a ramp are nearly its values only.
    np.testing.assert_allclose(placement.forward(slope), exact, atol=0.2)
    back = placement.back(exact)
    # Within half a cell of the edge the map is held constant.
    rows = int(np.ceil(box.height / size[0])) + 1
    columns = int(np.ceil(box.width / size[1])) + 1
    inside = np.s_[box.top + rows : box.bottom - rows, box.left + columns : box.right - columns]
    np.testing.assert_allclose(back[inside], slope[inside], atol=1e-3)
    assert (back[~placement.seen] == 0).all()


@pytest.mark.parametrize("shape", [(660, 2000), (700, 2600), (900, 2000), (132, 400)])
@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("pixel", [(0, 0), (33, 100), (10, 150), (65, 199)])
def test_a_delta_comes_back_where_it_was(shape, fit, pixel):
    size = (66, 200)
    _, placement = place(np.zeros((*shape, 3), np.uint8), size, fit)
    delta = np.zeros(size, np.float32)
    delta[pixel] = 1
    back = placement.back(delta)
    box = placement.box
    centre = (
        box.top + (pixel[0] + 0.5) * box.height / size[0] - 0.5,
        box.left + (pixel[1] + 0.5) * box.width / size[1] - 0.5,
    )
    for axis, name in enumerate(("row", "column")):
        sums = back.sum(axis=1 - axis)
        peak = np.flatnonzero(np.isclose(sums, sums.max(), rtol=1e-4)).mean()
        if 0 < pixel[axis] < size[axis] - 1:
            mean = (np.arange(len(sums)) * sums).sum() / sums.sum()
            assert mean == pytest.approx(centre[axis], abs=1e-2), name
        else:  # held constant up to the edge, so the peak is between the centre and the edge
            assert abs(peak - centre[axis]) <= (box.height, box.width)[axis] / size[axis] / 2


@pytest.mark.parametrize("fit", [Fit.STRETCH, Fit.CROP])
@pytest.mark.parametrize("shape", [(91, 161), (160, 92)])
def test_mirrors(shape, fit):
    # A box that cannot be centred lies half a pixel up or left: here the remainders are even.
    placement = place(photograph(shape), (13, 17), fit)[1]
    np.testing.assert_array_equal(placement.seen, placement.seen[::-1, ::-1])
    heatmap = np.random.default_rng(1).normal(size=(13, 17))
    flipped = placement.back(heatmap[::-1, ::-1])
    np.testing.assert_allclose(flipped, placement.back(heatmap)[::-1, ::-1], atol=1e-5)


def test_a_picture_of_the_inputs_size_is_itself():
    image = photograph((66, 200))
    for fit in Fit:
        placed, placement = place(image, (66, 200), fit)
        np.testing.assert_array_equal(placed, image)
        heatmap = image[..., 0].astype(np.float32)
        np.testing.assert_array_equal(placement.forward(heatmap), heatmap)
        np.testing.assert_array_equal(placement.back(heatmap), heatmap)


def test_the_picture_and_its_maps_take_one_way():
    image = photograph((300, 500))
    placed, placement = place(image, (33, 44), Fit.CROP)
    np.testing.assert_allclose(placement.forward(image[..., 1]), placed[..., 1], atol=0.51)


def test_a_mask_is_halved_pixel_by_pixel():
    mask = np.zeros((6, 8), bool)
    mask[:, :3] = True  # the second column of pairs is half covered
    mask[5, 7] = True  # a quarter of the last pixel
    _, placement = place(photograph((6, 8)), (3, 4), Fit.STRETCH)
    small = placement.forward_mask(mask)
    assert small.dtype == bool
    np.testing.assert_array_equal(small, [[True, True, False, False]] * 3)
    assert not placement.forward_mask(np.zeros((6, 8), bool)).any()
    assert placement.forward_mask(np.ones((6, 8), bool)).all()


@pytest.mark.parametrize("size", [(13, 17), (30, 41), (66, 200)])
def test_a_whole_mask_stays_whole_and_half_is_half(size):
    _, placement = place(photograph((60, 82)), size, Fit.CROP)
    assert placement.forward_mask(np.ones((60, 82), bool)).all()
    mask = np.zeros((60, 82), bool)
    mask[:30] = True
    expected = mask[placement.box.slices].mean()
    assert placement.forward_mask(mask).mean() == pytest.approx(expected, abs=0.5 / size[0] + 1e-9)


@pytest.mark.parametrize(
    ("image", "size", "share"),
    [
        (np.zeros((4, 4), np.uint8), (2, 2), 1),
        (np.zeros((4, 4, 4), np.uint8), (2, 2), 1),
        (np.zeros((4, 4, 3), np.float32), (2, 2), 1),
        (np.zeros((0, 4, 3), np.uint8), (2, 2), 1),
        (np.zeros((4, 4, 3), np.uint8), (0, 2), 1),
        (np.zeros((4, 4, 3), np.uint8), (2, 2), 0),
        (np.zeros((4, 4, 3), np.uint8), (2, 2), 1.5),
        (np.zeros((4, 4, 3), np.uint8), (2, 2), float("nan")),
    ],
)
def test_what_cannot_be_placed_is_refused(image, size, share):
    with pytest.raises(ValueError, match="expected"):
        place(image, size, Fit.CROP, share=share)


def test_maps_of_another_shape_are_refused():
    _, placement = place(photograph((6, 8)), (3, 4), Fit.STRETCH)
    with pytest.raises(ValueError, match=r"shape \(6, 8\) was expected, got \(8, 6\)"):
        placement.forward(np.zeros((8, 6)))
    with pytest.raises(ValueError, match="mask of bool was expected, got float64"):
        placement.forward_mask(np.zeros((6, 8)))
    for shape in ((3,), (3, 4, 1), (0, 4)):
        with pytest.raises(ValueError, match=r"\(rows, columns\) was expected, got"):
            placement.back(np.zeros(shape))


@pytest.mark.parametrize(
    ("shape", "road", "rows"),
    [
        ((160, 320), (0.375, 0.85), (60, 136)),
        ((256, 455), (0.4, 1.0), (102, 256)),
        ((66, 200), (0.375, 0.85), (0, 66)),
        ((198, 600), (0.375, 0.85), (0, 198)),
        ((1, 9), (0.375, 0.85), (0, 1)),
        ((3, 4), (0.99, 1.0), (0, 3)),
    ],
)
def test_the_road_lies_between_sky_and_bonnet_and_a_frame_of_it_is_seen_whole(shape, road, rows):
    image = photograph(shape)
    placed, placement = place(image, (66, 200), Fit.ROAD, road=road)
    assert placement.box == Box(rows[0], 0, rows[1], shape[1])
    if shape == (66, 200):
        np.testing.assert_array_equal(placed, image)
    whole = place(image[rows[0] : rows[1]], (66, 200), Fit.STRETCH)[0]
    np.testing.assert_array_equal(placed, whole)
