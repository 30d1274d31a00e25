"""Occlusion: the definition window by window, networks with known answers, laws, odd scores."""

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from generator.science.batching import even, score_pictures
from generator.science.occlusion import (
    Fill,
    fill_picture,
    focus_picture,
    occlusion_map,
    occlusion_maps,
    windows,
)

H, W = 7, 13
OPTIONS = {"sizes": (2, 5), "stride": 2, "batch": 4}


def picture(seed=0, shape=(H, W, 3)):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def linear(seed=1):
    weights = np.random.default_rng(seed).normal(size=(H, W, 3))
    return lambda pictures: np.einsum("nhwc,hwc->n", pictures, weights)


def curved(pictures):
    """Not linear: what two windows change is not the sum of what each does."""
    return np.tanh(pictures.mean(axis=(2, 3))).prod(axis=1) * 100


def slow_occlusion(score, image, sizes, stride, filling):
    maps, sized, forwards = [], [], 1
    baseline = score(image[None])[0]
    for size in sizes:
        total, magnitude, count = np.zeros((3, *image.shape[:2]))
        for top in range(1 - size, image.shape[0], stride):
            for left in range(1 - size, image.shape[1], stride):
                inside = np.zeros(image.shape[:2], bool)
                inside[max(top, 0) : top + size, max(left, 0) : left + size] = True
                changed = np.where(inside[:, :, None], filling, image)
                d = baseline - score(changed[None])[0]
                total[inside] += d
                magnitude[inside] += abs(d)
                count[inside] += 1
                forwards += 1
        maps.append(total / count)
        sized.append(magnitude / count)
    return sum(maps) / len(maps), sum(sized) / len(sized), maps, forwards


