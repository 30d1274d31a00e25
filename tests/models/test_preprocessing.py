"""From bytes to a network's units and back: known answers, laws, refusals."""

import numpy as np
import pytest

from generator.models.preprocessing import PRESETS, Order, Preprocessing

PIXEL = np.array([[[255, 51, 0]]], np.uint8)
EVERY = [*PRESETS.values(), Preprocessing(Order.RGB, (127.0,) * 3, (128.0,) * 3),
         Preprocessing(Order.GREY, (0.0,), (255.0,))]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", [255, 51, 0]),
        ("unit", [1, 0.2, 0]),
        ("tf", [1, -0.6, -1]),
        ("caffe", [-103.939, 51 - 116.779, 255 - 123.68]),
        ("torch", [(1 - 0.485) / 0.229, (0.2 - 0.456) / 0.224, -0.406 / 0.225]),
    ],
)
def test_known_answers(name, expected):
    units = PRESETS[name].apply(PIXEL)
    assert units.dtype == np.float32
    np.testing.assert_allclose(units[0, 0], expected, atol=1e-5)


def test_grey_is_one_channel_of_luma():
    grey = Preprocessing(Order.GREY, (0.0,), (255.0,))
    units = grey.apply(PIXEL)
    assert units.shape == (1, 1, 1)
    assert units.item() == pytest.approx((0.299 * 255 + 0.587 * 51) / 255)
    assert grey.undo(units).tolist() == [[[106, 106, 106]]]
    white = np.full((2, 3, 3), 255, np.uint8)
    np.testing.assert_allclose(grey.apply(white), 1, atol=1e-6)


@pytest.mark.parametrize("preprocessing", EVERY)
def test_undo_is_the_inverse_for_every_byte(preprocessing):
    image = np.random.default_rng(1).permuted(np.repeat(np.arange(256, dtype=np.uint8), 12))
    image = image.reshape(32, 32, 3)
    if preprocessing.order == Order.GREY:
        image = np.repeat(image[..., :1], 3, axis=2)
    before = image.copy()
    units = preprocessing.apply(image)
    np.testing.assert_array_equal(preprocessing.undo(units), image)
    np.testing.assert_array_equal(preprocessing.undo(np.stack([units, units]))[1], image)
    np.testing.assert_array_equal(image, before)
    assert units.flags.c_contiguous
    assert not np.shares_memory(units, image)


@pytest.mark.parametrize("preprocessing", EVERY)
def test_black_is_what_a_black_picture_becomes(preprocessing):
    assert preprocessing.black.shape == (preprocessing.channels,)
    units = preprocessing.apply(np.zeros((2, 3, 3), np.uint8))
    np.testing.assert_array_equal(units, np.broadcast_to(preprocessing.black, units.shape))


def test_beyond_black_and_white_is_clipped():
    assert PRESETS["unit"].undo(np.array([[[-1.0, 0.5, 2.0]]])).tolist() == [[[0, 128, 255]]]


def test_a_channel_too_few_is_refused():
    with pytest.raises(ValueError, match="3 means and as many scales"):
        Preprocessing(Order.RGB, (0.0,), (1.0,))
    with pytest.raises(ValueError, match="1 means and as many scales"):
        Preprocessing(Order.GREY, (0.0,), (0.0,))
    for image in (
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 3)),
        np.zeros((1, 2, 2, 3), np.uint8),
    ):
        with pytest.raises(ValueError, match=r"\(H, W, 3\) uint8 was expected"):
            PRESETS["unit"].apply(image)
    with pytest.raises(ValueError, match=r"\(..., H, W, 3\) was expected, got \(2, 2, 1\)"):
        PRESETS["unit"].undo(np.zeros((2, 2, 1)))