@pytest.mark.parametrize("score", [linear(), curved])
@pytest.mark.parametrize("stride", [1, 2])
def test_occlusion_meets_its_slow_twin(score, stride):
    image, filling = picture(), picture(2)
    found = occlusion_map(score, image, sizes=(2, 5, 9), stride=stride, filling=filling, batch=7)
    signed, magnitude, maps, forwards = slow_occlusion(score, image, (2, 5, 9), stride, filling)
    np.testing.assert_allclose(found.signed, signed, atol=1e-5)
    np.testing.assert_allclose(found.magnitude, magnitude, atol=1e-5)
    assert list(found.per_size) == [2, 5, 9]
    for heat, slow in zip(found.per_size.values(), maps, strict=True):
        np.testing.assert_allclose(heat, slow, atol=1e-5)
    assert found.forwards == forwards
    assert found.baseline == pytest.approx(score(image[None])[0])
    for heat in (found.signed, found.magnitude, *found.per_size.values()):
        assert (heat.dtype, heat.shape) == (np.float32, (H, W))


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 13), (20, 6)])
@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (3, 2), (3, 3), (8, 5), (30, 30)])
def test_windows_cover_every_pixel_and_none_is_empty(shape, size, stride):
    boxes = windows(shape, size, stride)
    assert (boxes.dtype, boxes.shape[1]) == (np.int64, 4)
    cover = np.zeros(shape, int)
    for top, left, bottom, right in boxes:
        assert 0 <= top < bottom <= min(shape[0], top + size)
        assert 0 <= left < right <= min(shape[1], left + size)
        cover[top:bottom, left:right] += 1
    fewest, most = (size // stride) ** 2, math.ceil(size / stride) ** 2
    assert fewest <= cover.min() <= cover.max() <= most


def test_windows_of_known_places():
    expected = [[0, 0, 1, 1], [0, 0, 1, 3], [0, 2, 1, 4], [0, 0, 2, 1], [0, 0, 2, 3], [0, 2, 2, 4]]
    assert windows((2, 4), 3, 2).tolist() == [*expected]


@pytest.mark.parametrize("quick", [(2, 5), (2,), (5,), ()])
def test_a_quicker_way_to_the_values_gives_the_same_map(quick):
    image, filling = picture(), picture(2)
    asked = []

    def windowed(one, other, boxes):
        asked.append(len(boxes))
        if len(boxes) not in {{2: 29, 5: 55}[size] for size in quick}:
            return None
        pictures = np.repeat(one[None], len(boxes), axis=0)
        for covered, (top, left, bottom, right) in zip(pictures, boxes, strict=True):
            covered[top:bottom, left:right] = other[top:bottom, left:right]
        return curved(pictures) + len(asked)  # each way is compared with its own untouched picture

    wanted = occlusion_map(curved, image, filling=filling, **OPTIONS)
    found = occlusion_map(curved, image, filling=filling, windowed=windowed, **OPTIONS)
    np.testing.assert_allclose(found.signed, wanted.signed, atol=1e-6)
    np.testing.assert_allclose(found.magnitude, wanted.magnitude, atol=1e-6)
    assert asked == [29, 55]
    assert found.forwards == wanted.forwards == 83


def test_a_constant_network_gives_a_map_of_zeros():
    found = occlusion_map(lambda p: np.full(len(p), 0.1), picture(), filling=picture(2), **OPTIONS)
    assert not found.signed.any()
    assert not found.magnitude.any()


@pytest.mark.parametrize("place", [(0, 0), (3, 6), (6, 12), (2, 0)])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_network_that_reads_one_pixel_peaks_there(place, stride):
    image = np.ones((H, W, 3), np.float32)
    options = {"sizes": (3, 4), "stride": stride, "batch": 5}
    found = occlusion_map(
        lambda p: p[:, place[0], place[1], 0], image, filling=np.zeros_like(image), **options
    )
    assert found.signed[place] == found.signed.max() == 1
    assert found.magnitude.min() >= 0
    far = np.hypot(*(np.indices((H, W)) - np.array(place)[:, None, None])) >= 6
    assert np.abs(found.signed[far]).max() < 1e-12


@pytest.mark.parametrize("c", [0.7, -3.0])
def test_if_every_window_changes_the_value_by_c_the_map_is_c(c):
    image = picture()

    def untouched(p):
        return (p == image).all(axis=(1, 2, 3))

    found = occlusion_map(
        lambda p: np.where(untouched(p), c, 0.0), image, filling=image - 1, **OPTIONS
    )
    np.testing.assert_allclose(found.signed, c, rtol=1e-6)
    np.testing.assert_allclose(found.magnitude, abs(c), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_sums_leave_no_magnitude_below_zero(seed):
    image = picture(seed)
    found = occlusion_map(
        lambda p: p[:, 3, 6] @ [0.3, 0.1, -0.7], image, sizes=(3, 4), stride=1, batch=32,
        filling=picture(9),
    )  # fmt: skip
    assert found.magnitude.min() >= 0


def test_what_cancels_in_the_signed_map_shows_in_the_magnitude():
    image = np.zeros((1, 12, 1), np.float32)
    image[0, 5], image[0, 6] = 1, -1
    found = occlusion_map(
        lambda p: p.sum(axis=(1, 2, 3)), image, sizes=(2,), stride=1,
        filling=np.zeros_like(image), batch=8,
    )  # fmt: skip
    np.testing.assert_allclose(found.signed[0, 4:8], [0.5, 0.5, -0.5, -0.5])
    np.testing.assert_allclose(found.magnitude[0, 4:8], [0.5] * 4)


def test_batching_is_irrelevant_and_the_network_sees_one_shape():
    image, filling = picture(), picture(2)
    maps = []
    for batch in (1, 3, 64, 1000):
        shapes = set()

        def score(pictures, shapes=shapes):
            shapes.add(pictures.shape)
            values = curved(pictures)
            pictures[:] = 0  # a network may write into its input
            return values

        found = occlusion_map(score, image, sizes=(2, 5), stride=2, filling=filling, batch=batch)
        (shape,) = shapes
        assert shape[0] <= batch
        assert shape[1:] == (H, W, 3)
        maps.append(found.signed)
    for other in maps[1:]:
        np.testing.assert_array_equal(maps[0], other)
    np.testing.assert_array_equal(image, picture())
    np.testing.assert_array_equal(filling, picture(2))


def test_order_of_sizes_and_flips_are_irrelevant():
    image, filling = picture(), picture(2)
    options = {"stride": 1, "batch": 9}
    one = occlusion_map(curved, image, sizes=(2, 5), filling=filling, **options)
    other = occlusion_map(curved, image, sizes=(5, 2), filling=filling, **options)
    np.testing.assert_allclose(one.signed, other.signed, atol=1e-6)
    # `curved` takes means of rows, so a mirrored picture has the same value.
    other = occlusion_map(curved, image[:, ::-1], sizes=(2, 5), filling=filling[:, ::-1], **options)
    np.testing.assert_allclose(one.signed, other.signed[:, ::-1], atol=1e-5)


def test_several_targets_cost_one_pass():
    image, filling, calls = picture(), picture(2), []

    def score(pictures):
        calls.append(len(pictures))
        return np.stack([linear()(pictures), curved(pictures)], axis=1)

    found = occlusion_maps(score, image, filling=filling, **OPTIONS)
    assert sum(calls) == 4 * math.ceil(found[0].forwards / 4)
    for one, single in zip(found, (linear(), curved), strict=True):
        expected = occlusion_map(single, image, filling=filling, **OPTIONS)
        np.testing.assert_allclose(one.signed, expected.signed, atol=1e-6)
        assert one.baseline == pytest.approx(expected.baseline)


def test_what_covered_pixels_take():
    image, rng = picture() * [1, 2, 3] - 1, np.random.default_rng(0)
    black = fill_picture(image, Fill.BLACK, rng, [-1, -2, -3])
    assert (black == [-1, -2, -3]).all()
    assert (fill_picture(image, Fill.BLACK, rng, -1.0) == -1).all()
    mean = fill_picture(image, Fill.MEAN, rng, 0)
    np.testing.assert_allclose(
        mean, np.broadcast_to(image.mean(axis=(0, 1)), image.shape), atol=1e-6
    )
    noise = fill_picture(image, Fill.NOISE, rng, 0)
    pixels = {tuple(p) for p in image.astype(np.float32).reshape(-1, 3).tolist()}
    assert {tuple(p) for p in noise.reshape(-1, 3).tolist()} <= pixels
    assert len(np.unique(noise)) > 50
    again = [fill_picture(image, Fill.NOISE, np.random.default_rng(s), 0) for s in (3, 3, 4)]
    np.testing.assert_array_equal(again[0], again[1])
    assert (again[0] != again[2]).any()
    blur = fill_picture(picture(0, (60, 90, 3)), Fill.BLUR, rng, 0)
    assert blur.std() < 0.05
    assert blur.mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("fill", list(Fill))
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 9, 2), (7, 13, 3), (7, 13, 5)])
def test_a_filling_keeps_the_shape_and_a_flat_picture(fill, shape):
    flat = np.full(shape, 0.25, np.float32)
    found = fill_picture(flat, fill, np.random.default_rng(0), 0.25)
    assert (found.dtype, found.shape) == (np.float32, shape)
    np.testing.assert_allclose(found, 0.25, atol=1e-6)
    assert not np.shares_memory(found, flat)
    assert found.flags.writeable


def test_the_focus_picture_is_sharp_where_the_map_is_high():
    photo = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    heat = np.zeros((60, 90))
    heat[:, 45:] = 1
    found = focus_picture(photo, heat, 50, sigma=2.0)
    assert (found.dtype, found.shape) == (np.uint8, photo.shape)
    np.testing.assert_array_equal(found[:, 60:], photo[:, 60:])
    assert found[:, :30].std() < 0.3 * photo.std()
    np.testing.assert_array_equal(found, focus_picture(photo, 5 + 9 * heat, 50, sigma=2.0))
    flat = np.full_like(photo, 77)
    assert (focus_picture(flat, heat) == 77).all()


def test_the_focus_picture_meets_its_slow_twin():
    photo = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    heat = gaussian_filter(np.random.default_rng(1).normal(size=(60, 90)), 5)
    ranks = heat.ravel().argsort().argsort().reshape(heat.shape)
    mask = gaussian_filter((ranks >= 0.6 * heat.size).astype(float), 90 / 40, mode="nearest")
    blurred = gaussian_filter(photo.astype(float), (90 / 40, 90 / 40, 0), mode="nearest")
    expected = mask[:, :, None] * photo + (1 - mask[:, :, None]) * blurred
    np.testing.assert_allclose(focus_picture(photo, heat), expected, atol=1)


def test_a_map_that_says_nothing_gives_the_blurred_picture():
    photo = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    for value in (0.0, 3.0):
        assert focus_picture(photo, np.full((60, 90), value)).std() < 0.3 * photo.std()


def one(pictures):
    return np.ones(len(pictures))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: windows((7, 13), 3, 4), "stride 4, size 3"),
        (lambda: windows((7, 13), 3, 0), "stride 0"),
        (lambda: windows((0, 13), 3, 1), r"\(0, 13\)"),
        (lambda: fill_picture(np.ones((2, 3)), Fill.MEAN, None, 0), r"\(2, 3\)"),
        (lambda: occlusion_map(one, picture(), filling=picture(0, (W, H, 3)), **OPTIONS), "filling"),
        (lambda: occlusion_map(one, picture()[0], filling=picture()[0], **OPTIONS), r"\(13, 3\)"),
        (lambda: occlusion_map(one, picture(), filling=picture(), **OPTIONS | {"sizes": ()}), "sizes"),
        (lambda: occlusion_map(one, picture(), filling=picture(), **OPTIONS | {"sizes": (3, 3)}), "sizes"),
        (lambda: occlusion_map(one, picture(), filling=picture(), **OPTIONS | {"batch": 0}), "batch"),
        (lambda: occlusion_map(lambda p: one(p) * np.nan, picture(), filling=picture(), **OPTIONS), "NaN"),
        (lambda: occlusion_map(one, picture(), filling=picture(), windowed=lambda *_: np.ones(3), **OPTIONS), r"\(3,\)"),
        (lambda: occlusion_map(one, picture(), filling=picture(), windowed=lambda *a: np.full(len(a[2]), np.inf), **OPTIONS), "finite"),
        (lambda: occlusion_map(lambda p: one(p)[1:], picture(), filling=picture(), **OPTIONS), r"\(3,\)"),
        (lambda: occlusion_map(lambda p: np.ones((len(p), 2)), picture(), filling=picture(), **OPTIONS), "got 2"),
        (lambda: focus_picture(np.ones((2, 3, 3), np.uint8), np.ones((3, 2))), r"\(3, 2\)"),
        (lambda: focus_picture(np.ones((2, 3, 3), np.uint8), np.full((2, 3), np.nan)), "finite"),
        (lambda: focus_picture(np.ones((2, 3, 3), np.uint8), np.ones((2, 3)), sigma=0), "sigma 0"),
        (lambda: score_pictures(one, [], shape=(1, 1, 1), batch=2), "got none"),
    ],
)  # fmt: skip
def test_wrong_arguments_and_scores_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_scores_come_in_order_though_the_network_reuses_its_memory():
    memory = np.zeros(3)

    def score(pictures):
        memory[:] = pictures[:, 0, 0, 0]
        assert set(memory) <= set(range(5, 12))  # padding is a picture too
        return memory

    pictures = (np.full((1, 1, 1), i, np.float32) for i in range(5, 12))
    found = score_pictures(score, pictures, shape=(1, 1, 1), batch=3)
    assert found.tolist() == list(range(5, 12))


@pytest.mark.parametrize(
    ("count", "batch", "size"),
    [
        (732, 64, 61),
        (11, 5, 4),
        (10, 5, 5),
        (3, 64, 3),
        (1, 1, 1),
        (65, 64, 33),
        (0, 8, 0),
        (7, 0, 0),
    ],
)
def test_batches_hold_as_few_pictures_as_take_no_more_calls(count, batch, size):
    assert even(count, batch) == size
